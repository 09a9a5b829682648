"""What a registry says of a work, in one form for Crossref and PubMed, and its copy in ``data/registry/``."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.errors import BibliographyError


@dataclass
class Update:
    """A notice about a work: ``kind`` is the registry's word (retraction, correction, expression_of_concern …)."""

    kind: str
    notice: str = ""
    date: str = ""
    recorded: str = ""

    @property
    def is_retraction(self) -> bool:
        """Whether the work is no longer to be relied on."""
        return self.kind in ("retraction", "withdrawal", "removal", "partial_retraction")

    @property
    def is_concern(self) -> bool:
        """Whether the editors have voiced doubt."""
        return self.kind == "expression_of_concern"

    @property
    def is_correction(self) -> bool:
        """Whether a part of the work was corrected."""
        return self.kind in ("correction", "corrigendum", "erratum", "addendum", "clarification")


@dataclass
class Record:
    """A registry's record of one work; ``fetched`` is the day (ISO), ``years`` by kind: print, online, issued."""

    source: str
    id: str
    fetched: str
    type: str = ""
    title: str = ""
    subtitle: str = ""
    authors: list[dict[str, str]] = field(default_factory=list)
    journal: str = ""
    journal_short: str = ""
    years: dict[str, str] = field(default_factory=dict)
    volume: str = ""
    number: str = ""
    pages: str = ""
    booktitle: str = ""
    publisher: str = ""
    doi: str = ""
    pmid: str = ""
    issn: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    published_as: list[str] = field(default_factory=list)

    @property
    def year(self) -> str:
        """The year of the issue; that of the first appearance where the registry has no issue."""
        return self.years.get("print") or self.years.get("issued") or self.years.get("online") or ""

    @property
    def address(self) -> str:
        """Where a person can see the record."""
        return (
            f"https://api.crossref.org/works/{self.id}"
            if self.source == "crossref"
            else f"https://pubmed.ncbi.nlm.nih.gov/{self.id}/"
        )


class Cache:
    """Records as JSON files, one per work and registry; what is put in is written only by ``save``."""

    def __init__(self, folder: Path, shown: str) -> None:
        self.folder = folder
        self.shown = shown
        self._new: dict[Path, Record] = {}

    def path(self, source: str, identifier: str) -> Path:
        """The file of a record; a digest keeps identifiers apart that differ only in signs."""
        bare = identifier.lower()
        name = re.sub(r"[^a-z0-9.-]", "_", bare)
        if name.replace("_", "/", 1) != bare:
            name = f"{name}-{hashlib.sha256(bare.encode()).hexdigest()[:8]}"
        return self.folder / source / f"{name}.json"

    def get(self, source: str, identifier: str) -> Record | None:
        """The stored record, or ``None``.

        Raises ``BibliographyError`` for a file that cannot be read.
        """
        path = self.path(source, identifier)
        if path in self._new:
            return self._new[path]
        try:
            there = path.is_file()
        except OSError:  # a name that no file can have: no registry's number is so long
            return None
        return self._read(path) if there else None

    def _read(self, path: Path) -> Record:
        shown = f"{self.shown}/{path.parent.name}/{path.name}"
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))
            cells["updates"] = [Update(**item) for item in cells.get("updates", ())]
            return Record(**cells)
        except (ValueError, TypeError, AttributeError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            raise BibliographyError(
                f"not a record of a registry: {error}",
                file=shown,
                line=line,
                mend="delete the file; check --online fetches it again",
            ) from error

    def all(self) -> Iterator[Record]:
        """Every record, stored or put in since.

        Raises ``BibliographyError`` for a file that cannot be read.
        """
        yield from self._new.values()
        for path in sorted(self.folder.glob("*/*.json")):
            if path not in self._new:
                yield self._read(path)

    def put(self, record: Record) -> None:
        """Keep a record; ``save`` writes it."""
        self._new[self.path(record.source, record.id)] = record

    def save(self) -> None:
        """Write what is new."""
        for path, record in sorted(self._new.items()):
            write_text(path, _json(record))
        self._new.clear()


def _json(record: Record) -> str:
    cells: dict[str, Any] = {name: value for name, value in asdict(record).items() if value not in ("", [], {})}
    return json.dumps(cells, ensure_ascii=False, indent=1) + "\n"
