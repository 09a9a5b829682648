"""What each regimen does to patients: any grade, grade 3 or higher, and fatal, for the events that shape its use."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.agents import citation
from manuscript.tables.markdown import NONE, MarkdownTable, escape, joined
from manuscript.tables.trial_rows import by_line, explained, trial_cell

INPUTS = ("trials", "safety")
# the columns: events of the ledger with the words of the table
_COLUMNS = {
    "Interstitial lung disease or pneumonitis": {"ild": ""},
    "Gastrointestinal": {"nausea": "nausea", "vomiting": "vomiting", "diarrhoea": "diarrhoea"},
    "Blood and liver": {
        "neutropenia": "neutropenia",
        "thrombocytopenia": "thrombocytopenia",
        "anaemia": "anaemia",
        "alt-increase": "ALT increase",
        "ast-increase": "AST increase",
    },
    "Heart": {
        "lvef-decrease": "fall of ejection fraction",
        "cardiac": "cardiac events",
        "heart-failure": "heart failure",
    },
}


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Adverse events that shape the use of each regimen.** "
        "Newest readout of each event in the ledger: percentage of patients with any grade and with grade 3 or higher (grade 3+), "
        "the arm under test before the control arm; fatal cases are named. A dash stands for a value that was not read. "
        "Events were counted in different ways and over different times, so rates of different trials are not to be compared. "
        "ALT, alanine aminotransferase; AST, aspartate aminotransferase; " + explained("v")
    )
    rows = []
    for trial in by_line([row for row in ledger.trials.values() if row["her2_status"] == "positive"]):
        cells = [_cell(ledger, trial, events) for events in _COLUMNS.values()]
        if any(cells):
            rows.append((trial_cell(trial), escape(trial["arms_short"] or trial["experimental_arm"]), *cells))
    return [MarkdownTable("safety", caption, ("Trial and patients", "Arms", *_COLUMNS), (18, 16, 18, 16, 18, 14), rows)]


def _cell(ledger: Ledger, trial: Row, events: dict[str, str]) -> str:
    said = []
    for event, words in events.items():
        row = ledger.newest("safety", trial.id, event)
        text = _rates(row, compared=bool(trial["control_arm"])) if row else ""
        if row and text:
            said.append(joined((words, f"{link(row, text)} {citation(row)}"), " "))
    return joined(said)


def _rates(row: Row, *, compared: bool) -> str:
    """``12.1% (fatal 0.5%) v 1.0%``; an arm that was not read shows a dash, so that the other is not taken for both."""
    arms = [_arm(row, arm) for arm in ("exp", "ctl")]
    if not any(arms):
        return ""
    return f"{arms[0] or NONE} v {arms[1] or NONE}" if compared else arms[0]


def _arm(row: Row, arm: str) -> str:
    every, severe = row[f"{arm}_any_percent"], row[f"{arm}_grade3plus_percent"]
    fatal = f"{row[f'{arm}_fatal_percent']}%" if row[f"{arm}_fatal_percent"] else row[f"{arm}_fatal_n"]
    inside = joined((f"grade 3+ {severe}%" if severe and every else "", f"fatal {fatal}" if fatal else ""), ", ")
    head = f"{every}%" if every else f"grade 3+ {severe}%" if severe else ""
    return joined((head, f"({inside})" if inside and head else inside), " ")
