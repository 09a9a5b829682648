"""What more than one output needs: captions with their labels, metadata for templates."""

from __future__ import annotations

import re
from typing import Any

from manuscript.clock import MONTHS
from manuscript.engine.ast import Node, attr, drop, get, plain, span, string, words
from manuscript.engine.authors import Affiliation, Author
from manuscript.engine.crossref import NO_BREAK, PREFIXES, label_of
from manuscript.engine.document import Document


def label_inlines(kind: str, node: Node) -> list[Node]:
    """``Figure 1:`` or ``(a)`` as a span of class ``caption-label``, with the space behind it; nothing if unnumbered."""
    attributes = node["c"][0]
    sub = get(attributes, "sub")
    number = label_of(attributes)
    if sub:
        text = f"({sub})"
    elif number:
        text = f"{PREFIXES[kind]}{NO_BREAK}{number}:"
    else:
        return []
    return [span(attr("", ["caption-label"]), [string(text)]), {"t": "Space"}]


def label_caption(kind: str, node: Node) -> None:
    """Put the label in front of the caption of a figure or table, in place, and drop the engine's attributes."""
    label = label_inlines(kind, node)
    blocks = node["c"][1][1]
    if label and blocks and blocks[0]["t"] in ("Plain", "Para"):
        blocks[0] = {"t": blocks[0]["t"], "c": [*label, *blocks[0]["c"]]}
    elif label:
        blocks.insert(0, plain(label[:1]))
    for name in ("number", "sub"):
        drop(node["c"][0], name)


def describe_image(image: Node) -> None:
    """Make the description (attribute ``alt``) the image's own text, in place: writers print that as alternative text."""
    attributes = image["c"][0]
    description = get(attributes, "alt")
    if description is not None:
        drop(attributes, "alt")
        image["c"][1] = words(description)


_DATE_PARTS = re.compile(r"YYYY|MMMM|MMM|MM|M|DD|D")
_DATE_STYLES = {"iso": "YYYY-MM-DD", "long": "D MMMM YYYY", "medium": "D MMM YYYY"}


def shown_date(document: Document) -> str:
    """The article's date as ``date-format`` of ``_quarto.yml`` writes it; without one, as the front matter does.

    A date that is not a whole ISO date stays as it stands.
    """
    style = str(document.metadata.get("date-format") or document.settings.raw.get("date-format") or "iso")
    stated = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", document.date)
    if stated is None:
        return document.date
    year, month, day = stated.groups()
    name = MONTHS[int(month) - 1]
    parts = {
        "YYYY": year, "MMMM": name, "MMM": name[:3], "MM": month, "M": str(int(month)), "DD": day, "D": str(int(day)),
    }  # fmt: skip
    return _DATE_PARTS.sub(lambda match: parts[match.group()], _DATE_STYLES.get(style, style))


def evidence_links(document: Document) -> list[str]:
    """Arguments for pandoc: the filter that leads links to rows of evidence out of the document where no row stands in it."""
    stated = document.settings.raw.get("manuscript")
    address = stated.get("manuscript-url") if isinstance(stated, dict) else None
    filter_ = f"--lua-filter={document.project.style('evidence-links.lua')}"
    return [filter_, *([f"--metadata=manuscript-url:{address}"] if address else [])]


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


def author_fields(authors: list[Author], affiliations: list[Affiliation]) -> dict[str, Any]:
    """Authors and affiliations as plain values for a template; numbers count from 1."""
    return {
        "authors": [
            {
                "name": author.name,
                "given": author.given,
                "family": author.family,
                "marks": [str(index + 1) for index in author.affiliations],
                "orcid": author.orcid,
                "email": author.email,
                "corresponding": author.corresponding,
                "roles": [{"name": role.name, "slug": role.slug} for role in author.roles],
            }
            for author in authors
        ],
        "affiliations": [
            {"number": str(index + 1), "id": item.identifier, "text": item.text}
            for index, item in enumerate(affiliations)
        ],
    }
