"""The papers that go with a manuscript: templates filled with what the sources say, and what the sources lack.

A template is Markdown with pandoc's variables (``$title$``, ``$if(…)$``); one in ``journals/templates`` takes the place
of the engine's own of that name. What is missing is left out of a paper and named in the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manuscript.engine import pandoc
from manuscript.engine.ast import Node, iterate, text_of
from manuscript.engine.authors import CREDIT
from manuscript.engine.document import Document
from manuscript.engine.formats.common import shown_date, to_meta
from manuscript.errors import ConfigError
from manuscript.paths import Project
from manuscript.source.files import read_yaml
from manuscript.submit import parts, texts
from manuscript.submit.measure import Measures
from manuscript.submit.pages import Pages
from manuscript.submit.profile import Profile

_TEMPLATES = Path(__file__).parent / "templates"
# what a profile may ask for in a file of its own, its title there, and what an author writes into it
WRITTEN = {
    "highlights": ("Highlights", "a list of the main results"),
    "simple-summary": ("Simple summary", "a summary in plain language"),
    "search-strategy": ("Search strategy and selection criteria", "how the literature was searched"),
}
ASKED_AS = {"highlights": "highlights", "simple-summary": "simple_summary", "search-strategy": "search_strategy_panel"}
_NOTHING: tuple[Any, ...] = (None, "", [], False)


@dataclass(frozen=True)
class Missing:
    """Something a journal asks for that the sources do not hold, and where to write it."""

    what: str
    mend: str


@dataclass(frozen=True)
class Paper:
    """A document of its own: its title and its body as pandoc's blocks."""

    title: str
    blocks: list[Node]


