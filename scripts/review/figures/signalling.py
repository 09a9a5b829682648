"""HER2, its signalling, and where each class of drug acts; the names of the drugs come from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import arrow, box, canvas, label
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import palette
from review.drawing import antibody

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INPUTS = ("agents",)
_MEMBRANE_MM = (50.0, 56.0)
# words of the ledger for the place that the drawing calls IV
_BY_MEMBRANE = ("IV", "juxtamembrane", "epitope of trastuzumab")
_SOURCES = ("iqbal2014human", "nami2018mechanisms", "guidi2023resistance")


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for name in palette.CLASS_COLOURS for row in _agents(ledger, name)]


def _agents(ledger: Ledger, name: str) -> list[Row]:
    return [row for row in ledger.agents.values() if row["class"] == name]


def _names(ledger: Ledger, name: str) -> str:
    return ", ".join(row["name"] for row in _agents(ledger, name))


def draw(ledger: Ledger) -> Figure:
    figure, axes = canvas(132)
    top, bottom = _MEMBRANE_MM
    axes.axhspan(0, top, color="#f7f9fb", linewidth=0, zorder=0)
    axes.axhspan(top, bottom, color="#d8dee6", linewidth=0, zorder=1)
    axes.axhspan(bottom, 132, color="#fbf8f4", linewidth=0, zorder=0)
    label(axes, 2, 3.5, "outside the cell", size=style.SMALL, colour=style.SOFT, italic=True, align="left")
    label(axes, 2, 129, "inside the cell", size=style.SMALL, colour=style.SOFT, italic=True, align="left")
    label(axes, 2, (top + bottom) / 2, "cell membrane", size=style.SMALL, colour=style.SOFT, italic=True, align="left")
    _receptor(axes, 62, "HER2", kinase=True)
    _receptor(axes, 86, "HER3", kinase=False)
    arrow(axes, (68, 24), (80, 24), colour=style.SOFT)
    arrow(axes, (80, 24), (68, 24), colour=style.SOFT)
    label(axes, 74, 20.5, "pairing", size=style.SMALL, colour=style.SOFT)
    _antibodies(axes, ledger)
    _cascades(axes)
    _inhibitors(axes, ledger)
    _conjugate(axes, ledger)
    return figure


def _receptor(axes: Axes, x: float, name: str, *, kinase: bool) -> None:
    """Four domains outside, a kinase inside; HER3's kinase is drawn pale because it is impaired."""
    from matplotlib.patches import Ellipse

    ink = palette.CLASS_COLOURS["antibody"] if kinase else "#7b8794"
    label(axes, x, 4, name, bold=True, size=style.LARGE)
    for index, numeral in enumerate(("I", "II", "III", "IV")):
        y = 12 + 9.5 * index
        axes.add_patch(Ellipse((x, y), 9, 9, facecolor="white", edgecolor=ink, linewidth=1.2, zorder=3))
        label(axes, x, y, numeral, size=style.SMALL)
    axes.plot([x, x], [45, 60], color=ink, linewidth=2.5, zorder=2)
    axes.add_patch(
        Ellipse((x, 65), 13, 10, facecolor="white" if not kinase else "#dfe9f2", edgecolor=ink, linewidth=1.2, zorder=3)
    )
    label(axes, x, 65, "kinase", size=style.SMALL)


def _antibodies(axes: Axes, ledger: Ledger) -> None:
    blue, violet = palette.CLASS_COLOURS["antibody"], palette.CLASS_COLOURS["bispecific antibody"]
    by_domain: dict[str, list[str]] = {"IV": [], "II": []}
    for row in _agents(ledger, "antibody"):
        epitope = row["epitope"]
        domain = (
            "II"
            if "II" in epitope.replace("III", "")
            else "IV"
            if any(word in epitope for word in _BY_MEMBRANE)
            else ""
        )
        if domain:
            by_domain[domain].append(row["name"])
    for domain, y in (("II", 21.5), ("IV", 40.5)):
        if by_domain[domain]:
            place = "domain II" if domain == "II" else "next to the membrane"
            label(axes, 44, y, f"{', '.join(by_domain[domain])}: {place}", align="right", colour=blue, wrap=28)
            arrow(axes, (45, y), (57, y), colour=blue, blocked=True)
    both = [row["name"] for row in _agents(ledger, "bispecific antibody")]
    if both:
        label(axes, 44, 31, f"{', '.join(both)}: two places at once", align="right", colour=violet, wrap=24)
        arrow(axes, (45, 31), (57.5, 24), colour=violet)
        arrow(axes, (45, 31), (57.5, 38), colour=violet)


def _inhibitors(axes: Axes, ledger: Ledger) -> None:
    green = palette.CLASS_COLOURS["tyrosine kinase inhibitor"]
    names = _names(ledger, "tyrosine kinase inhibitor")
    if names:
        ink = palette.CLASS_INKS["tyrosine kinase inhibitor"]
        label(axes, 44, 65, names, align="right", colour=ink, wrap=30)
        arrow(axes, (45, 65), (55, 65), colour=green, blocked=True)


