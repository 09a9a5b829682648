"""What Quarto's filter hands over, made our dialect again. The trees are those that Quarto 1.10.18 made of ``index.qmd``
beside them, behind the Lua part of the filter."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from manuscript.engine import crossref, pandoc
from manuscript.engine.ast import Node, attributes_of, text_of, walk
from manuscript.engine.document import finished
from manuscript.engine.settings import load_settings
from manuscript.paths import Project
from manuscript.quarto.tree import plain_tree
from manuscript.source.resolved import load_source

from conftest import FIXTURES

FOLDER = FIXTURES / "quarto-tree"
FORMATS = ("docx", "html", "jats", "typst")


def quartos(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours() -> tuple[dict[str, Any], dict[str, crossref.Label]]:
    """The same document by the embedded engine, before its citations are resolved."""
    project = Project(FOLDER)
    source = load_source(project)
    settings = replace(load_settings(project), number_sections=True)
    parsed = pandoc.read("markdown", source.text, folder=FOLDER, epoch=0)
    return finished(parsed, project, settings, source, {"hurvitz2023trastuzumab"}, 0)


def settled(blocks: list[Node]) -> Any:
    """The blocks without what makes no difference to a reader: image paths, counters, identifiers that nothing names,
    and whether words in a row are one element."""

    def visit(node: Node) -> Node | list[Node] | None:
        attributes = attributes_of(node)
        if attributes is not None:
            attributes[2] = sorted(pair for pair in attributes[2] if pair[1])
            if node["t"] == "Header" and not attributes[0].startswith("sec-"):
                attributes[0] = ""
        if node["t"] == "Link":
            node["c"][1] = [{"t": "Str", "c": text_of(node["c"][1])}]
        if node["t"] == "Image":
            # the caption, which every writer replaces by what is seen
            node["c"][1] = []
            node["c"][2][0] = node["c"][2][0].rpartition("/")[2].partition(".")[0]
        if node["t"] == "Math":
            node["c"][1] = node["c"][1].strip()
        if node["t"] == "Cite":
            for cite in node["c"][0]:
                cite["citationNoteNum"] = 0
        if node["t"] == "Div" and "hidden" in node["c"][0][1]:
            return []
        if node["t"] == "SoftBreak":
            return {"t": "Space"}
        return None

    return json.loads(pandoc.packed({"blocks": walk(blocks, visit)}))["blocks"]


@pytest.mark.parametrize("name", FORMATS)
def test_quartos_tree_made_plain_is_that_of_the_embedded_engine(
    name: str, ours: tuple[dict[str, Any], dict[str, crossref.Label]]
) -> None:
    tree, labels = plain_tree(quartos(name))
    expected, own = ours
    found, wanted = settled(tree["blocks"]), settled(json.loads(json.dumps(expected["blocks"])))
    for one, other in zip(found, wanted, strict=True):
        assert json.dumps(one) == json.dumps(other)
    assert {key: label for key, label in labels.items() if label.number} == {
        key: label for key, label in own.items() if label.number
    }


def test_a_float_that_is_unknown_stays_quartos() -> None:
    tree = quartos("html")
    own = {"t": "Div", "c": [["lst-a", ["cell-code"], [["__quarto_custom", "true"]]], [{"t": "Para", "c": []}]]}
    tree["blocks"] = [own]
    assert plain_tree(tree)[0]["blocks"] == [own]
