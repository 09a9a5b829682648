"""DOCX: what an editor expects of Word — styles, native captions, fields that cross-refer, repeated header rows."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
import zlib
from copy import copy, deepcopy
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from lxml import etree

from manuscript.atomic import replacing
from manuscript.clock import source_commit
from manuscript.engine import pandoc
from manuscript.engine.ast import (
    Node,
    NodeVisitor,
    attr,
    div,
    drop,
    get,
    link,
    para,
    plain,
    put,
    raw_block,
    raw_inline,
    space,
    span,
    string,
    text_of,
    walk,
    words,
)
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.engine.formats.blank import blanks
from manuscript.engine.formats.common import (
    describe_image,
    full_name,
    layout_rows,
    marks_of,
    notes_on_authors,
    shown_date,
    stands_above,
)
from manuscript.engine.kinds import NO_BREAK, Kind, Kinds
from manuscript.ooxml import COMMIT, MM, OVERHANG, PARTINGS, PICTURES, TWENTIETH, WIDE, W
from manuscript.stamped import add

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_INLINE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
# how tall a piece of a parted picture is at most, and the room of its caption below the last
_PIECE, _CAPTION = 78 * MM, 20 * MM
# beyond the numbers that pandoc gives pictures
_PIECES = 100_000
_DECORATIVE = f"""<a:extLst xmlns:a="{DRAWING[1:-1]}"><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">
<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>"""
_TAB = raw_inline("openxml", "<w:r><w:tab/></w:r>")
_WIDE = f"{WIDE / MM:g}mm"
_WIDE_STYLE = "Wide Figure"
_OWN_FIELDS = (
    "title", "subtitle", "author", "date", "abstract", "abstract-title", "keywords", "funding", "acknowledgements",
    "references",
)  # fmt: skip
# the properties of a paragraph in the order of the schema (CT_PPr)
_PARAGRAPH = {
    f"{W}{name}": place
    for place, name in enumerate((
        "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers",
        "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE",
        "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents",
        "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle",
        "rPr", "sectPr", "pPrChange",
    ))
}  # fmt: skip
# and those of a section (CT_SectPr); the first are lists, of which a section within the text takes the last one's
_SECTION = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders",
    "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter",
    "docGrid", "printerSettings", "sectPrChange",
)  # fmt: skip
_OF_LAST = tuple(f"{W}{name}" for name in ("footnotePr", "endnotePr", "type"))
# a list of so many terms, none longer than so many letters, stands in two columns
_MANY, _SHORT = 12, 90
# rows of a table, its head with them, that stay with the next one
_FIRST_ROWS = 4
_PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def write(document: Document, target: Path, *, reference: Path | None = None, parted: bool = True) -> None:
    """Write the Word file to ``target``, with the styles of ``reference`` in place of our own.

    ``parted``: tall figures may go on over two pages.
    """
    project = document.project
    tree = {**document.tree, **shape(document)[0]}
    with tempfile.TemporaryDirectory(prefix="word-") as folder:
        raw = Path(folder) / target.name
        pictures = blanks(tree["blocks"], project, Path(folder))
        pandoc.write_binary(
            tree,
            "docx",
            raw,
            [
                f"--reference-doc={pandoc.named(reference or _template(document), project.root)}",
                f"--resource-path={folder}{os.pathsep}.",
            ],
            folder=project.root,
            epoch=document.epoch,
        )
        finish(raw, target, document, parted=parted, pictures=pictures)


def shape(document: Document, *, resolved: bool = True) -> tuple[dict[str, Any], None]:
    """Blocks and metadata for pandoc's writer; citations need not be ``resolved`` for it. No marks."""
    writer = _Writer(document)
    blocks = [*writer.title_block(), *walk(document.blocks, writer.visit)]
    # the title block is part of the text; pandoc would write one of its own
    meta = {key: value for key, value in document.tree["meta"].items() if key not in _OWN_FIELDS}
    return {"blocks": blocks, "meta": meta}, None


def _template(document: Document) -> Path:
    """The reference document: the one of `styles/`, else one per version of its code and language."""
    if document.project.word_template.is_file():
        return document.project.word_template
    from manuscript.engine.formats import docx_reference

    source = Path(docx_reference.__file__).read_bytes() + document.settings.lang.encode()
    path = document.project.build / f"reference-{hashlib.sha256(source).hexdigest()[:12]}.docx"
    if not path.is_file():
        with replacing(path) as temporary:
            docx_reference.reference_docx(temporary, document.settings.lang)
    return path


