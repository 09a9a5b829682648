"""Where things may stand: documents whose parts pandoc would put where the schema of a format does not want them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree, html

from manuscript.engine.embedded import render
from manuscript.ooxml import NAMESPACE, body
from manuscript.paths import Project

from conftest import EPOCH

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
]  # fmt: skip


@pytest.mark.parametrize(("text", "format_name", "path", "found"), SHAPES)
def test_shape(tmp_path: Path, text: str, format_name: str, path: str, found: list[str]) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: manuscript\n", encoding="utf-8")
    (tmp_path / "index.qmd").write_text(f"---\ntitle: T\n---\n\n{text}\n", encoding="utf-8")
    project = Project(tmp_path)
    render(project, [format_name], EPOCH)
    if format_name == "docx":
        seen = body(project.output / "index.docx").xpath(path, namespaces={"w": NAMESPACE})
    elif format_name == "jats":
        seen = etree.parse(str(project.output / "index.xml")).xpath(path)
    else:
        seen = html.parse(str(project.output / "index.html")).xpath(path)
    assert ["".join(item.itertext()).strip() if hasattr(item, "itertext") else item for item in seen] == found
