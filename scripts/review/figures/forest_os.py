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


def _title(pairs: list[comparisons.Pair]) -> str:
    words = [comparisons.in_words(number) for number in comparisons.excluding_one(pairs)]
    return f"Overall survival: {words[0]} of {words[1]} confidence intervals lie wholly below one."


def caption(ledger: Ledger) -> str:
    return comparisons.caption(
        ledger,
        comparisons.newest(ledger, "os"),
        _title(comparisons.newest(ledger, "os")),
        _ENDPOINT,
        "OS",
    )


def alt(ledger: Ledger) -> str:
    return comparisons.alt(comparisons.newest(ledger, "os"), _ENDPOINT)
