"""Quarto's block and inline dialect as plain pandoc elements that every format module knows.

What comes out, beside ordinary pandoc elements:

- ``Figure`` with an id, its image's description in the image attribute ``alt``; a panel is a ``Figure`` that holds
  ``Figure`` elements and carries ``layout-ncol``;
- ``Table`` with its id and column widths set;
- ``Span`` of class ``equation`` with an id around display mathematics;
- ``Div`` of class ``callout`` (attribute ``type``) with a ``Div`` ``callout-title`` and a ``Div`` ``callout-body``;
- ``Div`` of class ``pagebreak``.

Everything else that only Quarto knows is an error with its place: text must never vanish silently.
"""

from __future__ import annotations

import json
import re
from typing import Any

from manuscript.engine.ast import (
    Node,
    NodeVisitor,
    attr,
    attributes_of,
    div,
    drop,
    get,
    iterate,
    para,
    plain,
    put,
    span,
    text_of,
    walk,
    words,
)
from manuscript.errors import ManuscriptError, raise_all
from manuscript.source.resolved import Source

CALLOUTS = ("note", "tip", "important", "warning", "caution")
KNOWN_CLASSES = {
    "div": {"pagebreak", "references", "unnumbered", "landscape"},
    "span": {"ev", "src", "smallcaps", "underline", "mark", "nowrap"},
}
_CALLOUT_OPTIONS = ("title", "icon", "appearance", "collapse")
_FIGURE_OPTIONS = ("fig-alt", "fig-align", "width", "height", "fig-cap", "fig-scap", "alt")
_LABELLED = re.compile(r"^\{#(?P<id>eq-[\w.:-]+)\}(?P<rest>.*)$", re.S)


def translate(tree: dict[str, Any], source: Source) -> dict[str, Any]:
    """The tree with Quarto's dialect made plain.

    Raises ``SourceError`` (all of them at once) for constructs that the engine does not know.
    """
    errors: list[ManuscriptError] = []
    translator = _Translator(source, errors)
    blocks = walk(tree["blocks"], translator.visit)
    meta = walk(tree["meta"], translator.visit)
    raise_all(errors)
    return {**tree, "blocks": blocks, "meta": meta}


