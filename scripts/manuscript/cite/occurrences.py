"""Where the prose cites what: ``@key`` in ``index.qmd`` and all that it includes."""

from __future__ import annotations

from dataclasses import dataclass

from manuscript.paths import Project
from manuscript.source.lines import read_article


@dataclass(frozen=True)
class Citation:
    """One citation: key, place, and the heading it stands under."""

    key: str
    file: str
    line: int
    column: int
    section: str


def find_citations(project: Project) -> list[Citation]:
    """Every citation of the article, in reading order; included files that are not there are left to the engine."""
    return [
        Citation(key, line.file, line.number, column, heading["text"] if heading else "")
        for line, heading in read_article(project).headed()
        for key, column in line.citations()
    ]
