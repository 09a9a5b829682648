"""The LaTeX: compiles with Debian's TeX Live, no character lost, every citation and reference found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from manuscript.engine.embedded import render
from manuscript.paths import Project

import inspectors
from conftest import EPOCH


def _run(program: str, *arguments: str, folder: Path) -> str:
    command = [inspectors.program(program), *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=300)
    assert result.returncode == 0, result.stdout.decode("utf-8", "replace")[-1500:]
    return result.stdout.decode("utf-8", "replace")


def _xelatex(folder: Path) -> str:
    _run("xelatex", "-interaction=nonstopmode", "-halt-on-error", "index.tex", folder=folder)
    return (folder / "index.log").read_text(encoding="utf-8", errors="replace")


@pytest.fixture(params=["article", "dialect"])
def sources(request: pytest.FixtureRequest, dialect: Project, rendered_article: Project, tmp_path: Path) -> Path:
    shared = rendered_article if request.param == "article" else dialect
    # a copy: other tests look at what the shared one's output folder holds
    project = Project(shutil.copytree(shared.root, tmp_path / "copy", symlinks=True))
    made = render(project, ["tex"], EPOCH)
    assert project.output / "index.tex" in made
    return project.output


def test_it_compiles_and_loses_nothing(sources: Path) -> None:
    _xelatex(sources)
    _run("bibtex", "index", folder=sources)
    _xelatex(sources)
    log = _xelatex(sources)
    assert "Missing character" not in log
    assert [line for line in log.split("\n") if "undefined" in line] == []
    assert (sources / "index.pdf").stat().st_size > 20_000


def test_citations_are_keys_of_the_bibliography_beside_it(sources: Path) -> None:
    text = (sources / "index.tex").read_text(encoding="utf-8")
    assert r"\citep{" in text or r"\citet{" in text
    assert r"\bibliography{references" in text
    assert (sources / "references.bib").is_file()
