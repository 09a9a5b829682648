"""HER2, its signalling, where each class of drug acts, and the way of a conjugate; the drugs come from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import arrow, box, label, panels
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import palette
from review.drawing import antibody, membrane, receptor
from review.figures import _conjugate as conjugate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INPUTS = ("agents",)
# millimetres: the page, the middle of the membrane, and the two receptors
_HEIGHT, _MEMBRANE, _HER2, _HER3 = 110.0, 51.5, 54.5, 66.7
# words of the ledger for the place that the drawing calls IV
_BY_MEMBRANE = ("IV", "juxtamembrane", "epitope of trastuzumab")
# where the names of the inhibitors end, and how tall the boxes of the cascades are
_WORDS, _BOX = 31.5, 4.4
_CLASSES = ("antibody", "bispecific antibody", "tyrosine kinase inhibitor")
_SOURCES = ("iqbal2014human", "nami2018mechanisms")


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for name in _CLASSES for row in _agents(ledger, name)] + conjugate.used(ledger)


def _agents(ledger: Ledger, name: str) -> list[Row]:
    return [row for row in ledger.agents.values() if row["class"] == name]


def draw(ledger: Ledger) -> Figure:
    figure, (axes, right) = panels(_HEIGHT, style.SINGLE_COLUMN_MM, 2)
    conjugate.draw(right, ledger)
    axes.axhspan(_MEMBRANE, _HEIGHT, color="#fbf9f5", linewidth=0, zorder=0)
    membrane(axes, (0, _MEMBRANE), (style.SINGLE_COLUMN_MM, _MEMBRANE))
    label(axes, 1.5, _MEMBRANE - 5.2, "outside", size=style.SMALL, colour=style.SOFT, italic=True, align="left")
    label(
        axes,
        1.5,
        _MEMBRANE + 5.4,
        "inside the tumour cell",
        size=style.SMALL,
        colour=style.SOFT,
        italic=True,
        align="left",
    )
    _pair(axes)
    _antibodies(axes, ledger)
    _inhibitors(axes, ledger)
    _cascades(axes)
    return figure


def _pair(axes: Axes) -> None:
    """HER2 beside HER3, touching with their second domains and, inside, with their kinases."""
    for x, turn, name, kinase in ((_HER2, 1, "HER2", True), (_HER3, -1, "HER3", False)):
        receptor(axes, x, _MEMBRANE, turn=turn, kinase=kinase)
        align = "right" if turn == 1 else "left"
        label(axes, x - turn * 12, _MEMBRANE - 37, name, bold=True, size=style.LARGE, align=align)
        label(axes, x, _MEMBRANE + 14.4, "kinase" if kinase else "impaired", size=style.SMALL)


def _antibodies(axes: Axes, ledger: Ledger) -> None:
    """Where the epitope is told: on the domain by the membrane, on the one that pairs, or on both."""
    blue, violet = palette.CLASS_COLOURS["antibody"], palette.CLASS_COLOURS["bispecific antibody"]
    by_domain: dict[str, list[str]] = {"II": [], "IV": []}
    for row in _agents(ledger, "antibody"):
        second = "II" in row["epitope"].replace("III", "")
        if second or any(word in row["epitope"] for word in _BY_MEMBRANE):
            by_domain["II" if second else "IV"].append(row["name"])
    if by_domain["IV"]:
        antibody(axes, _HER2 - 8.7, 43.3, colour=blue, angle=82)
        _named(axes, _HER2 - 16.5, 41.2, by_domain["IV"], "domain IV", "right")
    if by_domain["II"]:
        antibody(axes, (_HER2 + _HER3) / 2, 7.5, colour=blue, angle=180)
        _named(axes, (_HER2 + _HER3) / 2 + 2.6, 2.1, by_domain["II"], "domain II: no pairing", "left")
    both = [row["name"] for row in _agents(ledger, "bispecific antibody")]
    if both:
        for end in ((_HER2 + 1.2, 24.0), (_HER2 - 2.4, 39.5)):
            axes.plot(
                [_HER2 - 15.5, end[0]], [23.0, end[1]], color=violet, linewidth=0.8, linestyle=(0, (2, 1.5)), zorder=2
            )
        antibody(axes, _HER2 - 19.5, 22.5, colour=violet, second="#a98bc0", angle=90)
        _named(axes, _HER2 - 27.0, 20.8, both, "II and IV, on two receptors", "right")


def _named(axes: Axes, x: float, y: float, names: list[str], where: str, align: str) -> None:
    style.write(axes, x, y, ", ".join(names), bold=True, align=align)
    room = x if align == "right" else style.SINGLE_COLUMN_MM - x
    lines = style.wrapped(where, room - 0.5, style.SMALL)
    below = style.PITCH * style.SMALL * style.MM_OF_POINT * (len(lines) - 1) / 2
    style.write(axes, x, y + 3.4 + below, "\n".join(lines), size=style.SMALL, colour=style.SOFT, align=align)


def _inhibitors(axes: Axes, ledger: Ledger) -> None:
    """Small molecules in the cleft of the kinase."""
    kind = "tyrosine kinase inhibitor"
    names = [row["name"] for row in _agents(ledger, kind)]
    if names:
        y = _MEMBRANE + 10.8
        axes.plot(
            [_HER2 - 3.4],
            [y],
            marker=palette.CLASS_MARKERS[kind],
            markersize=6,
            color=palette.CLASS_COLOURS[kind],
            zorder=6,
        )
        axes.plot(
            [_WORDS + 1, _HER2 - 5], [y + 2.5, y + 0.3], color=palette.CLASS_COLOURS[kind], linewidth=0.8, zorder=2
        )
        style.write(axes, _WORDS, y + 3.4, "\n".join(style.wrapped(", ".join(names), 30, bold=True)), align="right",
                    bold=True)  # fmt: skip
        label(axes, _WORDS, y + 10.6, "kinase domain", align="right", size=style.SMALL, colour=style.SOFT)


def _cascades(axes: Axes) -> None:
    """Two chains from the kinase to the nucleus."""
    from matplotlib.patches import Ellipse

    top, bottom = _MEMBRANE + 25.0, _HEIGHT - 10.4
    axes.add_patch(
        Ellipse((_HER2 + 5, _HEIGHT + 9), 78, 40, facecolor="#efe9df", edgecolor="#b7a98c", linewidth=0.9, zorder=1)
    )
    label(axes, _HER2 + 5, _HEIGHT - 4.6, "nucleus: growth, survival, division")
    for x, chain in ((_HER2 - 8, ("PI3K", "AKT", "mTOR")), (_HER2 + 17, ("RAS", "RAF", "MEK", "MAPK"))):
        step = (bottom - top) / len(chain)
        arrow(axes, (_HER2, _MEMBRANE + 18.6), (x, top), bend=0.12 if x < _HER2 else -0.12)
        for index, name in enumerate(chain):
            y = top + step * index
            box(axes, x - 6.5, y, 13, _BOX, name, line=0.7, size=style.SMALL)
            if index:
                arrow(axes, (x, y - step + _BOX), (x, y))
        arrow(axes, (x, top + step * (len(chain) - 1) + _BOX), (x, bottom + 0.8))
    box(axes, _HER2 - 34, top, 13, _BOX, "PTEN", edge=style.RULE, line=0.7, size=style.SMALL)
    arrow(axes, (_HER2 - 21, top + _BOX / 2), (_HER2 - 15.4, top + _BOX / 2), blocked=True)


def caption(ledger: Ledger) -> str:
    return (
        "**Antibodies bind HER2 outside the cell, kinase inhibitors inside; a conjugate rides on it into the cell.** "
        "a, HER2 and its partner HER3 with their extracellular domains (I to IV), the two main cascades, and where each class of drug acts; "
        f"the bar marks inhibition. {conjugate.CAPTION} Schematic; a domain is drawn only where a source tells the epitope. "
        f"Sources: {sources.of_keys(ledger, (*_SOURCES, *conjugate.SOURCES))}."
    )


def alt(ledger: Ledger) -> str:
    names = {name: ", ".join(row["name"] for row in _agents(ledger, name)) for name in _CLASSES}
    return (
        "Drawing of a cell membrane with the receptors HER2 and HER3 side by side, touching with their second domains. "
        f"Antibodies ({names['antibody']}) and bispecific antibodies ({names['bispecific antibody']}) bind HER2 outside the cell; "
        f"tyrosine kinase inhibitors ({names['tyrosine kinase inhibitor']}) block its kinase inside. "
        "From the kinase, one chain runs through PI3K, AKT and mTOR, held back by PTEN, another through RAS, RAF, MEK and MAPK, "
        f"both to the nucleus. {conjugate.alt(ledger)}"
    )
