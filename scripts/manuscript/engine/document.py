"""From sources to one finished tree per audience: parse, dialect, references, one citeproc run.

Formats that see the same content (all of them, unless conditional content differs) share the work.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from manuscript.engine import conditions, crossref, dialect, pandoc
from manuscript.engine.ast import Node, attributes_of, iterate, para, put, span, string, text_of, walk
from manuscript.engine.authors import Affiliation, Author, read_authors
from manuscript.engine.bibliography import read_keys
from manuscript.engine.citeproc import as_csl, by_key, cited, entries, resolve
from manuscript.engine.pictures import find_picture
from manuscript.engine.settings import Settings, resolved_date
from manuscript.errors import FigureError, ManuscriptError, SourceError, raise_all
from manuscript.paths import Project
from manuscript.source.resolved import Source
from manuscript.source.syntax import BRACED_REFERENCE
from manuscript.source.syntax import citations as citations_in

# the metadata whose text is Markdown
_MARKDOWN_FIELDS = (
    "title", "subtitle", "abstract", "keywords", "date", "nocite", "short-title", "references", "acknowledgements",
    "funding",
)  # fmt: skip
# how the address of a row of evidence or of a source begins
_ROWS = ("#ev-", "#src-")
# statements that the front matter may make, in the order in which they are printed
_STATEMENTS = ("funding", "acknowledgements")


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
    # what is cited at least, as pandoc's metadata holds it, by key; where Quarto reads the bibliography, nothing
    library: dict[str, Node] = field(default_factory=dict, repr=False)

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
        """The title without its markup; of an article that has none, its first heading."""
        stated = text_of(self.tree["meta"].get("title", []))
        return stated or next((text_of(node["c"][2]) for node in iterate(self.blocks) if node["t"] == "Header"), "")

    @property
    def date(self) -> str:
        """The date of the front matter, as ISO text where it is a date at all."""
        return resolved_date(self.metadata.get("date"), self.moment)

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
    def abstract_title(self) -> str:
        """What stands above the abstract."""
        return str(self.metadata.get("abstract-title") or self.settings.terms["section-title-abstract"])

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
        keys = self.cited() if keys is None else keys
        known = self.library or _known(self.settings, self.project, keys, self.epoch)
        return [as_csl(known[key]) for key in keys if key in known]

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

    Words in a row are one element: a quarter of the elements.
    Raises ``SourceError``, ``BibliographyError`` or ``FigureError`` (all of a kind at once) for what is wrong in the
    sources.
    """
    front = _front(settings, source)
    named = {key for key, _ in citations_in(front + source.text)}
    with ThreadPoolExecutor(max_workers=2) as pool:
        # while pandoc reads the article and what it cites (kept for ``_known``), the whole bibliography is checked
        reading = pool.submit(_parse, project, settings, source, front, epoch)
        pool.map(lambda path: entries(path, project.root, epoch, named), settings.bibliographies if named else ())
        citations = citation_keys(project, settings, source, epoch)
        authors, affiliations = read_authors(source)
    parsed = reading.result()
    documents = {}
    for seen, members in _audiences(parsed, formats, source):
        tree, labels = finished(seen, project, settings, source, citations, epoch)
        _check_links(tree, source, project)
        library: dict[str, Node] = {}
        if citations:
            keys = cited(tree)
            own = by_key(tree["meta"].pop("references", {"c": []})["c"])
            known = _known(settings, project, named if keys <= named else None, epoch) | own
            library = {key: known[key] for key in known if key in keys or "*" in keys}
            tree = resolve(
                tree, library, csl=settings.csl, folder=project.root, epoch=epoch, text_first=settings.text_cited_first
            )
        tree = {**tree, **{part: links_apart(tree[part]) for part in ("blocks", "meta")}}
        # each format changes its tree: reading it anew costs a quarter of what deepcopy does
        copy = pandoc.packed(tree)
        for format_name in members:
            own = json.loads(copy)
            nodes = elements(own)
            resolve_images(nodes, format_name, settings, project, source)
            lead_to_rows(nodes, format_name, settings)
            documents[format_name] = Document(
                project, settings, source, format_name, own, labels, authors, affiliations, epoch, library
            )
    return documents


