"""``manuscript evidence add``: rows that pass the schema and the clinical arithmetic, or nothing at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.errors import LedgerError, ManuscriptError, raise_all
from manuscript.ledger.schema import validate
from manuscript.ledger.tables import Ledger, Row, Table, Tables, load_ledger, read_table
from manuscript.ledger.vocabulary import Column, Vocabulary
from manuscript.merge import csv_records
from manuscript.paths import Project

# what an error names as its file when the cells were typed
TYPED = "the new row"


def columns_of(vocabulary: Vocabulary, table: str) -> tuple[Column, ...]:
    """The columns of a table.

    Raises ``LedgerError`` for an unknown one.
    """
    if table not in vocabulary.tables:
        raise LedgerError(f"no table {table!r}", mend=f"choose from: {', '.join(vocabulary.tables)}")
    return vocabulary.tables[table].columns


def row_of_words(vocabulary: Vocabulary, table: str, words: Sequence[str], today: str) -> Row:
    """A row from ``column=value`` words; cells not named are empty, ``checked_on`` is today.

    Raises ``LedgerError`` (all of them at once) for a word of another form, an unknown column or one named twice.
    """
    names = [column.name for column in columns_of(vocabulary, table)]
    cells: dict[str, str] = {}
    errors: list[ManuscriptError] = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            errors.append(LedgerError(f"{word!r} is not column=value", file=TYPED, mend='write for example "n=524"'))
        elif name not in names:
            errors.append(
                LedgerError(f"{table} has no column {name!r}", file=TYPED, mend=f"its columns are: {', '.join(names)}")
            )
        elif name in cells:
            errors.append(LedgerError(f"column {name!r} is named twice", file=TYPED, mend="name it once"))
        else:
            cells[name] = value.strip()
    raise_all(errors)
    return _row(vocabulary, table, cells, today)


def row_of_answers(vocabulary: Vocabulary, table: str, ask: Callable[[Column], str], today: str) -> Row:
    """A row from the answers to one question per column."""
    return _row(
        vocabulary, table, {column.name: ask(column).strip() for column in columns_of(vocabulary, table)}, today
    )


def rows_of_file(vocabulary: Vocabulary, table: str, path: Path, today: str) -> list[Row]:
    """The rows of a CSV file whose header names columns of the table, in any order; each keeps its line.

    Raises ``LedgerError`` for a file that is not there or no CSV, for unknown columns, and for no row at all.
    """
    names = [column.name for column in columns_of(vocabulary, table)]
    if not path.is_file():
        raise LedgerError("no such file", file=path, mend="name a CSV file with a header row")
    errors: list[ManuscriptError] = []
    read = read_table(path, table, str(path), vocabulary, errors)
    if unknown := [name for name in read.columns if name not in names]:
        errors.append(
            LedgerError(
                f"{table} has no column {', '.join(unknown)}",
                file=path,
                line=1,
                mend=f"its columns are: {', '.join(names)}",
            )
        )
    if not errors and not read:
        errors.append(
            LedgerError("no row below the header", file=path, line=1, mend="add a row, or leave the file out")
        )
    raise_all(errors)
    return [_row(vocabulary, table, row, today, str(path), row.line) for row in read.values()]


def add_rows(project: Project, table: str, rows: Sequence[Row], *, write: bool = True) -> Ledger:
    """Put rows into their table, in the order of ids, if the whole ledger is sound with them; give that ledger.

    The other rows of the file keep their bytes. Raises ``LedgerError`` (all of them at once) when an id is there
    already or anything breaks the schema, the links between tables or the arithmetic; nothing is written then, nor
    when ``write`` is false.
    """
    ledger = load_ledger(project)
    columns = tuple(column.name for column in columns_of(ledger.vocabulary, table))
    present = ledger.tables[table]
    errors: list[ManuscriptError] = []
    merged = dict(present)
    for row in rows:
        if row.id in merged:
            errors.append(
                row.error(
                    f"the id is in data/{table}.csv already",
                    "a later readout has another year; to correct the row that is there, edit the file",
                )
            )
        merged[row.id] = row
    raise_all(errors)
    added = Table(table, present.columns or columns, dict(sorted(merged.items())))
    wider = Ledger(ledger.vocabulary, Tables({**ledger.tables, table: added}))
    validate(project, wider)
    if write:
        path = project.data / f"{table}.csv"
        head, records = csv_records(path.read_text(encoding="utf-8-sig")) if path.is_file() else (_line(columns), {})
        records |= {row.id: _line([row[name] for name in columns]) for row in rows}
        write_text(path, head + "".join(records[key] for key in sorted(records)))
    return wider


def _row(
    vocabulary: Vocabulary, table: str, cells: Mapping[str, str], today: str, file: str = TYPED, line: int | None = None
) -> Row:
    full = {column.name: cells.get(column.name, "") for column in columns_of(vocabulary, table)}
    if "checked_on" in full and not full["checked_on"]:
        full["checked_on"] = today
    return Row(full, table=table, file=file, line=line, vocabulary=vocabulary)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
