"""The redline between two revisions: real tracked changes, and what changed in the evidence."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree
from typer.testing import CliRunner

from manuscript.cli import app
from manuscript.errors import ConfigError
from manuscript.ledger.tables import load_ledger
from manuscript.ooxml import W, body
from manuscript.paths import Project
from manuscript.redline import page
from manuscript.redline.changelog import Changelog, changelog
from manuscript.redline.revisions import WORKING_TREE, kept, lay_out, render_docx
from manuscript.redline.tracked import pieces
from manuscript.revision.changes import source_changes
from manuscript.tables.write import make_table

import inspectors
from check_article import make_files
from git_project import git, make_repository


class Diff(NamedTuple):
    project: Project
    folder: Path
    old: Path
    new: Path


@pytest.fixture(scope="module")
def diff(tmp_path_factory: pytest.TempPathFactory) -> Diff:
    folder = tmp_path_factory.mktemp("diff")
    project = make_repository(folder / "article")
    chapter = project.chapters / "02-results.qmd"
    text = chapter.read_text(encoding="utf-8")
    text = text.replace("Nobody paid for", "No company paid for")
    text = text.replace("The Register of Promising Trials holds the protocol.\n", "")
    text = text.replace("as the protocol gives them", "as both protocols give them")
    text = text.replace(
        "## Safety {#sec-safety}\n", "## Safety {#sec-safety}\n\nA new paragraph cites [@adams2019first].\n"
    )
    chapter.write_text(text, encoding="utf-8")
    outcomes = project.data / "outcomes.csv"
    before = load_ledger(project).outcomes["alpha-1.pfs.2021"]["effect"]
    lines = outcomes.read_text(encoding="utf-8").split("\n")
    lines = [
        line.replace(f",{before},", ",0.46,", 1) if line.startswith("alpha-1.pfs.2021,") else line for line in lines
    ]
    outcomes.write_text("\n".join(lines), encoding="utf-8")
    bib = project.bibliography
    bib.write_text(
        bib.read_text(encoding="utf-8") + "\n@article{zeta2025new,\n  title = {A new one}\n}\n", encoding="utf-8"
    )
    agents = project.data / "agents.csv"
    agents.write_text(agents.read_text(encoding="utf-8").replace("blocks signalling", "blocks all signalling"), "utf-8")
    make_table(project, load_ledger(project), "agents")
    make_files(project)
    git(project, "commit", "-q", "-am", "Second version")
    status = git(project, "status", "--porcelain")
    result = CliRunner().invoke(app, ["--project", str(project.root), "diff", "HEAD~1", "HEAD"])
    assert result.exit_code == 0, result.output
    assert git(project, "status", "--porcelain") == status
    made = [render_docx(lay_out(project, name, folder / place)) for name, place in (("HEAD~1", "old"), ("HEAD", "new"))]
    return Diff(project, project.build / "diff", *made)


def _view(document: Path, dropped: str) -> list[str]:
    """The text of each paragraph without the changes of one kind; a paragraph whose mark goes joins the next."""
    result, pending = [], ""
    for paragraph in body(document).iter(f"{W}p"):
        pending += "".join(text for state, text in pieces(paragraph) if state != dropped)
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{dropped}") is None:
            result.append(pending)
            pending = ""
    return [text for text in [*result, pending] if text.strip()]


def test_accepting_all_gives_the_new_text_and_rejecting_all_the_old(diff: Diff) -> None:
    redline = diff.folder / "redline.docx"
    assert _view(redline, "del") == _view(diff.new, "del")
    assert _view(redline, "ins") == _view(diff.old, "ins")
    assert _view(diff.new, "del") != _view(diff.old, "del")


def test_changes_carry_author_and_date_of_the_commit(diff: Diff) -> None:
    changes = list(body(diff.folder / "redline.docx").iter(f"{W}ins", f"{W}del"))
    assert len(changes) > 4
    assert {item.get(f"{W}author") for item in changes} == {"Ada Example"}
    day = git(diff.project, "log", "-1", "--format=%as").strip()
    assert {item.get(f"{W}date")[:10] for item in changes} == {day}


def test_open_xml_validator_says_nothing(diff: Diff) -> None:
    assert inspectors.open_xml(diff.folder / "redline.docx") == []


def test_libre_office_lists_the_changes(diff: Diff, tmp_path: Path) -> None:
    command = [inspectors.program("soffice"), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--convert-to", "fodt", "--outdir", str(tmp_path), str(diff.folder / "redline.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    tree = etree.parse(tmp_path / "redline.fodt", etree.XMLParser(huge_tree=True))
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    assert len(list(tree.iter(f"{text}insertion"))) >= 3
    assert len(list(tree.iter(f"{text}deletion"))) >= 2


def test_changelog_names_rows_numbers_references_and_tables(diff: Diff) -> None:
    text = (diff.folder / "evidence.md").read_text(encoding="utf-8")
    # the row by its trial, before everything else; no column of bookkeeping
    assert text.index("### ALPHA-1") < text.index("## Numbers in the text")
    assert re.search(r"- alpha-1\.pfs\.2021 \(outcomes\): effect: \S+ \(\S+\) → 0\.46 \(\S+\)\n", text)
    assert re.search(r"chapters/02-results\.qmd:6: alpha-1\.pfs-2021\.hr: \S[^\[]* → 0\.46", text)
    assert "## References added: 1\n\n- zeta2025new" in text
    assert "## Tables changed: 1\n\n- agents.md" in text
    assert "Figures changed" not in text and "](#ev-" not in text
    html = (diff.folder / "index.html").read_text(encoding="utf-8")
    assert "<ins>No company</ins>" in html.replace("</ins><ins>", "") and "<del>Nobody</del>" in html
    assert html.count("class='pair'") == 1 and "http://" not in html.split("<h2>Text</h2>")[1].split("<h2>")[0]
    assert html.index("<h3>ALPHA-1</h3>") < html.index("<h2>Text</h2>") < html.index("<h2>Numbers, references")
    assert "paragraphs unchanged</summary>" in html


def test_bookkeeping_is_folded(tmp_path: Path) -> None:
    head = "id,trial,effect,effect_low,effect_high,seen_at,checked_on,supersedes\n"
    projects = []
    for name, rows in (
        ("old", "a.pfs.2020,a,0.50,0.40,0.60,https://x,2026-01-01,\nb.os.2020,b,0.7,,,https://x,2026-01-01,\n"),
        ("new", "a.pfs.2020,a,0.50,0.40,0.65,https://y,2026-02-01,\nb.os.2020,b,0.7,,,https://y,2026-02-01,\n"
                "b.os.2024,b,0.6,,,https://z,2026-02-01,b.os.2020\n"),
    ):  # fmt: skip
        project = Project(tmp_path / name)
        project.data.mkdir(parents=True)
        project.chapters.mkdir()
        project.article.write_text("", encoding="utf-8")
        (project.data / "outcomes.csv").write_text(head + rows, encoding="utf-8")
        (project.data / "trials.csv").write_text("id,name\na,ALPHA\nb,BETA\n", encoding="utf-8")
        projects.append(project)
    log = changelog(*projects)
    assert {name: [item.words for item in rows] for name, rows in log.by_trial.items()} == {
        "ALPHA": ["a.pfs.2020 (outcomes): effect: 0.50 (0.40–0.60) → 0.50 (0.40–0.65)"],
        "BETA": ["b.os.2024 (outcomes) added (replaces b.os.2020): effect: 0.6"],
    }
    assert [item.words for item in log.bookkeeping] == ["b.os.2020 (outcomes): seen_at, checked_on"]
    assert page.markdown(log, "T").index("<details>") > page.markdown(log, "T").index("### BETA")


def test_the_working_tree_is_a_revision_too(diff: Diff, tmp_path: Path) -> None:
    chapter = diff.project.chapters / "02-results.qmd"
    kept = chapter.read_text(encoding="utf-8")
    try:
        chapter.write_text(kept + "\nNot committed.\n", encoding="utf-8")
        revision = lay_out(diff.project, WORKING_TREE, tmp_path / "tree")
        copied = (revision.project.chapters / "02-results.qmd").read_text(encoding="utf-8")
    finally:
        chapter.write_text(kept, encoding="utf-8")
    assert copied.endswith("Not committed.\n")


@pytest.mark.parametrize("name", ["--output=stolen.txt", "-p", "--all"])
def test_a_name_that_reads_like_an_option_is_no_option(diff: Diff, name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="git knows no revision"):
        lay_out(diff.project, name, tmp_path / "none")
    with pytest.raises(ConfigError, match="git"):
        source_changes(diff.project, name, Changelog())
    assert not (diff.project.root / "stolen.txt").exists()


def test_a_revision_is_rendered_once(diff: Diff, tmp_path: Path) -> None:
    first = kept(diff.project, "HEAD~1", tmp_path)
    made = render_docx(first)
    stamp = made.stat().st_mtime_ns
    again = kept(diff.project, git(diff.project, "rev-parse", "HEAD~1").strip(), tmp_path)
    assert again.project.root == first.project.root and first.project.root.is_relative_to(diff.project.build)
    assert render_docx(again).stat().st_mtime_ns == stamp


def test_an_unknown_revision_is_named(diff: Diff, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no-such-tag"):
        lay_out(diff.project, "no-such-tag", tmp_path / "none")
