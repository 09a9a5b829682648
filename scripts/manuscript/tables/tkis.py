"""The tyrosine kinase inhibitors side by side: what they block, how they are given, what they do in their pivotal trial."""

from __future__ import annotations

from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.paths import Project
from manuscript.tables.agents import citation
from manuscript.tables.markdown import MarkdownTable, escape, joined
from manuscript.tables.trial_rows import by_line, explained, readout

INPUTS = ("agents", "trials", "outcomes", "safety")
CLASS = "tyrosine kinase inhibitor"


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    caption = (
        "**Tyrosine kinase inhibitors of HER2.** "
        "Targets and dose as the sources give them; progression-free survival and diarrhoea of grade 3 or higher in the randomised "
        "trials of the ledger, the arm with the inhibitor under test first. Trials differ in line, partner drugs and comparator. "
        + explained("CI", "HR", "v")
    )
    agents = [row for row in ledger.agents.values() if row["class"] == CLASS]
    return [
        MarkdownTable(
            "tkis",
            caption,
            ("Agent", "Target and binding", "Dose", "Progression-free survival", "Diarrhoea, grade 3 or higher"),
            (13, 21, 18, 29, 19),
            [_row(ledger, agent) for agent in agents],
        )
    ]


def _row(ledger: Ledger, agent: Row) -> tuple[str, ...]:
    trials = by_line(
        [row for row in ledger.trials.values() if row["agents"].split(";")[0] == agent.id and row["control_arm"]]
    )
    survival = [(trial, readout(ledger.newest("outcomes", trial.id, "pfs"))) for trial in trials]
    harm = [(trial, _grade3(ledger.newest("safety", trial.id, "diarrhoea"))) for trial in trials]
    return (
        f"{link(agent, escape(agent['name']))} {citation(agent)}",
        escape(joined((agent["target"], agent["mechanism"]))),
        escape(joined((agent["dose"], agent["dose_context"]), ", ")),
        joined([f"{escape(trial['name'])}: {text}" for trial, text in survival if text]),
        joined([f"{escape(trial['name'])}: {text}" for trial, text in harm if text]),
    )


def _grade3(row: Row | None) -> str:
    if row is None:
        return ""
    arms = [f"{row[f'{arm}_grade3plus_percent']}%" for arm in ("exp", "ctl") if row[f"{arm}_grade3plus_percent"]]
    return f"{link(row, ' v '.join(arms))} {citation(row)}" if arms else ""
