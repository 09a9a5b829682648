"""The sources as blocks of text whose every rendered character knows where it stands in its file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

from manuscript.ledger.tables import load_ledger
from manuscript.ledger.variables import names
from manuscript.paths import Project
from manuscript.source.files import read_text
from manuscript.source.lines import Line, SourceFile, read_article

_MARKER = re.compile(r"^(?P<mark>\s*(?:[-*+]|\d+[.)]|\(?[a-z]\))\s+|\s*>\s?|\s*)(?P<rest>.*)$")
_HEADING = re.compile(r"^#{1,6}\s+")
_IMAGE = re.compile(r"^!\[(?P<caption>.*)\]\([^)]*\)(?:\{.*\})?\s*$")
_TITLE = re.compile(r'\btitle="(?P<title>[^"]+)"')
_FRONT = re.compile(r"^(?P<head>(?:title|subtitle):\s*[\"']?)(?P<text>.*?)[\"']?\s*$")
_NUMBER = r"((?:\d[\d.]*\s*)?)"
# how the reader of Word files writes the mark of a note
_NOTE_SIGN = "([\U000f0000-\U0010ffff]?)"
_BOLD = re.compile(r"\*\*(?:[^*]|\*(?!\*))+\*\*(?=\s+[^{\s])")
_LABEL = r"((?:(?:Table|Figure)\s\S+\s*)?)"

# what stands in a line, in the order in which it is looked for: a name, and how it looks
_INLINE = re.compile(
    r"(?P<number>\{\{<.*?>\}\})"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<note>\^\[[^\]]*\]|\[\^[^\]]+\])"
    r"|(?P<citation>\[[^\[\]]*@[^\[\]]*\](?!\())"
    r"|(?P<formula>\$[^$\s](?:[^$]*[^$\s])?\$(?!\d))"
    r"|(?P<reference>(?<![\w.])-?@[A-Za-z0-9_](?:[\w:.-]*\w)?)"
    r"|(?P<attributes> *\{[#.][^}]*\}| *\{-\})"
    r"|(?P<close>\]\([^)]*\)(?:\{[^}]*\})?|\]\{[.#][^}]*\})"
    r"|(?P<open>\[(?=[^\]]*\][({]))"
    r"|(?P<auto><(?=https?:)|(?<=\S)>)"
    r"|(?P<emphasis>\*\*\*|\*\*|\*|`+|\^|~)"
    r"|(?P<under>(?<!\w)_(?=\w)|(?<=\w)_(?!\w))"
    r"|(?P<escape>\\.)"
    r"|(?P<dash>---?|\.\.\.)"
    r"|(?P<entity>&\w+;)"
    r"|(?P<space>\s+)"
    r"|(?P<char>.)"
)
BOUND = ("number", "note", "citation", "formula", "reference", "label")
MARKS = ("comment", "attributes", "close", "open", "auto", "emphasis", "under")
_SMART = {'"': '[“”"]', "'": "[‘’']", "---": "—", "--": "–", "...": "…"}


@dataclass(frozen=True)
class Unit:
    """A piece of source: one rendered character (``text``), none (``mark``), or what is made elsewhere (``BOUND``)."""

    kind: str
    start: int
    end: int
    pattern: str
    source: str
    line: int


@dataclass
class Block:
    """One rendered paragraph; ``start`` and ``end`` are offsets in the file, markers included."""

    file: str
    kind: str
    start: int
    end: int
    indent: str
    made: bool
    units: list[Unit] = field(default_factory=list)

    def pattern(self) -> re.Pattern[str]:
        """What the rendered paragraph looks like, with a group for every bound unit."""
        return re.compile("".join(unit.pattern for unit in self.units if unit.kind not in MARKS), re.S)

    @property
    def letters(self) -> int:
        """How many letters and digits of the source are plain text."""
        return sum(unit.kind == "text" and unit.source.isalnum() for unit in self.units)


@dataclass
class Sources:
    """All blocks in the order of the article, the text of every file, and the row behind each name of a number."""

    blocks: list[Block]
    texts: dict[str, str]
    rows: dict[str, str] = field(default_factory=dict)

    def line(self, file: str, offset: int) -> int:
        """The line, counted from 1, of a character of ``file``."""
        return self.texts[file].count("\n", 0, offset) + 1


def read_sources(project: Project) -> Sources:
    """The blocks of ``index.qmd`` and of everything it includes."""
    rows = {name: f"{row.id} of data/{row.table}.csv" for name, row in names(load_ledger(project)).items()}
    sources = Sources([], {}, rows)
    article = read_article(project)
    files = {name: _File(source, sources) for name, source in article.sources.items()}
    for line in article.lines():
        files[line.file].take(line)
    return sources


def inline(text: str, offset: int, line: int) -> list[Unit]:
    """The units of one line that starts at ``offset`` of its file."""
    units = []
    for match in _INLINE.finditer(text):
        kind, source = match.lastgroup or "char", match.group()
        if kind in BOUND:
            unit, pattern = kind, _NOTE_SIGN if kind == "note" else "(.*?)"
        elif kind in MARKS:
            unit, pattern = kind, ""
        else:
            unit = "text"
            pattern = {"space": " ", "entity": "."}.get(kind) or _SMART.get(source) or re.escape(source[-1])
        units.append(Unit(unit, offset + match.start(), offset + match.end(), pattern, source, line))
    return units


class _File:
    def __init__(self, source: SourceFile, sources: Sources) -> None:
        self.sources = sources
        self.name = source.shown
        sources.texts[self.name] = read_text(source.path, self.name)
        self.block: Block | None = None
        self.abstract = False
        self.offsets = [0, *accumulate(len(line.text) + 1 for line in source.lines)]
        self.last = 0

    def take(self, line: Line) -> None:
        if line.number <= self.last:
            return  # a file that is included twice has its blocks once
        if line.number != self.last + 1:
            self.block = None  # an include stands between
        self.last, here = line.number, self.offsets[line.number - 1]
        self.made = line.made
        if line.kind in ("front", "abstract") or (line.kind == "blank" and self.abstract):
            self.abstract = self._front(line.text, here, line.number, self.abstract)
        elif line.kind in ("code", "include", "comment"):
            self.block = None
        else:
            self._line(line.text, here, line.number)

    def _front(self, line: str, here: int, number: int, abstract: bool) -> bool:
        if match := _FRONT.match(line):
            self._add("front", here, line, match.start("text"), match.end("text"), number)
        if abstract and line.startswith(" "):
            start = len(line) - len(line.lstrip())
            self._extend("abstract", here, line, start, number)
            return True
        if abstract and not line.strip():
            self.block = None
            return True
        self.block = None
        return line.startswith("abstract:")

    def _line(self, line: str, here: int, number: int) -> None:
        stripped = line.strip()
        if not stripped or stripped.startswith(("<!--", ":::")):
            self.block = None
            if title := _TITLE.search(line) if stripped.startswith(":::") else None:
                self._add("title", here, line, title.start("title"), title.end("title"), number)
        elif heading := _HEADING.match(line):
            self._add("heading", here, line, heading.end(), len(line), number, _NUMBER)
            self.block = None
        elif stripped.startswith("|"):
            self.block = None
            self._row(line, here, number)
        elif image := _IMAGE.match(line):
            self._add("caption", here, line, image.start("caption"), image.end("caption"), number, _LABEL)
            self.block = None
        elif mark := re.match(r":\s+(?=\S)", line):
            if self.block is not None and self.block.kind == "para":
                self._extend("para", here, line, mark.end(), number, "\t")  # a term and what it means
            else:
                # Word has the notes on a table below it
                title = _BOLD.match(line, mark.end())
                end = title.end() if title else len(line)
                self._add("caption", here, line, mark.end(), end, number, _LABEL)
                if line[end:].strip():
                    self._add("caption", here, line, len(line) - len(line[end:].lstrip()), len(line), number)
        else:
            match = _MARKER.match(line)
            start = match.start("rest") if match else 0
            item = bool(match and re.match(r"\s*([-*+]|\d+[.)])\s", match["mark"]))
            if item:
                self.block = None
            self._extend("item" if item else "para", here, line, start, number)

    def _row(self, line: str, here: int, number: int) -> None:
        if re.fullmatch(r"\s*\|[\s:|-]+\|?\s*", line):
            return
        for cell in re.finditer(r"(?<=\|)((?:\\\||[^|])*)(?=\|)", line):
            text = cell[1]
            if text.strip():
                start = cell.start() + len(text) - len(text.lstrip())
                self._add("cell", here, line, start, cell.start() + len(text.rstrip()), number)
                self.block = None

    def _add(self, kind: str, here: int, line: str, start: int, end: int, number: int, prefix: str = "") -> None:
        text = line[start:end].rstrip()
        self.block = Block(self.name, kind, here, here + len(line), line[: len(line) - len(line.lstrip())], self.made)
        if prefix:
            self.block.units.append(Unit("label", here + start, here + start, prefix, "", number))
        self.block.units += inline(text, here + start, number)
        self.sources.blocks.append(self.block)

    def _extend(self, kind: str, here: int, line: str, start: int, number: int, between: str = " ") -> None:
        if self.block is None:
            self._add(kind, here, line, start, len(line), number)
            return
        last = self.block.units[-1] if self.block.units else None
        end = last.end if last else here
        self.block.units.append(Unit("text", end, here + start, between, "\n", number - 1))
        self.block.units += inline(line[start:].rstrip(), here + start, number)
        self.block.end = here + len(line)
        self.block.indent = line[:start] if not line[:start].strip() else " " * start
