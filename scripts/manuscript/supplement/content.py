"""What the supplement holds, as plain data that its PDF, its workbook and the section of the page are made from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from manuscript.atomic import write_if_changed
from manuscript.ledger import sources
from manuscript.ledger.reading import summary
from manuscript.ledger.tables import Ledger, Row
from manuscript.ledger.uses import sections_by_row
from manuscript.ledger.variables import SECTIONS, anchor, supplementary_tables, table_anchor, texts
from manuscript.paths import Project
from manuscript.source.lines import Article, read_article
from manuscript.source.syntax import LABEL
from manuscript.supplement import said
from manuscript.supplement.cited_works import Reference, read_references


@dataclass(frozen=True)
class Entry:
    """One row of evidence; ``sources`` are keys of ``Content.references``, ``used`` labels of ``Content.sections``.

    ``name`` is what it is about, nothing for a fact, ``what`` all else that says so; ``about`` is the anchor of the row of
    the trial or agent that is named.
    """

    id: str
    anchor: str
    name: str
    about: str
    what: str
    result: str
    note: str
    read: str
    sources: tuple[str, ...]
    locator: str
    used: tuple[str, ...]


@dataclass(frozen=True)
class EvidenceTable:
    """Supplementary Table ``number``: the rows of one table of the ledger; ``result`` heads what they say."""

    name: str
    number: int
    title: str
    caption: str
    result: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Gap:
    """Something that was looked for and could not be verified."""

    id: str
    wanted: str
    reason: str
    tried: str


@dataclass(frozen=True)
class Content:
    """All of it; ``sections`` are headings by label, ``further`` the keys that the article's reference list lacks.

    ``read`` counts the rows by what they were read in: the source itself, its abstract, somebody's report of it …
    """

    title: str
    date: str
    lang: str
    page: str
    tables: tuple[EvidenceTable, ...]
    references: dict[str, Reference]
    further: tuple[str, ...]
    sections: dict[str, str]
    gaps: tuple[Gap, ...]
    read: str


def make_content(project: Project, ledger: Ledger, _: str = "") -> None:
    """Write the content to ``project.supplement_content``; the file stays as it is when nothing that a reader sees changed."""
    data = json.dumps(asdict(content(project, ledger)), ensure_ascii=False, indent=0) + "\n"
    write_if_changed(project.supplement_content, data.encode("utf-8"))


def read_content(project: Project) -> Content:
    """The content as ``make_content`` wrote it."""
    data = json.loads(project.supplement_content.read_text(encoding="utf-8"))
    tables = [
        EvidenceTable(**{**table, "entries": tuple(Entry(**entry) for entry in table["entries"])})
        for table in data["tables"]
    ]
    references = {key: Reference(**item) for key, item in data["references"].items()}
    gaps = tuple(Gap(**gap) for gap in data["gaps"])
    return Content(**{**data, "tables": tuple(tables), "references": references, "gaps": gaps})


def anchors(project: Project) -> set[str]:
    """The ids of all places of the supplement; none where it was not made."""
    if not project.supplement_content.is_file():
        return set()
    made = read_content(project)
    rows = (entry.anchor for table in made.tables for entry in table.entries)
    tables = (table_anchor(table.name) for table in made.tables)
    return {*rows, *tables, *map(sources.anchor, made.further), *SECTIONS}


def content(project: Project, ledger: Ledger) -> Content:
    """Everything that the supplement says of ``ledger`` and of where the article uses it.

    Raises ``ManuscriptError`` for sources that cannot be read.
    """
    from manuscript.page.about import read_about
    from manuscript.source.files import page_address, project_settings

    about = read_about(project, texts(ledger))
    settings = project_settings(project)
    references = read_references(project)
    article = read_article(project)
    cited = {key for line in article.lines() for key, _ in line.citations()}
    used = sections_by_row(project, ledger)
    return Content(
        title=about.title,
        date=about.date,
        lang=about.lang,
        page=page_address(settings),
        tables=tuple(
            EvidenceTable(
                name,
                number,
                title_of(ledger, name),
                caption_of(ledger, name),
                str(ledger.vocabulary.tables[name].evidence.get("result-heading") or "Result"),
                tuple(_entry(ledger, row, used.get((name, row.id), [])) for row in ledger.tables[name].values()),
            )
            for name, number in supplementary_tables(ledger).items()
        ),
        references=references,
        # a source with a short name is linked by it, wherever it is shown
        further=tuple(
            sorted(
                (set(references) - cited) | set(sources.further(ledger)),
                key=lambda key: references[key].short.casefold(),
            )
        ),
        sections=_sections(article),
        gaps=tuple(Gap(row.id, row["wanted"], row["reason"], row["tried"]) for row in ledger.gaps.values()),
        read=summary(ledger),
    )


def title_of(ledger: Ledger, name: str) -> str:
    """What a table of the supplement is called, without the full stop: the bold words of its caption."""
    caption = str(ledger.vocabulary.tables[name].evidence.get("caption") or "")
    bold = caption.split("**")
    title = (bold[1] if len(bold) > 2 else name).rpartition(": ")[2].rstrip(".")
    return title[:1].upper() + title[1:]


def caption_of(ledger: Ledger, name: str) -> str:
    """What stands below a table's title."""
    schema = ledger.vocabulary.tables[name]
    caption = str(schema.evidence.get("caption") or f"{schema.title}.")
    return caption.rpartition("**")[2].strip()


def _entry(ledger: Ledger, row: Row, used: list[str]) -> Entry:
    about = said.about(ledger, row)
    name, what = said.named(ledger, row)
    return Entry(
        row.id,
        anchor(row),
        name,
        anchor(about) if about is not None else "",
        what,
        said.found(ledger, row),
        row["note"],
        row.get("read_as", ""),
        tuple(row.items_of("source")),
        row["locator"],
        tuple(used),
    )


def _sections(article: Article) -> dict[str, str]:
    """The headings of the article that have a label, without their markup."""
    found = {}
    for _, heading in article.headed():
        label = LABEL.search(heading["attributes"] or "") if heading else None
        if heading and label:
            found[label["label"]] = heading["text"].strip()
    return found
