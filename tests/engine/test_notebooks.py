"""``embed``: a figure that a notebook drew is taken over with its caption; nothing is run and nothing else is read."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from manuscript.errors import ManuscriptError
from manuscript.paths import Project
from manuscript.source.resolved import load_source

_PNG = b"\x89PNG\r\n\x1a\n"
_QMD = "# Notes\n\n```{r}\n#| label: other\n#| fig-cap: [not: yaml\n```\n\n```{r}\n#| label: fig-a\n#| fig-cap: The caption\n#| fig-alt: What is seen\nplot(1)\n```\n"


def _notebook(*, tag: bool = False, picture: str = base64.b64encode(_PNG).decode()) -> str:
    source = ["plot(1)"] if tag else ["#| label: fig-a\n", "#| fig-cap: The caption\n", "plot(1)"]
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["fig-a"]} if tag else {},
        "source": source,
        "outputs": [{"output_type": "display_data", "data": {"image/png": picture, "text/plain": ["<Figure>"]}}],
    }
    return json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Notes"}, cell]})


def _line(folder: Path, shortcode: str, files: dict[str, str | bytes]) -> str:
    for name, content in {"_quarto.yml": "project:\n  type: manuscript\n", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "index.qmd").write_text(f"---\ntitle: T\n---\n{{{{< embed {shortcode} >}}}}\n", encoding="utf-8")
    return load_source(Project(folder)).text.strip()


@pytest.mark.parametrize(
    ("shortcode", "files", "expected"),
    [
        pytest.param(
            "notes/a.qmd#fig-a",
            {"notes/a.qmd": _QMD, "notes/a_files/figure-html/fig-a-1.png": _PNG},
            '![The caption](notes/a_files/figure-html/fig-a-1.png){#fig-a fig-alt="What is seen"}',
            id="what a run left beside the notebook",
        ),
        pytest.param(
            "notes/a.qmd#fig-a",
            {"notes/a.qmd": _QMD, "_freeze/notes/a/figure-html/fig-a-output-2.svg": b"<svg/>"},
            '![The caption](_freeze/notes/a/figure-html/fig-a-output-2.svg){#fig-a fig-alt="What is seen"}',
            id="what Quarto froze",
        ),
        pytest.param(
            '"notes/a.qmd#fig-a"',
            {"notes/a.qmd": _QMD, "figures/a.svg": b"<svg/>"},
            '![The caption](figures/a.svg){#fig-a fig-alt="What is seen"}',
            id="what prepare drew",
        ),
    ],
)
def test_the_picture_of_a_cell(tmp_path: Path, shortcode: str, files: dict[str, str | bytes], expected: str) -> None:
    assert _line(tmp_path, shortcode, files) == expected


@pytest.mark.parametrize("tag", [False, True])
def test_the_picture_that_a_notebook_holds(tmp_path: Path, tag: bool) -> None:
    text = _line(tmp_path, "a.ipynb#fig-a", {"a.ipynb": _notebook(tag=tag)})
    caption, _, rest = text.partition("](")
    path, _, label = rest.partition(")")
    assert (caption, label) == (f"![{'' if tag else 'The caption'}", "{#fig-a}")
    assert (tmp_path / path).read_bytes() == _PNG


@pytest.mark.parametrize(
    ("shortcode", "files", "said"),
    [
        ("", {}, "embed without a notebook and a figure"),
        ("a.qmd", {"a.qmd": _QMD}, "embed without a notebook and a figure"),
        ("b.qmd#fig-a", {}, "the notebook b.qmd is not in the project"),
        ("../b.qmd#fig-a", {}, "the notebook b.qmd is not in the project"),
        ("a.qmd#fig-b", {"a.qmd": _QMD}, "a.qmd has no cell with the label fig-b"),
        ("a.qmd#fig-a", {"a.qmd": _QMD, "a_files/fig-ab-1.png": _PNG}, "no picture of fig-a is there"),
        ("a.ipynb#fig-a", {"a.ipynb": _notebook(picture="PHN2Zz4=")}, "no picture of fig-a is there"),
        ("a.ipynb#fig-a", {"a.ipynb": _notebook(picture="é")}, "no picture of fig-a is there"),
        *(
            ("a.ipynb#fig-a", {"a.ipynb": text}, "a.ipynb is not a Jupyter notebook")
            for text in ("", "[]", "[" * 100_000, '{"cells": 3}', '{"cells": [{"source": 3}]}')
        ),
    ],
)
def test_what_is_not_there_is_said_with_its_place(
    tmp_path: Path, shortcode: str, files: dict[str, str | bytes], said: str
) -> None:
    with pytest.raises(ManuscriptError, match=said) as caught:
        _line(tmp_path, shortcode, files)
    assert caught.value.place == "index.qmd:4" and caught.value.mend
