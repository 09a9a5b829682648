"""Profiles of journals: ``journals/NAME.yml``, each value with the page and the day at which it was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from manuscript import yaml_
from manuscript.errors import ConfigError, ManuscriptError, did_you_mean, raise_all
from manuscript.paths import Project
from manuscript.submit.parts import PLACES, STATEMENTS

FORMATS = ("docx", "pdf", "tex", "jats", "meca")
FIGURE_FORMATS = ("tiff", "pdf", "eps", "png")
COLOUR_MODES = ("RGB", "CMYK", "grey")
BLINDING = ("double", "single", "none")
ORDERS = ("as cited", "text first")
ASKED = ("required", "optional", "none")
# what a limit says that the journal does not set, and any requirement of which a page that was read whole says nothing
NO_LIMIT, NOT_STATED = "no limit", "not stated"
# where a value was read: the journal's own page, one for all journals of its publisher, a copy or an older edition of
# such a page, or what others say of the journal
PAGES = ("own", "publisher", "copy", "other")
# name: (kind, what it is); a kind is int, float, text, bool, a tuple of words (one of them), a list of such (some of them),
# "texts" or "numbers" (a list of any)
FIELDS: dict[str, tuple[Any, str]] = {
    "article_type": ("text", "the journal's name for such an article"),
    "commissioning": (("open", "enquiry", "commissioned"), "who may submit: anyone, after an enquiry, or when asked"),
    "words_min": (int, "words of the text, at least"),
    "words_max": (int, "words of the text, at most"),
    "title_characters_max": (int, "characters of the title with its spaces, at most"),
    "title_words_max": (int, "words of the title, at most"),
    "running_title_characters_max": (int, "characters of the running title, at most"),
    "title_without": (["abbreviations", "punctuation"], "what the title does without"),
    "abstract_form": (("unstructured", "structured"), "an abstract with headings or without"),
    "abstract_words_min": (int, "words of the abstract, at least"),
    "abstract_words_max": (int, "words of the abstract, at most"),
    "abstract_headings": ("texts", "headings within the abstract"),
    "abstract_citations": (bool, "references may be cited in the abstract"),
    "heading_levels_max": (int, "levels of headings, at most"),
    "heading_characters_max": ("numbers", "characters of a heading, at most, by level"),
    "keywords_min": (int, "keywords, at least"),
    "keywords_max": (int, "keywords, at most"),
    "citation_style": ("style", "a style of citationstyles.org"),
    "references_order": (
        ORDERS,
        "how references are numbered: as they are cited, or those of the text before those of its tables and figures",
    ),
    "references_max": (int, "references, at most"),
    "references_per_1000_words": (int, "references per 1,000 words of the text, at most"),
    "figures_max": (int, "figures, at most"),
    "tables_max": (int, "tables, at most"),
    "display_items_max": (int, "figures and tables together, at most"),
    "figure_label": ("text", "the word before the number of a figure, above or below it"),
    "figure_cited_as": ("text", "the word before the number of a figure, where the text refers to it"),
    "caption_stops": (bool, "a stop behind the number of a figure or table and at the end of a figure's caption"),
    "caption_words_max": (int, "words of a figure's caption, at most"),
    "table_columns_max": (int, "columns of a table, at most"),
    "table_cells_filled": (bool, "every cell of a table has an entry"),
    "table_type_min_pt": (int, "type in tables, in points, at least"),
    "figure_formats": ([*FIGURE_FORMATS], "files of the figures, the preferred ones"),
    "figure_widths_mm": ("numbers", "widths of the columns that a figure may fill, in millimetres"),
    "figure_width_min_mm": (int, "width of a figure in millimetres, at least"),
    "figure_height_max_mm": (int, "height of a figure in millimetres, at most"),
    "figure_type_min_pt": (int, "type in a figure at its final size, in points, at least"),
    "figure_line_min_pt": (float, "lines in a figure at its final size, in points, at least"),
    "figure_dpi": (int, "resolution of raster figures, dots per inch, at least"),
    "colour_mode": (COLOUR_MODES, "colours of the figures"),
    "figure_panels": (("a", "A"), "letters of the parts of a figure: small or capital"),
    "figure_names": ("text", "name of a figure's file, with {} for its number"),
    "figure_titles_inside": (bool, "titles stand within the figures, not in their captions alone"),
    "figures_in_text": (bool, "figures stand in the text, not only in files of their own"),
    "highlights": (ASKED, "highlights in a file of their own"),
    "highlights_min": (int, "highlights, at least"),
    "highlights_max": (int, "highlights, at most"),
    "highlight_characters_max": (int, "characters of a highlight with its spaces, at most"),
    "key_points": (ASKED, "a box of key points"),
    "key_points_min": (int, "key points, at least"),
    "key_points_max": (int, "key points, at most"),
    "key_point_words_max": (int, "words of a key point, at most"),
    "simple_summary": (ASKED, "a summary in plain language"),
    "simple_summary_words_max": (int, "words of the summary in plain language, at most"),
    "graphical_abstract": (ASKED, "a graphical abstract"),
    "graphical_abstract_pixels_min": ("numbers", "height and width of the graphical abstract in pixels, at least"),
    "search_strategy_panel": (ASKED, "a panel of its own on search strategy and selection criteria"),
    "manuscript_formats": ([*FORMATS], "files of the manuscript"),
    "font": ("text", "typeface of the manuscript"),
    "font_size_pt": (int, "type of the manuscript, in points"),
    "line_spacing": (("1", "1.5", "2"), "line spacing of the manuscript"),
    "margins_mm": (int, "margins of the manuscript, in millimetres"),
    "line_numbers": (bool, "numbered lines in the manuscript"),
    "page_numbers": (bool, "numbered pages in the manuscript"),
    "decimal_point": ((".", "·"), "the decimal point, on the line or in the middle of its height"),
    "supplement_names": ("text", "name of a supplementary file, with {} for its number"),
    "supplement_formats": ("texts", "files of the supplement, by the ends of their names"),
    "blinding": (BLINDING, "who is hidden from whom in peer review; double: a copy without authors"),
    "cover_letter": (ASKED, "a letter to the editors"),
    "statements": ([*STATEMENTS], "statements that have to stand in the article, in their order"),
    "statements_heading": ("text", "heading above the statements"),
    "statements_place": (PLACES, "where the statements stand"),
    "data_statement": (ASKED, "a statement on where the data are"),
    "ai_disclosure": (ASKED, "a statement on the use of artificial intelligence tools"),
    "orcid": (ASKED, "ORCID of the authors"),
    "fees": ("text", "what submission and publication cost"),
}
_ADDRESS = re.compile(r"https?://\S+$")
_PARTS = {"value", "source", "seen_at", "seen_on", "page", "note"}
_TOP = ("title", "publisher", "look_at", "values")
_PAIRS = (("words_min", "words_max"), ("abstract_words_min", "abstract_words_max"), ("keywords_min", "keywords_max"),
          ("highlights_min", "highlights_max"), ("key_points_min", "key_points_max"))  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One requirement of a journal: the page that states it, and when it was read; ``page`` is one of ``PAGES``.

    What was not read at ``source`` itself, but in a copy or in what others say of it, has in its file ``seen_at``: where
    that stands, for whoever checks; readers of a report are sent to the page.
    """

    value: Any
    source: str
    seen_on: str
    note: str = ""
    page: str = "own"


