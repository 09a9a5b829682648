"""The PDF of the dialect document says the words of the PDF that a real Quarto made of it.

Layout decides the order in which a PDF is read, so words are compared as a bag, section by section: what differs is
written down with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from manuscript import wing
from manuscript.engine.embedded import render
from manuscript.paths import Project

import words
from conftest import EPOCH, GOLDEN

MM = 72 / 25.4

# word, how many more (+) or fewer (-) of it we have than Quarto, why
DIFFERENCES: list[tuple[str, int, str]] = [
    ("a", -1, "a third-level heading is 1.1.1, as in the other formats, not 1.1.a"),
    ("1", +1, "a third-level heading is 1.1.1, as in the other formats, not 1.1.a"),
    ("5", -1, "we need four pages where Quarto needs six: figures go to the top or bottom of a page"),
    *((word, +3, "the title runs at the head of every page but the first")
      for word in ["A", "dialect", "fixture", "every", "construct", "the", "manuscript", "may", "use"]),
]  # fmt: skip


def _bag(text: str) -> Counter[str]:
    text = re.sub(r"(\w)[\u00ad‐-] ?(?=\w)", r"\1", words.fold(text))  # hyphenation differs with the measure
    return Counter(re.findall(r"[^\W\d_]+|\d+", text))


def test_words_equal_quartos(rendered_dialect: Path) -> None:
    golden = words.between(
        words.fold((GOLDEN / "pdf.txt").read_text(encoding="utf-8")), "Starting out", "10.1000/ex.2021.1"
    )
    ours = words.between(words.of_pdf(rendered_dialect / "index.pdf"), "Starting out", "10.1000/ex.2021.1")
    expected = _bag(golden)
    for word, more, _ in DIFFERENCES:
        expected[word] += more
    found = _bag(ours)
    assert {word: found[word] - expected[word] for word in found | expected if found[word] != expected[word]} == {}


def test_figures_are_printed_as_wide_as_they_were_drawn(rendered_article: Project) -> None:
    """180 mm: a figure shrunk to the text's 156 mm would print type of 6 pt. Nothing reaches over the edge of the page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(rendered_article.output / "index.pdf")
    seen = 0
    for page in document:
        captions = re.findall(r"^Figure\s\d+:", page.get_textpage().get_text_bounded(), re.MULTILINE)
        # the drawing's paper, a white field behind all the rest, has the drawing's size
        papers = {
            tuple(round(edge) for edge in item.get_bounds())
            for item in page.get_objects(max_depth=6)
            if item.type in (2, 5)
        }
        wide = [box for box in papers if abs((box[2] - box[0]) / MM - 180) < 0.8 and box[3] - box[1] > 40 * MM]
        assert len(wide) >= len(captions), f"{captions} are not that wide"
        assert all(box[0] >= 10 * MM and box[2] <= page.get_width() - 10 * MM for box in wide)
        seen += len(captions)
    assert seen == len(wing.included(rendered_article, "figures"))


def test_no_page_holds_an_empty_piece_of_a_table(rendered_article: Project) -> None:
    """Where no row finds room below a figure, no rule is drawn either."""
    import pypdfium2

    document = pypdfium2.PdfDocument(rendered_article.output / "index.pdf")
    tops = 0
    for page in document:
        text = page.get_textpage()
        for item in page.get_objects(max_depth=6):
            left, bottom, right, top = item.get_bounds()
            if item.type == 2 and right - left > 150 * MM and top - bottom < 1.5 and bottom < page.get_height() - 80:
                near = text.get_text_bounded(left, bottom - 12, right, top + 12).strip()
                assert near, f"a rule {bottom / MM:.0f} mm above the foot of a page stands alone"
                tops += 1
    assert tops > 40


def test_a_tables_caption_stays_with_its_first_rows(dialect: Project) -> None:
    """Many tables at many heights of a page, so that some begin where it ends."""
    import pypdfium2

    chapter = dialect.root / "chapters" / "02-middle.qmd"
    many = [
        "Filler.\n\n" * (count % 5 + 1)
        + f"| Head {count} | N |\n|:--|--:|\n| Row | 1 |\n| Row | 2 |\n\n: Caption. {{#tbl-many-{count}}}\n"
        for count in range(60)
    ]
    chapter.write_text("\n\n".join([chapter.read_text(), *many]))
    render(dialect, ["pdf"], EPOCH)
    seen = 0
    for page in pypdfium2.PdfDocument(dialect.output / "index.pdf"):
        shown = re.findall(r"^(Table\s\d+: Caption\.|Head \d+\b)", page.get_textpage().get_text_bounded(), re.MULTILINE)
        captions = [place for place, text in enumerate(shown) if text.startswith("Table")]
        assert all(shown[place + 1 : place + 2] == [f"Head {seen + own}"] for own, place in enumerate(captions))
        seen += len(captions)
    assert seen == 60
