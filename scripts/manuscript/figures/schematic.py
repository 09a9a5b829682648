"""Drawing in millimetres: boxes and arrows for schematics. The page's origin is its upper left corner."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def canvas(height_mm: float, width_mm: float = style.DOUBLE_COLUMN_MM) -> tuple[Figure, Axes]:
    """An empty page whose coordinates are millimetres, y downwards."""
    figure = style.new_figure(width_mm, height_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width_mm)
    axes.set_ylim(height_mm, 0)
    axes.axis("off")
    return figure, axes


def label(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = style.NORMAL,
    colour: str = style.INK,
    bold: bool = False,
    italic: bool = False,
    align: str = "center",
    va: str = "center",
    wrap: int = 0,
) -> None:
    """Text at (x, y); ``wrap`` is the number of letters of a line."""
    lines = textwrap.wrap(text, width=wrap, break_long_words=False) if wrap else [text]
    style.write(axes, x, y, "\n".join(lines), size=size, colour=colour, bold=bold, italic=italic, align=align, va=va)


def box(
    axes: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    text: str = "",
    *,
    fill: str = "white",
    edge: str = style.SOFT,
    colour: str = style.INK,
    bold: bool = False,
    size: float = style.NORMAL,
    wrap: int = 0,
    rounding: float = 1.2,
    line: float = 0.8,
) -> None:
    """A rounded box with its upper left corner at (x, y) and text in its middle."""
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch(
            (x + rounding, y + rounding), width - 2 * rounding, height - 2 * rounding,
            boxstyle=f"round,pad={rounding}", facecolor=fill, edgecolor=edge, linewidth=line, zorder=2,
        )
    )  # fmt: skip
    if text:
        label(axes, x + width / 2, y + height / 2, text, colour=colour, bold=bold, size=size, wrap=wrap)


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    colour: str = style.SOFT,
    bend: float = 0,
    blocked: bool = False,
) -> None:
    """An arrow; ``blocked`` ends in a bar, the sign of inhibition."""
    from matplotlib.patches import FancyArrowPatch

    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="|-|,widthA=0,widthB=3" if blocked else "-|>", mutation_scale=1 if blocked else 7,
            connectionstyle=f"arc3,rad={bend}", color=colour, linewidth=1.1, zorder=4, shrinkA=0, shrinkB=0,
        )
    )  # fmt: skip
