"""The ledger for readers: one workbook, and the same tables as CSV with their data package.

Both leave out where and when a row was read, which is for whoever checks it; a reader is led to the publication.
No cell can be run: text goes in as text, and in CSV, where a spreadsheet guesses, such a cell begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manuscript.atomic import replacing
from manuscript.ledger.tables import Ledger
from manuscript.ledger.variables import supplementary_tables
from manuscript.ledger.vocabulary import Column
from manuscript.stamped import add
from manuscript.supplement.cited_works import Reference
from manuscript.supplement.content import Content, title_of

if TYPE_CHECKING:
    import xlsxwriter

# for whoever checks a row, not for its reader
_INNER = ("seen_at", "checked_on")
# no zeros before it, and no more digits than a spreadsheet keeps: 007 is a name
_NUMBER = re.compile(r"-?(?!0\d)\d{1,9}(?:\.(?P<decimals>\d{1,6}))?")
_PUBLICATION = Column("publication", "the source as a reader knows it: author and year")
_LINK = Column("link", "where the publication is found: DOI, PubMed or the page of an agency")
# longer text would make a column that nobody can survey; the cell holds all of it
_WIDEST, _NARROWEST = 60, 8
# what the name of a sheet may not hold
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
# what a spreadsheet takes for the beginning of a formula
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def shown(ledger: Ledger, content: Content, name: str) -> tuple[list[Column], list[dict[str, str]]]:
    """The columns of a table that a reader gets, in order, and the cells of its rows; each link has a cell of its own."""
    schema, rows, most = ledger.vocabulary.tables[name], [], 1
    for row in ledger.tables[name].values():
        sources = [content.references[key] for key in row.items_of("source")]
        links = {_link(number).name: url for number, url in enumerate(filter(None, (item.url for item in sources)), 1)}
        most = max(most, len(links))
        rows.append({**row, _PUBLICATION.name: "; ".join(source.short for source in sources), **links})
    columns = [column for column in schema.columns if column.name not in _INNER]
    return [*columns, _PUBLICATION, *(_link(number) for number in range(1, most + 1))], rows


def _link(number: int) -> Column:
    """The column of a row's first, second … address."""
    return _LINK if number == 1 else replace(_LINK, name=f"{_LINK.name}_{number}")


def write_workbook(ledger: Ledger, content: Content, target: Path, epoch: int) -> None:
    """One sheet per table, a sheet of sources and one that explains the columns; numbers keep their decimals.

    ``epoch`` (seconds since 1970) is the only time in the file.
    """
    import xlsxwriter

    with replacing(target) as temporary, xlsxwriter.Workbook(str(temporary), {"in_memory": True}) as book:
        moment = datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None)
        book.set_properties({"title": f"Supplement: {content.title}", "created": moment})
        sheets = _Sheets(book)
        meanings = []
        for name, number in supplementary_tables(ledger).items():
            columns, rows = shown(ledger, content, name)
            sheets.add(f"S{number} {title_of(ledger, name)}", columns, rows)
            meanings += [
                {"table": name, "column": item.name, "meaning": item.description, "cells": item.expected}
                for item in columns
            ]
        sources = [Column("key", "citation key, as in the column source"), _PUBLICATION, _LINK]
        sources.append(Column("entry", "the whole reference"))
        checked = ledger.vocabulary.tables["references"].columns if "references" in ledger.vocabulary.tables else ()
        sources += [column for column in checked if column.name not in (*_INNER, "id")]
        sheets.add("Sources", sources, [_source(ledger, item) for item in content.references.values()])
        sheets.add("Columns", [Column(name, "") for name in ("table", "column", "meaning", "cells")], meanings)


