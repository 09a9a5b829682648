"""Intracranial response by agent, active and stable metastases apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures.intervals import Point, counted, plot, wilson
from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "trials", "outcomes")
_TITLE = "Brain metastases respond to conjugates and to kinase inhibitors; the studies are small and mostly without a control arm."
_GROUPS = {
    "active": "Active or untreated metastases",
    "stable": "Stable, treated metastases",
    "": "Active and stable together, or not stated",
    "cns-pfs": "Alive without progression in the central nervous system at 12 months",
}


def _rows(ledger: Ledger) -> list[tuple[str, Row]]:
    """Group and newest readout of each intracranial response in HER2-positive disease."""
    found = []
    for trial in ledger.trials.values():
        if trial["her2_status"] != "positive":
            continue
        endpoints = dict.fromkeys(
            row["endpoint"]
            for row in ledger.outcomes.where(trial=trial.id)
            if row["endpoint"].startswith(("ic-orr", "cns-pfs-12mo"))
        )
        for endpoint in endpoints:
            row = ledger.newest("outcomes", trial.id, endpoint)
            # a printed interval of the readout before says more than one computed here
            before = ledger.outcomes.get(row["supersedes"]) if row is not None and not row["exp_percent_low"] else None
            row = before if before is not None and before["exp_percent_low"] else row
            if row is not None and row["exp_percent"]:
                group = (
                    "cns-pfs"
                    if endpoint.startswith("cns-pfs")
                    else "active"
                    if "active" in endpoint or "untreated" in endpoint
                    else "stable"
                    if "stable" in endpoint
                    else ""
                )
                found.append((group, row))
    order = list(_GROUPS)
    return sorted(found, key=lambda item: (order.index(item[0]), -(item[1].number("exp_percent") or 0), item[1].id))


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for _, row in _rows(ledger)]


def _points(ledger: Ledger) -> list[tuple[str, list[Point]]]:
    groups = []
    for key, title in _GROUPS.items():
        points = [point for group, row in _rows(ledger) if group == key for point in _of_row(ledger, row)]
        if points:
            groups.append((title, points))
    return groups


def _of_row(ledger: Ledger, row: Row) -> list[Point]:
    """The experimental arm, and the control arm where there is one (open)."""
    trial = ledger.trials[row["trial"]]
    short = comparisons.arms(trial).split(" v ")
    points = []
    for arm, name, filled in (("exp", short[0], True), ("ctl", short[-1], False)):
        value = row.number(f"{arm}_percent")
        if value is None or (arm == "ctl" and not trial["control_arm"]):
            continue
        number = f", n = {row[f'{arm}_n']}" if row[f"{arm}_n"] else ", n not read"
        low, high = row.number(f"{arm}_percent_low"), row.number(f"{arm}_percent_high")
        total = row.number(f"{arm}_n")
        hits = counted(row[f"{arm}_percent"], total) if low is None and row["endpoint"].startswith("ic-") else None
        shown = values.percent_with_interval(row, arm).replace("(95% CI ", "(")
        if hits is not None and total:
            low, high = wilson(hits, round(total))
            shown += f" ({low:.1f}–{high:.1f})†"
        points.append(
            Point(
                f"{trial['name']} ({row.id[-4:]})", f"{name}{number}", value, low, high, shown,
                palette.CLASS_COLOURS[comparisons.class_of(ledger, trial)], filled,
                palette.CLASS_MARKERS[comparisons.class_of(ledger, trial)], note=row["population"],
                computed=hits is not None,
            )
        )  # fmt: skip
    return points


def draw(ledger: Ledger) -> Figure:
    figure = plot(
        _points(ledger), axis="Patients (%)", heading="% (95% CI)", top=100, name_heading="Study, patients analysed",
        detail_heading="Treatment",
    )  # fmt: skip
    present = {comparisons.class_of(ledger, ledger.trials[row["trial"]]) for row in used(ledger)}
    palette.legend_of_classes(figure, [name for name in palette.CLASS_COLOURS if name in present])
    return figure


def caption(ledger: Ledger) -> str:
    studies = {row["trial"]: ledger.trials[row["trial"]] for row in used(ledger)}
    single = sum(not trial["control_arm"] for trial in studies.values())
    points = [point for _, members in _points(ledger) for point in members]
    marks = (
        "a thin line and a dagger mark an interval (Wilson's) that was computed here because the page read gives none. "
    )
    return (
        f"**{_TITLE}** "
        "Intracranial response in HER2-positive disease, and the share without progression in the central nervous system at one year, "
        f"with 95% confidence intervals (CI); {marks if any(point.computed for point in points) else ''}"
        f"{'An open mark is a control arm. ' if any(not point.filled for point in points) else ''}"
        "Criteria of response, earlier treatment and the definition of active metastases differ between the studies, "
        f"of which {comparisons.in_words(single)} of {comparisons.in_words(len(studies))} have no control arm, so their lines are not to be compared with each other. "
        f"{comparisons.abbreviations(ledger, alt(ledger), 'CI')}. Sources: {sources.cited(ledger, used(ledger))}."
    )


def alt(ledger: Ledger) -> str:
    parts = []
    for title, points in _points(ledger):
        parts.append(
            f"{title}: " + "; ".join(f"{point.name}, {point.note}, {point.detail}: {point.shown}" for point in points)
        )
    return f"Dot plot of intracranial response and control in percent. {'. '.join(parts)}."
