"""One look for all figures: sizes in print, one typeface, one palette that survives colour-blindness and grey print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from manuscript.paths import package_dir

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

SINGLE_COLUMN_MM = 88
DOUBLE_COLUMN_MM = 180
TALLEST_MM = (
    170.0  # so that the caption finds room on the same page, as journals ask (research-figure-guide.nature.com)
)
SMALL, NORMAL, LARGE = 7.0, 7.5, 8.0  # points at printed size; journals refuse text under 7 pt
INK = "#1c1d21"
SOFT = "#5a5e68"
RULE = "#c9cdd4"
BAND = "#f3f4f6"
PITCH = 1.22  # from one line of text to the next, in sizes of type
MM_OF_POINT = 25.4 / 72
# the face of the article's tables; DejaVu, which matplotlib brings along, where the fonts of `styles/` are not there
_FONTS = sorted((package_dir().parent.parent / "styles" / "fonts").glob("*.otf"))
_PART = "parting"
_FAMILY, _BOLD = ("Source Sans Pro", "semibold") if _FONTS else ("DejaVu Sans", "bold")

_SETTINGS: dict[Any, Any] = {
    "font.family": _FAMILY,
    "font.size": NORMAL,
    "axes.titlesize": LARGE,
    "axes.labelsize": NORMAL,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    # outlines, not fonts: Typst, Word and browsers then set the same figure
    "svg.fonttype": "path",
    "svg.hashsalt": "manuscript",
    # widths of letters as designed, not as a screen of some resolution would round them
    "text.hinting": "none",
    "figure.dpi": 100,
    "savefig.facecolor": "white",
}


# what a journal asks of the words: points of the smallest, and the part of its width to which the drawing is narrowed
_PRINT: ContextVar[tuple[float, float]] = ContextVar("print", default=(0.0, 1.0))


@dataclass(frozen=True)
class Key:
    """What a colour and its mark stand for, as a legend says it."""

    label: str
    colour: str
    marker: str
    face: str = ""  # of the mark, where it is not filled


@contextmanager
def applied() -> Iterator[None]:
    """Draw and save within this block."""
    import matplotlib

    matplotlib.use("agg")
    _know_fonts()
    with matplotlib.rc_context(_SETTINGS):
        yield


@contextmanager
def printed(least_pt: float, part: float) -> Iterator[None]:
    """Measure and write words, within this block, as they will be in print: none smaller than ``least_pt``, and in a drawing
    that is narrowed to ``part`` of its width afterwards, its words staying as they are."""
    before = _PRINT.set((least_pt, part))
    try:
        yield
    finally:
        _PRINT.reset(before)


@cache
def _know_fonts() -> None:
    from matplotlib.font_manager import fontManager

    for path in _FONTS:
        fontManager.addfont(path)


def width_mm(text: str, size: float = NORMAL, bold: bool = False) -> float:
    """How wide ``text`` is in print, in millimetres of the drawing."""
    least, part = _PRINT.get()
    return _width_mm(text, max(size, least), bold) / part


@cache
def _width_mm(text: str, size: float, bold: bool) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    _know_fonts()
    font = FontProperties(family=_FAMILY, weight=_BOLD if bold else "normal", size=size)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] * MM_OF_POINT


# a short word in brackets does not begin a line, nor does the last of several: (EU), (first label)
_BETWEEN_WORDS = re.compile(r" (?!\(\w{1,3}\)|\w{1,8}\))")


def wrapped(text: str, room_mm: float, size: float = NORMAL, bold: bool = False) -> list[str]:
    """``text`` in lines that are no wider than ``room_mm``; a single word may be. Line ends of the text itself stay."""
    lines = []
    for part in text.split("\n"):
        line = ""
        for word in _BETWEEN_WORDS.split(part):
            longer = f"{line} {word}" if line else word
            if line and width_mm(longer, size, bold) > room_mm:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty figure of that printed size."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width_mm / 25.4, height_mm / 25.4))


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = NORMAL,
    colour: str = INK,
    bold: bool = False,
    italic: bool = False,
    align: str = "left",
    va: str = "center",
    transform: Transform | None = None,
) -> None:
    """Text at (x, y), lines evenly spaced and on the baseline that its neighbours have.

    matplotlib sets words in the middle of their own ink, so that ``yes`` stands higher than ``no`` beside it. ``va`` is
    ``center`` or ``top``; ``transform`` is that of the axes' data unless given.
    """
    from matplotlib.transforms import ScaledTranslation

    size = max(size, _PRINT.get()[0])
    lines = text.split("\n")
    figure = axes.get_figure(root=True)
    assert figure is not None  # these axes were drawn into one
    above = (len(lines) - 1) / 2 * PITCH * size - 0.36 * size if va == "center" else -0.8 * size
    for number, line in enumerate(lines):
        shift = ScaledTranslation(0, (above - number * PITCH * size) / 72, figure.dpi_scale_trans)
        axes.text(
            x, y, line, transform=(transform or axes.transData) + shift, ha=align, va="baseline", fontsize=size, color=colour,
            fontweight=_BOLD if bold else "normal", fontstyle="italic" if italic else "normal", zorder=6, clip_on=False,
        )  # fmt: skip


def may_part(axes: Axes, y: float) -> None:
    """Let a figure be parted at this height where it is taller than what is left of a page of Word, as a table is."""
    axes.axhline(y, visible=False, gid=_PART)


def partings(figure: Figure) -> list[float]:
    """Where the figure may be parted, in shares of its height from the top."""
    lines = figure.findobj(lambda item: item.get_gid() == _PART)
    heights = {line.get_transform().transform((0, line.get_ydata()[0]))[1] for line in lines}  # type: ignore[attr-defined]
    return sorted(1 - height / figure.bbox.height for height in heights)


def legend_above(axes: Axes, keys: Sequence[Key], unit_mm: float = 1.0) -> None:
    """What the marks mean, one line each, right above the axis that they stand on.

    ``unit_mm`` is how tall one unit of the axis' data is; the axis begins at 0 and counts downwards.
    """
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure(root=True)
    assert figure is not None  # these axes were drawn into one
    mark, words = (
        axes.get_yaxis_transform() + ScaledTranslation(mm / 25.4, 0, figure.dpi_scale_trans) for mm in (1.2, 3.2)
    )
    for place, key in enumerate(reversed(keys)):
        y = -(2.2 + 3.4 * place) / unit_mm
        axes.plot([0], [y], marker=key.marker, markersize=4.5, color=key.colour, linestyle="none", clip_on=False,
                  markerfacecolor=key.face or key.colour, transform=mark)  # fmt: skip
        write(axes, 0, y, key.label, size=SMALL, transform=words)


def legend_mm(key: Key) -> float:
    """The width that a key takes in a row of them, mark and air included."""
    return width_mm(key.label, SMALL) + 6.0


def legend_in_a_row(
    axes: Axes,
    keys: Sequence[Key],
    x_mm: float,
    y: float,
    *,
    place: Callable[[float], float] = float,
    transform: Transform | None = None,
) -> None:
    """What the marks mean, beside each other from ``x_mm`` on; ``place`` gives where on the axes a millimetre stands."""
    beyond: dict[str, Any] = {"transform": transform, "clip_on": False} if transform else {}
    for key in keys:
        axes.plot(
            [place(x_mm)],
            [y],
            marker=key.marker,
            markersize=4.2,
            color=key.colour,
            linestyle="none",
            zorder=3,
            **beyond,
        )
        write(axes, place(x_mm + 2.0), y, key.label, size=SMALL, transform=transform)
        x_mm += legend_mm(key)
