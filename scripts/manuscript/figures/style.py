"""One look for all figures: sizes in print, one typeface, one palette that survives colour-blindness and grey print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SINGLE_COLUMN_MM = 85
DOUBLE_COLUMN_MM = 180
SMALL, NORMAL, LARGE = 7.0, 7.5, 8.5  # points at printed size; journals refuse text under 7 pt
INK = "#1c1d21"
SOFT = "#5a5e68"
RULE = "#c9cdd4"
BAND = "#f3f4f6"

# dark to light in this order too, so that grey print keeps them apart (after Okabe and Ito)
CLASS_COLOURS = {
    "antibody": "#14507d",
    "bispecific antibody": "#7a4f9a",
    "antibody–drug conjugate": "#c2571a",
    "tyrosine kinase inhibitor": "#3f9c7a",
}
CLASS_MARKERS = {
    "antibody": "o",
    "bispecific antibody": "D",
    "antibody–drug conjugate": "s",
    "tyrosine kinase inhibitor": "^",
}

_SETTINGS: dict[str, Any] = {
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


def legend_of_classes(figure: Figure, names: list[str], top_mm: float = 1.0) -> None:
    """One row at the head of the page: a colour per class of agent."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=CLASS_COLOURS[name], marker=CLASS_MARKERS[name], linewidth=2, markersize=4, label=name)
        for name in names
    ]
    figure.legend(
        handles=handles, loc="upper left", ncols=len(handles), frameon=False, fontsize=SMALL, handletextpad=0.5,
        columnspacing=1.6, bbox_to_anchor=(0.005, 1 - top_mm / (figure.get_figheight() * 25.4)), borderaxespad=0,
    )  # fmt: skip
