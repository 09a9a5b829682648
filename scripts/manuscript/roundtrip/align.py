"""Which paragraph of the reviewed file is which of the base render, and which source block each comes from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from manuscript.roundtrip.blocks import BOUND, Block, Sources, Unit
from manuscript.roundtrip.word import Look, Paragraph

_ALIKE = 0.4
_WINDOW = 4
_SMALL = 4_000  # pairs of paragraphs that are all compared


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
    by_letters: dict[str, list[int]] = {}
    for index, paragraph in enumerate(base):
        by_letters.setdefault(_letters(paragraph.text), []).append(index)
    for block in sources.blocks:
        near = block.kind == "cell" or block.letters < 3
        # most blocks hold nothing that is made elsewhere: their letters alone find them, without a pattern
        text = [unit.source[-1] for unit in block.units if unit.kind == "text"]
        known = (
            by_letters.get(_letters("".join(text)), [])
            if not any(u.kind in BOUND or u.source[:1] == "&" for u in block.units)
            else None
        )
        pattern = block.pattern() if known is None else None
        if known is None:
            ahead: Iterable[int] = range(cursor, min(cursor + _WINDOW, len(base)) if near else len(base))
            order = [*ahead, *([] if near else range(cursor))]
        else:
            ahead = [n for n in known if n >= cursor and (not near or n < cursor + _WINDOW)]
            order = [*ahead, *([] if near else (n for n in known if n < cursor))]
        for index in order:
            paragraph = base[index]
            if index in found or paragraph.cell is not (block.kind == "cell"):
                continue
            match = pattern.fullmatch(paragraph.text) if pattern else None
            if match or (pattern is None and _same(block, paragraph.text)):
                groups = match.groups() if match else ()
                found[index] = Placed(paragraph, block, _tokens(block, paragraph, groups))
                cursor = max(cursor, index + 1)
                break
    return found


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _same(block: Block, text: str) -> bool:
    """Whether the text has a character for each of the block's, as far as signs that are set otherwise allow it."""
    units = [unit for unit in block.units if unit.kind == "text"]
    return len(units) == len(text) and all(
        unit.pattern[-1] == sign or unit.pattern[0] == "[" or not (sign.isalnum() or sign == " ")
        for unit, sign in zip(units, text, strict=True)
    )


def _tokens(block: Block, paragraph: Paragraph, groups: Sequence[str]) -> list[Token]:
    tokens: list[Token] = []
    word: list[tuple[int, Unit]] = []
    text, looks, at, group = paragraph.text, paragraph.looks, 0, 0

    def flush() -> None:
        for part in _words(text[word[0][0] : word[-1][0] + 1], looks[word[0][0] :]) if word else ():
            first, last = word[part.start][1], word[part.stop - 1][1]
            start, end = word[0][0] + part.start, word[0][0] + part.stop
            tokens.append(Token(text[start:end], start, end, first.start, last.end, None, first.line))
        word.clear()

    for unit in block.units:
        if unit.kind == "text":
            word.append((at, unit))
            at += 1
        elif unit.kind in BOUND:
            flush()
            length = len(groups[group])
            group += 1
            tokens.append(Token(text[at : at + length], at, at + length, unit.start, unit.end, unit, unit.line))
            at += length
    flush()
    return tokens


def split(paragraph: Paragraph, bound: list[str]) -> list[Token]:
    """The tokens of a reviewed paragraph; each of the ``bound`` texts stays whole."""
    text = paragraph.text
    whole = []
    for item in sorted(set(bound), key=len, reverse=True):
        head = r"(?<![\w.])" if item[0].isalnum() else ""
        tail = r"(?!\w|[.,]\d)" if item[-1].isalnum() else ""
        whole.append(head + re.escape(item) + tail)
    result, at = [], 0
    kept = [match.span() for match in re.finditer("|".join(whole), text)] if whole else []
    for start, end in [*kept, (len(text), len(text))]:
        for part in _words(text[at:start], paragraph.looks[at:start]):
            result.append(Token(text[at + part.start : at + part.stop], at + part.start, at + part.stop))
        if start < end:
            result.append(Token(text[start:end], start, end))
        at = end
    return result


def _words(text: str, looks: list[Look]) -> Iterator[range]:
    """Words, blanks and marks; a word is cut where its type changes, as in H₂O."""
    for match in re.finditer(r"\w+|\s|[^\w\s]", text):
        start = match.start()
        for at in range(start + 1, match.end()):
            if looks[at][:4] != looks[at - 1][:4]:
                yield range(start, at)
                start = at
        yield range(start, match.end())


@dataclass(frozen=True)
class Match:
    """Paragraphs, by their numbers, that belong together; with one side empty, what came or went.

    ``what`` is paragraph, row, cells or table: the piece that came or went as a whole.
    """

    base: tuple[int, ...]
    reviewed: tuple[int, ...]
    what: str = "paragraph"


@dataclass(frozen=True)
class _Node:
    """A paragraph, or a piece of a table with what it consists of; ``key`` is its text."""

    key: str
    numbers: tuple[int, ...]
    what: str
    parts: tuple[_Node, ...] = ()


def pair(base: list[Paragraph], reviewed: list[Paragraph]) -> list[Match]:
    """Both lists in order: tables are compared with tables, then their rows, then the cells of a row."""
    return list(_paired(_nodes(base), _nodes(reviewed)))


