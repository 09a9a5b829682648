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
from manuscript.engine.formats.common import ASSETS, author_fields, label_caption, shown_date
from manuscript.errors import RenderError

STANDARDS = ("ua-1", "a-2a")
_GROUP = re.compile(r"^( *)table\.cell\(colspan: (\d+)\)(\[.*\]),\n *table\.hline\(\),$(?=\n *\[)", re.MULTILINE)
_MEANING = re.compile(r"^(/ [^\n]*: )#block\[\n([^\n]*)\n\]$", re.MULTILINE)

_LINE_NUMBERS = """\
#set par.line(
  numbering: number => text(7pt, fill: soft, str(number)), numbering-scope: "page", number-margin: left, number-clearance: 16mm,
)
"""
_END = re.compile(r"^( *)\)\]$", re.MULTILINE)


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
            sys_inputs={"article": json.dumps(article_fields(document))},
        )
    except typst.TypstError as error:
        hints = "; ".join(getattr(error, "hints", None) or [])
        raise RenderError(
            f"typst says: {getattr(error, 'message', None) or error}",
            mend=hints or "mend what Typst names: often an image without fig-alt or a table it cannot set",
        ) from error
    write_bytes(target, data)


def typst_source(document: Document, *, line_numbers: bool = False) -> str:
    """The whole article as Typst text."""
    visitor = _Visitor(document)
    blocks = [
        *_wrapped("#title-block(title: [", [plain(document.meta_inlines("title"))], "]"),
        *_wrapped(
            ", subtitle: [",
            [plain(document.meta_inlines("subtitle"))] if document.meta_inlines("subtitle") else [],
            "])",
        ),
    ]
    if document.meta_blocks("abstract"):
        blocks += _wrapped("#abstract-block[", walk(document.meta_blocks("abstract"), visitor.visit), "]")
    blocks += walk(document.blocks, visitor.visit)
    body = pandoc.write(
        {**document.tree, "blocks": blocks, "meta": {}},
        "typst-citations",
        ["--wrap=none"],
        folder=document.project.root,
        epoch=document.epoch,
    )
    # a row that heads others stays with them; pandoc writes it as a cell and a rule. Where no row follows it must stay
    # a cell: Typst 0.15 fails on two headings of one level in a row
    body = _GROUP.sub(r"\1table.header(level: 2, repeat: false, table.cell(colspan: \2)\3),", body)
    # pandoc writes a block even for a meaning of one line, which would put it below its term
    body = _MEANING.sub(r"\1\2", body)
    # the rule below the last row; a block around the table would draw it on a page where no row found room
    body = _END.sub(r"\1  table.hline(stroke: 0.9pt),\n\g<0>", body)
    template = (ASSETS / "article.typ").read_text(encoding="utf-8")
    return f"{template}\n{_LINE_NUMBERS if line_numbers else ''}{body}"


def article_fields(document: Document) -> dict[str, Any]:
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
    def __init__(self, document: Document) -> None:
        self.document = document

    def _header(self, node: Node) -> None:
        drop(node["c"][1], "number")

    def _cite(self, node: Node) -> list[Node]:
        return node["c"][1]

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

    def _table(self, node: Node) -> None:
        label_caption("tbl", node)

    def _div(self, node: Node) -> list[Node] | None:
        attributes, blocks = node["c"]
        if "callout" in attributes[1]:
            kind = get(attributes, "type") or "note"
            return [
                *_wrapped(f"#callout({quoted(kind)})[", [plain(blocks[0]["c"][1][0]["c"])], "]["),
                *blocks[1]["c"][1],
                raw_block("typst", "]"),
            ]
        if "pagebreak" in attributes[1]:
            return [raw_block("typst", "#pagebreak(weak: true)")]
        if attributes[0] == "refs":
            return _wrapped("#references[", blocks, "]")
        return None


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
