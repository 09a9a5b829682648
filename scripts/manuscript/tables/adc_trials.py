"""The trials of antibody–drug conjugates in HER2-positive metastatic disease, newest readout of each endpoint."""

from __future__ import annotations

from manuscript.ledger import values
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.agents import citation
from manuscript.tables.markdown import MarkdownTable, escape, joined

INPUTS = ("trials", "outcomes")
_LINES = {"first": "first line", "second": "second line", "third-or-later": "third line or later"}


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Trials of antibody–drug conjugates in HER2-positive metastatic breast cancer.** "
        "Newest readout of each endpoint in the ledger, with its year of publication; medians are those of the conjugate's arm "
        "against the control arm. Populations and comparators differ between trials. "
        "CI, confidence interval; HR, hazard ratio; ORR, objective response rate; OS, overall survival; "
        "PFS, progression-free survival; v, versus."
    )
    return [
        MarkdownTable(
            "adc-trials",
            caption,
            ("Trial and patients", "Comparison", "PFS", "OS", "ORR"),
            (20, 20, 23, 23, 14),
            [_row(ledger, trial) for trial in trials(ledger)],
        )
    ]


def trials(ledger: Ledger) -> list[Row]:
    """Metastatic, HER2-positive, with a conjugate in the experimental arm; first line first."""
    conjugates = {row.id for row in ledger.agents.values() if row["class"] == "antibody–drug conjugate"}
    found = [
        row
        for row in ledger.trials.values()
        if row["setting"] == "metastatic"
        and row["her2_status"] == "positive"
        and row["line"] in _LINES
        and conjugates & set(row.items_of("agents"))
    ]
    return sorted(found, key=lambda row: (list(_LINES).index(row["line"]), row["name"]))


def _row(ledger: Ledger, trial: Row) -> tuple[str, ...]:
    name = f"{link(trial, escape(trial['name']))}, phase {trial['phase']}, {_LINES[trial['line']]}, n = {values.count(trial['n'])}"
    arms = escape(joined((trial["experimental_arm"], trial["control_arm"]), " v ")) + (
        "" if trial["control_arm"] else " (single arm)"
    )
    cells = [_cell(ledger.newest("outcomes", trial.id, endpoint)) for endpoint in ("pfs", "os", "orr")]
    return (name, arms, *cells)


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    arms = [values.median(row, arm) or values.percent(row, arm) for arm in ("exp", "ctl")]
    said = " v ".join(part for part in arms if part)
    effect = values.effect(row)
    text = joined(
        (said, f"{row['effect_measure']} {effect}" if effect else "", values.p_value(row).replace("<", r"\<"))
    )
    return f"{link(row, text)}, {row.id[-4:]} {citation(row)}"
