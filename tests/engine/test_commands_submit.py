"""``manuscript submit`` and ``manuscript archive`` as commands: what they print, write and end with."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from manuscript.cli import app
from manuscript.errors import ConfigError
from manuscript.git import source_files
from manuscript.ledger.outgoing import outgoing
from manuscript.paths import Project
from manuscript.submit.profile import FIELDS

_STATED = "source: https://e.org/authors, seen_on: 2026-11-26"
_PROFILE = f"""\
title: Journal of Cheese
publisher: P
look_at: https://e.org/authors
values:
  words_max: {{value: 5000, {_STATED}}}
  title_words_max: {{value: 2, {_STATED}}}
"""


@pytest.fixture(scope="module")
def project(once_ready: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article, prepared, with two journals."""
    made = Project(shutil.copytree(once_ready.root, tmp_path_factory.mktemp("commands") / "article"))
    front = made.article.read_text(encoding="utf-8")
    # a name that is no word of the text
    made.article.write_text(front.replace("Ada Example", "Zofia Przykładowa"), encoding="utf-8")
    made.journals.mkdir(exist_ok=True)
    (made.journals / "cheese.yml").write_text(_PROFILE, encoding="utf-8")
    (made.journals / "kept.yml").write_text(_PROFILE.replace("value: 2,", "value: 50,"), encoding="utf-8")
    return made


def _run(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--project", str(project.root), *arguments])


def test_the_journals_are_listed_with_what_is_known_of_them(project: Project) -> None:
    result = _run(project, "submit", "--list")
    assert result.exit_code == 0, result.output
    assert f"cheese: Journal of Cheese (2 of {len(FIELDS)} requirements known)" in result.stdout.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((), "no journal named"), (("--journal", "chees"), "no journal 'chees'")],
    ids=["none", "a wrong name"],
)
def test_a_journal_has_to_be_named_as_it_is(project: Project, arguments: tuple[str, ...], message: str) -> None:
    result = _run(project, "submit", *arguments)
    assert isinstance(result.exception, ConfigError) and message in str(result.exception)
    assert "cheese" in result.exception.mend or "--list" in result.exception.mend


@pytest.mark.parametrize(("name", "code"), [("cheese", 1), ("kept", 0)])
def test_check_ends_with_one_where_a_limit_is_broken(project: Project, name: str, code: int) -> None:
    result = _run(project, "submit", "--journal", name, "--check")
    assert result.exit_code == code, result.output
    assert ("**FAIL**" in result.stdout) is bool(code) and "# Submission to Journal of Cheese" in result.stdout
    assert not project.submissions.exists(), "and nothing is made"


def test_a_bundle_is_made_where_it_was_asked_for(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "cheese"
    result = _run(project, "submit", "--journal", "cheese", "--out", str(target), "--blind", "--line-numbers")
    assert result.exit_code == 0, result.output
    said = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in said] == ["cheese", "cheese.zip", "cheese-blinded.zip"]
    assert "broken: title_words_max: at most 2 words; the article: 7" in result.stderr
    assert "submit: every byte of the blinded copy" in result.stderr
    report = (target / "report.md").read_text(encoding="utf-8")
    listed = report.split("## Files\n\n")[1].split()[1::2]
    on_disk = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    assert sorted([*listed, "report.md"]) == on_disk
    with zipfile.ZipFile(tmp_path / "cheese-blinded.zip") as blinded:
        inside = set(blinded.namelist())
    assert inside == {name.removeprefix("for-reviewers/") for name in on_disk if name.startswith("for-reviewers/")}
    assert "manuscript-blinded.docx" in inside and not any("letter" in name or "title-page" in name for name in inside)


def test_an_archive_holds_sources_and_outputs_and_says_where_it_is(ready_article: Project) -> None:
    result = _run(ready_article, "archive")
    assert result.exit_code == 0, result.output
    path = ready_article.root / result.stdout.strip()
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        crate = json.loads(bundle.read("ro-crate-metadata.json"))["@graph"]
        files = {item["@id"]: item for item in crate if item["@type"] == "File"}
        for name in source_files(ready_article):
            assert bundle.read(name) == outgoing(ready_article, name)
        for kind in ("html", "pdf", "docx", "xml"):
            name = f"_manuscript/index.{kind}"
            made = (ready_article.root / name).read_bytes()
            assert bundle.read(name) == made and files[name]["sha256"] == hashlib.sha256(made).hexdigest()
