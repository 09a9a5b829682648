"""The embedded engine's front door: sources in, finished files out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from manuscript.engine.document import Document, build_documents
from manuscript.engine.settings import OUTPUT_NAME, QUARTO_NAME, load_settings
from manuscript.errors import ManuscriptError, RenderError, raise_all
from manuscript.machine import processors
from manuscript.paths import Project
from manuscript.publish import published
from manuscript.source.resolved import load_source

_WRITERS = {name: f"manuscript.engine.formats.{name}" for name in ("html", "pdf", "docx", "jats", "tex")}

_LONGEST = ("pdf", "html", "docx", "jats", "tex")


def render(project: Project, formats: list[str], epoch: int, csl: Path | None = None) -> list[Path]:
    """Render ``formats`` (html, pdf, docx, jats, tex) and, with jats, the MECA bundle; give the paths of the outputs.

    ``epoch`` (seconds since 1970) is the only time that gets into the files; ``csl`` takes the place of the article's
    citation style.
    One at a time in a project: hold ``publish.one_at_a_time`` around it where another may run.
    Raises ``ManuscriptError``; the outputs that were there before are then untouched.
    """
    unknown = [name for name in formats if name not in QUARTO_NAME]
    if unknown:
        raise RenderError(f"unknown format {unknown[0]!r}", mend=f"choose from: {', '.join(QUARTO_NAME)}")
    with _without_collector():
        return _render(project, formats, epoch, csl)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Trees are millions of objects without a cycle: looking for cycles took a third of the time and found none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _render(project: Project, formats: list[str], epoch: int, csl: Path | None) -> list[Path]:
    settings = load_settings(project, csl)
    source = load_source(project, defaults=settings.defaults)
    documents = build_documents(project, settings, source, [QUARTO_NAME[name] for name in formats], epoch)
    with published(project.output) as workshop:
        _write_all(documents, formats, workshop)
        if "jats" in formats:
            from manuscript.engine.formats import meca

            meca.write(project, workshop, workshop / OUTPUT_NAME["meca"], epoch)
        return [project.output / path.name for path in sorted(workshop.iterdir()) if path.is_file()]


def _write_all(documents: dict[str, Document], formats: list[str], workshop: Path) -> None:
    errors: list[ManuscriptError] = []

    def write(name: str) -> None:
        writer = import_module(_WRITERS[name])
        writer.write(documents[QUARTO_NAME[name]], workshop / OUTPUT_NAME[name])

    # no more at a time than processors, the longest first: it decides when all are done
    with ThreadPoolExecutor(max_workers=processors()) as pool:
        jobs = {name: pool.submit(write, name) for name in sorted(formats, key=_LONGEST.index)}
        for name, job in jobs.items():
            try:
                job.result()
            except ManuscriptError as error:
                errors.append(error)
            except OSError as error:
                errors.append(
                    RenderError(
                        f"cannot write the {name}: {error.strerror or error}",
                        mend="check the free space on the disk and the permissions of the output folder",
                    )
                )
    raise_all(errors)
