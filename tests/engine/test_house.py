"""The house: the engine names no field, its modules import in one direction, and another article starts from it."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from manuscript import wing
from manuscript.code import digest, modules_of
from manuscript.errors import ConfigError
from manuscript.ledger.tables import load_ledger
from manuscript.new import create
from manuscript.paths import Project, package_dir
from manuscript.prepare import prepare

AUTHORS = ["Ada Example", "Bea Probe"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A repository of one's own, prepared; tests only read it."""
    folder = tmp_path_factory.mktemp("new") / "review"
    create(folder, 'A "new" review', AUTHORS, "2026-11-26")
    project = Project(folder)
    prepare(project)
    return project


def test_a_new_repository_has_a_figure_a_table_and_its_own_names(made: Project) -> None:
    assert wing.included(made, "figures") == ["agreement"]
    assert (made.figures / "agreement.svg").is_file() and (made.tables / "studies.md").is_file()
    assert len(load_ledger(made).outcomes) == 1
    citation = (made.root / "CITATION.cff").read_text(encoding="utf-8")
    assert '"family-names": "Probe"' in citation and "doi" not in citation
    assert [
        item["name"] for item in json.loads((made.root / ".zenodo.json").read_text(encoding="utf-8"))["creators"]
    ] == [
        "Example, Ada",
        "Probe, Bea",
    ]
    assert "Bea Probe" in (made.root / "LICENSE").read_text(encoding="utf-8")
    assert prepare(made) == []


@pytest.mark.parametrize(("title", "authors"), [("", AUTHORS), ("A title", []), ("A title", [" "])])
def test_a_repository_needs_title_and_author(tmp_path: Path, title: str, authors: list[str]) -> None:
    with pytest.raises(ConfigError):
        create(tmp_path / "new", title, authors, "2026-11-26")
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="not empty"):
        create(tmp_path, "A title", AUTHORS, "2026-11-26")


def test_an_article_without_a_ledger_is_fine(made: Project, tmp_path: Path) -> None:
    project = Project(Path(shutil.copytree(made.root, tmp_path / "article")))
    for folder in (project.data, project.own, project.figures, project.tables, project.build):
        shutil.rmtree(folder)
    (project.root / "chapters" / "02-findings.qmd").write_text(
        "# Findings {#sec-findings}\n\nNone.\n", encoding="utf-8"
    )
    text = project.article.read_text(encoding="utf-8")
    text = re.sub(
        r" The agreement between.*\n", "\n", re.sub(r"(?s)# Supplementary evidence.*?(?=# References)", "", text)
    )
    project.article.write_text(text, encoding="utf-8")
    prepare(project)
    assert not project.data.exists() and not project.figures.exists()
    assert prepare(project) == []


def test_a_new_figure_is_one_module_and_one_include(made: Project, tmp_path: Path) -> None:
    project = Project(Path(shutil.copytree(made.root, tmp_path / "article")))
    source = project.own / "figures" / "agreement.py"
    (project.own / "figures" / "second_one.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert prepare(project) == [], "a module that nothing includes is not drawn"
    chapter = project.chapters / "02-findings.qmd"
    with chapter.open("a", encoding="utf-8") as file:
        file.write("\n{{< include figures/second-one.md >}}\n")
    assert "figure second-one" in prepare(project)
    assert (project.figures / "second-one.svg").is_file()


def test_a_thing_is_made_anew_when_code_that_it_imports_changed(made: Project, tmp_path: Path) -> None:
    own = Path(shutil.copytree(made.own, tmp_path / "review"))
    start = ("review.figures.agreement",)
    before = digest(start, own)
    assert "manuscript.figures.style" in modules_of(start[0], own)
    moved = Path(shutil.copytree(own, tmp_path / "changed" / "review"))
    with (moved / "figures" / "agreement.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert digest(start, moved) != before == digest(start, own)


MODULES = {
    ".".join(("manuscript", *path.relative_to(package_dir()).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in package_dir().rglob("*.py")
    if "template" not in path.relative_to(package_dir()).parts
}


def _imports(path: Path) -> set[str]:
    """What a module imports, at its top or late; not what only its annotations need."""
    found: set[str] = set()
    nodes: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{item.name}" for item in node.names)}
        elif isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        nodes.extend(ast.iter_child_nodes(node))
    return found


def test_the_engine_never_imports_the_articles_wing() -> None:
    for path in MODULES.values():
        assert not {name for name in _imports(path) if name.split(".")[0] == "review"}, path


def test_no_modules_import_each_other_in_a_circle() -> None:
    # a package's own file imports nothing, so that `from package import module` is no import of the package
    wants = {name: {other for other in _imports(path) if other in MODULES} - {name} for name, path in MODULES.items()}
    while ready := {name for name, others in wants.items() if not others & wants.keys()}:
        wants = {name: others for name, others in wants.items() if name not in ready}
    assert not wants, f"in a circle or above one: {', '.join(wants)}"


def test_a_modules_name_is_in_the_engine_once() -> None:
    # a command is called as what it calls, a table as its file
    names = [
        name.rpartition(".")[2]
        for name, path in MODULES.items()
        if path.name != "__init__.py" and not name.startswith(("manuscript.commands.", "manuscript.tables."))
    ]
    assert sorted(names) == sorted(set(names))
