"""Safety: what the trials report of the events that guide monitoring, and what is known of preventing and watching for them."""

from __future__ import annotations

from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined
from review import cells

INPUTS = ("agents", "trials", "safety", "facts")
_SEVERE = ("any-teae", "any-related", "grade3", "any")
_SPECIAL = {
    "ild": "ILD",
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
# topics of facts.csv that tell of prevention, monitoring and the course of an event
_MONITORING = ("ild", "cardiac", "diarrhoea", "control", "erica", "nausea", "monitoring", "t-dm1-cardiac", "lvef")
_TITLES = {
    "ild-monitoring": "Interstitial lung disease, monitoring",
    "ild-pooled": "Interstitial lung disease, pooled trials",
    "ild-realworld": "Interstitial lung disease, practice",
    "ild-retreatment": "Retreatment after interstitial lung disease",
    "ild-review": "Interstitial lung disease, review of trials",
    "control": "Diarrhoea, prevention (CONTROL)",
    "erica": "Nausea, prevention (ERICA)",
    "t-dm1-cardiac": "Heart, trastuzumab emtansine",
}
_PER_TRIAL = 5


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """Adverse events by trial, then studies of monitoring where there are any."""
    result = [_events(ledger)]
    monitoring = _monitoring(ledger)
    return [*result, monitoring] if monitoring.rows else result


def _events(ledger: Ledger) -> MarkdownTable:
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
        own = [trial for trial in ledger.trials.values() if _class_of(ledger, trial) == name and _newest(ledger, trial)]
        if own:
            rows.append(cells.group(title, len(headings)))
            rows += [_row(ledger, trial) for trial in sorted(own, key=lambda row: (row["arms_short"], row["name"]))]
    caption = (
        "**Safety of anti-HER2 treatment in the trials of this edition.** "
        "Percentage of patients, experimental v control arm, newest readouts; the class is that of the agent under test. "
        "Of the events that guide monitoring, each trial shows the first few in a fixed order; all are in the "
        "evidence tables. Ways of counting, partners and length of treatment differ. A dash: not reported in the sources read."
    )
    return cells.table(ledger, "safety", caption, headings, (17, 17, 12, 28, 11, 15), rows, numbers=(2, 4))


def _class_of(ledger: Ledger, trial: Row) -> str:
    agents = [ledger.agents[agent] for agent in trial.items_of("agents") if agent in ledger.agents]
    return agents[0]["class"] if agents else ""


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
        link(severe, cells.share(severe, "grade3plus")) if severe is not None else "",
        joined([_event(event, newest[event]) for event in special], ", "),
        link(stopped, cells.share(stopped, "any")) if stopped is not None and cells.share(stopped, "any") else "",
        sources.cited(ledger, shown or newest.values()),
    )


def _event(event: str, row: Row) -> str:
    """``ILD 16.7 v 3.4``; patients other than the whole safety population are named."""
    whole = row["population"] in ("safety population", "itt", "")
    part = "" if whole else f" ({escape(row['population'])})"
    return f"{_SPECIAL[event]}{part} {link(row, cells.frequency(row))}"


def _monitoring(ledger: Ledger) -> MarkdownTable:
    """The facts on prevention, monitoring and course, one row per topic, in the words of the ledger."""
    topics = dict.fromkeys(row["topic"] for row in ledger.facts.values() if row["topic"].startswith(_MONITORING))
    rows = []
    for topic in topics:
        found = ledger.facts.where(topic=topic)
        said = " ".join(f"{escape(row['statement'].rstrip('.'))}: {link(row, escape(_value(row)))}." for row in found)
        rows.append((_TITLES.get(topic, topic.replace("-", " ")), said, sources.cited(ledger, found)))
    caption = (
        "**Lung, heart and bowel: course, prevention and monitoring.** "
        "Pooled, real-world and supportive-care findings that stand beside the trials."
    )
    return cells.table(ledger, "safety-monitoring", caption, ("Topic", "Findings", "Sources"), (20, 62, 18), rows)


def _value(row: Row) -> str:
    bounds = row["value"] and row["value_low"] and row["value_high"]
    return joined((values.fact(row), f"({row['value_low']}–{row['value_high']})" if bounds else ""), " ")
