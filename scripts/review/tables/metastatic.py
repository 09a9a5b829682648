"""Pivotal trials in HER2-positive metastatic disease: randomised, or the ground of an approval; newest readouts."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable
from review import cells

INPUTS = ("trials", "outcomes", "approvals")
_HEADINGS = (
    "Trial",
    "Comparison",
    "PFS: medians (months); HR (95% CI)",
    "OS: medians (months); HR (95% CI)",
    "ORR (%)",
    "Sources",
)


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each pivotal trial, by line of therapy."""
    caption = (
        "**Pivotal trials in HER2-positive metastatic breast cancer.** "
        "Randomised trials and single-arm trials on which an approval rests, by line of therapy; newest readout of each endpoint. "
        "Medians and rates are those of the experimental arm v the control arm. Populations, comparators and assessors differ "
        "between trials, so rows are not to be compared with each other. A dash: not reported in the sources read."
    )
    rows = []
    for line, title in ledger.vocabulary.section("lines").items():
        members = [trial for trial in trials(ledger) if trial["line"] == line]
        if members:
            rows += [cells.group(title, len(_HEADINGS)), *(_row(ledger, trial) for trial in members)]
    return [cells.table(ledger, "metastatic", caption, _HEADINGS, (19, 17, 18, 18, 11, 17), rows, numbers=(4,))]


def trials(ledger: Ledger) -> list[Row]:
    """Metastatic, HER2-positive, with an efficacy readout, and either randomised or the ground of an approval; by name."""
    grounds = {trial for row in ledger.approvals.values() for trial in row.items_of("basis_trial")}
    found = [
        row
        for row in ledger.trials.values()
        if row["setting"] == "metastatic"
        and row["her2_status"] == "positive"
        and row["line"] in ledger.vocabulary.section("lines")
        and (row["control_arm"] or row.id in grounds)
        and ledger.outcomes.where(trial=row.id)
    ]
    return sorted(found, key=lambda row: row["name"].lower())


def _row(ledger: Ledger, trial: Row) -> tuple[str, ...]:
    progression = cells.first(ledger, trial.id, "pfs", "pfs-inv", "ttp")
    survival, response = (ledger.newest("outcomes", trial.id, name) for name in ("os", "orr"))
    said = cells.estimate(progression)
    if progression is not None and progression["endpoint"] == "ttp":
        said = f"TTP {said}"
    cited = sources.cited(ledger, (progression, survival, response)) or sources.cited(ledger, (trial,))
    return (cells.trial(trial), cells.arms(trial), said, cells.estimate(survival), cells.estimate(response), cited)
