"""How tables of trials write a cell: short, with units left to the heading, every number a link to its row of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from manuscript.ledger import values, words
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import link
from manuscript.ledger.words import spelled_out
from manuscript.tables.markdown import MarkdownTable, escape, joined

BLANK = "\u00a0"  # a cell that is meant to be empty, where nothing is missing
# disease other than HER2-positive is marked wherever a table names its trial
_STATUS = {"low": "HER2-low disease", "low-ultralow": "HER2-low and -ultralow disease", "mixed": "HER2 status mixed"}


def group(title: str, columns: int) -> tuple[str, ...]:
    """A row that heads those below it."""
    return (f"**{escape(title)}**", *[BLANK] * (columns - 1))


def footnote(ledger: Ledger, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The abbreviations that the table uses, spelled out: ``CI, confidence interval; HR, hazard ratio.``; empty without one."""
    # the targets of links and the keys of citations are not read
    text = re.sub(r"\]\(#[^)]*\)|\[@[^\]]*\]", " ", " ".join([*headings, *(cell for row in rows for cell in row)]))
    said = spelled_out(ledger.vocabulary, text)
    return f"{said}." if said else ""


def table(
    ledger: Ledger,
    label: str,
    caption: str,
    headings: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[int] = (),
) -> MarkdownTable:
    """A table whose caption ends with the abbreviations that it uses."""
    return MarkdownTable(
        label, joined((caption, footnote(ledger, headings, rows)), " "), headings, widths, rows, numbers
    )


def trial(row: Row, *more: str, analysed: Row | None = None) -> str:
    """``DESTINY-Breast03, phase 3, n = 524``, the name a link; a status other than HER2-positive follows the name.

    Where the trial has further arms, the two that the readout ``analysed`` compares are counted: ``n = 383 v 387 of 1157``.
    """
    kind = "cohort" if row["phase"] == "cohort" else f"phase {row['phase']}"
    number = values.count(row["n"])
    if analysed is not None and of_more_arms(row, analysed):
        number = f"{analysed['exp_n']} v {analysed['ctl_n']} of {number}"
    # a narrow column may part the two that are compared from all
    number = f"n = {number}".replace(" ", values.NO_BREAK).replace(f"{values.NO_BREAK}of", " of") if row["n"] else ""
    status = _STATUS.get(row["her2_status"], "")
    return joined((link(row, escape(row["name"])), status, kind, *more, number), ", ")


def of_more_arms(row: Row, analysed: Row) -> bool:
    """Whether the trial randomised patients to further arms, so that its number is not that of the comparison ``analysed``."""
    if not analysed["exp_n"] or not analysed["ctl_n"] or not row["n"]:
        return False
    return int(analysed["exp_n"]) + int(analysed["ctl_n"]) < 0.9 * int(row["n"])


def arms(row: Row) -> str:
    """The comparison in abbreviations; a trial without a control arm says so."""
    short = row["arms_short"] or joined((row["experimental_arm"], row["control_arm"]), " v ")
    return escape(short) + ("" if row["control_arm"] else " (no control arm)")


def endpoint(row: Row) -> str:
    """``PFS``, ``24-month OS``, ``intracranial ORR``: the endpoint's name without its population."""
    name = row["endpoint"]
    stem = words.stem(row.vocabulary, "endpoints", name)
    said = row.vocabulary.words("endpoints", stem, "short") or name.replace("-", " ")
    landmark = re.search(r"-(\d+)mo\b", name)
    if landmark and stem:
        return f"{landmark[1]}-month {said}"
    return said


def medians(row: Row) -> str:
    """``28.8 v 6.8`` of both arms, intervals left to the evidence table; ``NR`` where not reached."""
    return against([row[f"{arm}_median_months"] for arm in ("exp", "ctl")])


def rates(row: Row, *, interval: bool = False) -> str:
    """``79.7 v 34.2``, in percent, or with ``interval`` ``79.7 (74.3–84.4) v …``."""
    said = []
    for arm in ("exp", "ctl"):
        value, low, high = (row[f"{arm}_percent{end}"] for end in ("", "_low", "_high"))
        said.append(f"{value} ({low}–{high})" if value and interval and (low or high) else value)
    return against(said)


def against(said: Sequence[str]) -> str:
    """What the experimental and the control arm say, on one line; a dash for the first when only the second does."""
    experimental, control = said
    both = f"{experimental or '–'} v {control}" if control else experimental
    return both if "(" in both else both.replace(" ", values.NO_BREAK)


def effect(row: Row) -> str:
    """``HR 0.33 (0.26–0.43)``; the level of the interval only where it is not 95%."""
    if not row["effect"]:
        return ""
    bracket = values.interval(row, "effect_low", "effect_high").replace("95% CI ", "")
    words = joined((values.signed(row["effect"]), bracket), " ")
    return f"{row['effect_measure']}{values.NO_BREAK}{words}"


def estimate(row: Row | None) -> str:
    """Medians (months) or rates (percent) and the effect, as one link to the row; empty without a row."""
    if row is None:
        return ""
    said = joined((medians(row) or rates(row), effect(row)))
    return link(row, escape(said)) if said else ""


def estimates(rows: Iterable[Row], *, interval: bool = False) -> str:
    """Several endpoints in one cell, each named: ``PFS 17.3; 12-month OS 90.3``; ``interval`` as in ``rates``."""
    parts = []
    for row in rows:
        said = joined((medians(row) or rates(row, interval=interval), effect(row)))
        if said:
            parts.append(f"{endpoint(row)} {link(row, escape(said))}")
    return joined(parts)


def share(row: Row, grade: str) -> str:
    """``45.1 v 49.6`` percent with an adverse event (``any``, ``grade3plus`` or ``fatal``); computed where the source gives only counts."""
    said = []
    for arm in ("exp", "ctl"):
        given, number, total = row[f"{arm}_{grade}_percent"], row.number(f"{arm}_{grade}_n"), row.number(f"{arm}_n")
        said.append(given or (f"{100 * number / total:.1f}" if number is not None and total else ""))
    return against(said)


def frequency(row: Row) -> str:
    """Any grade, grade 3 or higher and fatal course of an adverse event: ``13.6; grade ≥3 2.8; fatal 0.5``."""
    severe, fatal = share(row, "grade3plus"), share(row, "fatal")
    return joined(
        (
            share(row, "any"),
            f"grade ≥3{values.NO_BREAK}{severe}" if severe else "",
            f"fatal{values.NO_BREAK}{fatal}" if fatal else "",
        )
    )


def first(ledger: Ledger, trial_id: str, *endpoints: str) -> Row | None:
    """The newest readout of the first of ``endpoints`` that the trial has."""
    return next((row for name in endpoints if (row := ledger.newest("outcomes", trial_id, name)) is not None), None)
