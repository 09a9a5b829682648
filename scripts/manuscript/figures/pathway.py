"""A way of treatment, step by step: each step in a box on the left, what is tested in it in rows with columns beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import arrow, box, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# millimetres: the boxes of the steps and the air beside them; the bands of the parts, and the air below them
_LEFT, _SPINE, _GAP = 0.5, 21.5, 2.0
_BAND, _BELOW, _BETWEEN = 4.2, 0.8, 1.5
# above and below the words of a row: the most that leaves the figure its height
_PADS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
_HEAD = 7.2
_LINE = style.PITCH * style.SMALL * style.MM_OF_POINT
# a pair of shares: the track from 0 to 100%, and where its words begin
_TRACK, _BESIDE = 9.5, 11.3


@dataclass(frozen=True)
class Words:
    """Lines of a cell: the first in ink, those after it softer; each is broken to the column's width."""

    lines: tuple[str, ...] = ()
    bold: bool = False


@dataclass(frozen=True)
class Shares:
    """Two proportions in percent on one track, experimental filled and control open, with words beside them."""

    experimental: float
    control: float | None
    lines: tuple[str, ...]
    colour: str
    marker: str = "o"


Cell = Words | Shares


@dataclass(frozen=True)
class Step:
    """One box and the rows beside it; ``aside`` stands in the last column, beside all of the rows.

    ``follows`` draws an arrow from the box above.
    """

    title: str
    note: str
    rows: tuple[tuple[Cell, ...], ...]
    aside: tuple[Words, ...] = ()
    follows: bool = True


@dataclass(frozen=True)
class Part:
    title: str
    steps: tuple[Step, ...]


def pathway(
    parts: Sequence[Part], headings: Sequence[str], widths_mm: Sequence[float], keys: Sequence[style.Key] = ()
) -> Figure:
    """A figure 180 mm wide and as tall as its text asks for; ``widths_mm`` are those of the columns beside the boxes.

    Above the headings stands what the marks of ``keys`` mean, of those colours that shares have.
    """
    talls = {pad: _total(parts, widths_mm, pad) for pad in _PADS}
    pad = next((pad for pad, tall in talls.items() if tall <= style.TALLEST_MM), _PADS[-1])
    figure, axes = canvas(talls[pad])
    places = [_LEFT + _SPINE + _GAP]
    for width in widths_mm[:-1]:
        places.append(places[-1] + width)
    for place, heading in zip(places, headings, strict=True):
        lines = heading.split("\n")
        style.write(axes, place, _HEAD - 1.4 - _LINE * (len(lines) - 0.5) + 0.2, heading, bold=True, va="top")
    rows = [row for part in parts for step in part.steps for row in step.rows]
    cells = [cell for row in rows for cell in row]
    seen = [key for key in keys if any(isinstance(cell, Shares) and cell.colour == key.colour for cell in cells)]
    # above the headings, up to the column of the marks
    marks = next((x for row in rows for cell, x in zip(row, places, strict=False) if isinstance(cell, Shares)), 0.0)
    left = max(_LEFT + 1.2, marks - sum(map(style.legend_mm, seen)))
    style.legend_in_a_row(axes, seen, left, _HEAD - 1.2 - 1.5 * _LINE)
    y = _HEAD
    for part in parts:
        if y > _HEAD:
            style.may_part(axes, y - 0.4)
        axes.axhspan(y, y + _BAND, color=style.BAND, linewidth=0, zorder=0)
        style.write(axes, _LEFT + 1, y + _BAND / 2, part.title, bold=True)
        y += _BAND + _BELOW
        before: float | None = None
        for step in part.steps:
            height = _height(step, widths_mm, pad)
            if before is not None:
                style.may_part(axes, y - _BETWEEN / 2)
            _spine(axes, step, y, height)
            if step.follows and before is not None:
                arrow(axes, (_LEFT + _SPINE / 2, before), (_LEFT + _SPINE / 2, y))
            before = y + height
            _rows(axes, step, (y, height), places, widths_mm)
            y += height + _BETWEEN
    return figure


