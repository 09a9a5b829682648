"""Titles that are nearly the same, found through an index of rare words instead of by comparing all pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from math import ceil

# two titles are near when their letters agree this much
ALIKE = 0.95


def shared(words: int) -> float:
    """The part of their words that near-duplicates must share: one word in three may be mistyped, three in twelve not."""
    return 0.5 if words < 6 else 0.7


def near_duplicates(titles: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs ``(later, earlier, likeness)`` of indices of near-duplicate titles; a later title is reported once.

    ``titles`` are in comparable form (lower-case words); empty ones are passed over. The index is that of a similarity
    join with prefix filtering: titles with enough words in common have one of their rarest words in common.
    """
    first: dict[str, int] = {}
    distinct: list[tuple[int, list[str]]] = []
    count: Counter[str] = Counter()
    for index, title in enumerate(titles):
        if not title:
            continue
        if title in first:
            yield index, first[title], 1.0
            continue
        first[title] = index
        words = sorted(set(title.split()))
        count.update(words)
        distinct.append((index, words))
    buckets: dict[str, list[tuple[int, set[str]]]] = {}
    for index, words in distinct:
        words.sort(key=lambda word: (count[word], word))
        needed = shared(len(words))
        prefix = words[: len(words) - ceil(needed * len(words)) + 1]
        own = set(words)
        candidates = {other: theirs for word in prefix for other, theirs in buckets.get(word, ())}
        best = (0.0, -1)
        for other, theirs in sorted(candidates.items()):
            small, large = sorted((len(own), len(theirs)))
            if small < needed * large or len(own & theirs) < needed * len(own | theirs):
                continue
            likeness = alike(titles[index], titles[other])
            if likeness > best[0]:
                best = (likeness, other)
        if best[0] >= ALIKE:
            yield index, best[1], best[0]
        for word in prefix:
            buckets.setdefault(word, []).append((index, own))


def alike(left: str, right: str) -> float:
    """How much two texts agree, letter by letter, from 0 to 1; 0 when it cannot reach ``ALIKE``."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
