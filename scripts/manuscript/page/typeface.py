"""The page's own type: the fonts of ``styles/fonts`` within its style sheet, cut down to the letters of European languages.

Without it a bare Linux would show its only font; letters beyond these come from what the reader's machine has.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.ledger.tables import Ledger
from manuscript.paths import Project

# name of the file, weights and style that it serves
_FACES = (
    ("SourceSansPro-Regular.otf", "400", "normal"),
    ("SourceSansPro-It.otf", "400", "italic"),
    ("SourceSansPro-Semibold.otf", "600 700", "normal"),
)
# Latin, Greek, punctuation, raised and lowered digits, currencies, arrows, mathematical signs
_LETTERS = ((0x20, 0x17F), (0x2B0, 0x2DD), (0x370, 0x3CE), (0x2010, 0x2044), (0x2070, 0x20AC), (0x2100, 0x22FF))


def make_fonts(project: Project, _: Ledger, __: str) -> None:
    """Write ``build/fonts.css``."""
    write_text(project.page_fonts, "".join(_face((project.fonts / name).read_bytes(), *rest) for name, *rest in _FACES))


def files(project: Project) -> list[Path]:
    """What the fonts of the page are made of."""
    return [project.fonts / name for name, *_ in _FACES]


@cache  # a third of a second for each: whoever prepares several articles, or one again and again, waits once
def _face(whole: bytes, weight: str, style: str) -> str:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)
    options = Options(
        layout_features=["kern", "liga", "tnum", "lnum", "sups", "subs"], hinting=False, desubroutinize=True
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[letter for first, last in _LETTERS for letter in range(first, last + 1)])
    subsetter.subset(font)
    font.flavor = "woff"
    data = io.BytesIO()
    font.save(data)
    text = base64.b64encode(data.getvalue()).decode("ascii")
    # its own name: what is cut down is not the font any more
    return (
        f'@font-face {{ font-family: "Article Sans"; font-weight: {weight}; font-style: {style}; font-display: swap; '
        f'src: url("data:font/woff;base64,{text}") format("woff"); }}\n'
    )
