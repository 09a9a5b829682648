"""Author-year, numeric and note styles render the dialect document, and its sources stay as they are."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

import pytest

from manuscript.cite.styles import bring_style
from manuscript.cli import main
from manuscript.engine.embedded import render
from manuscript.errors import ConfigError
from manuscript.paths import Project

from conftest import EPOCH


def text_of_html(path: Path) -> str:
    text = re.sub(r"<(style|script)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def sources(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and not {"build", "_manuscript"} & set(path.parts)
    }


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("apa", r"a parenthetical one follows \(Smith & Lee, 2021\)"),
        ("elsevier-vancouver", r"a parenthetical one follows \[3\]"),
        ("chicago-notes-bibliography", r"a parenthetical one follows\.3 .*Jane A\. Smith and Min Lee, “A Second Study"),
    ],
)
def test_styles_of_three_kinds(dialect: Project, style: str, words: str) -> None:
    before = sources(dialect)
    paths = render(dialect, ["html", "pdf", "docx", "jats"], EPOCH, bring_style(dialect, style))
    assert {path.name for path in paths} == {"index.html", "index.pdf", "index.docx", "index.xml", "index-meca.zip"}
    shown = text_of_html(dialect.output / "index.html")
    assert re.search(words, shown), shown[:3000]
    assert "A second study, same author and year" in shown or "A Second Study, Same Author and Year" in shown
    assert sources(dialect) == before


def test_the_option_of_the_command(dialect: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manuscript.cli.run_prepare", lambda project: None)
    arguments = ["render", "--to", "html", "--engine", "embedded", "--style", "elsevier-vancouver"]
    monkeypatch.setattr(sys, "argv", ["manuscript", "--project", str(dialect.root), *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert "follows [3]" in text_of_html(dialect.output / "index.html")


def test_an_unknown_style_names_the_closest(dialect: Project) -> None:
    with pytest.raises(ConfigError) as failure:
        bring_style(dialect, "elsevier-vancuver")
    assert "elsevier-vancouver" in failure.value.mend


def test_a_dependent_style_brings_its_parent(dialect: Project) -> None:
    """Such a style only names another one; pandoc cannot follow that without a network."""
    text = bring_style(dialect, "annals-of-oncology").read_text(encoding="utf-8")
    assert "<bibliography" in text
