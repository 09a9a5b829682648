"""Bundles for journals: profiles, limits, papers, files read back, blinded copies that tell nothing."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import lzma
import subprocess
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

from manuscript import wing
from manuscript.engine import citeproc
from manuscript.engine.ast import iterate, para, string, text_of
from manuscript.engine.ast import words as words_of
from manuscript.engine.authors import Author
from manuscript.engine.document import Document
from manuscript.engine.formats import docx
from manuscript.errors import ConfigError, ManuscriptErrors, RenderError
from manuscript.figures import style
from manuscript.figures.column import Room, _beyond, fitted, letters
from manuscript.figures.schematic import canvas, card
from manuscript.git import git
from manuscript.ledger.tables import load_ledger
from manuscript.ooxml import W, body
from manuscript.paths import Project
from manuscript.source.syntax import count_words
from manuscript.submit import blinding, bundle, figures, layout, measure, papers, parts, profile, report, texts
from manuscript.submit.blinding import Identity
from manuscript.submit.pages import Pages
from manuscript.submit.profile import FIELDS, Profile, Value
from manuscript.supplement.write_supplement import make_documents

import inspectors
import links
import words
from check_article import make_article, make_files
from conftest import EPOCH, ROOT

NAMES = sorted(path.stem for path in (ROOT / "journals").glob("*.yml"))

AUTHORS = """\
author:
  - name: Zofia Przykładowa
    orcid: 0000-0002-1825-0097
    email: zofia.przykladowa@uni-wymysl.test
    corresponding: true
    roles: [conceptualization, supervision]
    affiliations:
      - name: Uniwersytet Wymyślony
        city: Nigdzie
  - name: Jan Krzysztof Zmyślacz
funding: The Foundation of Cheese paid, grant CH-2718.
acknowledgements: Thanks go to Doctor Kotowska.
copyright: {holder: Zmyślacz and sons, year: 2026}
"""
CHAPTERS = """\

The search began with the earlier edition of this review.
The second sentence stays.
See <https://github.com/przykladowa-lab/review>.

**Role of the funding source.** The Cheese Board read the draft.

## Author information {#sec-whose}

Z.P. leads a group in Nigdzie.

## Zmyślacz thought {#sec-zmyslacz}

```
by = "Zmyślacz"
```

The rule of Zmyślacz

:   A definition stays, see @sec-zmyslacz.

## What stays {#sec-stays}

A section behind it stays.

# About this edition {#sec-about .unnumbered}

Przykładowa Z, Zmyślacz JK. An earlier edition, 2020. <https://doi.org/10.9999/wymysl.2020.17>

# Declarations {#sec-declarations .unnumbered}

**Conflicts of interest.**
Dr Przykładowa sold a mousetrap.

**Author contributions.**
Z.P. thought, J.K.Z. typed.

**Funding.**
The Mousetrap Foundation paid, grant MF-31415.

**Acknowledgements.**
We thank Professor Kowalczykiewicz.
"""
# what the PDF of the article says on its first page, and no journal's copy
CITATION = """\
cff-version: 1.2.0
message: Cite the article.
title: Two trials
authors: &authors
  - {family-names: Przykładowa, given-names: Zofia}
preferred-citation:
  type: article
  title: An earlier edition
  authors: *authors
  journal: Wymysły
  year: 2020
  date-published: 2020-05-01
  doi: 10.9999/wymysl.2020.17
"""
# what no byte of a blinded copy may hold, in any encoding
FORBIDDEN = (
    "Zofia Przykładowa", "Przykładowa", "PRZYKŁADOWA", "przykładowa", "Przykładowa Z", "Przykładowa, Z", "Z. Przykładowa",
    "Przykładowa, Zofia", "Przykładowa Zofia", "Jan Krzysztof Zmyślacz", "Zmyślacz", "ZMYŚLACZ", "Zmyślacz JK",
    "Zmyślacz J.K.", "JK Zmyślacz", "J. K. Zmyślacz", "Zmyślacz, Jan", "zofia.przykladowa@uni-wymysl.test",
    "uni-wymysl.test", "0000-0002-1825-0097", "0000000218250097", "Uniwersytet Wymyślony", "Z.P. thought",
    "J.K.Z. typed", "sold a mousetrap", "mousetrap", "Mousetrap Foundation", "MF-31415", "Kowalczykiewicz",
    "earlier edition of this review", "An earlier edition, 2020", "10.9999/wymysl.2020.17", "wymysl.2020",
    "github.com/przykladowa-lab/review", "przykladowa-lab", "przykladowa-lab/review.git", "committer@wymysl.test",
    "Author contributions", "We thank Professor", "About this edition", "Foundation of Cheese", "CH-2718", "Kotowska",
    "Zmyślacz and sons", "Cheese Board", "leads a group", "Nigdzie", "Acknowledgements",
    "Zmyslacz", "zmyslacz", "Przykladowa",
)  # fmt: skip


def _cited(mode: str, *keys: str) -> dict[str, Any]:
    """A citation as a style with raised numbers leaves it."""
    cites = [{"citationId": key, "citationMode": {"t": mode}} for key in keys]
    return {"t": "Cite", "c": [cites, [{"t": "Superscript", "c": [string("7")]}]]}


RAISED, RAISED_TWICE, IN_TEXT = (
    _cited("NormalCitation", "a"),
    _cited("NormalCitation", "a", "b"),
    _cited("AuthorInText", "a"),
)


def _profile(**values: object) -> Profile:
    read = {key: Value(value, "https://e.org", "2026-11-25") for key, value in values.items()}
    return Profile("x", "A Journal", "P", read, "https://e.org/authors")


def _digests(project: Project) -> dict[str, str]:
    files = [path for path in project.root.rglob("*") if path.is_file() and not {"build", ".git"} & set(path.parts)]
    return {project.relative(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article with much that tells who wrote it, in a repository; tests only read it."""
    project = make_article(tmp_path_factory.mktemp("submit") / "article")
    front = project.article.read_text(encoding="utf-8").replace("author:\n  - name: Ada Example\n", AUTHORS)
    project.article.write_text(front.replace("keywords:\n", "short-title: Two trials\nkeywords:\n"), encoding="utf-8")
    chapter = project.chapters / "02-results.qmd"
    chapter.write_text(chapter.read_text(encoding="utf-8").split("# Funding")[0] + CHAPTERS, encoding="utf-8")
    project.citation.write_text(CITATION, encoding="utf-8")
    config = project.config.read_text(encoding="utf-8")
    project.config.write_text(
        config.replace("  render:", "  resources: [supplement.pdf, supplement.xlsx, ours.data, plain.txt]\n  render:"),
        encoding="utf-8",
    )
    (project.root / "ours.data").write_bytes(b"%PDF-1.7\n% by Zofia Przyk\xc5\x82adowa\n")
    (project.root / "plain.txt").write_text("a file that tells nothing", encoding="utf-8")
    (project.journals / "checklists").mkdir(parents=True)
    for name, text in (
        ("identifying.txt", "# words\nthe earlier edition of this review\n"),
        (
            "letter.md",
            "---\neditor: Dr Editor\napproved: true\n---\n<!-- not this -->\nThis journal, because *it is*.\n",
        ),
        ("highlights.md", "- One result\n- Another result,\n  on two lines\n"),
        ("simple-summary.md", "Plain words.\n"),
        ("checklists/list.yml", "title: A list\nscores: [0, 1]\nitems:\n  - {item: Aims, where: [sec-introduction]}\n"),
    ):
        (project.journals / name).write_text(text, encoding="utf-8")
    make_files(project)
    make_documents(project, load_ledger(project))
    for arguments in (
        ["init", "-q"],
        ["remote", "add", "origin", "git@github.com:przykladowa-lab/review.git"],
        ["add", "-A", "-f", "."],
        ["-c", "user.name=Z P", "-c", "user.email=committer@wymysl.test", "commit", "-qm", "First"],
    ):
        subprocess.run(["git", *arguments], cwd=project.root, check=True)
    return project


