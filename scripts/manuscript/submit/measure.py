"""The article in a journal's measures: words, abstract, keywords, references, figures, tables, statements."""

from __future__ import annotations

from dataclasses import dataclass

from manuscript.engine.ast import Node, iterate, text_of
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.source.syntax import count_words
from manuscript.submit import parts


@dataclass(frozen=True)
class Measures:
    """Counts of the article as it stands.

    ``words``: running text and lists of the numbered sections, in-text citations included; not headings, captions,
    tables, abstract, references, unnumbered sections. ``references_in_text``: those cited outside the evidence table.
    ``abstract_headings``: what opens its paragraphs in bold. ``key_points``: the words of each, nothing without a box of
    them. ``statements``: names of ``STATEMENTS``, in their order.
    """

    words: int
    title: str
    running_title: str
    abstract_words: int
    abstract_headings: tuple[str, ...]
    keywords: int
    references: int
    references_in_text: int
    figures: int
    tables: int
    key_points: tuple[int, ...]
    heading_levels: int
    statements: tuple[str, ...]


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
    unnumbered = [block for part in parts.sections(document.blocks) if not part.numbered for block in part.blocks]
    labels = [
        text_of(block["c"][2]) if block["t"] == "Header" else parts.label_of_paragraph(block) for block in unnumbered
    ]
    stated = [name for text in labels for name, form in parts.STATEMENTS.items() if form.match(text)]
    abstract = document.meta_blocks("abstract")
    return Measures(
        words=sum(count_words(text) for part in numbered for text in _running(part.blocks)),
        title=" ".join(document.title.split()),
        running_title=str(document.metadata.get("short-title") or ""),
        abstract_words=count_words(text_of(abstract)),
        abstract_headings=tuple(_headings(abstract)),
        keywords=len(document.keywords),
        references=len(document.cited()),
        references_in_text=len(cited & set(document.cited())),
        figures=sum(node["t"] == "Figure" and bool(label_of(node["c"][0])) for node in iterate(outside)),
        tables=sum(node["t"] == "Table" and bool(label_of(node["c"][0])) for node in iterate(outside)),
        key_points=tuple(
            count_words(text) for node in iterate(outside) if _is_key_points(node) for text in _points(node)
        ),
        heading_levels=max((node["c"][0] for node in outside if node["t"] == "Header"), default=0),
        statements=tuple(dict.fromkeys(stated)),
    )


def _is_key_points(node: Node) -> bool:
    """Whether it is a box with that title."""
    return node["t"] == "Div" and "callout" in node["c"][0][1] and "key points" in text_of(node["c"][1][:1]).lower()


def _points(box: Node) -> list[str]:
    """The items of the lists in a box; its paragraphs, where it has no list."""
    body = box["c"][1][1:]
    items = [item for node in iterate(body) if node["t"] == "BulletList" for item in node["c"]]
    return [text_of(item) for item in items or body]


def _headings(blocks: list[Node]) -> list[str]:
    """What stands in bold at the start of a paragraph."""
    starts = [block["c"][0] for block in blocks if block["t"] in ("Para", "Plain") and block["c"]]
    return [text_of(node).strip(" .:") for node in starts if node["t"] == "Strong"]


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
