"""The benchmark: what it measures, what it writes; how fast things are is for `make bench` to say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bench.measure import run
from bench.report import AGAIN, ALL, ALONE, ARTICLE, EDITS, FORMATS, QUARTO, quote, write_report
from bench.synthetic import Size, write_article
from manuscript.engine.embedded import render
from manuscript.errors import RenderError
from manuscript.paths import Project

from conftest import EPOCH, ROOT

SIZES = ("10k words", "50k words")
README = "# Title\n\n<!-- bench: -->\nold\n<!-- :bench -->\n\nMore.\n"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_memory_is_the_commands_own(tmp_path: Path) -> None:
    ballast = bytearray(200 * 2**20)
    small, large = run(python("pass"), tmp_path), run(python("x = bytearray(100 * 2**20)"), tmp_path)
    assert small.memory < 60 < 100 < large.memory < len(ballast) / 2**20
    assert small.cpu > 0 and small.wall > 0 and not small.stopped


def test_a_command_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    cost = run(python(code), tmp_path, limit=0.5)
    assert cost.stopped and 0.5 <= cost.wall < 30


def test_a_command_that_fails_says_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"exit code 1: .*no such luck"):
        run(python("raise SystemExit('no such luck')"), tmp_path)


def results(quarto: bool) -> list[dict[str, object]]:
    def row(article: str, words: int, what: str, wall: float, **more: object) -> dict[str, object]:
        return {"article": article, "words": words, "what": what, "wall": wall, "cpu": wall, "memory": 50.0, **more}

    rows = []
    for article, words in ((ARTICLE, 9000), (SIZES[0], 10_000), (SIZES[1], 50_000)):
        rows += [row(article, words, name, words / 10_000) for name in FORMATS]
        rows += [row(article, words, ALL, 2 * words / 10_000), row(article, words, ALL + AGAIN, 0.2)]
        rows.append(row(article, words, ALONE, 3 * words / 10_000, **({"stopped": True} if words > 10_000 else {})))
        if quarto:
            rows.append(row(article, words, QUARTO, 18 * words / 10_000))
    rows += [row(ARTICLE, 0, "manuscript --help", 0.1), {**row(ARTICLE, 0, EDITS[0], 0.12), "cpu": "", "memory": ""}]
    return rows


@pytest.mark.parametrize("quarto", [False, True])
def test_the_report_says_ratios_and_growth_and_the_readme_quotes_it(tmp_path: Path, quarto: bool) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"machine": "M", "rows": results(quarto)}), encoding="utf-8")
    write_report(tmp_path)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert f"| {ARTICLE} | 0.67 | {'9.0' if quarto else '–'} |" in text
    # pandoc was stopped: the ratio is at most this
    assert f"| {SIZES[1]} | < 0.67 |" in text
    assert f"| {SIZES[1]} | {ALONE} | > 15.00 | > 15.00 |" in text
    assert f"| {ALL} | 2.00 | 2.00 |" in text
    assert f"| {EDITS[0]} | 0.12 | – | – |" in text
    assert (tmp_path / "times.svg").read_text(encoding="utf-8").count("</svg>") == 1

    readme = tmp_path / "ROOT.md"
    readme.write_text(README, encoding="utf-8")
    quote(readme, tmp_path / "results.json")
    quoted = readme.read_text(encoding="utf-8")
    assert "old" not in quoted and quoted.endswith("<!-- :bench -->\n\nMore.\n")
    assert "| all four formats, made anew | 1.80 |" in quoted and ("| Quarto |" in quoted) is quarto
    assert f"| all four formats of {SIZES[1]} | 10.0 |" in quoted


def test_the_readme_has_a_place_for_the_figures() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count("<!-- bench: -->\n") == text.count("<!-- :bench -->") == 1


def test_a_synthetic_article_is_the_same_each_time_and_renders(tmp_path: Path) -> None:
    config = (
        "project:\n  type: manuscript\nbibliography: references.bib\nnumber-sections: true\nformat:\n  html: default\n"
    )
    size = Size(2_500, 20, 4)
    for name in ("one", "two"):
        write_article(tmp_path / name, size, config)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert all((tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes() for path in files)
    project = Project((tmp_path / "one").resolve())
    render(project, ["html"], EPOCH)
    page = (project.output / "index.html").read_text(encoding="utf-8")
    assert page.count("<figure") >= size.figures and page.count("csl-entry") > size.references / 2
