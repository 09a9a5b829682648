"""Shapes of the schematic: membranes, receptors, antibodies and their payloads. Millimetres, y downwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import label
from review import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RECEPTOR, PALE = "#56606e", "#e4e8ed"
# the extracellular domains from the membrane outwards: name, place beside the stalk and above the membrane, size, turn
_DOMAINS = (
    ("IV", 0.0, 7.5, 5.6, 12.5, 4),
    ("III", -4.0, 19.0, 11.5, 8.6, 16),
    ("II", 2.8, 26.0, 5.4, 13.0, -14),
    ("I", -4.6, 35.0, 11.5, 8.6, -16),
)


def membrane(axes: Axes, start: tuple[float, float], end: tuple[float, float], thick: float = 5.0) -> None:
    """A double layer of lipids from ``start`` to ``end``: heads on both faces, tails between."""
    length = math.dist(start, end)
    across = (-(end[1] - start[1]) / length, (end[0] - start[0]) / length)
    points = thick / 25.4 * 72
    axes.plot([start[0], end[0]], [start[1], end[1]], color="#cdd5df", linewidth=points * 0.8, solid_capstyle="butt",
              linestyle=(0, (0.07, 0.15)), zorder=1)  # fmt: skip
    for face in (-0.5, 0.5):
        ends = [(x + across[0] * thick * face, y + across[1] * thick * face) for x, y in (start, end)]
        axes.plot([x for x, _ in ends], [y for _, y in ends], color="#aab6c4", linewidth=3.4, dash_capstyle="round",
                  linestyle=(0, (0.01, 1.15)), zorder=1)  # fmt: skip


def receptor(
    axes: Axes, x: float, membrane_y: float, *, turn: int = 1, kinase: bool = True, scale: float = 1.0
) -> None:
    """A receptor of the family in its open shape; ``turn`` -1 mirrors it. A kinase that is impaired is drawn dashed.

    ``membrane_y`` is the membrane's middle, ``scale`` shrinks what stands outside; a small one has no numerals.
    """
    from matplotlib.patches import Ellipse, FancyBboxPatch

    for name, beside, above, wide, tall, angle in _DOMAINS:
        place = (x + turn * beside * scale, membrane_y - 2.0 - above * scale)
        axes.add_patch(Ellipse(place, wide * scale, tall * scale, angle=turn * angle, facecolor=PALE, edgecolor=RECEPTOR,
                               linewidth=0.9, zorder=3 if name != "II" else 3.2))  # fmt: skip
        if scale == 1.0:
            label(axes, *place, name, size=style.SMALL)
    axes.add_patch(FancyBboxPatch((x - 0.7 * scale, membrane_y - 3.6), 1.4 * scale, 7.2, boxstyle="round,pad=0.3",
                                  facecolor=RECEPTOR, edgecolor="none", zorder=3))  # fmt: skip
    if scale != 1.0:
        return
    for down, wide, tall in ((8.2, 8.6, 5.6), (14.2, 10.8, 8.2)):
        axes.add_patch(Ellipse((x, membrane_y + down), wide, tall, facecolor=PALE if kinase else "white", edgecolor=RECEPTOR,
                               linewidth=0.9, linestyle="solid" if kinase else (0, (2.5, 1.5)), zorder=3))  # fmt: skip


def antibody(axes: Axes, x: float, y: float, *, colour: str, angle: float = 0, size: float = 1.0, second: str = "",
             payloads: int = 0) -> None:  # fmt: skip
    """A Y whose arms point up (``angle`` 0; clockwise in degrees); (x, y) is its hinge. ``second`` colours the right arm.

    Each chain is a stroke: two heavy ones from stem to arm, a light one beside each arm. ``payloads`` discs hang on
    linkers from the stem.
    """
    turned = math.radians(angle)

    def at(across: float, up: float) -> tuple[float, float]:
        across, up = across * size, up * size
        return x + across * math.cos(turned) + up * math.sin(turned), y + across * math.sin(turned) - up * math.cos(
            turned
        )

    def stroke(*points: tuple[float, float], ink: str, thick: float) -> None:
        placed = [at(*point) for point in points]
        axes.plot([px for px, _ in placed], [py for _, py in placed], color=ink, linewidth=thick * size, zorder=5,
                  solid_capstyle="round", solid_joinstyle="round")  # fmt: skip

    for side, ink in ((-1, colour), (1, second or colour)):
        stroke((0.55 * side, -5.4), (0.55 * side, -0.3), (3.6 * side, 4.6), ink=ink, thick=2.3)
        stroke((2.2 * side, 0.5), (4.7 * side, 4.5), ink=ink, thick=1.9)
    for number in range(payloads):
        side, step = (-1, 1)[number % 2], number // 2
        place = (side * (2.7 + 0.4 * step), -4.4 + 2.5 * step)
        # the linker
        stroke((0.55 * side, place[1]), place, ink=RECEPTOR, thick=0.8)
        payload(axes, *at(*place), size)


def payload(axes: Axes, x: float, y: float, size: float = 1.0) -> None:
    """One molecule of a payload."""
    from matplotlib.patches import Circle

    axes.add_patch(Circle((x, y), 0.95 * size, facecolor=palette.CLASS_COLOURS["antibody–drug conjugate"], edgecolor="white",
                          linewidth=0.4, zorder=6))  # fmt: skip


def helix(axes: Axes, x: float, y: float, width: float) -> None:
    """Two strands of DNA around each other."""
    steps = [width * number / 40 for number in range(41)]
    for phase in (0.0, math.pi):
        wave = [y + 1.6 * math.sin(2 * math.pi * step / 9 + phase) for step in steps]
        axes.plot([x + step for step in steps], wave, color=RECEPTOR, linewidth=1.0, zorder=4)


def tubule(axes: Axes, x: float, y: float, width: float) -> None:
    """A microtubule: rows of beads."""
    for shift in (-1.2, 0.0, 1.2):
        axes.plot([x, x + width], [y + shift] * 2, color=RECEPTOR, linewidth=2.2, dash_capstyle="round", zorder=4,
                  linestyle=(0, (0.01, 1.25)))  # fmt: skip
