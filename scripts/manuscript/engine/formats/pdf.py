"""PDF: pandoc writes Typst, our template sets it, Typst makes an accessible (PDF/UA-1) and archivable (PDF/A-2a) file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from manuscript.atomic import write_bytes
from manuscript.engine import pandoc
from manuscript.engine.ast import (
    Node,
    NodeVisitor,
    drop,
    get,
    iterate,
    plain,
    raw_block,
    raw_inline,
    string,
    text_of,
    walk,
)
from manuscript.engine.document import Document
from manuscript.engine.formats.common import author_fields, evidence_links, label_caption, shown_date
from manuscript.errors import RenderError

STANDARDS = ("ua-1", "a-2a")
# the look, and what hands the article to it
STYLES = ("typst-template.typ", "typst-show.typ")
_LINE_NUMBERS = """\
#set par.line(
  numbering: number => text(7pt, fill: soft, str(number)), numbering-scope: "page", number-margin: left, number-clearance: 16mm,
)
"""


def write(document: Document, target: Path, *, line_numbers: bool = False) -> None:
    """Write the PDF to ``target``, with the lines of each page numbered where reviewers want that.

    Raises ``RenderError`` with Typst's words.
    """
    import typst

    text = typst_source(document, line_numbers=line_numbers)
    try:
        data = typst.compile(
            text.encode("utf-8"),
            root=str(document.project.root),
            # only the fonts inside Typst: every machine sets the same pages
            ignore_system_fonts=True,
            font_paths=[],
            pdf_standards=list(STANDARDS),
            timestamp=document.moment,
        )
    except typst.TypstError as error:
        hints = "; ".join(getattr(error, "hints", None) or [])
        raise RenderError(
            f"typst says: {getattr(error, 'message', None) or error}",
            mend=hints or "mend what Typst names: often an image without fig-alt or a table it cannot set",
        ) from error
    write_bytes(target, data)


def typst_source(document: Document, *, line_numbers: bool = False) -> str:
    """The whole article as Typst text, its look before it."""
    body = pandoc.write(
        {**document.tree, **shape(document)[0], "meta": {}},
        "typst-citations",
        ["--wrap=none", *evidence_links(document)],
        folder=document.project.root,
        epoch=document.epoch,
    )
    look, show = (document.project.style(name).read_text(encoding="utf-8") for name in STYLES)
    return f"{look}\n{show.replace('$article-facts$', _facts(document))}\n{_LINE_NUMBERS if line_numbers else ''}{body}"


def shape(document: Document, *, resolved: bool = True) -> tuple[dict[str, Any], None]:
    """Blocks and metadata for pandoc's writer of Typst; a citation that is ``resolved`` is its words alone. No marks."""
    visitor = _Visitor(document, resolved=resolved)
    blocks = [
        *_wrapped("#title-block(article, title: [", [plain(document.meta_inlines("title"))], "]"),
        *_wrapped(
            ", subtitle: [",
            [plain(document.meta_inlines("subtitle"))] if document.meta_inlines("subtitle") else [],
            "])",
        ),
    ]
    if document.meta_blocks("abstract"):
        blocks += _wrapped("#abstract-block(article)[", walk(document.meta_blocks("abstract"), visitor.visit), "]")
    blocks += walk(document.blocks, visitor.visit)
    facts = {"t": "MetaInlines", "c": [raw_inline("typst", _facts(document))]}
    return {"blocks": blocks, "meta": {**document.tree["meta"], "article-facts": facts}}, None


def _facts(document: Document) -> str:
    """What the article says of itself, as a Typst string of JSON."""
    return quoted(json.dumps(_article_fields(document), ensure_ascii=False))


def _article_fields(document: Document) -> dict[str, Any]:
    """What the Typst template asks of an article; ``short`` is the title where there is no short one."""
    short = document.metadata.get("short-title")
    return {
        "title": document.title,
        "short": str(short) if short else document.title,
        "lang": document.settings.lang.split("-")[0],
        "region": document.settings.lang.partition("-")[2],
        "date": shown_date(document),
        "description": " ".join(text_of(document.meta_blocks("abstract")).split()),
        "keywords": document.keywords,
        "paper": str(document.settings.option("typst", "papersize", "a4")),
        **author_fields(document.authors, document.affiliations),
    }