def _spine(axes: Axes, step: Step, y: float, height: float) -> None:
    box(axes, _LEFT, y, _SPINE, height, fill=style.BAND, edge=style.SOFT, line=0.6, rounding=1.0)
    title = style.wrapped(step.title, _SPINE - 2, style.NORMAL, bold=True)
    note = style.wrapped(step.note, _SPINE - 2, style.SMALL) if step.note else []
    total = (len(title) + len(note)) * _LINE
    top = y + (height - total) / 2
    middle = _LEFT + _SPINE / 2
    style.write(axes, middle, top, "\n".join(title), bold=True, align="center", va="top")
    if note:
        style.write(axes, middle, top + (len(title) + 0.1) * _LINE, "\n".join(note), size=style.SMALL, colour=style.SOFT,
                    align="center", va="top")  # fmt: skip


def _rows(axes: Axes, step: Step, room: tuple[float, float], places: Sequence[float], widths: Sequence[float]) -> None:
    """Into the room from y on, of that height, which they share by their lines."""
    y, whole = room
    spare = whole - sum(_row_height(row, widths) for row in step.rows)
    aside = [(text, first) for words in step.aside for text, first in _broken(words, widths[-1])]
    for line, (text, first) in enumerate(aside):
        style.write(axes, places[-1], y + (whole - len(aside) * _LINE) / 2 + (line + 0.5) * _LINE, text,
                    size=style.SMALL, colour=style.INK if first else style.SOFT)  # fmt: skip
    right = places[-1] if step.aside else style.DOUBLE_COLUMN_MM
    for number, row in enumerate(step.rows):
        height = _row_height(row, widths) + spare / len(step.rows)
        if number:
            axes.plot([places[0], right - 1.5], [y, y], color=style.RULE, linewidth=0.4, zorder=1)
        for cell, place, width in zip(row, places, widths, strict=False):
            lines = _broken(cell, width)
            top = y + (height - len(lines) * _LINE) / 2
            if isinstance(cell, Shares):
                _track(axes, cell, place, top + _LINE / 2)
                place += _BESIDE
            for line, (text, first) in enumerate(lines):
                bold = first and isinstance(cell, Words) and cell.bold
                style.write(axes, place, top + (line + 0.5) * _LINE, text, size=style.SMALL, bold=bold,
                            colour=style.INK if first else style.SOFT)  # fmt: skip
        y += height


def _track(axes: Axes, cell: Shares, x: float, y: float) -> None:
    axes.plot([x, x + _TRACK], [y, y], color=style.RULE, linewidth=0.8, zorder=1)
    for end in (x, x + _TRACK):
        axes.plot([end, end], [y - 0.7, y + 0.7], color=style.RULE, linewidth=0.8, zorder=1)
    ends = [x + _TRACK * share / 100 for share in (cell.control, cell.experimental) if share is not None]
    axes.plot(ends, [y] * len(ends), color=cell.colour, linewidth=1.6, zorder=2)
    for place, face in zip(reversed(ends), (cell.colour, "white"), strict=False):
        axes.plot([place], [y], marker=cell.marker, markersize=4.2, color=cell.colour, markerfacecolor=face, zorder=3)


def _broken(cell: Cell, width: float) -> list[tuple[str, bool]]:
    """The cell's lines as they fit its column, each with whether it belongs to the first of them."""
    room = width - 1.5 - (_BESIDE if isinstance(cell, Shares) else 0)
    bold = isinstance(cell, Words) and cell.bold
    return [
        (text, number == 0)
        for number, line in enumerate(cell.lines)
        for text in style.wrapped(line, room, style.SMALL, bold and number == 0)
    ]


def _row_height(row: tuple[Cell, ...], widths: Sequence[float]) -> float:
    return max(len(_broken(cell, width)) for cell, width in zip(row, widths, strict=False)) * _LINE


def _total(parts: Sequence[Part], widths: Sequence[float], pad: float) -> float:
    steps = [step for part in parts for step in part.steps]
    heights = sum(_height(step, widths, pad) for step in steps)
    return _HEAD + (_BAND + _BELOW) * len(parts) + heights + _BETWEEN * (len(steps) - 1) + 0.5


def _height(step: Step, widths: Sequence[float], pad: float) -> float:
    """As tall as its rows, or as the words of its box or beside them."""
    words = len(style.wrapped(step.title, _SPINE - 2, style.NORMAL, bold=True))
    words += len(style.wrapped(step.note, _SPINE - 2, style.SMALL)) if step.note else 0
    aside = sum(len(_broken(words, widths[-1])) for words in step.aside) * _LINE
    return max(words * _LINE + 1.6, aside, sum(_row_height(row, widths) + 2 * pad for row in step.rows))
