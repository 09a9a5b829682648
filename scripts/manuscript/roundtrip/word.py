"""A Word file as plain paragraphs, with the tracked changes of chosen authors accepted and all others rejected."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manuscript.ooxml import COMMIT, W
from manuscript.roundtrip.package import MAX_AUTHORS, MAX_PARAGRAPH, Package, plain

_IN = (f"{W}ins", f"{W}moveTo")
_OUT = (f"{W}del", f"{W}moveFrom")


@dataclass
class Paragraph:
    """Its text, and for each character whether it is bold and whether italic."""

    text: str = ""
    looks: list[tuple[bool, bool]] = field(default_factory=list)
    style: str = ""
    cell: bool = False
    reference: str = ""
    comments: list[tuple[str, int]] = field(default_factory=list)

    def strip(self) -> Paragraph:
        """Without white space at its ends."""
        lead = len(self.text) - len(self.text.lstrip())
        text = self.text.strip()
        self.comments = [(key, min(max(at - lead, 0), len(text))) for key, at in self.comments]
        self.text, self.looks = text, self.looks[lead : lead + len(text)]
        return self


@dataclass(frozen=True)
class Comment:
    """A reviewer's comment; ``key`` is its number in the file, ``date`` ISO text as Word wrote it."""

    key: str
    author: str
    date: str
    text: str


class WordFile:
    """The parts of a reviewed file that matter here.

    Raises ``SourceError`` when it is not a Word file, or one that may do harm.
    """

    def __init__(self, path: Path) -> None:
        package = Package(path)
        related = {kind: target for _, kind, target in package.related(package.main)}
        self.parts = [package.document()]
        for kind in ("footnotes", "endnotes"):
            tree = package.tree(related.get(kind, ""))
            if tree is not None:
                self.parts.append(tree)
        for paragraph in self.parts[0].iter(f"{W}p"):
            if sum(len(item.text or "") for item in paragraph.iter(f"{W}t", f"{W}delText")) > MAX_PARAGRAPH:
                raise package.error(f"a paragraph of more than {MAX_PARAGRAPH} characters")
        comments, custom = package.tree(related.get("comments", "")), package.tree("docProps/custom.xml")
        self.comments = [
            Comment(
                item.get(f"{W}id", ""),
                item.get(f"{W}author", "unknown"),
                item.get(f"{W}date", ""),
                "\n".join(plain("".join(t.text or "" for t in p.iter(f"{W}t"))) for p in item.iter(f"{W}p")).strip(),
            )
            for item in (comments if comments is not None else ())
            if item.tag == f"{W}comment"
        ]
        if len(self.authors) > MAX_AUTHORS:
            raise package.error(f"changes of more than {MAX_AUTHORS} people")
        self.commit = next(
            (
                "".join(item.itertext()).strip()
                for item in (custom if custom is not None else ())
                if item.get("name") == COMMIT
            ),
            "",
        )

    @property
    def authors(self) -> list[str]:
        """Everyone who made a tracked change, in order of the first."""
        tags = (*_IN, *_OUT, f"{W}rPrChange")
        found = (item.get(f"{W}author", "unknown") for part in self.parts for item in part.iter(*tags))
        return list(dict.fromkeys(found))

    def view(self, accepted: set[str]) -> list[Paragraph]:
        """The paragraphs that have text when only the changes of ``accepted`` are accepted."""
        result = []
        for part in self.parts:
            current = Paragraph()
            for element in part.iter(f"{W}p"):
                if next(element.iterancestors(f"{W}txbxContent"), None) is not None:
                    continue
                before = element.getprevious()
                while before is not None and before.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
                    # pandoc puts the mark of an entry of the reference list before its paragraph
                    name = before.get(f"{W}name", "")
                    current.reference = name[4:] if name.startswith("ref-") else current.reference
                    before = before.getprevious()
                _Reader(current, accepted).children(element)
                style = element.find(f"{W}pPr/{W}pStyle")
                current.style = current.style or (style.get(f"{W}val", "") if style is not None else "")
                current.cell = next(element.iterancestors(f"{W}tc"), None) is not None
                if not _joins(element, accepted):
                    result.append(current.strip())
                    current = Paragraph()
            if current.text:
                result.append(current.strip())
        return [item for item in result if item.text or item.comments]


def _joins(paragraph: Any, accepted: set[str]) -> bool:
    """Whether the paragraph's mark is gone in this view, so that the next one continues it."""
    for tag, gone in ((_OUT[0], True), (_OUT[1], True), (_IN[0], False), (_IN[1], False)):
        mark = paragraph.find(f"{W}pPr/{W}rPr/{tag}")
        if mark is not None and (mark.get(f"{W}author", "unknown") in accepted) is gone:
            return True
    return False


class _Reader:
    def __init__(self, target: Paragraph, accepted: set[str]) -> None:
        self.target, self.accepted = target, accepted

    def children(self, element: Any) -> None:
        for child in element:
            if not isinstance(child.tag, str):
                continue
            author = child.get(f"{W}author", "unknown")
            if child.tag in _IN and author not in self.accepted:
                continue
            if child.tag in _OUT and author in self.accepted:
                continue
            if child.tag == f"{W}r":
                self._run(child)
            elif child.tag == f"{W}commentRangeStart":
                self.target.comments.append((child.get(f"{W}id"), len(self.target.text)))
            elif child.tag == f"{W}bookmarkStart":
                name = child.get(f"{W}name", "")
                if name.startswith("ref-"):
                    self.target.reference = name[4:]
            elif child.tag.startswith(W) and child.tag not in (f"{W}pPr", f"{W}p"):
                self.children(child)

    def _run(self, run: Any) -> None:
        properties = run.find(f"{W}rPr")
        change = properties.find(f"{W}rPrChange") if properties is not None else None
        if change is not None and change.get(f"{W}author", "unknown") not in self.accepted:
            properties = change.find(f"{W}rPr")
        look = (_on(properties, "b"), _on(properties, "i"))
        for item in run:
            text = ""
            if item.tag in (f"{W}t", f"{W}delText"):
                text = plain(item.text or "").replace("\u00a0", " ").replace("\u202f", " ")
            elif item.tag in (f"{W}tab", f"{W}br", f"{W}cr"):
                text = " "
            elif item.tag == f"{W}noBreakHyphen":
                text = "\u2011"
            elif item.tag == f"{W}commentReference":
                key = item.get(f"{W}id")
                if key not in [known for known, _ in self.target.comments]:
                    self.target.comments.append((key, len(self.target.text)))
            self.target.text += text
            self.target.looks += [look] * len(text)


def _on(properties: Any, name: str) -> bool:
    item = properties.find(f"{W}{name}") if properties is not None else None
    return item is not None and item.get(f"{W}val", "true") not in ("0", "false", "off")
