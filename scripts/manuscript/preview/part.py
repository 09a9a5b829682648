"""One edited chapter as a piece of the page, without rendering the rest.

What the last whole render knew (numbers of sections and figures, citations as they read, the bibliography) is used
again. Where an edit changes more than its own chapter can show, ``Page.part`` gives nothing and the caller renders whole.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.engine import conditions, crossref, pandoc
from manuscript.engine.ast import Node, attributes_of, get, iterate, put, text_of
from manuscript.engine.bibliography import read_keys, tidied, tidy
from manuscript.engine.citeproc import clean
from manuscript.engine.document import Document, build_documents, elements, level, listed, made_plain, resolve_images
from manuscript.engine.formats import html
from manuscript.engine.settings import Settings, load_settings
from manuscript.errors import ManuscriptError
from manuscript.paths import Project
from manuscript.source.files import read_yaml
from manuscript.source.lines import told_apart
from manuscript.source.resolved import Source, load_part, load_source
from manuscript.supplement.content import anchors

# "A. " and "iv) " may begin a list
_COUNTS = re.compile(r"[A-Za-z]{1,5}[.)]\s")
_IMAGE = re.compile(r'(<img\b[^>]*?\bsrc=")([^":]+)(")')
REFERENCES = "refs"
_AUTHOR_DATE = 'citation-format="author-date"'
# entries that others complete
_NOT_ALONE = re.compile(r"^\s*@string\b|^\s*(?:crossref|xdata)\s*=", re.I | re.M)
_UNLISTED: list[tuple[str, str]] = []


@dataclass(frozen=True)
class Part:
    """What changed on the page: HTML that takes the place of the elements with these ids, in order.

    ``unlisted`` when a new citation is shown already and the reference list is still to come, from ``Page.references``.
    """

    pieces: list[tuple[str, str]]
    unlisted: bool = False


@dataclass
class Page:
    """The page as it was last rendered whole, and what a chapter needs of it."""

    project: Project
    epoch: int
    settings: Settings
    document: Document
    variables: dict[str, Any]
    # the line at which each entry of the bibliography begins, by its key
    citations: dict[str, int]
    # the first-level sections by id, in order, each with its blocks
    sections: dict[str, list[Node]]
    # and its citations: to walk through the evidence tables for them at each edit takes too long
    cites: dict[str, list[Node]]
    identifiers: set[str]
    # each citation as it reads, by what it cites
    cited: dict[str, Node]
    # whether a citation says author and year, whatever its place, and no number
    _by_author: bool
    _parsed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def render(cls, project: Project, epoch: int) -> Page:
        """Render the whole page into the output folder and remember what parts need.

        Raises ``ManuscriptError``; the page that was there before is then untouched.
        """
        settings = load_settings(project)
        source = load_source(project, defaults=settings.defaults, shown=settings.shown)
        document = build_documents(project, settings, source, ["html"], epoch)["html"]
        blocks = deepcopy(document.blocks)
        sections = _sections(blocks)
        html.write(document, project.output / "index.html")
        return cls(
            project=project,
            epoch=epoch,
            settings=settings,
            document=document,
            variables=read_yaml(project.variables, project.relative(project.variables)),
            citations=read_keys(settings.bibliography, "references.bib") if settings.bibliography else {},
            sections=sections,
            cites={name: _found(own, "Cite") for name, own in sections.items()},
            identifiers={found[0] for node in iterate(blocks) if (found := attributes_of(node)) and found[0]}
            | anchors(project),
            _by_author=settings.csl is not None and _AUTHOR_DATE in settings.csl.read_text(encoding="utf-8"),
            cited={_cites(node): node for node in _found(blocks, "Cite")},
        )

    def part(self, path: Path) -> Part | None:
        """The page's piece that the chapter ``path`` gives now, or nothing when the whole page must be rendered.

        Raises ``ManuscriptError`` for what is wrong in the chapter.
        """
        source = load_part(self.project, path, self.variables, self.document.metadata)
        tree = self._read(source)
        if tree is None:
            return None
        names = [node["c"][1][0] for node in tree["blocks"] if node["t"] == "Header" and node["c"][0] == 1]
        known = list(self.sections)
        if not names or names[0] not in self.sections:
            return None
        start = known.index(names[0])
        if known[start : start + len(names)] != names:
            return None
        before = [block for name in names for block in self.sections[name]]
        if _labelled(before) != _labelled(tree["blocks"]) or any(node["t"] == "Note" for node in iterate(tree)):
            return None
        self._number(tree)
        tree = crossref.refer(tree, self.document.labels, self.settings.kinds, source, set(self.citations))
        if not self._links_lead_somewhere(tree):
            return None
        pieces = self._cite(tree, names)
        if pieces is None:
            return None
        unlisted = pieces is _UNLISTED
        # the same chapter may be edited again: what comes next is measured against this
        shown = _sections(deepcopy(tree["blocks"]))
        self.sections.update(shown)
        self.cites.update((name, _found(own, "Cite")) for name, own in shown.items())
        resolve_images(elements(tree), "html", self.settings, self.project, source)
        body = self._html(tree)
        return Part([(",".join(names), body), *pieces], unlisted)

    def references(self) -> Part | None:
        """The reference list that the sections have now; nothing when a citation shown on the page would read otherwise."""
        pieces = self._cite_all(self._citations())
        return None if pieces is None else Part(pieces)

    def _html(self, tree: dict[str, Any]) -> str:
        text = html.fragment(self.document, tree, folder=self.project.root, epoch=self.epoch)
        return _IMAGE.sub(lambda match: match[1] + _data_address(self.project.root / match[2]) + match[3], text)

    def _read(self, source: Source) -> dict[str, Any] | None:
        """The chapter as a tree with the dialect made plain; only the stretches between headings that changed are parsed."""
        blocks: list[Node] = []
        for stretch in _stretches(source.text):
            known = self._parsed.get(stretch)
            if known is None:
                try:
                    known = json.dumps(
                        pandoc.read("markdown", stretch, folder=self.project.root, epoch=self.epoch)["blocks"]
                    )
                except ManuscriptError:
                    return None  # the whole render finds the place
                self._parsed[stretch] = known
            blocks += json.loads(known)
        if not blocks or blocks[0]["t"] != "Header" or blocks[0]["c"][0] != 1:
            return None
        tree = {**self.document.tree, "meta": {}, "blocks": conditions.resolve(blocks, "html", source)}
        tree = made_plain(tree, self.project, self.settings, source, self.epoch)
        if any(node["t"] == "Div" and "theorem" in node["c"][0][1] for node in iterate(tree["blocks"])):
            return None  # its number depends on the chapters before
        return tree

    def _number(self, tree: dict[str, Any]) -> None:
        settings = self.settings
        crossref.number(tree, settings.kinds, settings.terms, sections=settings.number_sections)
        level(tree["blocks"])
        for node in iterate(tree["blocks"]):
            attributes = attributes_of(node)
            label = self.document.labels.get(attributes[0]) if attributes else None
            if attributes and label and get(attributes, "number"):
                put(attributes, "number", label.number)

    def _links_lead_somewhere(self, tree: dict[str, Any]) -> bool:
        own = {found[0] for node in iterate(tree["blocks"]) if (found := attributes_of(node)) and found[0]}
        targets = [node["c"][2][0] for node in iterate(tree["blocks"]) if node["t"] == "Link"]
        return all(
            target[1:] in self.identifiers | own or target == "#"
            for target in targets
            if target.startswith("#") and not target.startswith("#ref-")
        )

    def _cite(self, tree: dict[str, Any], names: list[str]) -> list[tuple[str, str]] | None:
        """Fill the citations in, in place; give the reference list when it changed, and nothing when others changed too."""
        groups = _found(tree["blocks"], "Cite")
        before, elsewhere = self._citations(), self._citations(names)
        new = [node for node in groups if _cites(node) not in self.cited]
        pieces: list[tuple[str, str]] | None = []
        if self._by_author and (not new or self._cite_alone(new)):
            # what is cited decides; how often and where does not
            pieces = _UNLISTED if _keys(before) != _keys([*elsewhere, *groups]) else []
        elif new or [_cites(node) for node in self._citations(only=names)] != [_cites(node) for node in groups]:
            pieces = self._cite_all([*elsewhere, *groups])
        if pieces is None:
            return None
        for node in groups:
            node["c"] = deepcopy(self.cited[_cites(node)]["c"])
        return pieces

    def _citations(self, without: list[str] | None = None, only: list[str] | None = None) -> list[Node]:
        """The citations of the sections as they were last shown."""
        return [
            node
            for name, nodes in self.cites.items()
            if name not in (without or ()) and (only is None or name in only)
            for node in nodes
        ]

    def _cite_alone(self, groups: list[Node]) -> bool:
        """Read these citations as if there were no others, in a tenth of the time; whether that is what they say.

        It is not for entries that others complete. A letter behind the year may be missing until ``references`` has
        read them all.
        """
        assert self.settings.bibliography is not None  # without one nothing is cited
        text = self.settings.bibliography.read_text(encoding="utf-8")
        if _NOT_ALONE.search(text):
            return False
        lines = text.splitlines(keepends=True)
        starts = [*sorted(self.citations.values()), len(lines) + 1]
        entries = [
            "".join(lines[start - 1 : starts[starts.index(start) + 1] - 1])
            for start in sorted(self.citations[key] for key in _keys(groups))
        ]
        alone = self.project.build / "preview.bib"
        write_text(alone, tidy("".join(entries)))
        self.cited.update(self._read_citations(groups, alone)[0])
        return True

    def _cite_all(self, groups: list[Node]) -> list[tuple[str, str]] | None:
        """One citeproc run over the article's citations alone; nothing when one that is shown would read otherwise."""
        # those of captions and of the abstract stand in no section; their order does not matter to what they say
        found, references = self._read_citations(groups, None)
        if any(name in self.cited and self.cited[name]["c"][1] != node["c"][1] for name, node in found.items()):
            return None
        self.cited.update(found)
        return [(REFERENCES, self._html({**self.document.tree, "meta": {}, "blocks": references}))]

    def _read_citations(self, groups: list[Node], bibliography: Path | None) -> tuple[dict[str, Node], list[Node]]:
        """What each citation says, by what it cites, and the blocks of the reference list."""
        distinct = {_cites(node): node for node in groups}
        lines = [{"t": "Para", "c": [deepcopy(node)]} for node in distinct.values()]
        refs = {"t": "Div", "c": [[REFERENCES, [], []], []]}
        meta = {
            name: self.document.tree["meta"][name]
            for name in ("csl", "lang", "link-citations", "nocite")
            if name in self.document.tree["meta"] and not (bibliography and name == "nocite")
        }
        # the document's own holds what it cited when it was rendered
        files = (
            [bibliography]
            if bibliography
            else [tidied(path, self.project.build) for path in self.settings.bibliographies]
        )
        meta["bibliography"] = listed(files, self.project.root)
        tree = {**self.document.tree, "meta": meta, "blocks": [*lines, refs]}
        read = clean(pandoc.citeproc(tree, folder=self.project.root, epoch=self.epoch))
        # words in a row as one, as in the document that they are held against
        blocks = json.loads(pandoc.packed(read))["blocks"]
        return {_cites(node): node for node in iterate(blocks[:-1]) if node["t"] == "Cite"}, blocks[-1:]


