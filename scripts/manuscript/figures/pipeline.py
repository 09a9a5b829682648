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
_PHASES = {"1": "Phase 1 or 1/2", "2": "Phase 2", "3": "Phase 3"}
_LEFT_MM, _HEAD_MM, _LINE_MM, _GAP_MM = 30.0, 9.0, 3.3, 2.0


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return list(ledger.pipeline.values())


def _phase(row: Row) -> str:
    """The column of a study: 1b and 1/2 count as 1, 2/3 and 3b as 3."""
    text = row["phase"].replace("a", "").replace("b", "")
    return {"1/2": "1", "2/3": "3", "4": "3"}.get(text, text)


def draw(ledger: Ledger) -> Figure:
    phases = [phase for phase in _PHASES if any(_phase(row) == phase for row in used(ledger))]
    classes = list(dict.fromkeys(row["class"] for row in sorted(used(ledger), key=lambda row: row["class"])))
    # a phase with few studies needs less room
    share = {phase: 2 + min(3, sum(_phase(row) == phase for row in used(ledger))) for phase in phases}
    unit = (style.DOUBLE_COLUMN_MM - _LEFT_MM - 1) / sum(share.values())
    widths = {phase: unit * share[phase] for phase in phases}
    lefts = {
        phase: _LEFT_MM + unit * sum(share[other] for other in phases[:index]) for index, phase in enumerate(phases)
    }
    cells = {
        (name, phase): [
            _lines(row, int(widths[phase] / 1.6))
            for row in used(ledger)
            if row["class"] == name and _phase(row) == phase
        ]
        for name in classes
        for phase in phases
    }
    heights = [
        max(8.0, *(sum(len(item) * _LINE_MM + _GAP_MM for item in cells[name, phase]) + 2 for phase in phases))
        for name in classes
    ]
    figure, axes = canvas(_HEAD_MM + sum(heights) + 2)
    for phase in phases:
        label(axes, lefts[phase] + widths[phase] / 2, 4, _PHASES[phase], bold=True)
    y = _HEAD_MM
    for index, (name, height) in enumerate(zip(classes, heights, strict=True)):
        if index % 2 == 0:
            axes.axhspan(y, y + height, color=style.BAND, linewidth=0, zorder=0)
        label(axes, 2, y + height / 2, name, bold=True, align="left", wrap=18)
        for phase in phases:
            top = y + 1.5
            for item in cells[name, phase]:
                tall = len(item) * _LINE_MM + 1.2
                box(
                    axes,
                    lefts[phase] + 0.8,
                    top,
                    widths[phase] - 1.6,
                    tall,
                    edge=style.RULE,
                    rounding=0.6,
                    line=0.6,
                )
                label(axes, lefts[phase] + 2, top + tall / 2, "\n".join(item), align="left", size=style.SMALL)
                top += len(item) * _LINE_MM + _GAP_MM
        y += height
    return figure


def _lines(row: Row, letters: int) -> list[str]:
    return [*textwrap.wrap(row["agent"], width=letters), *([row["registry_id"]] if row["registry_id"] else [])]


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
