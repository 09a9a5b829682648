"""Which paragraph of the reviewed file is which of the base render, and which source block each comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from manuscript.roundtrip.blocks import BOUND, Block, Sources, Unit
from manuscript.roundtrip.word import Paragraph

_ALIKE = 0.4
_WINDOW = 4


@dataclass(frozen=True)
class Token:
    """A word, mark or bound piece of a rendered paragraph, with its rendered and its source span."""

    text: str
    start: int
    end: int
    source_start: int = -1
    source_end: int = -1
    bound: Unit | None = None
    line: int = -1


@dataclass
class Placed:
    """A base paragraph with its block; ``tokens`` cover its text without a gap."""

    paragraph: Paragraph
    block: Block
    tokens: list[Token]

    @property
    def bound_texts(self) -> list[str]:
        """What citations, numbers and references show in it, in their order."""
        return [token.text for token in self.tokens if token.bound and token.text]


def place(sources: Sources, base: list[Paragraph]) -> dict[int, Placed]:
    """Base paragraphs by index, with the block that each was rendered from."""
    found: dict[int, Placed] = {}
    cursor = 0
    for block in sources.blocks:
        pattern = block.pattern()
        near = block.kind == "cell" or block.letters < 3
        ahead = range(cursor, min(cursor + _WINDOW, len(base)) if near else len(base))
        order = [*ahead, *([] if near else range(cursor))]
        for index in order:
            if index in found or base[index].cell is not (block.kind == "cell"):
                continue
            match = pattern.fullmatch(base[index].text)
            if match:
                found[index] = Placed(base[index], block, _tokens(block, match))
                cursor = max(cursor, index + 1)
                break
    return found


def _tokens(block: Block, match: re.Match[str]) -> list[Token]:
    tokens: list[Token] = []
    word: list[tuple[int, Unit]] = []
    text, at, group = match.string, 0, 0

    def flush() -> None:
        for part in re.finditer(r"\w+|\s|[^\w\s]", text[word[0][0] : word[-1][0] + 1]) if word else ():
            first, last = word[part.start()][1], word[part.end() - 1][1]
            start = word[0][0] + part.start()
            tokens.append(
                Token(part.group(), start, start + len(part.group()), first.start, last.end, None, first.line)
            )
        word.clear()

    for unit in block.units:
        if unit.kind == "text":
            word.append((at, unit))
            at += 1
        elif unit.kind in BOUND:
            flush()
            group += 1
            length = len(match.group(group))
            tokens.append(Token(text[at : at + length], at, at + length, unit.start, unit.end, unit, unit.line))
            at += length
    flush()
    return tokens


def split(text: str, bound: list[str]) -> list[Token]:
    """The tokens of a reviewed paragraph; each of the ``bound`` texts stays whole."""
    whole = []
    for item in sorted(set(bound), key=len, reverse=True):
        head = r"(?<![\w.])" if item[0].isalnum() else ""
        tail = r"(?!\w|[.,]\d)" if item[-1].isalnum() else ""
        whole.append(head + re.escape(item) + tail)
    pattern = re.compile("|".join([*whole, r"\w+", r"\s", r"[^\w\s]"]))
    return [Token(item.group(), item.start(), item.end()) for item in pattern.finditer(text)]


def pair(base: list[Paragraph], reviewed: list[Paragraph]) -> list[tuple[int | None, int | None]]:
    """Both lists in order: (base, reviewed) where they belong together, else one of them with ``None``."""
    a, b = [item.text for item in base], [item.text for item in reviewed]
    result: list[tuple[int | None, int | None]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            result += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            result += _pair_alike(a, b, range(i1, i2), range(j1, j2))
    return result


def _pair_alike(a: list[str], b: list[str], left: range, right: range) -> list[tuple[int | None, int | None]]:
    """The pairing with the greatest likeness that keeps the order."""
    n, m = len(left), len(right)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    alike = [[_likeness(a[i], b[j]) if n * m < 40_000 else 0.0 for j in right] for i in left]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            joined = best[i + 1][j + 1] + alike[i][j] if alike[i][j] >= _ALIKE else -1.0
            best[i][j] = max(joined, best[i + 1][j], best[i][j + 1])
    result: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < n or j < m:
        if i < n and j < m and alike[i][j] >= _ALIKE and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            result.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif i < n and (j == m or best[i][j] == best[i + 1][j]):
            result.append((left[i], None))
            i += 1
        else:
            result.append((None, right[j]))
            j += 1
    return result


def _likeness(one: str, other: str) -> float:
    words = re.findall(r"\w+|[^\w\s]", one), re.findall(r"\w+|[^\w\s]", other)
    matcher = SequenceMatcher(a=words[0], b=words[1], autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        # a short cell or heading that changed wholly still looks alike by letters
        return SequenceMatcher(a=one, b=other).ratio() if len(one) < 60 else 0.0
    # one may be a part of the other: a paragraph that was cut in two
    same = sum(block.size for block in matcher.get_matching_blocks())
    shorter = min(len(words[0]), len(words[1])) or 1
    return max(matcher.ratio(), 0.9 * same / shorter if shorter > 5 and same / shorter > 0.8 else 0.0)
