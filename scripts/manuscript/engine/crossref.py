"""Numbers for sections, figures, tables, equations and the other kinds, and the references to them.

The words are Quarto's: ``Figure 1``, ``Section 1.1``, ``Figure 3 (a)``; a prefix of one's own replaces the first word,
``-@`` leaves it out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from manuscript.engine.ast import Node, attr, get, iterate, link, plain, put, space, string, text_of, walk
from manuscript.engine.kinds import NO_BREAK, THEOREMS, Kind, Kinds
from manuscript.engine.terms import Terms
from manuscript.errors import ManuscriptError, did_you_mean, raise_all
from manuscript.source.resolved import Source
from manuscript.source.syntax import REFERENCE


@dataclass(frozen=True)
class Label:
    """Something that can be referred to; ``sub`` is the letter of a part."""

    identifier: str
    kind: str
    number: str
    sub: str = ""

    @property
    def shown(self) -> str:
        """The number that a reference shows, with the letter of a part: ``2 (a)``."""
        return f"{self.number} ({self.sub})" if self.sub else self.number


def number(tree: dict[str, Any], kinds: Kinds, terms: Terms, *, sections: bool) -> dict[str, Label]:
    """Write the attribute ``number`` (and ``sub``) on all that has one, in place; give the labels.

    Sections are counted without ``sections`` too, so that references can name them, but their headings show no number.
    """
    return _Counter(tree, kinds, terms, sections).labels


class _Counter:
    def __init__(self, tree: dict[str, Any], kinds: Kinds, terms: Terms, sections: bool) -> None:
        self.kinds, self.terms, self.sections = kinds, terms, sections
        self.labels: dict[str, Label] = {}
        self.counts: Counter[str] = Counter()
        levels = [node["c"][0] for node in iterate(tree["blocks"]) if node["t"] == "Header"]
        # an article whose headings begin at the second level counts from there
        self.top = min(levels, default=1)
        self.levels = [0] * 7
        self.visit(tree["blocks"])

    def visit(self, value: Any) -> None:
        """Number what is below ``value``, in document order."""
        if isinstance(value, list):
            for item in value:
                self.visit(item)
        elif isinstance(value, dict):
            handler = getattr(self, f"_{value.get('t', '').lower()}", None)
            if handler is not None and handler(value):
                return
            if "c" in value:
                self.visit(value["c"])

    def _count(self, attributes: list[Any], kind: Kind) -> str:
        self.counts[kind.key] += 1
        shown = kind.number(self.counts[kind.key])
        put(attributes, "number", shown)
        self._add(attributes[0], kind, shown)
        return shown

    def _add(self, identifier: str, kind: Kind, shown: str, sub: str = "") -> None:
        if identifier:
            self.labels[identifier] = Label(identifier, kind.key, shown, sub)

    def _header(self, node: Node) -> None:
        level, attributes, _ = node["c"]
        kind = self.kinds["sec"]
        if "unnumbered" in attributes[1]:
            self._add(attributes[0], kind, "")
            return
        self.levels[level - 1] += 1
        self.levels[level:] = [0] * (7 - level)
        shown = ".".join(str(part) for part in self.levels[self.top - 1 : level])
        if self.sections:
            put(attributes, "number", shown)
        self._add(attributes[0], kind, shown)

    def _figure(self, node: Node) -> bool:
        attributes, _, content = node["c"]
        kind = self.kinds.of(attributes[0])
        if kind is None or kind.form != "float":
            return False
        shown = self._count(attributes, kind)
        parts = _parts(content)
        for index, part in enumerate(parts):
            sub = self.kinds.sub(index)
            put(part["c"][0], "sub", sub)
            self._add(part["c"][0][0], kind, shown, sub)
        if not parts:
            self.visit(content)
        return True

    def _table(self, node: Node) -> None:
        kind = self.kinds.of(node["c"][0][0])
        if kind and kind.form == "float":
            self._count(node["c"][0], kind)

    def _span(self, node: Node) -> None:
        if "equation" in node["c"][0][1]:
            self._count(node["c"][0], self.kinds["eq"])

    def _div(self, node: Node) -> None:
        attributes, blocks = node["c"]
        kind = self.kinds.of(attributes[0])
        if "callout" in attributes[1] and kind and kind.form == "callout":
            shown = kind.label(self._count(attributes, kind))
            title = blocks[0]["c"][1][0]
            given = get(attributes, "title") == "given"
            title["c"] = [string(f"{shown}{self.kinds.delimiter}"), space(), *title["c"]] if given else [string(shown)]
            put(attributes, "title", "numbered")
        elif "theorem" in attributes[1] and kind:
            label = kind.label(self._count(attributes, kind))
            title = blocks[0]["c"][1][0]["c"]
            head = [string(label), space(), string("("), *title, string(")")] if title else [string(label)]
            node["c"][1] = _headed([{"t": "Strong", "c": head}], blocks[1:])
        elif "proof" in attributes[1]:
            title = blocks[0]["c"][1][0]["c"]
            word = [string(self.terms[f"environment-{attributes[1][-1]}-title"])]
            head = [*word, space(), string("("), *title, string(")")] if title else word
            node["c"][1] = _headed([{"t": "Emph", "c": head}, string(".")], blocks[1:])


def _headed(head: list[Node], blocks: list[Node]) -> list[Node]:
    """The blocks with ``head`` at the start of the first paragraph."""
    if blocks and blocks[0]["t"] in ("Para", "Plain"):
        return [{"t": blocks[0]["t"], "c": [*head, space(), *blocks[0]["c"]]}, *blocks[1:]]
    return [plain(head), *blocks]


def _parts(content: list[Node]) -> list[Node]:
    """The figures within a figure, in a layout or without; not those within them."""
    found = []
    for block in content:
        if block["t"] == "Figure":
            found.append(block)
        elif block["t"] == "Div" and not {"callout", "theorem"} & set(block["c"][0][1]):
            found += _parts(block["c"][1])
    return found


def refer(
    tree: dict[str, Any], labels: dict[str, Label], kinds: Kinds, source: Source, citations: set[str]
) -> dict[str, Any]:
    """The tree with every ``@fig-…`` as a link, the keys of ``citations`` left for citeproc.

    Raises ``SourceError`` (all of them at once) for a reference or a citation key that points at nothing, and for a
    bracket that mixes references with citations.
    """
    references = _References(labels, kinds, source, citations)
    blocks = walk(tree["blocks"], references.in_text)
    meta = {
        name: walk(value, references.visit if name == "nocite" else references.in_text)
        for name, value in tree["meta"].items()
    }
    raise_all(references.errors)
    return {**tree, "blocks": blocks, "meta": meta}


class _References:
    def __init__(self, labels: dict[str, Label], kinds: Kinds, source: Source, citations: set[str]) -> None:
        self.labels, self.kinds, self.source, self.citations = labels, kinds, source, citations
        self.errors: list[ManuscriptError] = []
        self.reported: set[str] = set()

    def in_text(self, node: Node) -> list[Node] | None:
        """As ``visit``; an ``@*``, which names all works in ``nocite``, is two signs here."""
        if node["t"] == "Cite" and any(cite["citationId"] == "*" for cite in node["c"][0]):
            return node["c"][1]
        return self.visit(node)

    def visit(self, node: Node) -> list[Node] | None:
        """References as links; a group of citations stays."""
        if node["t"] != "Cite":
            return None
        cites = node["c"][0]
        found = [self._refers(cite["citationId"]) for cite in cites]
        for cite, own in zip(cites, found, strict=True):
            key = cite["citationId"]
            if (own and not self._target(key)) or (not own and key not in self.citations and key != "*"):
                self._unresolved(key)
        if not any(found):
            return None
        if any(cite["citationId"] in self.reported for cite in cites):
            return None
        if not all(found):
            if found[0] and not any(found[1:]) and cites[0]["citationMode"]["t"] == "AuthorInText":
                # `@fig-a [@key]`: a reference, and a citation in brackets behind it
                return [self._link(cites[0]), space(), _citation(cites[1:])]
            written = text_of(node["c"][1])
            self.errors.append(
                self.source.error(
                    "a bracket mixes references and citations",
                    written,
                    "Quarto would drop the citations: use two brackets",
                )
            )
            return None
        result: list[Node] = []
        for index, cite in enumerate(cites):
            if index:
                result += [string(","), space()]
            result.append(self._link(cite))
        suffix = cites[-1]["citationSuffix"]
        if suffix and cites[0]["citationMode"]["t"] == "AuthorInText":
            suffix = [space(), string("["), *suffix, string("]")]
        return result + suffix

    def _refers(self, key: str) -> bool:
        return self.kinds.of(key) is not None and key not in self.citations

    def _target(self, key: str) -> Label | None:
        label = self.labels.get(key) or self.labels.get(key[:1].lower() + key[1:])
        return label if label and label.number else None

    def _link(self, cite: dict[str, Any]) -> Node:
        target = self._target(cite["citationId"])
        assert target is not None  # else it is reported
        kind = self.kinds[target.kind]
        prefix: list[Node] = []
        shown = target.shown
        if cite["citationPrefix"]:
            prefix = [*cite["citationPrefix"], string(NO_BREAK)]
        elif cite["citationMode"]["t"] != "SuppressAuthor" and f"{kind.key}:" not in cite["citationId"]:
            # of Manubot's `Figure @fig:flow` the number alone
            prefix = [string(kind.reference(""))]
        attributes = attr("", ["quarto-xref"])
        if target.sub:
            put(attributes, "sub", target.sub)
        return link(attributes, [*prefix, string(shown)], f"#{target.identifier}")

    def _unresolved(self, key: str) -> None:
        if key in self.reported:
            return
        self.reported.add(key)
        kind = self.kinds.of(key)
        label = self.labels.get(key)
        if label is not None and not label.number:
            message = f"@{key} refers to a section without a number"
            mend = f"take .unnumbered from its heading, or link to it: [its title](#{key})"
        elif kind is not None:
            message = f"unresolved reference @{key}"
            mend = did_you_mean(key, self.labels, f"label what it refers to: {{#{key}}}")
        elif REFERENCE.match(key) and key.partition("-")[0] not in THEOREMS:
            message, mend = f"references of the kind {key!r} are not known", "name the kind under crossref: custom:"
        else:
            message = f"citation key {key!r} is not in the bibliography"
            mend = did_you_mean(key, self.citations, "add the entry to references.bib or correct the key")
        needle = f"@{{{key}}}" if f"@{{{key}}}" in self.source.text else f"@{key}"
        self.errors.append(self.source.error(message, needle, mend))


def _citation(cites: list[dict[str, Any]]) -> Node:
    return {"t": "Cite", "c": [cites, [string("[" + "; ".join(f"@{cite['citationId']}" for cite in cites) + "]")]]}


def label_of(attributes: list[Any]) -> str:
    """The number of a numbered element: ``3``, ``1.2`` or nothing."""
    return get(attributes, "number") or ""
