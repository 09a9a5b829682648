"""The sources as one Markdown text: includes followed, shortcodes resolved, the place of every line kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from manuscript.errors import ManuscriptError, SourceError, did_you_mean, raise_all
from manuscript.paths import Project
from manuscript.source.files import line_of_key, parse_yaml, read_text, read_yaml, split_front, within
from manuscript.source.lines import Line, SourceFile, told_apart, wrong_include
from manuscript.source.syntax import CODE, CODE_CELL, FENCE, SHORTCODE, SHORTCODES, pipe_cells, pipe_columns

# what Lua's tonumber() reads, as Quarto does with each part of a name after the first
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_UNCLOSED = {"code": ("a code block", "```"), "comment": ("a comment", "-->")}
_CODE_CELL_MEND = (
    "code lives in `manuscript prepare`: let it write the figure or table to a file, then include that file: "
    "`![Caption](figures/name.svg){#fig-name}` or `{{< include tables/name.md >}}`"
)
_INCLUDE_MENDS = {
    "includes itself": "remove one of the includes",
    "is not there": "correct the path (from the article's folder)",
    "lies outside the project": "copy the file into the article's folder",
}
# include is followed before
_RESOLVED = frozenset(SHORTCODES) - {"include"}
_BARE_NUMBER = object()
_LIPSUM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna "
    "aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. "
    "Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint "
    "occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum."
)
# one line, that it may stand in lists and quotations
PAGEBREAK = "\\newpage"


@dataclass(frozen=True)
class Source:
    """The whole article as Markdown, and where each of its lines stands."""

    text: str
    origins: list[tuple[str, int]]
    metadata: dict[str, Any]
    front_lines: list[str]
    article: str

    def place(self, needle: str, *, nth: int = 0) -> tuple[str, int]:
        """File and line of the ``nth`` place (the last, if there are fewer) that holds ``needle`` as whole words."""
        whole = re.compile(re.escape(needle) + (r"(?![\w-])" if needle[-1:].isalnum() else ""))
        found = [index for index, line in enumerate(self.text.split("\n")) for _ in whole.finditer(line)]
        if found:
            return self.origins[found[min(nth, len(found) - 1)]]
        for number, line in enumerate(self.front_lines, start=2):
            if whole.search(line):
                return self.article, number
        return self.article, 1

    def error(self, message: str, needle: str, mend: str, *, nth: int = 0) -> SourceError:
        """An error at the place where ``needle`` stands."""
        file, line = self.place(needle, nth=nth)
        return SourceError(message, file=file, line=line, mend=mend)


def load_source(
    project: Project, *, defaults: dict[str, Any] | None = None, shown: dict[str, str] | None = None
) -> Source:
    """Read ``index.qmd``, follow its includes and resolve its shortcodes.

    ``defaults`` are the settings of ``_quarto.yml``, which ``meta`` may name too; what ``shown`` holds is printed in place
    of what the front matter states.
    Raises ``SourceError`` or ``ConfigError`` (all of them at once) with file and line.
    """
    article = project.relative(project.article)
    text = read_text(within(project, project.article), article)
    front_lines, _, _ = split_front(text, article)
    metadata = {**(defaults or {}), **parse_yaml("\n".join(front_lines), article, first_line=2)}
    variables = read_yaml(within(project, project.variables), project.relative(project.variables))
    resolver = _Resolver(project, variables, {**metadata, **(shown or {})})
    metadata = {
        key: resolver.in_metadata(value, article, front_lines, line)
        if (line := line_of_key(front_lines, key, 2, missing=0))
        else value
        for key, value in metadata.items()
    }
    lines, origins = resolver.expand(told_apart(text, project.article, article), seen=(project.article,))
    raise_all(resolver.errors)
    return Source("\n".join(lines), origins, metadata, front_lines, article)


def load_part(project: Project, path: Path, variables: dict[str, Any], metadata: dict[str, Any]) -> Source:
    """One chapter as ``load_source`` would read it, with the article's variables and metadata already at hand.

    Raises ``SourceError`` (all of them at once) with file and line.
    """
    shown = project.relative(path)
    resolver = _Resolver(project, variables, metadata)
    file = told_apart(read_text(path, shown), path, shown)
    lines, origins = resolver.expand(file, seen=(project.article, path))
    raise_all(resolver.errors)
    return Source("\n".join(lines), origins, metadata, [], shown)


class _Resolver:
    def __init__(self, project: Project, variables: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.project = project
        self.variables = variables
        self.metadata = metadata
        self.errors: list[ManuscriptError] = []

    def expand(self, file: SourceFile, *, seen: tuple[Path, ...]) -> tuple[list[str], list[tuple[str, int]]]:
        """The lines of a file and of all that it includes, and where each stands; the front matter is left out."""
        result: list[str] = []
        origins: list[tuple[str, int]] = []
        shown, fence, front = file.shown, "", bool(file.lines) and file.lines[0].kind == "front"
        if front and len(seen) > 1:
            self._error(
                "the front matter of an included file would take the article's place (its title, its authors)",
                shown,
                1,
                "remove the lines between --- and ---",
            )
        for index, line in enumerate(file.lines):
            if front:
                front = line.number == 1 or line.text.rstrip() not in ("---", "...")
                continue
            number, text = line.number, line.text
            if line.kind != "code" and (columns := pipe_columns(line.visible)):
                self._check_rows(columns, file.lines, index, shown)
            if line.kind == "code" and (mark := FENCE.match(text)):
                if not fence and CODE_CELL.match(mark["info"]):
                    self._error("a code cell", shown, number, _CODE_CELL_MEND)
                if not fence:
                    fence = mark["mark"]
                elif mark["mark"].startswith(fence) and not mark["info"].strip():
                    fence = ""
            if line.included is not None:
                inner, places = self._include(line.included, shown, number, seen)
                result += inner
                origins += places
                continue
            if "{{" in line.visible:
                text = self._shortcodes(line, shown)
            for part in text.split("\n"):
                result.append(part)
                origins.append((shown, number))
        for what, number in file.open:
            if what in _UNCLOSED:
                name, end = _UNCLOSED[what]
                self._error(f"{name} is not closed", shown, number, f"end it with {end}")
        return result, origins

    def _check_rows(self, columns: int, lines: list[Line], rule: int, shown: str) -> None:
        """Of a row with more cells than the rule below the head makes columns, pandoc drops the last without a word."""
        above = lines[max(0, rule - 2) : rule]
        if len(above) == 2 and all("|" in line.visible for line in above):
            return  # a row like a rule
        below = (lines[index] for index in range(rule + 1, len(lines)))
        for row in (*above[-1:], *takewhile(lambda line: "|" in line.visible, below)):
            cells = pipe_cells(row.visible)
            if "".join(cells[columns:]).strip():
                message = f"a row of {len(cells)} cells in a table of {columns} columns"
                self._error(message, shown, row.number, r"look for a missing or an unescaped bar: \|")

    def _shortcodes(self, line: Line, shown: str) -> str:
        """The line with its shortcodes resolved, but for those in a comment, and in code those that there are not."""
        code = [(0, len(line.text))] if line.kind == "code" else [match.span() for match in CODE.finditer(line.text)]

        def replace(match: re.Match[str]) -> str:
            commented = not line.visible[match.start() : match.end()].strip()
            unknown = match["open"] == "{{" and match["body"].partition(" ")[0] not in _RESOLVED
            written = unknown and any(start <= match.start() < end for start, end in code)
            return match.group() if commented or written else self._shortcode(match, shown, line.number)

        return SHORTCODE.sub(replace, line.text)

    def in_metadata(self, value: Any, shown: str, lines: list[str], first: int) -> Any:
        """``value`` with its shortcodes resolved; it stands in the front matter from line ``first`` on."""

        def replace(match: re.Match[str]) -> str:
            rest = range(first, len(lines) + 2)
            line = next((number for number in rest if match.group(0) in lines[number - 2]), first)
            return self._shortcode(match, shown, line)

        if isinstance(value, str):
            return SHORTCODE.sub(replace, value)
        if isinstance(value, list):
            return [self.in_metadata(item, shown, lines, first) for item in value]
        if isinstance(value, dict):
            return {key: self.in_metadata(item, shown, lines, first) for key, item in value.items()}
        return value

    def _error(self, message: str, shown: str, line: int, mend: str) -> None:
        self.errors.append(SourceError(message, file=shown, line=line, mend=mend))

    def _include(
        self, name: str, shown: str, line: int, seen: tuple[Path, ...]
    ) -> tuple[list[str], list[tuple[str, int]]]:
        path = self.project.included(name)
        wrong = wrong_include(self.project, path, seen)
        if wrong:
            made = wrong == "is not there" and path.parent.name in ("tables", "figures")
            mend = "it is made by `manuscript prepare`; run that" if made else _INCLUDE_MENDS[wrong]
            self._error(f"the included file {name} {wrong}", shown, line, mend)
            return [], []
        label = self.project.relative(path)
        try:
            text = read_text(path, label)
        except SourceError as error:
            self.errors.append(error)
            return [], []
        return self.expand(told_apart(text, path, label), seen=(*seen, path))

    def _shortcode(self, match: re.Match[str], shown: str, line: int) -> str:
        if match["open"] == "{{{" and match["close"] == "}}}":
            return "{{< " + match["body"] + " >}}"
        name, *arguments = match["body"].split()
        handlers: dict[str, Callable[[list[str], str, int], str]] = {
            "var": self._var,
            "meta": self._meta,
            "kbd": self._kbd,
            "video": self._video,
            "lipsum": self._lipsum,
            "embed": self._embed,
            "pagebreak": lambda *_: PAGEBREAK,
        }
        if name == "include":
            self._error("include stands alone on its line", shown, line, "put it on a line of its own")
            return ""
        if name not in handlers:
            known = ", ".join(SHORTCODES)
            self._error(f"unknown shortcode {name!r}", shown, line, f"the embedded engine knows: {known}")
            return ""
        return handlers[name](arguments, shown, line)

    def _var(self, arguments: list[str], shown: str, line: int) -> str:
        return self._lookup("var", arguments, self.variables, "_variables.yml", shown, line)

    def _meta(self, arguments: list[str], shown: str, line: int) -> str:
        return self._lookup("meta", arguments, self.metadata, "the front matter or _quarto.yml", shown, line)

    def _kbd(self, arguments: list[str], shown: str, line: int) -> str:
        keys = [part for part in arguments if "=" not in part] or [part.partition("=")[2] for part in arguments[:1]]
        return f"[{' '.join(keys)}]{{.kbd}}"

    def _video(self, arguments: list[str], shown: str, line: int) -> str:
        address = arguments[0].strip("\"'") if arguments else ""
        if not address:
            self._error("video without an address", shown, line, "write {{< video https://… >}}")
        return f"<{address}>" if "://" in address else f"[{address}]({address})"

    def _embed(self, arguments: list[str], shown: str, line: int) -> str:
        from manuscript.source.notebooks import embedded

        name, _, label = arguments[0].strip("\"'").partition("#") if arguments else ("", "", "")
        try:
            if not (name and label):
                raise SourceError(
                    "embed without a notebook and a figure", mend="write {{< embed notebooks/name.qmd#fig-label >}}"
                )
            return embedded(self.project, self.project.included(name), label)
        except ManuscriptError as error:
            self._error(error.message, shown, line, error.mend)
            return ""

    def _lipsum(self, arguments: list[str], shown: str, line: int) -> str:
        count = arguments[0].partition("-")[2] or arguments[0] if arguments else "5"
        return "\n\n".join([_LIPSUM] * min(int(count), 99) if count.isdigit() else [_LIPSUM])

    @cached_property
    def _ledger(self) -> dict[str, Any]:
        """All names of the ledger: ``_variables.yml`` holds those that the article used when it was made."""
        from manuscript.ledger.tables import load_ledger
        from manuscript.ledger.variables import variables

        try:
            return variables(load_ledger(self.project))
        except ManuscriptError:
            return {}  # `manuscript prepare` says what is wrong with it

    def _lookup(self, kind: str, arguments: list[str], where: dict[str, Any], place: str, shown: str, line: int) -> str:
        name = arguments[0].strip("\"'") if arguments else ""
        value = _value(where, name)
        if value is None and kind == "var":
            where = self._ledger or where
            value = _value(where, name)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"{value:g}" if value == int(value) else str(value)
        if isinstance(value, (str, int, date)):
            return str(value)
        if value is None:
            hint = did_you_mean(name, _names(where), f"look it up in {place}")
            self._error(f"{kind} {name!r} is not in {place}", shown, line, hint)
        elif value is _BARE_NUMBER:
            mend = "join it to the part before with a hyphen, as in trial.endpoint-2023.hr"
            self._error(f"{kind} {name!r}: Quarto finds no name that is a bare number", shown, line, mend)
        else:
            inner = value if isinstance(value, dict) else range(1, len(value) + 1)
            self._error(
                f"{kind} {name!r} is not a single value", shown, line, f"name one of: {', '.join(map(str, inner))}"
            )
        return ""


def _value(tree: dict[str, Any], name: str) -> Any:
    """What stands under a name whose levels full stops part, as Quarto finds it; nothing where it finds nothing."""
    value: Any = tree
    for depth, part in enumerate(re.split(r"(?<!\\)\.", name)):
        if depth and _NUMBER.fullmatch(part):
            # to Quarto a part that is a number is a place in a list, counted from 1, and never a name
            if isinstance(value, dict) and part in map(str, value):
                return _BARE_NUMBER
            index = int(part) if part.isdigit() else 0
            value = value[index - 1] if isinstance(value, list) and 0 < index <= len(value) else None
        else:
            value = value.get(part.replace("\\.", ".")) if isinstance(value, dict) else None
    return value


def _names(tree: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The names of all single values below ``tree``, their levels joined by full stops."""
    for key, item in tree.items():
        if isinstance(item, dict):
            yield from _names(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
