"""The command: findings about the article's own file, format, show, exit codes, and no network where none is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from manuscript.cite.findings import check
from manuscript.cite.occurrences import find_citations
from manuscript.cli import main
from manuscript.commands import cite as command
from manuscript.paths import Project

from cite_project import BIBLIOGRAPHY, CHAPTER, answers, make_project, make_registry, offline
from conftest import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "article")


def run(project: Project, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of ``manuscript cite``."""
    monkeypatch.setattr(sys, "argv", ["manuscript", "--project", str(project.root), "cite", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def rules(project: Project) -> list[tuple[str, str, int | None, int | None]]:
    return [(item.rule.removeprefix("cite/"), item.file, item.line, item.column) for item in check(project)]


def test_a_good_article_has_no_findings(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rules(project) == []
    assert run(project, monkeypatch, "check") == 0
    assert capsys.readouterr().err == "0 errors, 0 warnings\n"


def test_citations_are_found_with_their_places(project: Project) -> None:
    found = [(item.key, item.file, item.line, item.column, item.section) for item in find_citations(project)]
    assert found == [
        ("adams2019one", "chapters/01.qmd", 3, 12, "Results"),
        ("adams2019one", "chapters/01.qmd", 8, 7, "Safety"),
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[see @a1; -@b2, p. 3] and @{c:3}.", ["a1", "b2", "c:3"]),
        ("At the end @a1. @b2, @c3: @d4!", ["a1", "b2", "c3", "d4"]),
        ("@fig-one @Tbl-two @sec-x @eq-y", []),
        ("mail me@example.org, \\@a1, [x](https://e.org/@a1), <https://e.org/@b>", []),
        ("`@a1` and {{< meta @b2 >}}", []),
        ("```\n@a1\n```\n@b2", ["b2"]),
        ("<!-- @a1\n@b2 -->\n@c3", ["c3"]),
        ("![Caption [@a1].](figures/f){#fig-f}", ["a1"]),
    ],
)
def test_what_is_a_citation(tmp_path: Path, text: str, keys: list[str]) -> None:
    project = make_project(tmp_path / "article", chapter=text)
    assert [item.key for item in find_citations(project)] == keys


def test_undefined_and_unused(project: Project) -> None:
    (project.chapters / "01.qmd").write_text(CHAPTER.replace("@adams2019one", "@adams2091one"), encoding="utf-8")
    found = check(project)
    assert [(item.rule, item.place) for item in found] == [
        ("cite/undefined-key", "chapters/01.qmd:3:12"),
        ("cite/undefined-key", "chapters/01.qmd:8:7"),
        ("cite/unused-entry", "references.bib:3:1"),
    ]
    assert found[0].mend == "did you mean adams2019one?"


def test_an_entry_that_only_a_row_leans_on_is_used(project: Project) -> None:
    (project.data / "facts.csv").write_text("id,source,locator\n", encoding="utf-8")
    assert rules(project) == [("unused-entry", "references.bib", 14, 1)]


def test_no_doi_needs_a_reason(project: Project) -> None:
    path = project.data / "references.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("a web page: it has no DOI", ""), encoding="utf-8")
    assert rules(project) == [("no-doi-no-reason", "references.bib", 14, 1)]


@pytest.mark.parametrize(
    ("note", "absent"),
    [
        ("seen on the publisher's page", ["no volume and no pages"]),
        ("no volume or pages: published online first", []),
        ("no volume: a journal without volumes", ["no pages"]),
        ("no volume or pages:", ["no volume and no pages"]),
        ("it has no volume or pages: online first", ["no volume and no pages"]),
    ],
)
def test_absent_volume_and_pages_need_a_reason(tmp_path: Path, note: str, absent: list[str]) -> None:
    project = make_project(tmp_path, BIBLIOGRAPHY.replace("  volume = {7},\n  pages = {55},\n", ""))
    path = project.data / "references.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    own = next(number for number, line in enumerate(lines) if line.startswith("adams2019one,"))
    lines[own] = f'{lines[own].rpartition(",")[0]},"{note}"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [item.message for item in check(project) if item.rule == "cite/incomplete"]
    assert found == [f"adams2019one: {words}" for words in absent]


@pytest.mark.parametrize(
    ("note", "absent"),
    [("a remark", True), ("no authors: not on the page read", False), ("no authors or pages: as above; rest", False)],
)
def test_absent_authors_need_a_reason(tmp_path: Path, note: str, absent: bool) -> None:
    project = make_project(tmp_path, re.sub(r"  author = .*\n", "", BIBLIOGRAPHY, count=1))
    path = project.data / "references.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    own = next(number for number, line in enumerate(lines) if line.startswith("adams2019one,"))
    lines[own] = f'{lines[own].rpartition(",")[0]},"{note}"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [item.message for item in check(project) if item.rule == "cite/missing-field"]
    assert found == (["adams2019one: @article needs author"] if absent else [])


def test_a_short_title_stays_where_no_author_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = "  shorttitle = {One author},\n"
    with_short = BIBLIOGRAPHY.replace("  title = {One author only},\n", "  title = {One author only},\n" + short)
    for text, kept in ((with_short, False), (re.sub(r"  author = .*\n", "", with_short, count=1), True)):
        project = make_project(tmp_path / str(kept), text)
        assert ("cite/private-field" in {item.rule for item in check(project)}) is not kept
        run(project, monkeypatch, "format")
        assert (short in project.bibliography.read_text(encoding="utf-8")) is kept


def test_a_file_that_is_not_canonical_and_format(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.bibliography.write_text(
        BIBLIOGRAPHY.replace("  year = {2019},\n  volume = {7},", '  volume = "7", year = 2019,'), encoding="utf-8"
    )
    assert rules(project) == [("not-canonical", "references.bib", 7, None)]
    assert run(project, monkeypatch, "check") == 0
    assert run(project, monkeypatch, "check", "--strict") == 1
    assert run(project, monkeypatch, "format", "--check") == 1
    assert run(project, monkeypatch, "format") == 0
    assert project.bibliography.read_text(encoding="utf-8") == BIBLIOGRAPHY
    assert run(project, monkeypatch, "format") == 0
    assert capsys.readouterr().out.endswith("references.bib is canonical: 2 entries\n")


def test_errors_have_exit_code_one_and_a_place(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.bibliography.write_text(BIBLIOGRAPHY.replace("pages = {55}", "pages = {55--1}"), encoding="utf-8")
    assert run(project, monkeypatch, "check") == 1
    shown = capsys.readouterr().out
    assert shown.startswith(
        "references.bib:9:3: error cite/bad-pages: adams2019one: the range 55--1 runs backwards\n  mend: "
    )


def test_format_and_show_of_a_broken_file_name_the_place(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = BIBLIOGRAPHY.replace("year = {2019},", "year = {2019}")
    project.bibliography.write_text(broken, encoding="utf-8")
    for arguments in (["format"], ["show", "adams2019one"], ["add", "10.5555/good.1"]):
        assert run(project, monkeypatch, *arguments) == 1
        assert "error: references.bib:8: not BibTeX" in capsys.readouterr().err
    assert project.bibliography.read_text(encoding="utf-8") == broken


def test_show(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, monkeypatch, "show", "adams2019one") == 0
    shown = capsys.readouterr().out
    assert "Adams, Z. (2019). One author only. Annals of Tests, 7, 55. https://doi.org/10.5555/one.1" in shown
    assert "chapters/01.qmd:3:12  under Results" in shown
    assert "none lean on it" in shown
    assert run(project, monkeypatch, "show", "eda2025notice", "--style", "elsevier-vancouver") == 0
    shown = capsys.readouterr().out
    assert "Example Drug Agency. Approval notice 2025." in shown
    assert "her2.prevalence  (data/facts.csv:2; paragraph 2)" in shown
    assert "a web page: it has no DOI" in shown


def test_show_of_an_unknown_key(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, monkeypatch, "show", "adams2019on") == 1
    assert "did you mean adams2019one" in capsys.readouterr().err


def test_add_and_check_online_through_the_command(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_registry", lambda project: make_registry(project, answers))
    assert run(project, monkeypatch, "add", "10.5555/good.1") == 0
    assert capsys.readouterr().out == "cortes2022trastuzumab\n"
    run(project, monkeypatch, "check", "--online")
    assert "cite/not-registered: adams2019one: Crossref does not know 10.5555/one.1" in capsys.readouterr().out
    assert (project.registry_cache / "crossref" / "10.5555_good.1.json").is_file()


@pytest.mark.parametrize("arguments", [("add", "10.5555/good.1"), ("check", "--online")])
def test_offline_is_one_clear_message(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(command, "_registry", lambda project: make_registry(project, offline))
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert run(project, monkeypatch, *arguments) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("error: offline: Crossref cannot be reached")
    assert "mend: run it again where the network is" in shown
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


def test_only_add_and_online_import_the_network(project: Project) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from manuscript.cite.findings import check; from manuscript.cite.show_reference import look_up; from manuscript.paths import Project\n"
        f"project = Project(Path({str(project.root)!r})); check(project); look_up(project, 'adams2019one')\n"
        "print([name for name in ('httpx', 'requests', 'urllib.request', 'http.client') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_articles_own_bibliography_can_be_checked() -> None:
    """The real file: what is found is a finding, and reading it in canonical form is stable."""
    from manuscript.cite.canonical import format_text
    from manuscript.cite.reader import parse, read

    project = Project(ROOT)
    once = format_text(read(project.bibliography, "references.bib"))
    assert format_text(parse(once, "references.bib")) == once
    assert not [
        item
        for item in check(project)
        if item.rule in ("cite/syntax", "cite/duplicate-key", "cite/duplicate-doi", "cite/undefined-key")
    ]
