"""The article in a journal's measures: words, abstract, keywords, references, figures, tables, statements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from manuscript.engine.ast import Node, iterate, text_of
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.submit import parts

_WORD = re.compile(r"\w(?:[\w'’.,/–-]*\w)?")
# statements by the words that open them in the declarations
STATEMENTS = {
    "contributions": re.compile(r"author contributions", re.I),
    "funding": re.compile(r"funding", re.I),
    "interests": re.compile(r"(?:conflicts? of|competing) interests?", re.I),
    "ethics": re.compile(r"ethics", re.I),
    "data": re.compile(r"data (?:and code )?availability", re.I),
    "ai": re.compile(r"(?:use of )?artificial intelligence|\bAI\b", re.I),
}


@dataclass(frozen=True)
class Measures:
    """Counts of the article as it stands.

    ``words``: running text and lists of the numbered sections, in-text citations included; not headings, captions,
    tables, abstract, references, unnumbered sections. ``references_in_text``: those cited outside the evidence table.
    """

    words: int
    abstract_words: int
    abstract_text: str
    keywords: int
    references: int
    references_in_text: int
    figures: int
    tables: int
    statements: frozenset[str]


def count_words(text: str) -> int:
    """The words of a text, as a word processor counts them: a number with its unit sign is one."""
    return len(_WORD.findall(text))


def measure(document: Document) -> Measures:
    """Count. ``document`` is the whole article, citations resolved."""
    numbered = [part for part in parts.sections(document.blocks) if part.numbered]
    outside = parts.manuscript(document).blocks
    cited = {
        item["citationId"]
        for node in iterate([outside, list(document.tree["meta"].values())])
        if node["t"] == "Cite"
        for item in node["c"][0]
    }
    declared = next((part for part in parts.sections(document.blocks) if part.identifier == parts.DECLARATIONS), None)
    labels = [text_of(node) for node in iterate(declared.blocks) if node["t"] == "Strong"] if declared else []
    abstract = text_of(document.meta_blocks("abstract"))
    return Measures(
        words=sum(count_words(text) for part in numbered for text in _running(part.blocks)),
        abstract_words=count_words(abstract),
        abstract_text=abstract,
        keywords=len(document.keywords),
        references=len(document.cited()),
        references_in_text=len(cited & set(document.cited())),
        figures=sum(node["t"] == "Figure" and bool(label_of(node["c"][0])) for node in iterate(outside)),
        tables=sum(node["t"] == "Table" and bool(label_of(node["c"][0])) for node in iterate(outside)),
        statements=frozenset(name for name, form in STATEMENTS.items() if any(form.match(text) for text in labels)),
    )


def _running(blocks: list[Node]) -> list[str]:
    """The texts of paragraphs and list items, figures and tables left out."""
    texts: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                collect(item)
        elif isinstance(value, dict):
            kind = value.get("t")
            if kind in ("Para", "Plain"):
                texts.append(text_of(value))
            elif kind not in ("Figure", "Table", "Header") and "c" in value:
                collect(value["c"])

    collect(blocks)
    return texts