def quoted(text: str) -> str:
    """``text`` as a Typst string literal."""
    return json.dumps(text, ensure_ascii=False)


def _wrapped(opening: str, blocks: list[Node], closing: str) -> list[Node]:
    return [raw_block("typst", opening), *blocks, raw_block("typst", closing)]


class _Visitor(NodeVisitor):
    def __init__(self, document: Document, *, resolved: bool) -> None:
        self.document = document
        self.resolved = resolved

    def _header(self, node: Node) -> None:
        drop(node["c"][1], "number")

    def _cite(self, node: Node) -> list[Node] | None:
        return node["c"][1] if self.resolved else None

    def _definitionlist(self, node: Node) -> Node | None:
        """Short forms and their meanings on one line; pandoc writes a block for a meaning, which would stand below its term."""
        meanings = [meaning for _, found in node["c"] for meaning in found]
        if any([block["t"] for block in meaning] not in (["Plain"], ["Para"]) for meaning in meanings):
            return None
        inlines = [raw_inline("typst", "#terms(tight: false,")]
        for term, found in node["c"]:
            for meaning in found:
                inlines += [raw_inline("typst", " terms.item["), *term, raw_inline("typst", "][")]
                inlines += [*meaning[0]["c"], raw_inline("typst", "],")]
        return plain([*inlines, raw_inline("typst", ")")])

    def _math(self, node: Node) -> list[Node]:
        # PDF/UA-1 wants words for a formula; its TeX is what a reader of formulas knows
        text = " ".join(node["c"][1].split())
        return [raw_inline("typst", f"#[#set math.equation(alt: {quoted(text)});"), node, raw_inline("typst", "]")]

    def _span(self, node: Node) -> Node | list[Node] | None:
        attributes, inlines = node["c"]
        if "caption-label" in attributes[1]:
            return [{"t": "Strong", "c": inlines}]
        if "equation" in attributes[1]:
            drop(attributes, "number")
            label = f"<{attributes[0]}>"
            opening, formula, closing = inlines[0], inlines[1], inlines[2]
            setting = opening["c"][1].removesuffix(";").removesuffix(")") + ', numbering: "(1)");'
            return [raw_inline("typst", setting), formula, raw_inline("typst", label + closing["c"][1])]
        return None

    def _link(self, node: Node) -> None:
        attributes, inlines, _ = node["c"]
        sub = get(attributes, "sub")
        if sub:
            number = self.document.labels[node["c"][2][0].removeprefix("#")].number
            inlines[-1] = string(f"{number}{sub}")
            drop(attributes, "sub")

    def _figure(self, node: Node) -> list[Node]:
        attributes, _, content = node["c"]
        columns = get(attributes, "layout-ncol") or "1"
        description = _description(node)
        # a figure goes to the top or bottom of a page, so that text fills the room; a panel's parts stay in it
        placement = "none" if get(attributes, "sub") else "auto"
        label_caption("fig", node)
        caption = node["c"][1][1]
        label = f"<{attributes[0]}>" if attributes[0] else ""
        opening = f"#figure(kind: image, placement: {placement}, alt: {quoted(description)}, caption: ["
        body = _panel(content, columns)
        if placement == "auto" and columns == "1" and _is_wide(content):
            body = _wrapped("#wide[", body, "]")
        return [
            raw_block("typst", opening),
            *caption,
            raw_block("typst", "])["),
            *body,
            raw_block("typst", f"]{label}"),
        ]

    def _image(self, node: Node) -> list[Node]:
        attributes, _, target = node["c"]
        width = get(attributes, "width")
        arguments = [quoted(f"/{target[0]}"), f"alt: {quoted(get(attributes, 'alt') or '')}"]
        if width:
            arguments.append(f"width: {width}")
        return [raw_inline("typst", f"#image({', '.join(arguments)})")]

    def _table(self, node: Node) -> Node | None:
        """The table as our own Typst, for what pandoc's writer cannot say: rows that head others, the rule at the end.

        A cell of more than one paragraph it can only write itself.
        """
        label_caption("tbl", node)
        attributes, caption, columns, head, bodies, foot = node["c"]
        rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
        cells = [cell[4] for row in rows for cell in row[1]]
        if any([block["t"] for block in blocks] not in ([], ["Plain"], ["Para"]) for blocks in cells):
            return None
        label = f"<{attributes[0]}>" if attributes[0] else ""
        inlines = [raw_inline("typst", "#figure(kind: table, caption: ["), *(caption[1][0]["c"] if caption[1] else [])]
        inlines.append(raw_inline("typst", f"])[#table(columns: {_widths(columns)}, align: ({_alignments(columns)}),"))
        if head[1]:
            inlines += [
                raw_inline("typst", " table.header("),
                *_cells(head[1]),
                raw_inline("typst", "), table.hline(),"),
            ]
        for body in bodies:
            if body[2] and body[3]:
                for row in body[2]:
                    words = row[1][0][4][0]["c"] if row[1][0][4] else []
                    inlines += [raw_inline("typst", f" group-row({len(columns)})["), *words, raw_inline("typst", "],")]
            else:
                # where no row follows it must stay a cell: Typst 0.15 fails on two headings of one level in a row
                inlines += _cells(body[2])
            inlines += _cells(body[3])
        inlines += [*_cells(foot[1]), raw_inline("typst", f" last-rule)]{label}")]
        return plain(inlines)

    def _div(self, node: Node) -> list[Node] | None:
        attributes, blocks = node["c"]
        if "callout" in attributes[1]:
            kind = get(attributes, "type") or "note"
            return [
                *_wrapped(f"#note-box({quoted(kind)})[", [plain(blocks[0]["c"][1][0]["c"])], "]["),
                *blocks[1]["c"][1],
                raw_block("typst", "]"),
            ]
        if "pagebreak" in attributes[1]:
            return [raw_block("typst", "#pagebreak(weak: true)")]
        if attributes[0] == "refs":
            # citeproc, where it has not run yet, looks for the block itself
            return _wrapped("#references[", blocks if self.resolved else [node], "]")
        return None


