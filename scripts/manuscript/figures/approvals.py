"""Approvals of anti-HER2 agents in breast cancer over time, by class and agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manuscript.figures import style
from manuscript.ledger import sources, values
from manuscript.ledger.tables import Ledger, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INPUTS = ("agents", "approvals")
ROW_MM = 9.6
_HEAD_MM, _FOOT_MM = 12.0, 8.0
_AGENCIES = {"FDA": ("o", True), "EMA": ("s", True), "NMPA": ("D", True)}
# approvals in other tumours, in any tumour, and in HER2-low disease stay in the ledger and out of the figure
_SETTINGS = ("metastatic", "early")


def rows(ledger: Ledger) -> list[Row]:
    """Approvals in HER2-positive breast cancer by class of the agent, its first approval, and date."""
    drawn = [row for row in ledger.approvals.values() if row["setting"] in _SETTINGS]
    first = {row["agent"]: min(item["date"] for item in drawn if item["agent"] == row["agent"]) for row in drawn}
    order = list(style.CLASS_COLOURS)
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
    height = _HEAD_MM + _FOOT_MM + ROW_MM * len(agents)
    figure = style.new_figure(style.DOUBLE_COLUMN_MM, height)
    axes = figure.add_axes((0.2, _FOOT_MM / height, 0.78, 1 - (_HEAD_MM + _FOOT_MM) / height))
    last = max(_year(row["date"]) for row in approvals)
    axes.set_xlim(1997, last + 0.9)
    axes.set_ylim(len(agents) - 0.4, -0.6)
    axes.set_xticks(range(2000, int(last) + 1, 5))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_yticks(range(len(agents)), [_label(ledger, agent) for agent in agents], fontsize=style.NORMAL)
    axes.grid(axis="x", color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    for y, agent in enumerate(agents):
        own = [row for row in approvals if row["agent"] == agent]
        colour = style.CLASS_COLOURS[ledger.agents[agent]["class"]]
        axes.plot(
            [_year(own[0]["date"]), last + 0.5],
            [y, y],
            color=colour,
            linewidth=1.2,
            alpha=0.35,
            zorder=1,
            solid_capstyle="butt",
        )
        # a year is written once per agent, on the side that is free
        taken: dict[float, list[float]] = {7.5: [], -8.5: []}
        years: set[str] = set()
        for row in own:
            x = _year(row["date"])
            marker, _ = _AGENCIES[row["agency"]]
            face = colour if row["setting"] == "metastatic" else "white"
            axes.plot(
                [x],
                [y],
                marker=marker,
                markersize=6,
                color=colour,
                markerfacecolor=face,
                markeredgewidth=1.2,
                linestyle="none",
                zorder=3,
            )
            text = row["date"][:4]
            if text in years:
                continue
            years.add(text)
            offset = max(
                taken, key=lambda side: (min([abs(x - other) for other in taken[side]], default=9) >= 1.9, side)
            )
            axes.annotate(text, (x, y), xytext=(0, offset), textcoords="offset points", ha="center", va="center",
                          fontsize=style.SMALL, color=style.INK)  # fmt: skip
            taken[offset].append(x)
    _legend(figure, [ledger.agents[agent]["class"] for agent in agents], {row["agency"] for row in approvals})
    return figure


def _legend(figure: Figure, classes: list[str], agencies: set[str]) -> None:
    """Two rows: what the colours mean, then what shapes and fill mean."""
    from matplotlib.lines import Line2D

    colours = [
        Line2D([], [], color=style.CLASS_COLOURS[name], linewidth=3, label=name) for name in dict.fromkeys(classes)
    ]
    shapes = [
        Line2D([], [], color=style.SOFT, marker=marker, linestyle="none", markersize=5, label=agency)
        for agency, (marker, _) in _AGENCIES.items()
        if agency in agencies
    ]
    shapes += [
        Line2D(
            [], [], color=style.SOFT, marker="o", linestyle="none", markersize=5, label="filled: metastatic disease"
        ),
        Line2D(
            [],
            [],
            color=style.SOFT,
            marker="o",
            markerfacecolor="white",
            linestyle="none",
            markersize=5,
            label="open: early disease",
        ),
    ]
    top = 1 - 1 / (figure.get_figheight() * 25.4)
    for handles, y in ((colours, top), (shapes, top - 4.5 / (figure.get_figheight() * 25.4))):
        figure.legend(handles=handles, loc="upper left", ncols=len(handles), frameon=False, fontsize=style.SMALL,
                      handletextpad=0.4, columnspacing=1.4, bbox_to_anchor=(0.005, y), borderaxespad=0)  # fmt: skip


def _label(ledger: Ledger, agent: str) -> str:
    row = ledger.agents[agent]
    return row["name"]


def _year(iso: str) -> float:
    parts = [int(part) for part in iso.split("-")]
    month = parts[1] - 1 if len(parts) > 1 else 6
    return parts[0] + (month + 0.5) / 12


def caption(ledger: Ledger) -> str:
    approvals = rows(ledger)
    years = sorted(row["date"][:4] for row in approvals)
    return (
        f"**From one antibody to three classes of agents, {years[0]} to {years[-1]}.** "
        "Approvals of anti-HER2 agents in HER2-positive breast cancer that were verified for this edition, by class, agency and setting; "
        "labels give the year. The figure is not a complete register: a decision whose date was not read in a source is absent. "
        "EMA, European Medicines Agency; FDA, US Food and Drug Administration; NMPA, National Medical Products Administration of China. "
        f"Sources: {sources.cited(ledger, approvals)}."
    )


def alt(ledger: Ledger) -> str:
    parts = [
        f"{ledger.agents[row['agent']]['name']}, {row['agency']}, {row['setting']} disease, {values.date(row['date'])}"
        for row in sorted(rows(ledger), key=lambda row: row["date"])
    ]
    return f"Timeline of approvals, one row per agent. In order of date: {'; '.join(parts)}."