def _styled(style: str, blocks: list[Node]) -> Node:
    return div(attr("", [], custom_style=style), blocks)


def _bookmark_name(identifier: str) -> str:
    """Word allows letters, digits and underscores, 40 of them; a digest keeps long ones apart."""
    name = "n_" + re.sub(r"\W", "_", identifier)
    return name if len(name) <= 40 else f"{name[:30]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class _Writer(NodeVisitor):
    def __init__(self, document: Document) -> None:
        self.document = document
        self.bookmarks = 10_000  # beyond the numbers that pandoc gives its own

    def title_block(self) -> list[Node]:
        """Title, authors, affiliations, abstract and keywords, each in its own style."""
        document = self.document
        blocks = [_styled("Title", [para(document.meta_inlines("title"))])]
        if document.meta_inlines("subtitle"):
            blocks.append(_styled("Subtitle", [para(document.meta_inlines("subtitle"))]))
        blocks += [_styled("Author", [para(self._author(author))]) for author in document.authors]
        for index, item in enumerate(document.affiliations, start=1):
            mark = {"t": "Superscript", "c": [string(str(index))]}
            blocks.append(_styled("Affiliation", [para([mark, space(), *words(item.text)])]))
        blocks += [_styled("Affiliation", [para(words(note))]) for note in notes_on_authors(document)]
        if document.date:
            blocks.append(_styled("Date", [para(words(shown_date(document)))]))
        if document.meta_blocks("abstract"):
            blocks.append(_styled("Abstract Title", [para(words(document.abstract_title))]))
            blocks.append(_styled("Abstract", walk(document.meta_blocks("abstract"), self.visit)))
        if document.keywords:
            text = [
                {"t": "Strong", "c": words(f"{document.settings.terms['title-block-keywords']}:")},
                space(),
                *words("; ".join(document.keywords)),
            ]
            blocks.append(_styled("Keywords", [para(text)]))
        return blocks

    @staticmethod
    def _author(author: Any) -> list[Node]:
        inlines = words(full_name(author))
        if marks_of(author):
            inlines.append({"t": "Superscript", "c": [string(",".join(marks_of(author)))]})
        if author.orcid:
            inlines += [space(), link(attr(), [string("ORCID")], f"https://orcid.org/{author.orcid}")]
        if author.corresponding and author.email:
            inlines += [space(), link(attr(), [string(author.email)], f"mailto:{author.email}")]
        return inlines

    def _number_field(self, identifier: str, text: str, *, sequence: str = "", bold: bool = False) -> Node:
        """A number under a bookmark, counted by Word where ``sequence`` is given."""
        look = "<w:rPr><w:b/><w:bCs/></w:rPr>" if bold else ""
        run = f"<w:r>{look}<w:t>{escape(text)}</w:t></w:r>"
        if sequence and text.isdigit():
            run = f'<w:fldSimple w:instr=" SEQ {sequence} \\* ARABIC ">{run}</w:fldSimple>'
        self.bookmarks += 1
        start = f'<w:bookmarkStart w:id="{self.bookmarks}" w:name="{_bookmark_name(identifier)}"/>'
        return raw_inline("openxml", f'{start}{run}<w:bookmarkEnd w:id="{self.bookmarks}"/>')

    def _header(self, node: Node) -> None:
        level, attributes, inlines = node["c"]
        number = label_of(attributes)
        drop(attributes, "number")
        if number:
            # as Quarto prints it: a full stop behind a first-level number
            tail = "." if level == 1 else ""
            mark = [self._number_field(attributes[0], number), string(f"{tail}{NO_BREAK}")]
            node["c"][2] = [*mark, *inlines]

    def _caption(self, node: Node) -> list[Node]:
        attributes = node["c"][0]
        number, sub = label_of(attributes), get(attributes, "sub")
        blocks = node["c"][1][1]
        text = blocks[0]["c"] if blocks and blocks[0]["t"] in ("Para", "Plain") else []
        kinds = self.document.settings.kinds
        kind = kinds.of(attributes[0])
        if sub:
            return [string(f"({sub})"), space(), *text]
        if not number or kind is None:
            return text
        field = self._number_field(attributes[0], number, sequence=_sequence(kind), bold=True)
        label = [string(kind.label("")), field]
        return [{"t": "Strong", "c": [*label, string(kinds.delimiter if text else "")]}, space(), *text]

    def _figure(self, node: Node) -> list[Node]:
        attributes, _, content = node["c"]
        above = stands_above(self.document, node)
        notes: list[Node] = []
        text = self._caption(node)
        if above:
            text, notes = _parted(text)
        style = "Table Caption" if above else "Image Caption"
        anchor = [span(attr(attributes[0]), [])] if attributes[0] else []
        caption = [_styled(style, [para([*anchor, *text])])] if text or anchor else []
        picture = [
            _styled(_WIDE_STYLE if _is_wide(block) else "Captioned Figure", [para(block["c"])])
            if block["t"] == "Plain"
            else block
            for block in content
        ]
        return [*caption, *picture, *_notes(notes)] if above else [*picture, *caption]

    def _image(self, node: Node) -> None:
        describe_image(node)
        if get(node["c"][0], "width") == "100%":
            put(node["c"][0], "width", _WIDE)

    def _table(self, node: Node) -> list[Node]:
        attributes = node["c"][0]
        notes: list[Node] = []
        if label_of(attributes):
            title, notes = _parted(self._caption(node))
            node["c"][1] = [None, [plain(title)]]
        attributes[2] = []
        columns = node["c"][2]
        if all(column[1]["t"] == "ColWidthDefault" for column in columns):
            # Word has no notion of "as wide as the text": share the page
            for column in columns:
                column[1] = {"t": "ColWidth", "c": 1 / len(columns)}
        heads = [*node["c"][3][1], *(row for body in node["c"][4] for row in body[2])]
        rows = [*(row for body in node["c"][4] for row in body[3]), *node["c"][5][1]]
        for style, group in (("Table Header", heads), ("Table Text", rows)):
            for row in group:
                for cell in row[1]:
                    cell[4] = [_styled(style, walk(cell[4], _as_para))] if cell[4] else cell[4]
        return [node, *_notes(notes)]

    def _definitionlist(self, node: Node) -> list[Node]:
        """Each term and its meaning on one line; many short ones, such as abbreviations, in two columns."""
        lines, longest = [], 0
        for term, meanings in node["c"]:
            first, *more = [block for meaning in meanings for block in meaning] or [plain([])]
            simple = first["t"] in ("Para", "Plain")
            inlines = [{"t": "Strong", "c": term}, _TAB, *(first["c"] if simple else [])]
            lines += [_styled("Definition", [para(inlines)]), *([] if simple else [first]), *more]
            longest = max(longest, len(text_of([para(inlines)])) if simple and not more else _SHORT + 1)
        if len(node["c"]) < _MANY or longest > _SHORT:
            return lines
        return [raw_block("openxml", _columns(1)), *lines, raw_block("openxml", _columns(2))]

    def _span(self, node: Node) -> Node | None:
        attributes, inlines = node["c"]
        if "equation" not in attributes[1]:
            return None
        field = self._number_field(attributes[0], label_of(attributes), sequence="Equation")
        return span(attr(attributes[0], ["numbered"]), [*inlines, string("("), field, string(")")])

    def _para(self, node: Node) -> Node | list[Node] | None:
        """A formula with a number gets a paragraph of its own, since the number stands at the end of its line."""
        formulas = [item for item in node["c"] if item["t"] == "Span" and "numbered" in item["c"][0][1]]
        if not formulas:
            return None
        result: list[Node] = []
        text: list[Node] = []
        for item in [*node["c"], None]:
            if item is None or item in formulas:
                if any(part["t"] not in ("Space", "SoftBreak") for part in text):
                    result.append(para(text))
                text = []
            else:
                text.append(item)
            if item is not None and item in formulas:
                formula, *number = item["c"][1]
                inline = {"t": "Math", "c": [{"t": "InlineMath"}, formula["c"][1]]}
                line = [span(attr(item["c"][0][0]), []), _TAB, inline, _TAB, *number]
                result.append(_styled("Equation", [para(line)]))
        return result

    def _link(self, node: Node) -> Node | list[Node] | None:
        attributes, inlines, target = node["c"]
        if "quarto-xref" not in attributes[1]:
            return None
        identifier = target[0].removeprefix("#")
        label, sub = self.document.labels[identifier], get(attributes, "sub")
        owner = identifier
        if sub:
            # a part has the number of the whole
            same = (
                key
                for key, item in self.document.labels.items()
                if (item.number, item.kind, item.sub) == (label.number, label.kind, "")
            )
            owner = next(same, identifier)
        if not self._is_counted(self.document.settings.kinds[label.kind]):
            return link(attr(), inlines, f"#{identifier}")
        # no "\\h" switch: the link is around the field already, and Word would nest the two
        field = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> REF {_bookmark_name(owner)} </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f"<w:r><w:t>{escape(label.number)}</w:t></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        tail = [string(f"{NO_BREAK}({sub})")] if sub else []
        return link(attr(), [*inlines[:-1], raw_inline("openxml", field), *tail], f"#{identifier}")

    def _is_counted(self, kind: Kind) -> bool:
        """Whether the number of a kind is a field that a reference can repeat."""
        if kind.form == "section":
            return self.document.settings.number_sections
        return kind.form in ("float", "equation")

    def _div(self, node: Node) -> Node | list[Node] | None:
        attributes, blocks = node["c"]
        if "layout" in attributes[1]:
            return _panels(node)
        if "callout" in attributes[1]:
            anchor = [span(attr(attributes[0]), [])] if attributes[0] else []
            blocks[0]["c"][1][0]["c"][:0] = anchor
            title = _styled("Callout Title", [para(blocks[0]["c"][1][0]["c"])])
            return [title, _styled("Callout", walk(blocks[1]["c"][1], _as_para))]
        if "pagebreak" in attributes[1]:
            return [raw_block("openxml", _PAGE_BREAK)]
        if "landscape" in attributes[1]:
            return [
                raw_block("openxml", _section(landscape=False)),
                *blocks,
                raw_block("openxml", _section(landscape=True)),
            ]
        if attributes[0] == "refs":
            put(attributes, "custom-style", "Bibliography")
        drop(attributes, "number")
        return None


