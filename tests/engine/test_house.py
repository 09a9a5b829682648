"""The house: the engine names no field, its modules import in one direction, and another article starts from it."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from manuscript import wing
from manuscript.check.run import run as check
from manuscript.code import digest, modules_of
from manuscript.engine.embedded import render
from manuscript.errors import ConfigError, ManuscriptError, ManuscriptErrors, SetupError
from manuscript.formats import BY_QUARTO, FORMATS, Format
from manuscript.ledger.tables import NotThere, load_ledger
from manuscript.ledger.vocabulary import KNOWN
from manuscript.new import create
from manuscript.paths import Project, package_dir
from manuscript.prepare import prepare
from manuscript.source.files import front_matter
from manuscript.submit import profile

AUTHORS = ["Ada Example", "Bea Probe"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A repository of one's own, prepared; tests only read it."""
    folder = tmp_path_factory.mktemp("new") / "review"
    create(folder, 'A "new" review', AUTHORS, "2026-11-26")
    project = Project(folder)
    prepare(project)
    return project


@pytest.fixture
def own(made: Project, tmp_path: Path) -> Project:
    """The same, to change."""
    return Project(Path(shutil.copytree(made.root, tmp_path / "article")))


def _errors(project: Project) -> list[str]:
    return [str(item) for item in check(project)[0] if item.severity == "error"]


def test_a_new_repository_renders_and_has_nothing_to_mend(own: Project) -> None:
    assert len(render(own, ["html", "pdf", "docx", "jats"], 0)) == 5
    assert [str(item) for item in check(own)[0]] == []


def test_a_new_repository_has_a_figure_a_table_and_its_own_names(made: Project) -> None:
    assert wing.included(made, "figures") == ["agreement"]
    assert (made.figures / "agreement.svg").is_file() and (made.tables / "studies.md").is_file()
    assert len(load_ledger(made).outcomes) == 1
    assert prepare(made) == []


def test_records_of_archives_say_what_the_front_matter_says(own: Project) -> None:
    def said() -> tuple[dict[str, Any], dict[str, Any], str]:
        return yaml.safe_load(own.citation.read_text()), json.loads(own.zenodo.read_text()), own.licence.read_text()

    citation, zenodo, licence = said()
    assert citation["title"] == zenodo["title"] == 'A "new" review'
    assert citation["authors"][1] == {"given-names": "Bea", "family-names": "Probe"}
    assert zenodo["creators"] == [{"name": "Example, Ada"}, {"name": "Probe, Bea"}]
    assert licence.endswith(
        "(CC BY 4.0)\n\nCopyright (c) 2026 Ada Example, Bea Probe\n\nhttps://creativecommons.org/licenses/by/4.0/legalcode\n"
    )
    # what is the files' own stays
    own.zenodo.write_text(json.dumps({**zenodo, "language": "eng", "title": 'A "new" review (edition 2)'}))
    own.citation.write_text(own.citation.read_text() + "doi: 10.5555/kept\n")
    text = own.article.read_text(encoding="utf-8")
    text = text.replace(
        "  - name: Bea Probe", "  - name: Carl de la Prueba\n    orcid: 0000-0002-1825-0097\n    affiliation: The Hall"
    )
    text = text.replace("CC BY 4.0", "CC BY-SA 4.0").replace("licenses/by/4.0", "licenses/by-sa/4.0")
    own.article.write_text(text, encoding="utf-8")
    assert {item.rule for item in check(own)[0]} == {"structure/disagrees"}
    prepare(own)
    assert _errors(own) == [] == prepare(own)
    citation, zenodo, licence = said()
    assert citation["doi"] == "10.5555/kept" and citation["license"] == ["MIT", "CC-BY-SA-4.0"]
    assert citation["authors"][1] == {
        "given-names": "Carl",
        "family-names": "de la Prueba",
        "affiliation": "The Hall",
        "orcid": "https://orcid.org/0000-0002-1825-0097",
    }
    assert zenodo["language"] == "eng" and zenodo["title"].endswith("(edition 2)")
    assert "Attribution-ShareAlike 4.0 International" in licence and "Ada Example, Carl de la Prueba" in licence


@pytest.mark.parametrize("title", ['a "b" \\c', "# no: comment", "@TITLE@ {x} *y*"])
def test_any_title_and_name_is_one(tmp_path: Path, title: str) -> None:
    create(tmp_path / "new", title, ["WHO: a 'group' # 1", "-x y"], "2026-11-26")
    front, _ = front_matter(Project(tmp_path / "new"))
    assert front["title"] == title
    assert [item["name"] for item in front["author"]] == ["WHO: a 'group' # 1", "-x y"]


