"""Profiles of journals: ``journals/NAME.yml``, each value with the page and the day at which it was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from manuscript.errors import ConfigError, ManuscriptError, did_you_mean, raise_all
from manuscript.paths import Project
from manuscript.submit.measure import STATEMENTS

FORMATS = ("docx", "pdf", "tex")
FIGURE_FORMATS = ("tiff", "pdf", "eps", "png")
COLOUR_MODES = ("RGB", "CMYK", "grey")
BLINDING = ("double", "single", "none")
# name: (kind, what it is); a kind is int, text, bool, a tuple of words (one of them), or a list of such (some of them)
FIELDS: dict[str, tuple[Any, str]] = {
    "article_type": ("text", "the journal's name for such an article"),
    "citation_style": ("style", "a style of citationstyles.org"),
    "words_min": (int, "words of the text, at least"),
    "words_max": (int, "words of the text, at most"),
    "abstract_words_max": (int, "words of the abstract, at most"),
    "abstract_headings": ("texts", "headings within the abstract"),
    "keywords_min": (int, "keywords, at least"),
    "keywords_max": (int, "keywords, at most"),
    "references_max": (int, "references, at most"),
    "figures_max": (int, "figures, at most"),
    "tables_max": (int, "tables, at most"),
    "display_items_max": (int, "figures and tables together, at most"),
    "manuscript_formats": ([*FORMATS], "files of the manuscript"),
    "figure_formats": ([*FIGURE_FORMATS], "files of the figures, the preferred ones"),
    "figure_dpi": (int, "resolution of raster figures, dots per inch, at least"),
    "figure_width_min_mm": (int, "width of a figure in millimetres, at least"),
    "figure_width_max_mm": (int, "width of a figure in millimetres, at most"),
    "colour_mode": (COLOUR_MODES, "colours of the figures"),
    "line_numbers": (bool, "numbered lines in the manuscript"),
    "double_spacing": (bool, "double line spacing in the manuscript"),
    "blinding": (BLINDING, "who is hidden from whom in peer review; double: a copy without authors"),
    "statements": ([*STATEMENTS], "statements that have to stand in the article"),
    "jats": (bool, "JATS XML is accepted"),
    "meca": (bool, "a MECA bundle is accepted"),
}
_PARTS = {"value", "source", "seen_on", "note"}


@dataclass(frozen=True)
class Value:
    """One requirement of a journal: where it was read, and when."""

    value: Any
    source: str
    seen_on: str
    note: str = ""


@dataclass(frozen=True)
class Profile:
    """A journal. ``values`` holds only what was read; ``wants`` gives a value or the default."""

    name: str
    title: str
    publisher: str
    values: dict[str, Value] = field(repr=False)

    def wants(self, key: str, default: Any = None) -> Any:
        """The value that was read, else ``default``."""
        return self.values[key].value if key in self.values else default


def names(project: Project) -> list[str]:
    """The names that ``--journal`` takes."""
    return sorted(path.stem for path in project.journals.glob("*.yml"))


def load(project: Project, name: str) -> Profile:
    """The profile ``journals/NAME.yml``.

    Raises ``ConfigError`` for a name that is not there, and for all that breaks the schema, with file and line.
    """
    path = project.journals / f"{name}.yml"
    known = names(project)
    if name not in known:
        raise ConfigError(
            f"no journal {name!r}",
            file=project.relative(path),
            mend=did_you_mean(name, known, f"known: {', '.join(known) or 'none'}", most=2, cutoff=0.4),
        )
    return read(path, project.relative(path))


def read(path: Path, shown: str) -> Profile:
    """A profile file, checked. Raises ``ConfigError`` (all findings at once), with the line of each."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8", file=shown, mend="save the file as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or "cannot be read"
        raise ConfigError(f"not YAML: {problem}", file=shown, line=line, mend="mend the syntax there") from error
    check = _Check(shown)
    if not isinstance(data, dict):
        raise ConfigError("a profile is a mapping", file=shown, line=1, mend="begin with title: and publisher:")
    profile = check.profile(path.stem, data, root)
    raise_all(check.errors)
    return profile