def _as_para(node: Node) -> Node | None:
    # a Plain in a styled block would keep the style "Compact"
    return para(node["c"]) if node["t"] == "Plain" else None


def _parted(caption: list[Node]) -> tuple[list[Node], list[Node]]:
    """A table's caption as the label and title above it and the notes below, where the title is in bold type."""
    title = 2 if len(caption) > 2 and caption[0]["t"] == "Strong" and caption[2]["t"] == "Strong" else 0
    if not title or len(caption) <= title + 2:
        return caption, []
    return caption[: title + 1], caption[title + 2 :]


def _notes(inlines: list[Node]) -> list[Node]:
    return [_styled("Table Note", [para(inlines)])] if inlines else []


def _is_wide(block: Node) -> bool:
    """Whether a picture takes all the width there is."""
    return any(item["t"] == "Image" and get(item["c"][0], "width") == _WIDE for item in block["c"])


def _sequence(kind: Kind) -> str:
    """The name under which Word counts a kind."""
    return re.sub(r"\W+", "_", kind.title) or kind.key


def _columns(count: int) -> str:
    """The end of a section of so many columns; the page's other properties are those of the last one."""
    return f'<w:p><w:pPr><w:sectPr><w:cols w:num="{count}" w:space="340"/></w:sectPr></w:pPr></w:p>'


