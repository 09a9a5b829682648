"""What Quarto would not understand, or would do otherwise than the embedded engine, found by trying it on whole articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from manuscript import yaml_
from manuscript.check.context import Context
from manuscript.errors import ConfigError
from manuscript.source.lines import Line
from manuscript.source.syntax import CROSS_REFERENCE

# what Lua's tonumber() reads, as Quarto does with each part of a name after the first
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(?P<kind>var|meta)\s+(?P<name>[^\s>]+)[^>]*>\}\}(?!\})")
_ATTRIBUTES = re.compile(r"\{[^{}]*\}")
_PIXELS = re.compile(r"\b(?:width|height)\s*=\s*[\"']?\d+(?:\.\d+)?(?:px)?[\"'\s}]", re.I)
_NUMBERED_CALLOUT = re.compile(r"#(?:nte|tip|wrn|imp|cau)-")
_TABLE = re.compile(r"<table\b", re.I)


def check(context: Context) -> None:
    """Report everything of this family."""
    config = _settings(context.project.config, context.project.relative(context.project.config))
    article = context.project.relative(context.project.article)
    source = context.article.sources.get(article)
    texts = [line.text for line in source.lines] if source else []
    end = next((index for index, text in enumerate(texts[1:], start=1) if text.rstrip() in ("---", "...")), 0)
    metadata = {**config, **_mapping("\n".join(texts[1:end]), article)}
    numbered = bool(metadata.get("number-sections"))
    formats = config.get("format")
    typst = isinstance(formats, dict) and "typst" in formats
    told = False
    raw = False
    for shown, file in context.article.sources.items():
        if shown != article and file.lines and file.lines[0].text.rstrip() == "---":
            keys = [
                line.text for line in file.lines[1:12] if re.match(r"(?:title|author|date|abstract)\s*:", line.text)
            ]
            if keys:
                context.report(
                    "quarto/own-title", (shown, 1, 1), "an included file has a front matter of its own, which replaces the article's", "remove it: a chapter begins with its heading"
                )  # fmt: skip
        for line in file.lines:
            if line.kind == "code":
                raw = re.match(r"\s*(`{3,}|~{3,})\s*\{=html\}", line.text) is not None or (
                    raw and not line.text.lstrip().startswith(("```", "~~~"))
                )
                if raw and _TABLE.search(line.text):
                    context.report(
                        "quarto/raw-table", (line.file, line.number, 1), "a table in HTML, which Quarto parses with a program from the network", "write it in Markdown"
                    )  # fmt: skip
                continue
            if line.kind in ("comment", "blank"):
                continue
            _names(context, line, metadata)
            _attributes(context, line)
            if not told and not numbered and typst and (match := next(_sections(line.prose or line.text), None)):
                told = True
                context.report(
                    "quarto/section-number", (line.file, line.number, match.start() + 1), "a section is referred to, and number-sections is not set: Quarto's PDF fails",
                    "write number-sections: true in _quarto.yml",
                )  # fmt: skip
    _shapes(context, config, context.project.relative(context.project.config))


def _sections(text: str) -> Iterator[re.Match[str]]:
    return (match for match in CROSS_REFERENCE.finditer(text) if match["kind"] == "sec")


def _settings(path: Path, shown: str) -> dict[str, Any]:
    try:
        return _mapping(path.read_bytes().decode("utf-8-sig", "replace"), shown)
    except OSError:
        return {}


def _mapping(text: str, shown: str) -> dict[str, Any]:
    try:
        return yaml_.mapping(text, shown)
    except ConfigError:
        return {}  # structure/ says what is wrong with it


def _names(context: Context, line: Line, metadata: Mapping[str, Any]) -> None:
    for match in _SHORTCODE.finditer(line.text):
        name = match["name"].strip("\"'")
        place = (line.file, line.number, match.start() + 1)
        if any(_NUMBER.fullmatch(part) for part in name.split(".")[1:]) and match["kind"] == "var":
            context.report(
                "quarto/bare-number", place, f"{name}: Quarto finds no name with a part that is a bare number", "join the year with a hyphen: trial.endpoint-2023.hr"
            )  # fmt: skip
        if match["kind"] == "meta":
            _meta(context, place, name, metadata)


def _meta(context: Context, place: tuple[str, int, int], name: str, metadata: Mapping[str, Any]) -> None:
    value: Any = metadata
    for part in name.split("."):
        if isinstance(value, list) and part.isdigit() and 0 < int(part) <= len(value):
            value = value[int(part) - 1]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            value = None
    if value is None and name not in ("license.text", "license.url", "license.type"):
        context.report(
            "quarto/meta",
            place,
            f"{name} is neither in the front matter nor in _quarto.yml",
            "correct the name, or set it there",
        )
    elif isinstance(value, (dict, list)):
        context.report(
            "quarto/meta",
            place,
            f"{name} is not a single value: Quarto prints nothing or a mark of an error",
            "name one of its parts",
        )


def _attributes(context: Context, line: Line) -> None:
    place = (line.file, line.number, 1)
    if line.kind == "div":
        labelled = re.search(r"#(?:fig|tbl|lst)-", line.text)
        if re.search(r"\blayout(?:-ncol|-nrow)?\s*=", line.text) and not labelled:
            context.report(
                "quarto/layout", place, "a layout without a label: Quarto makes no JATS at all", "give it a label (#fig-name), or leave the layout out"
            )  # fmt: skip
        if _NUMBERED_CALLOUT.search(line.text) and ".callout-" in line.text:
            context.report(
                "quarto/callout-label", place, "a numbered callout: Quarto makes no JATS at all", "leave the label out"
            )
    if line.kind in ("prose", "list", "figure", "div", "caption"):
        for match in _ATTRIBUTES.finditer(line.text):
            if _PIXELS.search(match.group()):
                context.report(
                    "quarto/pixels", (line.file, line.number, match.start() + 1), "a size in pixels: Quarto's PDF fails", "write it in per cent, cm or in: width=50%"
                )  # fmt: skip


def _shapes(context: Context, config: Mapping[str, Any], shown: str) -> None:
    """Values of another shape than Quarto's schema allows, which stop everything; and files that break the bundle."""
    texts = context.project.config.read_bytes().decode("utf-8", "replace").split("\n") if config else []

    def line_of(key: str) -> int:
        return next((number for number, text in enumerate(texts, start=1) if text.strip().startswith(f"{key}:")), 1)

    crossref = config.get("crossref")
    for key, value in crossref.items() if isinstance(crossref, dict) else ():
        if str(key).endswith(("-prefix", "-title")) and not isinstance(value, str):
            context.report(
                "quarto/schema",
                (shown, line_of(str(key)), 1),
                f"crossref: {key} must be text",
                "write one word or phrase",
            )
    project = config.get("project")
    resources = project.get("resources") if isinstance(project, dict) else None
    made = ("supplement.", "build/")
    for name in resources if isinstance(resources, list) else [resources] if resources else []:
        if "*" in str(name):
            context.report(
                "quarto/resources",
                (shown, line_of("resources"), 1),
                f"{name}: a pattern breaks Quarto's MECA bundle",
                "name each file",
            )
        elif not str(name).startswith(made) and not (context.project.root / str(name)).exists():
            context.report(
                "quarto/resources",
                (shown, line_of("resources"), 1),
                f"{name} is not there: Quarto's MECA bundle breaks",
                "correct the name",
            )
    csl = config.get("csl")
    if isinstance(csl, str) and "_" in csl.rpartition("/")[2]:
        context.report(
            "quarto/csl",
            (shown, line_of("csl"), 1),
            f"{csl}: a name with an underscore breaks Quarto's PDF",
            "rename the file with a hyphen",
        )
    bibliography = config.get("bibliography")
    names = bibliography if isinstance(bibliography, list) else [bibliography]
    if (
        len(names) > 1
        and any(str(name).endswith((".json", ".yaml", ".yml")) for name in names)
        and config.get("google-scholar") is not False
    ):
        context.report(
            "quarto/bibliography",
            (shown, line_of("bibliography"), 1),
            "CSL JSON beside BibTeX: Quarto's page fails",
            "write google-scholar: false, or keep one kind",
        )
