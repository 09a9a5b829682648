"""Random documents of Quarto's parts: each renders or is refused with a place; never a traceback, never a file that is not XML."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from test_dialect_shapes import PNG

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
        "<u>![](a.png){fig-alt='x'} words and <https://example.org></u>",
        "~~Lined [words]{.underline}~~",
        "- {{< pagebreak >}}\n- words\n\n  ::: {.landscape}\n  more\n  :::",
        "![](a.png){fig-alt='x'} words\n: ",
        "[+ words](https://example.org)^[- note]",
        "A^[words<br>]",
        "```{=tex}\n\\begin{figure}\n\\caption{Words alone.}\n\\end{figure}\n```",
        "## ![](a.png){fig-alt='x'}\n\nWords.",
        "- ![](a.png){fig-alt='x'}\n\n  ## ![](a.png){fig-alt='x'}\n\n> ## Words",
        "<br>Term\n\n:   > Words.",
        "## <sup>![](a.png){fig-alt='x'} Words^[note]</sup>",
        "[[![](a.png){fig-alt='x'} words]{.a}]{.b}",
        "A^[[words\\\n]{.a}]",
        "1. One\n\n   {{< pagebreak >}}\n\n2. Words",
        "::: {#fig-words}\nWords, and no picture.\n\nThe caption.\n:::",
    ],
)
def test_what_an_accessible_pdf_cannot_say_keeps_its_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text(f"---\ntitle: T\n---\n\n{text}\n", encoding="utf-8")
    (pdf,) = (path for path in render(Project(tmp_path), ["pdf"], EPOCH) if path.suffix == ".pdf")
    assert "ords" in words.of_pdf(pdf)


def test_the_words_of_a_picture_may_be_the_title(tmp_path: Path) -> None:
    import pypdfium2

    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text("---\ntitle: '[![Two stones](a.png)]{.a}'\n---\n\nWords.\n", encoding="utf-8")
    (pdf,) = (path for path in render(Project(tmp_path), ["pdf"], EPOCH) if path.suffix == ".pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_value("Title") == "Two stones"


def test_notes_in_what_floats_over_all_columns_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="180mm" height="9mm"/>', encoding="utf-8"
    )
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    words_of_cells = " | ".join(["words " * 20] * 3)
    (tmp_path / "index.qmd").write_text(
        "---\ntitle: T^[one]\nabstract: A^[two]\n---\n\n::: {.callout-tip}\nA^[three]\n:::\n\nA^[four]\n\n"
        f"| {words_of_cells} |\n|---|---|---|\n| a^[five] | b | c |\n\n: C^[six]. {{#tbl-a}}\n\n"
        "![C^[seven].](a.svg){#fig-a fig-alt='x'}\n",
        encoding="utf-8",
    )
    (pdf,) = (path for path in render(Project(tmp_path), ["pdf"], EPOCH) if path.suffix == ".pdf")
    text = words.of_pdf(pdf)
    for number, word in enumerate(("one", "two", "three", "four", "six", "five", "seven"), start=1):
        assert f"{number}{word}" in text


def test_a_letter_without_a_font_is_named_with_those_that_join_it(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text(
        "---\ntitle: T\n---\n\nWords \U0001f469\u200d\U0001f52c , on.\n", encoding="utf-8"
    )
    try:
        (pdf,) = (path for path in render(Project(tmp_path), ["pdf"], EPOCH) if path.suffix == ".pdf")
    except ManuscriptError as error:
        # as on a machine without such fonts
        assert {one.line for one in all_of(error)} == {5}
    else:
        assert "Words" in words.of_pdf(pdf)


def test_a_long_formula_is_broken_into_lines(tmp_path: Path) -> None:
    import pypdfium2

    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    formula = " + ".join([r"\text{first}", *(f"\\beta_{{{n}}} x_{{{n}}}" for n in range(20)), r"\text{last}"])
    (tmp_path / "index.qmd").write_text(f"---\ntitle: T\n---\n\n$$\n{formula}\n$$ {{#eq-a}}\n", encoding="utf-8")
    (pdf,) = (path for path in render(Project(tmp_path), ["pdf"], EPOCH) if path.suffix == ".pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(page.search(word).get_next()[0]) for word in ("first", "last")]
    # points, from the foot of the page
    assert boxes[0][1] - boxes[1][1] > 9
    assert all(top - foot > 5 for _, foot, _, top in boxes)
