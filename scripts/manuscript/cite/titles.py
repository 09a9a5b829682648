"""Capitals in titles: what a citation style would make small unless braces protect it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"\S+")
_PART = re.compile(r"[^\s\-–/‑()\[\]:;,.!?\"“”'’]+")
_ROMAN = re.compile(r"(?:I{2,3}|IV|VI{0,3}|IX|I|V)[abc]?$")
_BEFORE_NUMERAL = {"phase", "stage", "grade", "class", "type", "part", "group"}
# names of places, peoples and methods that stand in titles; a style would write "europe"
_PROPER = frozenset({
    "Africa", "African", "Africans", "America", "American", "Americans", "Asia", "Asian", "Asians", "Australia",
    "Australian", "Austria", "Belgium", "Brazil", "Brazilian", "Canada", "Canadian", "China", "Chinese", "Denmark",
    "Danish", "Dutch", "Egypt", "English", "Europe", "European", "Europeans", "France", "French", "German",
    "Germany", "Greece", "Greek", "India", "Indian", "Iran", "Ireland", "Israel", "Italian", "Italy", "Japan",
    "Japanese", "Korea", "Korean", "Latin", "Mexico", "Netherlands", "Norway", "Poland", "Polish", "Portugal",
    "Russia", "Spain", "Spanish", "Sweden", "Swedish", "Switzerland", "Swiss", "Taiwan", "Taiwanese", "Turkey",
    "Turkish", "Britain", "British", "Bayesian", "Cochrane", "Delphi", "Kaplan", "Meier", "Medicare",
})  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A stretch of a title that needs braces: offsets in the title, and its text."""

    start: int
    end: int
    text: str


def depths(title: str) -> list[int]:
    """How many braces are open at each character."""
    result, depth, escaped = [], 0, False
    for letter in title:
        if letter == "}" and not escaped:
            depth -= 1
        result.append(depth)
        if letter == "{" and not escaped:
            depth += 1
        escaped = letter == "\\" and not escaped
    return result


def shouts(title: str) -> bool:
    """Whether the title is in capitals altogether."""
    letters = [letter for letter in title if letter.isalpha()]
    return len(letters) > 12 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)


def wrapped(title: str) -> bool:
    """Whether one pair of braces holds the whole title, so that no style can change its case."""
    return (
        len(title) > 2
        and title[0] == "{"
        and title[-1] == "}"
        and " " in title
        and not title.startswith("{\\")
        and all(depth >= 1 for depth in depths(title)[1:-1])
    )


def unprotected(title: str, known: frozenset[str] = frozenset()) -> list[Span]:
    """Acronyms, mixed-case names, trial names, numerals of phases and proper names that no brace protects; ``known`` are more of these."""
    if shouts(title):
        return []
    open_braces = depths(title) if "{" in title else None
    spans: list[Span] = []
    previous = ""
    for word in _WORD.finditer(title):
        if "\\" in word.group() and "{" in word.group():
            previous = ""
            continue
        # parts of one word: EGFR-positive is EGFR and positive; AZ-1234 is one name
        parts = list(_PART.finditer(title, word.start(), word.end()))
        marks = [_kind(part.group(), previous if index == 0 else "", known) for index, part in enumerate(parts)]
        bare = [
            part for part, mark in zip(parts, marks, strict=True)
            if mark == "name" and "{" not in part.group() and "}" not in part.group() and (open_braces is None or open_braces[part.start()] == 0)
        ]  # fmt: skip
        if bare and "{" not in word.group():
            spans += _joined(title, parts, marks)
        else:
            spans += [Span(part.start(), part.end(), part.group()) for part in bare]
        previous = word.group().lower().strip("(),.:;")
    return spans


def protect(title: str, known: frozenset[str] = frozenset()) -> str:
    """The title with braces around what ``unprotected`` finds."""
    for span in reversed(unprotected(title, known)):
        title = f"{title[: span.start]}{{{span.text}}}{title[span.end :]}"
    return title


def _kind(part: str, previous: str, known: frozenset[str]) -> str:
    """``name`` needs braces; ``joint`` (a single capital, a number) needs them beside a name; else nothing."""
    if part in _PROPER or part in known:
        return "name"
    if previous in _BEFORE_NUMERAL and _ROMAN.match(part):
        return "name"
    capitals = sum(letter.isupper() for letter in part)
    if part.isdigit():
        return "joint"
    if capitals == 0:
        return ""
    if len(part) == 1:
        return "joint"
    if capitals >= 2 or any(letter.isdigit() for letter in part) or not part[0].isupper():
        return "name"
    return "name" if part in ("Ib", "IIa", "IIb") else ""


def _joined(title: str, parts: list[re.Match[str]], marks: list[str]) -> list[Span]:
    """Runs of parts joined by a hyphen or slash that hold at least one name: AZ-1234, ALPHA-Lung03, I/II."""
    spans = []
    index = 0
    while index < len(parts):
        if not marks[index]:
            index += 1
            continue
        last = index
        while (
            last + 1 < len(parts)
            and marks[last + 1]
            and title[parts[last].end() : parts[last + 1].start()] in ("-", "–", "/", "‑")
        ):
            last += 1
        if "name" in marks[index : last + 1]:
            start, end = parts[index].start(), parts[last].end()
            spans.append(Span(start, end, title[start:end]))
        index = last + 1
    return spans
