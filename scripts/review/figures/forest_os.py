"""Overall survival in randomised trials of HER2-positive metastatic disease, as a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures.forest import forest_plot
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "outcomes")
_ENDPOINT = "os"
_TITLE = "Overall survival is settled for the older regimens and immature for the newest; crossover and level of analysis differ from line to line."


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return comparisons.drawn(ledger, comparisons.newest(ledger, _ENDPOINT))


def draw(ledger: Ledger) -> Figure:
    return forest_plot(
        comparisons.forest_groups(ledger, comparisons.newest(ledger, _ENDPOINT)),
        keys=palette.keys(palette.CLASS_COLOURS),
        favours=("experimental arm better", "control better"),
        headings=("Trial, comparison", "Analysis", "Patients", "Median OS,\nmonths", "Hazard ratio\n(95% CI)"),
    )


def caption(ledger: Ledger) -> str:
    return comparisons.caption(ledger, comparisons.newest(ledger, _ENDPOINT), _TITLE, "Overall survival", "")


def alt(ledger: Ledger) -> str:
    return comparisons.alt(ledger, comparisons.newest(ledger, _ENDPOINT), "overall survival")