def write_csv(ledger: Ledger, content: Content, target: Path, epoch: int) -> None:
    """A zip of the same tables as CSV, each described in ``datapackage.json`` (Frictionless Table Schema)."""
    resources = []
    with replacing(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, number in supplementary_tables(ledger).items():
            columns, rows = shown(ledger, content, name)
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow([column.name for column in columns])
            writer.writerows([harmless(row.get(column.name, "")) for column in columns] for row in rows)
            add(bundle, f"{name}.csv", text.getvalue().encode("utf-8"), epoch)
            fields = [{"name": item.name, "type": item.kind, "description": item.description} for item in columns]
            # what stands for a number that there is not: not reached, not estimable
            marks = sorted({mark for column in columns for mark in column.marks})
            resources.append(
                {
                    "profile": "tabular-data-resource",
                    "name": name,
                    "path": f"{name}.csv",
                    "title": f"Supplementary Table {number}. {title_of(ledger, name)}",
                    "schema": {"fields": fields, "primaryKey": "id", "missingValues": ["", *marks]},
                }
            )
        package = {
            "profile": "tabular-data-package",
            "name": "supplement",
            "title": f"Supplement: {content.title}",
            "resources": resources,
        }
        add(bundle, "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2).encode("utf-8"), epoch)


def harmless(text: str) -> str:
    """``text`` so that no spreadsheet runs it when it opens the CSV; numbers stay numbers."""
    return f"'{text}" if text.startswith(_ACTIVE) and not _NUMBER.fullmatch(text) else text


def _source(ledger: Ledger, reference: Reference) -> dict[str, str]:
    """A source with what was compared of it: the cells of its row of the ledger's references."""
    row = ledger.references.get(reference.key) or dict.fromkeys(ledger.references.columns, "")
    names = ("key", _PUBLICATION.name, _LINK.name, "entry")
    return {**row, **dict(zip(names, (reference.key, reference.short, reference.url, reference.text), strict=True))}


def _of_numbers(cells: list[str]) -> bool:
    """Whether most of a column's cells are numbers: they, their head and marks such as <0.001 stand at its right edge."""
    filled = [cell for cell in cells if cell]
    return 2 * sum(_NUMBER.fullmatch(cell) is not None for cell in filled) > len(filled)


class _Sheets:
    """Adds sheets to a workbook; one format serves all cells of its kind."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        head = {"bold": True, "bg_color": "#eef1f5", "bottom": 1, "valign": "top"}
        self.head = book.add_format(head)
        self.number_head = book.add_format({**head, "align": "right"})
        self.text = book.add_format({"valign": "top", "text_wrap": True})
        self.mark = book.add_format({"valign": "top", "align": "right"})
        self.link = book.add_format({"valign": "top", "font_color": "#14507d", "underline": 1})
        self.numbers: dict[int, Any] = {}

    def add(self, title: str, columns: list[Column], rows: list[dict[str, str]]) -> None:
        """A sheet with a frozen head that each printed page repeats, filters, and each column's meaning as a note on its head."""
        sheet = self.book.add_worksheet(_FORBIDDEN.sub(" ", title)[:31].strip(" '"))
        numeric = {column.name for column in columns if _of_numbers([row.get(column.name, "") for row in rows])}
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.name, self.number_head if column.name in numeric else self.head)
            if column.description:
                sheet.write_comment(0, place, column.description, {"x_scale": 2})
            longest = max([len(column.name) + 3, *(len(row.get(column.name, "")) for row in rows)])
            sheet.set_column(place, place, min(max(longest, _NARROWEST), _WIDEST))
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                text_format = self.mark if column.name in numeric else self.text
                self._write(sheet, line, place, column, row.get(column.name, ""), text_format)
        sheet.freeze_panes(1, 1)
        # on paper a page says what its rows and columns are, too
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    def _write(self, sheet: Any, line: int, place: int, column: Column, text: str, text_format: Any) -> None:
        # a column of text holds numbers too, such as p values beside <0.001
        if number := _NUMBER.fullmatch(text):
            sheet.write_number(line, place, float(text), self._number(len(number["decimals"] or "")))
        elif text and replace(column, name=_LINK.name) == _LINK:
            sheet.write_url(line, place, text, self.link, text)
        elif text:
            sheet.write_string(line, place, text, text_format)

    def _number(self, decimals: int) -> Any:
        """0.30 is shown as 0.30: the source printed the second decimal."""
        if decimals not in self.numbers:
            pattern = "0" + ("." + "0" * decimals if decimals else "")
            self.numbers[decimals] = self.book.add_format({"valign": "top", "num_format": pattern})
        return self.numbers[decimals]
