"""Rules that look at one entry among the others: a journal under two names, a volume out of its years, an author twice, days."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from statistics import median

from manuscript.cite import personal_names
from manuscript.cite.reader import Entry
from manuscript.cite.text import comparable, plain
from manuscript.diagnostics import Severity

RULES: dict[str, tuple[Severity, str]] = {
    "cite/author-twice": ("error", "one person stands twice among the authors"),
    "cite/journal-variant": ("error", "a journal under two names, or misspelt"),
    "cite/bad-volume": ("error", "a volume or issue that cannot be, or does not fit its year among the other entries"),
    "cite/bad-date": ("error", "a day that is in no calendar or still to come"),
    "cite/many-pages": ("error", "more pages than an article has"),
}
# entry, field, rule, message, mend
Finding = tuple[Entry, str, str, str, str]
_MOST_PAGES = 150
_SMALL = frozenset(("the", "of", "and", "in", "for", "on", "a"))


def check_among(entries: list[Entry], today: date) -> Iterator[Finding]:
    """Every finding of these rules."""
    for entry in entries:
        yield from _authors(entry)
        yield from _same_person(entry)
        yield from _pages(entry)
        yield from _day(entry, today)
        for field in ("volume", "number", "issue"):
            number = entry.get(field)
            if number and re.fullmatch(r"\d+[OIl]\d*|[OIl]\d+", plain(number)):
                yield (
                    entry,
                    field,
                    "cite/bad-volume",
                    f"{number!r} has a letter among its digits",
                    "look it up in the publication",
                )
    yield from _journals(entries)
    yield from _volumes(entries)


def _authors(entry: Entry) -> Iterator[Finding]:
    value = entry.get("author")
    counts = (
        Counter(comparable(plain(text)) for text in personal_names.split(value)) if value and " and " in value else {}
    )
    for name, count in counts.items():
        if count > 1 and name and name != "others":
            shown = next(text for text in personal_names.split(value or "") if comparable(plain(text)) == name)
            yield (
                entry,
                "author",
                "cite/author-twice",
                f"{shown} stands {count} times among the authors",
                "keep one, or look up who the other is",
            )


def _same_person(entry: Entry) -> Iterator[Finding]:
    """One author by full name and by initials, or with given and family name turned round."""
    value = entry.get("author")
    names = personal_names.split(value) if value and " and " in value else []
    known: dict[tuple[str, ...], str] = {}
    for name in names:
        family, _, given = plain(name).partition(",")
        parts = comparable(given).split()
        if not parts:
            continue
        words = tuple(sorted([*comparable(family).split(), *parts]))
        letters = (comparable(family), "".join(part[0] for part in parts), "")
        other = known.get(words) or known.get(letters)
        full = [
            len(part) > 1 for item in (name, other or name) for part in comparable(item.partition(",")[2]).split()[:1]
        ]
        # two people may have one set of initials; of one name, one form is short
        if other and comparable(other) != comparable(name) and (words in known or len(set(full)) == 2):
            yield (
                entry, "author", "cite/author-twice", f"{other} and {name} may be one person", "keep one, or look up who the other is"
            )  # fmt: skip
        known.setdefault(words, name)
        known.setdefault(letters, name)


def _pages(entry: Entry) -> Iterator[Finding]:
    match = re.fullmatch(r"(\d+)\s*[-–]+\s*(\d+)", plain(entry.get("pages") or ""))
    if match and entry.type == "article" and int(match[2]) - int(match[1]) > _MOST_PAGES:
        yield (
            entry,
            "pages",
            "cite/many-pages",
            f"an article of {int(match[2]) - int(match[1]) + 1} pages",
            "look the pages up in the publication",
        )


def _day(entry: Entry, today: date) -> Iterator[Finding]:
    for field in ("urldate", "date"):
        match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", entry.get(field) or "")
        if not match:
            continue
        try:
            found = date(*map(int, match.groups()))
        except ValueError:
            yield entry, field, "cite/bad-date", f"{match[0]} is in no calendar", "correct the day"
            continue
        if found > today:
            yield entry, field, "cite/bad-date", f"{match[0]} is still to come", "correct the day"
    year = entry.get("year") or ""
    if re.fullmatch(r"\d{4}", year) and int(year) > today.year + 1:
        yield entry, "year", "cite/bad-date", f"{year} is still to come", "correct the year"


def _words(journal: str) -> tuple[str, ...]:
    return tuple(
        word for word in re.findall(r"\w+", comparable(plain(journal)).replace("&", " and ")) if word not in _SMALL
    )


def _journals(entries: list[Entry]) -> Iterator[Finding]:
    users: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        journal = entry.get("journal")
        if journal:
            users[plain(journal)].append(entry)
    known = {journal: _words(journal) for journal in users}
    for left, right in combinations(sorted(users), 2):
        if not _alike(left, right, known):
            continue
        rare, usual = sorted((left, right), key=lambda journal: (len(users[journal]), _shortened(known[journal])))
        for entry in users[rare][:3]:
            yield (
                entry,
                "journal",
                "cite/journal-variant",
                f"{rare!r} here, {usual!r} in {len(users[usual])} other entries",
                f"write {usual}, if it is that journal",
            )


def _alike(left: str, right: str, known: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether two names are of one journal: but for case and small words, for a slip, or as an abbreviation."""
    one, other = known[left], known[right]
    if one == other:
        return True
    if not one or len(one) != len(other):
        return False
    differ = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    # an abbreviation leaves out the ends of words: a plural alone makes another journal, and so may a single letter
    cut = all(a.startswith(b) or b.startswith(a) for a, b in differ)
    if cut and any(min(len(a), len(b)) >= 2 and abs(len(a) - len(b)) > 1 for a, b in differ):
        return True
    return (
        len(differ) == 1
        and min(map(len, differ[0])) > 4
        and not _plural(*differ[0])
        and SequenceMatcher(None, *differ[0]).ratio() >= 0.83
    )


