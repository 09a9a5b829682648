"""A sequence of treatment for metastatic disease: what each step rests on, and what brain metastases change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import arrow, box, canvas, label
from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "outcomes")
# each step with the trials that it rests on; the numbers come from the ledger, and a trial that is not there is left out
_STEPS: dict[str, tuple[str, ...]] = {
    "First line": ("destiny-breast09", "cleopatra"),
    "Maintenance": ("patina", "her2climb-05"),
    "Second line": ("destiny-breast03", "horizon-breast01", "emilia"),
    "Third line or later": ("her2climb", "destiny-breast02", "sophia"),
}
# what a step looks like when brain metastases are there: trials and the endpoints that speak of the brain
_BRAIN: dict[str, tuple[tuple[str, str], ...]] = {
    "First line": (),
    "Maintenance": (("her2climb-05", "pfs-brain"), ("her2climb-05", "pfs-bm")),
    "Second line": (
        ("destiny-breast03", "pfs-brain"),
        ("destiny-breast12", "ic-orr"),
        ("tuxedo-1", "ic-orr-active"),
        ("tuxedo-1", "ic-orr"),
    ),
    "Third line or later": (("her2climb", "pfs-active"), ("her2climb", "os-brain"), ("her2climb", "pfs-stable")),
}
_LAST = "After T-DXd"
# how a population or an arm says that T-DXd had been given before
_AFTER = re.compile(
    r"\b(?:after|progress\w* on|intolera\w+ of|pre-?treated with)\b[^.;]*?\b(?:T-DXd|trastuzumab deruxtecan)\b", re.I
)
_LETTERS = 42  # of a line of the narrower column
_NONE = "no readout found for this edition"
_LEFT_MM, _MIDDLE_MM, _RIGHT_MM, _LINE_MM, _GAP_MM = 34.0, 70.0, 69.0, 3.45, 3.2


def evidence(ledger: Ledger) -> list[tuple[str, list[tuple[Row, Row]], list[tuple[Row, Row]]]]:
    """Each step with (trial, newest readout of PFS) and (trial, readout in patients with brain metastases)."""
    found = []
    for step, names in _STEPS.items():
        pairs = [
            (ledger.trials[name], row)
            for name in names
            if name in ledger.trials and (row := ledger.newest("outcomes", name, "pfs")) is not None
        ]
        brain = {
            name: (ledger.trials[name], row)
            for name, endpoint in reversed(_BRAIN[step])
            if name in ledger.trials and (row := ledger.newest("outcomes", name, endpoint)) is not None
        }
        found.append((step, pairs, list(reversed(brain.values()))))
    found.append((_LAST, after(ledger), []))
    return found


def after(ledger: Ledger) -> list[tuple[Row, Row]]:
    """Trials of what is given after T-DXd, each with its newest readout of PFS, or else of OS; randomised ones first."""
    found = []
    for trial in ledger.trials.values():
        rows = ledger.outcomes.where(trial=trial.id)
        said = (trial["experimental_arm"], trial["arms_short"])
        if trial["her2_status"] == "positive" and any(_AFTER.search(text) for text in said):
            told = [row["endpoint"] for row in rows]
        else:
            told = [row["endpoint"] for row in rows if _AFTER.search(row["population"])]
        endpoint = next((name for name in ("pfs", "os") if name in told), None)
        row = ledger.newest("outcomes", trial.id, endpoint) if endpoint else None
        if row is not None:
            found.append((trial, row))
    return sorted(found, key=lambda pair: (not _randomised(pair[0]), pair[0]["name"]))


def _randomised(trial: Row) -> bool:
    return bool(trial["control_arm"]) and "randomised" in trial["design"] and "non-randomised" not in trial["design"]


def note(ledger: Ledger) -> str:
    """What the last step says of its own evidence, as long as no randomised trial stands in it."""
    if any(_randomised(trial) for trial, _ in after(ledger)):
        return ""
    return "no randomised readout found for this edition"


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws, step by step."""
    return [row for _, pairs, brain in evidence(ledger) for _, row in (*pairs, *brain)]


def draw(ledger: Ledger) -> Figure:
    steps = [
        (step, _cells(ledger, step, pairs), _cells(ledger, step, brain)) for step, pairs, brain in evidence(ledger)
    ]
    warning = note(ledger)
    if warning:
        steps[-1][1].insert(0, ([warning], style.RULE))
    heights = [max(_tall(pairs), _tall(brain), 11.0) for _, pairs, brain in steps]
    figure, axes = canvas(14 + sum(heights) + _GAP_MM * (len(steps) - 1) + 2)
    columns = (2.0, 2.0 + _LEFT_MM + 2, 2.0 + _LEFT_MM + _MIDDLE_MM + 4)
    for x, text in zip(columns, ("Step", "Rests on: progression-free survival", "With brain metastases"), strict=True):
        label(axes, x, 9, text, bold=True, align="left")
    y = 13.0
    for index, ((step, pairs, brain), height) in enumerate(zip(steps, heights, strict=True)):
        box(axes, columns[0], y, _LEFT_MM - 4, height, step, fill="#eef3f8", bold=True, wrap=16)
        for x, width, cells in ((columns[1], _MIDDLE_MM, pairs), (columns[2], _RIGHT_MM, brain)):
            box(axes, x, y, width, height, edge=style.RULE, line=0.6)
            _write(axes, x + 2, y + 3.2, cells or [([_NONE], style.RULE)])
        if index:
            arrow(axes, (columns[0] + (_LEFT_MM - 4) / 2, y - _GAP_MM), (columns[0] + (_LEFT_MM - 4) / 2, y))
        y += height + _GAP_MM
    present = [
        name
        for name, colour in palette.CLASS_COLOURS.items()
        if any(colour == shown for _, pairs, brain in steps for _, shown in (*pairs, *brain))
    ]
    palette.legend_of_classes(figure, present)
    return figure