def finished(
    tree: dict[str, Any], project: Project, settings: Settings, source: Source, citations: set[str], epoch: int
) -> tuple[dict[str, Any], dict[str, crossref.Label]]:
    """A parsed tree with the dialect made plain, everything numbered and every reference a link; and the labels.

    Raises ``SourceError`` (all of them at once).
    """
    tree = made_plain(tree, project, settings, source, epoch)
    tree["blocks"] = walk(tree["blocks"], _without_wordless_heading)
    _state(tree, settings)
    labels = crossref.number(tree, settings.kinds, settings.terms, sections=settings.number_sections)
    level(tree["blocks"])
    return crossref.refer(tree, labels, settings.kinds, source, citations), labels


def made_plain(
    tree: dict[str, Any], project: Project, settings: Settings, source: Source, epoch: int
) -> dict[str, Any]:
    """The tree without Quarto's dialect.

    Raises ``SourceError`` (all of them at once).
    """

    def read(format_name: str, text: str) -> list[Node]:
        return pandoc.read(format_name, text, folder=project.root, epoch=epoch)["blocks"]

    def write(format_name: str, blocks: list[Node]) -> str:
        piece = {**tree, "meta": {}, "blocks": blocks}
        return pandoc.write(piece, format_name, [], folder=project.root, epoch=epoch)

    plain = dialect.translate(tree, source, kinds=settings.kinds, terms=settings.terms, read=read, write=write)
    dialect.check_labels(plain, source, settings.kinds)
    return plain


def _known(settings: Settings, project: Project, keys: Collection[str] | None, epoch: int) -> dict[str, Node]:
    """The entries of all bibliographies by key, those of ``keys`` at least."""
    return {
        key: entry
        for path in settings.bibliographies
        for key, entry in entries(path, project.root, epoch, keys).items()
    }


def citation_keys(project: Project, settings: Settings, source: Source, epoch: int) -> set[str]:
    """What may be cited: the keys of the bibliographies and of ``references:``.

    Raises ``BibliographyError`` for a bibliography that cannot be read.
    """
    keys = {
        str(entry["id"])
        for entry in source.metadata.get("references") or []
        if isinstance(entry, dict) and "id" in entry
    }
    for path in settings.bibliographies:
        shown = project.relative(path)
        keys |= set(read_keys(path, shown)) if path.suffix == ".bib" else set(entries(path, project.root, epoch))
    return keys


def _state(tree: dict[str, Any], settings: Settings) -> None:
    """Put the statements of the front matter (funding, thanks) where readers look for them: before the references."""
    blocks = tree["blocks"]
    place = next((i for i, node in enumerate(blocks) if node["t"] == "Div" and node["c"][0][0] == "refs"), len(blocks))
    if 0 < place < len(blocks) and blocks[place - 1]["t"] == "Header":
        place -= 1
    for name in reversed(_STATEMENTS):
        content = _statement(tree["meta"].get(name))
        if content:
            level = min((node["c"][0] for node in blocks if node["t"] == "Header"), default=1)
            title = [string(settings.terms[f"section-title-{name}"])]
            blocks[place:place] = [
                {"t": "Header", "c": [level, [f"statement-{name}", ["unnumbered"], []], title]},
                *content,
            ]


def _statement(value: dict[str, Any] | None) -> list[Node]:
    """The blocks of a statement; of funding that is a list or a map, what its ``statement`` says."""
    if value is None:
        return []
    if value["t"] == "MetaBlocks":
        return value["c"]
    if value["t"] == "MetaInlines":
        return [para(value["c"])]
    if value["t"] == "MetaList":
        return [block for item in value["c"] for block in _statement(item)]
    return _statement(value["c"].get("statement")) if value["t"] == "MetaMap" else []


