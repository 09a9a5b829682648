"""Ongoing studies: what is under test, in whom, against what."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape
from review import cells

INPUTS = ("pipeline",)
_HEADINGS = (
    "Agent under study (trial)",
    "Phase",
    "Registry number",
    "Patients",
    "Comparator",
    "Status as read",
    "Sources",
)


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each ongoing study, by class and phase."""
    caption = (
        "**Ongoing studies with anti-HER2 agents.** "
        "Studies whose record was read for this edition, by class and phase; a choice, not a census, and the status is that of the "
        "record on the day it was read. A dash: none, or not stated."
    )
    rows = []
    for name in sorted({row["class"] for row in ledger.pipeline.values()}):
        own = sorted(ledger.pipeline.where(**{"class": name}), key=lambda row: (_stage(row), row["agent"].lower()))
        rows += [cells.group(name[:1].upper() + name[1:], len(_HEADINGS)), *(_row(ledger, row) for row in own)]
    return [cells.table(ledger, "ongoing", caption, _HEADINGS, (20, 7, 14, 18, 14, 14, 13), rows)]


def _stage(row: Row) -> str:
    """Later phases first."""
    digits = [int(letter) for letter in row["phase"] if letter.isdigit()]
    return str(9 - max(digits, default=0))


def _row(ledger: Ledger, row: Row) -> tuple[str, ...]:
    return (
        link(row, escape(row["agent"])),
        row["phase"],
        row["registry_id"],
        escape(row["setting"]),
        escape(row["comparator"]),
        escape(row["status"]),
        sources.cited(ledger, (row,)),
    )
