"""What the page says of the article: its own words in plain text, and how it wants to be cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from manuscript.cite.reader import parse
from manuscript.engine.ast import string, text_of
from manuscript.engine.formats.html import _SHORT_PIECE, _unbroken
from manuscript.ledger.show_row import reference
from manuscript.page.about import About, Published, read_about
from manuscript.page.cite_this import records
from manuscript.paths import Project
from manuscript.supplement.cited_works import _address

ODD = "10.1002/(SICI)1097-0142(19990101)85:1<1::AID-X#1>3.0.CO;2-#"
ADDRESS = "https://doi.org/10.1002/(SICI)1097-0142(19990101)85:1%3C1::AID-X%231%3E3.0.CO;2-%23"


@pytest.mark.parametrize("name", ["a.pfs.hr", '"a.pfs.hr"', "'a.pfs.hr'"])
def test_a_number_in_the_abstract_is_told_however_its_name_is_quoted(tmp_path: Path, name: str) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: default\n", encoding="utf-8")
    text = f"---\ntitle: T\nabstract: |\n  Risk fell ({{{{< var {name} >}}}}) [@key].\n---\n"
    (tmp_path / "index.qmd").write_text(text, encoding="utf-8")
    assert read_about(Project(tmp_path), {"a.pfs.hr": "0.33"}.__getitem__).abstract == "Risk fell (0.33)."


def test_the_entry_for_a_reader_is_one_that_bibtex_prints_as_it_stands() -> None:
    people = [("Ana", "de la Cruz"), ("", "Alpha Study Group"), ("Bo", "Ødegård")]
    published = Published("R&D of AZ-1 in 50% of adults", "Science & Health", "2024-05-01", ODD)
    article, edition = records(About("R&D of AZ-1 in 50% of adults", people, "2026-01-02", published=published))
    (entry,) = parse(article.bibtex(), "a.bib").entries
    assert (entry.type, entry.key) == ("article", "delacruz2024rd")
    assert {name: item.value for name, item in entry.fields.items()} == {
        "title": r"{R\&D} of {AZ-1} in 50\% of adults",
        "author": "de la Cruz, Ana and {Alpha Study Group} and Ødegård, Bo",
        "journal": r"Science \& Health",
        "year": "2024",
        "doi": ODD,
    }
    assert article.text().endswith(ADDRESS) and published.url == ADDRESS
    assert edition.bibtex().startswith("@misc{")


def test_every_link_to_a_publication_can_be_followed(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: default\n", encoding="utf-8")
    entry = f"@article{{a, title = {{Of {{AZ-1}}.}}, author = {{Doe, Jo and Roe, An}}, year = 2020, journal = {{J}}, doi = {{{ODD}}}}}"
    (tmp_path / "references.bib").write_text(entry, encoding="utf-8")
    assert reference(Project(tmp_path), "a") == f"Doe et al. (2020). Of AZ-1. J. {ADDRESS}"
    assert reference(Project(tmp_path), "b") == "b"
    assert _address({"doi": f"https://doi.org/{ODD.replace('#', '%23')}"}, "") == ADDRESS
    assert _address({}, "123") == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert _address({"url": "file:///etc/passwd"}, "") == ""


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("given T-cell therapy", ["T-cell"]),
        ("(AB-12), at 24-month follow-up.", ["(AB-12),", "24-month", "follow-up."]),
        ("marker-positive disease", []),
        ("https://example.org/a-b", []),
        ("no hyphen", []),
    ],
)
def test_no_short_piece_of_a_word_with_a_hyphen_stands_alone(text: str, whole: list[str]) -> None:
    nodes = _unbroken(string(text), _SHORT_PIECE)
    assert [text_of(node) for node in nodes if node["t"] == "Span"] == whole
    assert text_of(nodes) == text
