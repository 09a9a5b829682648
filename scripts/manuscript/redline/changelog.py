"""What changed in the evidence between two revisions, read from their sources."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from manuscript.engine.bibliography import entry_texts
from manuscript.errors import ManuscriptError
from manuscript.ledger.tables import Ledger, load_ledger
from manuscript.paths import Project
from manuscript.source.files import read_yaml
from manuscript.source.lines import read_article
from manuscript.supplement.said import found as told
from manuscript.supplement.said import what

# a number in the text is a link to its row
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?")


# where and when a value was read, not the value
BOOKKEEPING = ("seen_at", "checked_on", "locator", "read_as", "compared")
_NOT_SHOWN = ("id", "trial", "supersedes", "note", "source")
_ARMS = {"exp": "experimental arm", "ctl": "control arm"}
_INTERVAL = re.compile(r"_(low|high)(?=_|$)")


@dataclass(frozen=True)
class RowChange:
    """What became of one row: ``kind`` is added, removed or changed; ``cells`` are (column, old, new), the interval with its
    estimate. ``said`` is what a row says that came or went, in words. ``subject`` is the trial that it belongs to, empty
    for none. ``bookkeeping``: nothing else changed than where it was read."""

    table: str
    row: str
    kind: str
    subject: str
    cells: tuple[tuple[str, str, str], ...] = ()
    supersedes: str = ""
    bookkeeping: bool = False
    said: str = ""

    @property
    def group(self) -> str:
        """The trial that the row belongs to, else its table."""
        return self.subject or self.table.capitalize()

    @property
    def words(self) -> str:
        """The change in a line, for authors."""
        return self._told(())

    @property
    def for_readers(self) -> str:
        """The change in a line, without keys of the bibliography and notes of the authors."""
        return self._told(("source", "note"))

    def _told(self, hidden: tuple[str, ...]) -> str:
        name = f"{self.row} ({self.table})"
        if self.bookkeeping:
            return f"{name}: {', '.join(column for column, _, _ in self.cells)}"
        if self.kind == "changed":
            changed = [
                f"{_words(c)}: {old or 'empty'} → {new or 'empty'}" for c, old, new in self.cells if c not in hidden
            ]
            return f"{name}: {'; '.join(changed) or 'source or note changed'}"
        shown = self.said or "; ".join(f"{_words(column)}: {old or new}" for column, old, new in self.cells)
        tail = f" (replaces {self.supersedes})" if self.supersedes else ""
        return f"{name} {self.kind}{tail}" + (f": {shown}" if shown else "")


@dataclass
class Changelog:
    """``numbers`` hold (name, place in the text, old, new) of numbers in the text that changed with their row."""

    rows: list[RowChange] = field(default_factory=list)
    numbers: list[tuple[str, str, str, str]] = field(default_factory=list)
    references_added: list[str] = field(default_factory=list)
    references_removed: list[str] = field(default_factory=list)
    references_changed: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    @property
    def by_trial(self) -> dict[str, list[RowChange]]:
        """The changes of rows, bookkeeping left out, by trial in the order of the alphabet; then those of none, by table."""
        groups: dict[tuple[bool, str], list[RowChange]] = {}
        for item in self.rows:
            if not item.bookkeeping:
                groups.setdefault((not item.subject, item.group), []).append(item)
        return {key[1]: groups[key] for key in sorted(groups, key=lambda key: (key[0], key[1].casefold()))}

    @property
    def bookkeeping(self) -> list[RowChange]:
        """The rows of which only changed where and when they were read."""
        return [item for item in self.rows if item.bookkeeping]


def changelog(old: Project, new: Project) -> Changelog:
    """The evidence changelog from ``old`` to ``new``; ``_variables.yml`` must be made in both."""
    log = Changelog()
    names = {path.name for project in (old, new) for path in project.data.glob("*.csv")}
    trials = {**_read(old.data / "trials.csv"), **_read(new.data / "trials.csv")}
    for name in sorted(names):
        log.rows += _rows(name.removesuffix(".csv"), _read(old.data / name), _read(new.data / name), trials)
    log.rows = _said(log.rows, old, new)
    _numbers(log, old, new)
    before, after = _entries(old.bibliography), _entries(new.bibliography)
    log.references_added = sorted(after.keys() - before.keys())
    log.references_removed = sorted(before.keys() - after.keys())
    log.references_changed = sorted(key for key in before.keys() & after.keys() if before[key] != after[key])
    log.figures = _differing(old.figures, new.figures, "*.svg")
    log.tables = _differing(old.tables, new.tables, "*.md")
    return log


def _read(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row.get("id") or row.get("key") or " / ".join(filter(None, row.values()))[:80]: row for row in rows}


def _rows(table: str, old: dict[str, Any], new: dict[str, Any], trials: dict[str, Any]) -> list[RowChange]:
    found = []
    for key in {**old, **new}:
        before, after = old.get(key) or {}, new.get(key) or {}
        if before == after:
            continue
        kind = "added" if key not in old else "removed" if key not in new else "changed"
        columns = [name for name in {**before, **after} if (before.get(name) or "") != (after.get(name) or "")]
        books = [name for name in columns if name in BOOKKEEPING]
        # references.csv says how each reference was checked; the references themselves are in the bibliography
        only_books = len(books) == len(columns) or table == "references"
        if not only_books:
            hidden = BOOKKEEPING if kind == "changed" else (*BOOKKEEPING, *_NOT_SHOWN)
            columns = [name for name in columns if name not in hidden]
        trial = (after or before).get("trial") or (key if table == "trials" else "")
        subject = (trials.get(trial) or {}).get("name") or trial
        cells = tuple(_joined(columns, before, after))
        found.append(RowChange(table, key, kind, subject, cells, after.get("supersedes") or "", only_books))
    return found


def _said(rows: list[RowChange], old: Project, new: Project) -> list[RowChange]:
    """The changes with the words of rows that came or went, where the ledger of their side can be read by this code."""
    ledgers = {"added": _ledger(new), "removed": _ledger(old)}
    found = []
    for item in rows:
        ledger = ledgers.get(item.kind)
        table = ledger.tables.get(item.table) if ledger and not item.bookkeeping else None
        row = table.get(item.row) if table else None
        if ledger and row is not None and item.table in row.vocabulary.evidence:
            item = replace(item, said=": ".join(filter(None, (what(ledger, row), told(ledger, row)))))
        found.append(item)
    return found


def _ledger(project: Project) -> Ledger | None:
    try:
        return load_ledger(project)
    except ManuscriptError:
        return None  # of a time with other tables


def _joined(columns: list[str], before: dict[str, str], after: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each column once with its old and new value; an estimate and its interval are one."""
    for column in dict.fromkeys(_INTERVAL.sub("", name) for name in columns):
        old, new = (_with_interval(column, row) for row in (before, after))
        if old != new:
            yield column, old, new


