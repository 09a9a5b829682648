"""What the tables of trials share: a trial's name and patients, its arms, and the newest readout of an endpoint."""

from __future__ import annotations

from collections.abc import Sequence

from manuscript.ledger import values
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.tables.agents import citation
from manuscript.tables.markdown import escape, joined

LINES = {
    "neoadjuvant": "neoadjuvant",
    "adjuvant": "adjuvant",
    "post-neoadjuvant": "after neoadjuvant therapy",
    "extended-adjuvant": "extended adjuvant",
    "first": "first line",
    "maintenance": "first-line maintenance",
    "second": "second line",
    "third-or-later": "third line or later",
    "mixed": "lines mixed",
}
ABBREVIATIONS = {
    "CI": "confidence interval",
    "CNS": "central nervous system",
    "HR": "hazard ratio",
    "IDFS": "invasive disease-free survival",
    "ILD": "interstitial lung disease",
    "ORR": "objective response rate",
    "OS": "overall survival",
    "pCR": "pathological complete response",
    "PFS": "progression-free survival",
    "v": "versus",
}


def explained(*names: str) -> str:
    """The footnote of a table: ``CI, confidence interval; …``, in alphabetical order."""
    return "; ".join(f"{name}, {ABBREVIATIONS[name]}" for name in sorted(names, key=str.lower)) + "."


def by_line(trials: Sequence[Row]) -> list[Row]:
    """Trials in the order of treatment, then by name."""
    order = list(LINES)
    return sorted(trials, key=lambda row: (order.index(row["line"]), row["name"]))


def trial_cell(trial: Row) -> str:
    """``DESTINY-Breast03, phase 3, second line, n = 524``, the name a link to the row."""
    kind = trial["phase"] if trial["phase"] == "cohort" else f"phase {trial['phase']}"
    number = f"n = {values.count(trial['n'])}" if trial["n"] else ""
    return joined((link(trial, escape(trial["name"])), kind, LINES[trial["line"]], number), ", ")


def arms_cell(trial: Row) -> str:
    """Both arms, or the one of a single-arm trial."""
    alone = "" if trial["control_arm"] else " (single arm)"
    return escape(joined((trial["experimental_arm"], trial["control_arm"]), " v ")) + alone


def readout(row: Row | None) -> str:
    """Both arms, the effect with its interval and the p value as a link to the row; its year and source. Empty for none."""
    if row is None:
        return ""
    single = not any(row[f"ctl_{name}"] for name in ("median_months", "percent"))
    said = [
        (values.median_with_interval if single else values.median)(row, arm)
        or (values.percent_with_interval if single else values.percent)(row, arm)
        for arm in ("exp", "ctl")
    ]
    effect = values.effect(row)
    text = joined(
        (
            " v ".join(part for part in said if part),
            f"{row['effect_measure']} {effect}" if effect else "",
            values.p_value(row).replace("<", r"\<"),
        )
    )
    return f"{link(row, text)}, {row.id[-4:]} {citation(row)}" if text else ""


def newest(ledger: Ledger, trial: Row, endpoints: dict[str, str]) -> str:
    """The newest readouts of several endpoints, each under its words; empty when the ledger has none."""
    found = [(words, readout(ledger.newest("outcomes", trial.id, name))) for name, words in endpoints.items()]
    return joined([joined((words, text), ": ") for words, text in found if text])
