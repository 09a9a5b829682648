"""Shapes that only the schematics of this review have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from review import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def antibody(
    axes: Axes, x: float, y: float, *, colour: str, size: float = 1.0, payloads: int = 0, turn: int = 1
) -> None:
    """A Y whose arms reach up (``turn`` 1) or down (-1); (x, y) is where they meet. ``payloads`` discs hang at the sides."""
    from matplotlib.patches import Circle

    for side in (-1, 1):
        axes.plot(
            [x, x + side * 4.2 * size],
            [y, y - turn * 5.2 * size],
            color=colour,
            linewidth=3 * size,
            solid_capstyle="round",
            zorder=5,
        )
    axes.plot([x, x], [y, y + turn * 6 * size], color=colour, linewidth=3 * size, solid_capstyle="round", zorder=5)
    for index in range(payloads):
        side, step = (-1, 1)[index % 2], index // 2
        axes.add_patch(
            Circle(
                (x + side * 3.2 * size, y + turn * (1 + 2.8 * step) * size), 1.0 * size,
                facecolor=palette.CLASS_COLOURS["antibody–drug conjugate"], edgecolor="white", linewidth=0.3, zorder=6,
            )
        )  # fmt: skip
