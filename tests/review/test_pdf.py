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
    *((number, -1, "we need three pages where Quarto needs six: two columns, and figures at the head or foot of a page")
      for number in "45"),
    *((word, +2, "the title, up to its colon, runs at the head of every page but the first")
      for word in ["A", "dialect", "fixture"]),
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


def test_figures_are_printed_as_wide_as_a_column_or_the_block(rendered_article: Project) -> None:
    """88 or 182 mm, and never narrower than they were drawn: type of 7 pt would be smaller. Nothing leaves the margins."""
    import pypdfium2

    drawn = {}
    for name in wing.included(rendered_article, "figures"):
        svg = (rendered_article.figures / f"{name}.svg").read_text(encoding="utf-8")
        width, height = (float(re.search(rf'<svg[^>]*{side}="([\d.]+)pt"', svg)[1]) for side in ("width", "height"))
        drawn[name] = (width, height / width)
    found = []
    for page in pypdfium2.PdfDocument(rendered_article.output / "index.pdf"):
        # the drawing's paper, a white field behind all the rest, has the drawing's size
        for item in page.get_objects(max_depth=6):
            left, bottom, right, top = item.get_bounds()
            # what a drawing holds beyond its paper is cut off
            assert item.type != 1 or (left >= 13 * MM and right <= page.get_width() - 13 * MM)
            if item.type in (2, 5) and right - left > 80 * MM and top - bottom > 30 * MM:
                found.append((right - left, (top - bottom) / (right - left)))
    for name, (width, shape) in drawn.items():
        grid = 88 * MM if width < 95 * MM else 182 * MM
        same = [other for other in found if abs(other[1] - shape) < 0.002 and width - 1 < other[0] < grid + 1]
        assert same, f"{name}, drawn {width / MM:.0f} mm wide, is not printed so"


def test_no_page_holds_an_empty_piece_of_a_table(rendered_article: Project) -> None:
    """Where no row finds room below a figure, no rule is drawn either."""
    import pypdfium2

    document = pypdfium2.PdfDocument(rendered_article.output / "index.pdf")
    tops = 0
    for page in document:
        text = page.get_textpage()
        boxes = [item.get_bounds() for item in page.get_objects(max_depth=6) if item.type == 2]
        drawings = [box for box in boxes if box[2] - box[0] > 80 * MM and box[3] - box[1] > 30 * MM]
        for left, bottom, right, top in boxes:
            drawn = any(lower <= bottom and top <= upper for _, lower, _, upper in drawings)
            if not drawn and right - left > 150 * MM and top - bottom < 1.5 and bottom < page.get_height() - 60:
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
    seen = []
    for page in pypdfium2.PdfDocument(dialect.output / "index.pdf"):
        text = page.get_textpage().get_text_bounded()
        captions = [int(number) for number in re.findall(r"^Table\s(\d+): Caption\.", text, re.MULTILINE)]
        # two tables stand before these
        assert captions == [int(number) + 3 for number in re.findall(r"^Head (\d+)", text, re.MULTILINE)]
        seen += captions
    assert seen == list(range(3, 63))
