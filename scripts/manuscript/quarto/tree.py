"""Quarto's tree of the article, after its cross-references, as the writers of the embedded engine take it.

``scripts/hooks/shape.lua`` is the filter that Quarto runs; it makes Quarto's own nodes plain blocks of the classes
``manuscript-float`` and ``manuscript-callout`` and hands the tree to ``main``. What stands in neither stays Quarto's.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.engine.ast import Node, attr, div, get, iterate, link, plain, put, span, string, text_of, walk
from manuscript.engine.crossref import NO_BREAK, Label, label_of
from manuscript.engine.dialect import figure, image_described, laid_out, rows_grouped
from manuscript.engine.document import Document, elements, lead_to_rows
from manuscript.engine.settings import load_settings
from manuscript.formats import FORMATS
from manuscript.paths import Project
from manuscript.quarto import told
from manuscript.source.files import front_matter
from manuscript.source.resolved import Source

# our module for what pandoc calls the format
_NAMES = {**{known.quarto: name for name, known in FORMATS.items() if name != "tex"}, "html5": "html"}
_PAGE_BREAKS = re.compile(
    r'#pagebreak\(\)|<div style="page-break-after: always;"></div>|<w:p><w:r><w:br w:type="page" ?/></w:r></w:p>'
)
_REFERENCE = re.compile(r"#ref\(<(?P<id>[^>]+)>, supplement: \[")
_FORMULA = re.compile(r"#math\.equation\(block: true, numbering: [\w-]+, \[ ?")
_FORMULA_END = re.compile(r" ?\]\)(?:<(?P<id>[^>]+)>)?")
_FORMULA_NUMBER = re.compile(r"\s*\\(?:qquad\((?P<a>[\w.]+)\)|tag\{(?P<b>[\w.]+)\})$")


def main() -> None:
    """Read a tree from standard input and write the shaped one: ``python -m manuscript.quarto.tree ROOT FORMAT``."""
    # pandoc puts the format it writes before the arguments
    *_, root, format_name = sys.argv
    project = Project(Path(root).resolve())
    tree = json.load(sys.stdin)
    name = _NAMES.get(format_name)
    if name is not None:
        tree = shaped(project, tree, name)
    json.dump(tree, sys.stdout)


def shaped(project: Project, tree: dict[str, Any], name: str) -> dict[str, Any]:
    """The tree as the writer ``name`` (html, pdf, docx, jats) wants it; what finishing needs later is put aside."""
    tree, labels = plain_tree(tree)
    document = document_of(project, tree, name, labels)
    lead_to_rows(elements(tree), document.format_name, document.settings)
    keep = {field: tree["meta"][field] for field in ("title", "keywords", "abstract") if field in tree["meta"]}
    writer = FORMATS[name].writer
    result, marks = writer.shape(document, resolved=False)
    aside = {"meta": keep, "labels": [vars(label) for label in labels.values()], "marks": marks}
    write_text(aside_path(project, name), json.dumps(aside))
    return {**tree, **result}


def aside_path(project: Project, name: str) -> Path:
    """What the filter keeps of a format for the hook that finishes it."""
    return project.build / "quarto" / f"{name}.json"


def document_of(project: Project, tree: dict[str, Any], name: str, labels: dict[str, Label]) -> Document:
    """The tree with what the front matter and ``_quarto.yml`` say, as the writers take it."""
    from manuscript.clock import source_epoch
    from manuscript.engine.authors import read_authors

    settings = load_settings(project)
    metadata, lines = front_matter(project)
    shown = project.relative(project.article)
    source = Source("", [], {**settings.defaults, **metadata}, lines, shown)
    authors, affiliations = read_authors(source)
    epoch = source_epoch(project)
    return Document(project, settings, source, FORMATS[name].quarto, tree, labels, authors, affiliations, epoch)


def plain_tree(tree: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Label]]:
    """The tree with what Quarto wrote for one format made the engine's dialect again; and all that has a number."""
    labels: dict[str, Label] = {}
    blocks = walk(_rejoined(tree["blocks"]), lambda node: _plain(node, labels))
    blocks = [block for block in blocks if not _is_spacer(block)]
    return {**tree, "blocks": walk(blocks, lambda node: _reference(node, labels))}, labels


def _rejoined(value: Any) -> Any:
    """Typst's references and formulas, which Quarto writes as raw text around a part of ours, as one element."""
    if isinstance(value, dict):
        return {key: _rejoined(item) for key, item in value.items()} if "c" in value or "t" not in value else value
    if not isinstance(value, list):
        return value
    result: list[Any] = []
    items = iter(value)
    for item in items:
        text = item["c"][1] if isinstance(item, dict) and item.get("t") == "RawInline" else ""
        if found := _REFERENCE.fullmatch(text):
            words = _until(items, re.compile(r"\]\)"))[0]
            result.append(link(attr("", ["quarto-xref"]), words, f"#{found['id']}"))
        elif _FORMULA.fullmatch(text):
            formula, end = _until(items, _FORMULA_END)
            result.append(span(attr(end["id"] or "", ["equation"]), formula))
        else:
            result.append(_rejoined(item))
    return result


def _until(items: Any, end: re.Pattern[str]) -> tuple[list[Node], re.Match[str]]:
    found: list[Node] = []
    for item in items:
        if item.get("t") == "RawInline" and (match := end.fullmatch(item["c"][1])):
            return found, match
        found.append(_rejoined(item))
    raise ValueError("Quarto's Typst has another shape than the one known here")


