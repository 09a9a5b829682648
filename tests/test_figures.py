"""Every figure: text that can be read, that nothing covers and that stays inside; the same bytes each time."""

from __future__ import annotations

import itertools
import re
from importlib import import_module

import pytest

from manuscript.errors import FigureError
from manuscript.figures import style
from manuscript.figures.make import make_figure
from manuscript.figures.registry import FIGURES
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project

MM = 25.4


def _drawn(project: Project, name: str):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    with style.applied():
        figure = import_module(FIGURES[name]).draw(load_ledger(project))
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [
            (text, text.get_window_extent(renderer))
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text().strip()
        ]
    # axis labels that matplotlib keeps but does not draw have no place in the page
    return figure, [(text, box) for text, box in texts if box.width > 0 and box.height > 0 and _is_drawn(text)]


def _is_drawn(text) -> bool:
    axes = text.axes
    if axes is None:
        return True
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        labels = [label for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)]
        if text in labels or text is axis.label:
            if not axes.axison or not axis.get_visible():
                return False
            if text in labels:
                position = text.get_position()[0 if axis is axes.xaxis else 1]
                low, high = sorted(limits)
                return low - 1e-9 <= position <= high + 1e-9
    return True


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_covered_or_clipped(article: Project, name: str) -> None:
    figure, texts = _drawn(article, name)
    page = figure.bbox
    assert texts
    for text, box in texts:
        inside = box.x0 >= page.x0 - 1 and box.y0 >= page.y0 - 1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1
        assert inside, f"{text.get_text()!r} leaves the page"
    for (one, first), (other, second) in itertools.combinations(texts, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        # boxes have a little air above and below the letters
        assert wide <= 0.5 or high <= 1.5, f"{one.get_text()!r} and {other.get_text()!r} overlap"


@pytest.mark.parametrize("name", FIGURES)
def test_text_is_at_least_seven_points_and_the_figure_fits_a_column(article: Project, name: str) -> None:
    figure, texts = _drawn(article, name)
    assert min(text.get_fontsize() for text, _ in texts) >= 7
    width = figure.get_figwidth() * MM
    assert any(abs(width - column) < 0.1 for column in (style.SINGLE_COLUMN_MM, style.DOUBLE_COLUMN_MM))
    assert figure.get_figheight() * MM <= 230


@pytest.mark.parametrize("name", FIGURES)
def test_caption_and_alternative_text_can_stand_alone(article: Project, name: str) -> None:
    module = import_module(FIGURES[name])
    ledger = load_ledger(article)
    caption, alt = module.caption(ledger), module.alt(ledger)
    assert re.match(r"\*\*[^*]+\.\*\* \S", caption), "a title in bold, then what is shown"
    assert len(alt) > 80 and not re.search(r"[@\[\]*{}]", alt)


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_ledger_gives_the_same_bytes(article: Project, name: str) -> None:
    made = []
    for _ in range(2):
        make_figure(article, load_ledger(article), name)
        made.append([(article.figures / f"{name}.{suffix}").read_bytes() for suffix in ("svg", "png", "md")])
    assert made[0] == made[1]


def test_an_unknown_figure_is_refused(article: Project) -> None:
    with pytest.raises(FigureError, match="no figure named 'nothing'"):
        make_figure(article, load_ledger(article), "nothing")


def test_class_colours_can_be_told_apart_without_colour_vision() -> None:
    """Simulated deficiencies after Machado, Oliveira and Fernandes (2009), severity 1.0, and grey print."""
    import numpy as np
    from matplotlib.colors import to_rgb

    matrices = {
        "protanopia": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deuteranopia": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "tritanopia": [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }
    colours = [np.array(to_rgb(colour)) for colour in style.CLASS_COLOURS.values()]
    for name, matrix in matrices.items():
        seen = [np.clip(np.array(matrix) @ colour, 0, 1) for colour in colours]
        nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
        assert nearest > 0.12, f"two classes look alike with {name}"
    # in grey a marker's shape helps; every colour must still stand off white paper
    luminance = [
        float(np.dot([0.2126, 0.7152, 0.0722], [_linear(channel) for channel in colour])) for colour in colours
    ]
    assert all(1.05 / (value + 0.05) >= 3 for value in luminance)
    assert len(set(style.CLASS_MARKERS.values())) == len(style.CLASS_COLOURS)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
