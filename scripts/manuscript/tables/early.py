"""Trials in early disease."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable
from manuscript.tables.trial_rows import arms_cell, by_line, explained, newest, trial_cell

INPUTS = ("trials", "outcomes")
# the ledger's endpoints of disease control and survival, with the words of the table
_DISEASE = {
    "pcr": "pCR",
    "idfs": "IDFS",
    "idfs-36mo": "IDFS at 3 years",
    "idfs-60mo": "IDFS at 5 years",
    "idfs-72mo": "IDFS at 6 years",
    "idfs-84mo": "IDFS at 7 years",
    "idfs-120mo": "IDFS at 10 years",
    "dfs": "disease-free survival",
    "dfs-120mo": "disease-free survival at 10 years",
    "efs": "event-free survival",
}
_SURVIVAL = {
    "os": "",
    "os-60mo": "at 5 years",
    "os-84mo": "at 7 years",
    "os-96mo": "at 8 years",
    "os-120mo": "at 10 years",
}


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    trials = by_line(
        [row for row in ledger.trials.values() if row["setting"] == "early" and row["her2_status"] == "positive"]
    )
    caption = (
        "**Trials in early HER2-positive breast cancer.** "
        "Newest readout of each endpoint in the ledger, with its year of publication; the arm under test comes first. "
        "Definitions of endpoints and populations differ between trials. " + explained("CI", "HR", "IDFS", "pCR", "v")
    )
    return [
        MarkdownTable(
            "early",
            caption,
            ("Trial and patients", "Comparison", "Response and disease control", "Overall survival"),
            (20, 24, 32, 24),
            [
                (trial_cell(trial), arms_cell(trial), newest(ledger, trial, _DISEASE), newest(ledger, trial, _SURVIVAL))
                for trial in trials
            ],
        )
    ]
