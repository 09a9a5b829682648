"""The Quarto engine: run, its outputs published whole, and made to fail where Quarto only warns."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from manuscript.engine.settings import OUTPUT_NAME, QUARTO_NAME
from manuscript.engines import find_quarto
from manuscript.errors import ManuscriptError, RenderError, SetupError, SourceError, raise_all
from manuscript.paths import Project
from manuscript.publish import published
from manuscript.source.lines import read_article

# what Quarto warns of and exits 0 (seen with 1.10.18), with the words to look for in the sources
_WARNINGS = (
    (re.compile(r"Unable to resolve crossref @(?P<name>[\w.:-]+)"), "@{name}"),
    (re.compile(r"Citeproc: citation (?P<name>\S+) not found"), "@{name}"),
    (re.compile(r"Unknown var (?P<name>[^\s:]+)"), "var {name}"),
    (re.compile(r"Unknown meta key (?P<name>[^\s:]+)"), "meta {name}"),
    (re.compile(r"Unable to find (?P<name>.+)"), "{name}"),
    (re.compile(r"Could not fetch resource (?P<name>[^:\s]+)(?=[:\s])"), "{name}"),
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def render(project: Project, formats: list[str], epoch: int, csl: Path | None = None) -> list[Path]:
    """Run ``quarto render`` for ``formats`` (html, pdf, docx, jats); give the paths of the outputs.

    ``csl`` takes the place of the article's citation style.

    Raises ``SetupError`` without Quarto, ``RenderError`` when it fails, ``SourceError`` (all of them at once) for what
    it warns of; the outputs that were there before are then untouched.
    """
    program = find_quarto()
    if program is None:
        raise SetupError("quarto is not on PATH", mend="install Quarto, or choose --engine embedded")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "QUARTO_PYTHON": sys.executable}
    with published(project.output) as workshop:
        warnings: list[str] = []
        for arguments in calls(formats):
            command = [program, "render", str(project.root), "--output-dir", project.relative(workshop), *arguments]
            if csl is not None:
                command += ["--metadata", f"csl:{project.relative(csl)}"]
            warnings += _run(command, environment)
        raise_all(complaints(project, warnings))
        missing = [name for name in formats if not (workshop / OUTPUT_NAME[name]).is_file()]
        if missing:
            raise RenderError(f"quarto made no {OUTPUT_NAME[missing[0]]}", mend="look at the formats in _quarto.yml")
        return [project.output / path.name for path in sorted(workshop.iterdir()) if path.is_file()]


def calls(formats: list[str]) -> list[list[str]]:
    """What to add to ``quarto render``: nothing for all formats at once; else one call per format, which keeps the others.

    Quarto takes one format per call, and wipes its output folder at each that is not told to keep it.
    """
    if set(formats) == {"html", "pdf", "docx", "jats"}:
        return [[]]
    return [["--to", QUARTO_NAME[name], "--no-clean"] for name in formats]


def _run(command: list[str], environment: dict[str, str]) -> list[str]:
    """Run Quarto, its words passed on to stderr; the lines that may hold a warning."""
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            sys.stderr.write(line)
            lines.append(_COLOURS.sub("", line).strip())
    if process.returncode != 0:
        raise RenderError(f"quarto ended with exit code {process.returncode}", mend="its own words stand above")
    return lines


def complaints(project: Project, lines: list[str]) -> list[ManuscriptError]:
    """An error for each thing that Quarto only warned of, with its place in our sources where it can be found."""
    errors: dict[str, ManuscriptError] = {}
    for line in lines:
        for pattern, needle in _WARNINGS:
            found = pattern.search(line)
            if found is None:
                continue
            wanted = needle.format(name=found["name"])
            file, number = _place(project, wanted)
            errors.setdefault(
                wanted,
                SourceError(
                    f"quarto warned: {found.group()}",
                    file=file,
                    line=number,
                    mend="correct the name, or add what it names",
                ),
            )
    return list(errors.values())


def _place(project: Project, needle: str) -> tuple[str | None, int | None]:
    """The first line of the sources that holds ``needle`` as whole words."""
    whole = re.compile(re.escape(needle) + r"(?![\w-])")
    found = (line for line in read_article(project).lines() if whole.search(line.text))
    return next(((line.file, line.number) for line in found), (None, None))
