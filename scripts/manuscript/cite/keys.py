"""How keys are made: first author, year, first word of the title that carries meaning (``modi2020trastuzumab``)."""

from __future__ import annotations

import re

from manuscript.cite.personal_names import family_key, names_of
from manuscript.cite.reader import Entry
from manuscript.cite.text import ascii_letters, plain

SKIPPED = frozenset({
    "a", "an", "the", "of", "in", "on", "for", "with", "and", "to", "from", "versus", "is", "are",
})  # fmt: skip
# a trial's investigators may have digits in their name: loibl2026trastuzumab
_AGENCY = re.compile(r"[a-z][a-z0-9]*?(?P<year>(?:19|20)\d{2})[a-z0-9]+$")
_PARTS = re.compile(r"(?P<base>[a-z]+\d{4}[a-z0-9]*?)(?P<letter>[a-z]?)$")


def year_of(entry: Entry) -> str:
    """The four digits of the entry's year, else those of the day its page was read, else nothing."""
    for name in ("year", "date", "urldate"):
        match = re.search(r"\d{4}", entry.get(name))
        if match:
            return match.group()
    return ""


def title_word(title: str) -> str:
    """The first significant word of a title, as keys write it; ``T-DM1`` is one word, ``antibody-drug`` is two."""
    for word in plain(title).split():
        parts = [
            re.sub(r"[^a-z0-9]", "", ascii_letters(part.replace("'", "")).lower())
            for part in re.split(r"[-–/‐‑]", word)
        ]
        parts = [part for part in parts if part]
        if not parts or parts[0] in SKIPPED:
            continue
        return "".join(parts) if len(parts[0]) == 1 and len(parts) > 1 else parts[0]
    return ""


def wanted_key(entry: Entry) -> str:
    """The key that the style asks for, without a letter; nothing when author, year or title is missing."""
    people = names_of(entry.get("author") or entry.get("editor"))
    family, year, word = family_key(people[0]) if people else "", year_of(entry), title_word(entry.get("title"))
    return f"{family}{year}{word}" if family and year and word else ""


def by_organisation(entry: Entry) -> bool:
    """Whether an organisation signs the entry, so that its key is agency, year and product."""
    people = names_of(entry.get("author"))
    return bool(people) and people[0].organisation


def key_problem(entry: Entry, others: set[str]) -> tuple[str, str]:
    """What is wrong with a key and what it should be, or two empty texts; ``others`` are the other keys."""
    key = entry.key
    if by_organisation(entry):
        match = _AGENCY.match(key)
        if match is None:
            return "the key of an organisation's page is agency, year and product", "such as fda2022enhertu"
        year = year_of(entry)
        return (
            ("", "") if not year or match["year"] == year else (f"the key says {match['year']}, the entry {year}", "")
        )
    wanted = wanted_key(entry)
    if not wanted:
        return ("", "") if re.fullmatch(r"[a-z0-9]+", key) else ("a key has small ASCII letters and digits only", "")
    if key == wanted:
        return "", ""
    if key[:-1] == wanted and key[-1:].isalpha() and key.isascii() and key.islower():
        partner = any(other == wanted or (other[:-1] == wanted and other[-1:].isalpha()) for other in others)
        return ("", "") if partner else (f"the letter {key[-1]!r} has no partner", wanted)
    return "the key is not author, year and first word of the title", wanted


def free_key(entry: Entry, taken: set[str]) -> str:
    """A key for a new entry; a letter is put behind it where the plain one is taken (``b``: the first is ``a``)."""
    wanted = wanted_key(entry)
    if wanted and wanted not in taken and f"{wanted}a" not in taken:
        return wanted
    return next(f"{wanted}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz" if f"{wanted}{letter}" not in taken)
