"""The supplement: its documents and the section of the page, made from the small article's ledger."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html

from manuscript.engine.embedded import render
from manuscript.engines import choose, rendered
from manuscript.ledger.tables import load_ledger
from manuscript.ledger.variables import anchor, places, supplementary_tables
from manuscript.paths import Project
from manuscript.supplement import sheets
from manuscript.supplement.cited_works import make_references
from manuscript.supplement.content import anchors, content
from manuscript.supplement.evidence_tables import section
from manuscript.supplement.said import what
from manuscript.supplement.write_supplement import documents, make_documents

import links
from check_article import make_article, make_files
from conftest import EPOCH

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article with all documents of its supplement; a note begins like a formula."""
    project = make_article(tmp_path_factory.mktemp("supplement") / "article")
    config = project.config.read_text(encoding="utf-8")
    line = "  resources: [supplement.pdf, supplement.xlsx, supplement.zip]\n"
    project.config.write_text(config.replace("  render: [index.qmd]\n", f"  render: [index.qmd]\n{line}"), "utf-8")
    agents = project.data / "agents.csv"
    agents.write_text(agents.read_text(encoding="utf-8").replace("blocks signalling", "=1+1 blocks"), "utf-8")
    make_files(project)
    make_documents(project, load_ledger(project))
    return project


