"""Sentences put into the article: those that are no faults stay silent, and each that is one is found by its rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from manuscript.check.run import run

from conftest import FIXTURES, ROOT, copy_article

CHAPTER = "chapters/11-early.qmd"


def harmless() -> list[str]:
    return (FIXTURES / "check" / "harmless.md").read_text(encoding="utf-8").splitlines()


def test_the_corpus_is_long_enough() -> None:
    assert len(set(harmless())) >= 200


def test_harmless_sentences_stay_silent(tmp_path: Path) -> None:
    """All of them at once, each a paragraph of its own: each finding names its line."""
    project = copy_article(tmp_path / "article")
    shutil.copyfile(ROOT / "pyproject.toml", project.root / "pyproject.toml")
    path = project.root / CHAPTER
    start = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n"
    path.write_text(start + "\n\n".join(harmless()) + "\n", encoding="utf-8")
    # so many more words are beyond the limit, and the sections of the evidence table are others
    found, _ = run(project, ignore=["freshness", "outputs", "structure/article-words", "settings"])
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [
        (str(item).splitlines()[0], lines[item.line - 1] if item.file == CHAPTER and item.line else "")
        for item in found
    ]
    assert told == []


def test_faults_are_found_by_their_rules(tmp_path: Path) -> None:
    """All of them at once, each a paragraph of its own, so that none leans on its neighbour."""
    rules = yaml.safe_load((FIXTURES / "check" / "faults.yml").read_text(encoding="utf-8"))
    project = copy_article(tmp_path / "article")
    shutil.copyfile(ROOT / "pyproject.toml", project.root / "pyproject.toml")
    path = project.root / CHAPTER
    start = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n"
    path.write_text(start + "\n\n".join(text for texts in rules.values() for text in texts) + "\n", encoding="utf-8")
    found, _ = run(project, ignore=["freshness", "outputs", "ledger", "layout"])
    lines = path.read_text(encoding="utf-8").splitlines()
    told = {(item.rule, lines[item.line - 1]) for item in found if item.file == CHAPTER and item.line}
    assert [(rule, text) for rule, texts in rules.items() for text in texts if (rule, text) not in told] == []
