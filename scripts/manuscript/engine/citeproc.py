"""Citations and the reference list by pandoc's citeproc, at a cost in proportion to their number.

citeproc 0.13 (in pandoc 3.9) works out anew for each reference which first authors need their initials, since its map of
names is not shared: a style such as APA costs surnames times names times references, 3 s for 500 references and three
to five minutes for 2,500. Where that would take long, the article is read with a copy of the style that adds no given names.
These can change only what cites a first author who shares the surname with another; that alone is read with the true
style, in small parts. A part holds, beside the references of its citations, every other reference with a first author
of one of these surnames, so that it reads as in the whole. Where any of this does not hold, citeproc reads the whole.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from manuscript.cite.identifiers import doi_address
from manuscript.engine import pandoc
from manuscript.engine.ast import Node, iterate, text_of, walk
from manuscript.engine.bibliography import cut, tidy
from manuscript.engine.excerpt import excerpt
from manuscript.errors import BibliographyError, RenderError
from manuscript.source.files import read_text

# so few references never take long
FEW = 50
# measured, in seconds: to hold a name against a surname, two names of one surname against each other, one more pandoc
_STEP, _PAIR, _START = 2e-8, 9e-7, 0.3
_PART = 150
_RULES = ("primary-name", "primary-name-with-initials")
# a number depends on the whole list; a dash for a repeated author on the neighbour in it
_WHOLE = re.compile(r"citation-number|citation-label|subsequent-author-substitute")
# pandoc's readers by the ending of a bibliography's name
_READERS = {".bib": "biblatex", ".json": "csljson", ".ris": "ris", ".xml": "endnotexml"}
_POSITION = re.compile(r"\sposition\s*=|et-al-subsequent-")
_DATE = re.compile(r"[-+Y]?\d")
# the tags that CSL JSON has for formatted text
_TAGS = {"Emph": "i", "Strong": "b", "Subscript": "sub", "Superscript": "sup"}
_GIVEN = re.compile(r"""\sdisambiguate-add-givenname\s*=\s*["']true["']""")


class _OnlyWhole(Exception):
    """The citations cannot be read in parts."""


@dataclass
class _Part:
    """Citations to read together, and all the references that they need."""

    citations: list[Node] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)


def resolve(
    tree: dict[str, Any],
    references: dict[str, Node],
    *,
    csl: Path | None,
    folder: Path,
    epoch: int,
    text_first: bool = False,
) -> dict[str, Any]:
    """The tree, changed, with citations and bibliography resolved; ``references`` holds all that it cites, by key.

    ``text_first``: what the running text cites is numbered before what only its tables, figures and boxes do.
    """
    if text_first:
        # citeproc counts as it reads: a paragraph that cites all of them in that order is read first, and goes
        order = {"t": "Para", "c": [_single(key) for key in keys_text_first(tree)]}
        read = resolve({**tree, "blocks": [order, *tree["blocks"]]}, references, csl=csl, folder=folder, epoch=epoch)
        return {**read, "blocks": read["blocks"][1:]}
    small = excerpt(tree)
    if small is not None:
        read = clean(_resolve(small.tree, references, csl, folder, epoch))
        result = small.put_back(read)
        if result is not None:
            return result
    return clean(_resolve(tree, references, csl, folder, epoch))


def clean(tree: dict[str, Any]) -> dict[str, Any]:
    """Addresses of DOIs without signs that an address cannot hold; citeproc's own marks, which no reader needs, taken out."""

    def visit(node: Node) -> Node | list[Node] | None:
        if node["t"] == "Span" and node["c"][0] == ["", ["nocase"], []]:
            return node["c"][1]
        if node["t"] == "Link" and (doi := node["c"][2][0].partition("https://doi.org/")[2]):
            node["c"][2][0] = doi_address(doi)
        return None

    for node in iterate([tree["meta"], tree["blocks"]]):
        if node["t"] == "Cite" or (node["t"] == "Div" and "csl-entry" in node["c"][0][1]):
            node["c"][1] = walk(node["c"][1], visit)
    return tree


