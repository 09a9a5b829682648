"""Rows of a ledger as tests make and edit them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from manuscript.ledger.tables import Ledger, Row, Table, Tables, load_ledger
from manuscript.paths import Project

from check_article import FIXTURE

Cells = dict[str, str]
# what a row that a test makes has of the first one of the small article's table; all other cells are empty
_KEPT = ("id", "trial", "endpoint", "population", "assessor", "event", "source", "locator")


@cache
def _fixture() -> Ledger:
    return load_ledger(Project(FIXTURE))


def ledger_of(tables: Mapping[str, Iterable[Cells]]) -> Ledger:
    """A ledger in memory that holds these rows alone: of each the cells that a test is about."""
    whole = _fixture()
    made = Tables()
    for table, rows in tables.items():
        first = next(iter(whole.tables[table].values()))
        blank = {name: text if name in _KEPT else "" for name, text in first.items()}
        found = {}
        for line, cells in enumerate(rows, start=2):
            row = {**blank, "id": f"{first.id}-{line}", **cells}
            found[row["id"]] = Row(row, table=table, file=f"data/{table}.csv", line=line, vocabulary=whole.vocabulary)
        made[table] = Table(table, whole.tables[table].columns, found)
    return Ledger(whole.vocabulary, made)


def edit(project: Project, table: str, change: Callable[[list[dict[str, str]]], object]) -> None:
    """Change the rows of a table in place."""
    path = project.data / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def of(rows: list[dict[str, str]], row_id: str) -> dict[str, str]:
    """The row of that id."""
    return next(row for row in rows if row["id"] == row_id)
