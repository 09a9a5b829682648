"""Source files as text and as YAML, and the wall around the project."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path
from typing import Any

from manuscript.errors import SourceError
from manuscript.formats import FORMATS
from manuscript.paths import Project


def read_text(path: Path, shown: str) -> str:
    """A source file as text with line feeds.

    Raises ``SourceError`` when it is not there, not readable, or not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file=shown, mend="restore the file") from error
    try:
        return with_line_feeds(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError("not UTF-8", file=shown, line=line, mend="save the file as UTF-8") from error


def with_line_feeds(text: str) -> str:
    """``text`` without a byte-order mark, each line ended by one line feed."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_yaml(path: Path, shown: str) -> dict[str, Any]:
    """A YAML file that holds a mapping (empty when the file is not there).

    Raises ``ConfigError`` with the line of a syntax error.
    """
    if not path.is_file():
        return {}
    return parse_yaml(read_text(path, shown), shown, first_line=1)


def settings_files(project: Project, stated: dict[str, Any]) -> list[Path]:
    """The files that ``metadata-files`` names in settings; what is not there is passed over, as Quarto does."""
    named = [*listed(stated.get("metadata-file") or []), *listed(stated.get("metadata-files") or [])]
    paths = [within(project, project.root / str(name)) for name in named]
    return [path for path in paths if path.is_file()]


def project_settings(project: Project) -> dict[str, Any]:
    """The settings of the project: ``_quarto.yml``, over it the files that it names, over both ``_metadata.yml``.

    Raises ``ConfigError`` with the line of a syntax error, ``SourceError`` for a file outside the project.
    """
    settings: dict[str, Any] = read_yaml(within(project, project.config), project.relative(project.config))
    for path in (*settings_files(project, settings), within(project, project.root / "_metadata.yml")):
        settings = merged(settings, read_yaml(path, project.relative(path)))
    return settings


def page_address(settings: dict[str, Any]) -> str:
    """Where the page is: ``manuscript-url`` of Quarto's ``manuscript``, else beside the other formats."""
    manuscript = settings.get("manuscript")
    stated = manuscript.get("manuscript-url") if isinstance(manuscript, dict) else None
    return str(stated or FORMATS["html"].output)


def merged(first: dict[str, Any], second: dict[str, Any], joined: Container[str] | None = None) -> dict[str, Any]:
    """Both settings, as Quarto merges them: maps by their names, lists one behind the other, else the second's.

    ``joined`` are the names of the lists that are put one behind the other; without it all are.
    """
    result = dict(first)
    for name, value in second.items():
        before = result.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            value = merged(before, value, joined)
        elif (
            before
            and value
            and isinstance(before, list) | isinstance(value, list)
            and (joined is None or name in joined)
        ):
            value = [*listed(before), *(item for item in listed(value) if item not in listed(before))]
        result[name] = value
    return result


def listed(value: Any) -> list[Any]:
    """The value as a list, as settings may hold one value in place of a list of one."""
    return value if isinstance(value, list) else [value]


def parse_yaml(text: str, shown: str, *, first_line: int) -> dict[str, Any]:
    """A mapping from YAML text that starts at ``first_line`` of the file ``shown``; ``ConfigError`` for what is none."""
    from manuscript import yaml_

    return yaml_.mapping(text, shown, first_line=first_line)


def split_front(text: str, shown: str) -> tuple[list[str], str, int]:
    """The lines of the front matter, the body, and the body's first line number.

    Raises ``SourceError`` where there is none, or it is not closed.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise SourceError(
            "no front matter", file=shown, line=1, mend="begin the file with a YAML block between --- lines"
        )
    for index in range(1, len(lines)):
        if lines[index].rstrip() in ("---", "..."):
            return lines[1:index], "\n".join(lines[index + 1 :]), index + 2
    raise SourceError("the front matter is not closed", file=shown, line=1, mend="end the YAML block with a line ---")


def front_matter(project: Project) -> tuple[dict[str, Any], list[str]]:
    """The article's metadata as written, and the lines that they stand in (from line 2 on); both empty without any.

    Raises ``ConfigError`` for YAML with an error, ``SourceError`` for a file that cannot be read.
    """
    shown = project.relative(project.article)
    text = read_text(project.article, shown)
    if text.partition("\n")[0].rstrip() != "---":
        return {}, []
    lines, _, _ = split_front(text, shown)
    return parse_yaml("\n".join(lines), shown, first_line=2), lines


def line_of_key(lines: list[str], key: str, first_line: int = 1, *, missing: int | None = None) -> int:
    """The line of a top-level key of YAML; ``missing`` (by default ``first_line``) where it is not among ``lines``."""
    wanted = re.compile(rf"{re.escape(key)}\s*:")
    found = (number for number, line in enumerate(lines, start=first_line) if wanted.match(line))
    return next(found, first_line if missing is None else missing)


def within(project: Project, path: Path) -> Path:
    """``path`` itself, where it lies in the project's folder, links followed.

    Raises ``SourceError`` where a link leads out: what is there is not published unasked.
    """
    if not inside(project, path):
        raise SourceError(
            "leads outside the project",
            file=path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else path.as_posix(),
            mend="copy the file into the article's folder",
        )
    return path


def inside(project: Project, path: Path) -> bool:
    """Whether ``path``, links followed, lies in the project's folder: what comes from outside is no part of an article."""
    return path.resolve().is_relative_to(project.root.resolve())