def _resolve(
    tree: dict[str, Any], references: dict[str, Node], csl: Path | None, folder: Path, epoch: int
) -> dict[str, Any]:
    citations = _citations(tree)
    cited = list(dict.fromkeys(_keys(citations)))
    if csl is not None and len(cited) > FEW and "*" not in cited:
        try:
            return _in_parts(tree, citations, cited, references, csl, folder, epoch)
        except _OnlyWhole:
            pass  # the plain way is slow but never wrong
    return _read(tree, references.values(), folder, epoch)


def _read(
    tree: dict[str, Any], references: Iterable[Node], folder: Path, epoch: int, *, quiet: bool = False
) -> dict[str, Any]:
    """The tree as citeproc reads it with these references, which are no part of it before or after."""
    meta = {**tree["meta"], "references": {"t": "MetaList", "c": list(references)}}
    result = pandoc.citeproc({**tree, "meta": meta}, folder=folder, epoch=epoch, quiet=quiet)
    result["meta"].pop("references", None)
    return result


def cited(tree: dict[str, Any]) -> set[str]:
    """The keys that the tree cites, and ``*`` where it lists every entry."""
    return set(_keys(_citations(tree)))


def entries(path: Path, folder: Path, epoch: int, keys: Collection[str] | None = None) -> dict[str, Node]:
    """A bibliography's entries as pandoc's metadata holds them, by key; where ``keys`` are given, those at least.

    Raises ``BibliographyError`` for a file that cannot be read as what its name says.
    """
    shown = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    reader = _READERS.get(path.suffix)
    if reader is None:
        known = ", ".join(_READERS)
        raise BibliographyError(f"a bibliography of an unknown kind: {shown}", file=shown, mend=f"known kinds: {known}")
    try:
        text = read_text(path, shown)
        if reader == "biblatex":
            text = tidy(text) if keys is None else cut(tidy(text), keys)
        return _entries(text, reader, folder, epoch)
    except RenderError as error:
        raise BibliographyError(error.message, file=shown, mend=error.mend) from error


@lru_cache(maxsize=4)
def _entries(text: str, reader: str, folder: Path, epoch: int) -> dict[str, Node]:
    listed = pandoc.read(reader, text, folder=folder, epoch=epoch)["meta"].get("references", {"c": []})["c"]
    for entry in listed:
        issued = entry["c"].get("issued")
        if issued and issued["t"] == "MetaString" and not _DATE.match(issued["c"]):
            # read again, "in press" would be no date at all
            entry["c"]["issued"] = {"t": "MetaMap", "c": {"literal": issued}}
    return by_key(listed)


def by_key(listed: Iterable[Node]) -> dict[str, Node]:
    """References of pandoc's metadata by their keys."""
    return {str(as_csl(entry["c"]["id"])): entry for entry in listed if "id" in entry["c"]}


def as_csl(value: Node) -> Any:
    """A reference of pandoc's metadata, or a part of one, as CSL JSON says it; dates stay as they are written."""
    if value["t"] == "MetaMap":
        return {name: as_csl(part) for name, part in value["c"].items()}
    if value["t"] == "MetaList":
        return [as_csl(part) for part in value["c"]]
    return value["c"] if value["t"] in ("MetaString", "MetaBool") else "".join(map(_tagged, value["c"]))


def _tagged(node: Node) -> str:
    if node["t"] in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if node["t"] == "Span":
        return "".join(map(_tagged, node["c"][1]))
    tag = _TAGS.get(node["t"])
    return f"<{tag}>{''.join(map(_tagged, node['c']))}</{tag}>" if tag else text_of(node)


