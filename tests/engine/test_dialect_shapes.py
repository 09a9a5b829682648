"""Where things may stand: documents whose parts pandoc would put where the schema of a format does not want them."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest
from lxml import etree, html

from manuscript.engine.embedded import render
from manuscript.engine.pictures import find_picture
from manuscript.engine.terms import Terms
from manuscript.ooxml import NAMESPACE, body
from manuscript.paths import Project

from conftest import EPOCH

# one white pixel
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==")

# each: the text, a format, and what XPath finds there
SHAPES = [
    ("Early.\n\n::: {#refs}\n:::\n\nLate.\n\n# One\n\nText.", "jats", "//body/sec/preceding-sibling::p", ["Early.", "Late."]),
    ("# One\n\n::: {#refs}\n:::\n\nLate.\n\n# Two", "jats", "//body/sec[1]/p", ["Late."]),
    ("# List\n\n::: {#refs}\n:::\n\n# Two\n\nText.", "jats", "//body/sec/title | //ref-list/title", ["Two", "List"]),
    ("# List\n\n::: {#refs}\n:::\n\nLate.", "jats", "//body/sec/p", ["Late."]),
    ("::: {.landscape}\n# One\n\n## Sub\n:::\n\nLate.", "jats", "//sec/sec/p", ["Late."]),
    ("::: {.landscape}\nWide.\n:::", "jats", "//body/p", ["Wide."]),
    ("> # One\n>\n> Text.", "jats", "//disp-quote/p/bold", ["One"]),
    ("# Acknowledgements\n\n- To all.\n\n> Thanks.", "jats", "//ack/*", ["Acknowledgements", "To all.", "Thanks."]),
    ("# Acknowledgements\n\nTerm\n:   Meaning.", "jats", "//ack/p/def-list//def", ["Meaning."]),
    ("# Competing interests\n\n- None.", "jats", "//author-notes/fn/p", ["None."]),
    ("# Funding\n\n- None.", "jats", "//body/sec/list", ["None."]),
    ("One.\n\n</details>\n\nTwo.", "html", "//main//p", ["One.", "Two."]),
    ("- <details>\n\n  Words.\n\n</details>", "html", "//li/details", ["Words."]),
    ("<details>\n<summary>Sum</summary>\n\nWords.\n\n</details>", "html", "//details/summary", ["Sum"]),
    ("# One\n\n<details>\n\n# Two\n\nText.\n\n</details>\n\nLate.", "html", "//details/section/h2 | //section[@id='one']/p", ["Two", "Late."]),
    ("A *<button>b* c</button> d.", "html", "//em/button", ["b"]),
    ("A.\n\n| x |\n|---|\n| 1 |\n\n- one", "docx", "//w:pPr[w:spacing]/*[following-sibling::w:spacing][2]/@w:val | //w:numPr[preceding-sibling::w:spacing]", []),
    ("::: {#tbl-b layout-ncol=2}\n| L |\n|--:|\n| 1 |\n\n: l {#tbl-l}\n\n| R |\n|--:|\n| 2 |\n\n: r {#tbl-r}\n\nBoth.\n:::",
     "docx", "//w:p[.='1' or .='2']/w:pPr/w:jc/@w:val", ["right", "right"]),
    ("A\x07b, &#x7;c, \ufeffd.", "jats", "//body/p", ["Ab, c, d."]),
    ('![](a.png){fig-alt="a<b & c"}\n\n- ![](a.png){fig-alt=""}', "jats", "//body//alt-text", ["a<b & c"]),
    ("- ![](a.png)\n-\n- {{< pagebreak >}}", "jats", "//list-item/p", ["", "", ""]),
    ("![](a.png)", "html", "//main//img/@alt", [""]),
    ("a)\nb) two", "jats", "//list-item/p", ["", "two"]),
    ("[a $x$](https://a.org)", "jats", "//p/inline-formula/@id | //ext-link", []),
    ("A @* b.", "jats", "//body/p", ["A @* b."]),
    ("## ![](a.png)\n\nWords.", "html", "//h2 | //main//p//img/@src | //main//p[not(.//img)]", [f"data:image/png;base64,{base64.b64encode(PNG).decode()}", "Words."]),
    ("[![E](a.png)](https://example.org)", "html", "//main//figcaption", ["E"]),
    ("# **~~[a]{#g}~~**", "html", "//*[@id='g']", ["a"]),
    ("::: {.callout-note}\n## T\n\nOne.\n\n## U\n\nTwo.\n:::\n\n# Late", "jats", "//boxed-text/p | //body/sec/title", ["One.", "U", "Two.", "Late"]),
    ("::: {#fig-a}\n## Head\n\nWords.\n\nCaption.\n:::", "jats", "//fig/p", ["Head", "Words."]),
    ("::: {#fig-a}\n::: {.callout-tip}\nWords.\n:::\n\nCaption.\n:::", "jats", "//fig/p/boxed-text/p", ["Words."]),
    ("[a <a href='https://b.org'>b</a> c](https://a.org)", "html", "//main//p//a", ["a b c"]),
    ("[a^[N.]](https://a.org)", "jats", "//p/ext-link | //p/xref", ["a", "1"]),
    ("[top](#) and [none]()", "jats", "//body/p", ["top and none"]),
    ("[a](https://a.org/5%zz%20b)", "html", "//main//p/a/@href", ["https://a.org/5%25zz%20b"]),
    ("<sub>*a~b~*</sub>, *[c *d*]*", "docx", "//w:rPr/*[name()=name(following-sibling::*)]", []),
    ("A <sub>b *c*", "html", "//main//sub", ["b c"]),
    ("A <em><sub>b</em> c</sub>.", "html", "//main//em/sub", ["b"]),
    ("<em>b</b></em>", "html", "//main//em", ["b"]),
    ("<p>One.</p>\n\n<p>![C](a.png)</p>", "html", "//main//p | //main//figcaption", ["One.", "C"]),
    ("# \n\nWords.", "jats", "//body/*", ["Words."]),
    ("## '50µm", "jats", "//sec/@id", ["n--m"]),
    ("A[^1].\n\n[^1]: Out^[in].", "jats", "//fn/p", ["Out (in)."]),
    ("A[^1].\n\n[^1]:    | one\n    | two", "jats", "//fn/p[p]", []),
    ("::: {layout-ncol=2}\n<details>\n\nOne.\n\n</details>\n\nTwo.\n:::", "html", "//details//p", ["One."]),
    ("<details>\n<summary>\n\nSum\n\n</summary>\n\nWords.\n\n</details>", "html", "//summary[not(*)] | //details/p", ["Sum", "Words."]),
    ("<details>\n<summary>\n\nSum\n\n{{< pagebreak >}}\n\n</summary>\n\nWords.\n\n</details>", "html", "//summary[not(*)] | //details/p", ["Sum", "Words."]),
    ("::: {#fig-a}\n![S](a.png){#fig-b fig-alt='x'}\n\n| A |\n|---|\n| b |\n\n: T {#tbl-c}\n\nCaption.\n:::", "jats", "//fig-group/table-wrap", []),
    ("| A | B |\n|---|---|", "jats", "//tbody/tr/td", ["A", "B"]),
    ("\\lipsum[3-5]\n\n\\noindent Words\\n, \\textbf{bold}", "jats", "//body/p", ["Words, bold"]),
    ("Figure {@fig:a}B, `{@fig:a}`.\n\n![C](a.png){#fig:a fig-alt='x'}", "html", "//main//p", ["Figure 1B, {@fig:a}."]),
    ("`{{< nothing >}}`, `{{< include >}}`", "html", "//main//code", ["{{< nothing >}}", "{{< include >}}"]),
    ("> ```\n> # code\n> ```\n\n- ```\n  {{< nothing >}}\n  ```", "html", "//main//pre", ["# code", "{{< nothing >}}"]),
    ("::: {.callout-tip}\n## ![](a.png){fig-alt='x'}\n\nWords.\n:::", "jats", "//boxed-text/caption//alt-text | //boxed-text/p", ["x", "Words."]),
    ("<details>\n<summary>![](a.png){fig-alt='x'}</summary>\n\nWords.\n\n</details>", "html", "//summary/figure | //details/p", ["Words."]),
    ("<details>\n<summary>S</summary>\n\n<details>\n\n# One\n\n</details>\n\n# Two\n\nText.\n\n</details>\n\nLate.", "html", "//details/div/details/section/h2 | //details/section/p", ["One", "Text."]),
    ("See @sec-a.\n\n# Late [@one] {#sec-a}", "jats", "//xref/@rid | //ref-list/@id", ["sec-a", "sec-a", "ref-one"]),
    ("[a]{width=2in k=v}, `b`{value=1}\n\n::: {type=x}\n# H {src=y}\n:::", "html", "//span[not(@width)]/@data-width | //code[not(@value)]/@data-value | //*[not(@type)]/@data-type | //h2[not(@src)]/@data-src", ["2in", "1", "x", "y"]),
    ("Term\n\n:   | a | b |\n    |---|---|\n\n1. One\n2. | c | d |\n   |---|---|\n\n- | e | f |\n  |---|---|", "html", "//td", ["a", "b", "c", "d", "e", "f"]),
    ("a | b\n--+--\n`c|d` | e\nf\\|g | <i title='|'>h</i>", "jats", "//td", ["c|d", "e", "f|g", "h"]),
    ("::: {layout-ncol=1}\n<details>\n\n# One\n\n</details>\n:::\n\nLate.", "html", "//details/section/h2", ["One"]),
    ("A\n\n:   <!-- none -->", "jats", "//def/p", [""]),
    ("+---+---+\n| c     |\n+---+---+", "html", "//main//td/@colspan", []),
    ("+---+---+---+\n| a | b | c |\n+---+---+---+\n| d     | e |\n+---+---+---+", "html", "//main//td/@colspan", ["2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "format_name", "path", "found"), SHAPES)
def test_shape(tmp_path: Path, text: str, format_name: str, path: str, found: list[str]) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    reference = "references: [{id: one, type: book, title: R}]"
    (tmp_path / "index.qmd").write_text(f"---\ntitle: T\n{reference}\n---\n\n{text}\n", encoding="utf-8")
    (tmp_path / "a.png").write_bytes(PNG)
    project = Project(tmp_path)
    render(project, [format_name], EPOCH)
    if format_name == "docx":
        seen = body(project.output / "index.docx").xpath(path, namespaces={"w": NAMESPACE})
    elif format_name == "jats":
        seen = etree.parse(str(project.output / "index.xml")).xpath(path)
    else:
        seen = html.parse(str(project.output / "index.html")).xpath(path)
    assert ["".join(item.itertext()).strip() if hasattr(item, "itertext") else item for item in seen] == found


@pytest.mark.parametrize(
    ("stated", "style", "shown"),
    [
        ("2024-03-05", "long", "March 5, 2024"),
        ("03/05/2024", "medium", "Mar 5, 2024"),
        ("March 5, 2024", "iso", "2024-03-05"),
        ("Marsh 5, 2024", "iso", "Marsh 5, 2024"),
        ("13/05/2024", "iso", "13/05/2024"),
        ("spring of 2024", "long", "spring of 2024"),
    ],
)
def test_date_as_quarto_reads_it(stated: str, style: str, shown: str) -> None:
    assert Terms("en").date(stated, style) == shown


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ('width="72pt" height="36pt"', (300, 150)),
        ('width="9000mm" height="90mm"', (2480, 25)),
        ('width="10mm" height="2970mm"', (12, 3508)),
    ],
)
def test_a_drawing_is_no_larger_than_a_page(tmp_path: Path, size: str, pixels: tuple[int, int]) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / 'a "b".svg').write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="9" height="9"/></svg>', encoding="utf-8"
    )
    project = Project(tmp_path)
    picture = (tmp_path / find_picture('a "b".svg', "docx", ("png", "svg"), project)).read_bytes()
    # the head of a PNG: its width and height in pixels
    assert struct.unpack(">II", picture[16:24]) == pytest.approx(pixels, abs=1)


@pytest.mark.parametrize(
    ("front", "body", "shown"),
    [
        ("title: '`x`{=latex}'", "# One", "One"),
        ("title: '![](a.png)'", "Words.", "index.qmd"),
        ("title: '![Seen](a.png){fig-alt=\"Alt\"}'", "Words.", ""),
        ("date: 2024", "Words.", "index.qmd"),
        ("title: T\nbibliography: a.bib\nabstract: '[@one], **@**'", "Words.", "T"),
    ],
)
def test_a_page_has_a_first_level_heading(tmp_path: Path, front: str, body: str, shown: str) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text(f"---\n{front}\n---\n\n{body}\n", encoding="utf-8")
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "a.bib").write_text("@misc{one, author={A, B}, title={C}, year={2020}}\n", encoding="utf-8")
    project = Project(tmp_path)
    render(project, ["html"], EPOCH)
    (heading,) = html.parse(str(project.output / "index.html")).xpath("//h1")
    assert heading.text_content() == shown
    assert shown or heading.xpath(".//img/@alt") == ["Alt"]


def test_the_mark_of_a_note_on_the_title_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text("---\ntitle: T^[one]\nabstract: A^[two]\n---\n\nA^[three]\n", encoding="utf-8")
    project = Project(tmp_path)
    render(project, ["jats"], EPOCH)
    tree = etree.parse(str(project.output / "index.xml"))
    notes = {note.get("id"): "".join(note.itertext()) for note in tree.iter("fn")}
    (mark,) = tree.xpath("//article-title/xref")
    assert "one" in notes[mark.get("rid")]