def _sections(blocks: list[Node]) -> dict[str, list[Node]]:
    sections: dict[str, list[Node]] = {}
    name = ""
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 1:
            name = block["c"][1][0]
        sections.setdefault(name, []).append(block)
    return sections


def _labelled(blocks: list[Node]) -> list[tuple[str, str]]:
    """What is numbered, by kind and id, in order: when this stays, so do all numbers of the page."""
    found = []
    for node in iterate(blocks):
        attributes = attributes_of(node)
        if attributes is None:
            continue
        identifier, classes, _ = attributes
        if node["t"] == "Header":
            # its words stand in the table of contents too
            words = text_of(node["c"][2])
            found.append(
                (f"h{node['c'][0]}{'.unnumbered' if 'unnumbered' in classes else ''}", f"{identifier} {words}")
            )
        elif node["t"] in ("Figure", "Table") and identifier:
            found.append((node["t"], identifier))
        elif node["t"] == "Span" and "equation" in classes:
            found.append(("eq", identifier))
    return found


def _found(blocks: list[Node], kind: str) -> list[Node]:
    return [node for node in iterate(blocks) if node["t"] == kind]


def _keys(groups: Iterable[Node]) -> set[str]:
    return {cite["citationId"] for node in groups for cite in node["c"][0]}


