"""The pivotal trials in HER2-positive metastatic disease, newest readout of each endpoint."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger, Row
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable
from manuscript.tables.trial_rows import arms_cell, by_line, explained, newest, trial_cell

INPUTS = ("trials", "outcomes")
_PHASES = ("2", "2/3", "3")


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Pivotal trials in HER2-positive metastatic breast cancer.** "
        "Newest readout of each endpoint in the ledger, with its year of publication; the arm under test comes first. "
        "Populations, comparators and assessors differ between trials, so that rows cannot be compared with each other. "
        + explained("CI", "HR", "ORR", "OS", "PFS", "v")
    )
    return [
        MarkdownTable(
            "metastatic",
            caption,
            ("Trial and patients", "Comparison", "PFS", "OS", "ORR"),
            (18, 20, 24, 24, 14),
            [
                (
                    trial_cell(trial),
                    arms_cell(trial),
                    newest(ledger, trial, {"pfs": ""}),
                    newest(ledger, trial, {"os": ""}),
                    newest(ledger, trial, {"orr": ""}),
                )
                for trial in trials(ledger)
            ],
        )
    ]


def trials(ledger: Ledger) -> list[Row]:
    """HER2-positive metastatic disease, phase 2 or 3, with progression-free or overall survival; first line first."""
    return by_line(
        [
            row
            for row in ledger.trials.values()
            if row["setting"] == "metastatic"
            and row["her2_status"] == "positive"
            and row["phase"] in _PHASES
            and any(ledger.newest("outcomes", row.id, endpoint) for endpoint in ("pfs", "os"))
        ]
    )
