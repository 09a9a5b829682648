"""The PDF: accessible (PDF/UA-1) and archivable (PDF/A-2a), with running heads, bookmarks and descriptions.

Typst refuses to make a file that breaks either standard; what it cannot know is looked at here.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from manuscript.paths import Project

import inspectors
import words


@pytest.fixture(params=["article", "dialect"])
def document(request: pytest.FixtureRequest, rendered_article: Project, rendered_dialect: Path) -> Path:
    return (rendered_article.output if request.param == "article" else rendered_dialect) / "index.pdf"


def test_both_standards_are_stated(document: Path) -> None:
    data = document.read_bytes()
    assert re.search(rb"<pdfuaid:part>1<", data)
    assert re.search(rb"<pdfaid:part>2<", data) and re.search(rb"<pdfaid:conformance>A<", data)


def test_checker_finds_nothing(document: Path) -> None:
    assert inspectors.pdf_ua(document) == []


def test_checker_finds_nothing_in_the_supplement_which_one_can_survey(rendered_article: Project) -> None:
    supplement = rendered_article.output / "supplement.pdf"
    assert inspectors.pdf_ua(supplement) == [] and re.search(rb"<pdfuaid:part>1<", supplement.read_bytes())
    with pypdfium2.PdfDocument(supplement) as file:
        assert len(file) <= 40
        bookmarks = [item.get_title() for item in file.get_toc()]
    assert bookmarks[0] == "Supplementary Table 1. Trials" and bookmarks[-1] == "What could not be verified"


def test_fonts_are_in_the_file(document: Path) -> None:
    result = subprocess.run([inspectors.program("pdffonts"), str(document)], capture_output=True, text=True, check=True)
    fonts = [line.split() for line in result.stdout.splitlines()[2:]]
    # … emb sub uni object generation
    assert fonts and all(line[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_structure_begins_with_the_title_and_holds_everything(document: Path) -> None:
    command = [inspectors.program("pdfinfo"), "-struct", str(document)]
    tree = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    kinds = re.findall(r"^  ([A-Z]\w*)", tree, re.M)
    # the title's own element is new in PDF 2.0; in PDF 1.7 it stands for a paragraph
    assert kinds[:2] == ["P", "P"] and b"/Title/P" in document.read_bytes()
    assert "H1" in kinds and "H2" in kinds and "Span" not in kinds
    for element in ("Figure", "Caption", "Table", "TH", "TD", "L", "Lbl", "Link"):
        assert re.search(rf"^\s*{element}\b", tree, re.M), element


def test_metadata_and_bookmarks(rendered_article: Project) -> None:
    with pypdfium2.PdfDocument(rendered_article.output / "index.pdf") as file:
        metadata = file.get_metadata_dict()
        bookmarks = [item.get_title() for item in file.get_toc()]
    assert metadata["Title"] == "Advances and future directions in HER2-positive breast cancer: a narrative review"
    assert metadata["Author"].startswith("Agnieszka Pruska, ")
    assert "HER2-positive breast cancer" in metadata["Keywords"]
    assert metadata["Subject"].startswith("HER2-positive disease makes up")
    assert "References" in bookmarks and len(bookmarks) > 10


def test_running_heads_and_page_numbers(rendered_article: Project) -> None:
    with pypdfium2.PdfDocument(rendered_article.output / "index.pdf") as file:
        texts = [words.fold(page.get_textpage().get_text_range()) for page in file]
    head = "Advances and future directions in HER2-positive breast cancer"
    for number, text in enumerate(texts[1:], start=2):
        assert text.startswith(f"{head} {number}"), number


@pytest.mark.parametrize(("name", "top_mm"), [("index.pdf", 20), ("supplement.pdf", 14)])
def test_nothing_but_its_running_head_stands_in_the_margin_of_a_page(
    rendered_article: Project, name: str, top_mm: float
) -> None:
    with pypdfium2.PdfDocument(rendered_article.output / name) as file:
        for number, page in enumerate(file, start=1):
            text = page.get_textpage()
            boxes = [text.get_rect(index) for index in range(text.count_rects())]
            high = [bottom for _, bottom, _, top in boxes if top > page.get_height() - top_mm * 72 / 25.4]
            # one line
            assert not high or max(high) - min(high) < 3, number


def test_a_tables_header_is_repeated_on_every_page_that_it_goes_on_to(rendered_article: Project) -> None:
    with pypdfium2.PdfDocument(rendered_article.output / "supplement.pdf") as file:
        texts = [words.fold(page.get_textpage().get_text_range()) for page in file]
    assert sum("Source and place" in text for text in texts) > 20


def test_date_is_written_out(rendered_article: Project, rendered_dialect: Path) -> None:
    first = words.of_pdf(rendered_article.output / "index.pdf").split("Abstract")[0]
    assert re.search(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b", first)
    assert "2025-12-24" in words.of_pdf(rendered_dialect / "index.pdf")
