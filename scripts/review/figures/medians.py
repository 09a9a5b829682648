"""Median progression-free survival of both arms, by line of therapy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.ledger import values
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TITLE = (
    "Medians do not travel between trials: those of the control arms of the first line alone differ by a factor of two."
)
INPUTS = ("agents", "trials", "outcomes")
_ROW_MM, _BAND_MM, _AIR_MM, _HEAD_MM, _FOOT_MM = 6.6, 5.0, 1.6, 12.0, 10.0
_AXIS_MM, _VALUE_MM = (76.0, 148.0), 152.0
_ARMS = {"exp": True, "ctl": False}  # filled or open


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
    groups = comparisons.by_line(ledger, _pairs(ledger))
    height = _HEAD_MM + _FOOT_MM + sum(_AIR_MM + _BAND_MM + _ROW_MM * len(members) for _, members in groups)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    left, right = (edge / style.DOUBLE_COLUMN_MM for edge in _AXIS_MM)
    axes = figure.add_axes((left, _FOOT_MM / height, right - left, 1 - (_HEAD_MM + _FOOT_MM) / height))
    top = 10 * (max(_reach(row, arm) for _, row in _pairs(ledger) for arm in _ARMS) // 10 + 1)
    axes.set_xlim(0, top)
    axes.set_ylim(height - _HEAD_MM - _FOOT_MM, 0)
    axes.yaxis.set_visible(False)
    axes.set_xlabel("Median progression-free survival (months)")
    axes.grid(axis="x", color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    across = axes.get_yaxis_transform()

    def place(mm: float) -> float:
        return (mm - _AXIS_MM[0]) / (_AXIS_MM[1] - _AXIS_MM[0])

    name_x, value_x = place(2.0), place(_VALUE_MM)
    style.write(axes, name_x, -3.0, "Trial, comparison, patients", bold=True, transform=across)
    style.write(axes, value_x, -3.0, "Months (95% CI)", bold=True, transform=across)
    y = 0.0
    for title, members in groups:
        y += _AIR_MM
        axes.axhspan(
            y, y + _BAND_MM, xmin=place(0), xmax=place(style.DOUBLE_COLUMN_MM), color=style.BAND, clip_on=False, linewidth=0,
            zorder=2.8,
        )  # fmt: skip
        style.write(axes, name_x, y + _BAND_MM / 2, title, bold=True, transform=across)
        y += _BAND_MM
        for trial, row in members:
            soft = f"{comparisons.arms(trial)}; {_patients(trial, row)}"
            style.write(axes, name_x, y + _ROW_MM * 0.31, f"{trial['name']} ({row.id[-4:]})", transform=across)
            style.write(axes, name_x, y + _ROW_MM * 0.74, soft, size=style.SMALL, colour=style.SOFT, transform=across)
            name = comparisons.class_of(ledger, trial)
            for (arm, filled), share in zip(_ARMS.items(), (0.31, 0.74), strict=True):
                _arm(axes, row, arm, y + _ROW_MM * share, name, filled=filled)
                style.write(axes, value_x, y + _ROW_MM * share, _said(row, arm), size=style.SMALL, transform=across)
            y += _ROW_MM
    present = {comparisons.class_of(ledger, trial) for trial, _ in _pairs(ledger)}
    palette.legend_of_classes(figure, [name for name in palette.CLASS_COLOURS if name in present], arms=True)
    return figure


def _arm(axes: Axes, row: Row, arm: str, y: float, name: str, *, filled: bool) -> None:
    """The median with its interval; an interval whose upper bound was not estimable runs on as an arrow."""
    colour, value = palette.CLASS_COLOURS[name], row.number(f"{arm}_median_months") or 0
    low, high = (row.number(f"{arm}_median_{end}_months") for end in ("low", "high"))
    end = axes.get_xlim()[1]
    if low is not None:
        axes.plot([low, high if high is not None else end], [y, y], color=style.INK, linewidth=0.8, zorder=2)
        if high is None:
            axes.plot(
                [end], [y], marker=">", markersize=3.5, color=style.INK, linestyle="none", clip_on=False, zorder=2
            )
    axes.plot([value], [y], marker=palette.CLASS_MARKERS[name], markersize=4.5, color=colour, linestyle="none", zorder=3,
              markerfacecolor=colour if filled else "white")  # fmt: skip


def _reach(row: Row, arm: str) -> float:
    return max(row.number(f"{arm}_median_{end}months") or 0 for end in ("", "high_"))


def _said(row: Row, arm: str) -> str:
    """``28.8 (22.4–37.9)``; the median alone where its interval was not read."""
    bounds = values.interval(row, f"{arm}_median_low_months", f"{arm}_median_high_months").replace("95% CI ", "")
    return " ".join(part for part in (row[f"{arm}_median_months"], bounds) if part)


def _patients(trial: Row, row: Row) -> str:
    """``n = 261 v 263``, or all patients of the trial where the readout does not tell the arms apart."""
    if row["exp_n"] and row["ctl_n"]:
        return f"n = {row['exp_n']} v {row['ctl_n']}"
    return f"n = {trial['n']} in all" if trial["n"] else "n not read"


def caption(ledger: Ledger) -> str:
    return (
        f"**{_TITLE}** "
        "Medians of the experimental arm (filled) and of the control arm (open) of randomised trials in HER2-positive metastatic "
        "breast cancer, newest readout of each, with 95% confidence intervals where they were read; an arrow stands for an upper bound "
        "that was not estimable (NE) or lies beyond the axis. A difference of medians is no effect size, and trials "
        f"are not to be compared with each other. {comparisons.abbreviations(ledger, alt(ledger), 'CI')}. Sources: {comparisons.cited(ledger, _pairs(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = [
        f"{trial['name']} ({title.lower()}), {comparisons.arms(trial)}: {_said(row, 'exp')} v {_said(row, 'ctl')} months"
        for title, members in comparisons.by_line(ledger, _pairs(ledger))
        for trial, row in members
    ]
    return f"Dot plot of median progression-free survival, experimental against control arm. {'; '.join(parts)}."
