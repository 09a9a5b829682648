"""The filter of both engines that leads a number to its row of evidence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from manuscript.engine.pandoc import pandoc_path

FILTER = Path(__file__).parent.parent.parent / "styles" / "evidence-links.lua"
TEXT = """---
abstract: "[0.5](#ev-away)"
---

[0.1](#ev-away) [0.2](#ev-here) [FDA](#src-away) [Section 1](#sec-a) [paper](https://example.org/#ev-x)

[]{#ev-here}A row that stands in the document.
"""
# run behind the filter: tells where the links lead, whatever the format
TELL = "function Link(link) io.stderr:write(link.target .. ' ') end\n"


@pytest.mark.parametrize(
    ("to", "options", "page"),
    [
        ("html", [], ""),
        ("docx", [], "index.html"),
        ("jats", [], "index.html"),
        ("typst", ["--metadata=manuscript-url:https://example.org/review/"], "https://example.org/review/"),
    ],
)
def test_a_link_leads_to_the_page_where_its_row_is_not_in_the_document(
    to: str, options: list[str], page: str, tmp_path: Path
) -> None:
    tell = tmp_path / "tell.lua"
    tell.write_text(TELL, encoding="utf-8")
    command = [pandoc_path(), "-t", to, "-o", str(tmp_path / "out"), f"--lua-filter={FILTER}", f"--lua-filter={tell}"]
    result = subprocess.run([*command, *options], input=TEXT, capture_output=True, text=True, check=True)
    assert sorted(result.stderr.split()) == sorted(
        [f"{page}#ev-away", f"{page}#ev-away", "#ev-here", f"{page}#src-away", "#sec-a", "https://example.org/#ev-x"]
    )
