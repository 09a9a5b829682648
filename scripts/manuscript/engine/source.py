"""The sources as one Markdown text: includes followed, shortcodes resolved, the place of every line kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from manuscript.errors import ConfigError, ManuscriptError, SourceError, did_you_mean, raise_all
from manuscript.paths import Project
from manuscript.shortcodes import INCLUDE

_SHORTCODE = re.compile(r"(?P<open>\{\{\{?)<\s*(?P<body>.*?)\s*>(?P<close>\}\}\}?)")
_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}|~{3,})(?P<info>.*)$")
_CODE_CELL = re.compile(r"^\{[a-zA-Z]")
# what Lua's tonumber() reads, as Quarto does with each part of a name after the first
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
PAGEBREAK = "::: {.pagebreak}\n:::"


@dataclass(frozen=True)
class Source:
    """The whole article as Markdown, and where each of its lines stands."""

    text: str
    origins: list[tuple[str, int]]
    metadata: dict[str, Any]
    front_lines: list[str]
    article: str

    def place(self, needle: str, *, nth: int = 0) -> tuple[str, int]:
        """File and line of the ``nth`` line that holds ``needle`` as whole words; the article's first line if none does."""
        whole = re.compile(re.escape(needle) + (r"(?![\w-])" if needle[-1:].isalnum() else ""))
        found = [index for index, line in enumerate(self.text.split("\n")) if whole.search(line)]
        if len(found) > nth:
            return self.origins[found[nth]]
        for number, line in enumerate(self.front_lines, start=2):
            if whole.search(line):
                return self.article, number
        return self.article, 1

    def error(self, message: str, needle: str, mend: str, *, nth: int = 0) -> SourceError:
        """An error at the place where ``needle`` stands."""
        file, line = self.place(needle, nth=nth)
        return SourceError(message, file=file, line=line, mend=mend)


def read_text(path: Path, shown: str) -> str:
    """A source file as text with line feeds.

    Raises ``SourceError`` when it is not there, not readable, or not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file=shown, mend="restore the file") from error
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError("not UTF-8", file=shown, line=line, mend="save the file as UTF-8") from error


def read_yaml(path: Path, shown: str) -> dict[str, Any]:
    """A YAML file that holds a mapping (empty when the file is not there).

    Raises ``ConfigError`` with the line of a syntax error.
    """
    if not path.is_file():
        return {}
    return parse_yaml(read_text(path, shown), shown, first_line=1)


def parse_yaml(text: str, shown: str, *, first_line: int) -> dict[str, Any]:
    """A mapping from YAML text that starts at ``first_line`` of the file ``shown``."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = yaml.load(text, Loader=loader)  # a safe loader, the C one where it was built
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + mark.line if mark else first_line
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            f"not YAML: {problem}", file=shown, line=line, mend="check indentation, colons and quotes"
        ) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(
            "a mapping of names to values is expected", file=shown, line=first_line, mend="write name: value"
        )
    return value


def load_source(project: Project, *, defaults: dict[str, Any] | None = None) -> Source:
    """Read ``index.qmd``, follow its includes and resolve its shortcodes.

    ``defaults`` are the settings of ``_quarto.yml``, which ``meta`` may name too.
    Raises ``SourceError`` or ``ConfigError`` (all of them at once) with file and line.
    """
    article = project.relative(project.article)
    front, front_lines, body, body_line = _split(read_text(project.article, article), article)
    metadata = {**(defaults or {}), **parse_yaml(front, article, first_line=2)}
    metadata_lines = {
        match.group(1): number
        for number, line in enumerate(front_lines, start=2)
        if (match := re.match(r"([\w-]+)\s*:", line))
    }
    variables = read_yaml(project.variables, project.relative(project.variables))
    resolver = _Resolver(project, variables, metadata)
    errors = resolver.errors
    metadata = {
        key: resolver.in_metadata(value, article, front_lines, metadata_lines[key]) if key in metadata_lines else value
        for key, value in metadata.items()
    }
    lines, origins = resolver.expand(body.split("\n"), article, body_line, seen=(project.article,))
    raise_all(errors)
    return Source("\n".join(lines), origins, metadata, front_lines, article)


def front_matter(project: Project) -> tuple[dict[str, Any], list[str]]:
    """The front matter of ``index.qmd`` as it is written, shortcodes and all, and its lines.

    Raises ``ConfigError`` for YAML with an error.
    """
    article = project.relative(project.article)
    front, lines, _, _ = _split(read_text(project.article, article), article)
    return parse_yaml(front, article, first_line=2), lines


def load_part(project: Project, path: Path, variables: dict[str, Any], metadata: dict[str, Any]) -> Source:
    """One chapter as ``load_source`` would read it, with the article's variables and metadata already at hand.

    Raises ``SourceError`` (all of them at once) with file and line.
    """
    shown = project.relative(path)
    resolver = _Resolver(project, variables, metadata)
    lines = read_text(path, shown).rstrip("\n").split("\n")
    lines, origins = resolver.expand(lines, shown, 1, seen=(project.article, path))
    raise_all(resolver.errors)
    return Source("\n".join(lines), origins, metadata, [], shown)


