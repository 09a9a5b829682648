"""The one finished tree of the article taken apart: manuscript, supplement, tables, captions, blinded copy."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from manuscript.engine.ast import Node, attr, attributes_of, iterate, para, span, string, text_of, walk, words
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document

EVIDENCE = "sec-evidence"
DECLARATIONS = "sec-declarations"
# says who wrote the article and where it was published
ABOUT = "sec-about"
# what a section or a paragraph is called that says who did, paid and declared what, or thanks for it
_WHO = re.compile(
    r"(?:the )?(?:authors?(?:['’]s?)? )?(?:contributions?|contributorship)(?: statements?)?|contributors"
    r"|credit(?: author(?:ship)?)?(?: contributions?)?(?: statement)?"
    r"|(?:sources? of |role of (?:the )?)?(?:funding|funders?)(?: (?:sources?|statement|information|and acknowledge?ments?))?"
    r"|financial (?:support|disclosures?)|disclosures?"
    r"|(?:declarations? of )?(?:conflicts? of |competing )?interests?(?: statements?| disclosures?)?"
    r"|acknowledge?ments?(?: and funding)?|(?:about the|notes? on) authors?"
    r"|author (?:information|details|biograph(?:y|ies))|corresponding author|correspondence",
    re.I,
)
# statements by the words that open them in the declarations
STATEMENTS = {
    "contributions": re.compile(r"author contributions", re.I),
    "funding": re.compile(r"funding", re.I),
    "interests": re.compile(r"(?:conflicts? of|competing|declaration of) interests?", re.I),
    "ethics": re.compile(r"ethics|institutional review board", re.I),
    "consent": re.compile(r"informed consent", re.I),
    "acknowledgements": re.compile(r"acknowledge?ments?", re.I),
    "data": re.compile(r"data (?:and code )?availability", re.I),
    "ai": re.compile(r"(?:use of )?artificial intelligence|\bAI\b", re.I),
}
# a number with one point, which is part of no word, no version of three, and no year behind a number
_DECIMAL = re.compile(r"(?<![\w.])(\d+)\.(?!20\d\d\b)(\d+)(?!\d|\.\d)")
# a paragraph may be one element of the tree
_WORDS = re.compile(r"(\s+)")
_ADDRESS = re.compile(r"10\.\d{4,}/|://|www\.|@")
_NAMED = re.compile(r"[(\[]?(?:[Vv]ersion|[Ss]ections?|BY|[Rr]elease)")
# where the declarations may stand
PLACES = ("before the references", "after the references")
# an address of the web or of a person; anything else is a file that does not go to the journal
_ABROAD = re.compile(r"(?:https?|mailto|doi):", re.I)


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


def tells_who(label: str) -> bool:
    """Whether a heading, or the bold start of a paragraph, announces a statement on persons, money or interests."""
    return bool(_WHO.fullmatch(" ".join(label.split()).strip(" .:*")))


def label_of_paragraph(block: Node) -> str:
    """What stands in bold at the start of a paragraph; nothing when it does not start so."""
    starts = block["t"] in ("Para", "Plain") and block["c"] and block["c"][0]["t"] == "Strong"
    return text_of(block["c"][0]) if starts else ""


def without_persons(blocks: list[Node]) -> list[Node]:
    """The blocks without the sections, of any level, on the edition and on who did, paid and declared what."""
    kept, left = [], 0
    for block in blocks:
        if block["t"] == "Header":
            level, attributes, inlines = block["c"]
            if left and level <= left:
                left = 0
            if not left and (attributes[0] in (ABOUT, DECLARATIONS) or tells_who(text_of(inlines))):
                left = level
        if not left:
            kept.append(block)
    return kept


def with_blocks(document: Document, blocks: list[Node], **changes: Any) -> Document:
    """The document with other blocks; links to what is no longer in it, or to another file, become plain text."""
    # writers change the tree that they get: reading it anew costs a quarter of what deepcopy does
    tree = json.loads(json.dumps({**document.tree, "blocks": blocks, **changes}))
    kept = {attributes[0] for node in iterate(tree["blocks"]) if (attributes := attributes_of(node))}

    def visit(node: Node) -> Node | None:
        if node["t"] != "Link" or _ABROAD.match(node["c"][2][0]):
            return None
        target = node["c"][2][0]
        return None if target.startswith("#") and target[1:] in kept else span(attr(), node["c"][1])

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


def with_statements(document: Document, order: list[str], heading: str = "", place: str = "") -> Document:
    """The document whose declarations stand in the journal's order, under its heading and at its place.

    Those that the journal does not name follow; without a wish, heading and place stay as they are.
    """
    kept = sections(document.blocks)
    for index, part in enumerate(kept):
        if part.identifier != DECLARATIONS:
            continue
        head: list[Node] = []
        groups: list[tuple[str, list[Node]]] = []
        for block in part.blocks:
            label = label_of_paragraph(block)
            if heading and block["t"] == "Header" and not groups:
                block = {**block, "c": [*block["c"][:2], words(heading)]}
            name = next((name for name, form in STATEMENTS.items() if label and form.match(label)), "")
            if label:
                groups.append((name, [block]))
            else:
                (groups[-1][1] if groups else head).append(block)
        groups.sort(key=lambda group: order.index(group[0]) if group[0] in order else len(order))
        kept[index] = replace(part, blocks=head + [block for _, blocks in groups for block in blocks])
    if place:
        declared = [part for part in kept if part.identifier == DECLARATIONS]
        kept = [part for part in kept if part.identifier != DECLARATIONS]
        at = next((index for index, part in enumerate(kept) if _is_list_of_references(part)), len(kept))
        kept[at + (place == PLACES[1]) : at + (place == PLACES[1])] = declared
    return replace(document, tree={**document.tree, "blocks": [block for part in kept for block in part.blocks]})


def with_decimal_point(document: Document, point: str) -> Document:
    """The document with the journal's decimal point; numbers of sections and versions, addresses and references keep theirs."""
    if point == ".":
        return document
    before = ""

    def visit(value: Any) -> Any:
        if isinstance(value, list):
            return [visit(item) for item in value]
        if not isinstance(value, dict) or _keeps_its_points(value):
            return value
        if value.get("t") != "Str":
            return {key: visit(item) for key, item in value.items()}
        return string("".join(map(pointed, _WORDS.split(value["c"]))))

    def pointed(word: str) -> str:
        nonlocal before
        if not word.strip():
            return word
        named, before = _NAMED.fullmatch(before), word
        return word if named or _ADDRESS.search(word) else _DECIMAL.sub(rf"\1{point}\2", word)

    return replace(
        document, tree={**document.tree, **{part: visit(document.tree[part]) for part in ("meta", "blocks")}}
    )


