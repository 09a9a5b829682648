"""What is under study, by class and phase."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import box, canvas, label
from manuscript.ledger.tables import Ledger, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("pipeline",)
_PHASES = {"1": "Phase 1", "1/2": "Phase 1/2", "2": "Phase 2", "3": "Phase 3"}
_LEFT_MM, _HEAD_MM, _LINE_MM, _GAP_MM = 34.0, 9.0, 3.4, 2.2


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return list(ledger.pipeline.values())


def _phase(row: Row) -> str:
    """The column of a study: 1b counts as 1, 2/3 and 3b as 3."""
    text = row["phase"].replace("a", "").replace("b", "")
    return {"2/3": "3", "4": "3"}.get(text, text)


def draw(ledger: Ledger) -> Figure:
    phases = [phase for phase in _PHASES if any(_phase(row) == phase for row in used(ledger))]
    classes = list(dict.fromkeys(row["class"] for row in sorted(used(ledger), key=lambda row: row["class"])))
    width = (style.DOUBLE_COLUMN_MM - _LEFT_MM - 1) / len(phases)
    letters = int(width / 1.42)
    cells = {
        (name, phase): [_lines(row, letters) for row in used(ledger) if row["class"] == name and _phase(row) == phase]
        for name in classes
        for phase in phases
    }
    heights = [
        max(8.0, *(sum(len(item) * _LINE_MM + _GAP_MM for item in cells[name, phase]) + 2 for phase in phases))
        for name in classes
    ]
    figure, axes = canvas(_HEAD_MM + sum(heights) + 2)
    for column, phase in enumerate(phases):
        label(axes, _LEFT_MM + width * (column + 0.5), 4, _PHASES[phase], bold=True)
    y = _HEAD_MM
    for index, (name, height) in enumerate(zip(classes, heights, strict=True)):
        if index % 2 == 0:
            axes.axhspan(y, y + height, color=style.BAND, linewidth=0, zorder=0)
        label(axes, 2, y + height / 2, name, bold=True, align="left", wrap=18)
        for column, phase in enumerate(phases):
            top = y + 1.5
            for item in cells[name, phase]:
                tall = len(item) * _LINE_MM + 1.2
                box(
                    axes,
                    _LEFT_MM + width * column + 0.8,
                    top,
                    width - 1.6,
                    tall,
                    edge=style.RULE,
                    rounding=0.6,
                    line=0.6,
                )
                label(
                    axes, _LEFT_MM + width * column + 2, top + tall / 2, "\n".join(item), align="left", size=style.SMALL
                )
                top += len(item) * _LINE_MM + _GAP_MM
        y += height
    return figure


def _lines(row: Row, letters: int) -> list[str]:
    text = f"{row['agent']} ({row['registry_id']})" if row["registry_id"] else row["agent"]
    return textwrap.wrap(text, width=letters)


def caption(ledger: Ledger) -> str:
    cited = "; ".join(f"@{key}" for key in dict.fromkeys(key for row in used(ledger) for key in row.items_of("source")))
    return (
        "**What is coming: more conjugates, bispecific antibodies and selective inhibitors.** "
        "Studies with anti-HER2 agents whose record was read for this edition, by class and phase, with registry numbers; a choice, "
        f"not a census. Sources: [{cited}]."
    )


def alt(ledger: Ledger) -> str:
    parts = [f"{row['agent']}, {row['class']}, phase {row['phase']}, {row['setting']}" for row in used(ledger)]
    return f"Grid of studies by class of agent and phase. {'; '.join(parts)}."
