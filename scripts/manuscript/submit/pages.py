"""Page and line of words in a PDF whose lines are numbered in the margin."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_LIGATURES = str.maketrans({"\u00ad": "", "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\ufffe": "-", "\x02": "-"})
# words that are looked for, at the least: shorter ones stand in many places
_LEAST = 12


@dataclass(frozen=True)
class Place:
    """A place as a reader of the PDF finds it; ``line`` is what the margin says, 0 without a number."""

    page: int
    line: int

    def __str__(self) -> str:
        return f"page {self.page}, line {self.line}" if self.line else f"page {self.page}"


def plain(text: str) -> str:
    """What is compared: letters, digits and marks without white space, hyphens and the shapes of letters."""
    text = unicodedata.normalize("NFKC", text.translate(_LIGATURES))
    return re.sub(r"[\s\-‐‑]+", "", text)


class Pages:
    """The text of a PDF by page and line."""

    def __init__(self, path: Path) -> None:
        import pypdfium2

        self._text = ""
        self._starts: list[tuple[int, Place]] = []
        document = pypdfium2.PdfDocument(path)
        try:
            self.count = len(document)
            for number in range(self.count):
                self._read(document[number], number + 1)
        finally:
            document.close()

    def find(self, text: str, after: Place | None = None) -> Place | None:
        """Where ``text`` starts; nothing when it is not there as a whole. ``after`` is where to begin to look."""
        needle = plain(text)
        if not needle:
            return None
        start = next(
            (at for at, place in self._starts if after and (place.page, place.line) >= (after.page, after.line)), 0
        )
        at = self._text.find(needle, start)
        return self._place(at) if at >= 0 else None

    def find_words(self, text: str) -> Place | None:
        """Where a paragraph starts, or the longest start of it that stands in the PDF: pages break paragraphs."""
        needle = plain(text)
        while len(needle) >= _LEAST:
            at = self._text.find(needle)
            if at >= 0:
                return self._place(at)
            needle = needle[: len(needle) * 2 // 3]
        return None

    def _place(self, at: int) -> Place:
        return next(place for start, place in reversed(self._starts) if start <= at)

    def _read(self, page: object, number: int) -> None:
        text = page.get_textpage()  # type: ignore[attr-defined]
        found = []
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            found.append((left, bottom, top, text.get_text_bounded(left, bottom, right, top)))
        # numbers of lines stand left of everything else
        digits = [item for item in found if item[3].strip().isdigit()]
        words = [item for item in found if not item[3].strip().isdigit()]
        margin = min((left for left, *_ in words), default=0.0)
        numbers = [(bottom, top, int(text)) for left, bottom, top, text in digits if left < margin]
        for left, bottom, top, piece in found:
            if piece.strip().isdigit() and left < margin:
                continue
            middle = (bottom + top) / 2
            line = next((n for low, high, n in numbers if low - 3 <= middle <= high + 3), 0)
            self._starts.append((len(self._text), Place(number, line)))
            self._text += plain(piece)