@pytest.mark.parametrize(("title", "authors"), [("", AUTHORS), ("A title", []), ("A title", [" "])])
def test_a_repository_needs_title_and_author(tmp_path: Path, title: str, authors: list[str]) -> None:
    with pytest.raises(ConfigError):
        create(tmp_path / "new", title, authors, "2026-11-26")
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="not empty"):
        create(tmp_path, "A title", AUTHORS, "2026-11-26")


def test_an_article_without_a_ledger_is_fine(own: Project) -> None:
    project = own
    for folder in (project.data, project.own, project.figures, project.tables, project.build):
        shutil.rmtree(folder)
    for path in project.root.glob("supplement.*"):
        path.unlink()
    table = "| Night | Birds |\n|:--|--:|\n| First | 1,250 |\n\n: Passage by night. {#tbl-nights}"
    (project.root / "chapters" / "02-findings.qmd").write_text(
        f"# Findings {{#sec-findings}}\n\nOn 12 nights 62% flew low (@tbl-nights).\n\n{table}\n", encoding="utf-8"
    )
    text = project.article.read_text(encoding="utf-8")
    text = re.sub(
        r" The agreement between.*\n", "\n", re.sub(r"(?s)# Supplementary evidence.*?(?=# References)", "", text)
    )
    project.article.write_text(text, encoding="utf-8")
    prepare(project)
    with pytest.raises(SetupError, match=r"supplement\.pdf is not there"):
        render(project, ["html"], 0)
    config = project.config.read_text(encoding="utf-8")
    project.config.write_text(re.sub(r"\n  resources: .*", "", config), encoding="utf-8")
    prepare(project)
    assert not project.data.exists() and not project.figures.exists()
    assert prepare(project) == []
    made_now = render(project, ["html", "pdf", "docx", "jats"], 0)
    assert [path.name for path in made_now] == ["index-meca.zip", "index.docx", "index.html", "index.pdf", "index.xml"]
    assert [str(item) for item in check(project)[0] if item.severity == "error"] == []