def links_apart(tree: Any) -> Any:
    """``tree`` without a link or a note within a link, and without links to nowhere: no format has a place for them."""
    if not any(_is_odd(node) for node in iterate(tree) if node["t"] == "Link"):
        return tree

    def inside(node: Node) -> Node | list[Node] | None:
        if node["t"] == "Link":
            return span(*node["c"][:2])
        return [] if node["t"] == "Note" else None

    def visit(node: Node) -> list[Node] | None:
        if node["t"] != "Link":
            return None
        attributes, inlines, (address, title) = node["c"]
        notes = [item for item in iterate(inlines) if item["t"] == "Note"]
        inlines = walk(inlines, inside)
        if address in ("", "#"):
            return [span(attributes, inlines), *notes]
        # a per cent sign that begins no letter of two digits
        address = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", address)
        return [{"t": "Link", "c": [attributes, inlines, [address, title]]}, *notes]

    return walk(tree, visit)


def _without_wordless_heading(node: Node) -> Node | None:
    """A paragraph in place of a heading that holds a picture alone: readers of the structure want words in a heading."""
    if node["t"] != "Header" or text_of(walk(node["c"][2], lambda item: [] if item["t"] == "Image" else None)):
        return None
    return para([span(*node["c"][1:])])


def _is_odd(link: Node) -> bool:
    """Whether a link has to be changed to stand in every format."""
    return (
        link["c"][2][0] in ("", "#")
        or "%" in link["c"][2][0]
        or any(node["t"] in ("Link", "Note") for node in iterate(link["c"][1]))
    )


def level(blocks: list[Node]) -> None:
    """Give the headings levels from 1 on with none skipped, in place: readers of the structure rely on it."""
    open_levels: list[int] = []
    for node in iterate(blocks):
        if node["t"] == "Header":
            while open_levels and open_levels[-1] >= node["c"][0]:
                open_levels.pop()
            open_levels.append(node["c"][0])
            node["c"][0] = len(open_levels)


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


def listed(files: list[Path], folder: Path) -> dict[str, Any]:
    """Bibliographies as metadata for citeproc, which runs in ``folder``."""
    return {"t": "MetaList", "c": [{"t": "MetaString", "c": pandoc.named(path, folder)} for path in files]}


def _front(settings: Settings, source: Source) -> str:
    """The metadata whose text is Markdown, and what citeproc goes by, as YAML."""
    fields = {name: source.metadata[name] for name in _MARKDOWN_FIELDS if source.metadata.get(name) is not None}
    fields = {name: str(value) if name == "date" else _closed(value) for name, value in fields.items()}
    fields["lang"] = settings.lang
    fields["link-citations"] = settings.link_citations
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10**6)


def _parse(project: Project, settings: Settings, source: Source, front: str, epoch: int) -> dict[str, Any]:
    try:
        text = BRACED_REFERENCE.sub(lambda match: match["code"] or "@{", source.text)
        tree = pandoc.read("markdown", f"---\n{front}---\n\n{text}", folder=project.root, epoch=epoch)
    except ManuscriptError as error:
        raise _place_parse_error(error, source, front_lines=front.count("\n") + 3) from error
    if settings.csl:
        tree["meta"]["csl"] = {"t": "MetaString", "c": pandoc.named(settings.csl, project.root)}
    return tree


def _closed(value: Any) -> Any:
    """Text of several paragraphs ends with a line feed, which tells pandoc that it is blocks; in lists and maps too."""
    if isinstance(value, str):
        return value.rstrip("\n") + "\n" if "\n" in value.strip("\n") else value
    if isinstance(value, list):
        return [_closed(item) for item in value]
    return {name: _closed(item) for name, item in value.items()} if isinstance(value, dict) else value