def _cascades(axes: Axes) -> None:
    """Two chains from the kinase to the nucleus."""
    left, right = 36.0, 74.0
    for x, chain in ((left, ("PI3K", "AKT", "mTOR")), (right, ("RAS", "RAF", "MEK", "MAPK"))):
        step = 36 / len(chain)
        arrow(axes, (62, 70), (x + 7, 77), bend=0)
        for index, name in enumerate(chain):
            y = 77 + step * index
            box(axes, x, y, 14, 6, name)
            if index:
                arrow(axes, (x + 7, y - step + 6), (x + 7, y))
        arrow(axes, (x + 7, 77 + step * (len(chain) - 1) + 6), (x + 7 + (8 if x == left else -5), 117))
    box(axes, 14, 78, 12, 5, "PTEN", edge=style.RULE)
    arrow(axes, (26, 80.5), (35, 80.5), blocked=True)
    box(axes, 34, 117, 60, 9, "nucleus: growth, survival, division", fill="#efe9df", edge="#b7a98c")


def _conjugate(axes: Axes, ledger: Ledger) -> None:
    """The way in: binding, internalisation, lysosome, release, effect."""
    from matplotlib.patches import Ellipse

    orange, ink = (colours["antibody–drug conjugate"] for colours in (palette.CLASS_COLOURS, palette.CLASS_INKS))
    names = [row["abbreviation"] or row["name"] for row in _agents(ledger, "antibody–drug conjugate")]
    label(axes, 143, 4, "antibody–drug conjugates", bold=True, colour=ink)
    label(axes, 143, 8.5, ", ".join(names), colour=ink, wrap=40, va="top")
    x = 112
    antibody(axes, x, 33.5, colour=palette.CLASS_COLOURS["antibody"], payloads=4, turn=-1)
    axes.add_patch(
        Ellipse((x, 45), 10, 8, facecolor="white", edgecolor=palette.CLASS_COLOURS["antibody"], linewidth=1.2, zorder=3)
    )
    label(axes, x, 45, "HER2", size=style.SMALL)
    label(axes, x + 12, 38, "1 binds", align="left")
    # through the membrane
    arrow(axes, (x, 49), (x, 64), colour=orange)
    axes.add_patch(Ellipse((x, 71), 19, 13, facecolor="white", edgecolor=orange, linewidth=1.2, zorder=3))
    antibody(axes, x, 71, colour=palette.CLASS_COLOURS["antibody"], size=0.55, payloads=4, turn=-1)
    label(axes, x + 12, 71, "2 is taken into the cell", align="left")
    arrow(axes, (x, 78), (x, 84), colour=orange)
    axes.add_patch(Ellipse((x, 91), 21, 13, facecolor="#fdeee2", edgecolor=orange, linewidth=1.2, zorder=3))
    label(axes, x, 91, "lysosome", size=style.SMALL)
    label(axes, x + 12, 91, "3 is broken down; the payload is released", align="left", wrap=24)
    arrow(axes, (x, 98), (x, 104), colour=orange)
    for shift in (-2.4, 0, 2.4):
        axes.add_patch(
            Ellipse(
                (x + shift, 107 + abs(shift) / 2), 2, 2, facecolor=orange, edgecolor="white", linewidth=0.4, zorder=5
            )
        )
    classes = dict.fromkeys(
        row["payload_class"] for row in _agents(ledger, "antibody–drug conjugate") if row["payload_class"]
    )
    label(axes, x + 12, 106, "4 acts: " + ", ".join(classes), align="left", wrap=36)
    if any(row["membrane_permeable"] == "yes" for row in _agents(ledger, "antibody–drug conjugate")):
        arrow(axes, (x + 1, 111), (x + 11, 121), colour=orange)
        label(axes, x + 12, 121.5, "5 some payloads reach neighbouring cells", align="left", wrap=30)


def caption(ledger: Ledger) -> str:
    return (
        "**Drugs reach HER2 from outside, from within, or ride on it into the cell.** "
        "The receptor with its four extracellular domains (I to IV), its pairing with HER3, the two cascades that carry most of the "
        "signal, and the place where each class of drug acts: antibodies (blue), bispecific antibodies (violet), tyrosine kinase "
        "inhibitors (green) and antibody–drug conjugates (orange). A bar marks inhibition. The drawing is schematic; "
        "an agent whose epitope was not read in a source is not drawn on a domain. "
        "AKT, protein kinase B; HER, human epidermal growth factor receptor; MAPK, mitogen-activated protein kinase; "
        "MEK, MAPK kinase; mTOR, mammalian target of rapamycin; PI3K, phosphatidylinositol 3-kinase; "
        "PTEN, phosphatase and tensin homologue. "
        f"Sources: {sources.of_keys(ledger, _SOURCES)}."
    )


def _bispecific(ledger: Ledger) -> str:
    names = _names(ledger, "bispecific antibody")
    return f" and bispecific antibodies ({names})" if names else ""


def alt(ledger: Ledger) -> str:
    return (
        "Drawing of a cell membrane with the receptors HER2 and HER3 side by side. "
        f"Antibodies ({_names(ledger, 'antibody')}){_bispecific(ledger)} bind HER2 outside the cell; "
        f"tyrosine kinase inhibitors ({_names(ledger, 'tyrosine kinase inhibitor')}) block its kinase inside. "
        "From the kinase, one chain runs through PI3K, AKT and mTOR, held back by PTEN, another through RAS, RAF, MEK and MAPK, "
        f"both to the nucleus. On the right, a conjugate ({', '.join(row['abbreviation'] or row['name'] for row in _agents(ledger, 'antibody–drug conjugate'))}) binds HER2, is taken into the cell, is broken down in a lysosome and "
        "releases its payload, which may reach neighbouring cells."
    )
