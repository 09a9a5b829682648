"""Editing the rows of a ledger's table, as tests do it."""

from __future__ import annotations

import csv
from collections.abc import Callable

from manuscript.paths import Project


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