def _section(*, landscape: bool) -> str:
    """The end of a section of the file; the page's other properties are those of the last section (see ``_body``)."""
    sign = ' w:orient="landscape"' if landscape else ""
    size = f'<w:pgSz w:w="{16838 if landscape else 11906}" w:h="{11906 if landscape else 16838}"{sign}/>'
    return f"<w:p><w:pPr><w:sectPr>{size}</w:sectPr></w:pPr></w:p>"


def _panels(layout: Node) -> list[Node]:
    """What stands side by side, in a table without rules for each run of rows of the same widths: Word has no other way."""
    result: list[Node] = []
    rows = layout_rows(layout)
    for widths, group in groupby(rows, key=lambda row: [width for width, _ in row]):
        if len(widths) == 1:
            result += [block for row in group for _, cell in row for block in cell]
        else:
            result.append(_panel(widths, [[cell for _, cell in row] for row in group]))
    return result


def _panel(widths: list[float], rows: list[list[list[Node]]]) -> Node:
    start = ["", [], []], {"t": "AlignCenter"}, 1, 1
    filled = [
        [attr(), [[*start, [_shrunk(block, width) for block in cell]] for width, cell in zip(widths, row, strict=True)]]
        for row in rows
    ]
    columns = [[{"t": "AlignCenter"}, {"t": "ColWidth", "c": width}] for width in widths]
    style = attr("", [], custom_style="FigurePanel")
    empty = [attr(), []]
    return {"t": "Table", "c": [style, [None, []], columns, empty, [[attr(), 0, [], filled]], empty]}


