"""Words that no dictionary knows: pyspellchecker's English list, the British forms of its words, ours of clinical words (``clinical.txt``), and the article's own."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from manuscript.check.british import american_twins
from manuscript.paths import Project

if TYPE_CHECKING:
    from spellchecker import SpellChecker

# words of Latin and parts of words that stand alone before a hyphen
_PARTS = frozenset(
    ["vitro", "vivo", "situ", "hoc", "silico", "priori", "posteriori", "facto", "versa", "pre", "non", "multi", "semi", "micro", "macro",
     "bio", "neo", "hyper", "hypo", "ultra", "pseudo", "quasi", "extra", "von", "van", "der", "den", "del", "dos", "ado", "fam"]
)  # fmt: skip
# what long words of medicine begin with; the rest must be a word of six letters or more
_BEGINNING = re.compile(
    r"(?:anti|auto|bio|cardio|chemo|contra|cyto|dermato|electro|endo|extra|gastro|haemato|hemato|hepato|histo|hydro|hyper|hypo|immuno|inter|intra|"
    r"lympho|macro|meta|micro|mono|multi|myelo|nephro|neuro|non|onco|osteo|over|para|patho|peri|pharmaco|photo|poly|post|pre|pro|pseudo|psycho|"
    r"radio|re|semi|sub|supra|thrombo|trans|ultra|un|under|uni|vaso)(?=[^\W\d_]{6})"
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def own_words(project: Project) -> set[str]:
    """``styles/words.txt``: one word per line, # begins a comment; lower case stands for any case."""
    path = project.styles / "words.txt"
    if not path.is_file():
        return set()
    return _listed(path.read_bytes().decode("utf-8", "replace"))


def _listed(text: str) -> set[str]:
    return {word for line in text.splitlines() if (word := line.partition("#")[0].strip())}


@cache
def _clinical() -> frozenset[str]:
    return frozenset(_listed((Path(__file__).with_name("clinical.txt")).read_text(encoding="utf-8")))


@cache
def _dictionary() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)


class Speller:
    """Judges words; ``extra`` are names that the article itself tells (authors, trials)."""

    def __init__(self, project: Project, extra: set[str]) -> None:
        self.own = own_words(project) | _clinical() | extra
        self._folded = {word.lower() for word in self.own if word.islower()}
        self._long = sorted(word for word in self._folded if len(word) > 7)

    def knows(self, word: str) -> bool:
        """Whether the word is right; abbreviations (two capitals or more) and single letters are left alone."""
        if len(word) == 1 or sum(sign.isupper() for sign in word) > 1:
            return True
        stem = re.sub(r"['’]s?$", "", word)
        if stem in self.own or {stem.lower(), stem.lower().removesuffix("s")} & self._folded or stem.lower() in _PARTS:
            return True
        lower = stem.lower().replace("’", "'")
        return any(item in _dictionary() for item in (lower, *american_twins(lower))) or self._compound(lower)

    def _compound(self, word: str) -> bool:
        """Whether it is a known word behind a common beginning, and no frequent word with a slip."""
        match = _BEGINNING.match(word)
        if match is None:
            return False
        rest = word[match.end() :]
        known = rest in self._folded or any(item in _dictionary() for item in (rest, *american_twins(rest)))
        # `coresponding` is no new word
        return known and _dictionary()[self.slip(word)] < 1000

    def near(self, word: str) -> str:
        """A longer word that the article knows and this one all but is, or an everyday word that it is with a slip."""
        lower = word.lower()
        if len(lower) < 6:
            return ""
        own = get_close_matches(lower, self._long, n=1, cutoff=0.85)
        if own or len(lower) < 8:
            return own[0] if own else ""
        known = [item for item in _dictionary().candidates(lower) or () if item != lower and len(item) >= len(lower)]
        return known[0] if known and not lower.endswith(("o", "i", "a")) else ""

    def slip(self, word: str) -> str:
        """The frequent word of which one letter is lacking, doubled, other or in another place; nothing for a rare one."""
        known = _dictionary()
        near = [item for item in known.known(known.edit_distance_1(word.lower())) if known[item] > 50]
        return max(near, key=lambda item: known[item], default="")

    def suggest(self, word: str) -> str:
        """A word that may be meant, or nothing."""
        close = get_close_matches(word.lower(), sorted(self._folded), n=1, cutoff=0.8)
        if close:
            return close[0]
        candidates = _dictionary().candidates(word.lower()) or set()
        best = max(sorted(candidates), key=lambda item: _dictionary()[item], default="")
        return best if best != word.lower() else ""
