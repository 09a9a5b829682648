"""Progression-free survival in randomised trials of HER2-positive metastatic disease, as a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures.forest import forest_plot
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "outcomes")
_ENDPOINT = "progression-free survival"
_TITLE = (
    "Conjugates and kinase inhibitors delayed progression against the "
    "standard of their time; trastuzumab emtansine in the first line did not."
)


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for _, row in comparisons.newest(ledger, "pfs")]


def draw(ledger: Ledger) -> Figure:
    return forest_plot(
        comparisons.forest_groups(ledger, comparisons.newest(ledger, "pfs")),
        keys=palette.keys(palette.CLASS_COLOURS),
        favours=("experimental arm better", "control better"),
        headings=("Trial, comparison", "Patients", "Median PFS,\nmonths", "Hazard ratio\n(95% CI)"),
    )


def caption(ledger: Ledger) -> str:
    return comparisons.caption(
        ledger,
        comparisons.newest(ledger, "pfs"),
        _TITLE,
        _ENDPOINT,
        "PFS",
    )


def alt(ledger: Ledger) -> str:
    return comparisons.alt(comparisons.newest(ledger, "pfs"), _ENDPOINT)
