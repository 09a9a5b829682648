"""A Word file as paragraphs, with the tracked changes of chosen authors accepted and all others rejected."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from manuscript.ooxml import COMMIT, PICTURES, W
from manuscript.roundtrip.package import MAX_AUTHORS, MAX_PARAGRAPH, MAX_TEXT, Package, label, plain
from manuscript.roundtrip.symbols import character

_IN = (f"{W}ins", f"{W}moveTo")
_OUT = (f"{W}del", f"{W}moveFrom")
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>{}|\\^`\[\]]+")
_HEADING = re.compile(r"heading (\d)")
# formatting that no reader sees, or that stands with a name for another script
_SILENT = {
    "lang", "noProof", "bCs", "iCs", "szCs", "rtl", "cs", "webHidden", "rPrChange", "pPrChange", "rPr", "ins", "del", "moveFrom",
    "moveTo", "rsid", "pStyle", "numPr", "outlineLvl", "rStyle", "kern", "widowControl", "keepNext", "keepLines", "eastAsianLayout",
    "b", "i", "strike", "dstrike", "vertAlign", "u", "highlight", "smallCaps",
}  # fmt: skip
_SHOWN = {
    "jc": "alignment", "ind": "indentation", "spacing": "spacing", "sz": "size", "rFonts": "font", "color": "colour",
    "shd": "shading", "pBdr": "borders", "tabs": "tabs",
}  # fmt: skip


class Look(NamedTuple):
    """How a character is set; ``link`` is the address that it leads to, ``mark`` a colour laid over or given to it."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    raised: str = ""
    under: bool = False
    caps: bool = False
    mark: str = ""
    link: str = ""


@dataclass(frozen=True)
class Thing:
    """What is no text: a picture, formula, note, text box, citation of another program …; ``text`` are its words.

    ``foreign`` is a picture that the file did not have when it was sent out.
    """

    kind: str
    text: str = ""
    keys: tuple[str, ...] = ()
    foreign: bool = False

    @property
    def sign(self) -> str:
        """The private character that stands for it; a picture is one like another, and so is a note."""
        word = self.kind if self.kind in ("picture", "note") else f"{self.kind}\0{self.text}"
        return chr(0xF0000 + zlib.crc32(word.encode("utf-8", "replace")) % 65_000)


@dataclass
class Paragraph:
    """Its text, how each character is set, and what is no text, by its place.

    ``spot`` is (table, row, column) in a table, ``level`` that of a heading, ``items`` the kind and depth of a list.
    ``asides`` are tracked changes that no text shows, as (author, was, wanted, what).
    """

    text: str = ""
    looks: list[Look] = field(default_factory=list)
    things: dict[int, Thing] = field(default_factory=dict)
    style: str = ""
    level: int = 0
    items: tuple[str, int] | None = None
    cell: bool = False
    spot: tuple[int, int, int] | None = None
    merged: bool = False
    part: str = ""
    reference: str = ""
    comments: list[tuple[str, int]] = field(default_factory=list)
    asides: list[tuple[str, str, str, str]] = field(default_factory=list)

    def strip(self) -> Paragraph:
        """Without white space at its ends."""
        lead = len(self.text) - len(self.text.lstrip())
        text = self.text.strip()
        self.comments = [(key, min(max(at - lead, 0), len(text))) for key, at in self.comments]
        self.things = {at - lead: thing for at, thing in self.things.items()}
        self.text, self.looks = text, self.looks[lead : lead + len(text)]
        return self

    def add(self, text: str, look: Look) -> None:
        """More text at its end."""
        self.text += text
        self.looks += [look] * len(text)

    def add_thing(self, thing: Thing, look: Look) -> None:
        """Something that is no text at its end."""
        self.things[len(self.text)] = thing
        self.add(thing.sign, look)

    def shown(self, start: int = 0, end: int | None = None) -> str:
        """The text with words for what is none."""
        end = len(self.text) if end is None else end
        return "".join(described(self.things[at]) if at in self.things else self.text[at] for at in range(start, end))