def _plural(one: str, other: str) -> bool:
    return f"{one}s" == other or one == f"{other}s"


def _shortened(words: tuple[str, ...]) -> int:
    return sum(map(len, words))


def _volumes(entries: list[Entry]) -> Iterator[Finding]:
    """A journal's volumes grow with the years on a line; an entry far from the line of the others is wrong."""
    journals: dict[tuple[str, ...], list[tuple[int, int, Entry]]] = defaultdict(list)
    for entry in entries:
        journal, number, printed = entry.get("journal"), plain(entry.get("volume") or ""), entry.get("year") or ""
        if journal and re.fullmatch(r"\d{1,4}", number) and re.fullmatch(r"\d{4}", printed):
            journals[_words(journal)].append((int(printed), int(number), entry))
    for group in journals.values():
        by_year: dict[int, list[int]] = defaultdict(list)
        for year, volume, _ in group:
            by_year[year].append(volume)
        for year, volume, entry in group:
            rest = list(by_year[year])
            rest.remove(volume)
            if len(group) < 4 or any(abs(volume - other) <= 1 for other in rest):
                continue  # too few others, or one of the same year agrees
            # a point per year, so that a long list takes no longer than its years
            others: list[tuple[int, float]] = [(y, median(volumes)) for y, volumes in by_year.items() if y != year]
            others += [(year, median(rest))] if rest else []
            slopes = [(w - v) / (z - y) for (y, v), (z, w) in combinations(others, 2)]
            if len(others) < 3:
                continue
            slope = median(slopes)
            start = median(v - slope * y for y, v in others)
            spread = max(abs(v - slope * y - start) for y, v in others)
            expected = start + slope * year
            # others that do not lie on a line say nothing
            if spread <= max(2.0, 1.5 * slope) and abs(volume - expected) > spread + max(1.5, slope):
                yield (
                    entry, "volume", "cite/bad-volume", f"volume {volume} of {year}, and by the other entries of the journal it is about {expected:.0f}",
                    "look volume and year up in the publication",
                )  # fmt: skip