def _place_parse_error(error: ManuscriptError, source: Source, *, front_lines: int) -> SourceError:
    """pandoc counts lines in the text we hand over; authors count them in their files."""
    twice = re.search(r"Duplicate identifier '([^']+)'", error.message)
    if twice:
        return source.error(f"{twice[1]!r} stands twice", f"#{twice[1]}", "give one of them another name", nth=1)
    match = re.search(r"(?:at \S* ?|at )?line (\d+)", error.message)
    if match is None:
        return SourceError(error.message, mend=error.mend)
    # of a division in a list or a quotation pandoc counts from where that begins
    index = _unclosed(source) if "_chunk" in error.message else int(match.group(1)) - front_lines - 1
    file, line = source.origins[index] if 0 <= index < len(source.origins) else (source.article, 1)
    return SourceError(error.message, file=file, line=line, mend="close what is open here, or remove what is not used")


def _unclosed(source: Source) -> int:
    """The line (from 0) of the division that is not closed; -1 if there is none."""
    open_lines = []
    for index, line in enumerate(source.text.split("\n")):
        fence = re.match(r"[\s>\d.)*+-]*:{3,}(.*)", line)
        if fence and fence[1].strip(" :"):
            open_lines.append(index)
        elif fence and open_lines:
            open_lines.pop()
    return open_lines[-1] if open_lines else -1


def _check_links(tree: dict[str, Any], source: Source, project: Project) -> None:
    """Raise ``SourceError`` for each link to a place that is neither in the article nor in its supplement."""
    from manuscript.supplement.content import anchors

    identifiers = {
        attributes[0] for node in iterate(tree["blocks"]) if (attributes := attributes_of(node)) and attributes[0]
    }
    identifiers |= anchors(project)
    errors: list[ManuscriptError] = []
    for node in elements(tree):
        if node["t"] != "Link" or not node["c"][2][0].startswith("#"):
            continue
        target = node["c"][2][0][1:]
        if target and target not in identifiers:
            needle = text_of(node["c"][1])
            errors.append(
                source.error(
                    f"the link {needle!r} points at #{target}, which is not in the article",
                    f"#{target}" if f"#{target}" in source.text else needle,
                    "a row of evidence that has another name now is found by `manuscript evidence list`"
                    if target.startswith("ev-")
                    else f"label the place: {{#{target}}}",
                )
            )
            identifiers.add(target)
    raise_all(errors)


def elements(tree: dict[str, Any]) -> list[Node]:
    """Every element of the text and of the metadata."""
    return list(iterate([tree["blocks"], list(tree["meta"].values())]))


def lead_to_rows(nodes: list[Node], format_name: str, settings: Settings) -> None:
    """Lead links to rows of evidence (``#ev-…``) and to sources (``#src-…``), in place, to the page where no row stands.

    ``nodes`` are all of an article; the page itself holds every row.
    """
    if format_name == "html":
        return
    links, here = [], set()
    for node in nodes:
        if node["t"] == "Link" and node["c"][2][0].startswith(_ROWS):
            links.append(node)
        if attributes := attributes_of(node):
            here.add(attributes[0])
    for node in links:
        target = node["c"][2]
        if target[0][1:] not in here:
            target[0] = settings.page + target[0]


def resolve_images(nodes: list[Node], format_name: str, settings: Settings, project: Project, source: Source) -> None:
    """Put a file that the format can show in place of each image's path.

    Raises ``FigureError`` (all of them at once) for each image that is not there.
    """
    errors: list[ManuscriptError] = []
    seen: Counter[str] = Counter()
    for node in nodes:
        if node["t"] != "Image":
            continue
        target = node["c"][2]
        name = target[0]
        try:
            target[0] = find_picture(name, format_name, settings.image_endings(format_name), project)
            put(node["c"][0], "source", name)
        except FigureError as error:
            file, line = source.place(f"({name}", nth=seen[name])
            errors.append(FigureError(error.message, file=file, line=line, mend=error.mend))
        seen[name] += 1
    raise_all(errors)
