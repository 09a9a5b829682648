"""HER2, its signalling, and where each class of drug acts; the names of the drugs come from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.figures.schematic import arrow, box, canvas, label
from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger, Row
from review import palette
from review.drawing import antibody, helix, membrane, payload, receptor, tubule

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INPUTS = ("agents",)
# millimetres: the page, the middle of the membrane, and the two receptors
_HEIGHT, _MEMBRANE, _HER2, _HER3 = 133.0, 53.0, 57.0, 69.2
_STEPS = 131.0  # where the words of the conjugates' way begin
# words of the ledger for the place that the drawing calls IV
_BY_MEMBRANE = ("IV", "juxtamembrane", "epitope of trastuzumab")
_SOURCES = ("iqbal2014human", "nami2018mechanisms", "guidi2023resistance")


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return [row for name in palette.CLASS_COLOURS for row in _agents(ledger, name)]


def _agents(ledger: Ledger, name: str) -> list[Row]:
    return [row for row in ledger.agents.values() if row["class"] == name]


def draw(ledger: Ledger) -> Figure:
    figure, axes = canvas(_HEIGHT)
    axes.axhspan(_MEMBRANE, _HEIGHT, color="#fbf9f5", linewidth=0, zorder=0)
    membrane(axes, (0, _MEMBRANE), (style.DOUBLE_COLUMN_MM, _MEMBRANE))
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
    _conjugate(axes, ledger)
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
        antibody(axes, 48.3, 43.6, colour=blue, angle=82)
        _named(axes, 40.5, 41.5, by_domain["IV"], "domain IV", blue, "right")
    if by_domain["II"]:
        antibody(axes, (_HER2 + _HER3) / 2, 9.0, colour=blue, angle=180)
        _named(axes, (_HER2 + _HER3) / 2 + 5, 3.6, by_domain["II"], "domain II: no pairing", blue, "left")
    both = [row["name"] for row in _agents(ledger, "bispecific antibody")]
    if both:
        for end in ((58.2, 25.5), (54.6, 41.0)):
            axes.plot([41.5, end[0]], [24.5, end[1]], color=violet, linewidth=0.8, linestyle=(0, (2, 1.5)), zorder=2)
        antibody(axes, 37.5, 24.0, colour=violet, second="#a98bc0", angle=90)
        _named(axes, 30.0, 22.3, both, "II and IV, on two receptors", violet, "right")


def _named(axes: Axes, x: float, y: float, names: list[str], where: str, ink: str, align: str) -> None:
    style.write(axes, x, y, ", ".join(names), bold=True, colour=ink, align=align)
    room = x if align == "right" else style.DOUBLE_COLUMN_MM - x
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
        axes.plot([34.5, _HER2 - 5], [y + 2.5, y + 0.3], color=palette.CLASS_COLOURS[kind], linewidth=0.8, zorder=2)
        style.write(axes, 33.5, y + 3.4, "\n".join(style.wrapped(", ".join(names), 30, bold=True)), align="right", bold=True,
                    colour=palette.CLASS_INKS[kind])  # fmt: skip
        label(axes, 33.5, y + 10.6, "kinase domain", align="right", size=style.SMALL, colour=style.SOFT)


def _cascades(axes: Axes) -> None:
    """Two chains from the kinase to the nucleus."""
    from matplotlib.patches import Ellipse

    top, bottom = _MEMBRANE + 26.0, _HEIGHT - 14.0
    axes.add_patch(
        Ellipse((62, _HEIGHT + 6), 76, 36, facecolor="#efe9df", edgecolor="#b7a98c", linewidth=0.9, zorder=1)
    )
    label(axes, 62, _HEIGHT - 5.4, "nucleus: growth, survival, division")
    for x, chain in ((49.0, ("PI3K", "AKT", "mTOR")), (76.0, ("RAS", "RAF", "MEK", "MAPK"))):
        step = (bottom - top) / len(chain)
        arrow(axes, (_HER2, _MEMBRANE + 18.6), (x, top), bend=0.12 if x < _HER2 else -0.12)
        for index, name in enumerate(chain):
            y = top + step * index
            box(axes, x - 6.5, y, 13, 4.8, name, line=0.7, size=style.SMALL)
            if index:
                arrow(axes, (x, y - step + 4.8), (x, y))
        arrow(axes, (x, top + step * (len(chain) - 1) + 4.8), (x, _HEIGHT - 11.2))
    box(axes, 22, top, 13, 4.8, "PTEN", edge=style.RULE, line=0.7, size=style.SMALL)
    arrow(axes, (35, top + 2.4), (42, top + 2.4), blocked=True)


def _conjugate(axes: Axes, ledger: Ledger) -> None:
    """The way in: binding, uptake, lysosome, release, effect; beyond the cell's other wall, the neighbour."""
    from matplotlib.patches import Ellipse

    kind = "antibody–drug conjugate"
    blue, orange, ink = palette.CLASS_COLOURS["antibody"], palette.CLASS_COLOURS[kind], palette.CLASS_INKS[kind]
    agents = _agents(ledger, kind)
    x = 112.0
    style.write(axes, _STEPS, 3.6, "antibody–drug conjugates", bold=True, colour=ink)
    for line, row in enumerate(agents):
        said = f"{row['name']} ({row['abbreviation']})" if row["abbreviation"] else row["name"]
        style.write(axes, _STEPS, 7.4 + 3.3 * line, said, size=style.SMALL, colour=ink)
    receptor(axes, x, _MEMBRANE, scale=0.6)
    antibody(axes, x + 6.6, 44.6, colour=blue, angle=-84, size=0.8, payloads=4)
    _step(axes, 43, "1", ["binds HER2"])
    arrow(axes, (x, _MEMBRANE + 4.5), (x, _MEMBRANE + 9.5), colour=orange)
    axes.add_patch(
        Ellipse((x, _MEMBRANE + 17.5), 19, 14, facecolor="white", edgecolor="#aab6c4", linewidth=2.2, zorder=2)
    )
    antibody(axes, x, _MEMBRANE + 18.2, colour=blue, size=0.72, payloads=4)
    _step(axes, _MEMBRANE + 17.5, "2", ["is taken into the cell"])
    arrow(axes, (x, _MEMBRANE + 25), (x, _MEMBRANE + 29.5), colour=orange)
    axes.add_patch(
        Ellipse((x, _MEMBRANE + 36.5), 21, 13, facecolor="#fdeee2", edgecolor=orange, linewidth=1.2, zorder=2)
    )
    for across, down in ((-5, -1.5), (-2, 3), (1.5, -3), (4.5, 2), (6, -2)):
        payload(axes, x + across, _MEMBRANE + 36.5 + down)
    _step(axes, _MEMBRANE + 36.5, "3", ["lysosome: linker cleaved or", "antibody digested, payload free"])
    y = _MEMBRANE + 54.0
    arrow(axes, (x, _MEMBRANE + 43.5), (x, y - 4), colour=orange)
    helix(axes, x - 10, y, 9)
    tubule(axes, x + 2, y, 9)
    classes: dict[str, list[str]] = {}
    for row in agents:
        if row["payload_class"]:
            classes.setdefault(row["payload_class"], []).append(row["abbreviation"] or row["name"])
    _step(axes, y, "4", [f"{name}: {', '.join(some)}" for name, some in classes.items()])
    crossing = [row["abbreviation"] or row["name"] for row in agents if row["membrane_permeable"] == "yes"]
    if crossing:
        y = _MEMBRANE + 68.0
        arrow(axes, (x, _MEMBRANE + 58), (x, y + 7), colour=orange)
        membrane(axes, (x - 13, y), (x + 13, y), 4.0)
        for across, down in ((3, 5), (5.5, 6.6), (3.2, 8.4), (6.5, 9.6)):
            payload(axes, x + across, y + down)
        _step(
            axes,
            y + 1,
            "5",
            ["crosses into neighbouring cells:", ", ".join(crossing)],
        )
        style.write(axes, x - 14.5, y + 5, "neighbour", size=style.SMALL, colour=style.SOFT, italic=True)


