"""How the rows were read: in the source itself, or in what somebody else made of it."""

from __future__ import annotations

from collections import Counter

from manuscript.ledger.tables import Ledger

# a row read so is to be read again: the source itself has not been seen
SECOND_HAND = ("copy", "report", "slides")


def how_read(ledger: Ledger) -> tuple[list[str], dict[str, Counter[str]]]:
    """The kinds that occur, the commonest first, and for each table that says it how many rows were read as what."""
    counts = {
        name: Counter(row["read_as"] for row in table.values())
        for name, table in ledger.tables.items()
        if "read_as" in table.columns and len(table)
    }
    total: Counter[str] = sum(counts.values(), Counter())
    return [kind for kind, _ in total.most_common()], counts


def summary(ledger: Ledger) -> str:
    """``246 report, 232 abstract …``; empty where no table says it."""
    kinds, counts = how_read(ledger)
    return ", ".join(f"{sum(count[kind] for count in counts.values())} {kind or 'not said'}" for kind in kinds)