def test_a_new_figure_is_one_module_and_one_include(own: Project) -> None:
    project = own
    source = project.own / "figures" / "agreement.py"
    (project.own / "figures" / "second_one.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert prepare(project) == [], "a module that nothing includes is not drawn"
    chapter = project.chapters / "02-findings.qmd"
    with chapter.open("a", encoding="utf-8") as file:
        file.write("\n{{< include figures/second-one.md >}}\n")
    assert "figure second-one" in prepare(project)
    assert (project.figures / "second-one.svg").is_file()


def test_a_new_table_is_one_module_and_one_include(own: Project) -> None:
    project = own
    source = (project.own / "tables" / "studies.py").read_text(encoding="utf-8")
    (project.own / "tables" / "second_one.py").write_text(source, encoding="utf-8")
    assert prepare(project) == [], "a module that nothing includes is not made"
    with (project.chapters / "02-findings.qmd").open("a", encoding="utf-8") as file:
        file.write("\n{{< include tables/second-one.md >}}\n")
    assert "table second-one" in prepare(project)
    assert (project.tables / "second-one.md").is_file()


def test_a_new_table_of_the_ledger_is_one_entry_and_one_file(own: Project) -> None:
    project = own
    package = json.loads(project.datapackage.read_text(encoding="utf-8"))
    facts = next(item for item in package["resources"] if item["name"] == "facts")
    package["resources"].append({**facts, "name": "sites", "path": "sites.csv", "title": "Sites"})
    project.datapackage.write_text(json.dumps(package), encoding="utf-8")
    # names in prose are one row's alone
    rows = (project.data / "facts.csv").read_text(encoding="utf-8").replace("\nsanra", "\nsite")
    (project.data / "sites.csv").write_text(rows, encoding="utf-8")
    prepare(project)
    ledger = load_ledger(project)
    assert len(ledger.tables["sites"]) == len(ledger.tables["facts"]) > 0
    assert "sites.csv" in (project.data / "README.md").read_text(encoding="utf-8")
    with (project.data / "sites.csv").open("a", encoding="utf-8") as file:
        file.write("a row that the schema refuses\n")
    with pytest.raises((ManuscriptError, ManuscriptErrors)):
        prepare(project)


def test_a_new_journal_is_one_file(made: Project, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.journals.mkdir()
    (project.journals / "annals.yml").write_text(
        "title: Annals of Tests\npublisher: Nobody\nlook_at: https://example.org/\nvalues:\n  abstract_words_max:\n    value: 250\n    source: https://example.org/\n    seen_on: 2026-11-26\n",
        encoding="utf-8",
    )
    assert profile.load(project, "annals").title == "Annals of Tests"


def test_a_new_format_is_one_module_and_one_row(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project = own
    writer = ModuleType("manuscript.engine.formats.plain")
    monkeypatch.setattr(writer, "write", lambda document, target: target.write_text(document.title), raising=False)
    monkeypatch.setitem(sys.modules, writer.__name__, writer)
    row = Format("plain", "plain", "index.txt", ("png",), "")
    monkeypatch.setitem(FORMATS, row.name, row)
    monkeypatch.setitem(BY_QUARTO, row.quarto, row)
    assert [path.read_text() for path in render(project, ["plain"], 0)] == ["A “new” review"]


def test_a_new_rule_is_an_entry_a_report_and_an_example(own: Project) -> None:
    def write(name: str, before: str, text: str) -> None:
        path = own.root / "scripts" / "manuscript" / "check" / name
        source = path.read_text(encoding="utf-8")
        assert before in source
        path.write_text(source.replace(before, text + before, 1), encoding="utf-8")

    write(
        "rules.py",
        '    Rule("prose/british"',
        '    Rule("prose/whale", "error", "a whale in the prose", "Fish only."),\n',
    )
    write(
        "prose.py",
        "        _white_space(context, line)\n",
        "        if (at := line.prose.find('whale')) >= 0:\n"
        "            context.report('prose/whale', (line.file, line.number, at + 1), 'a whale', 'write fish')\n",
    )
    write("examples.py", '    "prose/british"', '    "prose/whale": Example("See the whale.", "See the fish."),\n')
    with (own.chapters / "02-findings.qmd").open("a", encoding="utf-8") as file:
        file.write("\nHere is a whale.\n")
    engine = {**os.environ, "PYTHONPATH": str(own.root / "scripts")}
    run = partial(subprocess.run, cwd=own.root, env=engine, capture_output=True, text=True)
    program = [sys.executable, "-m", "manuscript"]
    assert ":10:11: error prose/whale: a whale" in run([*program, "check", "--select", "prose"]).stdout
    assert "Fish only." in run([*program, "explain", "prose/whale"]).stdout
    tests = run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-k",
            "whale or has_an_example",
            "tests/engine/test_check_examples.py",
        ]
    )
    assert tests.returncode == 0, tests.stdout


def test_a_table_may_do_without_columns_that_the_program_reads(own: Project) -> None:
    package = json.loads(own.datapackage.read_text(encoding="utf-8"))
    kept = {
        "trials": "id name design source locator",
        "outcomes": "id trial endpoint effect_measure effect effect_low effect_high ci_level_percent exp_n source",
    }
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        if wanted := kept.get(resource["name"], "").split():
            resource["schema"]["fields"] = [field for field in fields if field["name"] in wanted]
            resource.get("evidence", {}).pop("patients", None)
            path = own.data / resource["path"]
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
            lines = [",".join(field["name"] for field in resource["schema"]["fields"])]
            lines += [",".join(row[name] for name in lines[0].split(",")) for row in rows]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    own.datapackage.write_text(json.dumps(package), encoding="utf-8")
    text = (own.chapters / "02-findings.qmd").read_text(encoding="utf-8")
    (own.chapters / "02-findings.qmd").write_text(text.replace("{{< var sanra.n >}}", "some"), encoding="utf-8")
    prepare(own)
    render(own, ["html"], 0)
    assert _errors(own) == []


def test_a_column_that_is_not_there_is_named(own: Project) -> None:
    module = own.own / "tables" / "studies.py"
    module.write_text(
        module.read_text(encoding="utf-8").replace('trial["design"]', 'trial["desing"]'), encoding="utf-8"
    )
    with pytest.raises(NotThere, match=r"datapackage\.json: the table trials has no column 'desing'"):
        prepare(own)
    ledger = load_ledger(own)
    with pytest.raises(NotThere, match="no row 'x'"):
        ledger.trials["x"]
    assert ledger.trials["sanra"].get("desing") is None and "desing" not in ledger.trials["sanra"]


def test_the_program_knows_every_column_that_it_reads() -> None:
    known = frozenset().union(*KNOWN.values())
    rows = ("row", "trial", "older", "newer", "agent")
    for path in MODULES.values():
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(column))) if name in rows:
                    assert column in known, f"{path}:{node.lineno}"


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


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> set[str]:
    """What a module imports, at its top or late; not what only its annotations need."""
    found: set[str] = set()
    nodes: list[ast.AST] = [_tree(path)]
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
