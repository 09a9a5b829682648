"""A compact SVG shows what matplotlib's own shows, in fewer bytes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import typst
from PIL import Image

from manuscript.figures import style
from manuscript.figures.svg import compact

WORDS = ("hazard ratio 0.33 (0.26–0.43)", "hazard ratio 0.56 (0.44–0.71)", "Überleben ≥ 5 years")


def _svg() -> bytes:
    with style.applied():
        figure = style.new_figure(80, 30)
        axes = figure.add_axes((0.1, 0.3, 0.8, 0.6))
        axes.plot([0, 1, 2], [1.0, 0.5, 2.0], marker="s")
        axes.set_ylabel("turned")
        for place, words in enumerate(WORDS):
            style.write(axes, 0.1, 0.6 + 0.5 * place, words, bold=place == 2)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _seen(folder: Path, svg: str) -> np.ndarray:
    (folder / "a.svg").write_text(svg, encoding="utf-8")
    (folder / "a.typ").write_text(
        '#set page(width: 80mm, height: 30mm, margin: 0mm)\n#image("a.svg")', encoding="utf-8"
    )
    page = typst.compile(folder / "a.typ", format="png", ppi=144)
    return np.asarray(Image.open(io.BytesIO(page)).convert("L"), dtype=float)


def test_a_compact_picture_looks_the_same_and_is_a_third(tmp_path: Path) -> None:
    svg = _svg()
    small = compact(svg)
    assert len(small) < len(svg) / 2
    before, after = _seen(tmp_path, svg.decode("utf-8")), _seen(tmp_path, small)
    assert before.min() < 100, "something is drawn"
    assert np.abs(before - after).mean() < 0.5


def test_a_word_that_stands_twice_is_spelled_once() -> None:
    small = compact(_svg())
    shared = re.findall(r'<g id="(\w+)">', small)
    assert len(shared) == 2, "hazard, ratio"
    assert all(small.count(f'href="#{name}"') == 2 for name in shared)


def test_the_same_svg_gives_the_same_bytes() -> None:
    assert compact(_svg()) == compact(_svg())
