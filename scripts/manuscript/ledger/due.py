"""``manuscript evidence due``: what to read again, because time passed or because it was not read at first hand."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from manuscript.engine.bibliography import read_entries
from manuscript.errors import LedgerError
from manuscript.ledger import reading
from manuscript.ledger.show_row import listing
from manuscript.ledger.tables import Ledger, load_ledger
from manuscript.paths import Project

if TYPE_CHECKING:
    from rich.console import Console

# words of a locator, or of where a source appeared, that say: the full publication was not read
_SECOND_HAND = re.compile(
    r"meeting abstract|abstract [A-Z]*\d+|\breport(?:s|ed)?\b|press release|\bstatement\b|\bslides?\b|presentation"
    r"|\bnews\b|\bdigests?\b|interview|transcript|\baccount of\b|\bcongress\b|symposium|annual meeting",
    re.IGNORECASE,
)

OLD = "not checked lately"
SECOND_HAND = "known from a meeting abstract or a report"
PUBLISHED = "a preprint, since published"
GAP = "looked for and not verified"
COPY, REPORT, SLIDES = (f"read as {kind}" for kind in reading.SECOND_HAND)
KINDS = (OLD, PUBLISHED, COPY, REPORT, SLIDES, SECOND_HAND, GAP)


@dataclass(frozen=True)
class Due:
    """One thing to do again: its kind (one of ``KINDS``), the row, where that stands, and why."""

    kind: str
    row: str
    place: str
    why: str


def due(project: Project, today: date, months: int) -> list[Due]:
    """Everything that is due on ``today``, by kind, then in the order of the tables.

    A row is old when ``checked_on`` lies more than ``months`` calendar months back. Raises ``LedgerError`` or
    ``BibliographyError`` for files that cannot be read.
    """
    ledger = load_ledger(project)
    entries = read_entries(project.bibliography, project.relative(project.bibliography))
    found = [*_old(ledger, months_before(today, months)), *_published(project, entries), *_second_hand(ledger, entries)]
    found += [
        Due(GAP, row.id, f"{row.file}:{row.line}", f"{row['wanted']}: {row['reason']}") for row in ledger.gaps.values()
    ]
    return sorted(found, key=lambda item: KINDS.index(item.kind))


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months before; the month's last day where that has fewer."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _old(ledger: Ledger, limit: date) -> Iterator[Due]:
    for table in ledger.tables.values():
        if "checked_on" in table.columns:
            for row in table.values():
                # ISO days sort as text
                if row["checked_on"] < limit.isoformat():
                    yield Due(OLD, row.id, f"{row.file}:{row.line}", f"checked on {row['checked_on'] or 'no day'}")


def _second_hand(ledger: Ledger, entries: dict[str, dict[str, str]]) -> Iterator[Due]:
    """Rows that no later readout supersedes and whose place in the source, or source, is not the full publication."""
    for table in ledger.tables.values():
        if "source" not in table.columns:
            continue
        superseded = {row["supersedes"] for row in table.values()} if "supersedes" in table.columns else set()
        for row in table.values():
            if row.get("read_as") in reading.SECOND_HAND:
                if row.id not in superseded:
                    why = f"{row['source']}: {row['locator']}"
                    yield Due(f"read as {row['read_as']}", row.id, f"{row.file}:{row.line}", why)
                continue
            appeared = [entries.get(key, {}).get("howpublished", "") for key in row.items_of("source")]
            told = next((text for text in (row["locator"], *appeared) if _SECOND_HAND.search(text)), "")
            if told and row.id not in superseded:
                yield Due(SECOND_HAND, row.id, f"{row.file}:{row.line}", f"{row['source']}: {told}")


def _published(project: Project, entries: dict[str, dict[str, str]]) -> Iterator[Due]:
    """Sources that the registries' records in the repository call preprints of a later publication."""
    from manuscript.cite.findings import cache_of

    cache = cache_of(project)
    for key, fields in entries.items():
        for source, name in (("crossref", "doi"), ("pubmed", "pmid")):
            record = cache.get(source, fields[name]) if fields.get(name) else None
            if record and record.published_as:
                shown = project.relative(project.bibliography)
                yield Due(PUBLISHED, key, shown, f"as {', '.join(record.published_as)}")


def show_read_as(project: Project, console: Console, kind: str) -> int:
    """Print the rows that were read as ``kind`` (full text, abstract …); give the number.

    Raises ``LedgerError`` for a kind that no row has, naming those that occur.
    """
    ledger = load_ledger(project)
    kinds, _ = reading.how_read(ledger)
    if kind not in kinds:
        raise LedgerError(f"no row was read as {kind!r}", mend=f"choose from: {', '.join(filter(None, kinds))}")
    rows = [row for row in ledger.sourced() if row.get("read_as") == kind]
    shown = listing("Row", "Source", "Read at", "Place")
    for row in rows:
        shown.add_row(row.id, f"{row['source']}: {row['locator']}", row["seen_at"], f"{row.file}:{row.line}")
    console.print(shown)
    console.print(f"{len(rows)} rows read as {kind}; all: {reading.summary(ledger)}", highlight=False)
    return len(rows)


def show(project: Project, console: Console, today: date, months: int) -> int:
    """Print what is due, under a head for each kind; give the number."""
    found = due(project, today, months)
    for kind in KINDS:
        items = [item for item in found if item.kind == kind]
        if not items:
            continue
        shown = listing("Row", "Why", "Place")
        for item in items:
            shown.add_row(item.row, item.why, item.place)
        console.print(f"[bold]{kind}[/bold] ({len(items)})")
        console.print(shown)
    if read := reading.summary(load_ledger(project)):
        console.print(f"how all rows were read: {read}", highlight=False)
    counts = ", ".join(f"{sum(item.kind == kind for item in found)} {kind}" for kind in KINDS)
    console.print(f"due on {today.isoformat()} (older than {months} months): {counts}", highlight=False)
    return len(found)