def _shrunk(part: Node, share: float) -> Node:
    def visit(node: Node) -> None:
        if node["t"] == "Image":
            put(node["c"][0], "width", f"{round(15.2 * share, 2)}cm")
            drop(node["c"][0], "height")
        elif node["t"] == "Div" and get(node["c"][0], "custom-style") == _WIDE_STYLE:
            # "as wide as there is room" is the width of the cell here, not that of the page
            put(node["c"][0], "custom-style", "Captioned Figure")

    return walk(part, visit)


def finish(
    raw: Path, target: Path, document: Document, *, parted: bool = True, pictures: dict[bytes, bytes] | None = None
) -> None:
    """Repack pandoc's file: metadata of our own, header rows that repeat, and the same bytes for the same content.

    ``pictures``: the true one by the blank that stands for it.
    """
    true = pictures or {}
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        partings = _partings(source) if parted else {}
        for name in source.namelist():
            data = true.get(data := source.read(name), data)
            if name == "docProps/core.xml":
                data = _core_properties(data, document)
            elif name == "docProps/custom.xml":
                shown = [source.read(part) for part in source.namelist() if "/media/" in part]
                data = _origin(data, document, sorted(f"{zlib.crc32(true.get(part, part)):08x}" for part in shown))
            elif name == "word/document.xml":
                data = _body(data, document.settings.kinds, partings)
            elif name == "word/_rels/footnotes.xml.rels":
                data = _with_pictures(data, source)
            if name in ("word/document.xml", "word/styles.xml", "word/footnotes.xml"):
                data = _ordered(data)
            add(result, name, data, document.epoch)


