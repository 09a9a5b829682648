"""The one finished tree of the article taken apart: manuscript, supplement, tables, captions, blinded copy."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from manuscript.engine.ast import Node, attr, attributes_of, iterate, para, span, string, text_of, walk, words
from manuscript.engine.authors import Author
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document

EVIDENCE = "sec-evidence"
DECLARATIONS = "sec-declarations"
# says who wrote the article and where it was published
ABOUT = "sec-about"
REMOVED = "[Removed for blind review]"


@dataclass(frozen=True)
class Section:
    """A first-level section: its label, whether it is numbered, its blocks with the heading. The first may have none."""

    identifier: str
    numbered: bool
    blocks: list[Node]


def sections(blocks: list[Node]) -> list[Section]:
    """The first-level sections in order."""
    found = [Section("", False, [])]
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 1:
            attributes = block["c"][1]
            found.append(Section(attributes[0], "unnumbered" not in attributes[1], []))
        found[-1].blocks.append(block)
    return found


def with_blocks(document: Document, blocks: list[Node], **changes: Any) -> Document:
    """The document with other blocks; links to what is no longer in it become plain text."""
    tree = {**document.tree, "blocks": blocks, **changes}
    tree = deepcopy(tree)
    kept = {attributes[0] for node in iterate(tree["blocks"]) if (attributes := attributes_of(node))}

    def visit(node: Node) -> Node | None:
        if node["t"] != "Link" or not node["c"][2][0].startswith("#") or node["c"][2][0][1:] in kept:
            return None
        return span(attr(), node["c"][1])

    for part in ("blocks", "meta"):
        tree[part] = walk(tree[part], visit)
    return replace(document, tree=tree)


def manuscript(document: Document) -> Document:
    """The article without the supplementary evidence table."""
    kept = [block for part in sections(document.blocks) if part.identifier != EVIDENCE for block in part.blocks]
    return with_blocks(document, kept)


def section(document: Document, identifier: str, title: str) -> Document | None:
    """One section as a document of its own under ``title``; ``None`` if the article has no such section."""
    for part in sections(document.blocks):
        if part.identifier == identifier:
            return sheet(document, title, part.blocks[1:])
    return None


def tables(document: Document) -> Document:
    """The numbered tables of the article with their captions."""
    found = [node for node in iterate(manuscript(document).blocks) if node["t"] == "Table" and label_of(node["c"][0])]
    return sheet(document, "Tables", found)


def captions(document: Document) -> Document:
    """The captions of the figures, as a list."""
    blocks = []
    for node in iterate(document.blocks):
        if node["t"] == "Figure" and label_of(node["c"][0]) and node["c"][1][1]:
            label = f"{document.settings.kinds['fig'].label(label_of(node['c'][0]))}."
            text = node["c"][1][1][0]["c"]
            blocks.append(para([{"t": "Strong", "c": [string(label)]}, {"t": "Space"}, *text]))
    return sheet(document, "Figure captions", blocks)


def sheet(document: Document, title: str, blocks: list[Node]) -> Document:
    """A document with a title and nothing of the article's front matter."""
    meta = {"title": {"t": "MetaInlines", "c": words(title)}}
    if "lang" in document.tree["meta"]:
        meta["lang"] = document.tree["meta"]["lang"]
    changed = with_blocks(document, blocks, meta=meta)
    source = replace(document.source, metadata={k: v for k, v in document.metadata.items() if k != "date"})
    return replace(changed, source=source, authors=[], affiliations=[])


def name_pattern(authors: list[Author]) -> re.Pattern[str] | None:
    """What an author's name looks like in text: the family name as a word, the full name, e-mail or ORCID."""
    forms = {form for item in authors for form in (item.family, item.name, item.email, item.orcid) if form}
    if not forms:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(forms, key=len, reverse=True)))


def blinded(document: Document, authors: list[Author]) -> tuple[Document, int]:
    """The document without its authors, and the number of places where a name was taken out of the text.

    The section about the edition goes; elsewhere a citation or paragraph that names an author is replaced by a notice.
    """
    pattern = name_pattern(authors)
    kept = [block for part in sections(document.blocks) if part.identifier != ABOUT for block in part.blocks]
    count = 0

    def visit(node: Node) -> Node | None:
        nonlocal count
        if pattern is None or node["t"] not in ("Cite", "Para", "Plain") or not _names(pattern, node):
            return None
        count += 1
        notice = [string(REMOVED)]
        return span(attr(), notice) if node["t"] == "Cite" else {"t": node["t"], "c": notice}

    changed = with_blocks(document, walk(kept, visit), meta=walk(document.tree["meta"], visit))
    front = {key: value for key, value in document.metadata.items() if key not in ("author", "authors", "affiliations")}
    source = replace(document.source, metadata=front)
    return replace(changed, authors=[], affiliations=[], source=source), count


def _names(pattern: re.Pattern[str], node: Node) -> bool:
    if pattern.search(text_of(node)):
        return True
    return any(item["t"] == "Link" and pattern.search(item["c"][2][0]) for item in iterate(node))
