"""The command as a user types it: what it says, where it fails, and its exit code."""

from __future__ import annotations

import csv
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from manuscript import wing
from manuscript.cli import app
from manuscript.clock import source_epoch
from manuscript.paths import Project

from command import manuscript
from conftest import ROOT
from rows import edit


def test_help_names_every_command() -> None:
    known = {*(command.name or command.callback.__name__ for command in app.registered_commands), "evidence", "cite"}
    listed = _listed("--help")
    assert set(listed) == known
    # a line each, whole in a terminal of 80 columns
    for said in (listed, _listed("evidence", "--help"), _listed("cite", "--help")):
        assert [text for text in said.values() if not text.endswith(".") or text.endswith("...")] == []


def _listed(*arguments: str) -> dict[str, str]:
    """The commands that a help text lists, with what it says of each."""
    result = manuscript(None, *arguments, COLUMNS="80")
    assert result.returncode == 0
    return dict(re.findall(r"^  ([a-z]+) +(\S.*)$", result.stdout.partition("Commands:")[2], re.MULTILINE))


def test_outside_a_project_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = manuscript(None, "prepare")
    assert result.returncode == 1
    assert "no _quarto.yml" in result.stderr and "Traceback" not in result.stderr


def test_render_says_which_engine_and_why(ready_article: Project) -> None:
    result = manuscript(ready_article, "render", "--to", "html", "--to", "jats,html", "--engine", "embedded")
    assert result.returncode == 0, result.stderr
    assert "engine: embedded (as asked)" in result.stderr
    assert set(result.stdout.split()) == {f"_manuscript/index{ending}" for ending in (".html", ".xml", "-meca.zip")}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("render", "--engine", "latex"), "unknown engine 'latex'"),
        (("render", "--engine", "embedded", "--to", "odt"), "unknown format 'odt'"),
        (("evidence", "show", "destiny-breast03.pfx"), "did you mean"),
    ],
)
def test_a_wrong_word_is_answered(prepared_article: Project, arguments: tuple[str, ...], expected: str) -> None:
    result = manuscript(prepared_article, *arguments)
    assert result.returncode == 1
    assert expected in result.stderr and "Traceback" not in result.stderr


def test_evidence_show_tells_row_source_and_history(prepared_article: Project) -> None:
    result = manuscript(prepared_article, "evidence", "show", "destiny-breast03.os", COLUMNS="200")
    assert result.returncode == 0, result.stderr
    for expected in (
        "destiny-breast03.os.2024",
        "0.73 (95% CI 0.56–0.94)",
        "Nature Medicine",
        "destiny-breast03.os.2022",
    ):
        assert expected in result.stdout


QUARTO = """#!{python}
import json, os, pathlib, subprocess, sys
root = pathlib.Path(sys.argv[2])
# like Quarto: the hook by QUARTO_PYTHON, in the folder of the project
code = subprocess.run([os.environ["QUARTO_PYTHON"], "scripts/hooks/prepare.py"], cwd=root).returncode
if code:
    sys.exit(code)
output = root / sys.argv[sys.argv.index("--output-dir") + 1]
made = {{"typst": "pdf", "jats": "xml"}}
wanted = sys.argv[sys.argv.index("--to") + 1] if "--to" in sys.argv else None
if "--no-clean" not in sys.argv:
    # like Quarto: the folder of outputs is emptied
    for path in output.iterdir():
        path.unlink()
for name in ("html", "typst", "docx", "jats"):
    if wanted in (None, name):
        (output / ("index." + made.get(name, name))).write_text("made by the stand-in")
print({words!r})
print(json.dumps(sys.argv[1:]))
"""


