"""``[tool.manuscript.check]`` of ``pyproject.toml``: severities, limits, word lists, exceptions."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from manuscript.diagnostics import Diagnostic, Severity
from manuscript.errors import ConfigError
from manuscript.paths import Project

FILE = "pyproject.toml"
LEVELS = ("error", "warning", "off")


@dataclass(frozen=True)
class Exemption:
    """One place where a rule does not hold; ``match`` are words of the message or of the line."""

    rule: str
    file: str
    match: str
    reason: str
    line: int

    def covers(self, item: Diagnostic, text: str) -> bool:
        """Whether ``item``, found in the line ``text``, is excepted; ``rule`` and ``file`` may hold wildcards."""
        return (
            fnmatchcase(item.rule, self.rule)
            and (not self.file or fnmatchcase(item.file, self.file))
            and (not self.match or self.match in item.message or self.match in text)
        )


@dataclass(frozen=True)
class Settings:
    """What an article asks of the check; every value has a default."""

    severity: dict[str, Severity | Literal["off"]] = field(default_factory=dict)
    exceptions: tuple[Exemption, ...] = ()
    abstract_words: tuple[int, int] = (100, 350)
    article_words: tuple[int, int] = (0, 20000)
    references: tuple[int, int] = (0, 1000)
    sentence_words: int = 50
    declarations: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    hype: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    line: int = 1


_LISTS = ("declarations", "abbreviations", "hype", "names")
_LIMITS = ("abstract-words", "article-words", "references")
_KNOWN = {"severity", "exceptions", "sentence-words", *_LISTS, *_LIMITS}


def load_settings(project: Project) -> Settings:
    """The settings, or the defaults when there is no such section.

    Raises ``ConfigError`` with the line of what is wrong.
    """
    path = project.root / FILE
    if not path.is_file():
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
        sections = tomllib.loads(text).get("tool", {}).get("manuscript", {})
        section = sections.get("check", {}) if isinstance(sections, dict) else sections
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ConfigError(
            f"not TOML: {error}", file=FILE, line=int(found[1]) if found else 1, mend="look at quotes and brackets"
        ) from error
    if not isinstance(section, dict):
        raise _wrong(text, "check", "a section is expected: [tool.manuscript.check]")
    strange = [name for name in sections if name != "check"]
    if strange:
        raise _wrong(
            text, f"[tool.manuscript.{strange[0]}", "the one section of [tool.manuscript] is [tool.manuscript.check]"
        )
    unknown = [name for name in section if name not in _KNOWN]
    if unknown:
        raise _wrong(text, unknown[0], f"known are: {', '.join(sorted(_KNOWN))}")
    values: dict[str, Any] = {}
    for name in _LISTS:
        value = section.get(name, [])
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise _wrong(text, name, f'a list of words is expected: {name} = ["…"]')
        values[name] = tuple(value)
    for name in _LIMITS:
        if name in section:
            value = section[name]
            if not (isinstance(value, list) and len(value) == 2 and all(isinstance(item, int) for item in value)):
                raise _wrong(text, name, f"least and most are expected: {name} = [100, 300]")
            values[name.replace("-", "_")] = tuple(value)
    if "sentence-words" in section:
        if not isinstance(section["sentence-words"], int):
            raise _wrong(text, "sentence-words", "a whole number is expected")
        values["sentence_words"] = section["sentence-words"]
    severity = section.get("severity", {})
    if not isinstance(severity, dict) or any(level not in LEVELS for level in severity.values()):
        raise _wrong(text, "severity", f'write "rule" = one of: {", ".join(LEVELS)}')
    return Settings(
        severity=severity,
        exceptions=tuple(_exceptions(section.get("exceptions", []), text)),
        line=_line(text, "[tool.manuscript.check"),
        **values,
    )


def _exceptions(entries: Any, text: str) -> list[Exemption]:
    starts = [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if line.replace(" ", "").startswith("[[tool.manuscript.check.exceptions]]")
    ]
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        raise _wrong(text, "exceptions", "write each as [[tool.manuscript.check.exceptions]]")
    found = []
    for index, entry in enumerate(entries):
        line = starts[index] if index < len(starts) else _line(text, "exceptions")
        unknown = [name for name in entry if name not in ("rule", "file", "match", "reason")]
        if unknown or not isinstance(entry.get("rule"), str):
            raise ConfigError(
                f"an exception {'with the unknown name ' + repr(unknown[0]) if unknown else 'without a rule'}",
                file=FILE,
                line=line,
                mend="it has rule, file, match and reason",
            )
        values = {name: str(entry.get(name, "")) for name in ("rule", "file", "match", "reason")}
        found.append(Exemption(**values, line=line))
    return found


def _line(text: str, start: str) -> int:
    lines = text.split("\n")
    return next((number for number, line in enumerate(lines, start=1) if line.lstrip('"').startswith(start)), 1)


def _wrong(text: str, name: str, mend: str) -> ConfigError:
    return ConfigError(f"the setting {name!r} cannot be used", file=FILE, line=_line(text, name), mend=mend)
