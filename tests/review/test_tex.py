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


@pytest.fixture(params=["article", "dialect"], scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the LaTeX of a document; tests work on copies."""
    shared = "once_prepared" if request.param == "article" else "rendered_dialect"
    found = request.getfixturevalue(shared)
    root = found.root if isinstance(found, Project) else found.parent
    # a copy: other tests look at what the shared one's output folder holds
    project = Project(Path(shutil.copytree(root, tmp_path_factory.mktemp("tex") / "copy", symlinks=True)))
    assert project.output / "index.tex" in render(project, ["tex"], EPOCH)
    return project.output


@pytest.fixture
def sources(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "tex"))


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
