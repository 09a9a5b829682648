"""From ``bench/results.json`` to the table and the plot."""

from __future__ import annotations

import json
from pathlib import Path

from manuscript.atomic import replacing, write_text

_LAST = "all four"
_ALONE = "pandoc and Typst alone, one after another"


def write_report(folder: Path) -> None:
    """Write ``README.md`` (tables) and ``times.svg`` (time against words) beside ``results.json``."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    rows = results["rows"]
    lines = [
        "<!-- made by `make bench` -->",
        "# How fast it is",
        "",
        f"Measured with `make bench` on {results['machine']}. "
        "Wall-clock and processor seconds, and the memory of the largest process in MiB; each is the best of its runs, an edit in the preview the median of its.",
        "",
        "| Article | What | Wall (s) | CPU (s) | Memory (MiB) |",
        "|:--|:--|--:|--:|--:|",
        *(
            f"| {row['article']} | {row['what']} | {_shown(row['wall'])} | {_shown(row['cpu'])} | {_shown(row['memory'], 0)} |"
            for row in rows
        ),
        "",
        "## Ratios",
        "",
        "| Article | All four formats against pandoc and Typst alone | Seconds per 10,000 words |",
        "|:--|--:|--:|",
    ]
    for article in dict.fromkeys(row["article"] for row in rows):
        own = {row["what"]: row for row in rows if row["article"] == article}
        if _LAST in own and _ALONE in own:
            ratio = own[_LAST]["wall"] / own[_ALONE]["wall"]
            lines.append(f"| {article} | {ratio:.2f} | {own[_LAST]['wall'] / own[_LAST]['words'] * 10_000:.2f} |")
    lines += ["", "![Wall-clock seconds of all four formats against words.](times.svg)"]
    write_text(folder / "README.md", "\n".join(lines) + "\n")
    _plot(folder, rows)


def _shown(value: float | str, digits: int = 2) -> str:
    return f"{value:.{digits}f}" if isinstance(value, float | int) else "–"


def _plot(folder: Path, rows: list[dict[str, float]]) -> None:
    from manuscript.figures import style

    with style.applied():
        figure = style.new_figure(style.SINGLE_COLUMN_MM * 1.4, 80)
        axes = figure.add_axes((0.14, 0.16, 0.82, 0.78))
        for what, marker in ((_LAST, "o"), (_ALONE, "s"), ("quarto render", "^")):
            points = sorted((row["words"], row["wall"]) for row in rows if row["what"] == what and row["words"])
            if points:
                axes.plot(*zip(*points, strict=True), marker=marker, label=what, linewidth=1.2, markersize=4)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("Words")
        axes.set_ylabel("Seconds")
        axes.legend(frameon=False, fontsize=style.SMALL)
        with replacing(folder / "times.svg") as target:
            figure.savefig(target, metadata={"Date": None, "Creator": None})
