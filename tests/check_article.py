"""The small article of ``fixtures/article``, with its made files, for tests that break it."""

from __future__ import annotations

import shutil
from pathlib import Path

from manuscript.figures.draw import make_figure, write_manifest
from manuscript.ledger.schema import data_dictionary
from manuscript.ledger.tables import load_ledger
from manuscript.ledger.variables import variables_yaml
from manuscript.paths import Project
from manuscript.tables.write import make_table

ROOT = Path(__file__).parent.parent
FIXTURE = ROOT / "tests" / "fixtures" / "article"


def make_article(folder: Path) -> Project:
    """A copy of the article with the figure and the tables that today's code makes of its ledger."""
    shutil.copytree(FIXTURE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    project = Project(folder)
    ledger = load_ledger(project)
    make_figure(project, ledger, "approvals")
    for name in ("agents", "evidence", "sources"):
        make_table(project, ledger, name)
    (project.data / "README.md").write_text(data_dictionary(ledger.vocabulary), encoding="utf-8")
    write_manifest(project, ledger, "")
    return project


def make_files(project: Project) -> None:
    """What a render needs besides: the variables of the article's ledger, and its citation style."""
    from conftest import copy_style

    project.variables.write_text(variables_yaml(load_ledger(project)), encoding="utf-8")
    copy_style(project.root)


def render_article(project: Project) -> Project:
    """The same article in all formats."""
    from manuscript.engine.embedded import render

    from conftest import EPOCH

    make_files(project)
    render(project, ["html", "pdf", "docx", "jats"], EPOCH)
    return project
