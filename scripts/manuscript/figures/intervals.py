"""Proportions with intervals, one line each: the layout that response and toxicity plots share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_Z = 1.959964  # two-sided 95%
# from the left edge of the page (mm): names, and the end of the details
_NAME_MM, _DETAIL_MM = 2.0, 80.0
# room of a value right of its axis (mm): its decimal point, and where its interval begins
_POINT_MM, _INTERVAL_MM, _VALUE_MM = 5.5, 9.5, 26.0
# a group of more lines may be parted within
_LONG = 8
_BAND_MM, _AIR_MM, _FOOT_MM = 4.6, 1.2, 9.5


def wilson(events: int, total: int) -> tuple[float, float]:
    """Wilson's 95% interval of a proportion, in percent (Wilson, J Am Stat Assoc 1927;22:209-212)."""
    share = events / total
    centre = (share + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
    half = _Z / (1 + _Z**2 / total) * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


def counted(percent: str, total: float | None) -> int | None:
    """How many of ``total`` were ``percent``, if only one count prints so with that many decimals."""
    if not percent or not total:
        return None
    digits = len(percent.partition(".")[2])
    near = round(float(percent) / 100 * total)
    fits = [number for number in (near - 1, near, near + 1) if f"{100 * number / total:.{digits}f}" == percent]
    return fits[0] if len(fits) == 1 else None


@dataclass(frozen=True)
class Share:
    """One proportion in percent as it is drawn and written; ``low`` and ``high`` are ``None`` where no interval is known."""

    value: float
    low: float | None
    high: float | None
    shown: str  # the value, a space, and its interval in brackets
    computed: bool = False  # the interval is ours, not the source's: drawn thin


@dataclass(frozen=True)
class Point:
    """One line: what is counted, and its share on each axis (``None`` where there is none)."""

    name: str
    detail: str
    shares: tuple[Share | None, ...]
    colour: str
    filled: bool = True
    marker: str = "o"
    note: str = ""  # the patients analysed, where one study has several groups of them


@dataclass(frozen=True)
class Scale:
    """One axis, from 0 to ``top`` percent, and what stands above its values."""

    label: str
    heading: str
    top: float
    weight: float = 1.0  # its part of the room that the axes share


def plot(
    groups: list[tuple[str, list[Point]]],
    scales: Sequence[Scale],
    *,
    name_heading: str,
    detail_heading: str,
    keys: Sequence[style.Key] = (),
) -> Figure:
    """A figure 180 mm wide: name and detail on the left, then each axis with its numbers on the right of it.

    A point's ``note`` stands in a second line below its name. Above the
    first axis stands what the marks of ``keys`` mean.
    """
    head_mm = max(9.0, 3.4 * len(keys) + 1.5)
    points = [point for _, members in groups for point in members]
    # a long list gets narrower rows, so that the figure still fits a page
    free = style.TALLEST_MM - head_mm - _FOOT_MM - (_BAND_MM + _AIR_MM) * len(groups)
    widest, narrowest = (7.6, 6.2) if any(point.note for point in points) else (5.6, 4.2)
    row_mm = max(narrowest, min(widest, free / len(points)))
    height = head_mm + _FOOT_MM + (_BAND_MM + _AIR_MM) * len(groups) + row_mm * len(points)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    room = style.DOUBLE_COLUMN_MM - _DETAIL_MM - 4.0 - (_VALUE_MM + 2.0) * len(scales)
    left, every = _DETAIL_MM + 4.0, []
    for scale in scales:
        width = room * scale.weight / sum(item.weight for item in scales)
        every.append((_axes(figure, scale, left, width, head_mm), left, width))
        left += width + _VALUE_MM + 2.0
    last = every[-1]

    def write(mm: float, y: float, text: str, *, bold: bool = False, soft: bool = False, align: str = "left") -> None:
        size, colour = (style.SMALL, style.SOFT) if soft else (style.NORMAL, style.INK)
        # what is drawn last hides what was drawn before: bands and words are of one axis
        axes, begin, width = last
        style.write(axes, (mm - begin) / width, y, text, size=size, colour=colour, bold=bold, align=align,
                    transform=axes.get_yaxis_transform())  # fmt: skip

    write(_NAME_MM, -2.6, name_heading, bold=True)
    write(_DETAIL_MM, -2.6, detail_heading, bold=True, align="right")
    for scale, (_, begin, width) in zip(scales, every, strict=True):
        write(begin + width + 2.0, -2.6, scale.heading, bold=True)
    style.legend_above(every[0][0], keys)
    y = 0.0
    for title, members in groups:
        axes, begin, width = last
        if y:
            style.may_part(axes, y + _AIR_MM / 2)
        y, before = y + _AIR_MM, ""
        axes.axhspan(y, y + _BAND_MM, xmin=-begin / width, xmax=(style.DOUBLE_COLUMN_MM - begin) / width, color=style.BAND,
                     clip_on=False, linewidth=0, zorder=2.8)  # fmt: skip
        write(_NAME_MM, y + _BAND_MM / 2, title, bold=True)
        y += _BAND_MM
        for place, point in enumerate(members):
            if len(members) > _LONG and place == (len(members) + 1) // 2:
                style.may_part(axes, y)
            middle = y + row_mm / 2
            line = y + row_mm * 0.3 if point.note else middle
            if point.name != before or point.note:
                write(_NAME_MM, line, point.name)
            if point.note:
                write(_NAME_MM, y + row_mm * 0.73, point.note, soft=True)
            before = point.name
            write(_DETAIL_MM, line, point.detail, soft=True, align="right")
            for share, scale, (axes, begin, width) in zip(point.shares, scales, every, strict=True):
                if share is not None:
                    _mark(axes, point, share, scale.top, middle)
                    number, _, rest = share.shown.partition(" ")
                    whole, dot, decimals = number.partition(".")
                    end = begin + width
                    write(end + _POINT_MM, middle, whole, align="right")
                    write(end + _POINT_MM, middle, dot + decimals)
                    write(end + _INTERVAL_MM, middle, rest)
            y += row_mm
    return figure


def _axes(figure: Figure, scale: Scale, left_mm: float, width_mm: float, head_mm: float) -> Axes:
    height = figure.get_figheight() * 25.4
    whole = style.DOUBLE_COLUMN_MM
    axes = figure.add_axes((left_mm / whole, _FOOT_MM / height, width_mm / whole, 1 - (head_mm + _FOOT_MM) / height))
    axes.set_xlim(0, scale.top)
    axes.set_ylim(height - head_mm - _FOOT_MM, 0)
    axes.yaxis.set_visible(False)
    axes.set_xlabel(scale.label)
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    return axes


def _mark(axes: Axes, point: Point, share: Share, top: float, middle: float) -> None:
    if share.low is not None and share.high is not None:
        axes.plot([share.low, min(share.high, top)], [middle, middle], zorder=2.9,
                  color=style.SOFT if share.computed else style.INK, linewidth=0.6 if share.computed else 1.2)  # fmt: skip
    axes.plot([share.value], [middle], marker=point.marker, markersize=4.6, color=point.colour, zorder=3,
              markerfacecolor=point.colour if point.filled else "white", clip_on=False)  # fmt: skip