def _nodes(paragraphs: list[Paragraph]) -> list[_Node]:
    nodes: list[_Node] = []
    numbers = range(len(paragraphs))
    for table, group in groupby(numbers, key=lambda number: (paragraphs[number].spot or (0,))[0]):
        if not table:
            nodes += [_leaf(paragraphs, number) for number in group]
            continue
        rows = []
        for _, row in groupby(group, key=lambda number: (paragraphs[number].spot or (0, 0))[1]):
            cells = []
            for _, cell in groupby(row, key=lambda number: (paragraphs[number].spot or (0, 0, 0))[2]):
                cells.append(_node("cells", [_leaf(paragraphs, number) for number in cell]))
            rows.append(_node("row", cells))
        nodes.append(_node("table", rows))
    return nodes


def _leaf(paragraphs: list[Paragraph], number: int) -> _Node:
    item = paragraphs[number]
    # the margins of a page are never the text of it
    return _Node(f"{item.part}\x1d{item.text}" if item.part else item.text, (number,), "paragraph")


def _node(what: str, parts: list[_Node]) -> _Node:
    key = {"cells": "\x1c", "row": "\x1e", "table": "\x1f"}[what].join(part.key for part in parts)
    return _Node(
        f"\x1d{key}" if what == "table" else key, tuple(n for part in parts for n in part.numbers), what, tuple(parts)
    )


def _paired(one: Sequence[_Node], other: Sequence[_Node]) -> Iterator[Match]:
    for left, right in _aligned(one, other):
        if left is not None and right is not None and left.what == right.what:
            if not left.parts:
                yield Match(left.numbers, right.numbers)
            elif left.what == "row" and len(left.parts) == len(right.parts):
                for mine, its in zip(left.parts, right.parts, strict=True):
                    yield from _paired(mine.parts, its.parts)
            else:
                yield from _paired(left.parts, right.parts)
            continue
        if left is not None:
            yield Match(left.numbers, (), left.what)
        if right is not None:
            yield Match((), right.numbers, right.what)


def _aligned(one: Sequence[_Node], other: Sequence[_Node]) -> Iterator[tuple[_Node | None, _Node | None]]:
    a, b = [item.key for item in one], [item.key for item in other]
    for i, j in aligned(a, b):
        yield one[i] if i is not None else None, other[j] if j is not None else None


def aligned(a: list[str], b: list[str]) -> list[tuple[int | None, int | None]]:
    """Two lists of texts in order: (first, second) where they belong together, else one of them with ``None``."""
    result: list[tuple[int | None, int | None]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            result += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            result += _pair_gap(a, b, range(i1, i2), range(j1, j2))
    return result


def _pair_gap(a: list[str], b: list[str], left: range, right: range) -> list[tuple[int | None, int | None]]:
    """A stretch where both differ; a long one is cut at paragraphs that share the most words which no other has."""
    if len(left) * len(right) <= _SMALL:
        return _pair_alike(a, b, left, right)
    owners: dict[str, int | None] = {}
    for i in left:
        for words in _shingles(a[i]):
            owners[words] = i if words not in owners else None
    found: list[tuple[int, int]] = []
    for j in right:
        shingles = _shingles(b[j])
        votes = Counter(i for i in (owners.get(words) for words in shingles) if i is not None)
        if votes and votes.most_common(1)[0][1] * 3 >= len(shingles):
            found.append((votes.most_common(1)[0][0], j))
    anchors = _rising(found)
    result: list[tuple[int | None, int | None]] = []
    i, j = left.start, right.start
    for anchor, other in [*anchors, (left.stop, right.stop)]:
        between, beyond = range(i, anchor), range(j, other)
        if len(between) * len(beyond) <= _SMALL:
            result += _pair_alike(a, b, between, beyond)
        else:
            result += [(n, None) for n in between]
            result += [(None, n) for n in beyond]
        if anchor < left.stop:
            result.append((anchor, other))
        i, j = anchor + 1, other + 1
    return result


def _shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text)
    return {" ".join(words[n : n + 3]) for n in range(max(1, len(words) - 2))}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, sorted by their second, whose firsts rise."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for number, (first, _) in enumerate(pairs):
        at = bisect_left(tails, first)
        previous.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [first]
        ends[at : at + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]


def _pair_alike(a: list[str], b: list[str], left: range, right: range) -> list[tuple[int | None, int | None]]:
    """The pairing with the greatest likeness that keeps the order."""
    n, m = len(left), len(right)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    alike = [[_likeness(a[i], b[j]) for j in right] for i in left]
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
    if ("\x1d" in one) is not ("\x1d" in other):
        return 0.0  # a table is no paragraph, and a margin no text
    if len(one) + len(other) > 20_000:
        return 1.0 - abs(len(one) - len(other)) / (len(one) + len(other))
    words = re.findall(r"\w+|[^\w\s]", one), re.findall(r"\w+|[^\w\s]", other)
    matcher = SequenceMatcher(a=words[0], b=words[1], autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        # a short cell or heading that changed wholly still looks alike by letters
        return SequenceMatcher(a=one, b=other).ratio() if len(one) < 60 else 0.0
    # one may be a part of the other: a paragraph that was cut in two
    same = sum(block.size for block in matcher.get_matching_blocks())
    shorter = min(len(words[0]), len(words[1])) or 1
    return max(matcher.ratio(), 0.9 * same / shorter if shorter > 5 and same / shorter > 0.8 else 0.0)
