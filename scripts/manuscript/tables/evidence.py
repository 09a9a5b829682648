"""The supplementary evidence tables: every row that prose can name, where it was read, and where the text uses it."""

from __future__ import annotations

from collections.abc import Callable

from manuscript.ledger import values
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.uses import sections_by_row
from manuscript.ledger.variables import anchor
from manuscript.paths import Project
from manuscript.tables.markdown import MarkdownTable, escape, joined

INPUTS = ("trials", "outcomes", "safety", "agents", "approvals", "facts")
READS_PROSE = True
_HEADINGS = ("Row", "What", "Result", "Source and place", "Used in")
_WIDTHS = (23, 24, 25, 19, 9)
_KINDS = {"bicr": "blinded independent central review", "investigator": "investigator", "none": ""}


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    used = sections_by_row(project, ledger)
    result = []
    for table, (caption, what, found) in _TABLES.items():
        rows = [_row(ledger, row, what, found, used.get((table, row.id), [])) for row in ledger.tables[table].values()]
        if rows:
            result.append(MarkdownTable(f"evidence-{table}", caption, _HEADINGS, _WIDTHS, rows))
    return result


def _row(
    ledger: Ledger, row: Row, what: Callable[[Ledger, Row], str], found: Callable[[Ledger, Row], str], sections: list[str]
) -> tuple[str, ...]:
    source = "; ".join(f"@{key}" for key in row.items_of("source"))
    note = f" Note: {row['note']}." if row["note"] else ""
    return (
        f"[{row.id}]{{#{anchor(row)}}}",
        escape(what(ledger, row)),
        escape(found(ledger, row) + note),
        f"[{source}]: {escape(row['locator'])}",
        ", ".join(f"[-@{section}]" for section in sections),
    )


def _trial_what(ledger: Ledger, row: Row) -> str:
    against = f" v {row['control_arm']}" if row["control_arm"] else ""
    return joined((f"phase {row['phase']}, {row['design']}", f"{row['setting']} disease", row["experimental_arm"] + against))


def _trial_found(ledger: Ledger, row: Row) -> str:
    endpoint = f"primary endpoint: {row['primary_endpoint']}" if row["primary_endpoint"] else ""
    return joined((f"n = {values.count(row['n'])}", row["registry_id"], endpoint)) + "."


def _outcome_what(ledger: Ledger, row: Row) -> str:
    cutoff = f"data cut-off {values.date(row['data_cutoff'])}" if row["data_cutoff"] else ""
    assessor = _KINDS[row["assessor"]]
    numbers = " v ".join(number for number in (row["exp_n"], row["ctl_n"]) if number)
    return joined(
        (ledger.trials[row["trial"]]["name"], row["endpoint"], f"{row['analysis']} analysis", row["population"], assessor, cutoff,
         f"n = {numbers}" if numbers else "")
    )  # fmt: skip


def _outcome_found(ledger: Ledger, row: Row) -> str:
    arms = [values.median_with_interval(row, arm) for arm in ("exp", "ctl")]
    rates = [values.percent_with_interval(row, arm) for arm in ("exp", "ctl")]
    effect = f"{row['effect_measure']} {values.effect(row)}" if row["effect"] else ""
    p_value = joined((values.p_value(row), row["p_note"]), ", ")
    said = (" v ".join(arm for arm in part if arm) for part in (arms, rates))
    return joined((*said, effect, p_value)) + "."


def _safety_what(ledger: Ledger, row: Row) -> str:
    cutoff = f"data cut-off {values.date(row['data_cutoff'])}" if row["data_cutoff"] else ""
    return joined((ledger.trials[row["trial"]]["name"], row["event"], row["attribution"], row["population"], cutoff))


def _safety_found(ledger: Ledger, row: Row) -> str:
    parts = []
    for grade, words in (("any", "any grade"), ("grade3plus", "grade 3 or higher"), ("fatal", "fatal")):
        arms = [_frequency(row, arm, grade) for arm in ("exp", "ctl")]
        if any(arms):
            parts.append(f"{words}: {' v '.join(arm for arm in arms if arm)}")
    return joined(parts) + "."


def _frequency(row: Row, arm: str, grade: str) -> str:
    number, rate = row[f"{arm}_{grade}_n"], row[f"{arm}_{grade}_percent"]
    if number and row[f"{arm}_n"]:
        number = f"{number} of {row[f'{arm}_n']}"
    percent = f"{rate}%" if rate else ""
    return f"{number} ({percent})" if number and percent else number or percent


def _agent_what(ledger: Ledger, row: Row) -> str:
    return joined((row["name"], row["class"], row["target"], row["epitope"]))


def _agent_found(ledger: Ledger, row: Row) -> str:
    ratio = f"drug-to-antibody ratio {row['dar']}" if row["dar"] else ""
    dose = joined((row["dose"], row["dose_context"]), ", ")
    said = joined((row["backbone"], row["linker"], row["payload"], ratio, row["mechanism"], dose, row["maker"]))
    return said + "." if said else ""


def _approval_what(ledger: Ledger, row: Row) -> str:
    partner = f" with {row['combination']}" if row["combination"] else ""
    return joined((row["agency"], ledger.agents[row["agent"]]["name"] + partner, row["approval_type"]))


def _approval_found(ledger: Ledger, row: Row) -> str:
    return joined((values.date(row["date"]), row["indication"], row["line"])) + "."


def _fact_what(ledger: Ledger, row: Row) -> str:
    return row["statement"]


def _fact_found(ledger: Ledger, row: Row) -> str:
    return values.fact(row) + "."


_TABLES = {
    "trials": ("**Evidence: trials.** Design, arms and size of each trial in the ledger.", _trial_what, _trial_found),
    "outcomes": (
        "**Evidence: efficacy.** Each published estimate; a later readout stands beside the earlier one. "
        "CI, confidence interval; HR, hazard ratio; NE, not estimable; v, versus.",
        _outcome_what,
        _outcome_found,
    ),
    "safety": ("**Evidence: safety.** Adverse events by trial and readout; v, versus.", _safety_what, _safety_found),
    "agents": ("**Evidence: agents.** What each agent is made of and how it is given.", _agent_what, _agent_found),
    "approvals": ("**Evidence: approvals.** Regulatory decisions whose date was read in a source.", _approval_what, _approval_found),
    "facts": (
        "**Evidence: other numbers.** Epidemiology, biology, pooled and real-world figures.",
        _fact_what,
        _fact_found,
    ),
}
