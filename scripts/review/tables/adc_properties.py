"""What antibody–drug conjugates are made of."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined
from review import cells

INPUTS = ("agents",)
_LINKER = {"yes": "cleaved in the cell", "no": "not cleaved"}


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each conjugate."""
    caption = (
        "**Composition of anti-HER2 antibody–drug conjugates.** "
        "A dash marks what the sources read for this edition did not state, or on which they disagree. "
        "A payload that crosses membranes can reach neighbouring cells."
    )
    headings = ("Conjugate", "Antibody", "Linker", "Payload and action", "DAR", "Crosses membranes", "Dose", "Sources")
    return [
        cells.table(
            ledger,
            "adc-properties",
            caption,
            headings,
            (14, 13, 17, 16, 6, 12, 10, 12),
            [_row(ledger, agent) for agent in conjugates(ledger)],
            numbers=(4,),
        )
    ]


def conjugates(ledger: Ledger) -> list[Row]:
    """The conjugates that have a part in the ledger, by name."""
    found = ledger.agents.where(**{"class": "antibody–drug conjugate"})
    return sorted((row for row in found if row["payload"] or row["linker"]), key=lambda row: row["name"])


def _row(ledger: Ledger, agent: Row) -> tuple[str, ...]:
    short = f" ({escape(agent['abbreviation'])})" if agent["abbreviation"] else ""
    return (
        link(agent, escape(agent["name"])) + short,
        escape(agent["backbone"]),
        escape(joined((agent["linker"], _LINKER.get(agent["linker_cleavable"], "")))),
        escape(joined((agent["payload"], agent["payload_class"]))),
        link(agent, agent["dar"]) if agent["dar"] else "",
        agent["membrane_permeable"],
        link(agent, escape(agent["dose"])) if agent["dose"] else "",
        sources.cited(ledger, (agent,)),
    )
