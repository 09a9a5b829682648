"""What citeproc has to read of an article: the blocks that cite or have notes, and the place of the reference list.

citeproc changes a citation together with what stands beside it in its block, counts notes, and fills the list; nothing
else. Most of an article with a table of evidence cites nothing, and handing it over and back took longer than the citations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from manuscript.engine.ast import Node, iterate

_SMALLEST = frozenset({"Para", "Plain", "Header", "LineBlock", "DefinitionList"})
_READ = frozenset({"Cite", "Note"})


@dataclass(frozen=True)
class Excerpt:
    """``tree`` is a whole document for citeproc; its blocks, but for the last, are those of the article themselves."""

    article: dict[str, Any]
    tree: dict[str, Any]
    blocks: list[Node]
    references: Node

    def put_back(self, read: dict[str, Any]) -> dict[str, Any] | None:
        """The article, changed in place to what citeproc made of the excerpt; nothing where that has other blocks."""
        wanted = [*self.blocks, self.references]
        if [block["t"] for block in read["blocks"]] != [block["t"] for block in wanted]:
            return None
        for block, new in zip(wanted, read["blocks"], strict=True):
            block["c"] = new["c"]
        return {**self.article, "meta": read["meta"]}


def excerpt(article: dict[str, Any]) -> Excerpt | None:
    """The excerpt; nothing for an article that has to be read whole: with a citation outside of these blocks, or
    without one empty division ``refs``, whose place citeproc would choose.
    """
    blocks: list[Node] = []
    lists: list[Node] = []
    stack: list[Any] = [article["blocks"]]
    while stack:
        item = stack.pop()
        if type(item) is list:
            stack.extend(item[::-1])
        elif type(item) is dict:
            kind = item.get("t")
            if kind in _SMALLEST:
                if any(node["t"] in _READ for node in iterate(item)):
                    blocks.append(item)
                continue
            if kind in _READ:
                return None
            if kind == "Div" and item["c"][0][0] == "refs":
                lists.append(item)
            stack.append(item.get("c"))
    if len(lists) != 1 or lists[0]["c"][1]:
        return None
    tree = {**article, "blocks": [*blocks, {"t": "Div", "c": [lists[0]["c"][0], []]}]}
    return Excerpt(article, tree, blocks, lists[0])
