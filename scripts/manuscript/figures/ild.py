"""Interstitial lung disease across trials, any grade and fatal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import comparisons, style
from manuscript.figures.intervals import Point, counted, plot, wilson
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "safety")


def _rows(ledger: Ledger) -> list[Row]:
    """The newest readout of each trial that reports interstitial lung disease of any grade."""
    found = (ledger.newest("safety", trial.id, "ild") for trial in ledger.trials.values())
    rows = [row for row in found if row is not None and _percent(row, "exp", "any") is not None]
    return sorted(rows, key=lambda row: -(_percent(row, "exp", "any") or 0))


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return _rows(ledger)


def _percent(row: Row, arm: str, grade: str) -> float | None:
    given = row.number(f"{arm}_{grade}_percent")
    number, total = row.number(f"{arm}_{grade}_n"), row.number(f"{arm}_n")
    return given if given is not None else 100 * number / total if number is not None and total else None


def _name(trial: Row) -> str:
    """The trial's name, marked where its patients had HER2-low disease."""
    return f"{trial['name']} (HER2-low)" if trial["her2_status"].startswith("low") else trial["name"]


def _points(ledger: Ledger, grade: str) -> list[Point]:
    points = []
    for row in _rows(ledger):
        trial = ledger.trials[row["trial"]]
        short = comparisons.arms(trial).split(" v ")
        for arm, name, filled in (("exp", short[0], True), ("ctl", short[-1], False)):
            value = _percent(row, arm, grade)
            if value is None or (arm == "ctl" and not trial["control_arm"]):
                continue
            number, total = row.number(f"{arm}_{grade}_n"), row.number(f"{arm}_n")
            if number is None:
                number = counted(row[f"{arm}_{grade}_percent"], total)
            interval = wilson(round(number), round(total)) if number is not None and total else (None, None)
            counts = f"{number:.0f} of {total:.0f}" if number is not None and total else ""
            text = f"{value:.1f} ({interval[0]:.1f}–{interval[1]:.1f})" if interval[0] is not None else f"{value:.1f}"
            points.append(
                Point(
                    _name(trial), ", ".join(part for part in (name, counts) if part), value, *interval, text,
                    style.CLASS_COLOURS[comparisons.class_of(ledger, trial)], filled,
                    style.CLASS_MARKERS[comparisons.class_of(ledger, trial)], computed=True,
                )
            )  # fmt: skip
    return points


def draw(ledger: Ledger) -> Figure:
    groups = [("Any grade", _points(ledger, "any")), ("Fatal", _points(ledger, "fatal"))]
    top = max(point.high or point.value for _, points in groups for point in points)
    figure = plot(
        [group for group in groups if group[1]], axis="Patients (%)", heading="% (95% CI)", top=5 * (top // 5 + 1)
    )
    present = {comparisons.class_of(ledger, ledger.trials[row["trial"]]) for row in used(ledger)}
    style.legend_of_classes(figure, [name for name in style.CLASS_COLOURS if name in present])
    return figure


def caption(ledger: Ledger) -> str:
    return (
        "**Interstitial lung disease is the adverse event to watch for with trastuzumab deruxtecan and some other conjugates.** "
        "Share of patients with interstitial lung disease or pneumonitis of any grade and with a fatal course, newest readout of each "
        "trial, HER2-low disease (marked) and trials across tumours included; an open mark is a control arm. Intervals are Wilson's, computed here from the numbers of "
        "patients, or from a percentage that fits only one number of them; a mark without one comes from a source that gives neither. Length of treatment, adjudication and monitoring differ. "
        f"{comparisons.ABBREVIATIONS}. Sources: {sources.cited(ledger, used(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = []
    for grade, word in (("any", "any grade"), ("fatal", "fatal")):
        parts += [f"{point.name}, {point.detail}, {word}: {point.shown}%" for point in _points(ledger, grade)]
    return f"Dot plot of the share of patients with interstitial lung disease. {'; '.join(parts)}."
