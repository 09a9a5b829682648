"""What changed in the evidence between two revisions, read from their sources."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manuscript.paths import Project
from manuscript.source.files import read_yaml
from manuscript.source.lines import read_article

_ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s]+)\s*,", re.M)


@dataclass
class Changelog:
    """Rows are ``table: id``; ``changed`` and ``numbers`` hold (what, where or column, old, new)."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    superseded: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, str, str, str]] = field(default_factory=list)
    numbers: list[tuple[str, str, str, str]] = field(default_factory=list)
    references_added: list[str] = field(default_factory=list)
    references_removed: list[str] = field(default_factory=list)
    references_changed: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)


def changelog(old: Project, new: Project) -> Changelog:
    """The evidence changelog from ``old`` to ``new``; ``_variables.yml`` must be made in both."""
    log = Changelog()
    names = {path.name for project in (old, new) for path in project.data.glob("*.csv")}
    for name in sorted(names):
        _rows(log, name.removesuffix(".csv"), _read(old.data / name), _read(new.data / name))
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


def _rows(log: Changelog, table: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    for key, row in new.items():
        if key not in old:
            log.added.append(f"{table}: {key}")
            if row.get("supersedes"):
                log.superseded.append((f"{table}: {row['supersedes']}", key))
            continue
        for column in {**old[key], **row}:
            before, after = old[key].get(column) or "", row.get(column) or ""
            if before != after:
                log.changed.append((f"{table}: {key}", column, before, after))
    log.removed += [f"{table}: {key}" for key in old if key not in new]


def _values(project: Project) -> dict[str, str]:
    if not project.variables.is_file():
        return {}
    found: dict[str, str] = {}

    def collect(value: Any, prefix: str) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                collect(item, f"{prefix}.{key}" if prefix else str(key))
        else:
            found[prefix] = str(value)

    collect(read_yaml(project.variables, project.relative(project.variables)), "")
    return found


def _numbers(log: Changelog, old: Project, new: Project) -> None:
    before, after = _values(old), _values(new)
    for line in read_article(new).lines():
        for name in line.variables():
            if name in before and name in after and before[name] != after[name]:
                log.numbers.append((name, f"{line.file}:{line.number}", before[name], after[name]))


def _entries(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8-sig")
    starts = list(_ENTRY.finditer(text))
    ends = [item.start() for item in starts[1:]] + [len(text)]
    return {item[1]: text[item.start() : end].strip() for item, end in zip(starts, ends, strict=True)}


def _differing(old: Path, new: Path, pattern: str) -> list[str]:
    names = {path.name for folder in (old, new) for path in folder.glob(pattern)}

    def data(path: Path) -> bytes:
        return path.read_bytes() if path.is_file() else b""

    return sorted(name for name in names if data(old / name) != data(new / name))
