"""From sources to one finished tree per audience: parse, dialect, references, one citeproc run.

Formats that see the same content (all of them, unless conditional content differs) share the work.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from manuscript.engine import conditions, crossref, dialect, pandoc
from manuscript.engine.ast import Node, attributes_of, iterate, text_of
from manuscript.engine.authors import Affiliation, Author, read_authors
from manuscript.engine.bibliography import read_keys, tidied, tidy
from manuscript.engine.citeproc import entries, resolve
from manuscript.engine.settings import Settings
from manuscript.errors import FigureError, ManuscriptError, SourceError, raise_all
from manuscript.paths import Project
from manuscript.source.files import inside
from manuscript.source.resolved import Source

# the metadata whose text is Markdown
_MARKDOWN_FIELDS = ("title", "subtitle", "abstract", "keywords", "date", "nocite", "short-title")


@dataclass(frozen=True)
class Document:
    """The article as one format sees it; ``tree`` is pandoc's, with citations resolved and everything numbered."""

    project: Project
    settings: Settings
    source: Source
    format_name: str
    tree: dict[str, Any] = field(repr=False)
    labels: dict[str, crossref.Label] = field(repr=False)
    authors: list[Author]
    affiliations: list[Affiliation]
    epoch: int

    @property
    def blocks(self) -> list[Node]:
        """The body of the article; the list itself, not a copy."""
        return self.tree["blocks"]

    @property
    def metadata(self) -> dict[str, Any]:
        """The front matter as written, shortcodes resolved."""
        return self.source.metadata

    @property
    def title(self) -> str:
        """The title without its markup."""
        return text_of(self.tree["meta"].get("title", []))

    @property
    def date(self) -> str:
        """The date of the front matter, as ISO text."""
        return str(self.metadata.get("date") or "")

    @property
    def moment(self) -> datetime:
        """The moment that outputs are stamped with, so that the same commit gives the same bytes."""
        return datetime.fromtimestamp(self.epoch, UTC)

    def meta_inlines(self, name: str) -> list[Node]:
        """A metadata field as inline elements (empty when absent)."""
        value = self.tree["meta"].get(name)
        if value is None:
            return []
        if value["t"] == "MetaInlines":
            return value["c"]
        if value["t"] == "MetaBlocks":
            return [item for block in value["c"] if block["t"] in ("Para", "Plain") for item in block["c"]]
        if value["t"] == "MetaString":
            return [{"t": "Str", "c": value["c"]}]
        return []

    def meta_blocks(self, name: str) -> list[Node]:
        """A metadata field as blocks (empty when absent)."""
        value = self.tree["meta"].get(name)
        if value is not None and value["t"] == "MetaBlocks":
            return value["c"]
        inlines = self.meta_inlines(name)
        return [{"t": "Para", "c": inlines}] if inlines else []

    @property
    def keywords(self) -> list[str]:
        """The keywords without their markup (empty when there are none)."""
        value = self.tree["meta"].get("keywords")
        if value is None:
            return []
        items = value["c"] if value["t"] == "MetaList" else [value]
        return [text_of(item["c"]) for item in items]

    def references(self, keys: list[str] | None = None) -> list[dict[str, Any]]:
        """The cited entries as CSL JSON, in the order of ``keys`` or, without them, of the reference list."""
        bibliography = self.settings.bibliography
        if bibliography is None:
            return []
        by_key = entries(tidy(bibliography.read_text(encoding="utf-8")), self.project.root, self.epoch)
        return [by_key[key] for key in (self.cited() if keys is None else keys) if key in by_key]

    def cited(self) -> list[str]:
        """The keys of the reference list, in its order."""
        return [
            node["c"][0][0].removeprefix("ref-")
            for node in iterate(self.blocks)
            if node["t"] == "Div" and "csl-entry" in node["c"][0][1]
        ]


def build_documents(
    project: Project, settings: Settings, source: Source, formats: list[str], epoch: int
) -> dict[str, Document]:
    """One finished document per format (Quarto's names: html, typst, docx, jats).

    Raises ``SourceError``, ``BibliographyError`` or ``FigureError`` (all of a kind at once) for what is wrong in the
    sources.
    """
    citations = (
        set(read_keys(settings.bibliography, project.relative(settings.bibliography)))
        if settings.bibliography
        else set()
    )
    authors, affiliations = read_authors(source)
    parsed = _parse(project, settings, source, epoch)
    documents = {}
    for seen, members in _audiences(parsed, formats, source):
        tree = dialect.translate(seen, source)
        dialect.check_labels(tree, source)
        labels = crossref.number(tree, sections=settings.number_sections)
        tree = crossref.refer(tree, labels, source, citations)
        _check_links(tree, source)
        if settings.bibliography:
            bibliography = Path(tree["meta"]["bibliography"]["c"])
            tree = resolve(tree, bibliography=bibliography, csl=settings.csl, folder=project.root, epoch=epoch)
        # each format changes its tree: reading it anew costs a quarter of what deepcopy does
        copy = json.dumps(tree) if len(members) > 1 else ""
        for index, format_name in enumerate(members):
            own = json.loads(copy) if index else tree
            own = resolve_images(own, settings.image_extension(format_name), project, source)
            documents[format_name] = Document(
                project, settings, source, format_name, own, labels, authors, affiliations, epoch
            )
    return documents