class _Translator(NodeVisitor):
    def __init__(self, source: Source, errors: list[ManuscriptError]) -> None:
        self.source = source
        self.errors = errors

    def _error(self, message: str, needle: str, mend: str) -> None:
        self.errors.append(self.source.error(message, needle, mend))

    def _div(self, node: Node) -> Node | list[Node] | None:
        attributes = node["c"][0]
        identifier, classes, _ = attributes
        callouts = [name.removeprefix("callout-") for name in classes if name.startswith("callout-")]
        if callouts and callouts[0] in CALLOUTS:
            return self._callout(node, callouts[0])
        if identifier.startswith("fig-"):
            return self._figure_div(node)
        if identifier.startswith("tbl-"):
            return self._table_div(node)
        if identifier == "refs":
            return None
        unknown = [name for name in classes if name not in KNOWN_CLASSES["div"]]
        options = [name for name, _ in attributes[2]]
        if unknown or options:
            name = unknown[0] if unknown else options[0]
            self._error(
                f"a block (:::) with {'the class' if unknown else 'the attribute'} {name!r} is not known to the engine",
                name,
                f"known blocks: callout-{{{','.join(CALLOUTS)}}}, content-visible, content-hidden, #fig-…, #tbl-…, #refs",
            )
        return None

    def _span(self, node: Node) -> None:
        classes = node["c"][0][1]
        for name in classes:
            if name not in KNOWN_CLASSES["span"]:
                self._error(
                    f"a span with the class {name!r} is not known to the engine",
                    f".{name}",
                    f"known classes: {', '.join(sorted(KNOWN_CLASSES['span']))}, content-visible, content-hidden",
                )

    def _callout(self, node: Node, kind: str) -> Node:
        attributes, blocks = node["c"]
        for name, _ in attributes[2]:
            if name not in _CALLOUT_OPTIONS:
                self._error(f"unknown attribute {name!r} of a callout", name, f"known: {', '.join(_CALLOUT_OPTIONS)}")
        title = get(attributes, "title")
        if title is not None:
            heading, given = words(title), "given"
        elif blocks and blocks[0]["t"] == "Header":
            heading, given = blocks[0]["c"][2], "given"
            blocks = blocks[1:]
        else:
            heading, given = words(kind.capitalize()), "default"
        result = attr(attributes[0], ["callout", f"callout-{kind}"], type=kind, title=given)
        return div(
            result,
            [div(attr("", ["callout-title"]), [plain(heading)]), div(attr("", ["callout-body"]), blocks)],
        )

    def _figure_div(self, node: Node) -> Node:
        attributes, blocks = node["c"]
        identifier = attributes[0]
        caption = []
        if blocks and blocks[-1]["t"] == "Para":
            caption = [plain(blocks[-1]["c"])]
            blocks = blocks[:-1]
        if not caption:
            self._error(
                f"the figure {identifier} has no caption",
                f"#{identifier}",
                "end the block with a paragraph: the caption",
            )
        for name, _ in attributes[2]:
            if name != "layout-ncol":
                self._error(f"unknown attribute {name!r} of the figure {identifier}", name, "known: layout-ncol")
        content = []
        for block in blocks:
            if block["t"] == "Figure":
                content.append(block)
            elif block["t"] == "Para" and all(item["t"] in ("Image", "Space", "SoftBreak") for item in block["c"]):
                content.append(plain([item for item in block["c"] if item["t"] == "Image"]))
            else:
                self._error(
                    f"the figure {identifier} holds something that is not an image",
                    f"#{identifier}",
                    "leave only images and, last, the caption in the block",
                )
        return {"t": "Figure", "c": [[identifier, [], attributes[2]], [None, caption], content]}

    def _table_div(self, node: Node) -> Node:
        attributes, blocks = node["c"]
        identifier = attributes[0]
        tables = [block for block in blocks if block["t"] == "Table"]
        captions = [block for block in blocks if block["t"] == "Para"]
        if len(tables) != 1 or len(tables) + len(captions) != len(blocks) or len(captions) > 1:
            self._error(
                f"the block {identifier} does not hold just a table and its caption",
                f"#{identifier}",
                "one table and one paragraph of caption; or write the label after the caption: `: Caption {#tbl-…}`",
            )
            return node
        table = tables[0]
        table["c"][0][0] = identifier
        table["c"][0][2] += attributes[2]
        if captions:
            table["c"][1] = [None, [plain(captions[0]["c"])]]
        return self._table(table)

    def _figure(self, node: Node) -> Node:
        for item in iterate(node["c"][2]):
            if item["t"] != "Image":
                continue
            attributes = item["c"][0]
            for name, _ in attributes[2]:
                if name not in _FIGURE_OPTIONS:
                    self._error(f"unknown attribute {name!r} of a figure", name, f"known: {', '.join(_FIGURE_OPTIONS)}")
            image_described(item)
        return node

    def _table(self, node: Node) -> Node:
        attributes = node["c"][0]
        widths = get(attributes, "tbl-colwidths")
        drop(attributes, "tbl-colwidths")
        for name, _ in attributes[2]:
            self._error(f"unknown attribute {name!r} of a table", name, "known: tbl-colwidths")
        columns = node["c"][2]
        if widths is not None:
            try:
                numbers = [float(number) for number in json.loads(widths)]
            except (ValueError, TypeError):
                numbers = []
            if len(numbers) != len(columns) or sum(numbers) <= 0:
                self._error(
                    f"tbl-colwidths {widths} does not give a width for each of {len(columns)} columns",
                    widths,
                    'write one number per column: tbl-colwidths="[40,20,40]"',
                )
                return node
            # Quarto reads them as shares of the whole
            total = max(sum(numbers), 100.0) if sum(numbers) > 1 else 1.0
            for column, number in zip(columns, numbers, strict=True):
                column[1] = {"t": "ColWidth", "c": number / total}
        node["c"][4] = rows_grouped(node["c"][4], len(columns))
        return node

    def _para(self, node: Node) -> Node | None:
        inlines = node["c"]
        if not any(item["t"] == "Math" and item["c"][0]["t"] == "DisplayMath" for item in inlines):
            return None
        result: list[Node] = []
        for item in inlines:
            label = _LABELLED.match(item["c"]) if item["t"] == "Str" else None
            if label is None:
                result.append(item)
                continue
            while result and result[-1]["t"] in ("Space", "SoftBreak"):
                result.pop()
            if result and result[-1]["t"] == "Math":
                result[-1] = span(attr(label["id"], ["equation"]), [result[-1]])
                result += words(label["rest"]) if label["rest"] else []
            else:
                self._error(f"the label {label['id']} does not follow a formula", label["id"], "write $$ … $$ {#eq-…}")
        return para(result)

    def _rawblock(self, node: Node) -> list[Node] | None:
        return self._raw(node)

    def _rawinline(self, node: Node) -> list[Node] | None:
        return self._raw(node)

    def _raw(self, node: Node) -> list[Node] | None:
        format_name, text = node["c"]
        if format_name == "html" and text.strip().startswith("<!--") and text.strip().endswith("-->"):
            return []
        self._error(
            f"raw {format_name} would be lost in the other formats: {text.strip()[:40]}",
            text.strip().split("\n")[0],
            "write it in Markdown",
        )
        return None

    def _lineblock(self, node: Node) -> None:
        self._error("a line block (lines that begin with |)", text_of(node)[:30], "write a list or a table")