def _step(axes: Axes, y: float, number: str, lines: list[str]) -> None:
    style.write(axes, _STEPS - 3.5, y, number, bold=True, colour=palette.CLASS_INKS["antibody–drug conjugate"])
    room = style.DOUBLE_COLUMN_MM - _STEPS - 0.5
    broken = [part for line in lines for part in style.wrapped(line, room, style.SMALL)]
    style.write(axes, _STEPS, y, "\n".join(broken), size=style.SMALL)


def caption(ledger: Ledger) -> str:
    return (
        "**Drugs reach HER2 from outside, from within, or ride on it into the cell.** "
        "HER2 and its partner HER3 with their four extracellular domains (I to IV), the two cascades that carry most of the signal, and the place "
        "where each class of drug acts; bars mark inhibition. Schematic; domains are drawn only where the epitope was read in a source. "
        f"Sources: {sources.of_keys(ledger, _SOURCES)}."
    )


def alt(ledger: Ledger) -> str:
    names = {name: ", ".join(row["name"] for row in _agents(ledger, name)) for name in palette.CLASS_COLOURS}
    return (
        "Drawing of a cell membrane with the receptors HER2 and HER3 side by side, touching with their second domains. "
        f"Antibodies ({names['antibody']}) and bispecific antibodies ({names['bispecific antibody']}) bind HER2 outside the cell; "
        f"tyrosine kinase inhibitors ({names['tyrosine kinase inhibitor']}) block its kinase inside. "
        "From the kinase, one chain runs through PI3K, AKT and mTOR, held back by PTEN, another through RAS, RAF, MEK and MAPK, "
        f"both to the nucleus. On the right, a conjugate ({names['antibody–drug conjugate']}) binds HER2, is taken into the cell and broken "
        "down in a lysosome; its payload acts on microtubules or DNA and may reach neighbouring cells."
    )