def _split(text: str, shown: str) -> tuple[str, list[str], str, int]:
    """Front matter, its lines, the body, and the body's first line number."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise SourceError(
            "no front matter", file=shown, line=1, mend="begin the file with a YAML block between --- lines"
        )
    for index in range(1, len(lines)):
        if lines[index].rstrip() in ("---", "..."):
            front = lines[1:index]
            return "\n".join(front), front, "\n".join(lines[index + 1 :]), index + 2
    raise SourceError("the front matter is not closed", file=shown, line=1, mend="end the YAML block with a line ---")


class _Resolver:
    def __init__(self, project: Project, variables: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.project = project
        self.variables = variables
        self.metadata = metadata
        self.errors: list[ManuscriptError] = []

    def expand(
        self, lines: list[str], shown: str, first_line: int, *, seen: tuple[Path, ...]
    ) -> tuple[list[str], list[tuple[str, int]]]:
        result: list[str] = []
        origins: list[tuple[str, int]] = []
        fence: str | None = None
        fence_line = first_line

        def add(text: str, line: int) -> None:
            for part in text.split("\n"):
                result.append(part)
                origins.append((shown, line))

        for number, line in enumerate(lines, start=first_line):
            mark = _FENCE.match(line)
            if mark and fence is None:
                fence, fence_line = mark["mark"], number
                if _CODE_CELL.match(mark["info"].strip()) and not mark["info"].strip().startswith("{="):
                    self._error(
                        "a code cell", shown, number, "draw the figure from the ledger; chapters hold prose only"
                    )
            elif mark and fence and mark["mark"].startswith(fence) and not mark["info"].strip():
                fence = None
            include = INCLUDE.match(line)
            if include and fence is None:
                inner, places = self._include(include["path"], shown, number, seen)
                result.extend(inner)
                origins.extend(places)
            elif "{{" in line:
                add(_SHORTCODE.sub(lambda match, at=number: self._shortcode(match, shown, at), line), number)
            else:
                add(line, number)
        if fence is not None:
            self._error("a code block is not closed", shown, fence_line, f"end it with a line {fence}")
        return result, origins

    def in_metadata(self, value: Any, shown: str, lines: list[str], first: int) -> Any:
        """``value`` with its shortcodes resolved; it stands in the front matter from line ``first`` on."""

        def replace(match: re.Match[str]) -> str:
            rest = range(first, len(lines) + 2)
            line = next((number for number in rest if match.group(0) in lines[number - 2]), first)
            return self._shortcode(match, shown, line)

        if isinstance(value, str):
            return _SHORTCODE.sub(replace, value)
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
        if path in seen:
            self._error(f"{name} includes itself", shown, line, "remove one of the includes")
            return [], []
        if not path.is_file():
            made = "it is made by `manuscript prepare`; run that" if path.parent.name in ("tables", "figures") else ""
            self._error(
                f"no such file to include: {name}", shown, line, made or "correct the path (from the article's folder)"
            )
            return [], []
        label = self.project.relative(path)
        try:
            text = read_text(path, label)
        except SourceError as error:
            self.errors.append(error)
            return [], []
        lines, origins = self.expand(text.rstrip("\n").split("\n"), label, 1, seen=(*seen, path))
        return lines, origins

    def _shortcode(self, match: re.Match[str], shown: str, line: int) -> str:
        if match["open"] == "{{{" and match["close"] == "}}}":
            return "{{< " + match["body"] + " >}}"
        name, *arguments = match["body"].split()
        handlers: dict[str, Callable[[list[str], str, int], str]] = {
            "var": self._var,
            "meta": self._meta,
            "pagebreak": lambda *_: PAGEBREAK,
        }
        if name == "include":
            self._error("include stands alone on its line", shown, line, "put it on a line of its own")
            return ""
        if name not in handlers:
            known = ", ".join(["include", *handlers])
            self._error(f"unknown shortcode {name!r}", shown, line, f"the embedded engine knows: {known}")
            return ""
        return handlers[name](arguments, shown, line)

    def _var(self, arguments: list[str], shown: str, line: int) -> str:
        return self._lookup("var", arguments, self.variables, "_variables.yml", shown, line)

    def _meta(self, arguments: list[str], shown: str, line: int) -> str:
        return self._lookup("meta", arguments, self.metadata, "the front matter or _quarto.yml", shown, line)

    def _lookup(self, kind: str, arguments: list[str], where: dict[str, Any], place: str, shown: str, line: int) -> str:
        name = arguments[0].strip("\"'") if arguments else ""
        value: Any = where
        for depth, part in enumerate(name.split(".")):
            if depth and _NUMBER.fullmatch(part):
                # to Quarto a part that is a number is a place in a list, counted from 1, and never a name
                if isinstance(value, dict) and part in map(str, value):
                    mend = "join it to the part before with a hyphen, as in trial.endpoint-2023.hr"
                    self._error(f"{kind} {name!r}: Quarto finds no name that is a bare number", shown, line, mend)
                    return ""
                place = int(part) if part.isdigit() else 0
                value = value[place - 1] if isinstance(value, list) and 0 < place <= len(value) else None
            else:
                value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value)
        if value is None:
            hint = did_you_mean(name, _names(where), f"look it up in {place}")
            self._error(f"{kind} {name!r} is not in {place}", shown, line, hint)
        else:
            self._error(
                f"{kind} {name!r} is not a single value", shown, line, f"name one of: {', '.join(map(str, value))}"
            )
        return ""


def _names(tree: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The names of all single values below ``tree``, their levels joined by full stops."""
    for key, item in tree.items():
        if isinstance(item, dict):
            yield from _names(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
