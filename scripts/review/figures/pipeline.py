"""What is under study, by class and phase: one bar per study that ends in the phase it has reached."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import canvas, label
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("pipeline",)
_PHASES = ("1", "2", "3")
_OTHER = "#6b7280"  # studies of a class that no agent of the ledger has
_AXIS_MM, _PHASE_MM, _REGISTRY_MM = 116.0, 13.0, 158.0
_HEAD_MM, _GROUP_MM, _BAND_MM, _LINE_MM, _GAP_MM = 8.0, 5.7, 4.8, 3.05, (0.7, 2.6)
_LETTERS, _SOFT_LETTERS = 70, 74  # of a line, as wide as the room before the axis


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws: by class, later phases first."""
    return sorted(ledger.pipeline.values(), key=lambda row: (row["class"], -_reach(row), row["agent"].lower()))


def _reach(row: Row) -> float:
    """How far the bar goes: phase 2 to the end of the second column, 1/2 and 2/3 half a column less."""
    phases = [int(letter) for letter in row["phase"] if letter.isdigit() and letter in "123"]
    return sum(phases) / len(phases) if phases else 3.0


def draw(ledger: Ledger) -> Figure:
    rows = used(ledger)
    words = {
        row.id: [*textwrap.wrap(row["agent"], _LETTERS), *textwrap.wrap(row["setting"], _SOFT_LETTERS)] for row in rows
    }
    classes = list(dict.fromkeys(row["class"] for row in rows))
    filled = _HEAD_MM + _GROUP_MM * len(classes) + sum(len(lines) for lines in words.values()) * _LINE_MM + 2
    # a long list gets less air between its rows, so that the figure still fits a page
    gap = min(max((style.TALLEST_MM - filled) / len(rows), _GAP_MM[0]), _GAP_MM[1])
    height = filled + gap * len(rows)
    figure, axes = canvas(height)
    for index, phase in enumerate(_PHASES):
        x = _AXIS_MM + _PHASE_MM * index
        label(axes, x + _PHASE_MM / 2, 4, phase, bold=True)
        axes.plot([x, x], [_HEAD_MM, height - 2], color=style.RULE, linewidth=0.5, zorder=1)
    label(axes, _AXIS_MM - 1, 4, "Phase", bold=True, align="right")
    label(axes, _REGISTRY_MM, 4, "Registry", bold=True, align="left")
    label(axes, 2, 4, "Agent, patients", bold=True, align="left")
    y = _HEAD_MM
    for name in classes:
        axes.axhspan(y, y + _BAND_MM, color=style.BAND, linewidth=0, zorder=2)
        label(axes, 2, y + _BAND_MM / 2, name[:1].upper() + name[1:], bold=True, align="left")
        y += _GROUP_MM
        colour = palette.CLASS_COLOURS.get(name, _OTHER)
        for row in (row for row in rows if row["class"] == name):
            lines, first = words[row.id], len(textwrap.wrap(row["agent"], _LETTERS))
            for number, line in enumerate(lines):
                soft = number >= first
                label(axes, 2, y + _LINE_MM * (number + 0.5), line, align="left", size=style.SMALL if soft else style.NORMAL,
                      colour=style.SOFT if soft else style.INK)  # fmt: skip
            middle = y + _LINE_MM * len(lines) / 2
            end = _AXIS_MM + _PHASE_MM * _reach(row)
            axes.plot(
                [_AXIS_MM, end - 1.5], [middle, middle], color=colour, linewidth=4, solid_capstyle="butt", zorder=3
            )
            axes.plot([end - 1.5], [middle], marker=">", markersize=6, color=colour, linestyle="none", zorder=3)
            label(axes, _REGISTRY_MM, middle, row["registry_id"] or "–", align="left", size=style.SMALL)
            y += _LINE_MM * len(lines) + gap
    return figure


def caption(ledger: Ledger) -> str:
    rows = used(ledger)
    late = sum(_reach(row) == 3 for row in rows)
    return (
        f"**What is coming: {comparisons.in_words(late)} of {comparisons.in_words(len(rows))} studies are in phase 3.** "
        "Studies with anti-HER2 agents whose record was read for this edition, by class; the bar ends in the phase of the study. "
        "A choice, not a census; a dash stands for a registry number that was not read. "
        f"Sources: {sources.cited(ledger, used(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = [f"{row['agent']}, {row['class']}, phase {row['phase']}, {row['setting']}" for row in used(ledger)]
    return f"Bars of ongoing studies by class of agent, each as long as its phase. {'; '.join(parts)}."
