"""LaTeX: a ``.tex`` with its ``.bib`` and figures, for XeLaTeX and BibTeX as TeX Live has them."""

from __future__ import annotations

import shutil
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.engine import pandoc
from manuscript.engine.ast import Node, NodeVisitor, drop, iterate, para, raw_block, raw_inline, walk
from manuscript.engine.bibliography import tidy
from manuscript.engine.document import Document
from manuscript.engine.formats.common import describe_image, shown_date, to_meta

# what Latin Modern lacks and mathematics has
_SYMBOLS = {
    "≥": r"\geq", "≤": r"\leq", "≈": r"\approx", "→": r"\rightarrow", "←": r"\leftarrow", "−": "-", "×": r"\times",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "✓": r"\surd", "□": r"\square", "●": r"\bullet", "○": r"\circ", "■": r"\blacksquare", "▲": r"\blacktriangle",
}  # fmt: skip
_HEADER = r"""\usepackage{newunicodechar}
%s
\setcitestyle{numbers,square,comma}
\emergencystretch=3em
"""


def write(document: Document, target: Path) -> None:
    """Write the article to ``target``, its references to ``references.bib`` and its graphics to ``figures/`` beside it.

    Citations become ``\\citep``, so that a journal's class and BibTeX style can be put in place.
    """
    blocks = walk(document.blocks, _Visitor().visit)
    header = _HEADER % "\n".join(rf"\newunicodechar{{{k}}}{{\ensuremath{{{v}}}}}" for k, v in _SYMBOLS.items())
    kept = {
        name: document.tree["meta"][name]
        for name in ("title", "subtitle", "abstract", "lang")
        if name in document.tree["meta"]
    }
    meta = {
        **kept,
        "author": to_meta([author.name for author in document.authors]),
        "date": to_meta(shown_date(document)),
        "bibliography": to_meta(["references.bib"]),
        "biblio-style": to_meta("unsrtnat"),
        "header-includes": {"t": "MetaBlocks", "c": [raw_block("latex", header)]},
        "geometry": to_meta(["a4paper", "margin=25mm"]),
        "colorlinks": to_meta(True),
    }
    text = pandoc.write(
        {**document.tree, "blocks": blocks, "meta": meta},
        "latex",
        ["--standalone", "--natbib"],
        folder=document.project.root,
        epoch=document.epoch,
    )
    write_text(target, text)
    if document.settings.bibliography:
        text = document.settings.bibliography.read_text(encoding="utf-8")
        write_text(target.parent / "references.bib", tidy(text))
    for name in sorted({node["c"][2][0] for node in iterate(blocks) if node["t"] == "Image"}):
        place = target.parent / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(document.project.root / name, place)


class _Visitor(NodeVisitor):
    def _header(self, node: Node) -> None:
        drop(node["c"][1], "number")

    def _image(self, node: Node) -> None:
        describe_image(node)

    def _figure(self, node: Node) -> None:
        for name in ("number", "sub", "kind"):
            drop(node["c"][0], name)

    def _table(self, node: Node) -> None:
        drop(node["c"][0], "number")

    def _span(self, node: Node) -> list[Node] | None:
        attributes, inlines = node["c"]
        if "equation" not in attributes[1]:
            return None
        formula = next(item for item in iterate(inlines) if item["t"] == "Math")
        label = rf"\label{{{attributes[0]}}}" if attributes[0] else ""
        return [raw_inline("latex", rf"\begin{{equation}}{formula['c'][1]}{label}\end{{equation}}")]

    def _div(self, node: Node) -> list[Node] | None:
        attributes, blocks = node["c"]
        if "callout" in attributes[1]:
            title = para([{"t": "Strong", "c": blocks[0]["c"][1][0]["c"]}])
            return [raw_block("latex", r"\begin{quote}"), title, *blocks[1]["c"][1], raw_block("latex", r"\end{quote}")]
        if "layout" in attributes[1]:
            return [block for cell in blocks for block in cell["c"][1]]
        drop(attributes, "number")
        if "pagebreak" in attributes[1]:
            return [raw_block("latex", r"\clearpage")]
        if attributes[0] == "refs":
            # BibTeX makes the list
            return []
        return None
