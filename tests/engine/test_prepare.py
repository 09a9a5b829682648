"""`manuscript prepare`: only what is stale is made, and a failure loses nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distributions, version

import pytest

from manuscript import digests
from manuscript.atomic import TEMPORARY
from manuscript.errors import ConfigError, ManuscriptError, ManuscriptErrors, RenderError
from manuscript.paths import Project
from manuscript.prepare import prepare

from rows import edit, of


def test_nothing_heavy_is_imported_when_nothing_changed(ready_article: Project) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom manuscript.paths import Project\nfrom manuscript.prepare import prepare\n"
        f"assert prepare(Project(Path({str(ready_article.root)!r}))) == []\n"
        "print([name for name in ('pandas', 'matplotlib', 'numpy', 'pandera', 'lxml', 'yaml') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_what_a_killed_run_left_is_gone_after_the_next(ready_article: Project) -> None:
    # no process has such a number
    left = [
        folder / f"{TEMPORARY}{2**22 + 1}-x" for folder in (ready_article.root, ready_article.data, ready_article.build)
    ]
    for path in left:
        path.touch()
    assert prepare(ready_article) == []
    assert not any(path.exists() for path in left)


def another(row: dict[str, str]) -> dict[str, str]:
    """The row of an agent that nothing else of the ledger names."""
    return {**row, "id": "placebo", "name": "placebo", "abbreviation": ""}


@pytest.mark.parametrize(
    ("table", "change", "drawn"),
    [
        ("approvals", lambda rows: of(rows, "fda.examplimab.1999-05").update(note="read again"), True),
        ("approvals", lambda rows: rows.pop(), True),
        ("agents", lambda rows: of(rows, "examplimab").update(dose="by weight"), True),
        ("agents", lambda rows: rows.append(another(rows[0])), False),
        ("facts", lambda rows: rows[0].update(note="read again"), False),
    ],
    ids=["a row that it shows", "one row less", "a row that it names", "a row that it does not name", "another table"],
)
def test_a_figure_is_drawn_when_a_row_that_it_shows_or_names_changed(
    ready_article: Project, table: str, change: Callable[[list[dict[str, str]]], None], drawn: bool
) -> None:
    edit(ready_article, table, change)
    made = prepare(ready_article)
    assert ("figure approvals" in made) == drawn and {"ledger", "variables"} <= set(made)
    assert not {"citation style", "word template"} & set(made)
    assert prepare(ready_article) == []


def test_figures_are_drawn_side_by_side_and_all_their_faults_are_told(ready_article: Project) -> None:
    folder = ready_article.own / "figures"
    module = (folder / "approvals.py").read_text(encoding="utf-8")
    for name in ("second", "third"):
        (folder / f"{name}.py").write_text(module.replace("Approvals over time", name.title()), encoding="utf-8")
        _append(ready_article, f"{{{{< include figures/{name}.md >}}}}")
    assert {"figure second", "figure third", "figure manifest"} <= set(prepare(ready_article))
    edit(ready_article, "approvals", lambda rows: rows.clear())
    with pytest.raises(ManuscriptErrors) as caught:
        prepare(ready_article)
    assert sorted(re.findall(r"figure '(\w+)' has no row", str(caught.value))) == ["approvals", "second", "third"]
    assert (ready_article.figures / "second.svg").is_file()


def _append(project: Project, line: str) -> None:
    chapter = sorted(project.chapters.glob("*.qmd"))[0]
    chapter.write_text(f"{chapter.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")


def test_a_prose_edit_asks_what_the_text_uses_and_makes_no_document(ready_article: Project) -> None:
    _append(ready_article, "One more sentence.")
    assert prepare(ready_article) == ["variables", "content of the supplement"]


def test_a_lost_or_edited_output_is_made_again(ready_article: Project) -> None:
    original = ready_article.variables.read_bytes()
    ready_article.variables.unlink()
    (ready_article.figures / "approvals.svg").write_text("<svg/>", encoding="utf-8")
    assert sorted(prepare(ready_article)) == ["figure approvals", "variables"]
    assert ready_article.variables.read_bytes() == original


def test_a_broken_row_leaves_the_last_good_outputs(ready_article: Project) -> None:
    before = {
        path: path.read_bytes()
        for path in ready_article.root.rglob("*")
        if path.is_file() and path.parent != ready_article.data and "__pycache__" not in path.parts
    }
    edit(ready_article, "outcomes", lambda rows: of(rows, "alpha-1.pfs.2022").update(effect="3.3"))
    with pytest.raises(ManuscriptError):
        prepare(ready_article)
    assert {path: path.read_bytes() for path in before} == before


def test_a_damaged_record_is_forgotten_not_fatal(ready_article: Project) -> None:
    ready_article.prepare_state.write_text("{", encoding="utf-8")
    assert "variables" in prepare(ready_article)
    assert isinstance(json.loads(ready_article.prepare_state.read_text(encoding="utf-8")), dict)


def test_the_style_that_the_configuration_names_is_brought(ready_article: Project) -> None:
    text = ready_article.config.read_text(encoding="utf-8")
    ready_article.config.write_text(
        text.replace("build/apa.csl", "build/chicago-notes-bibliography.csl"), encoding="utf-8"
    )
    prepare(ready_article)
    style = (ready_article.build / "chicago-notes-bibliography.csl").read_text(encoding="utf-8")
    assert 'citation-format="note"' in style


def test_an_unknown_style_is_named_with_its_line(ready_article: Project) -> None:
    text = ready_article.config.read_text(encoding="utf-8")
    ready_article.config.write_text(text.replace("build/apa.csl", "build/no-such-style.csl"), encoding="utf-8")
    with pytest.raises(ConfigError, match="no citation style named 'no-such-style'") as caught:
        prepare(ready_article)
    assert caught.value.line == 1 + text[: text.index("csl:")].count("\n")


def test_a_folder_that_cannot_be_written_is_named(small_article: Project) -> None:
    shutil.rmtree(small_article.build, ignore_errors=True)
    small_article.build.write_text("in the way", encoding="utf-8")
    with pytest.raises(RenderError, match="cannot write"):
        prepare(small_article)


def test_versions_are_those_that_the_packages_state() -> None:
    found = {name for distribution in distributions() if (name := distribution.metadata["Name"])}
    assert {"matplotlib", "typst", "python-docx"} <= found
    assert [name for name in sorted(found) if digests.version_of(name) != version(name)] == []
    assert digests.version_of("no-such-package") == ""
