"""Ongoing studies, as their records were read."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.agents import citation
from manuscript.tables.markdown import MarkdownTable, escape, joined

INPUTS = ("pipeline",)


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Studies under way with anti-HER2 agents.** "
        "Agent, population and comparator, phase, registry number and status as the record or report that was read gives them; "
        "a choice, not a census. A dash marks what was not on the pages read."
    )
    studies = sorted(ledger.pipeline.values(), key=lambda row: (row["class"], row["agent"].lower(), row.id))
    return [
        MarkdownTable(
            "ongoing",
            caption,
            ("Agent", "Class", "Setting and comparator", "Phase and registry", "Status", "Sources"),
            (22, 14, 25, 15, 12, 12),
            [_row(study) for study in studies],
        )
    ]


def _row(study: Row) -> tuple[str, ...]:
    return (
        link(study, escape(study["agent"])),
        escape(study["class"]),
        escape(joined((study["setting"], study["comparator"]), " v ")),
        joined((f"phase {study['phase']}", study["registry_id"]), ", "),
        escape(study["status"]),
        citation(study),
    )
