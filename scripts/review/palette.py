"""The colours and marks of the classes of agents, in figures and their legends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# dark to light in this order too, so that grey print keeps them apart (after Okabe and Ito)
CLASS_COLOURS = {
    "antibody": "#14507d",
    "bispecific antibody": "#7a4f9a",
    "antibody–drug conjugate": "#c2571a",
    "tyrosine kinase inhibitor": "#3f9c7a",
}
# the same classes as text: at least 4.5 to 1 on white and on the tints that figures use
CLASS_INKS = {**CLASS_COLOURS, "antibody–drug conjugate": "#a84812", "tyrosine kinase inhibitor": "#24694f"}
CLASS_MARKERS = {
    "antibody": "o",
    "bispecific antibody": "D",
    "antibody–drug conjugate": "s",
    "tyrosine kinase inhibitor": "^",
}


def keys(names: Iterable[str]) -> list[style.Key]:
    """The entries of a legend for the classes ``names``."""
    return [style.Key(name, CLASS_COLOURS[name], CLASS_MARKERS[name]) for name in names]


def legend_of_classes(figure: Figure, names: Iterable[str], top_mm: float = 1.0, arms: bool = False) -> None:
    """The legend of the classes ``names`` at the head of the figure; ``arms`` as in ``style.legend``."""
    style.legend(figure, keys(names), top_mm, arms)
