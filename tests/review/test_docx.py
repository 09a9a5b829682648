"""The Word file: valid for Microsoft's SDK, readable by LibreOffice, and made of what an editor works with."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from manuscript import wing
from manuscript.check import typesetting
from manuscript.engine.document import build_documents
from manuscript.engine.formats import docx
from manuscript.engine.settings import load_settings
from manuscript.paths import Project
from manuscript.source.resolved import load_source

import inspectors
import words
from conftest import EPOCH

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def _part(path: Path, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(name))


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style.get(f"{W}val") if style is not None else ""


def _text(element: etree._Element) -> str:
    return "".join(item.text or "" for item in element.iter(f"{W}t"))


@pytest.fixture(params=["article", "dialect"])
def document(request: pytest.FixtureRequest, rendered_article: Project, rendered_dialect: Path) -> Path:
    return (rendered_article.output if request.param == "article" else rendered_dialect) / "index.docx"


def test_open_xml_validator_says_nothing(document: Path) -> None:
    assert inspectors.open_xml(document) == []


def test_libre_office_reads_it(document: Path, tmp_path: Path) -> None:
    text = words.squeezed(words.of_pdf(inspectors.libre_office(document, tmp_path)))
    captions = [
        _text(item) for item in _part(document).iter(f"{W}p") if _style(item) in ("ImageCaption", "TableCaption")
    ]
    assert captions
    # the number is as bold as the word before it
    fields = [field for field in _part(document).iter(f"{W}fldSimple") if " SEQ " in field.get(f"{W}instr")]
    assert all(
        field.find(f"{W}r/{W}rPr/{W}b") is not None for field in fields if "Equation" not in field.get(f"{W}instr")
    )
    assert [caption for caption in captions if words.squeezed(caption.split(". ")[0]) not in text] == []
    assert "Errorreference" not in text


def test_no_page_but_the_last_is_more_than_a_third_empty(rendered_article: Project) -> None:
    inspectors.program("soffice")
    assert typesetting.faults_of_word(rendered_article.output / "index.docx") == []


def test_a_tall_picture_is_shown_in_pieces_that_make_up_the_whole(rendered_article: Project) -> None:
    shown: dict[str, list[tuple[int, int, int]]] = {}
    for picture in _part(rendered_article.output / "index.docx").iter(f"{_DRAWING}inline"):
        blip, crop = picture.find(f".//{docx.DRAWING}blip"), picture.find(f".//{docx.DRAWING}srcRect")
        top, bottom = (int(crop.get(side)) for side in "tb") if crop is not None else (0, 0)
        height = int(picture.find(f"{_DRAWING}extent").get("cy"))
        shown.setdefault(next(iter(blip.attrib.values())), []).append((top, 100_000 - bottom, height))
    parted = [pieces for pieces in shown.values() if len(pieces) > 1]
    assert parted
    for pieces in parted:
        assert [top for top, _, _ in pieces] == [0, *(bottom for _, bottom, _ in pieces[:-1])]
        assert pieces[-1][1] == 100_000
        assert max(height for _, _, height in pieces) / 36000 < 80, "a third of the page"


@pytest.mark.parametrize(
    ("places", "pieces"),
    [
        ([0.2, 0.4, 0.6, 0.8], [0.2, 0.6]),
        ([0.1, 0.5, 0.9], [0.1, 0.5, 0.9]),  # where nothing shorter can be had, as short as may be
        ([0.75], [0.75]),
        ([], []),
    ],
)
def test_a_picture_is_parted_in_as_few_pieces_as_may_be(places: list[float], pieces: list[float]) -> None:
    assert docx._edges(places, 0.4, 0.4) == pieces


def test_every_reference_field_has_its_bookmark_and_every_inner_link_its_place(document: Path) -> None:
    body = _part(document)
    bookmarks = {item.get(f"{W}name") for item in body.iter(f"{W}bookmarkStart")}
    fields = [item.text.split()[1] for item in body.iter(f"{W}instrText") if item.text.split()[0] == "REF"]
    assert fields and set(fields) <= bookmarks
    anchors = {item.get(f"{W}anchor") for item in body.iter(f"{W}hyperlink")} - {None}
    assert anchors <= bookmarks


def test_tables_repeat_their_header_and_keep_their_rows(document: Path) -> None:
    tables = list(_part(document).iter(f"{W}tbl"))
    with_header = [table for table in tables if table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None]
    assert with_header
    for table in tables:
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table.iter(f"{W}tr"))
    for table in with_header:
        assert {_style(item) for item in table.find(f"{W}tr").iter(f"{W}p")} == {"TableHeader"}
        # at a page's foot it begins with more than its head and one row
        first = [item for row in table.findall(f"{W}tr")[:4] for item in row.iter(f"{W}p")]
        assert all(item.find(f"{W}pPr/{W}keepNext") is not None for item in first)
        caption = table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")
        assert caption and not caption.startswith("Table")


def test_figures_are_described_and_only_panels_stand_in_tables(document: Path) -> None:
    body = _part(document)
    pictures = list(body.iter(f"{_DRAWING}docPr"))
    # a piece of a picture that was described above is said to be none
    assert pictures and all(len(item.get("descr")) > 5 or b"decorative" in etree.tostring(item) for item in pictures)
    assert len({item.get("id") for item in pictures}) == len(pictures)
    for picture in pictures:
        table = next(picture.iterancestors(f"{W}tbl"), None)
        assert table is None or table.find(f"{W}tblPr/{W}tblStyle").get(f"{W}val") == "FigurePanel"


def test_language_and_page_numbers(rendered_article: Project) -> None:
    path = rendered_article.output / "index.docx"
    assert _part(path, "word/styles.xml").find(f".//{W}rPrDefault//{W}lang").get(f"{W}val") == "en-GB"
    assert _part(path, "word/settings.xml").find(f"{W}themeFontLang").get(f"{W}val") == "en-GB"
    footer = _part(path, "word/footer1.xml")
    assert [item.get(f"{W}instr").strip() for item in footer.iter(f"{W}fldSimple")] == ["PAGE"]
    used = {_style(item) for item in _part(path).iter(f"{W}p")}
    assert {"Title", "Author", "Date", "Abstract", "Heading1", "Heading2", "TableText", "Bibliography"} <= used
    known = {item.get(f"{W}styleId") for item in _part(path, "word/styles.xml").iter(f"{W}style")}
    assert used - {""} <= known


def test_date_is_written_out(rendered_article: Project, rendered_dialect: Path) -> None:
    for path, pattern in ((rendered_article.output, r"\d{1,2} [A-Z][a-z]+ \d{4}"), (rendered_dialect, r"2025-12-24")):
        dates = [_text(item) for item in _part(path / "index.docx").iter(f"{W}p") if _style(item) == "Date"]
        assert len(dates) == 1 and re.fullmatch(pattern, dates[0])


def test_a_formula_and_its_number_share_a_line(rendered_dialect: Path) -> None:
    lines = [item for item in _part(rendered_dialect / "index.docx").iter(f"{W}p") if _style(item) == "Equation"]
    assert len(lines) == 1
    assert lines[0].find(f"{_MATH}oMath") is not None and lines[0].find(f"{_MATH}oMathPara") is None
    assert _text(lines[0]) == "(1)" and len(list(lines[0].iter(f"{W}tab"))) == 2


def test_pictures_and_tables_have_the_width_they_were_made_for(rendered_article: Project) -> None:
    """180 or 88 mm: a figure shrunk to the text's 160 mm would print type of 6 pt."""
    root = _part(rendered_article.output / "index.docx")
    shown: dict[str, list[etree._Element]] = {"WideFigure": [], "CaptionedFigure": []}
    for paragraph in root.iter(f"{W}p"):
        if _style(paragraph) in shown and next(paragraph.iter(f"{W}drawing"), None) is not None:
            shown[_style(paragraph)].append(paragraph)
    pictures, narrow = shown.values()
    described = [item for item in pictures if next(item.iter(f"{_DRAWING}docPr")).get("descr")]
    assert len(described) + len(narrow) == len(wing.included(rendered_article, "figures"))
    assert {round(int(item.get("cx")) / 36000) for one in narrow for item in one.iter(f"{_DRAWING}extent")} <= {88}
    for paragraph in pictures:
        sizes = [
            item for item in paragraph.iter() if etree.QName(item).localname in ("extent", "ext") and item.get("cx")
        ]
        assert len(sizes) == 2 and {round(int(size.get("cx")) / 36000, 1) for size in sizes} == {180.0}
        caption = paragraph.getnext()
        if caption in pictures:
            continue  # the next piece of the same figure
        indent = caption.find(f"{W}pPr/{W}ind")
        assert _style(caption) == "ImageCaption" and indent.get(f"{W}left") == indent.get(f"{W}right") == "-567"
    tables = [
        table for table in root.iter(f"{W}tbl") if any(_style(row) == "TableHeader" for row in table.iter(f"{W}p"))
    ]
    assert len(tables) > 4
    for table in tables:
        width, indent = table.find(f"{W}tblPr/{W}tblW"), table.find(f"{W}tblPr/{W}tblInd")
        columns = [int(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        assert (width.get(f"{W}type"), width.get(f"{W}w")) == ("dxa", "10205") and indent.get(f"{W}w") == "-567"
        assert abs(sum(columns) - 10205) <= len(columns)


def test_a_panel_as_wide_as_there_is_room_stays_in_its_cell(dialect: Project, tmp_path: Path) -> None:
    chapter = dialect.root / "chapters" / "02-middle.qmd"
    chapter.write_text(chapter.read_text().replace(' line"}', ' line" width=100%}'))
    document = build_documents(dialect, load_settings(dialect), load_source(dialect), ["docx"], EPOCH)["docx"]
    dialect.build.mkdir(exist_ok=True)
    docx.write(document, tmp_path / "index.docx")
    panels = [
        item for item in _part(tmp_path / "index.docx").iter(f"{W}tc") if item.find(f".//{_DRAWING}extent") is not None
    ]
    assert len(panels) == 2
    for panel in panels:
        assert int(panel.find(f".//{_DRAWING}extent").get("cx")) / 36000 == pytest.approx(76, abs=0.5)
        assert "WideFigure" not in {_style(item) for item in panel.iter(f"{W}p")}


def test_what_belongs_together_stays_on_one_page(rendered_article: Project) -> None:
    """A header row with the row below it, a picture with its caption, a caption in one piece."""
    styles = {
        style.get(f"{W}styleId"): style
        for style in _part(rendered_article.output / "index.docx", "word/styles.xml").iter(f"{W}style")
    }

    def asks(style: str, what: str) -> bool:
        found = styles[style].find(f"{W}pPr/{W}{what}")
        return found is not None and found.get(f"{W}val", "true") not in ("0", "false")

    assert all(asks(style, "keepNext") for style in ("TableHeader", "TableCaption", "WideFigure", "CaptionedFigure"))
    assert all(asks(style, "keepLines") for style in ("TableCaption", "ImageCaption"))
    assert not asks("TableText", "keepNext")
    headings = [
        row for row in _part(rendered_article.output / "index.docx").iter(f"{W}p") if _text(row) == "Second line"
    ]
    assert headings and all(_style(row) == "TableHeader" for row in headings), "a row that heads a group"


def test_the_file_keeps_nothing_of_this_machine(rendered_dialect: Path) -> None:
    with zipfile.ZipFile(rendered_dialect / "index.docx") as archive:
        for name in archive.namelist():
            assert str(rendered_dialect.parent).encode() not in archive.read(name), name
