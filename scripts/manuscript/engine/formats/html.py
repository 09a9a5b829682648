"""HTML: one self-contained page that needs neither network nor JavaScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.engine import pandoc
from manuscript.engine.ast import Node, attr, div, drop, get, plain, put, raw_block, span, string, walk
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.engine.formats.common import (
    ASSETS,
    author_fields,
    describe_image,
    label_caption,
    meta_string,
    to_meta,
)
from manuscript.errors import RenderError

_OTHERS = (
    ("typst", "index.pdf", "PDF"),
    ("docx", "index.docx", "Word"),
    ("jats", "index.xml", "JATS XML"),
    ("jats", "index-meca.zip", "MECA bundle"),
)


def write(document: Document, target: Path) -> None:
    """Write the page to ``target``."""
    tree = {**document.tree, "blocks": walk(document.blocks, _visit), "meta": _metadata(document)}
    arguments = [
        "--standalone",
        f"--template={ASSETS / 'article.html'}",
        "--embed-resources",
        "--section-divs",
        "--mathml",
        "--wrap=none",
    ]
    if document.settings.option("html", "toc", True):
        arguments += ["--toc", "--toc-depth=3"]
    page = pandoc.write(tree, "html5", arguments, folder=document.project.root, epoch=document.epoch)
    # pandoc describes an embedded SVG by a role and a label; `alt` says the same and is what tools look for
    page = page.replace('<img role="img" aria-label=', "<img alt=")
    _check_self_contained(page)
    write_text(target, page)


def _visit(node: Node) -> Node | list[Node] | None:
    handler = _HANDLERS.get(node["t"])
    return handler(node) if handler else None


def _header(node: Node) -> None:
    level, attributes, inlines = node["c"]
    number = label_of(attributes)
    drop(attributes, "number")
    if number:
        mark = span(attr("", ["header-section-number"]), [string(number)])
        node["c"][2] = [mark, {"t": "Space"}, *inlines]
    # the title is the page's only first-level heading
    node["c"][0] = min(level + 1, 6)


def _image(node: Node) -> None:
    describe_image(node)


def _figure(node: Node) -> None:
    panel = get(node["c"][0], "layout-ncol")
    drop(node["c"][0], "layout-ncol")
    label_caption("fig", node)
    if any(block["t"] == "Figure" for block in node["c"][2]):
        columns = panel or "1"
        node["c"][2] = [div(attr("", ["panel"], style=f"--columns: {columns}"), node["c"][2])]


def _table(node: Node) -> Node:
    identifier = node["c"][0][0]
    label_caption("tbl", node)
    # a wide table scrolls in its own frame; the frame can be reached with the keyboard
    return div(attr("", ["table-frame"], role="region", tabindex="0", aria_label=_name(identifier)), [node])


def _name(identifier: str) -> str:
    return f"Table {identifier.removeprefix('tbl-').replace('-', ' ')}" if identifier else "Table"


def _span(node: Node) -> Node | None:
    attributes, inlines = node["c"]
    if "equation" not in attributes[1]:
        return None
    number = label_of(attributes)
    drop(attributes, "number")
    return span(attributes, [*inlines, span(attr("", ["equation-number"]), [string(f"({number})")])])


def _div(node: Node) -> Node | list[Node] | None:
    attributes, blocks = node["c"]
    if "callout" in attributes[1]:
        kind = get(attributes, "type") or "note"
        title = blocks[0]["c"][1][0]["c"]
        if get(attributes, "title") == "given":
            title = [span(attr("", ["visually-hidden"]), [string(f"{kind.capitalize()}:"), {"t": "Space"}]), *title]
        drop(attributes, "type")
        drop(attributes, "title")
        put(attributes, "role", "note")
        return div(attributes, [div(attr("", ["callout-title"]), [plain(title)]), *blocks[1]["c"][1]])
    if "pagebreak" in attributes[1]:
        return [raw_block("html", '<div class="page-break"></div>')]
    return None


def _link(node: Node) -> None:
    drop(node["c"][0], "sub")


_HANDLERS = {
    "Header": _header,
    "Image": _image,
    "Figure": _figure,
    "Table": _table,
    "Span": _span,
    "Div": _div,
    "Link": _link,
}


def _metadata(document: Document) -> dict[str, Any]:
    meta = {key: value for key, value in document.tree["meta"].items() if key not in ("bibliography", "csl", "nocite")}
    for key, value in author_fields(document.authors, document.affiliations).items():
        meta[key] = to_meta(value)
    meta["pagetitle"] = meta_string(document.title)
    meta["lang"] = meta_string(document.settings.lang)
    meta["keyword-list"] = to_meta(document.keywords)
    meta["style-sheet"] = {"t": "MetaBlocks", "c": [raw_block("html", _style_sheet())]}
    meta["linked-data"] = {"t": "MetaBlocks", "c": [raw_block("html", _linked_data(document))]}
    meta["others"] = to_meta(
        [{"href": name, "label": label} for kind, name, label in _OTHERS if kind in document.settings.formats]
    )
    return meta


def _style_sheet() -> str:
    return f"<style>\n{(ASSETS / 'article.css').read_text(encoding='utf-8')}</style>"


def _linked_data(document: Document) -> str:
    """schema.org metadata; ``<`` is escaped so that no title can end the element."""
    data = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": document.title,
        "inLanguage": document.settings.lang,
        "author": [{"@type": "Person", "name": author.name} for author in document.authors],
        "keywords": document.keywords,
    }
    if document.date:
        data["datePublished"] = document.date
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f'<script type="application/ld+json">\n{text}\n</script>'


def _check_self_contained(page: str) -> None:
    """Raise ``RenderError`` when the page would ask another host for something."""
    import re

    outside = re.search(r"<(?:img|script|iframe|source|video|audio|embed)\b[^>]*\bsrc=\"(?:https?:)?//[^\"]*", page)
    outside = outside or re.search(
        r"<link\b[^>]*rel=\"(?:stylesheet|preload|icon)\"[^>]*href=\"(?:https?:)?//[^\"]*", page
    )
    if outside:
        raise RenderError(f"the page asks another host: {outside.group()[:120]}", mend="store the file in figures/")
