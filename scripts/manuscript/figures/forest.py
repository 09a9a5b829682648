"""Forest plots of hazard ratios: one line per comparison, text columns left and right of the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_MM, LEAST_ROW_MM = 7.0, 5.75
HEAD_MM = 10.0
# in rows: the band that a group's title stands on, and the air above it
BAND, AIR = 0.7, 0.2
# fixed, so that the plots of two endpoints can be laid beside each other; what lies beyond ends in an arrow
LOWEST, HIGHEST = 0.17, 2.0
TICKS = (0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
FOOT_MM = 11.5
# from the left edge of the page (mm): the text columns (medians where their "v" stands), and the axis from end to end
AIR_MM = 0.8  # between columns, at the least
NAME_MM, ANALYSIS_MM, NUMBER_MM, MEDIAN_MM, AXIS_MM, RATIO_MM = 2.0, 51.0, 85.0, 104.0, (113.0, 149.0), 152.0


@dataclass(frozen=True)
class Line:
    """One comparison: hazard ratio with its interval (``None`` for what the source does not give) and its words.

    ``medians`` are those of the experimental and the control arm; ``shown`` is the ratio as words.
    """

    name: str
    arms: str
    analysis: str
    numbers: str
    medians: tuple[str, str]
    ratio: float | None
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
    headings: tuple[str, str, str, str, str],
    keys: Sequence[style.Key] = (),
) -> Figure:
    """A figure 180 mm wide; ``headings`` stand above name and arms, analysis, patients, medians, and the ratio.

    Above the axis stands what the marks of ``keys`` mean, where the lines have several of their colours. A bound that
    lies beyond the axis ends in an arrow; a line without a ratio has words alone.
    """
    count = sum(len(group.lines) for group in groups) + (BAND + AIR) * len(groups)
    colours = {line.colour for group in groups for line in group.lines}
    keys = [key for key in keys if key.colour in colours and len(colours) > 1]
    head = max(HEAD_MM, 3.4 * len(keys) + 1.0)
    row_mm = max(LEAST_ROW_MM, min(ROW_MM, (style.TALLEST_MM - head - FOOT_MM) / count))
    height = head + row_mm * count + FOOT_MM
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    bottom = FOOT_MM / height
    analysis, number, median, start, ratio = _columns([line for group in groups for line in group.lines])
    end = ratio - (RATIO_MM - AXIS_MM[1])
    left, right = start / style.DOUBLE_COLUMN_MM, end / style.DOUBLE_COLUMN_MM
    axes = figure.add_axes((left, bottom, right - left, 1 - bottom - head / height))
    axes.set_xscale("log")
    axes.set_xlim(LOWEST, HIGHEST)
    axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axes.minorticks_off()
    axes.set_ylim(count + 0.1, 0)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=style.SOFT, linewidth=0.8)
    axes.set_xlabel("Hazard ratio (log scale)", labelpad=9)
    transform = axes.get_yaxis_transform()

    def widths(mm: float) -> float:
        """A place on the page in widths of the axis, which the transform counts from the axis' left end."""
        return (mm / style.DOUBLE_COLUMN_MM - left) / (right - left)

    def write(mm: float, y: float, text: str, *, bold: bool = False, soft: bool = False, align: str = "left") -> None:
        size, colour = (style.SMALL, style.SOFT) if soft else (style.NORMAL, style.INK)
        style.write(axes, widths(mm), y, text, size=size, colour=colour, bold=bold, align=align, transform=transform)

    places = (NAME_MM, analysis, number, median, ratio)
    for x, heading, align in zip(places, headings, ("left", "left", "center", "center", "left"), strict=True):
        write(x, -2.2 / row_mm - 0.5 * style.PITCH * style.NORMAL * style.MM_OF_POINT / row_mm * heading.count("\n"),
              heading, bold=True, align=align)  # fmt: skip
    if max((style.width_mm(key.label, style.SMALL) for key in keys), default=0.0) + 5.0 <= ratio - start:
        style.legend_above(axes, keys, row_mm)
    else:
        # a journal's narrower column: beside each other, above the headings
        style.legend_in_a_row(axes, keys, NAME_MM + 0.8, (1.8 - head) / row_mm, place=widths, transform=transform)
    y = 0.0
    for group in groups:
        if y:
            style.may_part(axes, y + AIR / 2)
        y += AIR
        axes.axhspan(
            y, y + BAND, xmin=widths(0), xmax=widths(style.DOUBLE_COLUMN_MM), color=style.BAND, clip_on=False, zorder=0,
            linewidth=0,
        )  # fmt: skip
        write(NAME_MM, y + BAND / 2, group.title, bold=True)
        y += BAND
        for line in group.lines:
            middle = y + 0.5
            write(NAME_MM, middle - 0.22, line.name)
            write(NAME_MM, middle + 0.23, line.arms, soft=True)
            write(analysis, middle, line.analysis)
            write(number, middle, line.numbers, align="center")
            # each arm on its side of the "v", so that decimals stand below each other
            for text, shift, align in zip((line.medians[0], "v", line.medians[1]), (-1.2, 0, 1.2), ("right", "center", "left"), strict=True):  # fmt: skip
                write(median + shift, middle, text if any(line.medians) else "", align=align)
            write(ratio, middle, line.shown)
            _mark(axes, line, middle)
            y += 1
    for words, place, side in ((f"← {favours[0]}", 0.94, "right"), (f"{favours[1]} →", 1.06, "left")):
        axes.annotate(
            words, (place, 0), xycoords=("data", "axes fraction"), xytext=(0, -17), textcoords="offset points",
            ha=side, va="center", fontsize=style.SMALL, color=style.SOFT, annotation_clip=False,
        )  # fmt: skip
    return figure


