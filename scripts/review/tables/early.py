"""Trials in early HER2-positive disease: response of the breast before surgery, then relapse and survival."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable
from review import cells

INPUTS = ("trials", "outcomes")
_HEADINGS = (
    "Trial",
    "Comparison",
    "pCR (%)",
    "Relapse: rates (%); HR (95% CI)",
    "Survival: rates (%); HR (95% CI)",
    "Sources",
)
_PHASES = {
    "neoadjuvant": "Neoadjuvant",
    "post-neoadjuvant": "Post-neoadjuvant, residual disease",
    "adjuvant": "Adjuvant",
    "extended-adjuvant": "Extended adjuvant",
    "mixed": "Neoadjuvant and adjuvant",
}
_RELAPSE = ("idfs", "dfs", "efs", "rfs", "ddfs", "drfi", "rfi", "bcfi")


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each trial in early disease, by phase of treatment."""
    caption = (
        "**Trials in early HER2-positive breast cancer.** "
        "By phase of treatment; newest readout of each endpoint, experimental v control arm. Definitions of the endpoints and follow-up "
        "differ between trials. A dash: not reported in the sources read."
    )
    rows = []
    for line, title in _PHASES.items():
        members = sorted(ledger.trials.where(setting="early", line=line), key=lambda row: row["name"].lower())
        if members:
            rows += [cells.group(title, len(_HEADINGS)), *(_row(ledger, trial) for trial in members)]
    return [cells.table(ledger, "early", caption, _HEADINGS, (17, 16, 14, 21, 18, 14), rows)]


def _row(ledger: Ledger, trial: Row) -> tuple[str, ...]:
    response = cells.first(ledger, trial.id, "pcr", "pcr-pet")
    relapse = [row for stem in _RELAPSE[:3] if (row := ledger.newest("outcomes", trial.id, stem)) is not None]
    if not relapse:
        relapse = [row for stem in _RELAPSE[3:] if (row := ledger.newest("outcomes", trial.id, stem)) is not None][:1]
    # the first endpoint says most; a second (disease-free beside invasive disease-free) would only repeat it
    relapse = _with_landmark(ledger, trial, relapse[:1], _RELAPSE)
    survival = _with_landmark(
        ledger, trial, [row] if (row := ledger.newest("outcomes", trial.id, "os")) else [], ("os",)
    )
    shown = [row for row in (response, *relapse, *survival) if row is not None]
    return (
        cells.trial(trial),
        cells.arms(trial),
        cells.estimate(response),
        cells.estimates(relapse),
        cells.estimates(survival),
        sources.cited(ledger, shown) or sources.cited(ledger, (trial,)),
    )


def _with_landmark(ledger: Ledger, trial: Row, rows: list[Row], stems: tuple[str, ...]) -> list[Row]:
    """The latest landmark rate of the same endpoint, then the row itself."""
    wanted = (rows[0]["endpoint"],) if rows else stems
    landmarks = [
        row
        for row in ledger.outcomes.where(trial=trial.id)
        if any(row["endpoint"].startswith(f"{stem}-") and row["endpoint"].endswith("mo") for stem in wanted)
    ]
    # a landmark of all patients, where there is one
    names = dict.fromkeys(row["endpoint"] for row in landmarks if row["population"] == "itt") or dict.fromkeys(
        row["endpoint"] for row in landmarks
    )
    newest = [row for name in names if (row := ledger.newest("outcomes", trial.id, name)) is not None]
    latest = max(newest, key=lambda row: row.number("timepoint_months") or 0, default=None)
    return _first(latest, rows)


def _first(landmark: Row | None, rows: list[Row]) -> list[Row]:
    """The landmark first, unless the row itself gives rates already."""
    if landmark is None or any(row["exp_percent"] for row in rows):
        return rows
    return [landmark, *rows]
