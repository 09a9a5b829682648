"""Antibody–drug conjugates side by side: what they are made of."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INPUTS = ("agents",)
_NOT_STATED = "not stated"
_LINES = (
    ("Antibody", lambda row: row["backbone"]),
    ("Linker", lambda row: row["linker"]),
    ("Payload", lambda row: row["payload"]),
    ("Payload acts as", lambda row: row["payload_class"]),
    ("Drug-to-antibody\nratio", lambda row: row["dar"]),
    ("Payload crosses\nmembranes", lambda row: row["membrane_permeable"]),
)
_LABEL_MM, _LINE_MM = 30, 3.4
_HEAD_MM = 43
_HINGE_MM = 28  # where the arms of the drawn antibody meet


def rows(ledger: Ledger) -> list[Row]:
    """The conjugates whose linker is in the ledger, by name."""
    found = [row for row in ledger.agents.values() if row["class"] == "antibody–drug conjugate" and row["linker"]]
    return sorted(found, key=lambda row: (row["dar"] == "", row.number("dar") or 0, row["name"]))


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return rows(ledger)


def draw(ledger: Ledger) -> Figure:
    agents = rows(ledger)
    width = (style.DOUBLE_COLUMN_MM - _LABEL_MM - 1) / len(agents)
    # as tall as the longest cell of each row
    cells = [[_wrapped(read(row), width) for row in agents] for _, read in _LINES]
    heights = [max(2, *(len(lines) for lines in line)) * _LINE_MM + 2.6 for line in cells]
    height = _HEAD_MM + sum(heights) + 2
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, style.DOUBLE_COLUMN_MM)
    axes.set_ylim(height, 0)
    axes.axis("off")
    for index, row in enumerate(agents):
        _conjugate(axes, _LABEL_MM + width * (index + 0.5), row, width)
    y = float(_HEAD_MM)
    for position, ((label, _), line, row_height) in enumerate(zip(_LINES, cells, heights, strict=True)):
        if position % 2 == 0:
            axes.axhspan(y, y + row_height, color=style.BAND, linewidth=0, zorder=0)
        style.write(axes, 2, y + row_height / 2, label, bold=True)
        for index, lines in enumerate(line):
            style.write(
                axes, _LABEL_MM + width * (index + 0.5), y + row_height / 2, "\n".join(lines) or _NOT_STATED, align="center",
                size=style.SMALL, colour=style.INK if lines else style.SOFT, italic=not lines,
            )  # fmt: skip
        y += row_height
    return figure


def _wrapped(text: str, width: float) -> list[str]:
    """The lines of a cell ``width`` millimetres wide; long chemical names part at their hyphens."""
    return textwrap.wrap(text, width=int(width / 1.42), break_long_words=False)


def _conjugate(axes: Axes, x: float, row: Row, width: float) -> None:
    """A Y-shaped antibody with as many payloads as the ratio, rounded; a closed link when it is not cleaved."""
    from matplotlib.patches import Circle

    name = "\n".join(row["name"].split(" "))
    style.write(axes, x, 5, name, bold=True, align="center")
    style.write(axes, x, 11, row["abbreviation"], size=style.SMALL, colour=style.SOFT, align="center")
    reach = min(11.0, width / 2 - 3)
    blue, orange = palette.CLASS_COLOURS["antibody"], palette.CLASS_COLOURS["antibody–drug conjugate"]
    for side in (-1, 1):
        axes.plot([x, x + side * 6], [_HINGE_MM, _HINGE_MM - 8], color=blue, linewidth=4, solid_capstyle="round")
        axes.plot([x + side * 1.0] * 2, [_HINGE_MM, _HINGE_MM + 9], color=blue, linewidth=2.6, solid_capstyle="round")
    ratio = row.number("dar")
    if not ratio:
        # a payload there is, but how many was not read
        axes.add_patch(
            Circle((x + reach + 0.2, _HINGE_MM + 1), 2.0, facecolor="white", edgecolor=orange, linewidth=0.9)
        )
        style.write(
            axes,
            x + reach + 0.2,
            _HINGE_MM + 1,
            "?",
            align="center",
            colour=palette.CLASS_INKS["antibody–drug conjugate"],
        )
    count = round(ratio) if ratio else 0
    per_side = [(count + 1) // 2, count // 2]
    for side, number in zip((-1, 1), per_side, strict=True):
        for index in range(number):
            y = _HINGE_MM - 6.5 + 14.5 * (index + 0.5) / max(number, 1)
            start = x + side * (1.8 if y > _HINGE_MM else 1.8 + (_HINGE_MM - y) * 0.6)
            cleaved = row["linker_cleavable"] == "yes"
            axes.plot(
                [start, x + side * reach],
                [y, y],
                color=style.SOFT,
                linewidth=1,
                linestyle=(0, (2, 1.4)) if cleaved else "solid",
            )
            axes.add_patch(
                Circle((x + side * (reach + 1.2), y), 1.3, facecolor=orange, edgecolor="white", linewidth=0.4)
            )
    words = {"yes": "linker cleaved", "no": "linker not cleaved"}.get(row["linker_cleavable"], "cleavage not stated")
    style.write(axes, x, _HEAD_MM - 2, words, size=style.SMALL, colour=style.SOFT, align="center")


def caption(ledger: Ledger) -> str:
    return (
        "**Conjugates share a target and differ in linker, load and reach.** "
        "Anti-HER2 antibody–drug conjugates side by side. "
        "Each disc is one payload molecule at the mean drug-to-antibody ratio, rounded; a question mark stands where the ratio was not read; a broken line is a linker that is cleaved in the cell. "
        "A payload that crosses membranes can reach neighbouring cells. "
        "“Not stated” means that the sources read for this edition did not say. "
        f"Sources: {sources.cited(ledger, rows(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = []
    for row in rows(ledger):
        said = "; ".join(f"{label.lower().replace(chr(10), ' ')} {read(row) or _NOT_STATED}" for label, read in _LINES)
        parts.append(f"{row['name']}: {said}")
    return f"Drawing of antibody–drug conjugates above a table of their parts. {'. '.join(parts)}."
