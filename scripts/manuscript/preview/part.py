"""One edited chapter as a piece of the page, without rendering the rest.

What the last whole render knew (numbers of sections and figures, citations as they read, the bibliography) is used
again. Where an edit changes more than its own chapter can show, ``Page.part`` gives nothing and the caller renders whole.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manuscript.engine import conditions, crossref, dialect, pandoc
from manuscript.engine.ast import Node, attributes_of, iterate, put, text_of
from manuscript.engine.bibliography import read_keys
from manuscript.engine.document import Document, build_documents, resolve_images
from manuscript.engine.formats import html
from manuscript.engine.settings import Settings, load_settings
from manuscript.engine.source import Source, load_part, load_source, read_yaml
from manuscript.errors import ManuscriptError
from manuscript.paths import Project

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}|:{3,})")
_OPENS_DIV = re.compile(r"^ {0,3}:{3,}\s*\S")
_IMAGE = re.compile(r'(<img\b[^>]*?\bsrc=")([^":]+)(")')
REFERENCES = "refs"


@dataclass(frozen=True)
class Part:
    """What changed on the page: HTML that takes the place of the elements with these ids, in order."""

    pieces: list[tuple[str, str]]


@dataclass
class Page:
    """The page as it was last rendered whole, and what a chapter needs of it."""

    project: Project
    epoch: int
    settings: Settings
    document: Document
    variables: dict[str, Any]
    citations: set[str]
    # the first-level sections by id, in order, each with its blocks
    sections: dict[str, list[Node]]
    identifiers: set[str]
    # each citation as it reads, by what it cites
    cited: dict[str, Node]
    _parsed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def render(cls, project: Project, epoch: int) -> Page:
        """Render the whole page into the output folder and remember what parts need.

        Raises ``ManuscriptError``; the page that was there before is then untouched.
        """
        settings = load_settings(project)
        source = load_source(project, defaults=settings.defaults)
        document = build_documents(project, settings, source, ["html"], epoch)["html"]
        blocks = deepcopy(document.blocks)
        html.write(document, project.output / "index.html")
        return cls(
            project=project,
            epoch=epoch,
            settings=settings,
            document=document,
            variables=read_yaml(project.variables, project.relative(project.variables)),
            citations=set(read_keys(settings.bibliography, "references.bib")) if settings.bibliography else set(),
            sections=_sections(blocks),
            identifiers={found[0] for node in iterate(blocks) if (found := attributes_of(node)) and found[0]},
            cited={_cites(node): node for node in iterate(blocks) if node["t"] == "Cite"},
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
        tree = crossref.refer(tree, self.document.labels, source, self.citations)
        if not self._links_lead_somewhere(tree):
            return None
        pieces = self._cite(tree, names, before)
        if pieces is None:
            return None
        # the same chapter may be edited again: what comes next is measured against this
        self.sections.update(_sections(deepcopy(tree["blocks"])))
        extension = self.settings.image_extension("html")
        tree = resolve_images(tree, extension, self.project, source)
        body = self._html(tree)
        return Part([(",".join(names), body), *pieces])

    def _html(self, tree: dict[str, Any]) -> str:
        text = html.fragment(tree, folder=self.project.root, epoch=self.epoch)
        return _IMAGE.sub(lambda match: match[1] + _data_address(self.project.root / match[2]) + match[3], text)

    def _read(self, source: Source) -> dict[str, Any] | None:
        """The chapter as a tree with the dialect made plain; only the stretches between headings that changed are parsed."""
        blocks: list[Node] = []
        for stretch in _stretches(source.text):
            known = self._parsed.get(stretch)
            if known is None:
                try:
                    known = json.dumps(pandoc.parse(stretch, folder=self.project.root, epoch=self.epoch)["blocks"])
                except ManuscriptError:
                    return None  # the whole render finds the place
                self._parsed[stretch] = known
            blocks += json.loads(known)
        if not blocks or blocks[0]["t"] != "Header" or blocks[0]["c"][0] != 1:
            return None
        tree = {**self.document.tree, "meta": {}, "blocks": conditions.resolve(blocks, "html", source)}
        tree = dialect.translate(tree, source)
        dialect.check_labels(tree, source)
        return tree

    def _number(self, tree: dict[str, Any]) -> None:
        crossref.number(tree, sections=self.settings.number_sections)
        for node in iterate(tree["blocks"]):
            attributes = attributes_of(node)
            label = self.document.labels.get(attributes[0]) if attributes else None
            if attributes and label and label.number:
                put(attributes, "number", label.number)

    def _links_lead_somewhere(self, tree: dict[str, Any]) -> bool:
        own = {found[0] for node in iterate(tree["blocks"]) if (found := attributes_of(node)) and found[0]}
        targets = [node["c"][2][0] for node in iterate(tree["blocks"]) if node["t"] == "Link"]
        return all(
            target[1:] in self.identifiers | own or target == "#"
            for target in targets
            if target.startswith("#") and not target.startswith("#ref-")
        )

    def _cite(self, tree: dict[str, Any], names: list[str], before: list[Node]) -> list[tuple[str, str]] | None:
        """Fill the citations in, in place; give the reference list when it changed, and nothing when others changed too."""
        groups = [node for node in iterate(tree["blocks"]) if node["t"] == "Cite"]
        keys = {cite["citationId"] for node in groups for cite in node["c"][0]}
        pieces: list[tuple[str, str]] = []
        if any(_cites(node) not in self.cited for node in groups) or keys != {
            cite["citationId"] for node in iterate(before) if node["t"] == "Cite" for cite in node["c"][0]
        }:
            again = self._cite_all(groups, names)
            if again is None:
                return None
            pieces = again
        for node in groups:
            node["c"] = deepcopy(self.cited[_cites(node)]["c"])
        return pieces

    def _cite_all(self, groups: list[Node], names: list[str]) -> list[tuple[str, str]] | None:
        """One citeproc run over the article's citations alone; nothing when a citation elsewhere would read otherwise."""
        everything: list[Node] = []
        for name, blocks in self.sections.items():
            if name not in names:
                everything += [node for node in iterate(blocks) if node["t"] == "Cite"]
            elif name == names[0]:
                everything += groups
        # those of captions and of the abstract stand in no section; their order does not matter to what they say
        distinct = {_cites(node): node for node in everything}
        lines = [{"t": "Para", "c": [deepcopy(node)]} for node in distinct.values()]
        refs = {"t": "Div", "c": [[REFERENCES, [], []], []]}
        meta = {
            name: self.document.tree["meta"][name]
            for name in ("bibliography", "csl", "lang", "link-citations", "nocite")
            if name in self.document.tree["meta"]
        }
        tree = {**self.document.tree, "meta": meta, "blocks": [*lines, refs]}
        tree = pandoc.citeproc(tree, folder=self.project.root, epoch=self.epoch)
        found = {_cites(node): node for node in iterate(tree["blocks"][:-1]) if node["t"] == "Cite"}
        if any(name in self.cited and self.cited[name]["c"][1] != node["c"][1] for name, node in found.items()):
            return None
        self.cited.update(found)
        return [(REFERENCES, self._html({**tree, "blocks": tree["blocks"][-1:]}))]


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


def _cites(node: Node) -> str:
    """What a citation cites, without the numbers that depend on where it stands."""
    return json.dumps(
        [
            {key: item for key, item in cite.items() if key not in ("citationNoteNum", "citationHash")}
            for cite in node["c"][0]
        ]
    )


def _stretches(text: str) -> list[str]:
    """The text cut before each heading that stands outside blocks, so that each piece can be parsed alone."""
    pieces: list[list[str]] = [[]]
    code, depth = "", 0
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if fence:
            mark = fence.group(1)
            if mark[0] == ":" and not code:
                depth += 1 if _OPENS_DIV.match(line) else -1
            elif not code and mark[0] != ":":
                code = mark
            elif code and line.strip().startswith(code) and not line.strip().strip(code[0]):
                code = ""
        if line.startswith("#") and not code and depth == 0 and pieces[-1] and not pieces[-1][-1].strip():
            pieces.append([])
        pieces[-1].append(line)
    return ["\n".join(piece) for piece in pieces]


def _data_address(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
