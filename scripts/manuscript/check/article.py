"""The sources line by line as the rules see them: what each line is, and its prose with everything else blanked out.

No pandoc: a check must be quick, and must know the column. Lines keep their length, so columns stay true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from manuscript.paths import Project
from manuscript.shortcodes import INCLUDE

# stands for one blanked character of an inline element; white space would make neighbours of its neighbours
BLANK = "\x00"
FIGURE = re.compile(r"^\s*!\[(?P<caption>.*)\]\((?P<path>[^()\s]*)\)(?P<attributes>\{.*\})?\s*$")
HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.*?)\s*(?P<attributes>\{[^{}]*\})?\s*$")
TABLE_CAPTION = re.compile(r"^:\s+(?P<caption>.*?)\s*(?P<attributes>\{[^{}]*\})?\s*$")
DIV = re.compile(r"^ {0,3}(?P<mark>:{3,})\s*(?P<rest>.*?)\s*$")
_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}|~{3,})(?P<info>.*)$")
_LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\(?[a-z]\))\s+")
_INLINE = re.compile(
    r"(?P<tick>`+)(?!`).+?(?P=tick)(?!`)"
    r"|<!--.*?-->"
    r"|\{\{\{?<.*?>\}?\}\}"
    r"|\$\$.+?\$\$|\$(?=\S)[^$\n]+?(?<=\S)\$(?!\d)"
    r"|<(?:https?|mailto):[^>\s]*>|https?://[^\s)>\]]+"
    r"|(?<=\])\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)"
    r"|\[[^\[\]]*?-?@[^\[\]]*\](?!\()"
    r"|(?<![\w@\\.])-?@(?:\{[^{}\s]+\}|\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*)"
    r"|(?<=[\]\w$`)])\{[#.:\w][^{}]*\}"
    r"|\b10\.\d{4,9}/\S+"
)


@dataclass(frozen=True)
class Line:
    """One line of a source.

    ``kind``: prose, list, heading, figure, caption, table, abstract, front, include, div, code, comment, blank.
    ``block`` counts paragraphs, so that lines of one paragraph share it. ``callout``: within a callout.
    """

    file: str
    number: int
    text: str
    kind: str
    prose: str
    block: int
    made: bool
    callout: bool = False

    @property
    def is_text(self) -> bool:
        """Whether a reader takes the line for prose, so that rules on language hold in it."""
        return self.kind in ("prose", "list", "abstract")


@dataclass
class Source:
    """One file: its lines, and what was still open at its end as (what, line)."""

    path: Path
    shown: str
    lines: list[Line] = field(default_factory=list)
    open: list[tuple[str, int]] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)


@dataclass
class Article:
    """All sources in reading order. ``trouble`` are includes as (file, line, path, what is wrong)."""

    sources: dict[str, Source]
    order: list[tuple[str, int, int]]
    trouble: list[tuple[str, int, str, str]]

    def lines(self) -> Iterator[Line]:
        """Every line in the order in which it is read."""
        for shown, start, end in self.order:
            yield from self.sources[shown].lines[start:end]

    def text(self) -> Iterator[Line]:
        """The lines of running text that an author wrote."""
        return (line for line in self.lines() if line.is_text and not line.made)


def read_article(project: Project) -> Article:
    """``index.qmd`` and all that it includes; what cannot be decoded is replaced (another rule reports it)."""
    article = Article({}, [], [])
    _read(project, project.article, article, ())
    return article


def _read(project: Project, path: Path, article: Article, seen: tuple[Path, ...]) -> None:
    shown = project.relative(path)
    if shown not in article.sources:
        article.sources[shown] = read_source(project, path)
    source = article.sources[shown]
    start = 0
    for index, line in enumerate(source.lines):
        match = INCLUDE.match(line.text) if line.kind == "include" else None
        if not match:
            continue
        article.order.append((shown, start, index))
        start = index + 1
        target = project.included(match["path"])
        if target in (*seen, path):
            article.trouble.append((shown, line.number, match["path"], "includes itself"))
        elif not target.is_file():
            article.trouble.append((shown, line.number, match["path"], "is not there"))
        else:
            _read(project, target, article, (*seen, path))
    article.order.append((shown, start, len(source.lines)))


def read_source(project: Project, path: Path) -> Source:
    """One file, its lines told apart."""
    shown = project.relative(path)
    made = path.suffix == ".md" and path.parent in (project.tables, project.figures)
    source = Source(path, shown)
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return source  # structure/unreadable says so
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    state = _State(source, made)
    for number, line in enumerate(lines, start=1):
        state.take(number, line)
    state.finish()
    return source


class _State:
    """What the line before leaves open."""

    def __init__(self, source: Source, made: bool) -> None:
        self.source = source
        self.made = made
        self.block = 0
        self.fence: tuple[str, int] | None = None
        self.comment: int | None = None
        self.front: int | None = None
        self.abstract = False
        self.divs: list[tuple[int, bool]] = []
        self.math: int | None = None
        self.last = "blank"

    def take(self, number: int, text: str) -> None:
        kind, prose = self.classify(number, text)
        starts = kind in ("heading", "figure", "caption", "list", "div", "include")
        if kind == "blank" or starts or (kind != self.last and not (self.last == "list" and kind == "prose")):
            self.block += 1
        self.last = kind
        callout = any(inside for _, inside in self.divs)
        self.source.lines.append(Line(self.source.shown, number, text, kind, prose, self.block, self.made, callout))

    def classify(self, number: int, text: str) -> tuple[str, str]:
        blank = " " * len(text)
        if number == 1 and text.rstrip() == "---" and self.source.path.suffix == ".qmd":
            self.front = 1
            return "front", blank
        if self.front is not None:
            return self.in_front(text, blank)
        if self.fence is not None:
            if text.strip().startswith(self.fence[0]) and not text.strip().strip(self.fence[0][0]):
                self.fence = None
            return "code", blank
        if self.comment is not None:
            if "-->" in text:
                self.comment = None
            return "comment", blank
        if self.math is not None:
            if "$$" in text:
                self.math = None
            return "code", blank
        mark = _FENCE.match(text)
        if mark:
            self.fence = (mark["mark"], number)
            return "code", blank
        if not text.strip():
            return "blank", blank
        if INCLUDE.match(text):
            return "include", blank
        div = DIV.match(text)
        if div:
            return self.in_div(number, div["rest"], blank)
        opened = text.rfind("<!--")
        if opened >= 0 and "-->" not in text[opened:]:
            self.comment = number
            rest = text[:opened] + " " * (len(text) - opened)
            return ("prose" if rest.strip() else "comment"), masked(rest)
        if re.fullmatch(r"\s*<!--.*-->\s*", text):
            return "comment", blank
        if text.strip().startswith("$$") and text.count("$$") == 1:
            self.math = number
            return "code", blank
        for kind, pattern in (("heading", HEADING), ("figure", FIGURE), ("caption", TABLE_CAPTION)):
            match = pattern.match(text)
            if match:
                group = "text" if kind == "heading" else "caption"
                return kind, _only(text, match.start(group), match.end(group))
        if text.lstrip().startswith("|") or re.fullmatch(r"[\s|:+=-]*[-=]{3,}[\s|:+=-]*", text):
            return "table", masked(text)
        item = _LIST_MARK.match(text)
        if item:
            return "list", " " * item.end() + masked(text)[item.end() :]
        return "prose", masked(text)

    def in_front(self, text: str, blank: str) -> tuple[str, str]:
        if text.rstrip() in ("---", "..."):
            self.front = None
            self.abstract = False
            return "front", blank
        key = re.match(r"([\w-]+)\s*:(.*)$", text)
        if key:
            self.abstract = key[1] == "abstract"
            if self.abstract and key[2].strip() not in ("|", ">", "|-", ">-", "|+", ""):
                return "abstract", _only(text, key.start(2), len(text))
            return "front", blank
        if self.abstract and text.strip():
            return "abstract", masked(text)
        return ("front" if text.strip() else "blank"), blank

    def in_div(self, number: int, rest: str, blank: str) -> tuple[str, str]:
        # `::: {.callout-note}` and `::: name` open, `:::` closes
        if rest.rstrip(":").strip():
            self.divs.append((number, "callout-" in rest))
        elif self.divs:
            self.divs.pop()
        else:
            self.source.stray.append(number)
        return "div", blank

    def finish(self) -> None:
        opened = self.source.open
        opened += [("div", line) for line, _ in self.divs]
        if self.fence:
            opened.append(("code", self.fence[1]))
        for what, line in (("comment", self.comment), ("front", self.front), ("math", self.math)):
            if line is not None:
                opened.append((what, line))


def masked(text: str) -> str:
    """``text`` with code, comments, shortcodes, formulas, addresses, citations and attributes blanked out."""
    return _INLINE.sub(lambda match: BLANK * len(match.group()), text)


def _only(text: str, start: int, end: int) -> str:
    return " " * start + masked(text[start:end]) + " " * (len(text) - end)
