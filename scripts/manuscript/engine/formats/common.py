"""What more than one output needs: captions with their labels, metadata for templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from manuscript.engine.ast import Node, attr, div, drop, get, plain, span, string, words
from manuscript.engine.authors import Author
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document


def label_text(document: Document, node: Node) -> str:
    """``Figure 1:`` of a figure or table, ``(a)`` of a part of one; nothing if unnumbered."""
    attributes = node["c"][0]
    sub, number = get(attributes, "sub"), label_of(attributes)
    kind = document.settings.kinds.of(attributes[0])
    if sub:
        return f"({sub})"
    if not number or kind is None:
        return ""
    return document.settings.kinds.caption(kind, number, empty=not node["c"][1][1])


def label_inlines(document: Document, node: Node) -> list[Node]:
    """``Figure 1:`` or ``(a)`` as a span of class ``caption-label``, with the space behind it; nothing if unnumbered."""
    text = label_text(document, node)
    return [span(attr("", ["caption-label"]), [string(text)]), {"t": "Space"}] if text else []


def label_caption(document: Document, node: Node) -> None:
    """Put the label in front of the caption of a figure or table, in place, and drop the engine's attributes."""
    label = label_inlines(document, node)
    blocks = node["c"][1][1]
    if label and blocks and blocks[0]["t"] in ("Plain", "Para"):
        blocks[0] = {"t": blocks[0]["t"], "c": [*label, *blocks[0]["c"]]}
    elif label:
        blocks.insert(0, plain(label[:1]))
    for name in ("number", "sub", "kind"):
        drop(node["c"][0], name)


def title_and_notes(caption: list[Node]) -> tuple[list[Node], list[Node]]:
    """A table's caption as what stands above the table, label and title, and the notes below it.

    A caption without a title in bold type has no notes: all of it stands above.
    """
    label = 2 if caption and is_label(caption[0]) else 0
    if len(caption) <= label + 1 or caption[label]["t"] != "Strong":
        return caption, []
    return caption[: label + 1], caption[label + 2 :]


def is_label(node: Node) -> bool:
    """Whether this is the label that ``label_caption`` puts in front of a caption."""
    return node["t"] == "Span" and "caption-label" in node["c"][0][1]


def stands_above(document: Document, figure: Node) -> bool:
    """Whether the caption stands above what it names, as with tables."""
    kind = document.settings.kinds.of(figure["c"][0][0]) or _kind_named(document, figure)
    return bool(kind and kind.above)


def _kind_named(document: Document, figure: Node) -> Any:
    name = get(figure["c"][0], "kind")
    return document.settings.kinds[name] if name else None


def layout_rows(division: Node) -> list[list[tuple[float, list[Node]]]]:
    """A layout as rows of cells: the width of each as a share of its row, and its blocks (none in a gap)."""
    cells: Iterator[Node] = iter(division["c"][1])
    result: list[list[tuple[float, list[Node]]]] = []
    for row in json.loads(get(division["c"][0], "rows") or "[]"):
        whole = sum(abs(width) for width in row) or 1.0
        result.append(
            [(abs(width) / whole, next(cells, div(attr(), []))["c"][1] if width > 0 else []) for width in row]
        )
    return result


def describe_image(image: Node) -> None:
    """Make the description (attribute ``alt``) the image's own text, in place: writers print that as alternative text."""
    attributes = image["c"][0]
    description = get(attributes, "alt")
    if description is not None:
        drop(attributes, "alt")
        image["c"][1] = words(description)
    for name in ("text", "source"):
        drop(attributes, name)


def shown_date(document: Document) -> str:
    """The article's date as ``date-format`` writes it; without one, as the front matter does.

    Without one, a date that is not ISO's stays as it stands.
    """
    style = document.metadata.get("date-format") or document.settings.raw.get("date-format")
    if not style and not document.date[:4].isdigit():
        return document.date
    return document.settings.terms.date(document.date, str(style or "iso"))


def resource_label(name: str) -> str:
    """``supplement.xlsx`` as a reader is offered it: supplement (XLSX)."""
    path = Path(name)
    return f"{path.stem} ({path.suffix[1:].upper()})"


def meta_string(text: str) -> dict[str, Any]:
    """``text`` as pandoc metadata, with no Markdown in it."""
    return {"t": "MetaString", "c": text}


def to_meta(value: Any) -> dict[str, Any]:
    """A plain Python value (text, bool, list, dict) as pandoc metadata, with no Markdown in it."""
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    if isinstance(value, dict):
        return {"t": "MetaMap", "c": {key: to_meta(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"t": "MetaList", "c": [to_meta(item) for item in value]}
    return meta_string(str(value))


def author_fields(document: Document) -> dict[str, Any]:
    """Authors, affiliations and notes on them as plain values for a template; numbers count from 1."""
    return {
        "authors": [
            {
                "name": author.name,
                "full": full_name(author),
                "given": author.given,
                "family": author.family,
                "marks": marks_of(author),
                "orcid": author.orcid,
                "email": author.email,
                "corresponding": author.corresponding,
                "roles": [{"name": role.name, "slug": role.slug} for role in author.roles],
            }
            for author in document.authors
        ],
        "affiliations": [
            {"number": str(index + 1), "id": item.identifier, "text": item.text}
            for index, item in enumerate(document.affiliations)
        ],
        "notes": notes_on_authors(document),
    }


def full_name(author: Author) -> str:
    """Name and degrees: Ada Writer, MD."""
    return ", ".join([author.name, *author.degrees])


def marks_of(author: Author) -> list[str]:
    """What stands behind a name: the numbers of its affiliations, and signs for what the notes below say."""
    signs = {"†": author.equal, "‡": author.deceased}
    return [str(index + 1) for index in author.affiliations] + [sign for sign, holds in signs.items() if holds]


def notes_on_authors(document: Document) -> list[str]:
    """What the signs mean, what an author adds, whose work it is and where it is published."""
    terms, result = document.settings.terms, []
    if any(author.equal for author in document.authors):
        result.append(f"† {terms['title-block-equal']}.")
    if any(author.deceased for author in document.authors):
        result.append(f"‡ {terms['title-block-deceased']}.")
    result += [f"{author.name}: {author.note}" for author in document.authors if author.note]
    rights = document.metadata.get("copyright")
    if isinstance(rights, dict):
        stated = " ".join(str(rights[name]) for name in ("year", "holder") if rights.get(name))
        result.append(str(rights.get("statement") or f"© {stated}"))
    elif rights:
        result.append(str(rights))
    if document.metadata.get("doi"):
        result.append(f"https://doi.org/{bare_doi(str(document.metadata['doi']))}")
    return result


def bare_doi(doi: str) -> str:
    """A DOI without the address in front of it."""
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", "", doi.strip(), flags=re.I)