class Papers:
    """The papers of one article for one journal."""

    def __init__(self, document: Document, measures: Measures, profile: Profile) -> None:
        self.document, self.measures, self.profile = document, measures, profile
        self.project = document.project
        self.letter = texts.read(self.project, profile.name, "letter")
        self.texts = {name: texts.read(self.project, profile.name, name) for name in WRITTEN}

    def fill(
        self, name: str, fields: dict[str, Any], body: list[Node] | None = None, written: dict[str, Any] | None = None
    ) -> list[Node]:
        """The blocks of the template ``name``; ``fields`` are plain values, ``written`` is Markdown, and ``body`` is what
        ``$body$`` stands for.

        Raises ``RenderError`` with pandoc's words for a template that it cannot read.
        """
        own = self.project.journals / "templates" / f"{name}.md"
        template = own if own.is_file() else _TEMPLATES / f"{name}.md"
        tree = {
            "pandoc-api-version": self.document.tree["pandoc-api-version"],
            "meta": {
                **{key: to_meta(value) for key, value in fields.items() if value not in _NOTHING},
                **{key: _as_written(value) for key, value in (written or {}).items() if value not in _NOTHING},
            },
            "blocks": body or [],
        }
        options = [f"--template={template}"]
        text = pandoc.write(tree, "markdown", options, folder=self.project.root, epoch=self.document.epoch)
        return self.parse(text)

    def parse(self, markdown: str) -> list[Node]:
        """Markdown as blocks."""
        return pandoc.read("markdown", markdown, folder=self.project.root, epoch=self.document.epoch)["blocks"]

    def missing(self) -> list[Missing]:
        """What the authors have to add; nothing of it is ever invented."""
        found = [*self._missing_of_authors()]
        front = self.document.source.article
        if "running_title_characters_max" in self.profile.values and not self.measures.running_title:
            found.append(Missing("the running title", f"{front}, short-title:"))
        for name, (title, what) in WRITTEN.items():
            if self.profile.wants(ASKED_AS[name]) == "required" and not self.texts[name].body:
                found.append(Missing(f"{title} ({what})", self.texts[name].place))
        if self.profile.wants("key_points") == "required" and not self.measures.key_points:
            found.append(Missing("key points", f'{front}, a callout with title="Key points"'))
        if self.profile.wants("graphical_abstract") == "required" and not graphical_abstract(self.project):
            found.append(Missing("the graphical abstract", "journals/graphical-abstract.png (or .tiff, .pdf, .svg)"))
        if not self.letter.body:
            found.append(Missing("why this journal, for the letter", self.letter.place))
        for key, what in (("approved", "that all authors approved the manuscript"),
                          ("exclusive", "that it is under consideration nowhere else")):  # fmt: skip
            if self.letter.front.get(key) is not True:
                found.append(Missing(f"{what}, for the letter", f"{self.letter.place}, {key}: true"))
        return found

    def _missing_of_authors(self) -> list[Missing]:
        found = []
        front = f"{self.document.source.article}, author:"
        authors = self.document.authors
        lacks = {
            "affiliation": ([item.name for item in authors if not item.affiliations], "affiliations:"),
            "ORCID": ([item.name for item in authors if not item.orcid], "orcid:"),
            "CRediT roles": ([item.name for item in authors if not item.roles], "roles:"),
        }
        for what, (names, key) in lacks.items():
            if names:
                whose = "all authors" if len(names) == len(authors) else ", ".join(names)
                found.append(Missing(f"{what} of {whose}", f"{front} {key}"))
        corresponding = [item for item in authors if item.corresponding]
        if not corresponding:
            found.append(Missing("the corresponding author", f"{front} corresponding: true"))
        if not any(item.email for item in corresponding):
            found.append(Missing("the corresponding author's e-mail", f"{front} email:"))
        unclaimed = [name for name in CREDIT.values() if not any(r.name == name for a in authors for r in a.roles)]
        if any(item.roles for item in authors) and unclaimed:
            found.append(Missing(f"an author for the roles {', '.join(unclaimed)}, if one had them", f"{front} roles:"))
        return found

    def title_page(self) -> Paper:
        """What stands below title and authors."""
        fields = self._fields()
        fields["running_title"] = self.measures.running_title
        return Paper(self.document.title, self.fill("title-page", fields))

    def cover_letter(self, *, revised: bool = False) -> Paper:
        """The letter to the editors, from the front matter and ``journals/letter.md``; ``revised``: after peer review."""
        front = self.letter.front
        fields = self._fields()
        fields |= {key: front.get(key) is True for key in ("approved", "exclusive")}
        written = {key: front.get(key) for key in ("editor", "earlier", "signature")}
        written |= {"suggested": front.get("reviewers"), "opposed": front.get("not-reviewers")}
        fields |= {"unsigned": not fields["corresponding"], "revised": revised}
        fields["ledger"] = any(self.project.data.glob("*.csv"))
        return Paper("Cover letter", self.fill("cover-letter", fields, self.parse(self.letter.body), written))

    def written(self) -> dict[str, Paper]:
        """What the journal takes in files of their own, by file name, as far as it was written."""
        found = {}
        for name, (title, _) in WRITTEN.items():
            if self.profile.wants(ASKED_AS[name], "none") != "none" and self.texts[name].body:
                found[name] = Paper(title, self.fill(name, self._fields(), self.parse(self.texts[name].body)))
        return found

    def summary(self) -> list[Node]:
        """The summary in plain language, for the journal that requires one; nothing where it was not written."""
        text = self.texts["simple-summary"].body
        return self.parse(text) if self.profile.wants(ASKED_AS["simple-summary"]) == "required" and text else []

    def contributions(self) -> Paper | None:
        """The contributions by author in the terms of CRediT; nothing where no role is known."""
        known = [
            {"name": item.name, "roles": [{"name": role.name} for role in item.roles]}
            for item in self.document.authors
            if item.roles
        ]
        if not known:
            return None
        return Paper("Author contributions (CRediT)", self.fill("contributions", {"contributors": known}))

    def declarations(self) -> Paper | None:
        """The declarations of the article; nothing where it has none."""
        title = self.profile.wants("statements_heading", "Declarations")
        found = parts.section(self.document, parts.DECLARATIONS, title)
        return Paper(title, self.fill("declarations", self._fields(), found.blocks)) if found else None

    def checklists(self, pages: Pages | None) -> tuple[dict[str, Paper], list[Missing]]:
        """The checklists of ``journals/checklists`` by name, with page and line where ``pages`` are known."""
        made, lacking = {}, []
        for path in sorted((self.project.journals / "checklists").glob("*.yml")):
            shown = self.project.relative(path)
            stated = read_yaml(path, shown)
            items = stated.get("items")
            if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("item") for item in items):
                raise ConfigError("a checklist without items", file=shown, mend="write items: with item: and where:")
            scored = stated.get("scores") and all(item.get("score") in stated["scores"] for item in items)
            if stated.get("scores") and not scored:
                lacking.append(
                    Missing(f"scores of the {stated.get('title', path.stem)}", f"{shown}, score: of each item")
                )
            table = self._checklist(items, pages, scored=bool(scored))
            fields = {"intro": stated.get("intro")}
            made[path.stem] = Paper(str(stated.get("title") or path.stem), self.fill("checklist", fields, table))
        return made, lacking

    def _checklist(self, items: list[dict[str, Any]], pages: Pages | None, *, scored: bool) -> list[Node]:
        head, rule = ["Item", "Where"], [":--------------", ":----------------------------"]
        if scored:
            head, rule = [*head, "Score"], [*rule, ":-----"]
        rows = [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|"]
        for number, item in enumerate(items, start=1):
            places = [self._place(str(label), pages) for label in item.get("where") or []]
            cells = [f"{number}. {item['item']}", "; ".join(filter(None, places)) or "not in the article"]
            rows.append(f"| {' | '.join([*cells, *([str(item['score'])] if scored else [])])} |")
        return self.parse("\n".join(rows) + "\n")

    def _place(self, identifier: str, pages: Pages | None) -> str:
        """A section by number, title, page and line; nothing for one that is not in the manuscript."""
        header = next(
            (n for n in iterate(self.document.blocks) if n["t"] == "Header" and n["c"][1][0] == identifier), None
        )
        if identifier == "refs" and self.measures.references:
            return f"{self.measures.references} references"
        if header is None or identifier == parts.EVIDENCE:
            return "supplementary evidence tables" if header is not None else ""
        label, title = self.document.labels.get(identifier), " ".join(text_of(header["c"][2]).split())
        number = label.number if label else ""
        place = pages.find(f"{number}{title}") if pages else None
        return f"{f'section {number}, ' if number else ''}“{title}”{f' ({place})' if place else ''}"

    def _fields(self) -> dict[str, Any]:
        document, measures = self.document, self.measures
        return {
            "title": document.title,
            "journal": self.profile.title,
            "article_type": self.profile.wants("article_type"),
            "date": shown_date(document),
            "keywords": document.keywords,
            "corresponding": [
                {"name": item.name, "email": item.email} for item in document.authors if item.corresponding
            ],
            "words": measures.words,
            "abstract_words": measures.abstract_words,
            "figures": measures.figures,
            "tables": measures.tables,
            "references": measures.references,
        }


def _as_written(value: Any) -> dict[str, Any]:
    """Markdown, or a list of it, as metadata that a template takes as it stands."""
    if isinstance(value, list):
        return {"t": "MetaList", "c": [_as_written(item) for item in value]}
    return {"t": "MetaInlines", "c": [{"t": "RawInline", "c": ["markdown", str(value)]}]}


def graphical_abstract(project: Project) -> Path | None:
    """The picture that authors drew as the graphical abstract."""
    found = sorted(project.journals.glob("graphical-abstract.*"))
    return found[0] if found else None
