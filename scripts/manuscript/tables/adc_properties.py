"""The parts of each antibody–drug conjugate."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.agents import citation
from manuscript.tables.markdown import MarkdownTable, escape, joined

INPUTS = ("agents",)
CLASS = "antibody–drug conjugate"
_CLEAVED = {"yes": "cleavable", "no": "not cleavable"}


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Antibody–drug conjugates directed at HER2: their parts.** "
        "Linker, payload and mean number of payload molecules per antibody (drug-to-antibody ratio), and whether the released "
        "payload crosses membranes, which is what lets it reach neighbouring cells. "
        "A dash marks what the sources read for this edition did not state."
    )
    agents = [row for row in ledger.agents.values() if row["class"] == CLASS]
    return [
        MarkdownTable(
            "adc-properties",
            caption,
            ("Conjugate", "Antibody", "Linker", "Payload", "Ratio", "Crosses membranes", "Sources"),
            (18, 14, 17, 19, 7, 11, 14),
            [_row(agent) for agent in sorted(agents, key=lambda row: row["name"])],
        )
    ]


def _row(agent: Row) -> tuple[str, ...]:
    return (
        link(agent, escape(agent["name"])) + (f" ({escape(agent['abbreviation'])})" if agent["abbreviation"] else ""),
        escape(agent["backbone"]),
        escape(joined((agent["linker"], _CLEAVED.get(agent["linker_cleavable"], "")), ", ")),
        escape(joined((agent["payload"], agent["payload_class"]), ", ")),
        agent["dar"],
        agent["membrane_permeable"],
        citation(agent),
    )
