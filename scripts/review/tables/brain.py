"""What trials report of patients with brain metastases, one row per population."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape
from review import cells

INPUTS = ("trials", "outcomes")
_HEADINGS = (
    "Study",
    "Treatment",
    "Patients analysed",
    "Intracranial response, % (95% CI)",
    "Time to event: medians (months), rates (%), HR (95% CI)",
    "Sources",
)
# what the text tells and the table has no room for
_LEFT_OUT = ("qol", "ic-dor", "orr")
_WORDS = ("brain", "lepto", "cns", "progressing after radiotherapy")


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each population of a trial with brain metastases."""
    caption = (
        "**Systemic treatment of brain metastases in HER2-positive disease.** "
        "Studies that enrolled or reported patients with brain metastases, one row for each population analysed, newest readouts; "
        "arms are experimental v control. Criteria of response and the meaning of active and stable differ between the studies, "
        "most of which are small or have a single arm. A dash: not reported in the sources read."
    )
    trials = sorted(ledger.trials.values(), key=lambda row: row["name"].lower())
    rows = []
    for title, randomised in (("Randomised trials", True), ("Single-arm trials, cohorts and pooled analyses", False)):
        own = [
            row
            for trial in trials
            if trial["design"].startswith("randomised") is randomised and trial["her2_status"] == "positive"
            for row in _rows(ledger, trial)
        ]
        if own:
            rows += [cells.group(title, len(_HEADINGS)), *own]
    return [cells.table(ledger, "brain", caption, _HEADINGS, (18, 14, 16, 16, 23, 13), rows)]


def _rows(ledger: Ledger, trial: Row) -> list[tuple[str, ...]]:
    """The trial's newest readouts on the brain, by population; the name stands in the first row only."""
    populations: dict[str, list[Row]] = {}
    for name in dict.fromkeys(row["endpoint"] for row in ledger.outcomes.where(trial=trial.id)):
        row = ledger.newest("outcomes", trial.id, name)
        if row is not None and about_brain(trial, row) and not name.startswith(_LEFT_OUT):
            populations.setdefault(row["population"], []).append(row)
    result: list[tuple[str, ...]] = []
    for population, rows in populations.items():
        response = [row for row in rows if row["endpoint"].startswith("ic-") and row["exp_percent"]]
        others = [row for row in rows if row not in response]
        numbers = {cells.against((row["exp_n"], row["ctl_n"])) for row in rows if row["exp_n"]}
        size = f", n{cells.BLANK}={cells.BLANK}{numbers.pop()}" if len(numbers) == 1 else ""
        shown_trial = (cells.trial(trial), cells.arms(trial)) if not result else (cells.BLANK, cells.BLANK)
        result.append(
            (
                *shown_trial,
                escape({"itt": "all"}.get(population, population)) + size,
                cells.estimates(response, interval=True).replace("intracranial ORR ", ""),
                cells.estimates(others, interval=True),
                sources.cited(ledger, rows),
            )
        )
    return result


def about_brain(trial: Row, row: Row) -> bool:
    """Whether an outcome tells of brain metastases: by its endpoint, its population, or the trial's setting."""
    if trial["setting"] == "early" or row["population"].startswith("no "):
        return False
    of_brain = row["endpoint"].startswith(("ic-", "cns-", "brain"))
    return of_brain or trial["setting"] == "brain" or any(word in row["population"].lower() for word in _WORDS)
