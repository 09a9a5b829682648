"""The agents of this edition: class, target, mechanism, and when each was first approved in breast cancer."""

from __future__ import annotations

from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined

INPUTS = ("agents", "approvals")


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each agent, by class and name."""
    order = list(ledger.vocabulary.section("classes"))
    agents = sorted(ledger.agents.values(), key=lambda row: (order.index(row["class"]), row["name"]))
    caption = (
        "**Anti-HER2 agents in breast cancer.** "
        "What each agent is and the first approval of each agency that was verified for this edition. "
        "A dash marks what the sources read for this edition did not state. "
        "EMA, European Medicines Agency; FDA, US Food and Drug Administration; "
        "NMPA, National Medical Products Administration of China."
    )
    return [
        MarkdownTable(
            "agents",
            caption,
            ("Agent", "Class", "Target and action", "First approvals in HER2-positive breast cancer", "Sources"),
            (18, 17, 28, 22, 15),
            [_row(ledger, agent) for agent in agents],
        )
    ]


def _row(ledger: Ledger, agent: Row) -> tuple[str, ...]:
    abbreviation = f" ({escape(agent['abbreviation'])})" if agent["abbreviation"] else ""
    target = joined((agent["target"], agent["epitope"], agent["mechanism"], _payload(agent)))
    return (
        link(agent, escape(agent["name"])) + abbreviation,
        agent["class"],
        escape(target),
        joined([_approval(row) for row in first_approvals(ledger, agent.id)]),
        sources.cited(ledger, (agent,)),
    )


def _payload(agent: Row) -> str:
    return f"{agent['payload']}, {agent['payload_class']}" if agent["payload"] else ""


def first_approvals(ledger: Ledger, agent: str) -> list[Row]:
    """The earliest decision of each agency on HER2-positive breast cancer, by date."""
    earliest: dict[str, Row] = {}
    for row in sorted(ledger.approvals.where(agent=agent), key=lambda row: row["date"]):
        if row["setting"] in ("metastatic", "early"):
            earliest.setdefault(row["agency"], row)
    return list(earliest.values())


def _approval(row: Row) -> str:
    return f"{row['agency']} {link(row, values.date(row['date']))}, {row['setting']}"
