"""The studies of this review and what they found."""

from __future__ import annotations

from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape

INPUTS = ("trials", "outcomes")


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each study."""
    rows = []
    for trial in ledger.trials.values():
        found = ledger.outcomes.where(trial=trial.id)
        said = "; ".join(f"{row['effect_measure']} {link(row, escape(values.effect(row)))}" for row in found)
        rows.append(
            (link(trial, escape(trial["name"])), escape(trial["design"]), said, sources.cited(ledger, (trial,)))
        )
    caption = "**Studies of this review.** CI, confidence interval; ICC, intra-class correlation coefficient."
    return [MarkdownTable("studies", caption, ("Study", "Design", "Found", "Sources"), (20, 30, 30, 20), rows)]
