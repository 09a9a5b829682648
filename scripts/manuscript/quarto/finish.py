"""Quarto's post-render hook: gives what Quarto wrote the last touches of the embedded engine, by the same code."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from manuscript.atomic import replacing
from manuscript.engine import fresh
from manuscript.engine.crossref import Label
from manuscript.engine.document import Document
from manuscript.formats import BUNDLE, FORMATS
from manuscript.paths import Project
from manuscript.quarto import told
from manuscript.quarto.tree import aside_path, document_of


def main() -> None:
    """Finish the outputs that Quarto names in the environment: ``python -m manuscript.quarto.finish ROOT``."""
    project = Project(Path(sys.argv[1]).resolve())
    named = os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "").splitlines()
    output = Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR") or project.output)
    finish(project, output, {Path(name).name for name in named})


def finish(project: Project, output: Path, names: set[str]) -> None:
    """Finish what of ``names`` lies in the folder ``output``, and make the MECA bundle anew with JATS.

    A file whose tree did not come through our filter stays as Quarto wrote it.
    """
    from manuscript.engine.formats import docx, html, jats, meca

    for format_name in ("html", "docx", "jats"):
        path = output / FORMATS[format_name].output
        if path.name not in names or not aside_path(project, format_name).is_file():
            continue
        document, marks = _aside(project, format_name)
        if format_name == "html":
            html.finish(path.read_text(encoding="utf-8"), path)
        elif format_name == "jats":
            jats.finish(path.read_text(encoding="utf-8"), path, document, marks)
            meca.write(project, output, output / BUNDLE, document.epoch, document.settings.resources)
        else:
            with replacing(path) as finished:
                docx.finish(path, finished, document)
    # a bare `quarto render` wrote over what was recorded of the last render
    fresh.forget(project)
    # the page holds its style and scripts itself
    shutil.rmtree(output / "site_libs", ignore_errors=True)


def _aside(project: Project, format_name: str) -> tuple[Document, dict[str, dict[str, str]]]:
    """The document without its text, and the marks, as the filter put them aside."""
    kept = json.loads(aside_path(project, format_name).read_text(encoding="utf-8"))
    labels = {item["identifier"]: Label(**item) for item in kept["labels"]}
    return document_of(project, {"meta": kept["meta"], "blocks": []}, format_name, labels), kept["marks"]


if __name__ == "__main__":
    told(main)