@pytest.fixture(scope="module")
def made(article: Project, tmp_path_factory: pytest.TempPathFactory) -> bundle.Made:
    """A bundle that uses all of the machinery: blinded, CMYK, machine formats, other citations, a layout."""
    wanted = _profile(
        blinding="double", manuscript_formats=["docx", "jats", "meca"], citation_style="nature", colour_mode="CMYK", line_numbers=True,
        line_spacing="2", font="Times New Roman", font_size_pt=12, margins_mm=30, figure_dpi=700, figure_names="Fig{}",
        figure_widths_mm=[84, 174], figure_type_min_pt=8, page_numbers=True, table_type_min_pt=9,
        statements_place="after the references", statements_heading="Statements", supplement_names="ESM_{}",
        supplement_formats=["pdf", "txt"], decimal_point="·", figures_in_text=True, cover_letter="required", words_max=100, abstract_words_max=5000,
        statements=["funding", "interests"], highlights="required", simple_summary="optional", article_type="Review",
    )  # fmt: skip
    before = _digests(article)
    result = bundle.make(article, wanted, tmp_path_factory.mktemp("out") / "x", EPOCH)
    assert _digests(article) == before
    return result


@pytest.fixture(scope="module")
def whole(article: Project) -> Document:
    """The article as a bundle sees it; tests change copies."""
    return bundle.documents(article, _profile(), EPOCH)["docx"]


def _text(path: Path) -> str:
    return "\n".join("".join(item.itertext()) for item in body(path).iter(f"{W}p"))


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_is_valid_and_reports(name: str, whole: Document) -> None:
    found = profile.read(ROOT / "journals" / f"{name}.yml", name)
    measures = measure.measure(whole)
    stated = papers.Papers(whole, measures, found)
    findings = report.limits(found, measures, stated.texts)
    text = report.text(found, findings, stated.missing(), [], [], ROOT)
    assert text.startswith(f"# Submission to {found.title}\n\n{len(found.values)} of {len(FIELDS)} requirements known")
    assert all(value.source in text and value.seen_on in text for value in found.values.values())
    assert f"Not known: look at <{found.look_at}>." in text
    unknown = text.split("## Not known")[1].split("## Caution")[0]
    assert [key for key in FIELDS if f"- {key}:" in unknown] == found.unknown


def test_check_gives_the_report_and_writes_nothing(article: Project) -> None:
    before = _digests(article)
    findings, text = bundle.check(article, _profile(words_max=100, tables_max="no limit"), EPOCH)
    assert [item.key for item in findings if not item.passed] == ["words_max"]
    assert "FAIL" in text and "- tables_max: no limit" in text
    assert _digests(article) == before


