"""Randomised comparisons in HER2-positive metastatic disease: what the forest plots and the plot of medians draw."""

from __future__ import annotations

import re

from manuscript.figures.forest import Group, Line
from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.words import spelled_out
from review import palette

Pair = tuple[Row, Row]


def newest(ledger: Ledger, endpoint: str) -> list[Pair]:
    """Trial and newest readout of ``endpoint`` with a hazard ratio; by line, then by name. Never HER2-low disease."""
    found, lines = [], list(ledger.vocabulary.section("lines"))
    for trial in ledger.trials.values():
        outcome = _with_effect(ledger, ledger.newest("outcomes", trial.id, endpoint))
        wanted = (
            trial["her2_status"] == "positive"
            and trial["setting"] in ("metastatic", "brain")
            and trial["line"] in lines
        )
        if wanted and trial["control_arm"] and outcome is not None:
            found.append((trial, outcome))
    return sorted(found, key=lambda pair: (lines.index(pair[0]["line"]), pair[0]["name"]))


def _with_effect(ledger: Ledger, row: Row | None) -> Row | None:
    """The row, or the newest before it that has a hazard ratio: an update may tell of medians alone."""
    while row is not None and row["effect_measure"] != "HR":
        row = ledger.outcomes.get(row["supersedes"])
    return row


def by_line(ledger: Ledger, pairs: list[Pair]) -> list[tuple[str, list[Pair]]]:
    """The pairs under the title of their line of therapy."""
    lines = ledger.vocabulary.section("lines")
    groups = [(title, [pair for pair in pairs if pair[0]["line"] == line]) for line, title in lines.items()]
    return [(title, members) for title, members in groups if members]


def class_of(ledger: Ledger, trial: Row) -> str:
    """The class of the agent under test, which a trial lists first; ``antibody`` where the ledger knows none of its agents."""
    agents = [ledger.agents[agent] for agent in trial.items_of("agents") if agent in ledger.agents]
    return agents[0]["class"] if agents else "antibody"


def arms(trial: Row) -> str:
    """The comparison as figures print it."""
    return trial["arms_short"] or f"{trial['experimental_arm']} v {trial['control_arm']}"


def medians(row: Row) -> str:
    """``28.8 v 6.8``, with NR where it was not reached."""
    said = [row[f"{arm}_median_months"] or "–" for arm in ("exp", "ctl")]
    return "–" if said == ["–", "–"] else " v ".join(said)


def forest_groups(ledger: Ledger, pairs: list[Pair]) -> list[Group]:
    """The pairs as lines of a forest plot."""
    return [Group(title, [_line(ledger, *pair) for pair in members]) for title, members in by_line(ledger, pairs)]


def _line(ledger: Ledger, trial: Row, row: Row) -> Line:
    ratio = row.number("effect")
    assert ratio is not None  # `newest` leaves out readouts without a ratio
    numbers = [row[f"{arm}_n"] or "–" for arm in ("exp", "ctl")]
    part = re.search(r"\d+", row["population"])
    whole = f"{part[0]} of {trial['n']}" if part else f"{trial['n']} in all" if trial["n"] else "–"
    return Line(
        name=f"{trial['name']} ({row.id[-4:]})",
        arms=arms(trial),
        numbers=" v ".join(numbers)
        if numbers != ["–", "–"]
        else whole
        if row["population"] == "itt"
        else row["population"],
        medians=medians(row),
        ratio=ratio,
        low=row.number("effect_low"),
        high=row.number("effect_high"),
        # the heading says 95%; another level stands behind its interval
        shown=re.sub(r"\((\S+)% CI ([^)]*)\)", r"(\2; \1%)", values.effect(row)).replace("; 95%)", ")")
        if row["effect_low"]
        else f"{row['effect']} (interval not read)",
        colour=palette.CLASS_COLOURS[class_of(ledger, trial)],
        marker=palette.CLASS_MARKERS[class_of(ledger, trial)],
    )


_WORDS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int) -> str:
    """A count of rows, which no row holds, as a caption says it: ``eighteen``, ``twenty-one``; from 100 on in digits."""
    if number < len(_WORDS):
        return _WORDS[number]
    ten, one = divmod(number, 10)
    return str(number) if number > 99 else _TENS[ten - 2] + (f"-{_WORDS[one]}" if one else "")


def cited(ledger: Ledger, pairs: list[Pair]) -> str:
    """The sources of the readouts."""
    return sources.cited(ledger, [row for _, row in pairs])


def abbreviations(ledger: Ledger, drawn: str, *more: str) -> str:
    """Those of the words ``drawn`` that need spelling out, and ``more`` of them: ``CI, confidence interval; v, versus``."""
    return spelled_out(ledger.vocabulary, drawn, *more)


def caption(ledger: Ledger, pairs: list[Pair], title: str, endpoint: str, short: str) -> str:
    """The caption of a forest plot; ``short`` is the endpoint as the heading of its column has it."""
    open_marks = any(not row["effect_low"] for _, row in pairs)
    return (
        f"**{title}** Hazard ratios for {endpoint} with 95% confidence intervals{_exceptions(pairs)} from randomised trials in HER2-positive "
        "metastatic breast cancer, the newest readout that gives a hazard ratio, by the assessor of the primary analysis, by line of therapy; colour and shape tell the class of the agent under test. "
        + ("An open mark stands for a hazard ratio whose interval was not read. " if open_marks else "")
        + "Populations, comparators and assessors differ, so the lines are not to be compared with each other. "
        f"{abbreviations(ledger, alt(pairs, endpoint), 'CI', short)}. Sources: {cited(ledger, pairs)}."
    )


def _exceptions(pairs: list[Pair]) -> str:
    """Which intervals have another level than the heading says."""
    found = [trial["name"] for trial, row in pairs if row["ci_level_percent"] not in ("", "95")]
    return f" (of another level, as the line says, in {' and '.join(found)})" if found else ""


def alt(pairs: list[Pair], endpoint: str) -> str:
    """The alternative text of a forest plot: every line in words."""
    parts = [
        f"{trial['name']}, {arms(trial)}: hazard ratio {values.effect(row)}, medians {medians(row)} months"
        for trial, row in pairs
    ]
    return f"Forest plot of hazard ratios for {endpoint}. {'; '.join(parts)}."
