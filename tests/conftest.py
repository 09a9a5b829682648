"""What several test files share: the dialect document, rendered once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from manuscript.cite.styles import bring_style
from manuscript.engine.embedded import render
from manuscript.paths import Project
from manuscript.prepare import prepare

from chromium import Browser

FIXTURES = Path(__file__).parent / "fixtures"
GOLDEN = FIXTURES / "quarto-golden" / "golden"
EPOCH = 1_700_000_000


def copy_style(folder: Path) -> None:
    """Put the citation style where the project's ``_quarto.yml`` looks for it."""
    bring_style(Project(folder), "apa")


@pytest.fixture
def dialect(tmp_path: Path) -> Project:
    """A copy of the dialect document that a test may break."""
    folder = tmp_path / "dialect"
    shutil.copytree(FIXTURES / "quarto-golden" / "dialect", folder)
    copy_style(folder)
    return Project(folder)


@pytest.fixture(scope="session")
def rendered_dialect(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all outputs of the dialect document."""
    folder = tmp_path_factory.mktemp("dialect") / "dialect"
    shutil.copytree(FIXTURES / "quarto-golden" / "dialect", folder)
    copy_style(folder)
    project = Project(folder)
    render(project, ["html", "pdf", "docx", "jats"], EPOCH)
    return project.output


ROOT = Path(__file__).parent.parent
# what git tracks of the article; a test works on a copy and never on the author's files
_ARTICLE = (
    "_quarto.yml",
    "index.qmd",
    "references.bib",
    "chapters",
    "data",
    "figures",
    "tables",
    "styles",
    "scripts/review",
)


def copy_article(folder: Path) -> Project:
    """A copy of the real article that a test may break."""
    folder.mkdir(parents=True)
    for name in _ARTICLE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).is_file():
            shutil.copyfile(ROOT / name, folder / name)
    return Project(folder)


@pytest.fixture
def article(tmp_path: Path) -> Project:
    """A fresh copy of the real article, not yet prepared."""
    return copy_article(tmp_path / "article")


@pytest.fixture(scope="session")
def once_prepared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The real article with all that `manuscript prepare` makes; tests only read it."""
    project = copy_article(tmp_path_factory.mktemp("prepared") / "article")
    prepare(project)
    return project


@pytest.fixture
def prepared_article(once_prepared: Project, tmp_path: Path) -> Project:
    """A copy of the real article, prepared, that a test may break: drawing its figures takes seconds."""
    return Project(shutil.copytree(once_prepared.root, tmp_path / "article"))


def rendered_copy(folder: Path) -> Project:
    """A copy of the real article, prepared and rendered in all formats."""
    project = copy_article(folder)
    prepare(project)
    render(project, ["html", "pdf", "docx", "jats"], EPOCH)
    return project


@pytest.fixture(scope="session")
def rendered_article(once_prepared: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The real article in all formats; tests only read it."""
    project = Project(shutil.copytree(once_prepared.root, tmp_path_factory.mktemp("article") / "article"))
    render(project, ["html", "pdf", "docx", "jats"], EPOCH)
    return project


@pytest.fixture(scope="session")
def made_article(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article of the fixtures with what is made of its ledger; tests only read it."""
    from check_article import make_article

    return make_article(tmp_path_factory.mktemp("small") / "article")


@pytest.fixture
def small_article(made_article: Project, tmp_path: Path) -> Project:
    """A copy of the small article that a test may break."""
    return Project(shutil.copytree(made_article.root, tmp_path / "article"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser to read the page with."""
    import inspectors

    with Browser(inspectors.program("chromium")) as browser:
        yield browser