def described(thing: Thing) -> str:
    """A thing in words, for a report."""
    return thing.text if thing.kind == "citation" else f"‹{thing.kind}{': ' + thing.text if thing.text else ''}›"


@dataclass(frozen=True)
class Comment:
    """A reviewer's comment; ``key`` is its number in the file, ``parent`` that of the one it answers, ``date`` a day."""

    key: str
    author: str
    date: str
    text: str
    parent: str = ""
    resolved: bool = False


class WordFile:
    """The parts of a reviewed file that matter here.

    Raises ``SourceError`` when it is not a Word file, or one that may do harm.
    """

    def __init__(self, path: Path) -> None:
        package = Package(path)
        related = package.related(package.main)
        parts: dict[str, str] = {kind: target for _, kind, target in related}
        self.body = package.document()
        self.links = {
            key: target[1:] for key, kind, target in related if kind == "hyperlink" and target.startswith("!")
        }
        self.notes = {
            (kind, item.get(f"{W}id", "")): item
            for kind in ("footnote", "endnote")
            for item in _children(package.tree(parts.get(f"{kind}s", "")), kind)
        }
        self.margins = [
            (kind, tree)
            for _, kind, target in related
            if kind in ("header", "footer") and (tree := package.tree(target)) is not None
        ]
        self.styles = _Styles(package.tree(parts.get("styles", "")), package.tree(parts.get("numbering", "")))
        roots = [self.body, *self.notes.values(), *(tree for _, tree in self.margins)]
        total = 0
        for paragraph in (item for root in roots for item in root.iter(f"{W}p")):
            length = sum(len(item.text or "") for item in paragraph.iter(f"{W}t", f"{W}delText"))
            total += length
            if length > MAX_PARAGRAPH or total > MAX_TEXT:
                raise package.error(f"a paragraph of more than {MAX_PARAGRAPH} characters, or {MAX_TEXT} in all")
        marks = (*_IN, *_OUT, *(f"{W}{name}" for name in _CHANGES), f"{W}cellIns", f"{W}cellDel")
        found = (_author(item) for root in roots for item in root.iter(*marks))
        self.authors = list(dict.fromkeys(found))
        if len(self.authors) > MAX_AUTHORS:
            raise package.error(f"changes of more than {MAX_AUTHORS} people")
        self.comments = _comments(
            package.tree(parts.get("comments", "")), package.tree(parts.get("commentsExtended", ""))
        )
        custom = package.tree("docProps/custom.xml")
        stated = {item.get("name"): "".join(item.itertext()).strip() for item in custom} if custom is not None else {}
        self.commit = stated.get(COMMIT, "")
        self.pictures = {
            key: package.checksum(part) for key, kind, part in related if kind == "image" and part in package
        }
        self.foreign, self.rewritten = _foreign(self.pictures, stated.get(PICTURES, ""))

    def view(self, accepted: set[str]) -> list[Paragraph]:
        """The paragraphs that show something when only the changes of ``accepted`` are accepted."""
        reader = _Reader(self, accepted)
        reader.blocks(self.body.find(f"{W}body"))
        result = reader.finished()
        known = set()
        for kind, tree in self.margins:
            margin = _Reader(self, accepted)
            margin.blocks(tree)
            for item in margin.finished():
                if (item.text, kind) not in known:
                    known.add((item.text, kind))
                    item.part, item.cell, item.spot, item.level, item.items = kind, False, None, 0, None
                    result.append(item)
        return result