def _columns(lines: Sequence[Line]) -> tuple[float, float, float, float, float]:
    """Where the columns of analysis, patients and medians stand, where the axis begins, and the ratios, in millimetres.

    Words that a journal's larger type makes longer push what is behind them towards the axis, which gives way.
    """

    def widest(*texts: str) -> float:
        return max(map(style.width_mm, texts), default=0.0) + AIR_MM

    half = widest(*(line.numbers for line in lines)) / 2
    arms = max((style.width_mm(line.arms, style.SMALL) for line in lines), default=0.0) + AIR_MM
    analysis = max(ANALYSIS_MM, NAME_MM + max(arms, widest(*(line.name for line in lines))))
    number = max(NUMBER_MM, analysis + widest(*(line.analysis for line in lines)) + half)
    median = max(MEDIAN_MM, number + half + 1.2 + widest(*(line.medians[0] for line in lines)))
    start = max(AXIS_MM[0], median + 1.2 + widest(*(line.medians[1] for line in lines)))
    ratio = min(RATIO_MM, style.DOUBLE_COLUMN_MM - max(style.width_mm(line.shown) for line in lines))
    return analysis, number, median, start, ratio


def _mark(axes: Axes, line: Line, middle: float) -> None:
    if line.ratio is None:
        return
    if line.low is not None and line.high is not None:
        shown = max(line.low, LOWEST), min(line.high, HIGHEST)
        axes.plot(shown, [middle, middle], color=style.INK, linewidth=1.0, solid_capstyle="butt", clip_on=False)
        for bound, inside in zip((line.low, line.high), shown, strict=True):
            if bound != inside:
                _arrow(axes, inside, middle, style.INK, left=bound < inside)
    if LOWEST <= line.ratio <= HIGHEST:
        filled = line.low is not None
        axes.plot(
            [line.ratio], [middle], marker=line.marker, markersize=5, color=line.colour, clip_on=False,
            markerfacecolor=line.colour if filled else "white", linestyle="none", zorder=3,
        )  # fmt: skip
    else:
        low = line.ratio < LOWEST
        _arrow(axes, LOWEST if low else HIGHEST, middle, line.colour, left=low)


def _arrow(axes: Axes, x: float, y: float, colour: str, *, left: bool) -> None:
    """The end of the axis, beyond which the value lies."""
    axes.plot(
        [x], [y], marker="<" if left else ">", color=colour, markersize=4, linestyle="none", clip_on=False, zorder=4
    )
