"""The embedded engine's front door: sources in, finished files out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from manuscript.engine.document import Document, build_documents
from manuscript.engine.settings import OUTPUT_NAME, QUARTO_NAME, Settings, load_settings
from manuscript.errors import ManuscriptError, RenderError, all_of, raise_all
from manuscript.machine import processors
from manuscript.paths import Project
from manuscript.publish import published
from manuscript.source.resolved import Source, load_source

_WRITERS = {name: f"manuscript.engine.formats.{name}" for name in ("html", "pdf", "docx", "jats", "tex")}

_LONGEST = ("pdf", "html", "docx", "jats", "tex")


def render(project: Project, formats: list[str], epoch: int, csl: Path | None = None) -> list[Path]:
    """Render ``formats`` (html, pdf, docx, jats, tex) and, with jats, the MECA bundle; give the paths of the outputs.

    ``epoch`` (seconds since 1970) is the only time that gets into the files; ``csl`` takes the place of the article's
    citation style.
    One at a time in a project: hold ``publish.one_at_a_time`` around it where another may run.
    Raises ``ManuscriptError``. What is wrong in the sources leaves all outputs that were there before untouched; when one
    format alone cannot be made, the others are published first, and its own output of before is taken away.
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
    source = load_source(project, defaults=settings.defaults, shown=settings.shown)
    documents, faults = _documents(project, settings, source, formats, epoch)
    with published(project.output) as workshop:
        faults.update(_write_all(documents, workshop))
        made = [name for name in formats if name not in faults]
        if not made:
            raise_all([error for name in formats for error in faults[name]])
        if "jats" in made:
            from manuscript.engine.formats import meca

            meca.write(project, workshop, workshop / OUTPUT_NAME["meca"], epoch)
        paths = [project.output / path.name for path in sorted(workshop.iterdir()) if path.is_file()]
    if faults:
        # what could not be made anew would be another article than the rest
        for name in faults:
            (project.output / OUTPUT_NAME[name]).unlink(missing_ok=True)
        missing, whole = (", ".join(OUTPUT_NAME[name] for name in names) for names in (faults, made))
        errors = [error for name in formats for error in faults.get(name, [])]
        raise_all([*errors, RenderError(f"{missing} could not be made", mend=f"{whole} are new and whole")])
    return paths


def _documents(
    project: Project, settings: Settings, source: Source, formats: list[str], epoch: int
) -> tuple[dict[str, Document], dict[str, list[ManuscriptError]]]:
    """The finished document of each format, and what keeps a format from having one."""
    try:
        built = build_documents(project, settings, source, [QUARTO_NAME[name] for name in formats], epoch)
        return {name: built[QUARTO_NAME[name]] for name in formats}, {}
    except ManuscriptError:
        if len(formats) == 1:
            raise
    # one format may lack a picture, or see other text than the rest
    documents: dict[str, Document] = {}
    faults: dict[str, list[ManuscriptError]] = {}
    for name in formats:
        try:
            documents[name] = build_documents(project, settings, source, [QUARTO_NAME[name]], epoch)[QUARTO_NAME[name]]
        except ManuscriptError as error:
            faults[name] = all_of(error)
    if not documents:
        # the same words for each format are said once
        raise_all(list({str(error): error for errors in faults.values() for error in errors}.values()))
    return documents, faults


def _write_all(documents: dict[str, Document], workshop: Path) -> dict[str, list[ManuscriptError]]:
    """Write each format; give what is wrong with those that could not be written."""
    faults: dict[str, list[ManuscriptError]] = {}

    def write(name: str) -> None:
        writer = import_module(_WRITERS[name])
        writer.write(documents[name], workshop / OUTPUT_NAME[name])

    # no more at a time than processors, the longest first: it decides when all are done
    with ThreadPoolExecutor(max_workers=processors()) as pool:
        jobs = {name: pool.submit(write, name) for name in sorted(documents, key=_LONGEST.index)}
        for name, job in jobs.items():
            try:
                job.result()
            except ManuscriptError as error:
                faults[name] = all_of(error)
            except OSError as error:
                faults[name] = [
                    RenderError(
                        f"cannot write the {name}: {error.strerror or error}",
                        mend="check the free space on the disk and the permissions of the output folder",
                    )
                ]
    return faults
