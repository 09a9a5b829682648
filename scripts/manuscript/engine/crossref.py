"""Numbers for sections, figures, tables and equations, and the references to them.

The words are Quarto's: ``Figure 1``, ``Section 1.1``, ``Figure 3 (a)``; a prefix of one's own replaces the first word,
``-@`` leaves it out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from manuscript.engine.ast import Node, attr, get, link, put, string, text_of, walk
from manuscript.errors import ManuscriptError, did_you_mean, raise_all
from manuscript.source.resolved import Source

NO_BREAK = "\u00a0"
PREFIXES = {"fig": "Figure", "tbl": "Table", "sec": "Section", "eq": "Equation"}
# what Quarto numbers and this engine does not
_FOREIGN = re.compile(r"^(lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|nte|tip|wrn|imp|cau|dia|vid|supp)-", re.I)
_OWN = re.compile(r"^(fig|tbl|sec|eq)-", re.I)


@dataclass(frozen=True)
class Label:
    """Something that can be referred to."""

    identifier: str
    kind: str
    number: str
    sub: str = ""

    @property
    def shown(self) -> str:
        """The number that a reference shows, with the letter of a part: ``2 (a)``."""
        return f"{self.number} ({self.sub})" if self.sub else self.number


def number(tree: dict[str, Any], *, sections: bool) -> dict[str, Label]:
    """Write the attribute ``number`` (and ``sub``) on all that has one, in place; give the labels."""
    labels: dict[str, Label] = {}
    counters = {"fig": 0, "tbl": 0, "eq": 0}
    levels = [0] * 7

    def add(identifier: str, kind: str, shown: str, sub: str = "") -> None:
        if identifier:
            labels[identifier] = Label(identifier, kind, shown, sub)

    def count(attributes: list[Any], kind: str) -> str:
        counters[kind] += 1
        shown = str(counters[kind])
        put(attributes, "number", shown)
        add(attributes[0], kind, shown)
        return shown

    def heading(node: Node) -> None:
        level, attributes, _ = node["c"]
        if "unnumbered" in attributes[1] or not sections:
            add(attributes[0], "sec", "")
            return
        levels[level - 1] += 1
        levels[level:] = [0] * (7 - level)
        shown = ".".join(str(part) for part in levels[:level])
        put(attributes, "number", shown)
        add(attributes[0], "sec", shown)

    def figure(node: Node) -> None:
        attributes, _, content = node["c"]
        if not attributes[0].startswith("fig-"):
            visit_all(content)
            return
        shown = count(attributes, "fig")
        parts = [block for block in content if block["t"] == "Figure"]
        for index, part in enumerate(parts):
            sub = chr(ord("a") + index)
            put(part["c"][0], "sub", sub)
            add(part["c"][0][0], "fig", shown, sub)

    def visit_all(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                visit_all(item)
        elif isinstance(value, dict):
            kind = value.get("t")
            if kind == "Header":
                heading(value)
            elif kind == "Figure":
                figure(value)
            elif kind == "Table" and value["c"][0][0].startswith("tbl-"):
                count(value["c"][0], "tbl")
            elif kind == "Span" and "equation" in value["c"][0][1]:
                count(value["c"][0], "eq")
            elif "c" in value:
                visit_all(value["c"])

    visit_all(tree["blocks"])
    return labels


def refer(tree: dict[str, Any], labels: dict[str, Label], source: Source, citations: set[str]) -> dict[str, Any]:
    """The tree with every ``@fig-…`` as a link, the keys of ``citations`` left for citeproc.

    Raises ``SourceError`` (all of them at once) for a reference or a citation key that points at nothing, and for a
    bracket that mixes references with citations.
    """
    errors: list[ManuscriptError] = []
    reported: set[str] = set()

    def unresolved(key: str) -> None:
        if key in reported:
            return
        reported.add(key)
        if _FOREIGN.match(key):
            errors.append(
                source.error(
                    f"references of the kind {key!r} are not known to the engine",
                    f"@{key}",
                    "refer to sec, fig, tbl or eq",
                )
            )
        elif _OWN.match(key):
            errors.append(
                source.error(
                    f"unresolved reference @{key}",
                    f"@{key}",
                    did_you_mean(key, labels, "label the figure, table, section or formula"),
                )
            )
        else:
            errors.append(
                source.error(
                    f"citation key {key!r} is not in the bibliography",
                    f"@{key}",
                    did_you_mean(key, citations, "add the entry to references.bib or correct the key"),
                )
            )

    def visit(node: Node) -> list[Node] | None:
        if node["t"] != "Cite":
            return None
        cites = node["c"][0]
        keys = [_label_key(cite["citationId"]) for cite in cites]
        found = [bool(_OWN.match(key)) and key not in citations for key in keys]
        for key, cite, own in zip(keys, cites, found, strict=True):
            target = labels.get(key)
            if (own and (target is None or not target.number)) or (not own and cite["citationId"] not in citations):
                unresolved(cite["citationId"])
        if not any(found):
            return None
        if not all(found):
            written = text_of(node["c"][1])
            errors.append(
                source.error(
                    "a bracket mixes references and citations",
                    written,
                    "Quarto would drop the citations: use two brackets",
                )
            )
            return None
        if any(cite["citationId"] in reported for cite in cites):
            return None
        result: list[Node] = []
        for index, (key, cite) in enumerate(zip(keys, cites, strict=True)):
            if index:
                result += [string(","), {"t": "Space"}]
            result.append(_link(labels[key], cite))
        suffix = cites[-1]["citationSuffix"]
        return result + suffix

    blocks = walk(tree["blocks"], visit)
    meta = walk(tree["meta"], visit)
    raise_all(errors)
    return {**tree, "blocks": blocks, "meta": meta}


def _label_key(key: str) -> str:
    return key[:1].lower() + key[1:] if _OWN.match(key) else key


def _link(target: Label, cite: dict[str, Any]) -> Node:
    prefix: list[Node] = []
    if cite["citationPrefix"]:
        prefix = [*cite["citationPrefix"], string(NO_BREAK)]
    elif cite["citationMode"]["t"] != "SuppressAuthor":
        prefix = [string(PREFIXES[target.kind] + NO_BREAK)]
    attributes = attr("", ["quarto-xref"])
    if target.sub:
        put(attributes, "sub", target.sub)
    return link(attributes, [*prefix, string(target.shown)], f"#{target.identifier}")


def label_of(attributes: list[Any]) -> str:
    """The number of a numbered element: ``3``, ``1.2`` or nothing."""
    return get(attributes, "number") or ""
