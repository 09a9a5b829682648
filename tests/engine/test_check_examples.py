"""Each rule's bad example breaks it and its good example does not, in the small article."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from manuscript.check.examples import EXAMPLES
from manuscript.check.rules import all_rules
from manuscript.check.run import run
from manuscript.paths import Project

RESULTS = "chapters/02-results.qmd"
CITATION = """cff-version: 1.2.0
message: Cite it so.
title: "Two invented trials of an invented conjugate"
license: CC-BY-4.0
authors:
  - {given-names: Ada, family-names: Example}
"""
IN_PROSE = [name for name, example in EXAMPLES.items() if example.place == "prose"]
IN_FILES = [name for name, example in EXAMPLES.items() if example.place not in ("prose", "")]


def test_every_rule_has_an_example() -> None:
    assert [name for name in all_rules() if name not in EXAMPLES] == []
    assert [name for name in EXAMPLES if name not in all_rules()] == []
    assert all(example.bad != example.good for example in EXAMPLES.values())


def found_in(project: Project, rule: str) -> list[str]:
    # an exception is stale only where every rule ran
    select = [] if rule.startswith("settings/") else [rule]
    return [str(item) for item in run(project, select=select)[0] if item.rule == rule]


@pytest.mark.parametrize("name", IN_PROSE)
def test_example_in_prose(small_article: Project, name: str) -> None:
    path = small_article.root / RESULTS
    text = path.read_text(encoding="utf-8")
    assert found_in(small_article, name) == []
    path.write_text(f"{text}\n{EXAMPLES[name].good}\n", encoding="utf-8")
    assert found_in(small_article, name) == []
    path.write_text(f"{text}\n{EXAMPLES[name].bad}\n", encoding="utf-8")
    assert found_in(small_article, name) != []


@pytest.mark.parametrize("name", IN_FILES)
def test_example_in_a_file(small_article: Project, name: str) -> None:
    (small_article.root / "CITATION.cff").write_text(CITATION, encoding="utf-8")
    example = EXAMPLES[name]
    file, _, row = example.place.partition("#")
    path = small_article.root / file
    assert found_in(small_article, name) == []
    text = path.read_bytes().decode()
    if row:
        spoil_cells(path, row, example.bad, example.good)
    else:
        assert example.good in text
        path.write_bytes(text.replace(example.good, example.bad, 1).encode())
    assert found_in(small_article, name) != []


def spoil_cells(path: Path, row: str, bad: str, good: str) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    cells = next(cells for cells in rows if cells[0] == row)
    column = rows[0].index(good.partition("=")[0])
    assert cells[column] == good.partition("=")[2]
    cells[column] = bad.partition("=")[2]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