def _is_spacer(block: Node) -> bool:
    """The empty paragraph that Quarto sets behind a float."""
    return block["t"] == "Para" and [item["t"] for item in block["c"]] == ["Str"] and not block["c"][0]["c"].strip()


def _plain(node: Node, labels: dict[str, Label]) -> Node | list[Node] | None:
    kind = node["t"]
    if kind == "Header":
        _heading(node, labels)
        return None
    if kind == "Div" and "manuscript-float" in node["c"][0][1]:
        return _float(node, labels)
    if kind == "Div" and "manuscript-callout" in node["c"][0][1]:
        (identifier, _, _), (title, body) = node["c"]
        style = get(node["c"][0], "type") or "note"
        words = text_of(title["c"][1])
        attributes = attr(
            identifier,
            ["callout", f"callout-{style}"],
            type=style,
            title="default" if words.lower() in ("", style) else "given",
        )
        heading = [item for block in title["c"][1] for item in block["c"]] or [string(style.capitalize())]
        return div(
            attributes,
            [div(attr("", ["callout-title"]), [plain(heading)]), div(attr("", ["callout-body"]), body["c"][1])],
        )
    if kind == "Table":
        node["c"][4] = rows_grouped(node["c"][4], len(node["c"][2]))
    elif kind == "Span" and node["c"][0][0].startswith("eq-"):
        return _formula(node, labels)
    elif kind == "RawBlock" and _PAGE_BREAKS.fullmatch(node["c"][1].strip()):
        return div(attr("", ["pagebreak"]), [])
    elif kind == "RawBlock" and node["c"][1].strip().startswith("<!--"):
        return []
    elif kind == "Para" and [item.get("c") for item in node["c"]] == ["\f"]:
        return div(attr("", ["pagebreak"]), [])
    return None


def _heading(node: Node, labels: dict[str, Label]) -> None:
    """Quarto has written the number into the words already, but for Typst."""
    attributes, inlines = node["c"][1], node["c"][2]
    number = label_of(attributes)
    labels[attributes[0]] = Label(attributes[0], "sec", number)
    if number and inlines and text_of(inlines[0]).strip(". ") == number:
        node["c"][2] = inlines[2:]


def _float(node: Node, labels: dict[str, Label]) -> Node:
    attributes, (caption, content) = node["c"]
    identifier, blocks = attributes[0], content["c"][1]
    number, part = get(attributes, "number"), get(attributes, "part")
    words = caption["c"][1]
    result = attr(identifier)
    if get(attributes, "type") == "Table":
        table = next(block for block in blocks if block["t"] == "Table")
        put(result, "number", number or "")
        labels[identifier] = Label(identifier, "tbl", number or "")
        table["c"][0], table["c"][1] = result, [None, words]
        return table
    blocks = [block for block in blocks if not _is_spacer(block)]
    for item in iterate(blocks):
        if item["t"] == "Image":
            image_described(item)
    if part:
        # the number is that of the figure around it, which is visited later
        labels[identifier] = Label(identifier, "fig", "", chr(ord("a") + int(part) - 1))
        put(result, "sub", labels[identifier].sub)
    else:
        put(result, "number", number or "")
        labels[identifier] = Label(identifier, "fig", number or "")
        for item in blocks:
            if item["t"] == "Figure":
                name = item["c"][0][0]
                labels[name] = Label(name, "fig", number or "", labels[name].sub)
    put(result, "kind", "fig")
    blocks = [plain(block["c"]) if block["t"] == "Para" else block for block in blocks]
    if columns := get(attributes, "columns"):
        blocks = [laid_out(attr("", [], layout_ncol=columns), blocks)]
    return figure(result, words, blocks)


def _formula(node: Node, labels: dict[str, Label]) -> Node | None:
    identifier, inlines = node["c"][0][0], node["c"][1]
    formula = next((item for item in inlines if item["t"] == "Math"), None)
    if formula is None:
        return None
    text = formula["c"][1]
    number = _FORMULA_NUMBER.search(text)
    counted = sum(label.kind == "eq" for label in labels.values()) + 1
    shown = (number["a"] or number["b"]) if number else str(counted)
    labels[identifier] = Label(identifier, "eq", shown)
    formula["c"][1] = _FORMULA_NUMBER.sub("", text)
    attributes = attr(identifier, ["equation"], number=shown)
    return span(attributes, [formula])


def _reference(node: Node, labels: dict[str, Label]) -> Node | None:
    """A reference as words and number; Quarto splits the number of a part, and leaves Typst to write it."""
    if node["t"] != "Link" or "quarto-xref" not in node["c"][0][1]:
        return None
    _, inlines, target = node["c"]
    label = labels.get(target[0].removeprefix("#"))
    if label is None or not label.number:
        # a kind that the writers do not know: an ordinary link
        return link(attr(), inlines, target[0])
    words = text_of(inlines).split(NO_BREAK)[0].strip()
    prefix = [] if not words or words[0].isdigit() else [string(words + NO_BREAK)]
    result = attr("", ["quarto-xref"])
    if label.sub:
        put(result, "sub", label.sub)
    return link(result, [*prefix, string(label.shown)], target[0])


if __name__ == "__main__":
    told(main)