def test_broken_limits_are_reported(made: bundle.Made) -> None:
    assert [item.key for item in made.findings if not item.passed] == ["words_max"]
    assert "| words_max | at most 100 words |" in made.text and "**FAIL**" in made.text
    kept = {item.key for item in made.findings if item.passed}
    assert {"figure_widths_mm", "figure_dpi", "colour_mode", "font", "font_size_pt", "line_spacing", "margins_mm",
            "line_numbers", "statements", "statements_place", "statements_heading", "supplement_names",
            "supplement_formats", "page_numbers", "table_type_min_pt", "manuscript_formats", "blinding", "figure_names",
            "figures_in_text", "cover_letter", "highlights"} <= kept  # fmt: skip


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"title_characters_max": 20}, ["title_characters_max"]),
        ({"title_words_max": 3, "running_title_characters_max": 9}, ["title_words_max", "running_title_characters_max"]),
        ({"abstract_form": "structured"}, ["abstract_form"]),
        ({"abstract_headings": ["Aim"]}, ["abstract_headings"]),
        ({"abstract_words_min": 900}, ["abstract_words_min"]),
        ({"references_per_1000_words": 1}, ["references_per_1000_words"]),
        ({"highlights_min": 3, "highlights_max": 1, "highlight_characters_max": 20},
         ["highlights_min", "highlights_max", "highlight_characters_max"]),
        ({"simple_summary_words_max": 1}, ["simple_summary_words_max"]),
        ({"statements": ["interests", "funding"]}, []),
        ({"statements": ["funding", "ethics"]}, ["statements"]),
        ({"heading_levels_max": 1, "data_statement": "required", "ai_disclosure": "required"},
         ["heading_levels_max", "data_statement", "ai_disclosure"]),
        ({"key_points_min": 9, "key_points_max": 10, "key_point_words_max": 1}, ["key_points_min", "key_point_words_max"]),
        ({"key_points": "required", "abstract_form": "unstructured", "words_max": "no limit"}, []),
        ({"title_without": ["abbreviations", "punctuation"], "abstract_citations": False, "table_cells_filled": True}, []),
        ({"heading_characters_max": [5, 90], "caption_words_max": 1, "table_columns_max": 1, "orcid": "required"},
         ["heading_characters_max", "caption_words_max", "table_columns_max", "orcid"]),
        ({"heading_characters_max": [90], "caption_words_max": "not stated", "keywords_min": "not stated"}, []),
        ({"highlights": "required", "simple_summary": "required", "search_strategy_panel": "required"},
         ["search_strategy_panel"]),
        ({"statements_place": "before the references", "statements_heading": "Declarations"}, []),
        ({"statements_place": "after the references", "statements_heading": "Statements"}, []),
    ],
)  # fmt: skip
def test_limits(whole: Document, values: dict[str, object], broken: list[str]) -> None:
    wanted = _profile(**values)
    ordered = parts.with_statements(
        whole, *(wanted.wants(key, "") for key in ("statements", "statements_heading", "statements_place"))
    )
    stated = {name: texts.read(whole.project, "x", name) for name in papers.WRITTEN}
    findings = report.limits(wanted, measure.measure(ordered), stated)
    assert [item.key for item in findings if not item.passed] == broken
    assert len(findings) == len([value for value in values.values() if value not in ("no limit", "not stated")])


def test_where_figures_are_files_of_their_own_captions_stand_at_the_end(whole: Document) -> None:
    apart = parts.figures_apart(parts.manuscript(whole))
    assert not [node for node in iterate(apart.blocks) if node["t"] in ("Figure", "Image")]
    last = parts.sections(apart.blocks)[-1]
    assert text_of(last.blocks[0]) == "Figure captions" and text_of(last.blocks[1]).startswith("Figure\u00a01: ")
    # what referred to the picture says so still, and leads nowhere
    links_ = [node["c"][2][0] for node in iterate(apart.blocks) if node["t"] == "Link"]
    assert "Figure\u00a01" in text_of(apart.blocks[:-2]) and not [
        target for target in links_ if target.startswith("#fig-")
    ]


def test_nothing_stands_in_a_margin_that_bears_numbers(made: bundle.Made) -> None:
    path = made.folder / "for-reviewers" / "manuscript-blinded.docx"
    document = body(path)
    assert document.find(f".//{W}lnNumType") is not None
    assert not [
        item for item in document.iter(f"{W}ind") if any(value.startswith("-") for value in item.attrib.values())
    ]
    assert {item.get(f"{W}type") for item in document.iter(f"{W}tblW")} == {"pct"}
    page, margins = document.find(f".//{W}pgSz"), document.find(f".//{W}pgMar")
    room = int(page.get(f"{W}w")) - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right"))
    wide = [int(item.get("cx")) / 635 for item in document.iter() if item.tag.endswith("wordprocessingDrawing}extent")]
    assert wide and max(wide) <= room + 1
    with zipfile.ZipFile(path) as archive:
        footers = [
            archive.read(name)
            for name in archive.namelist()
            if "footer" in name and name.endswith(".xml") and "_rels" not in name
        ]
    assert footers and all(b"suppressLineNumbers" in footer for footer in footers)


