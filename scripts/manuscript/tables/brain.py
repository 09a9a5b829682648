"""What agents do in the brain: response, progression and survival of patients with brain metastases."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger, Row
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined
from manuscript.tables.trial_rows import arms_cell, by_line, explained, readout, trial_cell

INPUTS = ("trials", "outcomes")


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Treatment of HER2-positive brain metastases.** "
        "Newest readout of each endpoint in the ledger, with the patients analysed and the year of publication. "
        "Definitions of active, stable and intracranial response differ between trials. "
        + explained("CI", "CNS", "HR", "OS", "PFS", "v")
    )
    rows = []
    for trial in by_line(
        [row for row in ledger.trials.values() if row["her2_status"] == "positive" and row["setting"] != "early"]
    ):
        found = current(ledger, trial)
        if found:
            cells = [joined([_said(row) for row in found if wanted(row)]) for wanted in (_response, _time)]
            rows.append((trial_cell(trial), arms_cell(trial), *cells))
    return [
        MarkdownTable(
            "brain",
            caption,
            ("Trial and patients", "Treatment", "Intracranial response", "Progression and survival"),
            (20, 22, 27, 31),
            rows,
        )
    ]


def current(ledger: Ledger, trial: Row) -> list[Row]:
    """The trial's readouts in patients with brain metastases that no other row supersedes."""
    rows = ledger.outcomes.where(trial=trial.id)
    superseded = {row["supersedes"] for row in rows}
    inside = trial["setting"] == "brain"
    return [
        row
        for row in rows
        if row.id not in superseded and (inside or _in_brain(row)) and (_response(row) or _time(row)) and readout(row)
    ]


def _in_brain(row: Row) -> bool:
    words = f"{row['population']} {row['endpoint']}".lower()
    return any(mark in words for mark in ("brain", "intracranial", "cns", "ic-"))


def _response(row: Row) -> bool:
    return row["endpoint"].startswith(("ic-orr", "ic-shrinkage", "cns-orr"))


def _time(row: Row) -> bool:
    return row["endpoint"].startswith(("pfs", "os", "cns-pfs", "cns-intervention", "brain"))


_NAMES = {"ic-orr": "", "ic-shrinkage": "shrinkage", "cns-intervention": "intervention for CNS disease", "os": "OS"}


def _said(row: Row) -> str:
    """``PFS, active brain metastases (n = 44): 9.5 months …``."""
    stem = _stem(row)
    name = _NAMES.get(stem, stem.replace("cns-", "CNS-").replace("pfs", "PFS"))
    at = f"at {row['timepoint_months']} months" if row["timepoint_months"] else ""
    number = f"(n = {row['exp_n']})" if row["exp_n"] and not row["ctl_n"] else ""
    patients = "all patients" if row["population"] == "itt" else escape(row["population"])
    return f"{joined((joined((name, at), ' '), joined((patients, number), ' ')), ', ')}: {readout(row)}"


def _stem(row: Row) -> str:
    parts = row["endpoint"].split("-")
    return "-".join(parts[:2]) if parts[0] in ("ic", "cns") else parts[0]