def test_the_settings_say_which_documents_there_are(made: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert [path.name for path in documents(made)] == ["supplement.pdf", "supplement.xlsx", "supplement.zip"]
    other = make_article(tmp_path_factory.mktemp("none") / "article")
    assert documents(other) == []


def test_every_row_has_its_place_in_the_pdf_and_on_the_page(made: Project) -> None:
    import pikepdf

    ledger = load_ledger(made)
    rows = {anchor(row) for name in supplementary_tables(ledger) for row in ledger.tables[name].values()}
    with pikepdf.open(made.root / "supplement.pdf") as pdf:
        found = set(pikepdf.NameTree(pdf.Root.Names.Dests).keys())
        assert "/MarkInfo" in pdf.Root
    assert rows <= found
    shown = html.fromstring(section(content(made, ledger)))
    ids = [element.get("id") for element in shown.iter() if element.get("id")]
    assert rows <= set(ids) and len(ids) == len(set(ids))
    assert not shown.xpath(".//script")
    for row in shown.xpath(".//tbody/tr[starts-with(@id, 'ev-')]"):
        assert row.xpath("./td[3]//a/@href"), etree.tostring(row)


def test_numbers_lead_to_rows_and_rows_to_the_text_in_every_format(made: Project) -> None:
    render(made, ["html", "pdf", "docx", "jats"], EPOCH)
    assert links.unbound(made.output) == []
    page = made.output / "index.html"
    text = page.read_text(encoding="utf-8")
    row = next(link for link in links.links(page) if link.startswith("#ev-alpha-1-pfs"))
    page.write_text(text.replace(f'id="{row[1:]}"', 'id="ev-other"'), encoding="utf-8")
    links.places.cache_clear()
    assert f"no place {row}" in links.unbound(made.output)
    page.write_text(text.replace(f'href="{row}"', 'href="#ev-alpha-1"'), encoding="utf-8")
    assert any("which does not use it" in said for said in links.unbound(made.output))


def test_a_supplement_that_was_taken_away_is_brought_back(made: Project) -> None:
    said: list[str] = []
    rendered(made, choose("embedded"), ["html"], tell=said.append)
    assert rendered(made, choose("embedded"), ["html"], tell=said.append) == [made.output / "index.html"]
    assert said == ["nothing changed since the last render"]
    (made.output / "supplement.xlsx").unlink()
    rendered(made, choose("embedded"), ["html"], tell=said.append)
    assert (made.output / "supplement.xlsx").is_file() and len(said) == 1


def test_places_are_the_same_for_the_check_and_the_engine(made: Project) -> None:
    assert places(load_ledger(made)) <= anchors(made)


def test_numbers_stay_numbers_and_nothing_can_be_run(made: Project) -> None:
    with zipfile.ZipFile(made.root / "supplement.xlsx") as book:
        sheets_xml = [etree.fromstring(book.read(name)) for name in book.namelist() if "worksheets/sheet" in name]
        formats = etree.fromstring(book.read("xl/styles.xml"))
        strings = book.read("xl/sharedStrings.xml").decode("utf-8")
    texts = ["".join(item.itertext()) for item in etree.fromstring(strings.encode("utf-8"))]
    cells = [cell for sheet in sheets_xml for cell in sheet.iter(f"{S}c") if cell.get("t") == "s"]
    addresses = sum(texts[int(cell.findtext(f"{S}v"))].startswith("http") for cell in cells)
    assert not [cell for sheet in sheets_xml for cell in sheet.iter(f"{S}f")]
    assert "=1+1 blocks" in strings
    # an address is a link, also where a row has several
    assert sum(len(list(sheet.iter(f"{S}hyperlink"))) for sheet in sheets_xml) == addresses > 10
    numbers = [cell for sheet in sheets_xml for cell in sheet.iter(f"{S}c") if cell.get("t") is None and len(cell)]
    assert len(numbers) > 10
    assert "0.00" in {item.get("formatCode") for item in formats.iter(f"{S}numFmt")} or "2" in {
        item.get("numFmtId") for item in formats.iter(f"{S}xf")
    }
    assert all(
        sheet.find(f".//{S}pane") is not None and sheet.find(f"{S}autoFilter") is not None for sheet in sheets_xml
    )
    # a column of numbers has its head, too, at its right edge
    looks = formats.find(f"{S}cellXfs")
    right = {place for place, look in enumerate(looks) if look.find(f"{S}alignment[@horizontal='right']") is not None}
    heads = {
        texts[int(cell.findtext(f"{S}v"))]: int(cell.get("s")) in right
        for sheet in sheets_xml
        for cell in sheet.find(f".//{S}row")
    }
    assert heads["n"] and not heads["id"] and not heads["source"]


def test_the_csv_is_described_and_harmless(made: Project) -> None:
    with zipfile.ZipFile(made.root / "supplement.zip") as bundle:
        package = json.loads(bundle.read("datapackage.json"))
        tables = {item["name"]: item for item in package["resources"]}
        assert set(tables) == set(supplementary_tables(load_ledger(made)))
        for name, item in tables.items():
            rows = list(csv.reader(io.StringIO(bundle.read(item["path"]).decode("utf-8"))))
            assert rows[0] == [field["name"] for field in item["schema"]["fields"]]
            assert not {"seen_at", "checked_on"} & set(rows[0])
            absent = set(item["schema"]["missingValues"])
            for place, field in enumerate(item["schema"]["fields"]):
                if field["type"] in ("number", "integer"):
                    assert all(row[place] in absent or float(row[place]) < 1e6 for row in rows[1:]), field["name"]
            assert all(len(row) == len(rows[0]) for row in rows)
            if name == "agents":
                assert "'=1+1 blocks" in [cell for row in rows for cell in row]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=cmd", "'=cmd"),
        ("@x", "'@x"),
        ("+1 day", "'+1 day"),
        ("-", "'-"),
        ("-0.5", "-0.5"),
        ("\n=1", "'\n=1"),
        ("0.30", "0.30"),
        ("a=b", "a=b"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_run(text: str, said: str) -> None:
    assert sheets.harmless(text) == said


def test_only_names_that_the_article_uses_become_variables(made: Project) -> None:
    text = made.variables.read_text(encoding="utf-8")
    assert '"pfs"' in text and '"supplement"' in text
    assert len(text) < 6000


def test_a_second_making_gives_the_same_bytes(made: Project) -> None:
    before = {path.name: path.read_bytes() for path in documents(made)}
    make_references(made, load_ledger(made))
    make_documents(made, load_ledger(made))
    assert {path.name: path.read_bytes() for path in documents(made)} == before


@pytest.mark.parametrize("kept", ["links", "foreignKeys", "neither"])
def test_a_row_is_told_of_its_trial_however_the_data_package_says_so(made: Project, tmp_path: Path, kept: str) -> None:
    other = make_article(tmp_path / "article")
    package = json.loads(other.datapackage.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if kept != "foreignKeys":
            resource["schema"].pop("foreignKeys", None)
        for column in resource["schema"]["fields"] if kept != "links" else ():
            column.pop("links", None)
    other.datapackage.write_text(json.dumps(package), encoding="utf-8")
    row, there = (load_ledger(project).outcomes["alpha-1.pfs.2022"] for project in (other, made))
    assert what(load_ledger(other), row) == what(load_ledger(made), there)


def test_rows_of_a_trial_in_a_ledger_without_a_table_of_trials(tmp_path: Path) -> None:
    project = make_article(tmp_path / "article")
    package = json.loads(project.datapackage.read_text(encoding="utf-8"))
    package["resources"] = [item for item in package["resources"] if item["name"] not in ("trials", "agents")]
    for resource in package["resources"]:
        resource["schema"].pop("foreignKeys", None)
        for column in resource["schema"]["fields"]:
            column.pop("links", None)
    project.datapackage.write_text(json.dumps(package), encoding="utf-8")
    ledger = load_ledger(project)
    assert what(ledger, ledger.outcomes["alpha-1.pfs.2022"]).startswith("alpha-1; ")