def _keeps_its_points(node: Node) -> bool:
    kind = node.get("t")
    return (
        kind in ("Code", "CodeBlock", "RawInline", "RawBlock")
        or (kind == "Link" and node["c"][2][0].startswith("#sec-"))
        or (kind == "Div" and node["c"][0][0] == "refs")
    )


def with_references_beside_marks(document: Document) -> Document:
    """The document in which a raised number that stands for a work, as in “Sources: ᵃ ²⁷”, is written “ref. 27”.

    Beside a raised letter it would be read as one, and as a word of a sentence it cannot be read at all.
    """

    def visit(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: visit(item) for key, item in value.items()}
        if not isinstance(value, list):
            return value
        return [part for index, item in enumerate(value) for part in _on_the_line(visit(item), value[:index])]

    changed = {part: visit(document.tree[part]) for part in ("meta", "blocks")}
    return replace(document, tree={**document.tree, **changed})


def _on_the_line(node: Any, before: list[Any]) -> list[Any]:
    """The node; a raised citation that is a word of the text, not a mark behind one, on the line."""
    raised = (
        isinstance(node, dict) and node.get("t") == "Cite" and [item["t"] for item in node["c"][1]] == ["Superscript"]
    )
    if not raised:
        return [node]
    cites, (mark,) = node["c"]
    said = text_of(before[-2:]).rstrip() if before and all(isinstance(item, dict) for item in before[-2:]) else ""
    if cites[0]["citationMode"]["t"] != "AuthorInText" and not said.endswith(":"):
        return [node]
    several = len(cites) > 1
    last = before[-1] if before else {"t": "Space"}
    apart = last["t"] in ("Space", "SoftBreak") or (last["t"] == "Str" and last["c"][-1:].isspace())
    gap = [] if apart else [{"t": "Space"}]
    return [*gap, {"t": "Cite", "c": [cites, [string(f"ref{'s' * several}.\u00a0"), *mark["c"]]]}]


