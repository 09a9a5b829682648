"""A number leads to its row of evidence: on the page within it, from the other formats to the page."""

from __future__ import annotations

import pytest

from manuscript.engine import pandoc
from manuscript.engine.document import elements, lead_to_rows
from manuscript.engine.settings import load_settings
from manuscript.paths import Project

TEXT = """---
abstract: "[0.5](#ev-away)"
---

[0.1](#ev-away) [0.2](#ev-here) [FDA](#src-away) [Section 1](#sec-a) [paper](https://example.org/#ev-x)

[]{#ev-here}A row that stands in the document.
"""


@pytest.mark.parametrize(
    ("format_name", "stated", "page"),
    [
        ("html", "", ""),
        ("docx", "", "index.html"),
        ("jats", "", "index.html"),
        ("typst", "https://example.org/review/", "https://example.org/review/"),
    ],
)
def test_a_link_leads_to_the_page_where_its_row_is_not_in_the_document(
    format_name: str, stated: str, page: str, dialect: Project
) -> None:
    settings = load_settings(dialect)
    settings.raw["manuscript"] = {"manuscript-url": stated}
    tree = pandoc.read("markdown", TEXT, folder=dialect.root, epoch=0)
    lead_to_rows(elements(tree), format_name, settings)
    targets = [node["c"][2][0] for node in elements(tree) if node["t"] == "Link"]
    assert sorted(targets) == sorted(
        [f"{page}#ev-away", f"{page}#ev-away", "#ev-here", f"{page}#src-away", "#sec-a", "https://example.org/#ev-x"]
    )
