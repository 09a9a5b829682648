"""What several test files share: documents that are prepared and rendered once for all processes of a run of tests."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from manuscript.cite.styles import bring_style
from manuscript.engine.embedded import render
from manuscript.paths import Project
from manuscript.prepare import prepare
from manuscript.publish import one_at_a_time

from chromium import Browser
from concerned import changed, concerns

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
GOLDEN = FIXTURES / "quarto-golden" / "golden"
EPOCH = 1_700_000_000
FORMATS = ["html", "pdf", "docx", "jats"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--concerned", metavar="REVISION", help="only tests that name a file which differs from REVISION")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the test files that the change does not concern; None lets pytest decide."""
    revision = config.getoption("concerned")
    if not revision or not collection_path.name.startswith("test_"):
        return None
    names = changed(ROOT, revision)
    test = collection_path.relative_to(ROOT).as_posix()
    return None if concerns(names, test, collection_path.read_text(encoding="utf-8")) else True


def pytest_collection_finish() -> None:
    """What stands by now stays to the end: looking for cycles in it again and again is a twentieth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what calls validators, itself, by a fixture or by a function of its file: CI runs it with them."""
    if isinstance(item, pytest.Function):
        definitions = item._fixtureinfo.name2fixturedefs.values()
        if any(_calls_validators(code) for code in (item.obj, *(definition[-1].func for definition in definitions))):
            item.add_marker(pytest.mark.validators)


@cache
def _calls_validators(function: Callable[..., object]) -> bool:
    around, seen, todo = getattr(function, "__globals__", {}), set(), [getattr(function, "__code__", None)]
    while todo:
        code = todo.pop()
        if code is None or code in seen:
            continue
        seen.add(code)
        if "inspectors" in code.co_names:
            return True
        todo += [part for part in code.co_consts if isinstance(part, CodeType)]
        called = (around.get(name) for name in code.co_names)
        todo += [item.__code__ for item in called if isinstance(item, FunctionType) and item.__globals__ is around]
    return False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A validator that is missing where nobody saw that it is called would never be called in CI."""
    report = yield
    if report.skipped and "is not installed" in str(report.longrepr) and not item.get_closest_marker("validators"):
        report.outcome = "failed"
    return report


def copy_style(folder: Path) -> None:
    """Put the citation style where the project's ``_quarto.yml`` looks for it."""
    bring_style(Project(folder), "apa")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Project:
    """The project that ``make`` has put into the folder it is given, done by the first process that asks.

    The processes of ``pytest -n`` share what takes longest; tests only read it.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / "shared" / name / "article", base / "shared" / name / "done"
    with one_at_a_time(folder.parent / "lock", name, lambda _: None):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return Project(folder)


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

    def make(folder: Path) -> None:
        shutil.copytree(FIXTURES / "quarto-golden" / "dialect", folder)
        copy_style(folder)
        render(Project(folder), FORMATS, EPOCH)

    return once(tmp_path_factory, "dialect", make).output


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
    return once(tmp_path_factory, "prepared", lambda folder: prepare(copy_article(folder)))


@pytest.fixture
def prepared_article(once_prepared: Project, tmp_path: Path) -> Project:
    """A copy of the real article, prepared, that a test may break: drawing its figures takes seconds."""
    return Project(shutil.copytree(once_prepared.root, tmp_path / "article"))


@pytest.fixture(scope="session")
def rendered_article(once_prepared: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The real article in all formats; tests only read it."""

    def make(folder: Path) -> None:
        render(Project(shutil.copytree(once_prepared.root, folder)), FORMATS, EPOCH)

    return once(tmp_path_factory, "rendered", make)


@pytest.fixture(scope="session")
def made_article(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article of the fixtures with what is made of its ledger; tests only read it."""
    from check_article import make_article

    return once(tmp_path_factory, "small", make_article)


@pytest.fixture(scope="session")
def rendered_small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article in all formats; tests only read it."""
    from check_article import make_article, render_article

    return once(tmp_path_factory, "small-rendered", lambda folder: render_article(make_article(folder)))


@pytest.fixture
def small_article(made_article: Project, tmp_path: Path) -> Project:
    """A copy of the small article that a test may break."""
    return Project(shutil.copytree(made_article.root, tmp_path / "article"))


@pytest.fixture(scope="session")
def once_ready(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article after `manuscript prepare`; tests only read it."""
    from check_article import make_article

    return once(tmp_path_factory, "small-ready", lambda folder: prepare(make_article(folder)))


@pytest.fixture
def ready_article(once_ready: Project, tmp_path: Path) -> Project:
    """A copy of the small article after `manuscript prepare`, that a test may break."""
    return Project(shutil.copytree(once_ready.root, tmp_path / "article"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser to read the page with."""
    import inspectors

    with Browser(inspectors.program("chromium")) as browser:
        yield browser
