"""Metadata for machines that read the page: Highwire Press (Google Scholar, Zotero), Dublin Core, schema.org."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from manuscript.page.about import About, licence_url


def tags(about: About) -> str:
    """The elements for the head of the page."""
    pairs = [
        *((name, about.title) for name in ("citation_title", "DC.title")),
        *(
            (name, f"{given} {family}".strip())
            for given, family in about.authors
            for name in ("author", "citation_author", "DC.creator")
        ),
        ("citation_publication_date", about.date.replace("-", "/")),
        ("citation_language", about.lang),
        ("citation_keywords", "; ".join(about.keywords)),
        ("DC.date", about.date),
        ("DC.language", about.lang),
        ("DC.type", "Text"),
        *(("DC.subject", keyword) for keyword in about.keywords),
        ("DC.description", about.abstract),
        ("DC.rights", licence_url(about.licence) or about.licence),
        ("description", about.abstract),
        ("keywords", ", ".join(about.keywords)),
    ]
    if about.published and about.published.url:
        pairs.append(("DC.source", about.published.url))
    lines = [f'<meta name="{name}" content="{escape(text)}">' for name, text in pairs if text]
    return "\n".join([*lines, _linked_data(about)])


def _linked_data(about: About) -> str:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": about.title,
        "inLanguage": about.lang,
        "author": [
            {"@type": "Person", "name": f"{given} {family}".strip(), "givenName": given, "familyName": family}
            for given, family in about.authors
        ],
        "datePublished": about.date,
        "abstract": about.abstract,
        "keywords": about.keywords,
        "license": licence_url(about.licence),
        "isAccessibleForFree": True,
    }
    if about.published:
        data["isBasedOn"] = {
            "@type": "ScholarlyArticle",
            "headline": about.published.title,
            "isPartOf": {"@type": "Periodical", "name": about.published.journal},
            "datePublished": about.published.date,
            "sameAs": about.published.url,
        }
    return script({key: value for key, value in data.items() if value}, 'type="application/ld+json"')


def script(data: Any, attributes: str) -> str:
    """``data`` as JSON in a script element; ``<`` is escaped so that no text can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"<script {attributes}>{text}</script>"
