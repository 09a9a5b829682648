"""Forest plots of hazard ratios: one line per comparison, text columns left and right of the axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW_MM, LEAST_ROW_MM = 7.6, 5.9
PAGE_MM = 228.0  # a figure with its caption must fit a page
HEAD_MM = 11.0
FOOT_MM = 16.0
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


def forest_plot(groups: list[Group], *, favours: tuple[str, str], headings: tuple[str, str, str, str]) -> Figure:
    """A figure 180 mm wide; ``headings`` stand above name and arms, patients, medians, and the ratio.

    The legend names the classes of the lines' colours. A bound that lies beyond the axis ends in an arrow.
    """
    count = sum(len(group.lines) for group in groups) + 0.8 * len(groups)
    colours = {line.colour for group in groups for line in group.lines}
    legend_mm = 5.0 if len(colours) > 1 else 0.0
    head = HEAD_MM + legend_mm
    row_mm = max(LEAST_ROW_MM, min(ROW_MM, (PAGE_MM - head - FOOT_MM) / count))
    height = head + row_mm * count + FOOT_MM
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    bottom = FOOT_MM / height
    left, right = (edge / style.DOUBLE_COLUMN_MM for edge in AXIS_MM)
    axes = figure.add_axes((left, bottom, right - left, 1 - bottom - head / height))
    ticks = [0.2, 0.3, 0.5, 0.7, 1.0, 1.4]
    axes.set_xscale("log")
    lowest, highest = 0.18, 1.7
    axes.set_xlim(lowest, highest)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(count + 0.1, -0.3)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=style.SOFT, linewidth=0.8)
    axes.set_xlabel("Hazard ratio (log scale)", labelpad=14)
    transform = axes.get_yaxis_transform()

    def write(x: float, y: float, text: str, *, bold: bool = False, soft: bool = False, align: str = "left") -> None:
        axes.text(
            x, y, text, transform=transform, ha=align, va="center", clip_on=False, linespacing=1.25,
            fontsize=style.SMALL if soft else style.NORMAL, color=style.SOFT if soft else style.INK,
            fontweight="bold" if bold else "normal",
        )  # fmt: skip

    def widths(mm: float) -> float:
        """A place on the page in widths of the axis, which the transform counts from the axis' left end."""
        return (mm / style.DOUBLE_COLUMN_MM - left) / (right - left)

    name_x, number_x, median_x, ratio_x = (widths(mm) for mm in (NAME_MM, NUMBER_MM, MEDIAN_MM, RATIO_MM))
    for x, heading, align in zip(
        (name_x, number_x, median_x, ratio_x), headings, ("left", "center", "right", "left"), strict=True
    ):
        axes.text(
            x,
            -0.45,
            heading,
            transform=transform,
            ha=align,
            va="bottom",
            fontsize=style.NORMAL,
            fontweight="bold",
            linespacing=1.25,
        )
    y = 0.0
    for group in groups:
        axes.axhspan(
            y - 0.05,
            y + 0.65,
            xmin=widths(0),
            xmax=widths(style.DOUBLE_COLUMN_MM),
            color=style.BAND,
            clip_on=False,
            zorder=0,
            linewidth=0,
        )
        write(name_x, y + 0.3, group.title, bold=True)
        y += 0.8
        for line in group.lines:
            middle = y + 0.5
            write(name_x, middle - 0.2, line.name)
            write(name_x, middle + 0.22, line.arms, soft=True)
            write(number_x, middle, line.numbers, align="center")
            write(median_x, middle, line.medians, align="right")
            write(ratio_x, middle, line.shown)
            if line.low is not None and line.high is not None:
                shown = max(line.low, lowest), min(line.high, highest)
                axes.plot(shown, [middle, middle], color=style.INK, linewidth=1.1, solid_capstyle="butt")
                for bound, inside in zip((line.low, line.high), shown, strict=True):
                    if bound == inside:
                        axes.plot([bound, bound], [middle - 0.12, middle + 0.12], color=style.INK, linewidth=1.1)
                    else:
                        axes.plot(
                            [inside], [middle], marker="<" if bound < inside else ">", color=style.INK, markersize=4
                        )
            filled = line.low is not None
            axes.plot(
                [line.ratio], [middle], marker=line.marker, markersize=5, color=line.colour,
                markerfacecolor=line.colour if filled else "white", linestyle="none", zorder=3,
            )  # fmt: skip
            y += 1
    for words, ratio, side in ((f"← {favours[0]}", 0.94, "right"), (f"{favours[1]} →", 1.06, "left")):
        axes.annotate(
            words, (ratio, 0), xycoords=("data", "axes fraction"), xytext=(0, -21), textcoords="offset points",
            ha=side, va="center", fontsize=style.SMALL, color=style.SOFT, annotation_clip=False,
        )  # fmt: skip
    if legend_mm:
        style.legend_of_classes(figure, [name for name, colour in style.CLASS_COLOURS.items() if colour in colours])
    return figure
