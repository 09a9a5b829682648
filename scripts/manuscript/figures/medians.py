"""Median progression-free survival of both arms, by line of therapy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import comparisons, style
from manuscript.ledger.tables import Ledger, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "outcomes")
_ROW_MM, _GROUP_MM, _HEAD_MM, _FOOT_MM = 6.4, 6.5, 9.0, 10.0


def _pairs(ledger: Ledger) -> list[comparisons.Pair]:
    return [
        (trial, row)
        for trial, row in comparisons.newest(ledger, "pfs")
        if row.number("exp_median_months") is not None and row.number("ctl_median_months") is not None
    ]


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for _, row in _pairs(ledger)]


def draw(ledger: Ledger) -> Figure:
    groups = comparisons.by_line(_pairs(ledger))
    height = _HEAD_MM + _FOOT_MM + sum(_GROUP_MM + _ROW_MM * len(members) for _, members in groups)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    axes = figure.add_axes((0.42, _FOOT_MM / height, 0.46, 1 - (_HEAD_MM + _FOOT_MM) / height))
    axes.set_xlim(0, max(row.number("exp_median_months") or 0 for _, row in _pairs(ledger)) * 1.12)
    axes.set_ylim(height - _HEAD_MM - _FOOT_MM, 0)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Median progression-free survival (months)")
    axes.grid(axis="x", color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    across = axes.get_yaxis_transform()
    axes.text(1.03, -3.0, "Patients", transform=across, va="center", fontsize=style.NORMAL, fontweight="bold")
    y = 0.0
    for title, members in groups:
        axes.text(
            -0.9, y + _GROUP_MM / 2, title, transform=across, va="center", fontweight="bold", fontsize=style.NORMAL
        )
        y += _GROUP_MM
        for trial, row in members:
            middle = y + _ROW_MM / 2
            exp, ctl = row.number("exp_median_months") or 0, row.number("ctl_median_months") or 0
            name = comparisons.class_of(ledger, trial)
            colour, marker = style.CLASS_COLOURS[name], style.CLASS_MARKERS[name]
            axes.text(-0.9, middle, trial["name"], transform=across, va="center", fontsize=style.NORMAL)
            axes.text(
                -0.02,
                middle,
                comparisons.arms(trial),
                transform=across,
                va="center",
                ha="right",
                fontsize=style.SMALL,
                color=style.SOFT,
            )
            axes.text(
                1.03,
                middle,
                _patients(trial, row),
                transform=across,
                va="center",
                fontsize=style.SMALL,
                color=style.SOFT,
            )
            axes.plot([ctl, exp], [middle, middle], color=colour, linewidth=1.4, alpha=0.5, zorder=2)
            axes.plot([ctl], [middle], marker=marker, markersize=5, color=colour, markerfacecolor="white", zorder=3)
            axes.plot([exp], [middle], marker=marker, markersize=5, color=colour, zorder=3)
            for value, other, text in ((exp, ctl, row["exp_median_months"]), (ctl, exp, row["ctl_median_months"])):
                side = 1 if value >= other else -1
                axes.annotate(text, (value, middle), xytext=(side * 5, 0), textcoords="offset points", va="center",
                              ha="left" if side > 0 else "right", fontsize=style.SMALL)  # fmt: skip
            y += _ROW_MM
    present = {comparisons.class_of(ledger, trial) for trial, _ in _pairs(ledger)}
    style.legend_of_classes(figure, [name for name in style.CLASS_COLOURS if name in present])
    return figure


def _patients(trial: Row, row: Row) -> str:
    """``261 v 263``, or all patients of the trial where the readout does not tell the arms apart."""
    if row["exp_n"] and row["ctl_n"]:
        return f"{row['exp_n']} v {row['ctl_n']}"
    return f"{trial['n']} in all" if trial["n"] else "–"


def caption(ledger: Ledger) -> str:
    return (
        "**Median progression-free survival by arm: control arms of the same line already differ between trials.** "
        "Medians of the experimental arm (filled) and of the control arm (open) of randomised trials in HER2-positive metastatic "
        "breast cancer, newest readout of each. The length of a bar is a difference of medians, not an effect size, and trials "
        f"are not to be compared with each other. {comparisons.ABBREVIATIONS}. Sources: {comparisons.cited(ledger, _pairs(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = [f"{trial['name']} ({trial['line']}): {comparisons.medians(row)} months" for trial, row in _pairs(ledger)]
    return f"Dot plot of median progression-free survival, experimental against control arm. {'; '.join(parts)}."
