"""The many ways to mark a comment, put into one: ``Reviewer 2`` on a line of its own, and ``3. `` before each comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

# what a comment may be called before its number
NOUNS = r"comments?|points?|issues?|concerns?|questions?|remarks?|items?|suggestions?|quer(?:y|ies)|observations?|recommendations?|critiques?"
# who reviews
PERSONS = r"reviewer|referee|expert|assessor|evaluator"
_END = r"\s*(?:[.:)\]°º]|[–—-](?=\s)|(?=\s))\s*(?P<text>\S.*)?$"
# "Reviewer 1, comment 2: …"
_SPELLED = re.compile(
    rf"^[\W_]*(?P<who>(?:{PERSONS})\s*#?\s*(?:\d{{1,2}}|[a-z](?!\w))|(?:\w+\s+)?editor)\s*[,;:–—-]\s*(?:{NOUNS})\s*#?\s*(?P<number>\d{{1,3}}){_END}",
    re.I,
)
# "R1.2 …", "R1-C2: …", "E/1 …", "Comment R1.2: …", "1/2 …"
_CODED = re.compile(
    rf"^[\W_]*(?:(?:{NOUNS})\s*#?\s*)?(?P<who>R[ .-]?(?:\d{{1,2}}|[A-Z])|A?E|Ed|\d{{1,2}}(?=\s*/))\s*[./:_-]\s*(?:[CQP]|(?:{NOUNS})\s*)?(?P<number>\d{{1,3}}){_END}",
    re.I,
)
# "R1.2 (first round): …", by which a later round takes up a comment of an earlier one
_TAKEN_UP = re.compile(
    rf"^[\W_]*(?:(?:{NOUNS})\s*)?(?P<who>R[ .-]?\d{{1,2}})\s*[./:_-]\s*(?:[CQP]|(?:{NOUNS})\s*)?\d{{1,3}}(?:\s*\([^()]{{1,40}}\))?\s*[:–—-]\s*\S",
    re.I,
)
# "#1 …", "1º …", "No. 1 …", "Item 1 - …", "Point 1/9: …"
_COUNTED = re.compile(
    rf"^[\W_]*?(?:#\s?(?P<hash>\d{{1,3}})|(?P<ordinal>\d{{1,3}})\s?[º°]|n(?:o|r|º|°)\.?\s?(?P<number>\d{{1,3}})|(?:(?:major|minor)\s+)?(?:{NOUNS})\s*#?\s*(?P<named>\d{{1,3}})(?:/\d{{1,3}}|(?=\s*[–—-]\s))){_END}",
    re.I,
)
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE_OF_TABLE = re.compile(r"^[\s|:+-]+$")
_SAYS_COMMENT = re.compile(rf"^\W*(?:\w+['’]?s?\s+)?(?:{NOUNS})\W*$", re.I)


def in_one_form(lines: list[str], announces: Callable[[str], str]) -> list[str]:
    """The lines, tables and marks rewritten; what is marked in none of these ways stays as it is.

    ``announces`` gives the key of the reviewer whom a line names, or nothing. A mark counts where it stands at least twice, in the order of its
    numbers: a sentence may begin with one too.
    """
    lines = list(_tables(lines, announces))
    for form in (_SPELLED, _CODED, _COUNTED):
        if _in_order(form, lines):
            lines = list(_rewritten(form, lines, announces))
    if sum(bool(_TAKEN_UP.match(line)) for line in lines) > 1:
        lines = list(_counted_anew(lines, announces))
    return lines


def _counted_anew(lines: list[str], announces: Callable[[str], str]) -> Iterator[str]:
    """Comments that name one of an earlier round, which stays in their words, counted from 1 on for each reviewer."""
    before, count = "", 0
    for line in lines:
        if match := _TAKEN_UP.match(line):
            person = _person(match["who"])
            if announces(person) != before:
                yield person
                before, count = announces(person), 0
            count += 1
            line = f"{count}. {line.strip()}"
        elif key := announces(line):
            before, count = key, 0
        yield line


def _in_order(form: re.Pattern[str], lines: list[str]) -> bool:
    numbers = [_number(match) for line in lines if (match := form.match(line))]
    return len(numbers) > 1 and numbers[0] == 1 and all(b in (1, a + 1, a + 2) for a, b in pairwise(numbers))


def _number(match: re.Match[str]) -> int:
    named = match.groupdict()
    return int(next(filter(None, (named.get(key) for key in ("number", "hash", "ordinal", "named")))))


def _rewritten(form: re.Pattern[str], lines: list[str], announces: Callable[[str], str]) -> Iterator[str]:
    before = ""
    for line in lines:
        match = form.match(line)
        if not match:
            before = announces(line) or before
            yield line
            continue
        who = match.groupdict().get("who") or ""
        if who and announces(person := _person(who)) != before:
            yield person
            before = announces(person)
        yield f"{_number(match)}. {match['text'] or ''}"


def _person(who: str) -> str:
    """``Reviewer 2`` or ``Editor:`` for a name or a code; ``R2``, ``2``, ``E``."""
    if re.fullmatch(r"A?E|Ed|.*editor", who, re.I):
        return "Editor:"
    return f"Reviewer {re.sub(r'^R[ .-]?', '', who, flags=re.I)}" if len(who) <= 4 else who


def _tables(lines: list[str], announces: Callable[[str], str]) -> Iterator[str]:
    """Rows of a table, of tabs or of bars, as a reviewer and a number each; other lines as they are."""
    table: list[tuple[str, list[str]]] = []
    for line in [*lines, ""]:
        cells: list[str] = []
        if _ROW.match(line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        elif line.count("\t") > 1 and line.strip():
            cells = [cell.strip() for cell in line.split("\t")]
        if cells:
            table.append((line, cells))
            continue
        yield from _rows(table, announces)
        table = []
        yield line


def _rows(table: list[tuple[str, list[str]]], announces: Callable[[str], str]) -> Iterator[str]:
    """The rows of one table; its lines as they are where no column is headed as that of the comments."""
    place = next((at for at, cell in enumerate(table[0][1]) if _SAYS_COMMENT.match(cell)), None) if table else None
    if place is None:
        yield from (line for line, _ in table)
        return
    before, count = "", 0
    for line, cells in table[1:]:
        if _RULE_OF_TABLE.match(line) or not (said := cells[place] if place < len(cells) else ""):
            continue
        others = [cell for at, cell in enumerate(cells) if at != place and cell and not cell.strip(".)").isdigit()]
        who = next((cell for cell in others if announces(_person_of(cell))), "")
        if who and who != before:
            yield _person_of(who)
            before, count = who, 0
        count += 1
        beside = "; ".join(cell for cell in others if cell != who)
        yield f"{count}. {said}{f' ({beside})' if beside else ''}"


def _person_of(cell: str) -> str:
    """A cell that says who wrote the row: in full, or by a code."""
    return _person(cell) if re.fullmatch(r"R[ .-]?(?:\d{1,2}|[A-Z])|A?E|Ed", cell, re.I) else cell
