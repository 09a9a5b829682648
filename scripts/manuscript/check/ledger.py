"""The ledger: readable, as its schemas ask, linked, and right in its arithmetic; the standard library is enough.

The schemas are those of ``data/datapackage.json``, which pandera checks when `manuscript prepare` runs; a pattern needs no
data frame, and pandas alone would take longer than the whole check may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from manuscript.check.cells import cell_problems
from manuscript.check.context import Context
from manuscript.errors import BibliographyError, ManuscriptError
from manuscript.ledger import spreadsheets
from manuscript.ledger.arithmetic import check_arithmetic
from manuscript.ledger.consistency import check_consistency, check_titles
from manuscript.ledger.schema import check_links, check_references
from manuscript.ledger.tables import Ledger, Row, Table, Tables

# every table but these may be absent: an article need not treat everything
_NEEDED = ("trials", "outcomes")


def check(context: Context) -> None:
    """Report everything of this family."""
    ledger = context.ledger
    for error in context.ledger_errors:
        rule = "ledger/id" if "the id" in error.message else "ledger/unreadable"
        context.error(rule, error)
    broken = {error.file for error in context.ledger_errors}
    for name, table in ledger.tables.items():
        shown = f"data/{name}.csv"
        if not table and name in _NEEDED and shown not in broken:
            context.report("ledger/empty", (shown, 1, None), "the table has no rows", "restore it from git")
        if table.columns and not _header(context, name, table):
            _cells(context, table)
            _order(context, table)
    whole = context.whole_ledger
    _links(context, whole)
    for error in check_arithmetic(whole):
        _at_row(context, "ledger/arithmetic", error)
    for error in check_consistency(whole, context.today):
        _at_row(context, "ledger/consistency", error)
    for error in [*spreadsheets.check_cells(ledger), *spreadsheets.check_changes(context.project, ledger)]:
        _at_row(context, "ledger/spreadsheet", error)


def _header(context: Context, name: str, table: Table) -> bool:
    """Whether the header is wrong (then the cells cannot be judged)."""
    wanted = context.vocabulary.tables[name].header
    if table.columns == wanted:
        return False
    missing = [item for item in wanted if item not in table.columns]
    foreign = [item for item in table.columns if item not in wanted]
    doubled = sorted({item for item in table.columns if table.columns.count(item) > 1})
    what = "; ".join(
        f"{words}: {', '.join(items)}"
        for words, items in (("missing", missing), ("unknown", foreign), ("twice", doubled))
        if items
    )
    done = spreadsheets.wrong_header(table.columns, wanted)
    context.report(
        "ledger/spreadsheet" if done else "ledger/schema", (f"data/{name}.csv", 1, 1), f"the columns are not those of the schema ({done or what or 'another order'})",
        spreadsheets.mend(f"data/{name}.csv") if done else f"the header row must read: {','.join(wanted)}",
    )  # fmt: skip
    return True


def _cells(context: Context, table: Table) -> None:
    lines = _raw_lines(context, table.name)
    for row in table.values():
        for name, problem in cell_problems(row):
            place = (row.file, row.line, _column_of(lines, row, table.columns.index(name)))
            context.report(
                "ledger/schema", place, f"row {row.id!r}, column {name!r}: {problem}", "correct the cell; data/README.md says what each column holds"
            )  # fmt: skip
        for index, name in enumerate(table.columns):
            if row[name] != row[name].strip():
                context.report(
                    "ledger/space", (row.file, row.line, _column_of(lines, row, index)), f"row {row.id!r}, column {name!r}: white space around the cell", "remove it"
                )  # fmt: skip


def _raw_lines(context: Context, name: str) -> list[str]:
    path = context.project.data / f"{name}.csv"
    return path.read_bytes().decode("utf-8", "replace").split("\n") if path.is_file() else []


def _column_of(lines: list[str], row: Row, index: int) -> int:
    """Where a cell begins in the row's first line."""
    text = lines[row.line - 1] if row.line is not None and row.line <= len(lines) else ""
    quoted, cell = False, 0
    for position, sign in enumerate(text):
        if cell == index:
            return position + 1
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            cell += 1
    return len(text) + 1 if cell == index else 1


def _order(context: Context, table: Table) -> None:
    last = ""
    for row in table.values():
        if row.id < last:
            context.report(
                "ledger/order", (row.file, row.line, 1), f"row {row.id!r} stands after {last!r}", "sort the rows by id"
            )
        last = max(last, row.id)


def _links(context: Context, whole: Ledger) -> None:
    from manuscript.engine.bibliography import read_entries

    project = context.project
    try:
        entries = read_entries(project.bibliography, project.relative(project.bibliography))
    except (BibliographyError, OSError):
        return  # the rules of the bibliography say what is wrong with it
    # a row that was left out for its cells is there all the same
    complete = Ledger(
        whole.vocabulary,
        Tables({name: Table(name, whole.tables[name].columns, _known(context, name)) for name in whole.tables}),
    )
    for error in check_links(complete, set(entries)):
        if not _left_out(context, error):
            _at_row(context, "ledger/link", error)
    for error in check_references(project, whole):
        _at_row(context, "ledger/reference", error)
    for error in check_titles(whole, entries):
        _at_row(context, "ledger/consistency", error)
    _sources(context, whole, entries)


# what holds the values of a row stands first in its locator; the parts behind it say what else was read elsewhere
_SPOKEN = re.compile(r"\b(presentation|poster|slides?|meeting|congress|symposium|transcript|interview)\b")
_YEAR = re.compile(r"\d{4}")


def _sources(context: Context, whole: Ledger, entries: Mapping[str, Mapping[str, str]]) -> None:
    """Whether the sources of a readout can print it: one is as young as it, and a paper is no presentation."""
    for row in (*whole.tables["outcomes"].values(), *whole.tables["safety"].values()):
        named = [entries[key] for key in row.items_of("source") if key in entries]
        years = [int(year[0]) for entry in named if (year := _YEAR.match(entry.get("year", "")))]
        readout = row.id.rpartition(".")[2]
        problem = ""
        if years and len(years) == len(named) and _YEAR.fullmatch(readout) and int(readout) > max(years):
            problem = f"a source of {max(years)} cannot print a readout of {readout}"
        elif named and all("journal" in entry for entry in named):
            holder = row["locator"].partition(";")[0]
            if (spoken := _SPOKEN.search(holder)) and " paper" not in holder:
                problem = f"read in a {spoken[0]} and given to a paper"
        if problem:
            context.report(
                "ledger/source", (row.file, row.line, 1), f"row {row.id!r}: {problem}",
                "name as source what prints the values (a meeting abstract or a report is an entry of its own)",
            )  # fmt: skip


def _known(context: Context, name: str) -> dict[str, Row]:
    table = context.ledger.tables[name]
    wanted = context.vocabulary.tables[name].header
    return dict(table) if table.columns == wanted else {}


def _left_out(context: Context, error: ManuscriptError) -> bool:
    """Whether a finding follows from a table that could not be read at all."""
    unread = {item.file for item in context.ledger_errors if item.file}
    unread |= {
        f"data/{name}.csv"
        for name, table in context.ledger.tables.items()
        if table.columns and not _known(context, name) and table
    }
    return any(file in error.message for file in unread) or (bool(unread) and "supersed" in error.message)


def _at_row(context: Context, rule: str, error: ManuscriptError) -> None:
    context.report(rule, (error.file or "data", error.line, 1), error.message, error.mend)