def test_figures_of_a_manuscript_are_whole(whole: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Anywhere(dict[str, list[float]]):
        def get(self, key: str, default: Any = None) -> list[float]:
            return [0.3, 0.6]

    monkeypatch.setattr(docx, "_partings", lambda source: Anywhere())
    monkeypatch.setattr(docx, "_PIECE", 1)
    pictures = []
    for parted in (True, False):
        article = parts.with_blocks(whole, whole.blocks)
        docx.write(article, tmp_path / "x.docx", parted=parted)
        pictures.append(layout.read_back(tmp_path / "x.docx").pictures)
    assert pictures[0] > pictures[1] == measure.measure(whole).figures


def test_lines_of_two_columns_bear_no_numbers(tmp_path: Path, made: bundle.Made) -> None:
    path = tmp_path / "x.docx"
    content = dict(_parts_of(made.folder / "for-editors" / "manuscript.docx"))
    columns = f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:sectPr><w:pgMar w:left="1000"/><w:lnNumType/><w:cols w:num="2"/></w:sectPr></w:pPr></w:p>'
    root = etree.fromstring(content["word/document.xml"])
    root[0].insert(0, etree.fromstring(columns))
    content["word/document.xml"] = etree.tostring(root)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    layout.finish(path, layout.Layout(line_numbers=True), EPOCH)
    sections = list(body(path).iter(f"{W}sectPr"))
    assert [section.find(f"{W}lnNumType") is not None for section in sections] == [False] + [True] * (len(sections) - 1)
    assert len(sections) > 1 and layout.read_back(path).line_numbers


def _parts_of(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_what_is_missing_is_named_in_the_report_alone(made: bundle.Made) -> None:
    missing = made.text.split("## Missing")[1].split("## Other")[0]
    for what in ("affiliation of Jan Krzysztof Zmyślacz", "ORCID of Jan", "CRediT roles of Jan", "exclusive: true",
                 "scores of the A list"):  # fmt: skip
        assert what in missing
    assert "approved" not in missing and "corresponding" not in missing
    for name in ("cover-letter", "title-page", "contributions"):
        assert "missing" not in _text(made.folder / "for-editors" / f"{name}.docx").lower()


def test_papers_say_what_the_sources_say(made: bundle.Made) -> None:
    letter = _text(made.folder / "for-editors" / "cover-letter.docx")
    assert "Dear Dr Editor," in letter and "This journal, because it is." in letter and "not this" not in letter
    assert "All authors have read and approved" in letter and "under consideration" not in letter
    assert letter.rstrip().endswith("Zofia Przykładowa")
    page = _text(made.folder / "for-editors" / "title-page.docx")
    assert "Running title: Two trials" in page and "zofia.przykladowa@uni-wymysl.test" in page
    assert "Zofia Przykładowa: Conceptualization, Supervision" in _text(
        made.folder / "for-editors" / "contributions.docx"
    )
    assert "Another result, on two lines" in _text(made.folder / "for-reviewers" / "highlights.docx")
    # the order is the journal's; what it does not name follows
    declared = _text(made.folder / "for-editors" / "declarations.docx")
    assert (
        declared.index("Funding.") < declared.index("Conflicts of interest.") < declared.index("Author contributions.")
    )


def test_a_checklist_names_page_and_line(made: bundle.Made) -> None:
    found = _text(made.folder / "for-reviewers" / "list.docx")
    pages = Pages(made.folder / "for-reviewers" / "manuscript-blinded.pdf")
    place = pages.find("1Introduction")
    assert place is not None and place.line > 1
    assert f"section 1, “Introduction” ({place})" in found and "#sec" not in found and "Score" not in found


def test_an_author_may_change_a_template(article: Project, whole: Document) -> None:
    folder = article.journals / "templates"
    folder.mkdir()
    try:
        (folder / "title-page.md").write_text("Only $title$ & $words$.\n", encoding="utf-8")
        found = papers.Papers(whole, measure.measure(whole), _profile()).title_page()
        assert text_of(found.blocks).startswith("Only Two invented trials of an invented conjugate & ")
    finally:
        (folder / "title-page.md").unlink()
        folder.rmdir()


def test_no_link_of_a_bundle_leads_to_what_is_not_in_it(made: bundle.Made) -> None:
    """In every file of it, the supplement and the machine's formats too: a bound number is plain text there."""
    place = made.folder / "for-editors"
    with zipfile.ZipFile(place / "meca.zip") as archive:
        names = [name for name in archive.namelist() if not name.startswith("source/")]
        archive.extractall(made.folder.parent / "meca", names)
    assert links.astray(made.folder) == []
    # the sources in it were not taken out
    meca = links.astray(made.folder.parent / "meca")
    assert [item for item in meca if not item[1].startswith("source")] == []
    supplement = made.folder / "for-reviewers" / "supplement" / "ESM_1.pdf"
    assert len(links.links(supplement)) > 10 and "supplement.pdf" in links.links(place / "jats" / "index.xml")
    for path in made.folder.rglob("*.*"):
        assert not [
            link
            for link in links.links(path)
            if "#ev-" in link and path.name not in (supplement.name, "supplement.pdf")
        ], path.name


def _codings(word: str) -> list[bytes]:
    return [word.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")] + [
        word.encode().hex().encode(),
        word.encode("utf-16-be").hex().upper().encode(),
    ]


def _told(blinded: Path, article: Project) -> list[tuple[str, str]]:
    """Where in which part of the zip one of the forbidden strings stands."""
    commit = git(article.root, "rev-parse", "HEAD").decode().strip()
    forbidden = [*FORBIDDEN, commit, commit[:9], str(article.root)]
    assert len(forbidden) >= 40
    files = list(blinding.contents(blinded.read_bytes(), blinded.name))
    assert len(files) > 40
    return [
        (place, word)
        for place, data in files
        for word in forbidden
        if word in place or any(coded in data for coded in _codings(word))
    ]


def test_no_byte_of_the_blinded_copy_tells(made: bundle.Made, article: Project) -> None:
    assert _told(next(path for path in made.zips if path.name == "x-blinded.zip"), article) == []
    pdf = words.of_pdf(made.folder / "for-reviewers" / "manuscript-blinded.pdf")
    assert [word for word in FORBIDDEN if word in pdf] == []
    assert pdf.count(blinding.REMOVED) == 6
    assert "The second sentence stays" in " ".join(pdf.split()) and "A section behind it stays" in " ".join(pdf.split())
    assert "Wymysły" not in words.of_pdf(made.folder / "for-editors" / "manuscript.pdf")
    # the same search finds them where they are
    full = list(blinding.contents((made.folder / "for-editors" / "manuscript.docx").read_bytes(), ""))
    for word in ("Przykładowa", "mousetrap", "wymysl.2020", "CH-2718", "Kotowska", "Cheese Board", "leads a group"):
        assert any(word.encode() in data for _, data in full), word
    assert "ours.data is for the editors alone" in made.text
    supplement = made.folder / "for-reviewers" / "supplement"
    assert sorted(path.name for path in supplement.iterdir()) == ["ESM_1.pdf", "ESM_2.txt"]
    assert "does not take supplement.xlsx, ledger as supplement" in made.text


@pytest.mark.parametrize("name", NAMES)
def test_the_blinded_copy_for_each_journal_tells_nothing(name: str, article: Project, tmp_path: Path) -> None:
    wanted = profile.read(ROOT / "journals" / f"{name}.yml", name)
    made = bundle.make(article, wanted, tmp_path / name, EPOCH, bundle.Wishes(blind=True))
    assert _told(next(path for path in made.zips if "blinded" in path.name), article) == []


@pytest.mark.parametrize(
    ("label", "tells"),
    [
        ("Funding", True), ("Role of the funding source.", True), ("Conflicts of interest", True), ("Authors’ contributions:", True),
        ("CRediT author statement", True), ("Acknowledgments", True), ("Declaration of competing interest", True),
        ("Disclosures", True), ("About the authors", True), ("Funding of trials by their makers", False),
        ("Interest in biosimilars", False), ("Contribution of imaging", False), ("Credit where it is due", False),
        ("Data availability", False),
    ],
)  # fmt: skip
def test_which_headings_tell_of_persons(label: str, tells: bool) -> None:
    assert parts.tells_who(label) is tells


def test_a_figure_is_drawn_once_for_a_journal(
    article: Project, whole: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, ledger = _profile(figure_formats=["pdf"]), load_ledger(article)
    first = figures.write(whole, ledger, wanted, tmp_path / "one")
    monkeypatch.setattr(figures, "export", None)
    again = figures.write(whole, ledger, wanted, tmp_path / "two")
    assert first and [item.path.read_bytes() for item in again] == [item.path.read_bytes() for item in first]


def test_letters_take_markdown_as_it_is_written(whole: Document) -> None:
    own = papers.Papers(whole, measure.measure(whole), _profile())
    own.letter = texts.Text("letter.md", "Why.", {"earlier": "The journal's *old* article.", "reviewers": ["Dr *A*"]})
    letter = own.cover_letter()
    said = text_of(letter.blocks)
    assert "The journal’s old article." in said and "Dr A" in said and "We submit the manuscript" in said
    revised = text_of(own.cover_letter(revised=True).blocks)
    assert "We submit the revised manuscript" in revised and "Why." not in revised


def _zipped(data: bytes, name: str = "part.xml", remark: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.comment = remark
    return buffer.getvalue()


def _png(kind: str) -> bytes:
    buffer = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "by Zmyślacz, Jan", zip=kind == "zTXt")
    if kind == "iTXt":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("Author", "by Zmyślacz, Jan", zip=True)
    Image.new("L", (4, 4)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def _photo() -> bytes:
    """The name as Windows keeps it, in UTF-16."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x9C9D] = f"by {_NAME}".encode("utf-16-le")
    Image.new("L", (4, 4)).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def _tiff() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (4, 4)).save(buffer, "TIFF", tiffinfo={315: "Zmy?lacz "})
    return buffer.getvalue().replace(b"Zmy?lacz ", "Zmyślacz".encode())


_NAME = "Zmyślacz"
_PDF = b"%%PDF-1.7\n1 0 obj\n<</Length 9>>\nstream\n%b\nendstream\nendobj\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.txt", f"by {_NAME}".encode()),
        ("capitals.txt", _NAME.upper().encode()),
        ("decomposed.txt", "Zmys\u0301lacz".encode()),
        ("utf-16.txt", f"by {_NAME}".encode("utf-16")),
        ("utf-32.txt", f"by {_NAME}".encode("utf-32-le")),
        ("central-european.txt", f"by {_NAME}".encode("cp1250")),
        ("hex.txt", _NAME.encode().hex().encode()),
        ("hex-16.pdf", b"<FEFF" + _NAME.encode("utf-16-be").hex().upper().encode() + b">"),
        ("base64.txt", base64.b64encode(f"x{_NAME}y".encode())),
        ("base64-shifted.txt", base64.b64encode(f"xx{_NAME}y".encode())),
        ("percent.txt", b"https://e.org/?q=Zmy%C5%9Blacz"),
        ("entity.xml", b"<a>Zmy&#347;lacz</a>"),
        ("entity-hex.xml", b"<a>Zmy&#x15B;lacz</a>"),
        ("escaped.json", b'"Zmy\\u015blacz"'),
        ("two-lines.txt", b"Jan\nKrzysztof\n   Zmy\xc5\x9blacz"),
        ("part.docx", _zipped(f"<w:t>{_NAME}</w:t>".encode())),
        ("nested.zip", _zipped(_zipped(_NAME.encode()), "a.docx")),
        ("name.zip", _zipped(b"nothing", f"by-{_NAME}.txt")),
        (f"{_NAME}.txt", b"nothing"),
        ("stream.pdf", _PDF % zlib.compress(f"({_NAME})".encode("utf-16-be"))),
        ("xmp.pdf", _PDF % f"<dc:creator>{_NAME}</dc:creator>".encode()),
        ("text.png", _png("iTXt")),
        ("packed.png", _png("zTXt")),
        ("tag.tiff", _tiff()),
        ("drawing.svgz", gzip.compress(f"<svg><desc>{_NAME}</desc></svg>".encode(), mtime=0)),
        ("inside.svg", b"<image href='data:image/png;base64," + base64.b64encode(_png("zTXt")) + b"'/>"),
        ("without-its-mark.txt", b"by Zmyslacz"),
        ("soft-hyphen.txt", "by Zmy\u00adś\u200blacz".encode()),
        ("runs.docx", _zipped("<w:t>Zmy</w:t></w:r><w:r><w:rPr/><w:t>ślacz</w:t>".encode())),
        ("strings.xlsx", _zipped("<si><r><t>Zmyś</t></r><r><t>lacz</t></r></si>".encode())),
        ("spans.svg", "<text><tspan>Z</tspan><tspan>my</tspan>ślacz</text>".encode()),
        ("named-entity.html", b"<p>Zmy&sacute;lacz</p>"),
        ("small-percent.txt", b"?q=zmy%c5%9blacz"),
        ("mail.eml", b"From: Zmy=C5=9Blacz"),
        ("broken-mail.eml", b"by Zmy=C5=9B=\r\nlacz"),
        ("packed-mail.eml", base64.encodebytes(b"x" * 50 + f"xx{_NAME}y".encode() + b"x" * 9)),
        ("refs.bib", rb"author = {Zmy{\'s}lacz, Jan}"),
        ("escaped.js", b"'Zmy\\u{015b}lacz'"),
        ("remark.zip", _zipped(b"nothing", remark=f"by {_NAME}".encode())),
        ("behind.zip", _zipped(b"nothing") + f"by {_NAME}".encode()),
        ("damaged.zip", b"PK\3\4" + f"by {_NAME}".encode()),
        ("text.txt.bz2", bz2.compress(_NAME.encode())),
        ("text.txt.xz", lzma.compress(_NAME.encode())),
        ("armoured.pdf", _PDF % base64.a85encode(zlib.compress(_NAME.encode()), adobe=True)),
        ("short.png", _png("tEXt")),
        ("photo.jpg", _photo()),
    ],
)
def test_a_name_is_found_wherever_it_hides(name: str, data: bytes) -> None:
    who = Identity({_NAME: "an author's name"})
    assert blinding.find(data, name, who)
    assert not blinding.find(data, name, Identity({"Nobody Known": "an author's name"})), "and nothing else is"


def test_what_is_locked_cannot_be_vouched_for() -> None:
    data = bytearray(_zipped(b"nothing"))
    for at in (data.index(b"PK\3\4") + 6, data.index(b"PK\1\2") + 8):
        data[at] |= 1
    who = Identity({_NAME: "an author's name"})
    assert blinding.find(bytes(data), "x.zip", who) == [
        ("x.zip/part.xml", "a password", "what it hides cannot be searched")
    ]


def test_a_figure_that_tells_is_refused(article: Project, whole: Document, tmp_path: Path) -> None:
    who = Identity({"the decision": "an author's name"})
    with pytest.raises((RenderError, ManuscriptErrors), match="tells who wrote it"):
        figures.write(whole, load_ledger(article), _profile(figure_formats=["tiff"], figure_dpi=72), tmp_path, who)


def test_words_of_others_are_no_finding() -> None:
    who = Identity({"Lis": "an author's name"})
    assert not blinding.find(b"A list of lists, realism" + bytes(range(256)), "a.txt", who)
    assert blinding.find(b"as Lis wrote", "a.txt", who)


def test_a_bundle_that_tells_is_refused_with_all_places(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(_zipped(_zipped(b"by Zmy\xc5\x9blacz", "a.txt"), "Zmyślacz.docx"))
    with pytest.raises(ManuscriptErrors, match="an author's name") as caught:
        blinding.refuse(path, Identity({_NAME: "an author's name"}))
    assert len(caught.value.errors) == 2 and all(isinstance(error, RenderError) for error in caught.value.errors)


def test_own_works_go_and_works_of_namesakes_stay(whole: Document) -> None:
    # clark2022third is cited in the text
    entry = next(item for item in whole.references() if item["id"] == "clark2022third")
    first = entry["author"][0]
    own = replace(whole, authors=[Author("X", first.get("given", "X"), first["family"])])
    assert "clark2022third" in blinding.identity(own).selves
    hidden, count = blinding.blinded(own, blinding.identity(own))
    assert count > 1 and first["family"] not in text_of(hidden.blocks)
    namesake = replace(whole, authors=[Author("X", "Q" + first.get("given", ""), first["family"])])
    who = blinding.identity(namesake)
    assert not who.selves and first["family"] not in who.strings


def test_figure_files_say_what_was_asked_for(
    made: bundle.Made, article: Project, whole: Document, tmp_path: Path
) -> None:
    files = sorted((made.folder / "for-reviewers" / "figures").glob("Fig1.*"))
    assert [path.suffix for path in files] == [".tiff"]
    found = figures.read_back(files[0])
    assert (found.dpi, found.colours) == (700, "CMYK")
    assert found.width_mm == pytest.approx(174, abs=0.5)
    wanted = _profile(figure_formats=["eps", "pdf", "png"], figure_widths_mm=[90, 190], figure_type_min_pt=8)
    others = {item.path.suffix: item for item in figures.write(whole, load_ledger(article), wanted, tmp_path)}
    assert set(others) == {".eps", ".pdf", ".png"}
    for item in others.values():
        assert item.width_mm == pytest.approx(190, abs=0.5)
        assert item.colours == "RGB"
    assert others[".png"].dpi == 600
    assert others[".pdf"].type_pt == pytest.approx(8, abs=0.01)
    assert others[".eps"].type_pt == pytest.approx(others[".pdf"].type_pt, abs=0.01)
    assert b"CreationDate" not in others[".eps"].path.read_bytes()


def _two_words(second: float) -> Figure:
    figure = style.new_figure(180, 60)
    for x in (0.2, second):
        figure.text(x, 0.5, "letters of seven points", fontsize=7)
    return figure


@pytest.mark.parametrize(
    ("second", "grows"),
    [(0.60, True), (0.36, False)],
    ids=["with room beside it", "with none"],
)
def test_type_grows_as_far_as_letters_keep_apart(second: float, grows: bool) -> None:
    with style.applied():
        figure = fitted(lambda: _two_words(second), Room(widths_mm=(84, 174), type_min_pt=9))
        figure.draw_without_rendering()
        one, other = (item.get_window_extent() for item in figure.texts)
    assert figure.get_size_inches()[0] == pytest.approx(174 / 25.4)
    assert other.x0 - one.x1 > -2
    assert (figure.texts[0].get_fontsize() == pytest.approx(9)) is grows
    assert figure.texts[0].get_fontsize() >= 7 * 174 / 180 - 0.01


def _card() -> Figure:
    figure, axes = canvas(30)
    card(axes, 2, 2, 88, "A title", ["words that are broken to the width of the box and go on for a while after that"])
    return figure


@pytest.mark.parametrize(
    ("room", "size", "lines"),
    [
        (Room(), 7, 1),
        (Room(widths_mm=(120,)), 7, 2),
        (Room(widths_mm=(190,)), 7, 1),
        (Room(widths_mm=(174,), type_min_pt=9), 9, 2),
    ],
    ids=["without a wish", "a narrow column", "a wide column", "large type"],
)
def test_words_are_broken_anew_for_the_room_that_they_get(room: Room, size: float, lines: int) -> None:
    with style.applied():
        figure = fitted(_card, room)
        sizes = [text.get_fontsize() for text in figure.axes[0].texts]
        figure.draw_without_rendering()
        ends = [text.get_window_extent().x1 for text in figure.axes[0].texts]
        edge = figure.axes[0].patches[0].get_window_extent().x1
    assert min(sizes) == pytest.approx(size)
    assert len(sizes) == 2 + lines, "the title, the dash, and its lines"
    assert max(ends) <= edge + 1


def test_words_that_are_broken_meet_what_they_met_as_one() -> None:
    before = {("domain II: no pairing (1)", "a line"), ("a (1)", "b (1)")}
    assert _beyond({("domain II: no (1)", "a line"), ("pairing (1)", "a line"), ("a (1)", "b (1)")}, before) == set()
    new = {("domain II: no (1)", "a box"), ("other (1)", "a line")}
    assert _beyond(new, before) == new


def test_a_line_below_the_ground_of_words_is_not_seen() -> None:
    def draw(ground: bool) -> Figure:
        figure, axes = canvas(30)
        axes.plot([50, 50], [0, 30], zorder=1)
        if ground:
            axes.axhspan(10, 20, color=style.BAND, zorder=2)
        style.write(axes, 2, 15, "words of seven points that end before the line", size=7)
        return figure

    with style.applied():
        seen, hidden = (
            fitted(lambda ground=ground: draw(ground), Room(widths_mm=(174,), type_min_pt=8))
            for ground in (False, True)
        )
    assert seen.axes[0].texts[0].get_fontsize() < 8
    assert hidden.axes[0].texts[0].get_fontsize() == 8


@pytest.mark.parametrize("name", [path.stem for path in (ROOT / "figures").glob("*.svg")])
def test_figures_of_the_review_keep_the_type_that_a_journal_asks_for(name: str) -> None:
    module, ledger = wing.load(Project(ROOT), "figures", name), load_ledger(Project(ROOT))
    with style.applied():
        figure = fitted(lambda: module.draw(ledger), Room((84, 174), height_max_mm=234, type_min_pt=8))
    assert min(text.get_fontsize() for text in letters(figure)) >= 8 - 0.01
    width, height = figure.get_size_inches() * 25.4
    assert round(width, 3) in (84, 174) and height < 234.1


def test_figure_limits_are_read_from_the_files(made: bundle.Made) -> None:
    files = report.Files(
        [figures.read_back(path) for path in (made.folder / "for-reviewers" / "figures").glob("*.tiff")]
    )
    wanted = _profile(
        figure_dpi=1200,
        colour_mode="RGB",
        figure_widths_mm=[10],
        figure_formats=["tiff", "eps"],
        figure_height_max_mm=9,
    )
    empty = {name: texts.Text("", "") for name in papers.WRITTEN}
    measures = measure.Measures(1, "", "", 1, (), 1, 1, 1, 1, 1, (), 1, ())
    found = {item.key: item.passed for item in report.limits(wanted, measures, empty, files)}
    assert found == dict.fromkeys(wanted.values, False)


def test_word_files_are_valid(made: bundle.Made) -> None:
    files = sorted(made.folder.rglob("*.docx"))
    assert len(files) >= 10
    assert {path.name: found for path in files if (found := inspectors.open_xml(path))} == {}


def test_pages_and_citations_are_the_journals(made: bundle.Made) -> None:
    path = made.folder / "for-editors" / "manuscript.docx"
    found = layout.read_back(path)
    assert found == layout.Layout("Times New Roman", 12, 2.0, 30, True, table_pt=9, pictures=1)
    with zipfile.ZipFile(path) as archive:
        # numbered references in superscript, as Nature prints them; the article's own style has names and years
        assert 'w:val="superscript"' in archive.read("word/document.xml").decode()
    table = next(body(made.folder / "for-reviewers" / "list.docx").iter(f"{W}tbl"))
    assert table.find(f"{W}tblPr/{W}tblInd") is None and table.find(f"{W}tblPr/{W}tblW").get(f"{W}type") == "pct"


def test_the_decimal_point_is_the_journals_and_no_other_point_is_changed(whole: Document) -> None:
    written = {
        "1.5–2.25 v 0.3, version 2.0 and CC BY 4.0": "1·5–2·25 v 0·3, version 2.0 and CC BY 4.0",
        "doi 10.1000/x.1 at www.a1.2.org, v1.2, 2.2026 and 1.2.3": "doi 10.1000/x.1 at www.a1.2.org, v1.2, 2.2026 and 1.2.3",
    }
    for text, expected in written.items():
        for inlines in (words_of(text), [string(text)], [string(text.replace(" ", "\u00a0"))]):
            found = parts.with_decimal_point(parts.with_blocks(whole, [para(inlines)]), "·")
            assert text_of(found.blocks).replace("\u00a0", " ") == expected
    assert count_words("a ratio of 0·64, 95% CI 0·47–0·87") == count_words("a ratio of 0.64, 95% CI 0.47–0.87")
    assert parts.with_decimal_point(whole, ".") is whole
    with style.applied():
        figure = style.new_figure(90, 40)
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
        axes.set_xticks([0.5, 1.5])
        axes.set_ylabel("HR 0.5")
        drawn = fitted(lambda: figure, Room(decimal_point="·"))
        drawn.draw_without_rendering()
        said = [item.get_text() for item in letters(drawn)]
    assert {"0·5", "1·5", "HR 0·5"} <= set(said) and not [text for text in said if "." in text]


def test_captions_and_the_order_of_references_are_the_journals(article: Project) -> None:
    wanted = _profile(
        citation_style="nature", figure_label="Fig.", figure_cited_as="FIG.", caption_stops=False, references_order="text first"
    )  # fmt: skip
    found = bundle.documents(article, wanted, EPOCH)["docx"]
    captions = [text_of(block) for block in parts.captions(found).blocks]
    assert captions and all(text.startswith("Fig.\u00a0") and not text.endswith((".", ":")) for text in captions)
    assert all(":" not in text.split()[1] for text in captions)
    links_ = [node for node in iterate(found.blocks) if node["t"] == "Link" and node["c"][2][0].startswith("#fig-")]
    assert links_ and all(text_of(node).startswith("FIG.\u00a0") for node in links_)
    entries = [node["c"][0][0] for node in iterate(found.blocks) if node["t"] == "Div" and node["c"]]
    listed = [name.removeprefix("ref-") for name in entries if name.startswith("ref-")]
    assert len(listed) > 1 and listed == citeproc.keys_text_first(found.tree)


def test_what_the_text_cites_is_numbered_before_what_floats_cite() -> None:
    def cite(key: str) -> dict[str, object]:
        return {"t": "Cite", "c": [[{"citationId": key}], []]}

    def box(kind: str, key: str) -> dict[str, object]:
        return {"t": "Div", "c": [["", [kind], []], [para([cite(key)])]]}

    table = {"t": "Table", "c": [["", [], []], [None, [para([cite("t"), cite("b")])]]]}
    figure = {"t": "Figure", "c": [["", [], []], [None, []], [para([cite("f")])]]}
    blocks = [box("callout", "k"), figure, table, para([cite("a")]), box("other", "o"), para([cite("b")])]
    meta = {"abstract": {"t": "MetaBlocks", "c": [para([cite("m")])]}, "nocite": {"t": "MetaInlines", "c": [cite("n")]}}
    assert citeproc.keys_text_first({"meta": meta, "blocks": blocks}) == ["m", "a", "o", "b", "t", "f", "k"]


@pytest.mark.parametrize(
    ("inlines", "said"),
    [
        ([string("it"), RAISED], "it7"),
        ([{"t": "Superscript", "c": [string("a")]}, string("\u00a0"), IN_TEXT], "a\u00a0ref.\u00a07"),
        ([string("Sources:"), RAISED], "Sources: ref.\u00a07"),
        ([string("Sources:"), {"t": "Space"}, RAISED_TWICE], "Sources: refs.\u00a07"),
        ([string("as"), {"t": "Space"}, {**IN_TEXT, "c": [IN_TEXT["c"][0], [string("[7]")]]}], "as [7]"),
    ],
)
def test_a_raised_number_that_is_a_word_stands_on_the_line(
    whole: Document, inlines: list[dict[str, Any]], said: str
) -> None:
    document = parts.with_references_beside_marks(parts.with_blocks(whole, [para(inlines)]))
    assert text_of(document.blocks) == said


def test_a_required_summary_stands_above_the_abstract(whole: Document) -> None:
    for wish, opened in (("required", "Simple summary: Plain words. "), ("optional", ""), ("none", "")):
        own = papers.Papers(whole, measure.measure(whole), _profile(simple_summary=wish))
        document = parts.with_summary(whole, own.summary())
        text = " ".join(text_of(document.meta_blocks("abstract")).split())
        assert text.startswith(f"{opened}Abstract: ") if opened else "Plain words" not in text
        assert document.abstract_title == ("Simple summary and abstract" if opened else whole.abstract_title)


def test_machine_formats(made: bundle.Made) -> None:
    assert (made.folder / "for-editors" / "jats" / "index.xml").is_file()
    with zipfile.ZipFile(made.folder / "for-editors" / "meca.zip") as archive:
        assert {"manifest.xml", "index.xml"} <= set(archive.namelist())


def test_words_are_running_text_of_numbered_sections(whole: Document) -> None:
    head = {"t": "Header", "c": [1, ["sec-x", [], [["number", "1"]]], [{"t": "Str", "c": "Head"}]]}
    text = {"t": "Para", "c": [{"t": "Str", "c": "one"}, {"t": "Space"}, {"t": "Str", "c": "two"}]}
    apart = {"t": "Header", "c": [1, ["sec-y", ["unnumbered"], []], [{"t": "Str", "c": "Apart"}]]}
    assert measure.measure(parts.with_blocks(whole, [text, head, text, text, apart, text])).words == 4


_ENTRY = "source: https://e.org\n    seen_on: 2026-11-25\n"


@pytest.mark.parametrize(
    ("change", "line", "words_of_it"),
    [
        ("  wordsmax:\n    value: 5\n", 5, "did you mean words_max"),
        ("  words_max: 5\n", 5, "does not say where it was read"),
        (f"  words_max:\n    value: many\n    {_ENTRY}", 6, "'many'"),
        ("  words_max:\n    value: 5\n    seen_on: 2026-11-25\n", 5, "names no page"),
        ("  words_max:\n    value: 5\n    source: https://e.org\n    seen_on: May\n", 8, "has no day"),
        (f"  blinding:\n    value: triple\n    {_ENTRY}", 6, "triple"),
        (f"  figure_line_min_pt:\n    value: thin\n    {_ENTRY}", 6, "a number above 0"),
        (f"  figure_widths_mm:\n    value: [wide]\n    {_ENTRY}", 6, "a list of numbers"),
        (f"  words_max:\n    value: 5\n    page: mine\n    {_ENTRY}", 7, "own, publisher, copy, other"),
        (f"  citation_style:\n    value: natur\n    {_ENTRY}", 6, "nature"),
        ("  words_max: [\n", None, "not YAML"),
    ],
)
def test_a_bad_profile_says_where(tmp_path: Path, change: str, line: int | None, words_of_it: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(f"title: T\npublisher: P\nlook_at: https://e.org\nvalues:\n{change}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        profile.read(path, "journals/x.yml")
    assert words_of_it in str(caught.value)
    assert line is None or caught.value.place == f"journals/x.yml:{line}"
    assert caught.value.mend


def test_all_faults_of_a_profile_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("title: T\nvalues:\n  words_max: 5\n  tables_max: 5\n", encoding="utf-8")
    with pytest.raises(ManuscriptErrors) as caught:
        profile.read(path, "x.yml")
    assert len(caught.value.errors) == 4


def test_an_unknown_journal_has_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="did you mean cancers"):
        profile.load(Project(ROOT), "cancer")
