"""Whether the outputs are still what the sources give: then a render has nothing to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from manuscript import code, digests
from manuscript.atomic import write_text
from manuscript.formats import BUNDLE, FORMATS
from manuscript.git import source_files
from manuscript.paths import Project
from manuscript.supplement.write_supplement import documents

_PACKAGES = ("pypandoc_binary", "typst", "python-docx", "lxml")


def digest(project: Project, formats: list[str], epoch: int, *options: str) -> str:
    """A digest of everything that a render of ``formats`` reads: sources, made inputs, the engine's code and programs."""
    total = hashlib.sha256(json.dumps([sorted(formats), epoch, options]).encode())
    for path in _inputs(project):
        total.update(b"\0" + path.relative_to(project.root).as_posix().encode() + b"\0" + digests.of_file(path))
    total.update(code.digest_of_engine())
    # the look that comes with the program, for an article without one of its own
    for path in sorted(project.style("article.css").parent.iterdir()):
        total.update(path.name.encode() + digests.of_file(path))
    for package in _PACKAGES:
        total.update(f"{package}={digests.version_of(package)}".encode())
    return total.hexdigest()


def outputs(project: Project, formats: list[str]) -> list[Path]:
    """What a render of ``formats`` makes, the MECA bundle with JATS."""
    names = {FORMATS[name].output for name in formats if name in FORMATS}
    return [project.output / name for name in sorted(names | ({BUNDLE} if "jats" in formats else set()))]


def is_fresh(project: Project, stated: str, made: list[Path]) -> bool:
    """Whether the last render had this digest and its outputs are untouched."""
    try:
        record = json.loads(project.render_state.read_text(encoding="utf-8"))
        known = record["outputs"]
        return record["digest"] == stated and all(
            known[project.relative(path)] == digests.of_file(path).hex() for path in _beside(project, made)
        )
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return False  # never rendered here, or something was removed or damaged


def forget(project: Project) -> None:
    """The outputs are others than those that were recorded."""
    project.render_state.unlink(missing_ok=True)


def record(project: Project, stated: str, made: list[Path]) -> None:
    """Remember the digest and the outputs that it gave."""
    known = {project.relative(path): digests.of_file(path).hex() for path in _beside(project, made)}
    state = {"digest": stated, "sources": article_digest(project), "outputs": known}
    write_text(project.render_state, json.dumps(state, indent=1) + "\n")


def _beside(project: Project, made: list[Path]) -> list[Path]:
    """The outputs with the copies of the supplement that go with any of them."""
    return [*made, *(project.output / path.name for path in documents(project))]


def article_digest(project: Project) -> str:
    """A digest of what the words, tables and figures of the outputs come from, whatever the code and the day."""
    total = hashlib.sha256()
    folders = (
        (project.chapters, "*.qmd"),
        (project.tables, "*.md"),
        (project.figures, "*.md"),
        (project.figures, "*.svg"),
        (project.data, "*.csv"),
        (project.styles, "*.*"),
    )
    found = [path for folder, pattern in folders for path in sorted(folder.glob(pattern))]
    for path in (project.article, project.config, project.bibliography, *found):
        if path.is_file():
            total.update(b"\0" + project.relative(path).encode() + b"\0" + digests.of_file(path))
    return total.hexdigest()


def _inputs(project: Project) -> Iterator[Path]:
    # the bundle holds every source, so every source counts; what git ignores but a render reads comes after
    for name in source_files(project):
        yield project.root / name
    yield project.variables
    yield from sorted(project.figures.glob("*.png"))
    yield from sorted(project.build.glob("*.csl"))
    yield from sorted(project.build.glob("*.html"))