_ALIGNMENTS = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": "auto"}
# what at the start of a text would begin a list or a heading
_MARKER = re.compile(r"(?:[-+/=]+|\d+\.)$")


def _widths(columns: list[Any]) -> str:
    if any(width["t"] == "ColWidthDefault" for _, width in columns):
        return str(len(columns))
    return "(" + "".join(f"{width['c'] * 100:.4g}%," for _, width in columns) + ")"


def _alignments(columns: list[Any]) -> str:
    return "".join(f"{_ALIGNMENTS[alignment['t']]}," for alignment, _ in columns)


def _cells(rows: list[Any]) -> list[Node]:
    """The cells of these rows, each with a comma behind it, as arguments of Typst's ``table``."""
    result: list[Node] = []
    for row in rows:
        for _, alignment, height, width, blocks in row[1]:
            options = {"colspan": str(width) if width > 1 else "", "rowspan": str(height) if height > 1 else ""}
            options["align"] = _ALIGNMENTS[alignment["t"]] if alignment["t"] != "AlignDefault" else ""
            stated = ", ".join(f"{name}: {value}" for name, value in options.items() if value)
            text = blocks[0]["c"] if blocks else []
            guard = "#[]" if text and text[0]["t"] == "Str" and _MARKER.match(text[0]["c"]) else ""
            opening = f" table.cell({stated})[{guard}" if stated else f" [{guard}"
            result += [raw_inline("typst", opening), *text, raw_inline("typst", "],")]
    return result


def _panel(content: list[Node], columns: str) -> list[Node]:
    if columns == "1":
        return content
    # the sub-figures are Typst already, since this visit runs from the inside out
    return [raw_block("typst", f"#panel({columns})["), *content, raw_block("typst", "]")]


def _is_wide(content: list[Node]) -> bool:
    """Whether the picture takes all the width there is."""
    found = [
        item["c"][1] for item in iterate(content) if item["t"] == "RawInline" and item["c"][1].startswith("#image(")
    ]
    return len(found) == 1 and found[0].endswith("width: 100%)")


def _description(figure: Node) -> str:
    """What is seen: the descriptions of a figure's images, in order."""
    found = []
    for item in iterate(figure["c"][2]):
        if item["t"] == "RawInline" and "alt: " in item["c"][1]:
            text = item["c"][1]
            found.append(json.JSONDecoder().raw_decode(text[text.index("alt: ") + 5 :])[0])
    return " ".join(found)
