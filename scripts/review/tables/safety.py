"""Safety: what the trials in HER2-positive breast cancer report of the events that guide monitoring."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined
from review import cells

INPUTS = ("agents", "trials", "safety")
_SEVERE = ("any-teae", "any-related", "grade3", "any")
_SPECIAL = {
    "ild": "ILD",
    "ild-brain": "ILD",
    "lvef-decrease": "LVEF decrease",
    "cardiac": "cardiac",
    "heart-failure": "heart failure",
    "diarrhoea": "diarrhoea",
    "nausea": "nausea",
    "vomiting": "vomiting",
    "neutropenia": "neutropenia",
    "febrile-neutropenia": "febrile neutropenia",
    "thrombocytopenia": "platelets low",
    "anaemia": "anaemia",
    "hand-foot": "hand–foot syndrome",
    "alt-increase": "ALT raised",
    "ast-increase": "AST raised",
    "ocular": "ocular",
    "neuropathy": "neuropathy",
    "bleeding": "bleeding",
}
_PER_TRIAL = 4
_RELATED, _ALONE = "†", "‡"  # what a column of all events would hide


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, adverse events by trial and class of the agent under test."""
    headings = (
        "Trial",
        "Arms",
        "Grade ≥3, all events (%)",
        "Events of interest: any grade; grade ≥3 (%)",
        "Stopped (%)",
        "Sources",
    )
    rows = []
    for name in ledger.vocabulary.section("classes"):
        title = ledger.vocabulary.words("classes", name, "plural").capitalize()
        own = [trial for trial in ledger.trials.values() if _class_of(ledger, trial) == name and _shown(ledger, trial)]
        if own:
            rows.append(cells.group(title, len(headings)))
            rows += [_row(ledger, trial) for trial in sorted(own, key=lambda row: (row["arms_short"], row["name"]))]
    caption = (
        "**Safety of anti-HER2 treatment in trials of HER2-positive disease.** "
        "Percentage of patients, experimental v control arm, newest readouts; the class is that of the agent under test. "
        "Of the events that guide monitoring, each trial shows the first few in a fixed order; all are in the "
        f"supplement. {_RELATED} Related to treatment; else of any cause, or not said. {_ALONE} Grade 3 alone. "
        "Of single events some sources print grade 3 alone. "
        "Partners and length of treatment differ, so that trials are not to be compared. A dash: not reported in the sources read."
    )
    return [cells.table(ledger, "safety", caption, headings, (17, 15, 11, 33, 9, 15), rows, numbers=(2, 4))]


def _class_of(ledger: Ledger, trial: Row) -> str:
    agents = [ledger.agents[agent] for agent in trial.items_of("agents") if agent in ledger.agents]
    return agents[0]["class"] if agents else ""


def _shown(ledger: Ledger, trial: Row) -> bool:
    """HER2-positive disease, with something that a column has room for."""
    room = {*_SEVERE, *_SPECIAL, "discontinuation"}
    return trial["her2_status"] == "positive" and not room.isdisjoint(_newest(ledger, trial))


def _newest(ledger: Ledger, trial: Row) -> dict[str, Row]:
    events = dict.fromkeys(row["event"] for row in ledger.safety.where(trial=trial.id))
    return {event: row for event in events if (row := ledger.newest("safety", trial.id, event)) is not None}


def _row(ledger: Ledger, trial: Row) -> tuple[str, ...]:
    newest = _newest(ledger, trial)
    severe = next(
        (newest[event] for event in _SEVERE if event in newest and cells.share(newest[event], "grade3plus")), None
    )
    stopped = newest.get("discontinuation")
    special = [event for event in _SPECIAL if event in newest and cells.frequency(newest[event])][:_PER_TRIAL]
    shown = [row for row in (severe, *(newest[event] for event in special), stopped) if row is not None]
    return (
        cells.trial(trial),
        cells.arms(trial),
        _marked(severe, "grade3plus"),
        joined([_event(event, newest[event]) for event in special], ", "),
        _marked(stopped, "any"),
        sources.cited(ledger, shown or newest.values()),
    )


def _marked(row: Row | None, grade: str) -> str:
    """The share as a link, marked where it is of events related to treatment, or of grade 3 alone; empty without one."""
    if row is None or not cells.share(row, grade):
        return ""
    return link(row, cells.share(row, grade)) + _marks(row)


def _marks(row: Row) -> str:
    alone = _ALONE if row["event"] == "grade3" else ""
    return (_RELATED if row["attribution"] == "drug-related" else "") + alone


def _event(event: str, row: Row) -> str:
    """``ILD 16.7 v 3.4``; patients other than the whole safety population are named."""
    whole = row["population"] in ("safety population", "itt", "")
    part = "" if whole else f" ({escape(row['population'])})"
    return f"{_SPECIAL[event]}{part} {link(row, cells.frequency(row))}{_marks(row)}"
