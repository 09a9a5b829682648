"""PDF: pandoc writes Typst, our template sets it, Typst makes an accessible (PDF/UA-1) and archivable (PDF/A-2a) file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
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
    para,
    plain,
    raw_block,
    raw_inline,
    string,
    text_of,
    walk,
)
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.engine.formats.common import (
    ASSETS,
    author_fields,
    label_caption,
    layout_rows,
    shown_date,
    stands_above,
)
from manuscript.errors import FigureError, ManuscriptError, RenderError, raise_all

STANDARDS = ("ua-1", "a-2a")
_LACKING = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.S)
# letters without a font that one run names
_MANY = 20
_GROUP = re.compile(r"^( *)table\.cell\(colspan: (\d+)\)(\[.*\]),\n *table\.hline\(\),$(?=\n *\[)", re.MULTILINE)
_MEANING = re.compile(r"^(/ [^\n]*: )#block\[\n([^\n]*)\n\]$", re.MULTILINE)

_END = re.compile(r"^( *)\)\](?=\n\s*, (?:caption|kind): )", re.MULTILINE)


def write(document: Document, target: Path) -> None:
    """Write the PDF to ``target``.

    Raises ``RenderError`` with Typst's words.
    """
    import typst

    text = typst_source(document)
    try:
        data = _compiled(document, text)
    except typst.TypstError as error:
        if not _LACKING.search(_words(error)):
            raise _failure(error) from error
        # letters that Typst brings no font for: whatever this machine has
        data = _with_system_fonts(document, text)
    write_bytes(target, data)


def _compiled(document: Document, text: str, *, system_fonts: bool = False) -> bytes:
    import typst

    return typst.compile(
        text.encode("utf-8"),
        root=str(document.project.root),
        # only the fonts inside Typst, where they do: every machine sets the same pages
        ignore_system_fonts=not system_fonts,
        font_paths=[],
        pdf_standards=list(STANDARDS),
        timestamp=document.moment,
        sys_inputs={"article": json.dumps(article_fields(document))},
    )


def _with_system_fonts(document: Document, text: str) -> bytes:
    """The PDF, with the fonts of this machine too.

    Raises ``RenderError`` (all of them at once) with each letter that no font has, and where it stands.
    """
    import typst

    lacking: list[ManuscriptError] = []
    while True:
        try:
            data = _compiled(document, text, system_fonts=True)
            break
        except typst.TypstError as error:
            match = _LACKING.search(_words(error))
            if match is None or len(lacking) >= _MANY or match["text"] not in text:
                if lacking:
                    break
                raise _failure(error) from error
            if unicodedata.category(match["text"][0]) in ("Cf", "Mn", "Zs"):
                # a joiner, a mark or a space of its own width: nothing is lost
                text = text.replace(match["text"], " " if match["text"].isspace() else "")
                continue
            file, line = document.source.place(match["text"])
            lacking.append(
                RenderError(
                    f"no font of this machine has {match['text']!r}",
                    file=file,
                    line=line,
                    mend="install a font that has it (Noto Sans CJK, Noto Emoji), or write it another way",
                )
            )
            text = text.replace(match["text"], "")
    raise_all(lacking)
    return data


def _words(error: Any) -> str:
    return str(getattr(error, "message", None) or error)


def _failure(error: Any) -> RenderError:
    hints = "; ".join(getattr(error, "hints", None) or [])
    return RenderError(
        f"typst says: {_words(error)}", mend=hints or "mend what Typst names: often a table it cannot set"
    )


def typst_source(document: Document) -> str:
    """The whole article as Typst text."""
    visitor = _Visitor(document)
    blocks: list[Node] = [
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
    _check_described(document, visitor.undescribed)
    # a row that heads others stays with them; pandoc writes it as a cell and a rule. Where no row follows it must stay
    # a cell: Typst 0.15 fails on two headings of one level in a row
    body = _GROUP.sub(r"\1table.header(level: 2, repeat: false, table.cell(colspan: \2)\3),", body)
    # pandoc writes a block even for a meaning of one line, which would put it below its term
    body = _MEANING.sub(r"\1\2", body)
    # the rule below the last row; a block around the table would draw it on a page where no row found room
    body = _END.sub(r"\1  table.hline(stroke: 0.9pt),\n\g<0>", body)
    template = (ASSETS / "article.typ").read_text(encoding="utf-8")
    return f"{template}\n{body}"


def _check_described(document: Document, undescribed: list[tuple[str, int]]) -> None:
    """Raise ``FigureError`` (all of them at once) for each picture that PDF/UA wants a description of."""
    errors: list[ManuscriptError] = []
    for needle, nth in undescribed:
        file, line = document.source.place(needle, nth=nth)
        errors.append(
            FigureError(
                f"{needle[1:]} without a description: an accessible PDF needs one",
                file=file,
                line=line,
                mend='say what is to be seen: {fig-alt="…"}',
            )
        )
    raise_all(errors)


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
        "words": {
            "abstract": document.abstract_title,
            "keywords": document.settings.terms["title-block-keywords"],
            "correspondence": document.settings.terms["title-block-correspondence"],
        },
        **author_fields(document),
    }


def quoted(text: str) -> str:
    """``text`` as a Typst string literal."""
    return json.dumps(text, ensure_ascii=False)


def _wrapped(opening: str, blocks: list[Node], closing: str) -> list[Node]:
    return [raw_block("typst", opening), *blocks, raw_block("typst", closing)]


class _Visitor(NodeVisitor):
    def __init__(self, document: Document) -> None:
        self.document = document
        # how often each picture was seen, and which of them (by what stands in the sources) have no description
        self.seen: Counter[str] = Counter()
        self.undescribed: list[tuple[str, int]] = []

    def _header(self, node: Node) -> Node:
        level, attributes, inlines = node["c"]
        number = label_of(attributes)
        numbering = f"(..) => {quoted(number)}" if number else "none"
        outlined = "false" if "unlisted" in attributes[1] else "true"
        opening = f"#heading(level: {level}, numbering: {numbering}, outlined: {outlined})["
        # on one line: a line feed would be a space in the words of the bookmark
        return para([raw_inline("typst", opening), *inlines, raw_inline("typst", f"]{_label(attributes[0])}")])

    def _cite(self, node: Node) -> list[Node]:
        return node["c"][1]

    def _math(self, node: Node) -> list[Node]:
        # PDF/UA-1 wants words for a formula; its TeX is what a reader of formulas knows
        text = " ".join(node["c"][1].split())
        return [raw_inline("typst", f"#[#set math.equation(alt: {quoted(text)});"), node, raw_inline("typst", "]")]

    def _horizontalrule(self, node: Node) -> list[Node]:
        return [raw_block("typst", "#align(center, line(length: 30%, stroke: 0.5pt + rule-colour))")]

    def _span(self, node: Node) -> Node | list[Node] | None:
        attributes, inlines = node["c"]
        if "caption-label" in attributes[1]:
            return [{"t": "Strong", "c": inlines}]
        if "equation" in attributes[1]:
            number = label_of(attributes)
            opening, formula, closing = inlines[0], inlines[1], inlines[2]
            setting = (
                opening["c"][1].removesuffix(";").removesuffix(")") + f", numbering: (..) => {quoted(f'({number})')});"
            )
            return [raw_inline("typst", setting), formula, raw_inline("typst", _label(attributes[0]) + closing["c"][1])]
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
        part = get(attributes, "sub")
        above = stands_above(self.document, node)
        images = _images(content)
        only = len(images) == len(content) == 1
        # a figure goes to the top or bottom of a page, so that text fills the room; what is no picture stays in its place
        placement = "auto" if attributes[0] and images and not part and not above else "none"
        label_caption(self.document, node)
        caption = node["c"][1][1]
        body = _wrapped("#wide[", content, "]") if only and not part and _is_wide(content) else content
        opening = [
            f"#figure(kind: {'table' if above else 'image'}, placement: {placement}",
            f"alt: {quoted(' '.join(filter(None, map(_alt, images))))}" if images and not above else "",
            "caption: [" if caption else "",
        ]
        text = ", ".join(filter(None, opening))
        return [
            *(
                [raw_block("typst", text), *caption, raw_block("typst", "])[")]
                if caption
                else [raw_block("typst", f"{text})[")]
            ),
            *body,
            raw_block("typst", f"]{_label(attributes[0])}"),
        ]

    def _image(self, node: Node) -> list[Node]:
        attributes, _, target = node["c"]
        description = get(attributes, "alt") or get(attributes, "text") or ""
        source = f"({get(attributes, 'source') or target[0]}"
        if not description:
            self.undescribed.append((source, self.seen[source]))
        self.seen[source] += 1
        arguments = [quoted(f"/{target[0]}"), f"alt: {quoted(description)}"]
        for name in ("width", "height"):
            size = _typst_length(get(attributes, name) or "")
            if size:
                arguments.append(f"{name}: {size}")
        picture = f"#image({', '.join(arguments)})"
        side = next((name.removeprefix("align-") for name in attributes[1] if name.startswith("align-")), None)
        return [raw_inline("typst", f"#align({side}, {picture[1:]})" if side in ("left", "right") else picture)]

    def _plain(self, node: Node) -> None:
        _boxed(node["c"])

    _para = _plain

    def _table(self, node: Node) -> None:
        label_caption(self.document, node)

    def _div(self, node: Node) -> Node | list[Node] | None:
        attributes, blocks = node["c"]
        if "layout" in attributes[1]:
            rows = [block for row in layout_rows(node) for block in _row(row)]
            return [*rows, raw_block("typst", f"#metadata(none){_label(attributes[0])}")] if attributes[0] else rows
        if "callout" in attributes[1]:
            kind = get(attributes, "type") or "note"
            opening = f"#callout({quoted(kind)})["
            if attributes[0]:
                opening = f"#metadata(none){_label(attributes[0])}\n{opening}"
            return [
                *_wrapped(opening, [plain(blocks[0]["c"][1][0]["c"])], "]["),
                *blocks[1]["c"][1],
                raw_block("typst", "]"),
            ]
        if "pagebreak" in attributes[1]:
            return [raw_block("typst", "#pagebreak(weak: true)")]
        if "landscape" in attributes[1]:
            return _wrapped("#page(flipped: true)[", blocks, "]")
        if attributes[0] == "refs":
            return _wrapped("#references[", blocks, "]")
        drop(attributes, "number")
        return None


def _label(identifier: str) -> str:
    return f"<{identifier}>" if re.fullmatch(r"[\w.:-]+", identifier) else ""


def _row(row: list[tuple[float, list[Node]]]) -> list[Node]:
    """A row of a layout: its parts are Typst already, since this visit runs from the inside out."""
    widths = ", ".join(f"{share * 100:.4g}fr" for share, _ in row)
    result = [raw_block("typst", f"#grid(columns: ({widths},), gutter: 10pt,")]
    for _, cell in row:
        result += _wrapped("[", cell, "],")
    return [*result, raw_block("typst", ")")]


def _images(content: list[Node]) -> list[str]:
    """The pictures among blocks of Typst, as they are written."""
    return [
        item["c"][1]
        for block in content
        for item in iterate(block)
        if item["t"] == "RawInline" and item["c"][0] == "typst" and "image(" in item["c"][1]
    ]


def _alt(image: str) -> str:
    return json.JSONDecoder().raw_decode(image[image.index("alt: ") + 5 :])[0]


def _is_wide(content: list[Node]) -> bool:
    """Whether the picture takes all the width there is."""
    return _images(content)[0].endswith("width: 100%)")


def _boxed(inlines: list[Node]) -> None:
    """A picture within a line is part of the line, in place."""
    for index, item in enumerate(inlines):
        if len(inlines) > 1 and item["t"] == "RawInline" and item["c"][1].startswith("#image("):
            inlines[index] = raw_inline("typst", f"#box({item['c'][1][1:]})")


def _typst_length(size: str) -> str:
    """A length in a unit that Typst knows; a pixel is 1/96 inch."""
    if size.endswith("px"):
        return f"{float(size[:-2]) / 96:.4g}in"
    return f"{float(size[:-2]) * 12:g}pt" if size.endswith("pc") else size
