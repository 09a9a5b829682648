"""Toxicity profiles as a matrix: experimental arms by adverse event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import box, canvas, label
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TITLE = (
    "Nausea is the mark of trastuzumab deruxtecan, thrombocytopenia that of trastuzumab emtansine, "
    "diarrhoea that of the kinase inhibitors."
)
INPUTS = ("agents", "trials", "safety")
_EVENTS = {
    "nausea": "nausea", "vomiting": "vomiting", "diarrhoea": "diarrhoea", "fatigue": "fatigue", "alopecia": "alopecia",
    "hand-foot": "hand–foot", "neutropenia": "neutropenia", "anaemia": "anaemia", "thrombocytopenia": "platelets low",
    "ast-increase": "AST raised", "alt-increase": "ALT raised", "lvef-decrease": "LVEF low", "ild": "ILD", "ocular": "ocular",
}  # fmt: skip
_LEFT_MM, _HEAD_MM, _ROW_MM = 50.0, 20.0, 8.0


def _table(ledger: Ledger) -> dict[str, dict[str, Row]]:
    """Trials with at least three of the events, each with its newest rows by event."""
    result = {}
    for trial in ledger.trials.values():
        rows = {event: row for event in _EVENTS if (row := ledger.newest("safety", trial.id, event)) is not None}
        rows = {event: row for event, row in rows.items() if row["exp_any_percent"] or row["exp_grade3plus_percent"]}
        if len(rows) >= 3:
            result[trial.id] = rows
    order = list(palette.CLASS_COLOURS)

    def key(trial: str) -> tuple[int, str, str]:
        item = ledger.trials[trial]
        return order.index(comparisons.class_of(ledger, item)), comparisons.arms(item), trial

    return {trial: result[trial] for trial in sorted(result, key=key)}


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for rows in _table(ledger).values() for row in rows.values()]


def draw(ledger: Ledger) -> Figure:
    table = _table(ledger)
    events = [event for event in _EVENTS if any(event in rows for rows in table.values())]
    height = _HEAD_MM + _ROW_MM * len(table) + 3
    figure, axes = canvas(height)
    width = (style.DOUBLE_COLUMN_MM - _LEFT_MM - 1) / len(events)
    for index, event in enumerate(events):
        axes.text(
            _LEFT_MM + width * (index + 0.5), _HEAD_MM - 2, _EVENTS[event], rotation=65, rotation_mode="anchor", ha="left",
            va="center", fontsize=style.SMALL,
        )  # fmt: skip
    _key(axes)
    for line, (trial_id, rows) in enumerate(table.items()):
        trial = ledger.trials[trial_id]
        y = _HEAD_MM + _ROW_MM * line
        label(axes, 1, y + _ROW_MM * 0.32, comparisons.arms(trial).split(" v ")[0], align="left",
              colour=palette.CLASS_INKS[comparisons.class_of(ledger, trial)], bold=True)  # fmt: skip
        label(axes, 1, y + _ROW_MM * 0.74, _named(trial, rows), align="left", size=style.SMALL, colour=style.SOFT)
        for index, event in enumerate(events):
            _cell(axes, _LEFT_MM + width * index, y, width, rows.get(event))
    return figure


def _key(axes: Axes) -> None:
    """What the numbers and the tint of a field mean, in the empty corner at the upper left."""
    box(axes, 1, 3, 11, _ROW_MM - 0.5, fill=_tint(40), edge="white", rounding=0.6, line=0)
    label(axes, 6.5, 3 + _ROW_MM * 0.3, "40")
    label(axes, 6.5, 3 + _ROW_MM * 0.72, "12", size=style.SMALL, italic=True)
    label(axes, 13.5, 3 + _ROW_MM * 0.3, "% with any grade", size=style.SMALL, colour=style.SOFT, align="left")
    label(axes, 13.5, 3 + _ROW_MM * 0.72, "% with grade 3 or higher", size=style.SMALL, colour=style.SOFT, align="left")


def _tint(percent: float) -> str:
    from matplotlib.colors import to_hex

    shade = min(1.0, percent / 80)
    red, green, blue = (1 - shade * (1 - channel) for channel in (0.36, 0.52, 0.72))
    return to_hex((red, green, blue))


def _whole(percent: float) -> str:
    """A percentage as a whole number, halves up as readers expect (14.5 is 15)."""
    return f"{int(percent + 0.5)}"


def _named(trial: Row, rows: dict[str, Row]) -> str:
    """The trial with the patients counted, or with all of its patients where the source does not say."""
    counted = {row["exp_n"] for row in rows.values() if row["exp_n"]}
    return (
        f"{trial['name']}, n = {max(counted, key=int)}" if counted else f"{trial['name']}, {trial['n'] or '?'} in all"
    )


def _cell(axes: Axes, x: float, y: float, width: float, row: Row | None) -> None:
    """Any grade above, grade 3 or higher below; the darker, the more frequent."""
    any_grade = row.number("exp_any_percent") if row else None
    severe = row.number("exp_grade3plus_percent") if row else None
    fill = _tint(any_grade or 0)
    box(
        axes,
        x + 0.25,
        y + 0.25,
        width - 0.5,
        _ROW_MM - 0.5,
        fill=fill if row else "#fafafa",
        edge="white",
        rounding=0.6,
        line=0,
    )
    if any_grade is not None and row:
        label(axes, x + width / 2, y + _ROW_MM * 0.32, _whole(any_grade), size=style.NORMAL)
    if severe is not None and row:
        label(
            axes,
            x + width / 2,
            y + _ROW_MM * 0.72,
            _whole(severe) if severe >= 0.5 or severe == 0 else "<1",
            size=style.SMALL,
            italic=True,
        )


def caption(ledger: Ledger) -> str:
    return (
        f"**{_TITLE}** "
        "Adverse events in the experimental arm of each trial: percentage of patients with any grade above (the darker, the more "
        "frequent), with grade 3 or higher below in italics; an empty field means that the source read gives no figure. "
        "Partners, length of treatment and ways of counting differ between trials. "
        f"{comparisons.abbreviations(ledger, alt(ledger))}. Sources: {sources.cited(ledger, used(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = []
    for trial_id, rows in _table(ledger).items():
        trial = ledger.trials[trial_id]
        said = [
            f"{_EVENTS[event]} {row['exp_any_percent'] or '–'} ({row['exp_grade3plus_percent'] or '–'})"
            for event, row in rows.items()
        ]
        parts.append(f"{comparisons.arms(trial).split(' v ')[0]} in {trial['name']}: {', '.join(said)}")
    return (
        f"Matrix of adverse events, percent with any grade and in brackets with grade 3 or higher. {'; '.join(parts)}."
    )
