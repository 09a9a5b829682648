"""Blank pictures for pandoc to place: unpacking and packing the true ones takes it as long as all else of a Word file."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from manuscript.engine.ast import Node, iterate
from manuscript.paths import Project
from manuscript.source.files import inside

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# the size in print, and remarks, such as where a picture may be parted
_KEPT = (b"pHYs", b"tEXt")
_LARGEST = 100_000_000


def blanks(blocks: list[Node], project: Project, folder: Path) -> dict[bytes, bytes]:
    """Put a blank for each PNG file of the project that ``blocks`` show into ``folder``, under its path; the true by the blank.

    What is no whole PNG gets none: pandoc reads it and says what is wrong.
    """
    found: dict[bytes, bytes] = {}
    for name in sorted({node["c"][2][0] for node in iterate(blocks) if node["t"] == "Image"}):
        path = project.root / name
        if Path(name).is_absolute() or ".." in Path(name).parts or not inside(project, path) or not path.is_file():
            continue
        true = path.read_bytes()
        empty = blank(true, str(len(found)))
        if empty:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(empty)
            found[empty] = true
    return found


def blank(picture: bytes, mark: str) -> bytes | None:
    """A white PNG of the same size and remarks that no other ``mark`` has; nothing for what is no whole PNG."""
    if not picture.startswith(_SIGNATURE) or picture[12:16] != b"IHDR" or len(picture) < 24:
        return None
    kept, place, kind = b"", len(_SIGNATURE), b""
    while place + 12 <= len(picture) and kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", picture, place)
        chunk = picture[place : place + 12 + size]
        if len(chunk) < 12 + size or chunk != _chunk(kind, chunk[8:-4]):
            return None
        kept += chunk if kind in _KEPT else b""
        place += len(chunk)
    width, height = struct.unpack_from(">II", picture, 16)
    if kind != b"IEND" or place != len(picture) or width * height > _LARGEST:
        return None
    # one bit for each pixel, and a byte before each row
    rows = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * height, 1)
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    mark_chunk = _chunk(b"tEXt", b"blank\0" + mark.encode("ascii"))
    return b"".join((_SIGNATURE, head, kept, mark_chunk, _chunk(b"IDAT", rows), _chunk(b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
