"""How to cite the article: the published one and this edition, as text, BibTeX and RIS."""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass
from html import escape

from manuscript.ledger.values import NO_BREAK, date
from manuscript.page.about import About

_SMALL = {"a", "an", "the", "of", "in", "on", "for", "with", "and", "to", "from", "versus", "is", "are"}
EDITION = " (reproducible edition)"


@dataclass(frozen=True)
class Record:
    """One thing that can be cited."""

    label: str
    authors: list[tuple[str, str]]
    title: str
    iso_date: str
    journal: str = ""
    doi: str = ""

    @property
    def year(self) -> str:
        return self.iso_date[:4]

    @property
    def key(self) -> str:
        family = self.authors[0][1] if self.authors else "article"
        words = [word for word in re.findall(r"[a-z0-9]+", _ascii(self.title)) if word not in _SMALL]
        return re.sub(r"[^a-z]", "", _ascii(family)) + self.year + (words[0] if words else "")

    def text(self) -> str:
        people = ", ".join(f"{family} {_initials(given)}".strip() for given, family in self.authors)
        parts = [people, self.title, self.journal, date(self.iso_date).replace(NO_BREAK, " ") if self.iso_date else ""]
        sentence = " ".join(f"{part.rstrip('.')}." for part in parts if part)
        return f"{sentence} https://doi.org/{self.doi}" if self.doi else sentence

    def bibtex(self) -> str:
        fields = {
            "title": self.title,
            "author": " and ".join(f"{family}, {given}".strip(", ") for given, family in self.authors),
            "journal": self.journal,
            "year": self.year,
            "doi": self.doi,
        }
        lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
        return "\n".join([f"@{'article' if self.journal else 'misc'}{{{self.key},", *lines, "}", ""])

    def ris(self) -> str:
        pairs = [
            ("TY", "JOUR" if self.journal else "GEN"),
            *(("AU", f"{family}, {given}".strip(", ")) for given, family in self.authors),
            ("TI", self.title),
            ("JO", self.journal),
            ("PY", self.year),
            ("DA", self.iso_date.replace("-", "/")),
            ("DO", self.doi),
        ]
        return "".join(f"{tag}  - {text}\n" for tag, text in pairs if text) + "ER  - \n"


def records(about: About) -> list[Record]:
    """The published article first, where there is one: that is what its authors ask to have cited."""
    edition = Record("This edition", about.authors, about.title + EDITION, about.date)
    if about.published is None:
        return [Record("This article", about.authors, about.title, about.date)]
    item = about.published
    return [Record("The published article", about.authors, item.title, item.date, item.journal, item.doi), edition]


def section(about: About) -> str:
    """The element that the page shows; it needs no JavaScript."""
    items = []
    for record in records(about):
        links = " ".join(
            f'<a download="{record.key}.{suffix}" href="{_data(kind, text)}">{name}</a>'
            for name, suffix, kind, text in (
                ("BibTeX", "bib", "application/x-bibtex", record.bibtex()),
                ("RIS", "ris", "application/x-research-info-systems", record.ris()),
            )
        )
        items.append(
            f'<div class="cite-record"><h3>{escape(record.label)}</h3>\n'
            f'<p class="cite-text">{escape(record.text())}</p>\n'
            f'<p class="cite-files">{links}</p></div>'
        )
    return (
        '<section id="cite-this" class="cite-this" aria-labelledby="cite-this-title">\n'
        '<h2 id="cite-this-title">Cite this</h2>\n' + "\n".join(items) + "\n</section>"
    )


def _data(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"


def _initials(given: str) -> str:
    return "".join(part[0] for part in re.split(r"[\s-]+", given) if part)


def _ascii(text: str) -> str:
    text = text.translate(str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss"}))
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
