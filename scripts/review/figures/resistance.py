"""Mechanisms of resistance along the way from the receptor to the payload, with the strength of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import arrow, box, canvas, label
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import comparisons

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "resistance")
_STEPS = ("target", "internalisation", "trafficking", "payload release", "payload", "signalling", "microenvironment")
_MARKS = {"clinical": "●", "translational": "◐", "preclinical": "○"}
_HEAD_MM, _ROW_MM = 14.0, 7.0


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws, step by step."""
    return [row for step in _STEPS for row in ledger.resistance.where(step=step)]


def draw(ledger: Ledger) -> Figure:
    steps = [(step, ledger.resistance.where(step=step)) for step in _STEPS]
    steps = [(step, rows) for step, rows in steps if rows]
    heights = [max(9.0, _ROW_MM * len(rows)) + 3 for _, rows in steps]
    figure, axes = canvas(_HEAD_MM + sum(heights) + 2)
    label(axes, 2, 4, "Step", bold=True, align="left")
    label(axes, 42, 4, "Mechanism", bold=True, align="left")
    label(axes, 118, 4, "Agents concerned", bold=True, align="left")
    for index, (name, mark) in enumerate(_MARKS.items()):
        label(axes, 42 + 36 * index, 10, f"{mark} {name} evidence", size=style.SMALL, colour=style.SOFT, align="left")
    y = _HEAD_MM
    for index, ((step, rows), height) in enumerate(zip(steps, heights, strict=True)):
        box(axes, 2, y, 34, height - 3, step, fill="#fdeee2" if "payload" in step else "#eef3f8", bold=True, wrap=16)
        if index:
            arrow(axes, (19, y - 3), (19, y))
        for line, row in enumerate(rows):
            middle = y + _ROW_MM * (line + 0.5) + max(0.0, (height - 3 - _ROW_MM * len(rows)) / 2)
            # the mark hangs before the words, so that a second line begins below the first
            label(axes, 42, middle, _MARKS[row["evidence"]], align="left")
            label(axes, 46, middle, row["mechanism"], align="left", wrap=50)
            agents = row["class"] or ", ".join(_names(ledger, row))
            label(axes, 118, middle, agents, align="left", colour=style.SOFT, wrap=44)
        y += height
    return figure


def _names(ledger: Ledger, row: Row) -> list[str]:
    return [ledger.agents[agent]["abbreviation"] or ledger.agents[agent]["name"] for agent in row.items_of("agents")]


def caption(ledger: Ledger) -> str:
    rows = used(ledger)
    steps = list(dict.fromkeys(row["step"] for row in rows))
    counted = [f"{comparisons.in_words(sum(row['evidence'] == name for row in rows))} {name}" for name in _MARKS]
    return (
        f"**Resistance was described at {comparisons.in_words(len(steps))} steps, from {steps[0]} to {steps[-1]}.** "
        "Mechanisms by the step at which they act, the agents concerned, and the strength of the evidence: of "
        f"{comparisons.in_words(len(rows))} mechanisms, {', '.join(counted)}. "
        f"Sources: {sources.cited(ledger, used(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = [
        f"{row['step']}: {row['mechanism']}, {row['class'] or ', '.join(_names(ledger, row))} ({row['evidence']})"
        for row in used(ledger)
    ]
    return f"List of mechanisms of resistance in the order of the steps at which they act. {'; '.join(parts)}."
