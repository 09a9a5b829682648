"""The pages of a PDF: boxes of what is printed, and the blocks that its tags name, in reading order.

Coordinates are points from the lower left corner of a page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MM = 72 / 25.4
FLOATS = {"Figure", "Table", "Caption"}
_BLOCKS = {"P", "L", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "Formula", "Code", "BlockQuote", "Note", *FLOATS}


@dataclass(frozen=True)
class Box:
    """A rectangle on a page."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass
class Block:
    """An element of the tags: its kind (P, H1, Table, …), what it prints on this page, and the parts that it has."""

    kind: str
    boxes: list[Box] = field(default_factory=list)
    parts: list[Block] = field(default_factory=list)
    text: str = ""

    def all_boxes(self) -> list[Box]:
        """What it and its parts print."""
        return [*self.boxes, *(box for part in self.parts for box in part.all_boxes())]

    def all_text(self) -> str:
        """What it and its parts say."""
        return self.text + "".join(part.all_text() for part in self.parts)

    def of_kind(self, kind: str) -> Iterator[Block]:
        """The parts of a kind, at any depth."""
        for part in self.parts:
            if part.kind == kind:
                yield part
            yield from part.of_kind(kind)


@dataclass
class Page:
    """One page; ``printed`` and ``texts`` leave out running heads and numbers of pages where tags tell them apart."""

    width: float
    height: float
    printed: list[Box]
    texts: list[Box]
    blocks: list[Block]


def read(path: Path) -> tuple[str, list[Page]]:
    """The title that the file states, and its pages."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return document.get_metadata_value("Title"), [_page(page) for page in document]


def _page(page: Any) -> Page:
    import pypdfium2.raw as pdfium

    words = page.get_textpage()
    marked: dict[int, list[Any]] = {}
    unmarked: list[Any] = []
    for item in page.get_objects(max_depth=1):
        identifier = pdfium.FPDFPageObj_GetMarkedContentID(item)
        (marked.setdefault(identifier, []) if identifier >= 0 else unmarked).append(item)
    # what is no part of the tags is a running head, or else a panel or a picture
    content = [item for items in marked.values() for item in items]
    content += [item for item in unmarked if not content or _is_tall(item)]
    boxes = {id(item): Box(*item.get_bounds()) for item in content}

    def block(element: Any) -> Block:
        found = Block(_string(pdfium.FPDF_StructElement_GetType, element))
        for index in range(pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)):
            for item in marked.get(pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index), ()):
                found.boxes.append(boxes[id(item)])
                if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
                    found.text += _string(pdfium.FPDFTextObj_GetText, item, words, size=2)
        for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
            if child:
                found.parts.append(block(child))
        return found

    tree = pdfium.FPDF_StructTree_GetForPage(page)
    roots = []
    if tree:
        roots = [
            block(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index))
            for index in range(pdfium.FPDF_StructTree_CountChildren(tree))
        ]
        pdfium.FPDF_StructTree_Close(tree)
    texts = [boxes[id(item)] for item in content if item.type == pdfium.FPDF_PAGEOBJ_TEXT]
    return Page(page.get_width(), page.get_height(), list(boxes.values()), texts, list(_flat(roots)))


def _is_tall(item: Any) -> bool:
    _, bottom, _, top = item.get_bounds()
    return top - bottom > 15 * MM


def _string(function: Any, *arguments: Any, size: int = 1) -> str:
    """What a function of PDFium writes into a buffer, whose length it tells in bytes or (``size`` 2) in units of two."""
    length = function(*arguments, None, 0)
    if not length:
        return ""
    buffer = ctypes.create_string_buffer(length)
    if size == 2:
        function(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    else:
        function(*arguments, buffer, length)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")


def _flat(blocks: list[Block]) -> Iterator[Block]:
    """Blocks in reading order, out of the divisions that hold them."""
    for block in blocks:
        if block.kind in _BLOCKS:
            yield block
        else:
            yield from _flat(block.parts)