def without_stops(document: Document) -> Document:
    """The document whose captions of figures end without a stop."""

    def visit(node: Node) -> Node | None:
        if node["t"] == "Figure" and node["c"][1][1]:
            last = node["c"][1][1][-1]
            if last["t"] in ("Plain", "Para") and last["c"] and last["c"][-1]["t"] == "Str":
                last["c"][-1] = string(last["c"][-1]["c"].removesuffix("."))
        return None

    return replace(document, tree={**document.tree, "blocks": walk(document.tree["blocks"], visit)})


def with_summary(document: Document, summary: list[Node]) -> Document:
    """The document with a summary in plain language above its abstract; as it is without one."""
    if not summary:
        return document
    title = document.abstract_title
    blocks = [*_opened("Simple summary", summary), *_opened(title, document.meta_blocks("abstract"))]
    source = replace(
        document.source, metadata={**document.metadata, "abstract-title": f"Simple summary and {title.lower()}"}
    )
    meta = {**document.tree["meta"], "abstract": {"t": "MetaBlocks", "c": blocks}}
    return replace(document, source=source, tree={**document.tree, "meta": meta})


def _opened(label: str, blocks: list[Node]) -> list[Node]:
    """The blocks, the first paragraph opened by a label in bold."""
    if not blocks or blocks[0]["t"] not in ("Para", "Plain"):
        return blocks
    head = [{"t": "Strong", "c": [*words(f"{label}:")]}, {"t": "Space"}, *blocks[0]["c"]]
    return [{**blocks[0], "c": head}, *blocks[1:]]


def _is_list_of_references(part: Section) -> bool:
    return any(block["t"] == "Div" and block["c"][0][0] == "refs" for block in part.blocks)


def place_of_statements(blocks: list[Node]) -> str:
    """Where the declarations stand; nothing without them."""
    order = [part for part in sections(blocks) if part.identifier == DECLARATIONS or _is_list_of_references(part)]
    if not any(part.identifier == DECLARATIONS for part in order):
        return ""
    return PLACES[order[0].identifier != DECLARATIONS]


def tables(document: Document) -> Document:
    """The numbered tables of the article with their captions."""
    found = [node for node in iterate(manuscript(document).blocks) if node["t"] == "Table" and label_of(node["c"][0])]
    return sheet(document, "Tables", found)


def figures_apart(document: Document) -> Document:
    """The document without its pictures; what stood below them stands at its end."""

    def visit(node: Node) -> Node | None:
        return {"t": "Div", "c": [attr(), []]} if node["t"] == "Figure" and label_of(node["c"][0]) else None

    heading = {"t": "Header", "c": [1, attr("sec-legends", ["unnumbered"]), words("Figure captions")]}
    said = _captions(document)
    return with_blocks(document, [*walk(document.blocks, visit), *([heading, *said] if said else [])])


def captions(document: Document) -> Document:
    """The captions of the figures, as a list."""
    return sheet(document, "Figure captions", _captions(document))


def _captions(document: Document) -> list[Node]:
    blocks = []
    for node in iterate(document.blocks):
        if node["t"] == "Figure" and label_of(node["c"][0]) and node["c"][1][1]:
            kinds = document.settings.kinds
            label = f"{kinds['fig'].label(label_of(node['c'][0]))}{kinds.delimiter}"
            text = node["c"][1][1][0]["c"]
            blocks.append(para([{"t": "Strong", "c": [string(label)]}, {"t": "Space"}, *text]))
    return blocks


def sheet(document: Document, title: str, blocks: list[Node]) -> Document:
    """A document with a title and nothing of the article's front matter."""
    meta = {"title": {"t": "MetaInlines", "c": words(title)}}
    if "lang" in document.tree["meta"]:
        meta["lang"] = document.tree["meta"]["lang"]
    changed = with_blocks(document, blocks, meta=meta)
    source = replace(document.source, metadata={k: v for k, v in document.metadata.items() if k != "date"})
    return replace(changed, source=source, authors=[], affiliations=[])
