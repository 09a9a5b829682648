"""The PDF of the dialect document says the words of the PDF that a real Quarto made of it.

Layout decides the order in which a PDF is read, so words are compared as a bag, section by section: what differs is
written down with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import words
from conftest import GOLDEN

# word, how many more (+) or fewer (-) of it we have than Quarto, why
DIFFERENCES: list[tuple[str, int, str]] = [
    ("a", -1, "a third-level heading is 1.1.1, as in the other formats, not 1.1.a"),
    ("1", +1, "a third-level heading is 1.1.1, as in the other formats, not 1.1.a"),
    ("4", -1, "the number of our last page is read after the last entry"),
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