def _in_parts(
    tree: dict[str, Any],
    citations: list[Node],
    cited: list[str],
    references: dict[str, Node],
    csl: Path,
    folder: Path,
    epoch: int,
) -> dict[str, Any]:
    style = csl.read_text(encoding="utf-8")
    simpler = _without_given_names(style)
    if simpler is None or any(key not in references for key in cited):
        raise _OnlyWhole
    if "nocite" in tree["meta"] and _POSITION.search(style):
        raise _OnlyWhole
    names = _Names({key: as_csl(references[key]) for key in cited})
    parts = _parts(citations, cited, names)
    # a single part is read beside the whole
    if len(parts) > 1 and names.cost(cited) < sum(names.cost(part.references) + _START for part in parts):
        raise _OnlyWhole
    everything = citations if _POSITION.search(style) else None
    with tempfile.TemporaryDirectory(prefix="citations-") as place, ThreadPoolExecutor(max_workers=2) as pool:
        copy = Path(place) / "style.csl"
        copy.write_text(simpler, encoding="utf-8")
        bare = {**tree, "meta": {**tree["meta"], "csl": {"t": "MetaString", "c": str(copy)}}}
        first = pool.submit(_read, bare, references.values(), folder, epoch)

        def read(part: _Part) -> dict[str, Any]:
            needed = [key for key in cited if key in part.references]
            document = _document(tree, part, needed, everything)
            # the citations of other parts are unknown here, which only their order is there for
            return _read(document, [references[key] for key in needed], folder, epoch, quiet=True)

        read_parts = list(pool.map(read, parts))
        result = first.result()
    result["meta"]["csl"] = tree["meta"]["csl"]
    _put_back(result, _citations(tree, nocite=False), parts, read_parts, names, everything)
    return result


def _without_given_names(style: str) -> str | None:
    """The style without given names in citations; nothing where it has none, or cannot be read in parts."""
    tag = re.search(r"<citation\b[^>]*>", style)
    rule = re.search(r"""givenname-disambiguation-rule\s*=\s*["']([a-z-]+)["']""", tag.group() if tag else "")
    if (
        not tag
        or not rule
        or rule.group(1) not in _RULES
        or not _GIVEN.search(tag.group())
        or _WHOLE.search(style)
        or not re.search(r"""<style\b[^>]*\sclass\s*=\s*["']in-text["']""", style)
    ):
        return None
    return style.replace(tag.group(), _GIVEN.sub("", tag.group()), 1)


class _Names:
    """Who stands first in the names of each reference, and which references share a surname there."""

    def __init__(self, known: dict[str, dict[str, Any]]) -> None:
        self.groups: dict[str, set[str]] = {}
        self.people: dict[str, list[tuple[str, str]]] = {}
        by_family: dict[str, set[str]] = {}
        for key, entry in known.items():
            firsts = [value[0] for value in entry.values() if _is_names(value)]
            # what has no author is cited by its title or by another name: such references stay together
            labels = {name.get("family") or f"literal {name.get('literal')}" for name in firsts}
            self.groups[key] = labels if "author" in entry else labels | {"no author"}
            self.people[key] = [(name["family"], json.dumps(name)) for name in firsts if "family" in name]
            for family, person in self.people[key]:
                by_family.setdefault(family, set()).add(person)
        self.members: dict[str, set[str]] = {}
        for key, labels in self.groups.items():
            for label in labels:
                self.members.setdefault(label, set()).add(key)
        shared = {family for family, people in by_family.items() if len(people) > 1}
        self.changed = {key for key, labels in self.groups.items() if labels & shared}

    def around(self, keys: Iterable[str]) -> set[str]:
        """The references of ``keys`` and all that share a first surname with one of them."""
        return {other for key in keys for label in self.groups[key] for other in self.members[label]}

    def cost(self, keys: Iterable[str]) -> float:
        """Seconds that citeproc needs for the names of these references."""
        keys = set(keys)
        people = {person for key in keys for person in self.people[key]}
        families = Counter(family for family, _ in people)
        pairs = sum(count * count for count in families.values())
        # all of it again for each reference
        return len(keys) * (_STEP * len(families) * len(people) + _PAIR * pairs)


def _is_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and bool({"family", "literal"} & set(value[0]))
    )


def _parts(citations: list[Node], cited: list[str], names: _Names) -> list[_Part]:
    """The citations that given names can change, those of one surname together, in parts of some 150 references."""
    jobs: dict[str, tuple[list[str], Node | None]] = {}
    for citation in citations:
        keys = _keys([citation])
        if names.changed.intersection(keys):
            jobs.setdefault(_content(citation), (keys, citation))
    in_text = {key for keys, _ in jobs.values() for key in keys}
    # an entry that is listed but stands in no such citation
    jobs.update({key: ([key], None) for key in cited if key in names.changed and key not in in_text})
    parts: list[_Part] = []
    for keys, cite in sorted(jobs.values(), key=lambda job: min(min(names.groups[key]) for key in job[0])):
        needed = names.around(keys)
        if not parts or len(parts[-1].references | needed) > max(_PART, len(needed)):
            parts.append(_Part())
        parts[-1].references |= needed
        parts[-1].own |= set(keys)
        if cite is not None:
            parts[-1].citations.append(cite)
    return parts


