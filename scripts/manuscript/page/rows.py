"""What a source card says of each row of evidence, by the id of its place in the page."""

from __future__ import annotations

from typing import Any

from manuscript.ledger import values, words
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import anchor
from manuscript.supplement.said import found
from manuscript.tables.markdown import joined

_ASSESSORS = {"bicr": "independent central review", "investigator": "assessed by the investigator"}
# what the row's own words are called on its card
_LABELS = {"trials": "Size, endpoint", "approvals": "Decision", "facts": "Value"}


def cards(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """For each row: ``table``, ``title``, ``facts`` (pairs of label and text), ``sources`` (citation keys) and ``group``.

    ``group`` is what the evidence table is filtered by: the trial's or the agent's name.
    """
    return {
        anchor(row): _card(ledger, row) for name in ledger.vocabulary.evidence for row in ledger.tables[name].values()
    }


def _card(ledger: Ledger, row: Row) -> dict[str, Any]:
    title, group, facts = _SAYS.get(row.table, _other)(ledger, row)
    of_table = row.vocabulary.tables[row.table].evidence
    said = (_LABELS.get(row.table) or of_table.get("result-heading", "Result"), found(ledger, row))
    facts = [said, *facts, ("Read in", "; ".join(row.items_of("locator"))), ("Note", row["note"])]
    return {
        "table": row.table,
        "title": title,
        "group": group,
        "facts": [(label, text) for label, text in facts if text],
        "sources": row.items_of("source"),
    }


def _trial(ledger: Ledger, row: Row) -> tuple[str, str, list[tuple[str, str]]]:
    return row["name"], row["name"], [("Trial", _design(row)), ("Arms", _arms(row))]


def _outcome(ledger: Ledger, row: Row) -> tuple[str, str, list[tuple[str, str]]]:
    trial = ledger.trials[row["trial"]]
    analysis = joined((values.analysis(row), row["population"], _ASSESSORS.get(row["assessor"], ""), _cutoff(row)))
    facts = [("Analysis", analysis), ("Trial", _design(trial)), ("Arms", _arms(trial))]
    return f"{trial['name']}: {words.endpoint(row)}", trial["name"], facts


def _safety(ledger: Ledger, row: Row) -> tuple[str, str, list[tuple[str, str]]]:
    trial = ledger.trials[row["trial"]]
    analysis = joined((values.attribution(row), row["population"], _cutoff(row)))
    facts = [("Analysis", analysis), ("Trial", _design(trial)), ("Arms", _arms(trial))]
    return f"{trial['name']}: {words.event(row)}", trial["name"], facts


def _approval(ledger: Ledger, row: Row) -> tuple[str, str, list[tuple[str, str]]]:
    name = ledger.agents[row["agent"]]["name"]
    return f"{name}: {row['agency']}, {values.approval(row)}", name, []


def _fact(ledger: Ledger, row: Row) -> tuple[str, str, list[tuple[str, str]]]:
    return row["statement"].rstrip("."), "", []


def _other(ledger: Ledger, row: Row) -> tuple[str, str, list[tuple[str, str]]]:
    card = row.vocabulary.tables[row.table].evidence.get("card", {})
    name = row.get("name") or ""
    title = name or row.get("mechanism") or row.get("agent") or row.id
    return title, name, [(label, row.told(template)) for label, template in card.items()]


def _design(trial: Row) -> str:
    phase = trial["phase"] if trial["phase"] == "cohort" else f"phase {trial['phase']}"
    return joined((trial["name"], f"{phase}, {trial['design']}", trial["registry_id"]))


def _arms(trial: Row) -> str:
    against = f" v {trial['control_arm']}" if trial["control_arm"] else ""
    return trial["experimental_arm"] + against


def _cutoff(row: Row) -> str:
    return f"data cut-off {values.date(row['data_cutoff'])}" if row["data_cutoff"] else ""


_SAYS = {
    "trials": _trial,
    "outcomes": _outcome,
    "safety": _safety,
    "approvals": _approval,
    "facts": _fact,
}
