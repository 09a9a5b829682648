"""From a figure module to its files: SVG (tracked), PNG for Word, and the Markdown block that chapters include."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

from manuscript.atomic import write_bytes, write_text
from manuscript.errors import FigureError
from manuscript.figures import style
from manuscript.figures.registry import FIGURES
from manuscript.ledger.tables import Ledger
from manuscript.paths import Project

PNG_DPI = 300
_NOTICE = "<!-- made by `manuscript prepare` from {module}; change that module or the ledger -->"


def make_figure(project: Project, ledger: Ledger, name: str) -> None:
    """Write ``figures/NAME.svg``, ``.png`` and ``.md``; the same ledger gives the same bytes.

    A figure module has ``INPUTS`` (names of ledger tables), ``draw(ledger)`` (a matplotlib ``Figure``),
    ``caption(ledger)`` (Markdown) and ``alt(ledger)`` (plain text).
    Raises ``FigureError`` for a name that is not registered.
    """
    if name not in FIGURES:
        raise FigureError(f"no figure named {name!r}", mend=f"known figures: {', '.join(FIGURES)}")
    module = import_module(FIGURES[name])
    with style.applied():
        figure = module.draw(ledger)
        svg = _saved(figure, "svg", metadata={"Date": None, "Creator": None})
        png = _saved(figure, "png", dpi=PNG_DPI, metadata={"Software": None})
    # an SVG drawn with trailing blanks would look changed to every editor that strips them
    lines = [line.rstrip() for line in svg.decode("utf-8").splitlines()]
    write_text(project.figures / f"{name}.svg", "\n".join(lines) + "\n")
    write_bytes(project.figures / f"{name}.png", png)
    write_text(
        project.figures / f"{name}.md", include_block(name, module.caption(ledger), module.alt(ledger), FIGURES[name])
    )


def include_block(name: str, caption: str, alt: str, module: str) -> str:
    """The block that ``{{< include figures/NAME.md >}}`` brings into a chapter."""
    caption = " ".join(caption.split())
    alt = " ".join(alt.split()).replace('"', "'")
    image = f'![{caption}](figures/{name}){{#fig-{name} fig-alt="{alt}" width=100%}}'
    return f"{_NOTICE.format(module=module)}\n\n{image}\n"


def _saved(figure: Any, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, **options)
    return buffer.getvalue()