def _document(
    tree: dict[str, Any], part: _Part, references: list[str], everything: list[Node] | None
) -> dict[str, Any]:
    """What citeproc reads for one part.

    Each reference comes first, in the order of the article, on which the letters behind years can depend; a style that
    asks what was cited before gets ``everything`` that the article cites, in its place.
    """
    listed = [*(_single(key) for key in references), *part.citations] if everything is None else everything
    meta = {name: value for name, value in tree["meta"].items() if not _citations({"meta": {name: value}})}
    return {**tree, "meta": meta, "blocks": [{"t": "Para", "c": [citation]} for citation in listed]}


def _put_back(
    result: dict[str, Any],
    citations: list[Node],
    parts: list[_Part],
    read: list[dict[str, Any]],
    names: _Names,
    everything: list[Node] | None,
) -> None:
    """Put what was read in parts into its places in the whole, ``result``, which is changed.

    Raises ``_OnlyWhole`` when the two do not fit together.
    """
    places = _citations(result, nocite=False)
    if [_content(place) for place in places] != [_content(citation) for citation in citations]:
        raise _OnlyWhole
    whole = _list_of(result)
    for part, tree in zip(parts, read, strict=True):
        own = _list_of(tree)
        for key in part.own:
            if key not in whole or key not in own:
                raise _OnlyWhole
            if key in names.changed:
                whole[key]["c"] = own[key]["c"]
            elif whole[key] != own[key]:
                # something beyond given names makes the part read otherwise
                raise _OnlyWhole
        wanted = {_content(citation) for citation in part.citations}
        texts = _citations(tree)
        if everything is None:
            found = {_content(text): text for text in texts[-len(wanted) :]} if wanted else {}
            pairs = [(place, found[_content(place)]) for place in places if _content(place) in wanted]
        else:
            pairs = [(place, text) for place, text in zip(places, texts, strict=True) if _content(place) in wanted]
        for place, text in pairs:
            place["c"][1] = text["c"][1]


def _citations(tree: dict[str, Any], *, nocite: bool = True) -> list[Node]:
    """The citations in the order in which citeproc counts them: the metadata by name, then the text."""
    meta = [value for name, value in sorted(tree["meta"].items()) if nocite or name != "nocite"]
    return [node for node in iterate([meta, tree.get("blocks", [])]) if node["t"] == "Cite"]


def keys_text_first(tree: dict[str, Any]) -> list[str]:
    """The keys that are cited: of the metadata and the text, then of tables, of figures, of boxes."""
    apart: dict[str, list[Node]] = {"Table": [], "Figure": [], "Div": []}

    def visit(node: Node) -> list[Node] | None:
        if node["t"] not in apart or (node["t"] == "Div" and "callout" not in node["c"][0][1]):
            return None
        apart[node["t"]].append(node)
        return []

    text = walk(json.loads(json.dumps(tree["blocks"])), visit)
    found = _keys(_citations({**tree, "blocks": [text, *apart.values()]}, nocite=False))
    return list(dict.fromkeys(found))


def _keys(citations: list[Node]) -> list[str]:
    return [cite["citationId"] for citation in citations for cite in citation["c"][0]]


def _content(citation: Node) -> str:
    """What a citation says, without the numbers that depend on where it stands."""
    cites = citation["c"][0]
    return json.dumps(
        [{name: part for name, part in cite.items() if not name.endswith(("Num", "Hash"))} for cite in cites]
    )


def _single(key: str) -> Node:
    cite = {
        "citationId": key,
        "citationPrefix": [],
        "citationSuffix": [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": 0,
        "citationHash": 0,
    }
    return {"t": "Cite", "c": [[cite], []]}


def _list_of(tree: dict[str, Any]) -> dict[str, Node]:
    """The entries of the reference list by key."""
    return {
        node["c"][0][0].removeprefix("ref-"): node
        for node in iterate(tree["blocks"])
        if node["t"] == "Div" and "csl-entry" in node["c"][0][1]
    }
