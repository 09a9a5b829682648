"""Git's merge driver for files of sorted records: the ledger's CSV tables and ``references.bib``.

Git calls it as ``python scripts/manuscript/merge.py %O %A %B %P`` (ancestor, ours, theirs, path) and takes what it leaves
in ours; an exit code of 1 says that a record was changed on both sides, and ours then holds git's usual conflict marks.
Standard library only: it must run before the environment is set up.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

_ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s]+)", re.MULTILINE)


def csv_records(text: str) -> tuple[str, dict[str, str]]:
    """The header line, and each row's text by its first cell."""
    # only line feeds: splitlines would cut at separators that a cell may hold
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    records: dict[str, str] = {}
    row = ""
    for line in lines[1:]:
        row += line
        if row.count('"') % 2 == 0:  # a quoted cell may hold line breaks
            if row.strip():
                records[next(csv.reader(io.StringIO(row)))[0]] = row if row.endswith("\n") else row + "\n"
            row = ""
    if row:
        raise ValueError("an unclosed quotation mark")
    return (lines[0] if lines else ""), records


def with_new_columns(base: str, ours: str, theirs: str) -> tuple[str, str, str]:
    """The three tables with the same columns, where one side or both added some.

    A row's cells in a new column are those of the side that has it, on every side: a column that one person fills and a
    row that another corrects are no clash.
    """
    tables = [_table(text) for text in (base, ours, theirs)]
    (old, _), (mine, our_rows), (other, their_rows) = tables
    if not old or set(mine) == set(old) == set(other) or not set(old) <= set(mine) & set(other):
        return base, ours, theirs
    columns = [*mine, *(name for name in other if name not in mine)]
    if set(mine) == set(old):
        columns = other
    added = {
        key: {**_cells(their_rows.get(key, {}), other, old), **_cells(our_rows.get(key, {}), mine, old)}
        for key in {*our_rows, *their_rows}
    }
    made = []
    for _, rows in tables:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, **added.get(key, {})} for key, row in rows.items())
        made.append(text.getvalue())
    return made[0], made[1], made[2]


def _table(text: str) -> tuple[list[str], dict[str, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), restval="")
    columns = list(reader.fieldnames or [])
    return columns, {row[columns[0]]: row for row in reader}


def _cells(row: dict[str, str], columns: list[str], old: list[str]) -> dict[str, str]:
    return {name: row[name] for name in columns if name not in old and row.get(name)}


def bib_records(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first entry, and each entry with the comments above it, by key."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if not starts:
        return text, {}
    # an entry ends with the line of its closing brace; what follows belongs to the next one
    ends = [text.rfind("\n}", start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    if -1 in ends:
        raise ValueError("an entry without its closing brace on a line of its own")
    ends = [end + 3 for end in ends]
    begins = [starts[0], *ends[:-1]]
    head = text[: starts[0]]
    records = {}
    for begin, start, end in zip(begins, starts, ends, strict=True):
        match = _ENTRY.match(text, start)
        assert match is not None
        records[match[1]] = text[begin:end].strip("\n") + "\n"
    return head, records


def _marked(ours: str, theirs: str) -> str:
    return f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"


def merge(base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The records of both sides by key, sorted, and the keys that were changed differently on both sides."""
    merged: dict[str, str] = {}
    clashes = []
    for key in sorted({*ours, *theirs}):
        was, mine, other = base.get(key), ours.get(key), theirs.get(key)
        chosen = other if mine == was else mine
        if mine != other and mine != was and other != was:
            clashes.append(key)
            chosen = _marked(mine or "", other or "")
        if chosen is not None:
            merged[key] = chosen
    return merged, clashes


def main(arguments: list[str]) -> int:
    """Merge the three files; write the result to ours."""
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    bibliography = arguments[3].endswith(".bib")
    split: Callable[[str], tuple[str, dict[str, str]]] = bib_records if bibliography else csv_records
    try:
        base, ours, theirs = (Path(name).read_text(encoding="utf-8") for name in arguments[:3])
        if not bibliography:
            base, ours, theirs = with_new_columns(base, ours, theirs)
        (base_head, old), (head, mine), (their_head, other) = split(base), split(ours), split(theirs)
    except ValueError as problem:  # an open quotation or brace, or bytes that are not UTF-8
        print(f"{arguments[3]}: {problem}; merge it by hand", file=sys.stderr)
        return 1
    records, clashes = merge(old, mine, other)
    if head != their_head and head != base_head and their_head != base_head:
        clashes.insert(0, "the first line")
        head = _marked(head, their_head)
    elif head == base_head:
        head = their_head
    Path(arguments[1]).write_text(head + ("\n" if bibliography else "").join(records.values()), encoding="utf-8")
    if clashes:
        print(f"{arguments[3]}: changed on both sides: {', '.join(clashes)}", file=sys.stderr)
    return int(bool(clashes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