def _cites(node: Node) -> str:
    """What a citation cites, without the numbers that depend on where it stands."""
    return json.dumps(
        [
            {key: item for key, item in cite.items() if key not in ("citationNoteNum", "citationHash")}
            for cite in node["c"][0]
        ]
    )


def _stretches(text: str) -> list[str]:
    """The text cut before each heading and between paragraphs of prose that stand outside blocks: each can be parsed alone."""
    lines = text.split("\n")
    pieces: list[list[str]] = [[]]
    after_prose = False
    for number, line in enumerate(told_apart(text + "\n", Path(), "", front=False).lines):
        if line.text.strip() and not (pieces[-1] and pieces[-1][-1].strip()):
            # a paragraph begins here
            free = line.kind not in ("code", "comment") and not line.divs
            prose = free and _is_prose(lines, number)
            if pieces[-1] and free and (line.kind == "heading" or (prose and after_prose)):
                pieces.append([])
            after_prose = prose
        pieces[-1].append(line.text)
    return ["\n".join(piece) for piece in pieces]


def _is_prose(lines: list[str], start: int) -> bool:
    """Whether the lines up to the next blank one are sentences: no list, table, term, rule or reference begins with a letter."""
    for line in lines[start:]:
        if not line.strip():
            return True
        if not line[0].isalpha() or _COUNTS.match(line):
            return False
    return True


def _data_address(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
