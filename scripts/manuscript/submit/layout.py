"""A manuscript's Word file as a journal wants it set, and without what tells where it was made."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from manuscript import stamped
from manuscript.ooxml import W
from manuscript.submit.profile import Profile

_IN_TABLES = ("TableText", "TableHeader", "TableNote")
_SPACED = ("Normal", "BodyText", "FirstParagraph", "Abstract", "Bibliography", "Compact")
_TWIPS_PER_MM = 1440 / 25.4
_EMU_PER_TWIP = 635
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SHAPE = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True)
class Layout:
    """How pages are set; 0 and nothing mean: as the article's own Word file. ``table_pt`` is the least in tables.

    ``pictures`` and ``page_numbers`` are what is read back of a file. Tables, figures and their captions keep to the margins where these bear numbers, and where they are ``narrow``.
    """

    font: str = ""
    size_pt: int = 0
    spacing: float = 0
    margins_mm: int = 0
    line_numbers: bool = False
    narrow: bool = False
    table_pt: float = 0
    page_numbers: bool = True
    pictures: int = 0

    @property
    def within_margins(self) -> bool:
        """Whether nothing stands in the margins."""
        return self.narrow or self.line_numbers


# letters and checklists: their tables stay within the margins
SHEET = Layout(narrow=True)
WIDE_SHEET = Layout(narrow=True, margins_mm=15)


def layout_of(profile: Profile, *, line_numbers: bool = False, double_spacing: bool = False) -> Layout:
    """What the journal asks for; the options count where its wish is not known."""
    return Layout(
        font=profile.wants("font", ""),
        size_pt=profile.wants("font_size_pt", 0),
        spacing=float(profile.wants("line_spacing", 2 if double_spacing else 0)),
        margins_mm=profile.wants("margins_mm", 0),
        line_numbers=profile.wants("line_numbers", line_numbers),
        table_pt=profile.wants("table_type_min_pt", 0),
    )


def finish(path: Path, layout: Layout, epoch: int) -> None:
    """Set the Word file at ``path`` so, in place; what its own edition carries of the sources (the commit, paths) is taken out."""
    with zipfile.ZipFile(path) as source:
        contents = {name: source.read(name) for name in source.namelist()}
    works = {
        "word/styles.xml": lambda root: _styles(root, layout),
        "word/document.xml": lambda root: _pages(root, layout),
        "docProps/custom.xml": _forget,
    }
    if layout.line_numbers:
        works |= dict.fromkeys([name for name in contents if re.match(r"word/footer\d*\.xml$", name)], _footer)
    for name, work in works.items():
        if name in contents:
            root = etree.fromstring(contents[name])
            work(root)
            contents[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as result:
        for name, data in contents.items():
            stamped.add(result, name, data, epoch)


def _forget(root: etree._Element) -> None:
    """No property of our own: the commit, and what pandoc keeps of the sources' places."""
    for item in list(root):
        root.remove(item)


