"""Where prose, tables and figures use which row: the way back from the evidence to the article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from manuscript import wing
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.variables import anchor, names
from manuscript.paths import Project
from manuscript.source.lines import read_article
from manuscript.source.syntax import LABEL

_LINK = re.compile(r"\]\(#(ev-[\w-]+)\)")


@dataclass(frozen=True)
class Use:
    """One ``{{< var … >}}``: the row it stands for, its place, and the labelled section around it."""

    name: str
    row: Row
    file: str
    line: int
    section: str


def find_uses(project: Project, ledger: Ledger) -> list[Use]:
    """Every use of a row of the article, in reading order; made captions and unknown names are left out."""
    known = names(ledger)
    uses = []
    for line, heading in read_article(project).headed():
        label = LABEL.search(heading["attributes"] or "") if heading else None
        for name in line.variables():
            row = known.get(name)
            if row is not None and not line.made:
                uses.append(Use(name, row, line.file, line.number, label["label"] if label else ""))
    return uses


def sections_by_row(project: Project, ledger: Ledger) -> dict[tuple[str, str], list[str]]:
    """For each row used (by table and id), the labels of the sections that use it, in reading order."""
    result: dict[tuple[str, str], list[str]] = {}
    for use in find_uses(project, ledger):
        sections = result.setdefault((use.row.table, use.row.id), [])
        if use.section and use.section not in sections:
            sections.append(use.section)
    return result


def tables_with(project: Project, row: Row) -> list[str]:
    """The names of the made tables that link to the row."""
    place = anchor(row)
    return [
        path.stem
        for path in sorted(project.tables.glob("*.md"))
        if place in _LINK.findall(path.read_text(encoding="utf-8"))
    ]


def figures_with(project: Project, ledger: Ledger, row: Row) -> list[str]:
    """The names of the article's figures that draw the row."""
    return [
        name
        for name in wing.included(project, "figures")
        if any(
            (item.table, item.id) == (row.table, row.id) for item in wing.load(project, "figures", name).used(ledger)
        )
    ]
