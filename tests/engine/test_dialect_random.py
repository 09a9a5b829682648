"""Random documents of Quarto's parts: each renders or is refused with a place; never a traceback, never a file that is not XML."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from manuscript.engine.embedded import render
from manuscript.errors import ManuscriptError, all_of
from manuscript.paths import Project

import words
from conftest import EPOCH

WORDS = st.sampled_from(
    ["Words.", "*stress* and `code`", "$x^2$", "H~2~O<br>x<sup>2</sup>", "a^[Note.]", "[b]{.odd}", "[c](#){.x}", "<b>open", "—", "{{< kbd Ctrl >}}"]
)  # fmt: skip
BLOCKS = st.sampled_from(
    [
        "## Heading", "#### Deep {{#sec-{n}}}", "---", "| verse\n|   two", "(a) {w}", "\\newpage", "<details>\n\n{w}\n\n</details>",
        "::: {{#thm-{n}}}\n## Of\n{w}\n:::", "::: {{.callout-tip #tip-{n}}}\n{w}\n:::", "::: {{.panel-tabset}}\n## One\n{w}\n\n## Two\n{w}\n:::",
        "::: {{#fig-{n} layout-ncol=2}}\n{w}\n\n{w}\n\nCaption {w}\n:::", "::: {{layout=\"[[1,-1,2],[1]]\"}}\n{w}\n\n{w}\n\n{w}\n:::",
        "| A | B |\n|---|--:|\n| {w} | **g** |\n\n: Cap {w} {{#tbl-{n}}}", "::: {{#tbl-{n}}}\n| A |\n|---|\n| x |\n\n{w}\n\nCap.\n:::",
        "+---+---+\n| - a | b |\n+---+---+\n|   | {w}\n+---+---+", "```{{#lst-{n} .r lst-cap=\"{w}\"}}\nx <- 1\n```", "- {w}\n\n  | q |\n  |---|\n  | 1 |",
        "$$\nx\n$$ {{#eq-{n}}}", "::: {{.landscape}}\n{w}\n:::", "Term\n\n:   {w}\n\n:   {w}", "> {w}", "::: {{.hidden}}\n{w}\n:::", "{w}",
    ]
)  # fmt: skip


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(BLOCKS, WORDS), max_size=8))
def test_whatever_is_written_renders_or_is_refused(parts: list[tuple[str, str]]) -> None:
    text = "\n\n".join(block.format(n=number, w=word) for number, (block, word) in enumerate(parts))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "_quarto.yml").write_text("project:\n  type: manuscript\nnumber-sections: true\n", encoding="utf-8")
        (folder / "index.qmd").write_text(f"---\ntitle: T\n---\n\n{text}\n", encoding="utf-8")
        project = Project(folder)
        try:
            render(project, ["html", "jats", "docx"], EPOCH)
        except ManuscriptError as error:
            assert all(one.message for one in all_of(error))
            return
        etree.parse(str(project.output / "index.xml"))


@pytest.mark.parametrize(
    "text",
    [
        "```{=tex}\n\\begin{figure}\n\\caption{Words alone.}\n\\end{figure}\n```",
        "::: {#fig-words}\nWords, and no picture.\n\nThe caption.\n:::",
    ],
)
def test_a_figure_without_a_picture_says_its_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text(f"---\ntitle: T\n---\n\n{text}\n", encoding="utf-8")
    (pdf,) = (path for path in render(Project(tmp_path), ["pdf"], EPOCH) if path.suffix == ".pdf")
    assert "ords" in words.of_pdf(pdf)
