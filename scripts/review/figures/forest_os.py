"""Overall survival in randomised trials of HER2-positive metastatic disease, as a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures.forest import forest_plot
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "outcomes")
_ENDPOINT = "overall survival"
_TITLE = (
    "Survival was longer in part of the trials of pretreated disease and, "
    "in the first line, with a second anti-HER2 agent; the newest regimens are immature."
)


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for _, row in comparisons.newest(ledger, "os")]


def draw(ledger: Ledger) -> Figure:
    return forest_plot(
        comparisons.forest_groups(ledger, comparisons.newest(ledger, "os")),
        keys=palette.keys(palette.CLASS_COLOURS),
        favours=("experimental arm better", "control better"),
        headings=("Trial, comparison", "Patients", "Median OS,\nmonths", "Hazard ratio\n(95% CI)"),
    )


def caption(ledger: Ledger) -> str:
    return comparisons.caption(
        ledger,
        comparisons.newest(ledger, "os"),
        _TITLE,
        _ENDPOINT,
        "OS",
    )


def alt(ledger: Ledger) -> str:
    return comparisons.alt(comparisons.newest(ledger, "os"), _ENDPOINT)
