"""A Word file from outside, opened with care: nothing in it is trusted, and it is refused before it can do harm.

Parts are read into memory and never written to a disk; nothing that the file points at outside itself is opened.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from manuscript.errors import SourceError
from manuscript.ooxml import NAMESPACE, W

MAX_FILE = 200_000_000  # bytes on the disk
MAX_DIRECTORY = 2_000_000  # bytes of the archive's table of contents
MAX_PARTS = 5_000
MAX_PART = 48_000_000  # bytes of one part, unpacked
MAX_TREES = 250_000_000  # bytes that all parsed parts may need in memory
MAX_RATIO = 250  # unpacked to packed, of a part above a megabyte
MAX_PARAGRAPHS = 50_000
MAX_PARAGRAPH = 100_000  # characters
MAX_TEXT = 8_000_000  # characters of the whole file: ten times an article of two hundred pages
MAX_AUTHORS = 40

_SAVE = "save it from Word as .docx (Word Document) and import that file"
_ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"}
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = "http://purl.oclc.org/ooxml/"
# control characters, line and paragraph separators; and marks that turn the direction of what stands beside them
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ud800-\udfff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
# where the reader keeps its own signs for what is no text; a file has no business there
_PRIVATE = re.compile("[\U000f0000-\U0010ffff]")


def plain(text: str) -> str:
    """``text`` of the file as one line without characters that are not seen."""
    return _PRIVATE.sub("\ufffd", _UNSEEN.sub(" ", _TURNING.sub("", text)))


def label(text: str | None, *, most: int = 60) -> str:
    """A name or a date of the file as a short line (``unknown`` when nothing is left)."""
    line = " ".join(plain(text or "").split())
    return (line[: most - 1] + "…" if len(line) > most else line) or "unknown"


class Package:
    """The parts of a Word file by name; ``main`` is the name of the document part.

    Raises ``SourceError`` when it is no Word file, damaged, protected, or larger than the budget.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._spent = path, 0
        try:
            self._look_at(path)
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise self.error(f"not a Word file: {error}") from error
        self._parts = self._checked()
        self.main = self._main_part()

    def error(self, message: str, mend: str = _SAVE) -> SourceError:
        """An error about this file."""
        return SourceError(message, file=self.path, mend=mend)

    def _look_at(self, path: Path) -> None:
        """Refuse by the first and last bytes alone what should not even be opened."""
        with path.open("rb") as file:
            start = file.read(8)
            file.seek(0, 2)
            size = file.tell()
            file.seek(max(0, size - 66_000))
            tail = file.read()
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            raise self.error("protected with a password, or of the old format .doc")
        if size > MAX_FILE:
            raise self.error(
                f"larger than {MAX_FILE // 1_000_000} MB", "compress its pictures in Word, and save it again"
            )
        end = tail.rfind(b"PK\x05\x06")
        if end < 0 or len(tail) < end + 22:
            raise zipfile.BadZipFile("it is no zip archive, or was cut off")
        number, directory = struct.unpack_from("<HI", tail, end + 10)
        if number > MAX_PARTS or directory > MAX_DIRECTORY:
            raise self.error(f"more than {MAX_PARTS} parts")

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        parts: dict[str, zipfile.ZipInfo] = {}
        for item in self._archive.infolist():
            name = item.filename
            unsafe = name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in name.split("/")
            if unsafe or name.casefold() in parts:
                raise self.error(f"a part with an unsafe or repeated name: {label(name)}")
            if item.flag_bits & 0x1:
                raise self.error("protected with a password", "take the password away in Word, and save it again")
            if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self.error(f"packed in an unknown way: {label(name)}")
            parts[name.casefold()] = item
        if len(parts) > MAX_PARTS:
            raise self.error(f"more than {MAX_PARTS} parts")
        return parts

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def checksum(self, name: str) -> str:
        """What the archive says of a part's bytes, as eight hexadecimal digits; nothing is unpacked."""
        return f"{self._parts[name.casefold()].CRC:08x}"

    def read(self, name: str) -> bytes:
        """The bytes of a part (empty when there is none)."""
        item = self._parts.get(name.casefold())
        if item is None:
            return b""
        if item.file_size > MAX_PART:
            raise self.error(f"its part {label(name)} unpacks to more than {MAX_PART // 1_000_000} MB")
        if item.file_size > 1_000_000 and item.file_size > MAX_RATIO * max(1, item.compress_size):
            raise self.error(f"its part {label(name)} unpacks to more than {MAX_RATIO} times its size")
        try:
            with self._archive.open(item) as stream:
                return stream.read(item.file_size + 1)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise self.error(f"its part {label(name)} is damaged: {label(str(error))}") from error

    def tree(self, name: str) -> etree._Element | None:
        """A part as a tree, or ``None`` where there is none; no entity is resolved and nothing else is opened."""
        data = self.read(name)
        if not data:
            return None
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
            try:
                data = data.decode("utf-16").encode("utf-8")
            except UnicodeDecodeError as error:
                raise self.error(f"its part {label(name)} is not XML") from error
            data = re.sub(rb"^\s*<\?xml.*?\?>", b"", data.removeprefix(b"\xef\xbb\xbf"), count=1, flags=re.S)
        declared = _DECLARED.match(data.lstrip()[:200])
        if declared and declared[1].decode().lower() not in _ENCODINGS:
            raise self.error(f"its part {label(name)} is in an unknown encoding")
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            what = "is HTML" if re.search(rb"<!doctype\s+html", data[:400], re.I) else "declares entities"
            raise self.error(f"its part {label(name)} {what}, which Word never writes")
        # what libxml2 needs for an element with its text, and for an attribute
        self._spent += len(data) + 150 * data.count(b"<") + 220 * data.count(b"=")
        if self._spent > MAX_TREES:
            raise self.error(
                f"it needs more than {MAX_TREES // 1_000_000} MB of memory", "split it, and import each part"
            )
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.error(f"its part {label(name)} is not XML: {label(str(error), most=120)}") from error

    def related(self, source: str) -> list[tuple[str, str, str]]:
        """The relationships of a part: (id, last word of the kind, part or address); an address starts with ``!``."""
        folder, _, name = source.rpartition("/")
        root = self.tree(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
        result = []
        for item in root.iter(_RELATION) if root is not None else ():
            target = item.get("Target", "")
            if item.get("TargetMode") == "External":
                target = "!" + target
            elif not target.startswith("#"):
                target = posixpath.normpath(posixpath.join("/" + folder, unquote(target))).lstrip("/")
            result.append((item.get("Id", ""), item.get("Type", "").rpartition("/")[2], target))
        return result

    def _main_part(self) -> str:
        kinds = {kind: target for _, kind, target in self.related("")}
        name = kinds.get("officeDocument", "word/document.xml")
        if name.startswith("!"):
            raise self.error("its text lies outside the file")
        if name not in self:
            raise self.error("not a Word file: it has no document part")
        return name

    def document(self) -> etree._Element:
        """The tree of the document part."""
        root = self.tree(self.main)
        if root is None:
            raise self.error("its document part is empty")
        if isinstance(root.tag, str) and root.tag.startswith(f"{{{_STRICT}"):
            raise self.error("saved as Strict Open XML Document", "save it as Word Document (.docx), not Strict")
        if root.tag != f"{W}document" or root.find(f"{W}body") is None:
            what = "HTML" if str(root.tag).lower().endswith("html") else label(str(root.tag).replace(NAMESPACE, "w"))
            raise self.error(f"its document part holds {what}, not Word's XML")
        number = sum(1 for _ in root.iter(f"{W}p"))
        if number > MAX_PARAGRAPHS:
            raise self.error(f"more than {MAX_PARAGRAPHS} paragraphs")
        return root
