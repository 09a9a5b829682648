"""One look for all figures: sizes in print, one typeface, one palette that survives colour-blindness and grey print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

SINGLE_COLUMN_MM = 85
DOUBLE_COLUMN_MM = 180
TALLEST_MM = 186.0  # what leaves room for a caption on a page of A4, in PDF and in Word
SMALL, NORMAL, LARGE = 7.0, 7.5, 8.5  # points at printed size; journals refuse text under 7 pt
INK = "#1c1d21"
SOFT = "#5a5e68"
RULE = "#c9cdd4"
BAND = "#f3f4f6"
_PITCH = 1.25  # from one line of text to the next, in sizes of type

_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same glyphs on every machine
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
    "figure.dpi": 100,
    "savefig.facecolor": "white",
}


@dataclass(frozen=True)
class Key:
    """What a colour and its mark stand for, as a legend says it."""

    label: str
    colour: str
    marker: str


@contextmanager
def applied() -> Iterator[None]:
    """Draw and save within this block."""
    import matplotlib

    matplotlib.use("agg")
    with matplotlib.rc_context(_SETTINGS):
        yield


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

    lines = text.split("\n")
    figure = axes.get_figure(root=True)
    assert figure is not None  # these axes were drawn into one
    above = (len(lines) - 1) / 2 * _PITCH * size - 0.36 * size if va == "center" else -0.8 * size
    for number, line in enumerate(lines):
        shift = ScaledTranslation(0, (above - number * _PITCH * size) / 72, figure.dpi_scale_trans)
        axes.text(
            x, y, line, transform=(transform or axes.transData) + shift, ha=align, va="baseline", fontsize=size, color=colour,
            fontweight="bold" if bold else "normal", fontstyle="italic" if italic else "normal", zorder=6, clip_on=False,
        )  # fmt: skip


def legend(figure: Figure, keys: Sequence[Key], top_mm: float = 1.0, arms: bool = False) -> None:
    """One row at the head of the page: what each colour stands for; with ``arms`` also what filled and open marks are."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=key.colour, marker=key.marker, linewidth=2, markersize=4, label=key.label) for key in keys
    ]
    if arms:
        handles += [
            Line2D([], [], color=SOFT, marker="o", markerfacecolor=face, linestyle="none", markersize=4, label=label)
            for face, label in ((SOFT, "filled: experimental arm"), ("white", "open: control arm"))
        ]
    figure.legend(
        handles=handles, loc="upper left", ncols=len(handles), frameon=False, fontsize=SMALL, handletextpad=0.5,
        columnspacing=1.6, bbox_to_anchor=(0.005, 1 - top_mm / (figure.get_figheight() * 25.4)), borderaxespad=0,
    )  # fmt: skip