@dataclass(frozen=True)
class Profile:
    """A journal. ``values`` holds only what was read; ``wants`` gives a value or the default."""

    name: str
    title: str
    publisher: str
    values: dict[str, Value] = field(repr=False)
    look_at: str = ""

    def wants(self, key: str, default: Any = None) -> Any:
        """The value that was read, else ``default``, which stands for "no limit" and "not stated" too."""
        value = self.values[key].value if key in self.values else NO_LIMIT
        return default if value in (NO_LIMIT, NOT_STATED) else value

    @property
    def silent(self) -> list[str]:
        """What the pages that were read whole do not ask for."""
        return [key for key in FIELDS if key in self.values and self.values[key].value == NOT_STATED]

    @property
    def unknown(self) -> list[str]:
        """What is not known of the journal, in the order of ``FIELDS``."""
        return [key for key in FIELDS if key not in self.values]


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
        data, root = yaml_.parse_with_nodes(path.read_text(encoding="utf-8"), shown)
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8", file=shown, mend="save the file as UTF-8") from error
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
        for key in map(str, data.keys() - set(_TOP)):
            self.say(f"unknown key {key!r}", lines.get(key, 1), f"known: {', '.join(_TOP)}")
        look_at = str(data.get("look_at") or "")
        if not _ADDRESS.match(look_at):
            self.say(
                "look_at is no address", lines.get("look_at", 1), "add look_at: with the journal's page for authors"
            )
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
        for low, high in _PAIRS:
            pair = [values[key].value for key in (low, high) if key in values]
            if len(pair) == 2 and all(isinstance(item, int) for item in pair) and pair[1] < pair[0]:
                self.say(f"{low} is above {high}", places[low], "correct one of them")
        return Profile(name, str(data.get("title")), str(data.get("publisher")), values, look_at)

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
            known = f"known: {', '.join(sorted(_PARTS))}"
            self.say(f"unknown key {part!r} in {key}", places.get(str(part), line), known)
        self.kind(key, entry.get("value"), places.get("value", line))
        source = str(entry.get("source") or "")
        if not _ADDRESS.match(source):
            self.say(f"{key} names no page", places.get("source", line), "write source: with the address of the page")
        if "seen_at" in entry and not _ADDRESS.match(str(entry["seen_at"])):
            self.say(
                f"seen_at of {key} is no address",
                places.get("seen_at", line),
                "write where it was read, or leave it out",
            )
        seen = entry.get("seen_on")
        if not isinstance(seen, date):
            self.say(f"{key} has no day", places.get("seen_on", line), "write seen_on: as 2026-11-25")
        page = str(entry.get("page", "own"))
        if page not in PAGES:
            self.say(f"page is {page!r} in {key}", places.get("page", line), f"one of: {', '.join(PAGES)}")
        if len(self.errors) > before:
            return None
        return Value(entry["value"], source, str(seen), " ".join(str(entry.get("note") or "").split()), page)

    def kind(self, key: str, value: Any, line: int) -> None:
        kind, meaning = FIELDS[key]
        if value is None:
            self.say(f"{key} has no value", line, f"write value: ({meaning}), or leave {key} out")
        elif value == NOT_STATED or (kind is int and value == NO_LIMIT and key.endswith("_max")):
            return
        elif kind is int and (not isinstance(value, int) or isinstance(value, bool) or value <= 0):
            self.say(f"{key} is {value!r}", line, f"a whole number above 0: {meaning}")
        elif kind is float and not (type(value) in (int, float) and value > 0):
            self.say(f"{key} is {value!r}", line, f"a number above 0: {meaning}")
        elif kind is bool and not isinstance(value, bool):
            self.say(f"{key} is {value!r}", line, "true or false")
        elif kind in ("text", "style") and not isinstance(value, str):
            self.say(f"{key} is {value!r}", line, f"text: {meaning}")
        elif kind == "numbers" and not (
            isinstance(value, list) and value and all(type(x) in (int, float) for x in value)
        ):
            self.say(f"{key} is {value!r}", line, f"a list of numbers: {meaning}")
        elif kind == "texts" and not (isinstance(value, list) and value and all(isinstance(x, str) for x in value)):
            self.say(f"{key} is {value!r}", line, f"a list of words: {meaning}")
        elif isinstance(kind, tuple) and str(value) not in kind:
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