@pytest.fixture
def quarto(ready_article: Project, tmp_path: Path) -> Path:
    """A stand-in for Quarto on PATH: it runs the pre-render hook and writes outputs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    _stand_in(folder, "Output created")
    shutil.copytree(
        ROOT / "scripts",
        ready_article.root / "scripts",
        ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"),
        dirs_exist_ok=True,
    )
    return folder


def _stand_in(folder: Path, words: str) -> None:
    program = folder / "quarto"
    program.write_text(QUARTO.format(python=sys.executable, words=words), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_quarto_on_path_renders_by_default(ready_article: Project, quarto: Path) -> None:
    ready_article.variables.unlink()
    result = manuscript(ready_article, "render", PATH=f"{quarto}{os.pathsep}{os.environ['PATH']}")
    assert result.returncode == 0, result.stderr
    assert f"engine: quarto (found at {quarto / 'quarto'})" in result.stderr
    assert ready_article.variables.is_file(), "the hook prepared the project"
    assert (ready_article.output / "index.html").read_text() == "made by the stand-in"


def test_quartos_warnings_about_unresolved_references_are_errors(ready_article: Project, quarto: Path) -> None:
    _stand_in(quarto, "WARNING: Unable to resolve crossref @fig-nowhere")
    result = manuscript(ready_article, "render", PATH=f"{quarto}{os.pathsep}{os.environ['PATH']}")
    assert result.returncode == 1
    assert "Unable to resolve crossref @fig-nowhere" in result.stderr


def test_quarto_renders_one_format_without_touching_the_others(ready_article: Project, quarto: Path) -> None:
    ready_article.output.mkdir()
    (ready_article.output / "index.docx").write_text("made before")
    result = manuscript(ready_article, "render", "--to", "html,pdf", PATH=f"{quarto}{os.pathsep}{os.environ['PATH']}")
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in ready_article.output.iterdir()) == ["index.docx", "index.html", "index.pdf"]
    assert (ready_article.output / "index.docx").read_text() == "made before"


def test_a_render_with_a_warning_of_quarto_leaves_the_last_outputs(ready_article: Project, quarto: Path) -> None:
    ready_article.output.mkdir()
    (ready_article.output / "index.html").write_text("the last good one")
    chapter = ready_article.chapters / "01-introduction.qmd"
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\nSee @nobody2020nothing.\n", encoding="utf-8")
    _stand_in(quarto, "[WARNING] Citeproc: citation nobody2020nothing not found")
    result = manuscript(ready_article, "render", PATH=f"{quarto}{os.pathsep}{os.environ['PATH']}")
    assert result.returncode == 1
    line = len(chapter.read_text(encoding="utf-8").splitlines())
    assert f"chapters/01-introduction.qmd:{line}" in result.stderr
    assert (ready_article.output / "index.html").read_text() == "the last good one"


def test_quarto_wanted_but_absent_says_what_to_do(ready_article: Project, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = manuscript(ready_article, "render", "--engine", "quarto", PATH=str(empty))
    assert result.returncode == 1
    assert "quarto is not on PATH" in result.stderr and "--engine embedded" in result.stderr


def test_the_hook_says_what_to_type_when_there_is_no_environment(tmp_path: Path) -> None:
    hooks = tmp_path / "scripts" / "hooks"
    shutil.copytree(ROOT / "scripts" / "hooks", hooks, ignore=shutil.ignore_patterns("__pycache__"))
    # -S: a Python that has none of our packages
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', encoding="utf-8")
    bare.chmod(0o755)
    code = f"import runpy, sys; sys.executable = {str(bare)!r}; sys.path.insert(0, {str(hooks)!r}); runpy.run_path({str(hooks / 'prepare.py')!r}, run_name='__main__')"
    result = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "make setup" in result.stderr and "Traceback" not in result.stderr


def test_the_time_in_the_outputs_is_the_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    assert source_epoch(Project(tmp_path)) == 1234567890
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run(
        [*git, "commit", "-q", "--allow-empty", "-m", "first"],
        check=True, env={**os.environ, "GIT_COMMITTER_DATE": "2024-02-03T04:05:06Z"},
    )  # fmt: skip
    assert source_epoch(Project(tmp_path)) == 1706933106


def test_a_second_render_has_nothing_to_do_until_something_changes(ready_article: Project) -> None:
    arguments = ("render", "--to", "html", "--engine", "embedded")
    assert "nothing changed" not in manuscript(ready_article, *arguments).stderr
    page = ready_article.output / "index.html"
    first = page.stat().st_mtime_ns
    again = manuscript(ready_article, *arguments)
    assert "nothing changed" in again.stderr and again.stdout.strip() == "_manuscript/index.html"
    assert page.stat().st_mtime_ns == first
    assert "nothing changed" not in manuscript(ready_article, *arguments, "--force").stderr
    chapter = sorted(ready_article.chapters.glob("*.qmd"))[0]
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\nA new last sentence.\n", encoding="utf-8")
    assert "nothing changed" not in manuscript(ready_article, *arguments).stderr
    assert "A new last sentence." in page.read_text(encoding="utf-8")
    page.write_text("damaged", encoding="utf-8")
    assert "nothing changed" not in manuscript(ready_article, *arguments).stderr
    assert "nothing changed" not in manuscript(ready_article, *arguments, "--style", "elsevier-vancouver").stderr


def test_figures_are_listed_with_their_titles_and_rows(prepared_article: Project) -> None:
    listed = manuscript(prepared_article, "figures", "--list")
    assert listed.returncode == 0, listed.stderr
    lines = listed.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == wing.included(prepared_article, "figures")
    for line in lines:
        name, title, rows = re.fullmatch(r"([\w-]+): (.+) \((\d+) rows\)", line).groups()
        with (prepared_article.figures / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert int(rows) == len(list(csv.DictReader(file)))
        assert not re.search(r"[\[\]{}*#]", title), "words, no Markdown"
    # without options it does the same
    assert manuscript(prepared_article, "figures").stdout == listed.stdout


def test_the_list_of_figures_follows_the_ledger(ready_article: Project) -> None:
    assert "(2 rows)" in manuscript(ready_article, "figures", "--list").stdout
    edit(ready_article, "approvals", lambda rows: rows.pop())
    assert "(1 rows)" in manuscript(ready_article, "figures", "--list").stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows opens files without a program that a test could stand in for")
def test_a_figure_is_opened_in_the_default_viewer(prepared_article: Project, tmp_path: Path) -> None:
    viewers, seen = tmp_path / "bin", tmp_path / "seen"
    viewers.mkdir()
    for name in ("xdg-open", "open"):
        viewer = viewers / name
        viewer.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {seen}.part && mv {seen}.part {seen}\n', encoding="utf-8")
        viewer.chmod(0o755)
    result = manuscript(
        prepared_article, "figures", "--open", "forest-pfs", PATH=f"{viewers}{os.pathsep}{os.environ['PATH']}"
    )
    assert result.returncode == 0, result.stderr
    # the viewer runs on its own
    limit = time.monotonic() + 10
    while not seen.is_file() and time.monotonic() < limit:
        time.sleep(0.05)
    opened = Path(seen.read_text(encoding="utf-8"))
    assert opened == prepared_article.figures / "forest-pfs.svg" and opened.is_file()
    assert "forest-os" not in result.stdout, "no list where a figure was asked for"


def test_a_figure_of_a_wrong_name_is_not_opened(prepared_article: Project) -> None:
    wrong = manuscript(prepared_article, "figures", "--open", "forest")
    assert wrong.returncode == 1 and "no figure named 'forest'" in wrong.stderr and "forest-pfs" in wrong.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows always has a program for a file, whatever PATH says")
def test_without_a_viewer_no_figure_is_said_to_be_open(prepared_article: Project, tmp_path: Path) -> None:
    nobody = manuscript(prepared_article, "figures", "--open", "forest-pfs", PATH=str(tmp_path))
    assert nobody.returncode == 1
    assert "no program here shows figures/forest-pfs.svg" in nobody.stderr and "Traceback" not in nobody.stderr


def test_readme_says_why_each_package_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Why each dependency is there")[2]
    names = [re.split(r"[\[<>=]", item)[0] for item in project["dependencies"]]
    assert [name for name in names if f"`{name}`" not in told] == []