def image_described(image: Node) -> None:
    """Keep what is seen in an image as ``alt``, and nothing else of Quarto's attributes of figures; in place."""
    attributes = image["c"][0]
    description = get(attributes, "fig-alt") or get(attributes, "alt")
    for name in ("fig-alt", "fig-align", "fig-cap", "fig-scap", "ref-parent"):
        drop(attributes, name)
    if description:
        put(attributes, "alt", description)


def rows_grouped(bodies: list[Any], columns: int) -> list[list[Any]]:
    """The bodies of a table of so many columns, split at the rows that head those below them."""
    return [part for body in bodies for part in _grouped(body, columns)]


def _grouped(body: list[Any], columns: int) -> list[list[Any]]:
    """The body split where a row holds only bold words in its first cell: such a row heads those below it, over all columns.

    Markdown's pipe tables cannot say that; a reader that does not know of it shows the words and empty cells.
    """
    parts: list[list[Any]] = [[body[0], body[1], body[2], []]]
    for row in body[3]:
        first, *others = row[1]
        if others and _is_bold(first[4]) and not any(text_of(cell[4]).strip("\u00a0 ") for cell in others):
            first[3] = columns
            parts.append([attr(), body[1], [[row[0], [first]]], []])
        else:
            parts[-1][3].append(row)
    return [part for part in parts if part[2] or part[3]]


def _is_bold(blocks: list[Node]) -> bool:
    return len(blocks) == 1 and [item["t"] for item in blocks[0]["c"]] == ["Strong"]


def check_labels(tree: dict[str, Any], source: Source) -> None:
    """Raise ``SourceError`` for each id that stands twice, and for ids of kinds that the engine cannot number."""
    errors: list[ManuscriptError] = []
    seen: set[str] = set()
    for node in iterate(tree["blocks"]):
        attributes = attributes_of(node)
        identifier = attributes[0] if attributes else ""
        if not identifier:
            continue
        if identifier in seen and re.match(r"(fig|tbl|sec|eq|ev)-", identifier):
            needle = f"#{identifier}"
            errors.append(
                source.error(
                    f"the label {identifier!r} stands twice", needle, "give one of the two another name", nth=1
                )
            )
        seen.add(identifier)
    raise_all(errors)
