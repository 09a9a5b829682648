"""Proportions with intervals, one line each: the layout that response and toxicity plots share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT, _WIDTH = 0.46, 0.36  # of the axis, in widths of the page
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
    note: str = ""  # the patients analysed, where one study has several groups of them
    computed: bool = False  # the interval is ours, not the source's: drawn thin


def plot(
    groups: list[tuple[str, list[Point]]],
    *,
    axis: str,
    heading: str,
    top: float,
    name_heading: str,
    detail_heading: str,
) -> Figure:
    """A figure 180 mm wide: name and detail on the left, the proportion from 0 to ``top`` percent, its number on the right.

    A point's ``note`` stands in a second line below its name.
    """
    band_mm, air_mm, head_mm, foot_mm = 5.0, 1.6, 11.0, 10.0
    points = [point for _, members in groups for point in members]
    # a long list gets narrower rows, so that the figure still fits a page
    free = style.TALLEST_MM - head_mm - foot_mm - (band_mm + air_mm) * len(groups)
    widest, narrowest = (7.6, 6.2) if any(point.note for point in points) else (6.2, 4.4)
    row_mm = max(narrowest, min(widest, free / len(points)))
    height = head_mm + foot_mm + (band_mm + air_mm) * len(groups) + row_mm * len(points)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    axes = figure.add_axes((_LEFT, foot_mm / height, _WIDTH, 1 - (head_mm + foot_mm) / height))
    axes.set_xlim(0, top)
    axes.set_ylim(height - head_mm - foot_mm, 0)
    axes.yaxis.set_visible(False)
    axes.set_xlabel(axis)
    axes.grid(axis="x", color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    across = axes.get_yaxis_transform()

    def write(x: float, y: float, text: str, *, bold: bool = False, soft: bool = False, align: str = "left") -> None:
        size, colour = (style.SMALL, style.SOFT) if soft else (style.NORMAL, style.INK)
        style.write(axes, x, y, text, size=size, colour=colour, bold=bold, align=align, transform=across)

    name_x = (2.0 / style.DOUBLE_COLUMN_MM - _LEFT) / _WIDTH
    write(name_x, -3.0, name_heading, bold=True)
    write(-0.03, -3.0, detail_heading, bold=True, align="right")
    write(1.04, -3.0, heading, bold=True)
    y = 0.0
    for title, members in groups:
        y, before = y + air_mm, ""
        axes.axhspan(y, y + band_mm, xmin=-_LEFT / _WIDTH, xmax=(1 - _LEFT) / _WIDTH, color=style.BAND, clip_on=False,
                     linewidth=0, zorder=2.8)  # fmt: skip
        write(name_x, y + band_mm / 2, title, bold=True)
        y += band_mm
        for point in members:
            middle = y + row_mm / 2
            line = y + row_mm * 0.31 if point.note else middle
            if point.name != before or point.note:
                write(name_x, line, point.name)
            if point.note:
                write(name_x, y + row_mm * 0.74, point.note, soft=True)
            before = point.name
            write(-0.03, line, point.detail, soft=True, align="right")
            if point.low is not None and point.high is not None:
                axes.plot([point.low, min(point.high, top)], [middle, middle], zorder=2,
                          color=style.SOFT if point.computed else style.INK, linewidth=0.7 if point.computed else 1.3)  # fmt: skip
            axes.plot([point.value], [middle], marker=point.marker, markersize=5, color=point.colour, zorder=3,
                      markerfacecolor=point.colour if point.filled else "white", clip_on=False)  # fmt: skip
            write(1.04, middle, point.shown)
            y += row_mm
    return figure
