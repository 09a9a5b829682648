"""Interstitial lung disease across trials, any grade and fatal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures.intervals import Point, counted, plot, wilson
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "safety")
_GRADES = {"any": "Any grade", "fatal": "Fatal"}
_ARMS = ("exp", "ctl")
_TITLE = "Lung disease accompanies trastuzumab deruxtecan in every setting, and some other conjugates more often."
# of several populations of one trial, those that together are all of its patients
_PARTS = ("ild", "ild-brain", "ild-japan", "ild-elsewhere")


def _rows(ledger: Ledger) -> list[Row]:
    """The newest readout of each trial, by population, that reports interstitial lung disease as a share of patients."""
    found = (ledger.newest("safety", trial.id, event) for trial in ledger.trials.values() for event in _PARTS)
    rows = [
        row
        for row in found
        if row is not None and any(_percent(ledger, row, "exp", grade) is not None for grade in _GRADES)
    ]
    return sorted(rows, key=lambda row: (-(_percent(ledger, row, "exp", "any") or 0), row.id))


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws, and earlier readouts that lend them their numbers of patients."""
    rows = _rows(ledger)
    lending = [earlier for row in rows for arm in _ARMS if (earlier := _lender(ledger, row, arm)) is not None]
    return list({row.id: row for row in (*rows, *lending)}.values())


def _lender(ledger: Ledger, row: Row, arm: str) -> Row | None:
    """The earlier readout of the same event that says how many patients were counted, where ``row`` does not."""
    earlier = ledger.safety.get(row["supersedes"]) if not row[f"{arm}_n"] and row["supersedes"] else None
    return earlier if earlier is not None and earlier[f"{arm}_n"] else None


def _total(ledger: Ledger, row: Row, arm: str) -> float | None:
    return (_lender(ledger, row, arm) or row).number(f"{arm}_n")


def _percent(ledger: Ledger, row: Row, arm: str, grade: str) -> float | None:
    given = row.number(f"{arm}_{grade}_percent")
    number, total = row.number(f"{arm}_{grade}_n"), _total(ledger, row, arm)
    return given if given is not None else 100 * number / total if number is not None and total else None


def _name(trial: Row, row: Row) -> str:
    """The trial's name, marked where its patients had HER2-low disease or the row counts a part of them."""
    part = row["population"].removeprefix("safety population").lstrip(", ")
    marks = [mark for mark in ("HER2-low" if trial["her2_status"].startswith("low") else "", part) if mark]
    return f"{trial['name']} ({'; '.join(marks)})" if marks else trial["name"]


def _points(ledger: Ledger, grade: str) -> list[Point]:
    points = []
    for row in _rows(ledger):
        trial = ledger.trials[row["trial"]]
        short = comparisons.arms(trial).split(" v ")
        for arm, name, filled in (("exp", short[0], True), ("ctl", short[-1], False)):
            value = _percent(ledger, row, arm, grade)
            if value is None or (arm == "ctl" and not trial["control_arm"]):
                continue
            number, total = row.number(f"{arm}_{grade}_n"), _total(ledger, row, arm)
            if number is None:
                number = counted(row[f"{arm}_{grade}_percent"], total)
            low, high = wilson(round(number), round(total)) if number is not None and total else (None, None)
            counts = (
                f"{number:.0f} of {total:.0f}"
                if number is not None and total
                else f"n = {total:.0f}"
                if total
                else "n not read"
            )
            text = f"{value:.1f} ({low:.1f}–{high:.1f})" if low is not None else f"{value:.1f}"
            points.append(
                Point(
                    _name(trial, row), f"{name}, {counts}", value, low, high, text,
                    palette.CLASS_COLOURS[comparisons.class_of(ledger, trial)], filled,
                    palette.CLASS_MARKERS[comparisons.class_of(ledger, trial)], computed=True,
                )
            )  # fmt: skip
    return points


def draw(ledger: Ledger) -> Figure:
    groups = [(title, _points(ledger, grade)) for grade, title in _GRADES.items()]
    top = max(point.high or point.value for _, points in groups for point in points)
    figure = plot(
        [group for group in groups if group[1]], axis="Patients (%)", heading="% (95% CI)", top=5 * (top // 5 + 1),
        name_heading="Trial", detail_heading="Arm, patients",
    )  # fmt: skip
    present = {comparisons.class_of(ledger, ledger.trials[row["trial"]]) for row in used(ledger)}
    palette.legend_of_classes(figure, [name for name in palette.CLASS_COLOURS if name in present])
    return figure


def caption(ledger: Ledger) -> str:
    return (
        f"**{_TITLE}** "
        "Share of patients with interstitial lung disease or pneumonitis of any grade and with a fatal course, newest readout read of each "
        "trial and population, HER2-low disease (marked) and trials across tumours included; an open mark is a control arm. Intervals are Wilson's, computed here from the numbers of "
        "patients, or from a percentage that fits only one number of them; "
        "where an update does not repeat the number of patients, it is that of the readout before. A mark without an interval comes "
        "from a source that gives neither. Length of treatment, adjudication and monitoring differ. "
        f"{comparisons.abbreviations(ledger, alt(ledger), 'CI')}. Sources: {sources.cited(ledger, used(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = []
    for grade, word in (("any", "any grade"), ("fatal", "fatal")):
        parts += [f"{point.name}, {point.detail}, {word}: {point.shown}%" for point in _points(ledger, grade)]
    return f"Dot plot of the share of patients with interstitial lung disease. {'; '.join(parts)}."
