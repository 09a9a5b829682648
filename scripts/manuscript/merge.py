"""Git's merge driver for files of sorted records: the ledger's CSV tables and ``references.bib``.

Git calls it as ``python scripts/manuscript/merge.py %O %A %B %P`` (ancestor, ours, theirs, path) and takes what it leaves
in ours: records merged one by one, and two changes of one record field by field. An exit code of 1 says that a field was
changed on both sides; ours then holds git's usual conflict marks around that record.
``merge.py --ask COMMIT`` says whether a branch merges without this driver, as GitHub's button does it.
Standard library only: it must run before the environment is set up.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s]+)", re.MULTILINE)
_FIELD = re.compile(r"^[ \t]*([A-Za-z][\w-]*)[ \t]*=", re.MULTILINE)
Fields = dict[str, str]


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


def csv_fields(row: str, columns: list[str]) -> Fields:
    """The cells of a row by column."""
    cells = next(csv.reader(io.StringIO(row)), [])
    if len(cells) != len(columns):
        raise ValueError(f"the row {cells[:1]} has {len(cells)} cells for {len(columns)} columns")
    return dict(zip(columns, cells, strict=True))


def csv_row(fields: Fields) -> str:
    """A row's text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields.values())
    return text.getvalue()


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


def bib_fields(entry: str) -> Fields:
    """The lines of an entry by field; the first line, with the comments above it, goes by no name."""
    body = entry.rstrip().removesuffix("}")
    found = []
    for match in _FIELD.finditer(body):
        before = body[: match.start()]
        # an equals sign within a value is no field
        if before.count("{") - before.count("}") == 1:
            found.append(match)
    starts = [match.start() for match in found]
    fields = {"": body[: starts[0]] if starts else body}
    for match, end in zip(found, [*starts[1:], len(body)], strict=True):
        name = match[1].lower()
        if name in fields:
            raise ValueError(f"the field {name} twice in one entry")
        fields[name] = body[match.start() : end].rstrip().rstrip(",") + ",\n"
    return fields


def merge_fields(was: Fields, mine: Fields, other: Fields) -> tuple[Fields, Fields, list[str]]:
    """Both sides with what the other one changed, and the fields in which they still differ."""
    ours, theirs, clashes = {}, {}, []
    # a new field stands where the side that brought it has it
    order = list(mine)
    for number, name in enumerate(other):
        if name not in order:
            before = list(other)[:number]
            order.insert(max((order.index(item) for item in before if item in order), default=-1) + 1, name)
    for name in order:
        old, left, right = was.get(name), mine.get(name), other.get(name)
        if left == right or right == old:
            right = left
        elif left == old:
            left = right
        else:
            clashes.append(name or "the first line")
        if left is not None:
            ours[name] = left
        if right is not None:
            theirs[name] = right
    return ours, theirs, clashes


def _marked(ours: str, theirs: str) -> str:
    return f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"


def merge(
    base: dict[str, str],
    ours: dict[str, str],
    theirs: dict[str, str],
    split: Callable[[str, int], Fields],
    join: Callable[[Fields], str],
) -> tuple[dict[str, str], list[str]]:
    """The records of both sides by key, sorted, and what was changed differently on both, as ``key (fields)``.

    ``split`` gives the fields of a record of side 0 (ancestor), 1 (ours) or 2 (theirs), ``join`` a record of fields.
    """
    merged: dict[str, str] = {}
    clashes = []
    for key in sorted({*ours, *theirs}):
        was, mine, other = base.get(key), ours.get(key), theirs.get(key)
        chosen = other if mine == was else mine
        if mine != other and mine != was and other != was:
            if was is None or mine is None or other is None:
                clashes.append(key)
                chosen = _marked(mine or "", other or "")
            else:
                left, right, fields = merge_fields(split(was, 0), split(mine, 1), split(other, 2))
                chosen = join(left)
                if fields:
                    clashes.append(f"{key} ({', '.join(fields)})")
                    chosen = _marked(join(left), join(right))
        if chosen is not None:
            merged[key] = chosen
    return merged, clashes


def main(arguments: list[str]) -> int:
    """Merge the three files; write the result to ours."""
    if len(arguments) == 2 and arguments[0] == "--ask":
        return ask(arguments[1])
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    bibliography = arguments[3].endswith(".bib")
    records: Callable[[str], tuple[str, dict[str, str]]] = bib_records if bibliography else csv_records
    try:
        base, ours, theirs = (Path(name).read_text(encoding="utf-8") for name in arguments[:3])
        if not bibliography:
            base, ours, theirs = with_new_columns(base, ours, theirs)
        heads, sides = zip(*(records(text) for text in (base, ours, theirs)), strict=True)
        base, ours, theirs = heads
        head = theirs if ours == base else ours
        clashes = []
        if ours != theirs and base not in (ours, theirs):
            clashes, head = ["the first line"], _marked(ours, theirs)

        def split(record: str, side: int) -> Fields:
            return bib_fields(record) if bibliography else csv_fields(record, next(csv.reader([heads[side]]), []))

        def join(fields: Fields) -> str:
            return "".join(fields.values()) + "}\n" if bibliography else csv_row(fields)

        merged, more = merge(sides[0], sides[1], sides[2], split, join)
    except ValueError as problem:  # an open quotation or brace, or bytes that are not UTF-8
        print(f"{arguments[3]}: {problem}; merge it by hand", file=sys.stderr)
        return 1
    clashes += more
    Path(arguments[1]).write_text(head + ("\n" if bibliography else "").join(merged.values()), encoding="utf-8")
    if clashes:
        print(f"{arguments[3]}: changed on both sides: {', '.join(clashes)}", file=sys.stderr)
    return int(bool(clashes))


def ask(commit: str) -> int:
    """Say whether ``commit`` merges into HEAD without the driver; 1 when a person has to run ``make update`` first."""
    driver = f'"{sys.executable}" "{Path(__file__).resolve()}" %O %A %B %P'
    if _merges(commit, "git merge-file -q %A %O %B"):  # as git does by itself, line by line
        print("It merges by itself.")
        return 0
    if _merges(commit, driver):
        print(
            "Records of the same file changed on both sides: GitHub's button cannot merge them, but `make update` can."
        )
    else:
        print("The same lines changed on both sides: `make update` merges what it can and marks the rest.")
    print("On your branch: `make update`, look at the result, `git push`.")
    return 1


def _merges(commit: str, driver: str) -> bool:
    """Whether git merges ``commit`` into HEAD with this driver; nothing is changed."""
    command = ["git", "-c", f"merge.records.driver={driver}"]
    command += ["merge-tree", "--write-tree", "--no-messages", "--end-of-options", "HEAD", commit]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        sys.exit(f"git merge-tree: {result.stderr.strip()}")
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