def _with_interval(column: str, row: dict[str, str]) -> str:
    ends = {match[1]: value for name, value in row.items() if (match := _INTERVAL.search(name or ""))
            and _INTERVAL.sub("", name) == column and value}  # fmt: skip
    value = row.get(column) or ""
    interval = f"{ends['low']}–{ends['high']}" if len(ends) == 2 else next(iter(ends.values()), "")
    return f"{value} ({interval})" if value and interval else value or interval


def _words(column: str) -> str:
    arm = next((name for name in _ARMS if column.startswith(f"{name}_")), "")
    words = column.removeprefix(f"{arm}_").replace("_", " ")
    return f"{words}, {_ARMS[arm]}" if arm else words


def _values(project: Project) -> dict[str, str]:
    if not project.variables.is_file():
        return {}
    found: dict[str, str] = {}

    def collect(value: Any, prefix: str) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                collect(item, f"{prefix}.{key}" if prefix else str(key))
        else:
            found[prefix] = _LINK.sub(r"\1", str(value))

    collect(read_yaml(project.variables, project.relative(project.variables)), "")
    return found


def _numbers(log: Changelog, old: Project, new: Project) -> None:
    before, after = _values(old), _values(new)
    for line in read_article(new).lines():
        for name in line.variables():
            if name in before and name in after and before[name] != after[name]:
                log.numbers.append((name, f"{line.file}:{line.number}", before[name], after[name]))


def _entries(path: Path) -> dict[str, str]:
    return entry_texts(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}


def _differing(old: Path, new: Path, pattern: str) -> list[str]:
    names = {path.name for folder in (old, new) for path in folder.glob(pattern)}

    def data(path: Path) -> bytes:
        return path.read_bytes() if path.is_file() else b""

    return sorted(name for name in names if data(old / name) != data(new / name))
