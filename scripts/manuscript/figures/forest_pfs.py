"""Progression-free survival in the randomised trials of antibody–drug conjugates in HER2-positive metastatic disease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures.forest import Group, Line, forest_plot
from manuscript.ledger import values
from manuscript.ledger.tables import Ledger, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("trials", "outcomes")
_LINES = {"first": "First line", "second": "Second line", "third-or-later": "Third line or later"}
_SHORT = {
    "trastuzumab deruxtecan": "T-DXd",
    "trastuzumab emtansine": "T-DM1",
    "lapatinib with capecitabine": "lapatinib + capecitabine",
    "trastuzumab deruxtecan with pertuzumab": "T-DXd + pertuzumab",
    "taxane, trastuzumab and pertuzumab": "THP",
}


def rows(ledger: Ledger) -> list[tuple[Row, Row]]:
    """Trial and newest hazard ratio for progression-free survival, first line first, then by name."""
    found = []
    for trial in ledger.trials.values():
        outcome = ledger.newest("outcomes", trial.id, "pfs")
        if (
            trial["her2_status"] == "positive"
            and trial["setting"] == "metastatic"
            and outcome is not None
            and outcome["effect"]
        ):
            found.append((trial, outcome))
    order = list(_LINES)
    return sorted(found, key=lambda pair: (order.index(pair[0]["line"]), pair[0]["name"]))


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for _, row in rows(ledger)]


def draw(ledger: Ledger) -> Figure:
    groups = []
    for line, title in _LINES.items():
        lines = [_line(trial, row) for trial, row in rows(ledger) if trial["line"] == line]
        if lines:
            groups.append(Group(title, lines))
    return forest_plot(
        groups,
        favours=("conjugate better", "control better"),
        headings=("Trial, comparison", "Patients", "Median PFS,\nmonths", "Hazard ratio\n(95% CI)"),
    )


def _line(trial: Row, row: Row) -> Line:
    ratio = row.number("effect")
    assert ratio is not None  # `rows` leaves out outcomes without an effect
    control = _short(trial["control_arm"])
    return Line(
        name=f"{trial['name']} ({row.id[-4:]})",
        arms=f"{_short(trial['experimental_arm'])} v {control}",
        numbers=f"{row['exp_n']} v {row['ctl_n']}",
        medians=f"{_median(row, 'exp')} v {_median(row, 'ctl')}",
        ratio=ratio,
        low=row.number("effect_low"),
        high=row.number("effect_high"),
        shown=values.effect(row).replace("(95% CI ", "(")
        if row["effect_low"]
        else f"{row['effect']} (interval not read)",
    )


def _short(arm: str) -> str:
    return _SHORT.get(arm, "physician's choice" if "physician" in arm else arm)


def _median(row: Row, arm: str) -> str:
    return row[f"{arm}_median_months"]


def caption(ledger: Ledger) -> str:
    sources = dict.fromkeys(key for _, row in rows(ledger) for key in row.items_of("source"))
    cited = "; ".join(f"@{key}" for key in sources)
    open_marks = any(not row["effect_low"] for _, row in rows(ledger))
    return (
        "**Antibody–drug conjugates lengthen progression-free survival (PFS) in each line in which they were randomised.** "
        "Hazard ratios with 95% confidence intervals (CI) from phase 3 trials in HER2-positive metastatic breast cancer, "
        "newest readout of each, by line of therapy. "
        + ("An open square marks a hazard ratio whose interval was not read. " if open_marks else "")
        + "Populations, comparators and assessors differ, so the lines are not to be compared with each other. "
        f"T-DM1, trastuzumab emtansine; T-DXd, trastuzumab deruxtecan; THP, taxane, trastuzumab and pertuzumab; v, versus. Sources: [{cited}]."
    )


def alt(ledger: Ledger) -> str:
    parts = [
        f"{trial['name']}: hazard ratio {values.effect(row) or row['effect']}, "
        f"median {_median(row, 'exp')} against {_median(row, 'ctl')} months"
        for trial, row in rows(ledger)
    ]
    return f"Forest plot of hazard ratios for progression-free survival, all below 1. {'; '.join(parts)}."