def _audiences(parsed: dict[str, Any], formats: list[str], source: Source) -> list[tuple[dict[str, Any], list[str]]]:
    """What there is to see, and the formats that see it: all the same, unless some content is conditional."""
    if not conditions.are_in(parsed):
        return [(parsed, formats)]
    audiences: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for format_name in formats:
        parts = {part: conditions.resolve(parsed[part], format_name, source) for part in ("blocks", "meta")}
        seen = {**parsed, **parts}
        audiences.setdefault(json.dumps(seen), (seen, []))[1].append(format_name)
    return list(audiences.values())


def _parse(project: Project, settings: Settings, source: Source, epoch: int) -> dict[str, Any]:
    fields = {name: source.metadata[name] for name in _MARKDOWN_FIELDS if source.metadata.get(name) is not None}
    fields = {name: str(value) if name == "date" else value for name, value in fields.items()}
    fields["lang"] = settings.lang
    fields["link-citations"] = settings.link_citations
    front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10**6)
    try:
        tree = pandoc.parse(f"---\n{front}---\n\n{source.text}", folder=project.root, epoch=epoch)
    except ManuscriptError as error:
        raise _place_parse_error(error, source, front_lines=front.count("\n") + 3) from error
    if settings.bibliography:
        bibliography = tidied(settings.bibliography, project.build)
        tree["meta"]["bibliography"] = {"t": "MetaString", "c": str(bibliography)}
    if settings.csl:
        tree["meta"]["csl"] = {"t": "MetaString", "c": str(settings.csl)}
    return tree


def _place_parse_error(error: ManuscriptError, source: Source, *, front_lines: int) -> SourceError:
    """pandoc counts lines in the text we hand over; authors count them in their files."""
    match = re.search(r"(?:at \S* ?|at )?line (\d+)", error.message)
    if match is None:
        return SourceError(error.message, mend=error.mend)
    index = int(match.group(1)) - front_lines - 1
    file, line = source.origins[index] if 0 <= index < len(source.origins) else (source.article, 1)
    return SourceError(error.message, file=file, line=line, mend="close what is open here, or remove what is not used")


def _check_links(tree: dict[str, Any], source: Source) -> None:
    """Raise ``SourceError`` for each link to a place inside the article that is not there."""
    identifiers = {
        attributes[0] for node in iterate(tree["blocks"]) if (attributes := attributes_of(node)) and attributes[0]
    }
    errors: list[ManuscriptError] = []
    for node in iterate([tree["blocks"], list(tree["meta"].values())]):
        if node["t"] != "Link" or not node["c"][2][0].startswith("#"):
            continue
        target = node["c"][2][0][1:]
        if target and target not in identifiers:
            needle = text_of(node["c"][1])
            errors.append(
                source.error(
                    f"the link {needle!r} points at #{target}, which is not in the article",
                    f"#{target}" if f"#{target}" in source.text else needle,
                    "label the place, or let `manuscript prepare` make the evidence table again",
                )
            )
            identifiers.add(target)
    raise_all(errors)


def resolve_images(tree: dict[str, Any], extension: str, project: Project, source: Source) -> dict[str, Any]:
    """The tree, changed in place, with the format's extension on every image path that has none.

    Raises ``FigureError`` (all of them at once) for each image that is not there.
    """
    errors: list[ManuscriptError] = []
    for node in iterate([tree["blocks"], list(tree["meta"].values())]):
        if node["t"] != "Image":
            continue
        target = node["c"][2]
        name = target[0]
        if re.match(r"[a-z][a-z0-9+.-]*:", name, re.I):
            file, line = source.place(name)
            errors.append(
                FigureError(
                    f"an image from elsewhere: {name}", file=file, line=line, mend="store the image in figures/"
                )
            )
            continue
        shown = name if Path(name).suffix else f"{name}.{extension}"
        if not inside(project, project.root / shown):
            file, line = source.place(f"({name}")
            errors.append(
                FigureError(
                    f"an image outside the project: {name}", file=file, line=line, mend="store the image in figures/"
                )
            )
        elif not (project.root / shown).is_file():
            file, line = source.place(f"({name}")
            errors.append(
                FigureError(
                    f"no such image: {shown}",
                    file=file,
                    line=line,
                    mend="run `manuscript prepare`, or correct the path",
                )
            )
        target[0] = shown
    raise_all(errors)
    return tree