def _with_pictures(relations: bytes, package: zipfile.ZipFile) -> bytes:
    """The relations of the notes with those of their pictures, which pandoc writes for the body alone."""
    root, body = etree.fromstring(relations), etree.fromstring(package.read("word/_rels/document.xml.rels"))
    known = {item.get("Id") for item in root}
    wanted = set(re.findall(r'r:embed="([^"]+)"', package.read("word/footnotes.xml").decode())) - known
    root.extend([item for item in body if item.get("Id") in wanted])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _ordered(data: bytes) -> bytes:
    """The properties of paragraphs in the order of the schema, each once: what stands inside was written first.

    Those of runs each once, too: words are no more than once in italics.
    """
    root = etree.fromstring(data)
    _ordered_formulas(root)
    for properties in root.iter(f"{W}rPr"):
        properties[:] = {item.tag: item for item in properties}.values()
    for properties in root.iter(f"{W}pPr"):
        first = {item.tag: item for item in reversed(properties)}
        properties[:] = sorted(first.values(), key=lambda item: _PARAGRAPH.get(item.tag, len(_PARAGRAPH)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _core_properties(data: bytes, document: Document) -> bytes:
    root = etree.fromstring(data)
    dc, cp = (
        "http://purl.org/dc/elements/1.1/",
        "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    )
    values = {
        f"{{{dc}}}title": document.title,
        f"{{{dc}}}creator": "; ".join(author.name for author in document.authors),
        f"{{{dc}}}language": document.settings.lang,
        f"{{{cp}}}keywords": ", ".join(document.keywords),
    }
    for name, value in values.items():
        element = root.find(name)
        if element is None:
            element = etree.SubElement(root, name)
        element.text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _origin(data: bytes, document: Document, pictures: list[str]) -> bytes:
    """The commit and the pictures that the file was made from: `manuscript import` reads them when it comes back."""
    root = etree.fromstring(data)
    for item in list(root):
        # pandoc keeps its metadata here: where the bibliography and the style lie on this machine
        root.remove(item)
    space = root.tag.removesuffix("Properties")
    stated = [(COMMIT, source_commit(document.project)), (PICTURES, " ".join(pictures))]
    for number, (key, told) in enumerate((pair for pair in stated if pair[1]), start=2):
        item = etree.SubElement(root, f"{space}property", fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}")
        item.set("pid", str(number))
        item.set("name", key)
        value = etree.SubElement(item, "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}lpwstr")
        value.text = told
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _body(data: bytes, kinds: Kinds, partings: dict[str, list[float]]) -> bytes:
    root = etree.fromstring(data)
    table_label, delimiter = kinds["tbl"].title, kinds.delimiter
    _complete_sections(root)
    for row in root.iter(f"{W}tr"):
        # a row that breaks over two pages cannot be read
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            row.insert(0, properties)
        if properties.find(f"{W}cantSplit") is None:
            properties.insert(0, etree.Element(f"{W}cantSplit"))
    for caption in root.iter(f"{W}tblCaption"):
        # pandoc writes the description without the number, which is a field; the caption itself has both
        text = caption.get(f"{W}val", "")
        caption.set(f"{W}val", re.sub(rf"^{re.escape(table_label)}", "", text).lstrip(f"\u00a0 {delimiter}"))
    for table in root.iter(f"{W}tbl"):
        _space_below(table)
        _widen(table)
        _begin_together(table)
    for paragraph in list(root.iter(f"{W}p")):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") == "WideFigure":
            _stretch(paragraph)
            _indent(_part(paragraph, partings).getnext())
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _begin_together(table: Any) -> None:
    """Keep the first rows with the ones below them: a table that begins at the foot of a page begins with more than one row."""
    for row in table.findall(f"{W}tr")[:_FIRST_ROWS]:
        for paragraph in row.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr")
            if properties is not None and properties.find(f"{W}keepNext") is None:
                style = properties.find(f"{W}pStyle")
                properties.insert(0 if style is None else 1, etree.Element(f"{W}keepNext"))


def _ordered_formulas(root: Any) -> None:
    """Put the properties of formulas in the order of the schema; upright words have no style of letters beside it."""
    for properties in root.iter(f"{MATH}mcPr"):
        properties[:] = sorted(properties, key=lambda item: item.tag != f"{MATH}count")
    for properties in root.iter(f"{MATH}rPr"):
        if properties.find(f"{MATH}nor") is not None:
            for name in ("sty", "scr"):
                for item in properties.findall(f"{MATH}{name}"):
                    properties.remove(item)


def _complete_sections(root: Any) -> None:
    """Give sections within the text what they do not state: paper, margins, footers and line numbers of the last one.

    One with another number of columns than the one before begins on the same page.
    """
    every = list(root.iter(f"{W}sectPr"))
    if not every:
        return
    last, before = every[-1], (None, "1")
    for section in every:
        stated = {part.tag for part in section}
        section.extend(copy(part) for part in last if part.tag not in (*stated, *_OF_LAST))
        size, columns = section.find(f"{W}pgSz"), section.find(f"{W}cols")
        now = (
            None if size is None else size.get(f"{W}orient"),
            "1" if columns is None else columns.get(f"{W}num", "1"),
        )
        if now[0] == before[0] and now[1] != before[1]:
            etree.SubElement(section, f"{W}type").set(f"{W}val", "continuous")
        section[:] = sorted(section, key=lambda part: _SECTION.index(etree.QName(part).localname))
        before = now


def _stretch(paragraph: Any) -> None:
    """Give the picture the width it was drawn at; pandoc shrinks it to the width of the text."""
    sizes = [item for item in paragraph.iter() if etree.QName(item).localname in ("extent", "ext") and item.get("cx")]
    for size in sizes:
        width, height = int(size.get("cx")), int(size.get("cy"))
        size.set("cx", str(WIDE))
        size.set("cy", str(round(height * WIDE / width)))


def _partings(source: zipfile.ZipFile) -> dict[str, list[float]]:
    """For each picture of the text that may be parted (by the name of its relationship) where, in shares of its height."""
    found = {}
    for item in etree.fromstring(source.read("word/_rels/document.xml.rels")):
        target = f"word/{item.get('Target')}"
        if target.endswith(".png") and target in source.namelist():
            with source.open(target) as picture:
                told = re.search(rb"tEXt%s\0([\d. ]+)" % PARTINGS.encode(), picture.read(4096))
            if told:
                found[item.get("Id", "")] = [float(place) for place in told[1].split()]
    return found


def _part(paragraph: Any, partings: dict[str, list[float]]) -> Any:
    """Show a tall picture piece by piece, each below the other, so that no page ends early for want of room for all of it.

    Every piece is the whole picture, cropped by Word, in a paragraph of its own; the first has the words for those who do
    not see it. Returns the last paragraph.
    """
    pictures = list(paragraph.iter(f"{W}drawing"))
    blip = pictures[0].find(f".//{DRAWING}blip") if len(pictures) == 1 else None
    if blip is None or not (places := partings.get(blip.get(_EMBED, ""))):
        return paragraph
    height = int(next(paragraph.iter(f"{_INLINE}extent")).get("cy"))
    edges = [0.0, *_edges(places, _PIECE / height, (_PIECE - _CAPTION) / height), 1.0]
    pieces = [deepcopy(paragraph) for _ in edges[1:]]
    for number, (piece, (top, bottom)) in enumerate(zip(pieces, pairwise(edges), strict=True)):
        for size in piece.iter(f"{_INLINE}extent", f"{DRAWING}ext"):
            if size.get("cy"):
                size.set("cy", str(round(height * (bottom - top))))
        crop = etree.Element(f"{DRAWING}srcRect")
        crop.set("t", str(round(top * 100_000)))
        crop.set("b", str(round((1 - bottom) * 100_000)))
        piece.find(f".//{DRAWING}blip").addnext(crop)
        properties = piece.find(f"{W}pPr")
        if piece is not pieces[-1]:
            # the style keeps it with the caption
            etree.SubElement(properties, f"{W}keepNext").set(f"{W}val", "0")
        if number:
            etree.SubElement(properties, f"{W}spacing").set(f"{W}before", "0")
            name = next(piece.iter(f"{_INLINE}docPr"))
            name.set("id", str(_PIECES + 100 * int(name.get("id")) + number))
            name.set("descr", "")
            name.append(etree.fromstring(_DECORATIVE))
            for mark in piece.findall(f".//{W}bookmarkStart") + piece.findall(f".//{W}bookmarkEnd"):
                mark.getparent().remove(mark)  # names are given once
        paragraph.addprevious(piece)
    paragraph.getparent().remove(paragraph)
    return pieces[-1]


def _edges(places: list[float], tallest: float, last: float) -> list[float]:
    """Of the places where a picture may be parted those that make as few pieces as may be, the last the shortest."""
    chosen: list[float] = []
    end, room = 1.0, last
    while end > room:
        # from the foot upwards, since the caption stands below the last piece
        within = [place for place in places if end - room <= place < end]
        end = within[0] if within else max((place for place in places if place < end), default=0.0)
        if not end:
            break
        chosen.insert(0, end)
        room = tallest
    return chosen


def _indent(caption: Any) -> None:
    """A wide figure's caption is as wide as the figure, so that both find room on one page."""
    room = etree.Element(f"{W}ind")
    for side in ("left", "right"):
        room.set(f"{W}{side}", str(-round(OVERHANG / TWENTIETH)))
    style = caption.find(f"{W}pPr/{W}pStyle") if caption is not None else None
    if style is not None and style.get(f"{W}val") == "ImageCaption":
        style.addnext(room)


def _widen(table: Any) -> None:
    """Let a table reach into both margins, as its figures do; pandoc counts its columns for another page."""
    properties, columns = table.find(f"{W}tblPr"), table.findall(f"{W}tblGrid/{W}gridCol")
    style, width = (properties.find(f"{W}{name}") for name in ("tblStyle", "tblW"))
    if (style is not None and style.get(f"{W}val") == "FigurePanel") or properties.find(f"{W}tblInd") is not None:
        return  # what is indented stands in a list
    wide, counted = round(WIDE / TWENTIETH), [int(column.get(f"{W}w", "0")) for column in columns]
    for column, own in zip(columns, counted, strict=True):
        column.set(f"{W}w", str(round(wide * own / sum(counted))))
    width.set(f"{W}type", "dxa")
    width.set(f"{W}w", str(wide))
    indent = etree.Element(f"{W}tblInd")
    indent.set(f"{W}w", str(-round(OVERHANG / TWENTIETH)))
    indent.set(f"{W}type", "dxa")
    side = properties.find(f"{W}jc")
    (width if side is None else side).addnext(indent)


def _space_below(table: Any) -> None:
    """Word gives a table no room below: the paragraph that follows takes it."""
    following = next((item for item in table.itersiblings() if item.tag in (f"{W}p", f"{W}tbl")), None)
    style = following.find(f"{W}pPr/{W}pStyle") if following is not None else None
    if style is None or style.get(f"{W}val") not in ("BodyText", "FirstParagraph", "Compact"):
        return
    room = etree.Element(f"{W}spacing")
    room.set(f"{W}before", "240")
    style.addnext(room)
