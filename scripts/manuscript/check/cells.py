"""What is wrong with the cells of a row."""

from __future__ import annotations

from manuscript.ledger import spreadsheets
from manuscript.ledger.tables import Row


def cell_problems(row: Row) -> list[tuple[str, str]]:
    """Column and what is wrong with its cell, for each cell that the schema does not allow."""
    found = []
    for column in row.vocabulary.tables[row.table].columns:
        text = row[column.name]
        if not text and column.required:
            found.append((column.name, "must not be empty"))
        elif not column.allows(text):
            found.append(
                (column.name, f"{text!r}: expected {column.expected}{spreadsheets.hint(text, column.expected)}")
            )
    return found
