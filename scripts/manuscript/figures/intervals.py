"""Proportions with intervals, one line each: the layout that response and toxicity plots share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_Z = 1.959964  # two-sided 95%


def wilson(events: int, total: int) -> tuple[float, float]:
    """Wilson's 95% interval of a proportion, in percent (Wilson, J Am Stat Assoc 1927;22:209-212)."""
    share = events / total
    scale = 1 + _Z**2 / total
    middle = (share + _Z**2 / (2 * total)) / scale
    half = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2)) / scale
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def counted(percent: str, total: float | None) -> int | None:
    """The number of patients that ``percent`` (as printed) of ``total`` stands for; ``None`` unless just one number fits."""
    if not percent or not total:
        return None
    digits = len(percent.partition(".")[2])
    near = round(float(percent) * total / 100)
    fits = [number for number in (near - 1, near, near + 1) if f"{100 * number / total:.{digits}f}" == percent]
    return fits[0] if len(fits) == 1 else None


@dataclass(frozen=True)
class Point:
    """One proportion in percent; ``low`` and ``high`` are ``None`` where no interval is known."""

    name: str
    detail: str
    value: float
    low: float | None
    high: float | None
    shown: str
    colour: str
    filled: bool = True
    marker: str = "o"
    computed: bool = False  # the interval is ours, not the source's: drawn thin


def plot(
    groups: list[tuple[str, list[Point]]], *, axis: str, heading: str, top: float, detail_heading: str = ""
) -> Figure:
    """A figure 180 mm wide: name and detail on the left, the proportion from 0 to ``top`` percent, its number on the right."""
    group_mm, head_mm, foot_mm = 6.5, 8.0, 10.0
    # a long list gets narrower rows, so that the figure still fits a page
    free = 228.0 - head_mm - foot_mm - group_mm * len(groups)
    row_mm = max(4.4, min(6.6, free / sum(len(points) for _, points in groups)))
    height = head_mm + foot_mm + sum(group_mm + row_mm * len(points) for _, points in groups)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    axes = figure.add_axes((0.46, foot_mm / height, 0.36, 1 - (head_mm + foot_mm) / height))
    axes.set_xlim(0, top)
    axes.set_ylim(height - head_mm - foot_mm, 0)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(axis)
    axes.grid(axis="x", color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    across = axes.get_yaxis_transform()

    def write(x: float, y: float, text: str, *, bold: bool = False, soft: bool = False, align: str = "left") -> None:
        axes.text(x, y, text, transform=across, va="center", ha=align, fontsize=style.SMALL if soft else style.NORMAL,
                  color=style.SOFT if soft else style.INK, fontweight="bold" if bold else "normal")  # fmt: skip

    write(1.04, -head_mm * 0.45, heading, bold=True)
    if detail_heading:
        write(-0.03, -head_mm * 0.45, detail_heading, bold=True, align="right")
    y, before = 0.0, ""
    for title, points in groups:
        write(-1.25, y + group_mm / 2, title, bold=True)
        y, before = y + group_mm, ""
        for point in points:
            middle = y + row_mm / 2
            if point.name != before:
                write(-1.25, middle, point.name)
            before = point.name
            write(-0.03, middle, point.detail, soft=True, align="right")
            if point.low is not None and point.high is not None:
                axes.plot([point.low, min(point.high, top)], [middle, middle], zorder=2,
                          color=style.SOFT if point.computed else style.INK, linewidth=0.7 if point.computed else 1.3)  # fmt: skip
            axes.plot([point.value], [middle], marker=point.marker, markersize=5, color=point.colour, zorder=3,
                      markerfacecolor=point.colour if point.filled else "white", clip_on=False)  # fmt: skip
            write(1.04, middle, point.shown)
            y += row_mm
    return figure
