"""Approvals of anti-HER2 agents in breast cancer over time, by class and agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row
from review import comparisons, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INPUTS = ("agents", "approvals")
ROW_MM = 9.8
_HEAD_MM, _FOOT_MM, _BAND_MM, _AIR_MM = 7.0, 11.0, 4.8, 1.0
_LEFT, _WIDTH = 0.21, 0.77  # of the axis, in widths of the page
_LIFT_MM = 1.15
_CLOSE, _TEXT_YEARS = 0.72, 1.9  # years that the width of a mark, and of a written year, take up
_AGENCIES = {"FDA": "o", "EMA": "s", "NMPA": "D"}
# approvals in other tumours, in any tumour, and in HER2-low disease stay in the ledger and out of the figure
_SETTINGS = ("metastatic", "early")


def rows(ledger: Ledger) -> list[Row]:
    """Approvals in HER2-positive breast cancer by class of the agent, its first approval, and date."""
    drawn = [row for row in ledger.approvals.values() if row["setting"] in _SETTINGS]
    first = {row["agent"]: min(item["date"] for item in drawn if item["agent"] == row["agent"]) for row in drawn}
    order = list(palette.CLASS_COLOURS)
    return sorted(
        drawn,
        key=lambda row: (
            order.index(ledger.agents[row["agent"]]["class"]),
            first[row["agent"]],
            row["agent"],
            row["date"],
        ),
    )


def used(ledger: Ledger) -> list[Row]:
    """The rows that the figure draws."""
    return rows(ledger)


def draw(ledger: Ledger) -> Figure:
    approvals = rows(ledger)
    agents = list(dict.fromkeys(row["agent"] for row in approvals))
    classes = list(dict.fromkeys(ledger.agents[agent]["class"] for agent in agents))
    height = _HEAD_MM + _FOOT_MM + (_AIR_MM + _BAND_MM) * len(classes) + ROW_MM * len(agents)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    axes = figure.add_axes((_LEFT, _FOOT_MM / height, _WIDTH, 1 - (_HEAD_MM + _FOOT_MM) / height))
    last = max(_year(row["date"]) for row in approvals)
    axes.set_xlim(1997, last + 0.9)
    axes.set_ylim(height - _HEAD_MM - _FOOT_MM, 0)
    axes.set_xticks(range(2000, int(last) + 1, 5))
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_visible(False)
    axes.set_xlabel("Year of the decision")
    axes.grid(axis="x", color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    across = axes.get_yaxis_transform()
    y = 0.0
    for name in classes:
        y += _AIR_MM
        axes.axhspan(y, y + _BAND_MM, xmin=-_LEFT / _WIDTH, xmax=(1 - _LEFT) / _WIDTH, color=style.BAND, clip_on=False,
                     linewidth=0, zorder=2)  # fmt: skip
        title_x = (2.0 / style.DOUBLE_COLUMN_MM - _LEFT) / _WIDTH
        style.write(axes, title_x, y + _BAND_MM / 2, name[:1].upper() + name[1:], bold=True, transform=across)
        y += _BAND_MM
        for agent in (agent for agent in agents if ledger.agents[agent]["class"] == name):
            own = [row for row in approvals if row["agent"] == agent]
            middle = y + ROW_MM / 2
            style.write(axes, -0.015, middle, ledger.agents[agent]["name"], align="right", transform=across)
            colour = palette.CLASS_COLOURS[name]
            axes.plot([_year(own[0]["date"]), last + 0.5], [middle, middle], color=colour, linewidth=1.2, alpha=0.35,
                      zorder=1, solid_capstyle="butt")  # fmt: skip
            _marks(axes, own, middle, colour)
            y += ROW_MM
    _legend(figure, {row["agency"] for row in approvals})
    return figure


def _marks(axes: Axes, own: list[Row], middle: float, colour: str) -> None:
    """The decisions on one agent. Of two that would cover each other, one is drawn higher and one lower."""
    years = [_year(row["date"]) for row in own]
    lifts = [0.0] * len(own)
    for index in range(1, len(own)):
        if years[index] - years[index - 1] < _CLOSE and lifts[index - 1] >= 0:
            lifts[index - 1], lifts[index] = lifts[index - 1] or _LIFT_MM, -_LIFT_MM
    # a year is written once per agent, on the side that is free
    taken: dict[int, list[float]] = {1: [], -1: []}
    written: set[str] = set()
    for row, x, lift in zip(own, years, lifts, strict=True):
        axes.plot([x], [middle - lift], marker=_AGENCIES[row["agency"]], markersize=5.5, color=colour, linestyle="none",
                  markerfacecolor=colour if row["setting"] == "metastatic" else "white", markeredgewidth=1.2, zorder=3)  # fmt: skip
        text = row["date"][:4]
        if text in written:
            continue
        written.add(text)
        side = max(taken, key=lambda side: (min([abs(x - other) for other in taken[side]], default=9) >= _TEXT_YEARS,
                                            side if lift >= 0 else -side))  # fmt: skip
        style.write(axes, x, middle - side * 3.4, text, size=style.SMALL, align="center")
        taken[side].append(x)


def _legend(figure: Figure, agencies: set[str]) -> None:
    """What shape and fill of a mark mean."""
    from matplotlib.lines import Line2D

    marks = [(marker, style.SOFT, agency) for agency, marker in _AGENCIES.items() if agency in agencies]
    marks += [("o", style.SOFT, "filled: metastatic disease"), ("o", "white", "open: early disease")]
    handles = [
        Line2D(
            [], [], color=style.SOFT, marker=marker, markerfacecolor=face, linestyle="none", markersize=5, label=label
        )
        for marker, face, label in marks
    ]
    figure.legend(handles=handles, loc="upper left", ncols=len(handles), frameon=False, fontsize=style.SMALL,
                  handletextpad=0.4, columnspacing=1.4, bbox_to_anchor=(0.005, 1 - 1.5 / (figure.get_figheight() * 25.4)),
                  borderaxespad=0)  # fmt: skip


def _year(iso: str) -> float:
    parts = [int(part) for part in iso.split("-")]
    month = parts[1] - 1 if len(parts) > 1 else 6
    return parts[0] + (month + 0.5) / 12


def caption(ledger: Ledger) -> str:
    approvals = rows(ledger)
    years = sorted(row["date"][:4] for row in approvals)
    classes = {ledger.agents[row["agent"]]["class"] for row in approvals}
    return (
        f"**From one antibody to {comparisons.in_words(len(classes))} classes of agents, {years[0]} to {years[-1]}.** "
        "Approvals of anti-HER2 agents in HER2-positive breast cancer that were verified for this edition, by class, agency and setting; "
        "labels give the year, once where an agent had two decisions in it; of two marks that would cover each other, one stands "
        "higher. The figure is not a complete register: a decision whose date was not read in a source is absent. "
        "EMA, European Medicines Agency; FDA, US Food and Drug Administration; NMPA, National Medical Products Administration of China. "
        f"Sources: {sources.cited(ledger, approvals)}."
    )


def alt(ledger: Ledger) -> str:
    parts = [
        f"{ledger.agents[row['agent']]['name']}, {row['agency']}, {row['setting']} disease, {values.date(row['date'])}"
        for row in sorted(rows(ledger), key=lambda row: row["date"])
    ]
    return f"Timeline of approvals, one row per agent. In order of date: {'; '.join(parts)}."
