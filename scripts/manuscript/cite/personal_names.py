"""Names of people and organisations as BibTeX writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from manuscript.cite.text import ascii_letters, from_latex, plain

# words that belong to the family name
PARTICLES = frozenset({
    "af", "al", "am", "auf", "aus", "bin", "da", "dal", "dalla", "dall", "das", "de", "degli", "dei", "del", "dela",
    "dell", "della", "delle", "dello", "den", "der", "des", "di", "do", "dos", "du", "el", "in", "la", "las", "le",
    "les", "lo", "los", "of", "op", "san", "santa", "ten", "ter", "tot", "van", "vande", "vanden", "vander", "vom",
    "von", "zu", "zum", "zur",
})  # fmt: skip
# families that are known with a particle, and that records cut off ("Laurentiis, M. D.")
_ALWAYS = {"laurentiis": "De", "mastro": "Del", "re": "Del", "conte": "Del", "placido": "De", "lellis": "De"}
_ORGANISATION = re.compile(
    r"\b(administration|agency|agencies|association|authority|centre|center|collaborative|collaborators|commission|committee|"
    r"consortium|council|foundation|group|institute|investigators|ministry|network|organi[sz]ation|registry|society|university)\b",
    re.I,
)


_EXTENDED = re.compile(r"(?:family|given|prefix|suffix|given-i|useprefix)\s*=")


@dataclass(frozen=True)
class Name:
    """One name; an organisation has only ``family``, and ``others`` stands for those not listed."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    organisation: bool = False

    @property
    def others(self) -> bool:
        """Whether this is BibTeX's ``and others``."""
        return self.family == "others" and not self.given

    @property
    def whole_family(self) -> str:
        """The family name with its particle."""
        return f"{self.particle} {self.family}" if self.particle else self.family

    def bibtex(self) -> str:
        """``particle Family, Suffix, Given``."""
        if self.organisation:
            return f"{{{self.family}}}"
        return ", ".join(part for part in (self.whole_family, self.suffix, self.given) if part)


def split(value: str) -> list[str]:
    """The names of an author field, as written; braces hold ``and`` together."""
    if "{" not in value:
        return [part.strip() for part in re.split(r"\s+and\s+", value, flags=re.I)]
    from pybtex.bibtex.utils import split_name_list

    return [part.strip() for part in split_name_list(value)]


# the rules ask for the same names several times over
@lru_cache(maxsize=1 << 16)
def parse(text: str) -> Name | None:
    """A name; ``None`` when it cannot be one (too many commas, nothing in it)."""
    if text.startswith("{") and text.endswith("}") and _one_group(text):
        return Name(from_latex(text[1:-1].strip()), organisation=True)
    text = from_latex(text)
    if _EXTENDED.match(text):
        # biblatex's own way: family=Laurentiis, given=Michelino, prefix=de
        said = {part[0].strip(): part[2].strip() for item in text.split(",") if (part := item.partition("="))[1]}
        if not said.get("family"):
            return None
        return Name(said["family"], said.get("given", ""), said.get("prefix", ""), said.get("suffix", ""))
    if "{" in text or "," not in text:
        return _by_pybtex(text)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 3 or not parts[0]:
        return None
    particle, family = _cut_particle(parts[0])
    suffix, given = (parts[1], parts[2]) if len(parts) == 3 else ("", parts[1])
    return Name(family, " ".join(given.split()), particle, suffix)


def _by_pybtex(text: str) -> Name | None:
    from pybtex.database import InvalidNameString, Person

    if not text.strip(" ,"):
        return None
    try:
        person = Person(text)
    except InvalidNameString:
        return None
    join = " ".join
    return Name(
        join(person.last_names),
        join([*person.first_names, *person.middle_names]),
        join(person.prelast_names),
        join(person.lineage_names),
    )


def _cut_particle(family: str) -> tuple[str, str]:
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count].islower():
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _one_group(text: str) -> bool:
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return index == len(text) - 1
    return False


def canonical(value: str) -> str:
    """An author field in canonical form; names that cannot be read stay as they are."""
    parts = []
    for text in split(value):
        name = parse(text)
        parts.append(name.bibtex() if name else text)
    return " and ".join(parts)


def names_of(value: str) -> list[Name]:
    """The names that can be read, in order."""
    return [name for text in split(value) if (name := parse(text))]


def family_key(name: Name) -> str:
    """The family name as comparisons and keys use it: ``de Laurentiis`` is ``delaurentiis``."""
    return re.sub(r"[^a-z0-9]", "", ascii_letters(plain(name.whole_family)).lower())


def lost_particle(name: Name, known: dict[str, set[str]]) -> str:
    """Why the particle of a name seems to be lost, or nothing.

    ``known`` are the particles with which a family name (lower case) stands elsewhere.
    """
    if name.organisation or not name.given or name.particle:
        return ""
    words = name.given.split()
    last = words[-1].rstrip(".")
    if last.lower() in PARTICLES and len(last) > 1 and not last.isupper() and len(words) > 1:
        return f"{last!r} stands at the end of the given names and belongs to the family name"
    if any(word.islower() and word.rstrip(".") in PARTICLES for word in words[:-1]):
        return "a particle stands inside the given names"
    initial = last[:1].upper() if len(last) == 1 and len(words) > 1 else ""
    family = name.family.lower()
    for particle in sorted(known.get(family, ())):
        if initial and initial == particle[:1].upper():
            return f"elsewhere in this file the name is {particle} {name.family}"
    if initial and _ALWAYS.get(family, " ")[0] == initial:
        return f"the name is known as {_ALWAYS[family]} {name.family}"
    return ""


def known_particles(names: list[Name]) -> dict[str, set[str]]:
    """For each family name (lower case) that stands with a particle, those particles."""
    known: dict[str, set[str]] = {}
    for name in names:
        words = name.whole_family.split()
        if len(words) > 1 and not name.organisation and words[0].lower() in PARTICLES:
            known.setdefault(words[-1].lower(), set()).add(" ".join(words[:-1]))
    return known


def looks_like_organisation(name: Name) -> bool:
    """Whether an organisation was written as if it were a person."""
    return not name.organisation and bool(_ORGANISATION.search(f"{name.given} {name.whole_family}"))