def _cells(ledger: Ledger, step: str, pairs: list[tuple[Row, Row]]) -> list[tuple[list[str], str]]:
    return [(_lines(trial, row), _colour(ledger, trial, step)) for trial, row in pairs]


def _tall(cells: list[tuple[list[str], str]]) -> float:
    return sum(len(lines) * _LINE_MM + 1.8 for lines, _ in cells) + 1.4


def _colour(ledger: Ledger, trial: Row, step: str) -> str:
    # what a cohort received after T-DXd is of several classes, and T-DXd is none of them
    if step == _LAST and not _randomised(trial):
        return style.SOFT
    return palette.CLASS_COLOURS[comparisons.class_of(ledger, trial)]


def _write(axes: Axes, x: float, y: float, cells: list[tuple[list[str], str]]) -> None:
    """The lines of each readout behind a rule in the colour of the class of agent."""
    for lines, colour in cells:
        top = y - _LINE_MM / 2
        axes.plot([x, x], [top + 0.3, top + _LINE_MM * len(lines) - 0.3], color=colour, linewidth=2.2, zorder=3)
        # the shape tells the class where colours are not printed
        shape = next((palette.CLASS_MARKERS[name] for name, own in palette.CLASS_COLOURS.items() if own == colour), "")
        axes.plot([x], [y], color=colour, marker=shape, markersize=5, linestyle="none", zorder=4)
        for number, line in enumerate(lines):
            label(axes, x + 2, y, line, align="left", bold=number == 0 and len(lines) > 1, size=style.SMALL)
            y += _LINE_MM
        y += 1.8


def _lines(trial: Row, row: Row) -> list[str]:
    """Trial and year, arms, numbers; each short enough for its column."""
    patients = "" if row["population"] == "itt" else row["population"]
    kind = "cohort" if trial["phase"] == "cohort" else "" if trial["control_arm"] else "single arm"
    arms = ", ".join(part for part in (comparisons.arms(trial), kind) if part)
    # one line where it holds both
    middle = [f"{patients}; {arms}"] if patients and len(patients) + len(arms) <= _LETTERS else [patients, arms]
    name = f"{trial['name']} ({row.id[-4:]}){_size(trial, row)}"
    return [part for part in (name, *middle, _numbers(row)) if part]


def _size(trial: Row, row: Row) -> str:
    """The patients analysed; those of the trial when the readout is of all of them."""
    counted = [int(row[f"{arm}_n"]) for arm in ("exp", "ctl") if row[f"{arm}_n"]]
    number = str(sum(counted)) if counted else trial["n"] if row["population"] == "itt" else ""
    return f", n = {number}" if number else ""


def _numbers(row: Row) -> str:
    if row["exp_percent"]:
        kind = "intracranial response" if row["endpoint"].startswith("ic-") else "share"
        return f"{kind} {values.percent_with_interval(row, 'exp').replace('95% CI ', '')}"
    said = comparisons.medians(row).removesuffix(" v –")
    medians = f"median {said} months" if said not in ("", "–") else ""
    if row["endpoint"].startswith("os") and medians:
        medians = f"overall survival, {medians}"
    ratio = f"HR {values.effect(row).replace('95% CI ', '')}" if row["effect"] else ""
    return ", ".join(part for part in (ratio, medians) if part)


def caption(ledger: Ledger) -> str:
    rows = used(ledger)
    return (
        "**A sequence of treatment for HER2-positive metastatic disease, and what it rests on.** "
        "Newest readouts of the trials behind each step, and readouts in patients with brain metastases; hazard ratios (HR) with "
        "95% confidence intervals. The steps follow the trials' populations, not a guideline, and trials are not to be compared "
        f"with each other. {comparisons.abbreviations(ledger, alt(ledger))}. Sources: {sources.cited(ledger, rows)}."
    )


def alt(ledger: Ledger) -> str:
    parts = []
    for step, pairs, brain in evidence(ledger):
        said = "; ".join(", ".join(_lines(*pair)) for pair in pairs) or "no readout"
        said = "; ".join(part for part in (note(ledger) if step == _LAST else "", said) if part)
        inside = "; ".join(", ".join(_lines(*pair)) for pair in brain) or "no readout"
        parts.append(f"{step}: {said}. With brain metastases: {inside}")
    steps = evidence(ledger)
    return (
        f"Flow of {len(steps)} steps, from the {steps[0][0].lower()} to the last, {steps[-1][0]}. {'. '.join(parts)}."
    )
