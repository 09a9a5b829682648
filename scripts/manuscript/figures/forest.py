"""Forest plots of hazard ratios: one line per comparison, text columns left and right of the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_MM, LEAST_ROW_MM = 7.6, 5.9
HEAD_MM = 11.0
# in rows: the band that a group's title stands on, and the air above it
BAND, AIR = 0.7, 0.3
# fixed, so that the plots of two endpoints can be laid beside each other; what lies beyond ends in an arrow
LOWEST, HIGHEST = 0.17, 2.0
TICKS = (0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
FOOT_MM = 15.0
# from the left edge of the page (mm): text columns, and the axis from its left to its right end
NAME_MM, NUMBER_MM, MEDIAN_MM, AXIS_MM, RATIO_MM = 2.0, 68.0, 93.0, (97.0, 142.0), 145.0


@dataclass(frozen=True)
class Line:
    """One comparison: hazard ratio with its interval (bounds ``None`` when the source gives none) and its words."""

    name: str
    arms: str
    numbers: str
    medians: str
    ratio: float
    low: float | None
    high: float | None
    shown: str
    colour: str
    marker: str = "s"


@dataclass(frozen=True)
class Group:
    title: str
    lines: list[Line]


def forest_plot(
    groups: list[Group],
    *,
    favours: tuple[str, str],
    headings: tuple[str, str, str, str],
    keys: Sequence[style.Key] = (),
) -> Figure:
    """A figure 180 mm wide; ``headings`` stand above name and arms, patients, medians, and the ratio.

    The legend names those of ``keys`` whose colours the lines have, where there are several. A bound that lies beyond the axis ends in an arrow.
    """
    count = sum(len(group.lines) for group in groups) + (BAND + AIR) * len(groups)
    colours = {line.colour for group in groups for line in group.lines}
    legend_mm = 5.0 if keys and len(colours) > 1 else 0.0
    head = HEAD_MM + legend_mm
    row_mm = max(LEAST_ROW_MM, min(ROW_MM, (style.TALLEST_MM - head - FOOT_MM) / count))
    height = head + row_mm * count + FOOT_MM
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    bottom = FOOT_MM / height
    left, right = (edge / style.DOUBLE_COLUMN_MM for edge in AXIS_MM)
    axes = figure.add_axes((left, bottom, right - left, 1 - bottom - head / height))
    axes.set_xscale("log")
    axes.set_xlim(LOWEST, HIGHEST)
    axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axes.minorticks_off()
    axes.set_ylim(count + 0.1, -0.3)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=style.SOFT, linewidth=0.8)
    axes.set_xlabel("Hazard ratio (log scale)", labelpad=14)
    transform = axes.get_yaxis_transform()

    def write(x: float, y: float, text: str, *, bold: bool = False, soft: bool = False, align: str = "left") -> None:
        size, colour = (style.SMALL, style.SOFT) if soft else (style.NORMAL, style.INK)
        style.write(axes, x, y, text, size=size, colour=colour, bold=bold, align=align, transform=transform)

    def widths(mm: float) -> float:
        """A place on the page in widths of the axis, which the transform counts from the axis' left end."""
        return (mm / style.DOUBLE_COLUMN_MM - left) / (right - left)

    name_x, number_x, median_x, ratio_x = (widths(mm) for mm in (NAME_MM, NUMBER_MM, MEDIAN_MM, RATIO_MM))
    for x, heading, align in zip(
        (name_x, number_x, median_x, ratio_x), headings, ("left", "center", "right", "left"), strict=True
    ):
        lines = heading.count("\n")
        write(x, -0.65 - 0.24 * lines, heading, bold=True, align=align)
    y = 0.0
    for group in groups:
        y += AIR
        axes.axhspan(
            y, y + BAND, xmin=widths(0), xmax=widths(style.DOUBLE_COLUMN_MM), color=style.BAND, clip_on=False, zorder=0,
            linewidth=0,
        )  # fmt: skip
        write(name_x, y + BAND / 2, group.title, bold=True)
        y += BAND
        for line in group.lines:
            middle = y + 0.5
            write(name_x, middle - 0.2, line.name)
            write(name_x, middle + 0.22, line.arms, soft=True)
            write(number_x, middle, line.numbers, align="center")
            write(median_x, middle, line.medians, align="right")
            write(ratio_x, middle, line.shown)
            if line.low is not None and line.high is not None:
                shown = max(line.low, LOWEST), min(line.high, HIGHEST)
                axes.plot(shown, [middle, middle], color=style.INK, linewidth=1.1, solid_capstyle="butt")
                for bound, inside in zip((line.low, line.high), shown, strict=True):
                    if bound == inside:
                        axes.plot([bound, bound], [middle - 0.12, middle + 0.12], color=style.INK, linewidth=1.1)
                    else:
                        _arrow(axes, inside, middle, style.INK, left=bound < inside)
            filled = line.low is not None
            if LOWEST <= line.ratio <= HIGHEST:
                axes.plot(
                    [line.ratio], [middle], marker=line.marker, markersize=5, color=line.colour,
                    markerfacecolor=line.colour if filled else "white", linestyle="none", zorder=3,
                )  # fmt: skip
            else:
                low = line.ratio < LOWEST
                _arrow(axes, LOWEST if low else HIGHEST, middle, line.colour, left=low)
            y += 1
    for words, ratio, side in ((f"← {favours[0]}", 0.94, "right"), (f"{favours[1]} →", 1.06, "left")):
        axes.annotate(
            words, (ratio, 0), xycoords=("data", "axes fraction"), xytext=(0, -21), textcoords="offset points",
            ha=side, va="center", fontsize=style.SMALL, color=style.SOFT, annotation_clip=False,
        )  # fmt: skip
    if legend_mm:
        style.legend(figure, [key for key in keys if key.colour in colours])
    return figure


def _arrow(axes: Axes, x: float, y: float, colour: str, *, left: bool) -> None:
    """The end of the axis, beyond which the value lies."""
    axes.plot(
        [x], [y], marker="<" if left else ">", color=colour, markersize=4, linestyle="none", clip_on=False, zorder=4
    )
