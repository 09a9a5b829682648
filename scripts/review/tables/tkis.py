"""Tyrosine kinase inhibitors: what they bind, how they are given, and what their trials found."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined
from review import cells

INPUTS = ("agents", "trials", "outcomes", "safety")
_HEADINGS = (
    "Agent and trial",
    "Comparison",
    "PFS or IDFS: HR (95% CI)",
    "OS: HR (95% CI)",
    "Diarrhoea, any grade; grade ≥3 (%)",
    "Sources",
)


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """One table, a row for each inhibitor and, below it, one for each of its trials."""
    caption = (
        "**Anti-HER2 tyrosine kinase inhibitors.** "
        "Each inhibitor with the kinases it binds and the dose read for this edition, then the trials in which it was under test; "
        "medians, where no ratio applies, in months. Prophylaxis against diarrhoea differed between trials. "
        "A dash: not reported in the sources read."
    )
    rows = []
    for agent in sorted(ledger.agents.where(**{"class": "tyrosine kinase inhibitor"}), key=lambda row: row["name"]):
        trials = [row for row in ledger.trials.values() if row.items_of("agents")[:1] == [agent.id]]
        rows.append(_agent(ledger, agent))
        rows += [
            _trial(ledger, trial) for trial in sorted(trials, key=lambda row: (row["setting"], row["name"].lower()))
        ]
    return [cells.table(ledger, "tkis", caption, _HEADINGS, (21, 18, 18, 16, 13, 14), rows)]


def _agent(ledger: Ledger, agent: Row) -> tuple[str, ...]:
    """The agent heads its trials; its dose stands in the column of comparisons."""
    words = escape(joined((agent["target"], agent["mechanism"])))
    return (
        f"**{link(agent, escape(agent['name']))}** {words}".strip(),
        escape(agent["dose"]) or cells.BLANK,
        *[cells.BLANK] * (len(_HEADINGS) - 3),
        sources.cited(ledger, (agent,)),
    )


def _trial(ledger: Ledger, trial: Row) -> tuple[str, ...]:
    progression = cells.first(ledger, trial.id, "pfs", "pfs-inv", "idfs", "dfs", "pfs-untreated", "pfs-active")
    survival = ledger.newest("outcomes", trial.id, "os")
    diarrhoea = ledger.newest("safety", trial.id, "diarrhoea")
    shown = [row for row in (progression, survival, diarrhoea) if row is not None]
    line = ledger.vocabulary.section("lines").get(trial["line"], trial["line"]).lower()
    setting = f"{trial['setting']}, {line}"
    return (
        cells.trial(trial, setting),
        cells.arms(trial),
        _ratio(progression),
        _ratio(survival),
        link(diarrhoea, cells.frequency(diarrhoea)) if diarrhoea is not None else "",
        sources.cited(ledger, shown) or sources.cited(ledger, (trial,)),
    )


def _ratio(row: Row | None) -> str:
    """The effect alone; the medians or rates where there is none."""
    if row is None:
        return ""
    said = cells.effect(row) or cells.medians(row) or cells.rates(row)
    if not said:
        return ""
    population = f" ({escape(row['population'])})" if row["population"] != "itt" else ""
    return f"{cells.endpoint(row)} {link(row, escape(said))}{population}"
