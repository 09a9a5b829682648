"""The embedded engine says the words that a real Quarto (1.10.18) said of the same document.

Each wanted difference is written down with its reason; one that no longer occurs makes the test fail. The PDF's words
are compared in ``test_pdf.py``, since the layout decides the order in which a PDF is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import words
from conftest import GOLDEN

# golden words, our words, why
Difference = tuple[str, str, str]

_MATHML = "mathematics is MathML in the page itself; Quarto leaves TeX for a script from another host"
_SPOKEN = "the kind of a callout is a word for screen readers, apart from its title"
_LABEL = "JATS holds labels apart from captions; Quarto bakes them in, with a colon"

_PARTICLE = "a particle is part of the family name, as the bibliography has it"

HTML: list[Difference] = [
    ("Cruz, A. de la.", "de la Cruz, A.", _PARTICLE),
    (r"\[ HR = \frac{h_1(t)}{h_0(t)} \tag{1}\]", "HR=h1(t)h0(t) (1)", _MATHML),
    (r"inline math \(h_0(t)\).", "inline math h0(t) .", _MATHML),
    ("NoteKey points", "Note: Key points", _SPOKEN),
    ("ImportantTitle from", "Important: Title from", _SPOKEN),
]
DOCX: list[Difference] = [("Cruz, A. de la.", "de la Cruz, A.", _PARTICLE)]
JATS: list[Difference] = [
    ("Cruz Ana de la", "de la Cruz Ana", _PARTICLE),
    *((f"{name}: {word}", f"{name} {word}", _LABEL) for name, word in (
        ("Figure 1", "A caption"), ("Figure 2", "A second"), ("Figure 3", "Two panels"),
        ("Table 1", "A pipe"), ("Table 2", "A grid"),
    )),
    (
        r"HR = \frac{h_1(t)}{h_0(t)} \qquad(1) H R = h 1 ( t ) h 0 ( t ) ( 1 )",
        r"(1) HR = \frac{h_1(t)}{h_0(t)}",
        "the number of a formula is its label; the MathML twin is not read out twice",
    ),
    ("h_0(t)h0(t).", "h_0(t) .", "the MathML twin is not read out twice"),
    ("Nested Its definition.", "Nested Term Its definition.", "Quarto loses the term of a definition list"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "read", "first", "last", "differences"),
    [
        ("html", words.of_html, "1 Starting out", "10.1000/ex.2021.1", HTML),
        ("docx", words.of_docx, "1. Starting out", "10.1000/ex.2021.1", DOCX),
        ("jats", words.of_jats, "1. Starting out", "Silent Journal 2000", JATS),
    ],
)
def test_words_equal_quartos(
    rendered_dialect: Path,
    name: str,
    read: Callable[[Path], str],
    first: str,
    last: str,
    differences: list[Difference],
) -> None:
    expected = words.between(words.fold((GOLDEN / f"{name}.txt").read_text(encoding="utf-8")), first, last)
    for golden, ours, reason in differences:
        assert expected.count(golden) == 1, f"this difference occurs no longer ({reason}): {golden}"
        expected = expected.replace(golden, ours)
    output = {"html": "index.html", "docx": "index.docx", "jats": "index.xml"}[name]
    assert words.between(read(rendered_dialect / output), first, last) == expected