_CHANGES = ("pPrChange", "rPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "numberingChange")


UNTRACKED = "untracked edits"


def _author(element: Any) -> str:
    name = element.get(f"{W}author") or "unknown"
    # nobody passes for the edits that have no author
    return f"{name} (a name)" if label(name).casefold() == UNTRACKED else name


def _children(root: Any, name: str) -> list[Any]:
    return [] if root is None else [item for item in root if item.tag == f"{W}{name}" and not item.get(f"{W}type")]


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _comments(root: Any, extended: Any) -> list[Comment]:
    done, parents = {}, {}
    for item in extended if extended is not None else ():
        key = item.get(f"{_W15}paraId", "")
        done[key] = item.get(f"{_W15}done") in ("1", "true")
        parents[key] = item.get(f"{_W15}paraIdParent", "")
    items = _children(root, "comment")
    # a comment goes by the number of its last paragraph
    owner = {p.get(f"{_W14}paraId", ""): item.get(f"{W}id", "") for item in items for p in item.iter(f"{W}p")}
    result = []
    for item in items:
        paragraphs = list(item.iter(f"{W}p"))
        names = [p.get(f"{_W14}paraId", "") for p in paragraphs]
        text = "\n".join(plain("".join(t.text or "" for t in p.iter(f"{W}t"))) for p in paragraphs).strip()
        day = re.match(r"\d{4}-\d\d-\d\d", item.get(f"{W}date", ""))
        parent = next((owner[parents[name]] for name in names if parents.get(name) in owner), "")
        key = item.get(f"{W}id", "")
        result.append(
            Comment(
                key, _author(item), day.group() if day else "", text, parent if parent != key else "",
                any(done.get(name, False) for name in names),
            )
        )  # fmt: skip
    return result


class _Styles:
    """What styles and lists say of the paragraphs and runs that have them."""

    def __init__(self, styles: Any, numbering: Any) -> None:
        self.known = {item.get(f"{W}styleId", ""): item for item in _all(styles, "style")}
        kinds = {}
        for item in _all(numbering, "abstractNum"):
            for level in item.findall(f"{W}lvl"):
                shown = level.find(f"{W}numFmt")
                kinds[item.get(f"{W}abstractNumId"), level.get(f"{W}ilvl", "0")] = _value(shown)
        self.lists = {}
        for item in _all(numbering, "num"):
            number = _value(item.find(f"{W}abstractNumId"))
            for (owner, level), shown in kinds.items():
                if owner == number:
                    self.lists[item.get(f"{W}numId"), level] = shown
        self.looks: dict[str, dict[str, str]] = {}

    def chain(self, name: str) -> Iterator[Any]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while name in self.known and name not in seen:
            seen.add(name)
            yield self.known[name]
            name = _value(self.known[name].find(f"{W}basedOn"))

    def name(self, key: str) -> str:
        """A style's own name, which stays the same when a program gives it another key."""
        item = self.known.get(key)
        return label(_value(item.find(f"{W}name"))) if item is not None and item.find(f"{W}name") is not None else key

    def level(self, properties: Any, key: str) -> int:
        """The level of a heading, 0 for other paragraphs."""
        for item in (properties, *(style.find(f"{W}pPr") for style in self.chain(key))):
            found = item.find(f"{W}outlineLvl") if item is not None else None
            if found is not None and _value(found).isdigit():
                return int(_value(found)) + 1 if int(_value(found)) < 9 else 0
        for style in self.chain(key):
            match = _HEADING.fullmatch(_value(style.find(f"{W}name")).lower())
            if match:
                return int(match[1])
        return 0

    def items(self, properties: Any, key: str) -> tuple[str, int] | None:
        """``bullet`` or ``number`` with the depth (from 0) of a paragraph in a list."""
        for item in (properties, *(style.find(f"{W}pPr") for style in self.chain(key))):
            found = item.find(f"{W}numPr") if item is not None else None
            if found is None:
                continue
            number, depth = _value(found.find(f"{W}numId")), _value(found.find(f"{W}ilvl")) or "0"
            if number in ("", "0"):
                return None
            shown = self.lists.get((number, depth), "bullet")
            return (
                None
                if shown == "none"
                else ("bullet" if shown == "bullet" else "number", int(depth) if depth.isdigit() else 0)
            )
        return None

    def look(self, key: str) -> dict[str, str]:
        """What a style says of the look of its runs."""
        if key not in self.looks:
            merged: dict[str, str] = {}
            for style in self.chain(key):
                merged = {**_look_of(style.find(f"{W}rPr")), **merged}
            self.looks[key] = merged
        return self.looks[key]


def _all(root: Any, name: str) -> list[Any]:
    return [] if root is None else root.findall(f"{W}{name}")


def _value(element: Any) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _look_of(properties: Any) -> dict[str, str]:
    """The properties of a run that a reader sees, as text; nothing for those it does not speak of."""
    result: dict[str, str] = {}
    for item in properties if properties is not None else ():
        name, value = _local(item), item.get(f"{W}val", "")
        if name in ("b", "i", "strike", "dstrike", "smallCaps"):
            key = {"dstrike": "strike", "smallCaps": "caps"}.get(name, name)
            result[key] = "" if value in ("0", "false", "off") else "1"
        elif name == "vertAlign":
            result["raised"] = {"superscript": "^", "subscript": "~"}.get(value, "")
        elif name == "u":
            result["u"] = "" if value in ("none", "") else "1"
        elif name == "highlight":
            result["mark"] = "" if value == "none" else f"highlighted {label(value, most=12)}"
        elif name == "color" and re.fullmatch("[0-9A-Fa-f]{6}", value):
            red, green, blue = (int(value[at : at + 2], 16) for at in (0, 2, 4))
            result["colour"] = (
                f"coloured #{value.lower()}" if max(red, green, blue) - min(red, green, blue) > 60 else ""
            )
    return result


@dataclass
class _Field:
    """A field that is open: what it does, and its result as it comes."""

    code: str = ""
    result: bool = False
    text: str = ""

    @property
    def citing(self) -> bool:
        return bool(re.match(r"\s*ADDIN\s+(ZOTERO_ITEM|CSL_CITATION|EN\.CITE|Mendeley Citation)", self.code))

    @property
    def link(self) -> str:
        match = re.match(r'\s*HYPERLINK\s+(?:\\l\s+)?"([^"]*)"', self.code)
        return ("#" if match and "\\l" in self.code[: match.start(1)] else "") + match[1] if match else ""


class _Reader:
    def __init__(self, file: WordFile, accepted: set[str]) -> None:
        self.file, self.accepted = file, accepted
        self.result: list[Paragraph] = []
        self.current = Paragraph()
        self.tables = 0
        self.spot: tuple[int, int, int] | None = None
        self.merged = False
        self.fields: list[_Field] = []
        self.style = ""
        self.link = ""
        self.endnote = ""
        self.aside: list[tuple[str, str, str, str]] = []

    def finished(self) -> list[Paragraph]:
        """The paragraphs that hold something."""
        if self.current.text:
            self._end()
        return [item for item in self.result if item.text or item.comments or item.asides]

    def _end(self) -> None:
        item = self.current.strip()
        # a program cuts one change of type into many
        grouped: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {}
        for aside in self.aside:
            grouped.setdefault((aside[0], aside[3]), []).append(aside)
        for (author, what), group in grouped.items():
            item.asides.append(
                (
                    author,
                    " … ".join(dict.fromkeys(a[1] for a in group if a[1])),
                    "; ".join(dict.fromkeys(a[2] for a in group)),
                    what,
                )
            )
        self.aside = []
        if item.text or item.comments or item.asides:
            self.result.append(item)
        self.current = Paragraph()

    # blocks

    def blocks(self, element: Any) -> None:
        """Paragraphs and tables, whatever stands around them."""
        for child in element:
            name = _local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name == "altChunk":
                self.current.add_thing(Thing("embedded document"), Look())
                self._end()
            elif name == "sectPr":
                self._note_change(child, "sectPrChange", "the layout of the page")
            elif child.tag in _IN or child.tag in _OUT:
                if (_author(child) in self.accepted) is (child.tag in _IN):
                    self.blocks(child)
            elif name in ("oMathPara", "oMath"):
                self.current.add_thing(_formula(child), Look())
                self._end()
            elif name == "AlternateContent":
                self.blocks(_chosen(child))
            elif name not in ("sdtPr", "sdtEndPr", "tblPr", "tblGrid", "tcPr", "trPr", "customXmlPr"):
                self.blocks(child)

    def _note_change(self, element: Any, name: str, what: str) -> None:
        for change in element.findall(f"{W}{name}"):
            self.aside.append((_author(change), "", what, f"a tracked change of {what}"))

    def _table(self, table: Any) -> None:
        rows = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
        cells = [[cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row] for row in rows]
        properties = table.find(f"{W}tblPr")
        if properties is not None:
            self._note_change(properties, "tblPrChange", "the table's look")
        if self.spot is not None or (len(rows) == 1 and len(cells[0]) == 1):
            # a table within a cell, or a frame around what it holds
            for cell in (cell for row in cells for cell in row):
                self.blocks(cell)
            return
        self.tables += 1
        number = self.tables
        for row_number, (row, columns) in enumerate(zip(rows, cells, strict=True)):
            if self._gone(row.find(f"{W}trPr"), "ins", "del"):
                continue
            column_number = 0
            for cell in columns:
                about = cell.find(f"{W}tcPr")
                if self._gone(about, "cellIns", "cellDel"):
                    continue
                span = about.find(f"{W}gridSpan") if about is not None else None
                self.merged = span is not None or (about is not None and about.find(f"{W}vMerge") is not None)
                self.spot = (number, row_number, column_number)
                self.blocks(cell)
                column_number += 1
        self.spot, self.merged = None, False

    def _gone(self, properties: Any, came: str, went: str) -> bool:
        """Whether a row or cell is not there in this view."""
        if properties is None:
            return False
        new, old = properties.find(f"{W}{came}"), properties.find(f"{W}{went}")
        return (new is not None and _author(new) not in self.accepted) or (
            old is not None and _author(old) in self.accepted
        )

    def _paragraph(self, element: Any) -> None:
        current = self.current
        before = element.getprevious()
        while before is not None and before.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
            # pandoc puts the mark of an entry of the reference list before its paragraph
            name = before.get(f"{W}name", "")
            current.reference = name[4:] if name.startswith("ref-") else current.reference
            before = before.getprevious()
        properties = self._properties(element)
        key = _value(properties.find(f"{W}pStyle")) if properties is not None else ""
        first = not current.text
        self.style = key
        self.children(element)
        if first:
            current.style = self.file.styles.name(key) if key else ""
            current.level = self.file.styles.level(properties, key)
            current.items = self.file.styles.items(properties, key)
            current.cell, current.spot, current.merged = self.spot is not None, self.spot, self.merged
        if not _joins(element, self.accepted):
            self._end()

    def _properties(self, element: Any) -> Any:
        """A paragraph's properties as they are in this view."""
        properties = element.find(f"{W}pPr")
        if properties is None:
            return None
        section = properties.find(f"{W}sectPr")
        if section is not None:
            self._note_change(section, "sectPrChange", "the layout of the page")
        change = properties.find(f"{W}pPrChange")
        if change is None:
            return properties
        old = change.find(f"{W}pPr")
        changed = _differing(properties, old)
        if changed:
            self.aside.append((_author(change), "", changed, "a tracked change of the paragraph's look"))
        return properties if _author(change) in self.accepted else old

    # what stands in a paragraph

    def children(self, element: Any) -> None:
        """Runs and what holds them."""
        for child in element:
            name = _local(child)
            if child.tag in _IN and _author(child) not in self.accepted:
                self._within(child)
            elif child.tag in _OUT and _author(child) in self.accepted:
                continue
            elif name == "r":
                self._run(child)
            elif name == "hyperlink":
                around, self.link = self.link, self._address(child)
                self.children(child)
                self.link = around
            elif name == "fldSimple":
                self.fields.append(_Field(child.get(f"{W}instr", ""), True))
                self.children(child)
                self._close_field()
            elif name == "commentRangeStart":
                self.current.comments.append((child.get(f"{W}id", ""), len(self.current.text)))
            elif name == "bookmarkStart":
                mark = child.get(f"{W}name", "")
                if mark.startswith("ref-"):
                    self.current.reference = mark[4:]
            elif name in ("oMath", "oMathPara"):
                self.current.add_thing(_formula(child), Look())
            elif name == "sdt":
                self._control(child)
            elif name == "AlternateContent":
                self.children(_chosen(child))
            elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._drawn(child, Look())
            elif (
                isinstance(child.tag, str)
                and child.tag.startswith(W)
                and name not in ("pPr", "p", "rPr", "sdtPr", "tbl")
            ):
                self.children(child)

    def _within(self, inserted: Any) -> None:
        """What one author changed in words that another one put in: it shows only when both are accepted."""
        for mark in inserted.iter(*_OUT, *_IN):
            if mark is not inserted and _author(mark) in self.accepted:
                whole = plain("".join(item.text or "" for item in inserted.iter(f"{W}t", f"{W}delText")))
                words = plain("".join(item.text or "" for item in mark.iter(f"{W}t", f"{W}delText")))
                rest = whole.replace(words, "", 1) if mark.tag in _OUT else whole
                what = f"a change within words that {label(_author(inserted))} put in"
                self.current.asides.append((_author(mark), whole, rest, what))

    def _address(self, element: Any) -> str:
        key = element.get(_RELATION)
        anchor = element.get(f"{W}anchor", "")
        return self.file.links.get(key, "") + (f"#{anchor}" if anchor else "") if key else f"#{anchor}"

    def _control(self, element: Any) -> None:
        """A content control: its words, or a citation where a program for references keeps one in it."""
        content, about = element.find(f"{W}sdtContent"), element.find(f"{W}sdtPr")
        tag = _value(about.find(f"{W}tag")) if about is not None else ""
        if content is None or (about is not None and about.find(f"{W}showingPlcHdr") is not None):
            return
        if tag.startswith("MENDELEY_CITATION"):
            self.fields.append(_Field("ADDIN CSL_CITATION " + _decoded(tag.rpartition("_")[2]), True))
            self.children(content)
            self._close_field()
        else:
            self.children(content)

    def _close_field(self) -> None:
        field_ = self.fields.pop() if self.fields else None
        # where only its words are tracked, the field is there in every view, and empty in those without them
        citing = field_ is not None and field_.citing and field_.text.strip()
        if citing and field_ is not None and not any(item.citing for item in self.fields):
            found = [match.rstrip(".,;)") for match in _DOI.findall(html.unescape(unquote(field_.code)))]
            keys = tuple(dict.fromkeys(item.lower() for item in found))
            # a blank at its edge parts it from the words beside it
            text = field_.text
            self.current.add(" " if text[0].isspace() else "", Look())
            self.current.add_thing(Thing("citation", text.strip(), keys), Look())
            self.current.add(" " if text[-1].isspace() else "", Look())

    def _run(self, run: Any) -> None:
        properties = run.find(f"{W}rPr")
        change = properties.find(f"{W}rPrChange") if properties is not None else None
        if change is not None:
            old = change.find(f"{W}rPr")
            changed = _differing(properties, old)
            words = plain("".join(item.text or "" for item in run.iter(f"{W}t")))
            if changed and words.strip():
                self.aside.append((_author(change), words, changed, "a tracked change of type"))
            if _author(change) not in self.accepted:
                properties = old
        look = self._look(properties)
        font = properties.find(f"{W}rFonts") if properties is not None else None
        name = (font.get(f"{W}ascii") or font.get(f"{W}hAnsi") or "") if font is not None else ""
        for item in run:
            self._piece(item, look, name)

    def _look(self, properties: Any) -> Look:
        style = _value(properties.find(f"{W}rStyle")) if properties is not None else ""
        found = {**self.file.styles.look(self.style), **self.file.styles.look(style), **_look_of(properties)}
        link = self.link or next((item.link for item in reversed(self.fields) if item.link), "")
        own = _look_of(properties)
        mark = own.get("mark", "") or ("" if link else own.get("colour", ""))
        return Look(
            bool(found.get("b")), bool(found.get("i")), bool(found.get("strike")), found.get("raised", ""),
            bool(own.get("u")) and not link, bool(found.get("caps")), mark, link,
        )  # fmt: skip

    def _piece(self, item: Any, look: Look, font: str) -> None:
        name = _local(item)
        if name in ("t", "delText"):
            text = plain(item.text or "").replace("\u00a0", " ").replace("\u202f", " ")
            if font.lower().startswith(("symbol", "wingdings")) or any("\ue000" <= sign <= "\uf8ff" for sign in text):
                for sign in text:
                    self._sign(font, ord(sign), look) if "\ue000" <= sign <= "\uf8ff" else self._text(sign, look)
            else:
                self._text(text, look)
        elif name == "sym":
            code = item.get(f"{W}char", "")
            self._sign(item.get(f"{W}font", ""), int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else 0, look)
        elif name == "br" and item.get(f"{W}type") in ("page", "column"):
            self.current.add_thing(Thing(f"{item.get(f'{W}type')} break"), Look())
        elif name in ("br", "cr"):
            self.current.add_thing(Thing("line break"), look)
        elif name in ("tab", "ptab"):
            self._text(" ", look)
        elif name == "noBreakHyphen":
            self._text("\u2011", look)
        elif name == "fldChar":
            self._field(item)
        elif name in ("instrText", "delInstrText"):
            if self.fields and not self.fields[-1].result:
                self.fields[-1].code += item.text or ""
        elif name in ("footnoteReference", "endnoteReference"):
            self._note(name.removesuffix("Reference"), item.get(f"{W}id", ""))
        elif name == "commentReference":
            key = item.get(f"{W}id", "")
            if key not in [known for known, _ in self.current.comments]:
                self.current.comments.append((key, len(self.current.text)))
        elif name == "AlternateContent":
            for child in _chosen(item):
                self._piece(child, look, font)
        elif name in ("drawing", "pict", "object"):
            self._drawn(item, look)
        elif name == "ruby":
            for child in item.findall(f"{W}rubyBase/{W}r"):
                self._run(child)

    def _text(self, text: str, look: Look) -> None:
        holder = next((item for item in self.fields if item.citing and item.result), None)
        if holder is not None:
            holder.text += text
        elif not any(re.match(r"\s*(NUM)?PAGES?\b", item.code) for item in self.fields):
            self.current.add(text, look)

    def _sign(self, font: str, code: int, look: Look) -> None:
        shown = character(font, code)
        if shown:
            self._text(shown, look)
        else:
            self.current.add_thing(Thing("sign", f"{label(font)} {code:04X}"), look)

    def _field(self, item: Any) -> None:
        kind = item.get(f"{W}fldCharType")
        if kind == "begin":
            data = item.find(f"{W}fldData")
            self.fields.append(_Field())
            if data is not None and data.text:
                self.endnote = _decoded(data.text)  # EndNote keeps its record here, behind the name of the field
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            if re.match(r"\s*ADDIN EN\.CITE", self.fields[-1].code):
                self.fields[-1].code += f" {self.endnote}"
            if "EN.CITE.DATA" in self.fields[-1].code:
                self.fields.pop()
                return
            self._close_field()

    def _note(self, kind: str, key: str) -> None:
        note = self.file.notes.get((kind, key))
        if note is None:
            self.current.add_thing(Thing("note"), Look())
            return
        inner = _Reader(self.file, self.accepted)
        self.file.notes = {name: item for name, item in self.file.notes.items() if item is not note}
        inner.blocks(note)
        self.file.notes[kind, key] = note
        text = " ".join(item.shown() for item in inner.finished() if item.text)
        self.current.add_thing(Thing("note", text), Look())

    def _drawn(self, item: Any, look: Look) -> None:
        """A picture, a text box with its words, a chart, or an object of another program."""
        boxes = [
            box for box in item.iter(f"{W}txbxContent") if next(box.iterancestors(f"{W}txbxContent"), None) is None
        ]
        for box in boxes:
            inner = _Reader(self.file, self.accepted)
            inner.blocks(box)
            self.current.add_thing(Thing("text box", " ".join(part.shown() for part in inner.finished())), look)
        if boxes:
            return
        names = {_local(part) for part in item.iter()}
        described_ = next(
            (part.get("descr") for part in item.iter() if _local(part) == "docPr" and part.get("descr")), ""
        )
        if _local(item) == "object":
            self.current.add_thing(Thing("object of another program"), look)
        elif {"pic", "imagedata", "blip"} & names or any(
            part.get("uri", "").endswith("/picture") for part in item.iter()
        ):
            if self._continues(item):
                return
            foreign = any(part.get(_EMBED) in self.file.foreign for part in item.iter())
            words = label(described_, most=120) if described_ else ""
            self.current.add_thing(Thing("picture", words, foreign=foreign), look)
        elif "chart" in names or "relIds" in names:
            self.current.add_thing(Thing("chart"), look)
        else:
            self.current.add_thing(Thing("drawing"), look)

    def _continues(self, item: Any) -> bool:
        """Whether this is the next piece of the picture above it, which was parted when the file was made."""
        here = next(item.iterancestors(f"{W}p"), None)
        before = here.getprevious() if here is not None else None
        if before is None or not any(part.get("t", "0") != "0" for part in _named(item, "srcRect")):
            return False
        shown = [
            [self.file.pictures.get(part.get(_EMBED, "")) for part in _named(drawn, "blip")] for drawn in (item, before)
        ]
        return shown[0] == shown[1] != []


def _named(item: Any, name: str) -> list[Any]:
    return [part for part in item.iter() if _local(part) == name]


def _foreign(marks: dict[str, str], stated: str) -> tuple[set[str], bool]:
    """The relationships of the pictures that are not among those stated; or that a program wrote all of them anew."""
    known = set(stated.split())
    foreign = {key for key, mark in marks.items() if mark not in known} if known else set()
    return (set(), True) if foreign and len(foreign) == len(marks) else (foreign, False)


def _joins(paragraph: Any, accepted: set[str]) -> bool:
    """Whether the paragraph's mark is gone in this view, so that the next one continues it."""
    for tag, gone in ((_OUT[0], True), (_OUT[1], True), (_IN[0], False), (_IN[1], False)):
        mark = paragraph.find(f"{W}pPr/{W}rPr/{tag}")
        if mark is not None and (_author(mark) in accepted) is gone:
            return True
    return False


def _chosen(element: Any) -> Any:
    """The first way to say it, of several for older and newer programs."""
    choice = element.find(f"{_MC}Choice")
    fallback = element.find(f"{_MC}Fallback")
    return choice if choice is not None else fallback if fallback is not None else ()


def _formula(element: Any) -> Thing:
    return Thing("formula", plain("".join(item.text or "" for item in element.iter(f"{_M}t", f"{W}t"))).strip())


def _differing(new: Any, old: Any) -> str:
    """The names of formatting that differs and that no view shows."""

    def known(properties: Any) -> dict[str, tuple]:
        items = properties if properties is not None else ()
        return {_local(item): tuple(sorted(item.attrib.items())) for item in items if _local(item) not in _SILENT}

    before, after = known(old), known(new)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(_SHOWN.get(name, name) for name in names)


def _decoded(text: str) -> str:
    """Base64 of another program as text; nothing when it is none."""
    import base64
    import binascii

    try:
        return base64.b64decode("".join(text.split()) + "==").decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