class _Check:
    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.errors: list[ManuscriptError] = []

    def say(self, message: str, line: int, mend: str) -> None:
        self.errors.append(ConfigError(message, file=self.shown, line=line, mend=mend))

    def profile(self, name: str, data: dict[str, Any], root: Any) -> Profile:
        lines = _lines(root)
        for key in ("title", "publisher"):
            if not isinstance(data.get(key), str) or not data[key].strip():
                self.say(f"{key} is missing", 1, f"add {key}: …")
        for key in set(data) - {"title", "publisher", "values"}:
            self.say(f"unknown key {key!r}", lines.get(str(key), 1), "known: title, publisher, values")
        stated = data.get("values")
        if not isinstance(stated, dict) or not stated:
            self.say("values is missing", lines.get("values", 1), "add values: with what the journal asks for")
            stated = {}
        places = _lines(_child(root, "values"))
        values = {}
        for key, entry in stated.items():
            value = self.value(str(key), entry, places.get(str(key), 1), _lines(_child(_child(root, "values"), key)))
            if value:
                values[str(key)] = value
        for low, high in (("words_min", "words_max"), ("keywords_min", "keywords_max")):
            if low in values and high in values and values[low].value > values[high].value:
                self.say(f"{low} is above {high}", places[low], "correct one of them")
        return Profile(name, str(data.get("title")), str(data.get("publisher")), values)

    def value(self, key: str, entry: Any, line: int, places: dict[str, int]) -> Value | None:
        before = len(self.errors)
        if key not in FIELDS:
            hint = did_you_mean(key, FIELDS, f"known: {', '.join(FIELDS)}", most=1, cutoff=0.5)
            self.say(f"unknown value {key!r}", line, hint)
            return None
        if not isinstance(entry, dict):
            self.say(f"{key} does not say where it was read", line, "write value:, source: and seen_on: below it")
            return None
        for part in set(entry) - _PARTS:
            self.say(
                f"unknown key {part!r} in {key}", places.get(str(part), line), "known: value, source, seen_on, note"
            )
        self.kind(key, entry.get("value"), places.get("value", line))
        source = str(entry.get("source") or "")
        if not re.match(r"https?://\S+$", source):
            self.say(f"{key} names no page", places.get("source", line), "write source: with the address of the page")
        seen = entry.get("seen_on")
        if not isinstance(seen, date):
            self.say(f"{key} has no day", places.get("seen_on", line), "write seen_on: as 2026-11-25")
        if len(self.errors) > before:
            return None
        return Value(entry["value"], source, str(seen), " ".join(str(entry.get("note") or "").split()))

    def kind(self, key: str, value: Any, line: int) -> None:
        kind, meaning = FIELDS[key]
        if value is None:
            self.say(f"{key} has no value", line, f"write value: ({meaning}), or leave {key} out")
        elif kind is int and (not isinstance(value, int) or isinstance(value, bool) or value <= 0):
            self.say(f"{key} is {value!r}", line, f"a whole number above 0: {meaning}")
        elif kind is bool and not isinstance(value, bool):
            self.say(f"{key} is {value!r}", line, "true or false")
        elif kind in ("text", "style") and not isinstance(value, str):
            self.say(f"{key} is {value!r}", line, f"text: {meaning}")
        elif kind == "texts" and not (isinstance(value, list) and value and all(isinstance(x, str) for x in value)):
            self.say(f"{key} is {value!r}", line, f"a list of words: {meaning}")
        elif isinstance(kind, tuple) and value not in kind:
            self.say(f"{key} is {value!r}", line, f"one of: {', '.join(kind)}")
        elif isinstance(kind, list) and not (isinstance(value, list) and value and set(map(str, value)) <= set(kind)):
            self.say(f"{key} is {value!r}", line, f"a list of: {', '.join(kind)}")
        if kind == "style" and isinstance(value, str):
            from manuscript.cite.styles import style_file

            try:
                style_file(value)
            except ConfigError as error:
                self.say(error.message, line, error.mend)


def _lines(node: Any) -> dict[str, int]:
    """The line (from 1) of each key of a YAML mapping."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _child(node: Any, name: Any) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if str(key.value) == str(name)), None)