def _styles(root: etree._Element, layout: Layout) -> None:
    for fonts in root.iter(f"{W}rFonts") if layout.font else ():
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(f"{W}{kind}", layout.font)
    for style in root.iter(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        if layout.size_pt and name in _SPACED:
            properties = _child(style, "rPr", before=())
            for tag in ("sz", "szCs"):
                size = _child(properties, tag, before=("highlight", "u", "effect", "bdr", "shd", "vertAlign", "lang"))
                size.set(f"{W}val", str(layout.size_pt * 2))
        for size in style.iter(f"{W}sz", f"{W}szCs") if name in _IN_TABLES else ():
            size.set(f"{W}val", str(max(int(size.get(f"{W}val")), round(2 * layout.table_pt))))
        if layout.spacing and name in _SPACED:
            spacing = _child(
                _child(style, "pPr", before=("rPr",)),
                "spacing",
                before=("ind", "contextualSpacing", "jc", "outlineLvl"),
            )
            spacing.set(f"{W}line", str(round(240 * layout.spacing)))
            spacing.set(f"{W}lineRule", "auto")

    if layout.within_margins:
        _forget_outdents(root)


def _footer(root: etree._Element) -> None:
    """The number of the page is no line that is counted."""
    for paragraph in root.iter(f"{W}p"):
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = etree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        _child(properties, "suppressLineNumbers", before=("pBdr", "tabs", "spacing", "ind", "jc", "rPr"))


def _pages(root: etree._Element, layout: Layout) -> None:
    for section in root.iter(f"{W}sectPr"):
        margins = section.find(f"{W}pgMar")
        if layout.margins_mm and margins is not None:
            for side in ("top", "bottom", "left", "right"):
                margins.set(f"{W}{side}", str(round(layout.margins_mm * _TWIPS_PER_MM)))
        columns = section.find(f"{W}cols")
        # the numbers of a second column would stand upon the words of the first
        one = columns is None or columns.get(f"{W}num", "1") == "1"
        for numbers in section.findall(f"{W}lnNumType") if not one else ():
            section.remove(numbers)
        if one and layout.line_numbers and section.find(f"{W}lnNumType") is None:
            numbers = etree.Element(f"{W}lnNumType")
            numbers.set(f"{W}countBy", "1")
            numbers.set(f"{W}restart", "continuous")
            anchor = margins if margins is not None else section[-1]
            anchor.addnext(numbers)

    if layout.within_margins:
        _keep_within(root)


def _keep_within(root: etree._Element) -> None:
    """Tables, pictures and paragraphs no wider than the text."""
    for table in root.iter(f"{W}tbl"):
        properties = table.find(f"{W}tblPr")
        indent, width = properties.find(f"{W}tblInd"), properties.find(f"{W}tblW")
        if indent is not None:
            properties.remove(indent)
        width.set(f"{W}type", "pct")
        width.set(f"{W}w", "5000")
    _forget_outdents(root)
    section = next(root.iter(f"{W}sectPr"), None)
    page, margins = (section.find(f"{W}{name}") if section is not None else None for name in ("pgSz", "pgMar"))
    if page is None or margins is None:
        return
    room = int(page.get(f"{W}w")) - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right"))
    for picture in root.iter(f"{_DRAWING}inline"):
        wide = int(picture.find(f"{_DRAWING}extent").get("cx"))
        if wide > room * _EMU_PER_TWIP:
            for item in (picture.find(f"{_DRAWING}extent"), *picture.iter(f"{_SHAPE}ext")):
                for side in ("cx", "cy"):
                    if item.get(side):
                        item.set(side, str(int(item.get(side)) * room * _EMU_PER_TWIP // wide))


def _forget_outdents(root: etree._Element) -> None:
    """No paragraph, and no style, begins or ends in a margin."""
    for indent in list(root.iter(f"{W}ind")):
        for side in [name for name, value in indent.attrib.items() if value.startswith("-")]:
            del indent.attrib[side]


def read_back(path: Path) -> Layout:
    """How the text of the Word file at ``path`` is set."""
    with zipfile.ZipFile(path) as source:
        styles, document = (etree.fromstring(source.read(f"word/{name}.xml")) for name in ("styles", "document"))
        footers = b"".join(source.read(name) for name in source.namelist() if re.match(r"word/footer\d*\.xml$", name))
    known = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    text = known["BodyText"]
    section = next(document.iter(f"{W}sectPr"))
    margins = section.find(f"{W}pgMar")
    return Layout(
        font=_value(styles, text, "rFonts", "ascii"),
        size_pt=int(_value(styles, text, "sz", "val") or 0) // 2,
        spacing=int(_value(styles, text, "spacing", "line") or 240) / 240,
        margins_mm=round(int(margins.get(f"{W}left")) / _TWIPS_PER_MM) if margins is not None else 0,
        line_numbers=document.find(f".//{W}lnNumType") is not None,
        table_pt=min(int(_value(styles, known.get(name), "sz", "val") or 0) for name in _IN_TABLES) / 2,
        page_numbers=b"PAGE" in footers,
        pictures=sum(1 for _ in document.iter(f"{_DRAWING}inline", f"{_DRAWING}anchor")),
    )


def _value(styles: etree._Element, style: etree._Element | None, tag: str, name: str) -> str:
    """A property of a style, else of the style that it is based on, else the file's default."""
    known = {item.get(f"{W}styleId"): item for item in styles.iter(f"{W}style")}
    while style is not None:
        found = style.find(f".//{W}{tag}")
        if found is not None and found.get(f"{W}{name}"):
            return found.get(f"{W}{name}")
        base = style.find(f"{W}basedOn")
        style = known.get(base.get(f"{W}val")) if base is not None else None
    found = styles.find(f"{W}docDefaults//{W}{tag}")
    return found.get(f"{W}{name}", "") if found is not None else ""


def _child(parent: etree._Element, tag: str, *, before: tuple[str, ...]) -> etree._Element:
    """The child, made where the schema wants it: before the first of ``before``."""
    found = parent.find(f"{W}{tag}")
    if found is None:
        found = etree.Element(f"{W}{tag}")
        anchor = next((item for item in parent if item.tag in {f"{W}{name}" for name in before}), None)
        if anchor is not None:
            anchor.addprevious(found)
        else:
            parent.append(found)
    return found
