"""``manuscript cite show``: a reference as readers see it, and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.cite.formatted import plain
from manuscript.cite.occurrences import Citation, find_citations
from manuscript.cite.reader import Entry, read
from manuscript.errors import BibliographyError, did_you_mean
from manuscript.ledger.tables import Row, load_ledger
from manuscript.paths import Project

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Reference:
    """An entry, the reference list's text for it, where it is cited, which rows lean on it, and its row of checks."""

    entry: Entry
    file: str
    text: str
    citations: list[Citation]
    rows: list[Row]
    checked: Row | None


def look_up(project: Project, key: str, style: str = "") -> Reference:
    """All that is known of a key, in the article's style or another one.

    Raises ``BibliographyError`` for a key that is not there, naming the closest ones; ``ConfigError`` for a style.
    """
    shown = project.relative(project.bibliography)
    entries = read(project.bibliography, shown).by_key()
    if key not in entries:
        raise BibliographyError(
            f"no entry {key!r}",
            file=shown,
            mend=did_you_mean(key, entries, "add it: manuscript cite add DOI", most=5, cutoff=0.5),
        )
    ledger = load_ledger(project)
    rows = [row for row in ledger.sourced() if key in row.items_of("source")]
    return Reference(
        entries[key],
        shown,
        plain(project, key, style),
        [citation for citation in find_citations(project) if citation.key == key],
        rows,
        ledger.references.get(key),
    )


def show(project: Project, key: str, console: Console, style: str = "") -> None:
    """Print ``look_up``'s answer."""
    found = look_up(project, key, style)
    console.print(f"[bold]{key}[/bold]  ({found.file}, line {found.entry.line})", highlight=False)
    console.print(found.text, highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"\n[bold]cited[/bold] {len(found.citations)} times" if found.citations else "\n[bold]cited[/bold] nowhere"
    )
    for citation in found.citations:
        under = f"  under {citation.section}" if citation.section else ""
        console.print(
            f"  {citation.file}:{citation.line}:{citation.column}{under}", highlight=False, markup=False, soft_wrap=True
        )
    console.print(f"[bold]rows[/bold] {len(found.rows)}" if found.rows else "[bold]rows[/bold] none lean on it")
    for row in found.rows:
        console.print(
            f"  {row.id}  ({row.file}:{row.line}; {row.get('locator', '')})",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if found.checked is not None:
        row = found.checked
        console.print(
            f"[bold]checked[/bold] {row['checked_on']}: {row['compared'].replace(';', ', ')}", highlight=False
        )
        for address in row.items_of("seen_at"):
            console.print(f"  {address}", highlight=False, markup=False, soft_wrap=True)
        if row["note"]:
            console.print(f"  {row['note']}", highlight=False, markup=False, soft_wrap=True)
