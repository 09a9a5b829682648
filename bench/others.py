"""MyST and Manubot on the same sources, where their programs are on PATH: resolved Markdown, the bibliography, the figures.

Neither knows Quarto's dialect: what it does not know, it leaves out or prints as it stands. Nothing is fetched: MyST gets
an empty template for Word, and has none for a page that it could make without asking its makers' server for one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bench.measure import Cost, best
from manuscript.engine.pandoc import pandoc_path
from manuscript.engine.settings import load_settings
from manuscript.errors import RenderError
from manuscript.paths import Project
from manuscript.source.resolved import load_source

LIMIT = 120.0
_MYST = """\
version: 1
project:
  title: The same sources
  bibliography: [references.bib]
  toc: [{file: index.md}]
  exports:
    - {format: docx, template: ./plain, article: index.md, output: out/index.docx}
    - {format: xml, article: index.md, output: out/index.xml}
"""
_TEMPLATE = "jtex: v1\ntitle: plain\nkind: docx\nfiles: []\n"
# pandoc's names, as Manubot's own build calls them
_MANUBOT = {"html": "html5", "docx": "docx", "jats": "jats"}


def costs(project: Project, place: Path) -> dict[str, Cost]:
    """What ``MyST, docx`` and the like cost; nothing for a program that is not there or that fails on these sources.

    ``place`` is a folder that is not there yet.
    """
    found: dict[str, Cost] = {}
    myst, manubot = shutil.which("myst"), shutil.which("manubot")
    if not (myst or manubot):
        return found
    _sources(project, place)
    if myst:
        for name, option in (("docx", "--docx"), ("jats", "--xml")):
            _try(found, f"MyST, {name}", [myst, "build", option, "--force"], place)
    if manubot:
        path = os.environ["PATH"]
        # its filter asks the pandoc on PATH for its version
        os.environ["PATH"] = f"{Path(pandoc_path()).parent}{os.pathsep}{path}"
        try:
            content = ["--content-directory=content", "--output-directory=output", "--skip-citations"]
            _try(found, "Manubot, its own step", [manubot, "process", *content], place)
            for name, to in _MANUBOT.items():
                filters = ["--filter", "pandoc-manubot-cite", "--citeproc", "--csl", "style.csl"]
                read = ["output/manuscript.md", "-f", "markdown", "--bibliography", "references.bib"]
                written = ["-t", to, "--standalone", "-o", f"out/manubot.{name}"]
                _try(found, f"Manubot, {name}", [pandoc_path(), *read, *filters, *written], place)
        finally:
            os.environ["PATH"] = path
    return found


def versions() -> dict[str, str]:
    """The programs that are there, with what they call their version."""
    import subprocess

    programs = {"MyST": "myst", "Manubot": "manubot"}
    return {
        name: subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        for name, program in programs.items()
        if (path := shutil.which(program))
    }


def _try(found: dict[str, Cost], what: str, command: list[str], place: Path) -> None:
    try:
        found[what] = best(1, command, place, limit=LIMIT)
    except RenderError as error:
        print(f"{what}: {error.message}")


def _sources(project: Project, place: Path) -> None:
    settings = load_settings(project)
    text = load_source(project, defaults=settings.defaults, shown=settings.shown).text
    for folder in ("content", "output", "out", "plain"):
        (place / folder).mkdir(parents=True)
    (place / "index.md").write_text(f"---\ntitle: The same sources\n---\n\n{text}", encoding="utf-8")
    (place / "content" / "01.main.md").write_text(text, encoding="utf-8")
    (place / "content" / "metadata.yaml").write_text("title: The same sources\nauthors: []\nlang: en-GB\n")
    (place / "myst.yml").write_text(_MYST, encoding="utf-8")
    (place / "plain" / "template.yml").write_text(_TEMPLATE, encoding="utf-8")
    shutil.copyfile(project.bibliography, place / "references.bib")
    shutil.copyfile(project.build / "apa.csl", place / "style.csl")
    shutil.copytree(project.figures, place / "figures")
    # pandoc takes a picture without an ending for a file of that name
    for path in (place / "figures").glob("*.png"):
        shutil.copyfile(path, path.with_suffix(""))
