"""How tables and captions name the sources of rows: cited, or led to in the list of further sources.

The reference list holds what the text argues from. Approval notices, registry records and the like, from which only rows
of evidence were filled, have a short name in the column ``supplement`` of references.csv and a list of their own, so that
the reference list stays one that a reader can survey.
"""

from __future__ import annotations

from collections.abc import Iterable

from manuscript.ledger.tables import Ledger, Row


def further(ledger: Ledger) -> dict[str, str]:
    """The short name of each source that stands in the list of further sources, by citation key."""
    return {row.id: row["supplement"] for row in ledger.references.values() if row.get("supplement")}


def anchor(key: str) -> str:
    """The id of a source's place in the list of further sources: ``src-fda2020tukysa``."""
    return f"src-{key}"


def cited(ledger: Ledger, rows: Iterable[Row | None]) -> str:
    """The sources of the rows, each once: ``[@key; @other]; [Agency, 2020](#src-agency2020label){.src}``; empty without rows."""
    return of_keys(ledger, (key for row in rows if row is not None for key in row.items_of("source")))


def of_keys(ledger: Ledger, keys: Iterable[str]) -> str:
    """The same for citation keys."""
    wanted = list(dict.fromkeys(keys))
    rows = {key: ledger.references[key] for key in wanted if key in ledger.references}
    short = {key: name for key, row in rows.items() if (name := row.get("supplement"))}
    listed = "; ".join(f"@{key}" for key in wanted if key not in short)
    links = [f"[{short[key]}](#{anchor(key)}){{.src}}" for key in wanted if key in short]
    return "; ".join([*([f"[{listed}]"] if listed else []), *links])
