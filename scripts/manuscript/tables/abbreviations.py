"""The list of abbreviations: every one of the vocabulary, as a definition list."""

from __future__ import annotations

from dataclasses import dataclass

from manuscript.ledger.tables import Ledger
from manuscript.paths import Project
from manuscript.tables.markdown import escape

INPUTS = ()


@dataclass(frozen=True)
class DefinitionList:
    """Terms with what they stand for, as pandoc and Quarto read them."""

    entries: dict[str, str]

    def text(self) -> str:
        """One paragraph per term."""
        return "\n".join(f"{escape(term)}\n:   {escape(words)}\n" for term, words in self.entries.items())


def tables(project: Project, ledger: Ledger) -> list[DefinitionList]:
    """One list, in the order of the vocabulary."""
    return [DefinitionList(ledger.vocabulary.section("abbreviations"))]
