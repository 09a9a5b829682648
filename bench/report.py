"""From ``bench/results.json`` to the tables, the plot and the figures in the repository's README."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from manuscript.atomic import replacing, write_text

FORMATS = ("html", "pdf", "docx", "jats")
ALL = "all four"
AGAIN = ", nothing changed"
ALONE = "pandoc and Typst alone, one after another"
QUARTO = "quarto render"
ARTICLE = "the article"
EDITS = ("preview: an edit of prose, saved to seen", "preview: a citation added, saved to seen")
_QUOTED = re.compile(r"(?<=<!-- bench: -->\n).*?(?=<!-- :bench -->)", re.DOTALL)
Row = dict[str, Any]


def write_report(folder: Path) -> None:
    """Write ``README.md`` (tables) and ``times.svg`` (time against words) beside ``results.json``."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    rows = results["rows"]
    text = "\n\n".join(
        [
            "<!-- made by `make bench` -->\n# How fast it is",
            f"Measured with `make bench` on {results['machine']}. Wall-clock and processor seconds, and the memory of the "
            "largest process in MiB; each is the best of its runs, an edit in the preview the median of its. "
            "Each format is rendered anew, then asked for again when nothing changed.",
            _costs(rows),
            "## Ratios",
            _ratios(rows),
            *_beside_quarto(rows, results.get("quarto", "")),
            *_beside_others(rows, results.get("others", {})),
            "## Growth",
            "Processor seconds for each 10,000 words: what does not rise from left to right costs no more than in proportion "
            "to words, references and figures.",
            _growth(rows),
            "The authors of the synthetic references have surnames as different as those of references.bib. "
            "pandoc's citeproc by itself takes a time that grows with the cube of the references in author-date styles such "
            "as APA: for each reference it works out anew which first authors share a surname. The engine reads long "
            "articles in parts instead (`scripts/manuscript/engine/citeproc.py`), with the same words; where 100 surnames "
            "serve for all, nearly every citation is read in such a part. "
            "What ran into the limit of its time has a > before it.",
            "![Wall-clock seconds of all four formats against words.](times.svg)",
        ]
    )
    write_text(folder / "README.md", text + "\n")
    _plot(folder, rows)


def quote(readme: Path, results: Path) -> None:
    """Put the figures that a reader asks for first between the marks of the repository's README."""
    found = json.loads(results.read_text(encoding="utf-8"))
    rows = found["rows"]
    own = _of(rows, ARTICLE)
    wanted = {
        "all four formats, made anew": ALL,
        "all four formats, nothing changed": ALL + AGAIN,
        "pandoc and Typst alone": ALONE,
        "Quarto": QUARTO,
        "`manuscript prepare`, nothing changed": "manuscript prepare, nothing changed",
        "`manuscript prepare`, one value changed": "manuscript prepare, one value changed",
        "`manuscript --help`": "manuscript --help",
        "an edit of prose, from saved to seen in the browser": EDITS[0],
        "a citation added, from saved to seen": EDITS[1],
    }
    lines = ["| The article | Seconds |", "|:--|--:|"]
    lines += [f"| {label} | {own[what]['wall']:.2f} |" for label, what in wanted.items() if what in own]
    if QUARTO in own:
        ratio = own[QUARTO]["wall"] / own[ALL]["wall"]
        lines.append(f"| Quarto {found['quarto']} against all four formats, {found['date']} | {ratio:.1f} times |")
    long = [_of(rows, article)[ALL] for article in _articles(rows) if article != ARTICLE and ALL in _of(rows, article)]
    lines += [f"| all four formats of {row['article']} | {row['wall']:.1f} |" for row in long]
    text = readme.read_text(encoding="utf-8")
    write_text(readme, _QUOTED.sub(lambda _: "\n".join(lines) + "\n", text))


def _of(rows: list[Row], article: str) -> dict[str, Row]:
    return {row["what"]: row for row in rows if row["article"] == article}


def _articles(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(row["article"] for row in rows))


def _costs(rows: list[Row]) -> str:
    lines = ["| Article | What | Wall (s) | CPU (s) | Memory (MiB) |", "|:--|:--|--:|--:|--:|"]
    for row in rows:
        more = "> " if row.get("stopped") else ""
        cells = (
            row["article"],
            row["what"],
            more + _shown(row["wall"]),
            more + _shown(row["cpu"]),
            _shown(row["memory"], 0),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratios(rows: list[Row]) -> str:
    lines = [
        "| Article | All four formats against pandoc and Typst alone | Quarto against all four formats |",
        "|:--|--:|--:|",
    ]
    for article in _articles(rows):
        own = _of(rows, article)
        if ALL in own and ALONE in own:
            less = "< " if own[ALONE].get("stopped") else ""
            quarto = _shown(own[QUARTO]["wall"] / own[ALL]["wall"], 1) if QUARTO in own else "–"
            lines.append(f"| {article} | {less}{own[ALL]['wall'] / own[ALONE]['wall']:.2f} | {quarto} |")
    return "\n".join(lines)


def _beside_quarto(rows: list[Row], version: str) -> list[str]:
    """Quarto and the embedded engine in the same run, per format; nothing where no Quarto was measured."""
    lines = [
        "| Article | Format | Quarto: wall (s), CPU (s) | Embedded: wall (s), CPU (s) | Ratio of wall |",
        "|:--|:--|--:|--:|--:|",
    ]
    for article in _articles(rows):
        own = _of(rows, article)
        for name in (*FORMATS, ALL):
            theirs = own.get(QUARTO if name == ALL else f"{QUARTO}, {name}")
            if theirs and name in own:
                costs = [f"{_shown(cost['wall'])}, {_shown(cost['cpu'])}" for cost in (theirs, own[name])]
                ratio = _shown(theirs["wall"] / own[name]["wall"], 1)
                lines.append(f"| {article} | {name} | {' | '.join(costs)} | {ratio} |")
    return (
        ["## Beside Quarto", f"Quarto {version}, the same sources, the same run.", "\n".join(lines)]
        if lines[2:]
        else []
    )


def _beside_others(rows: list[Row], versions: dict[str, str]) -> list[str]:
    """MyST and Manubot beside the embedded engine: processor time, since both ask servers and wait for them in vain."""
    lines = ["| Article | Program, format | Its CPU (s) | Embedded, CPU (s) |", "|:--|:--|--:|--:|"]
    for article in _articles(rows):
        own = _of(rows, article)
        for what, cost in own.items():
            program, _, name = what.partition(", ")
            if program in versions:
                ours = _shown(own[name]["cpu"]) if name in own else "–"
                lines.append(f"| {article} | {what} | {_shown(cost['cpu'])} | {ours} |")
    told = "; ".join(f"{name} {version}" for name, version in versions.items())
    return (
        [
            "## Beside MyST and Manubot",
            f"{told}: the same text, bibliography and pictures, without what only Quarto's dialect says. Neither takes all of "
            "it: they leave out what they do not know (divs, cross-references) where Quarto and the embedded engine set it. "
            "MyST's page needs a theme from its makers' server, and Manubot's filter a schema from GitHub: without the "
            "network only the rest is measured.",
            "\n".join(lines),
        ]
        if lines[2:]
        else []
    )


def _growth(rows: list[Row]) -> str:
    sizes = [article for article in _articles(rows) if article != ARTICLE and ALL in _of(rows, article)]
    lines = [f"| Format | {' | '.join(sizes)} |", f"|:--|{'--:|' * len(sizes)}"]
    for what in (*FORMATS, ALL):
        found = [_of(rows, article).get(what) for article in sizes]
        cells = [f"{row['cpu'] / row['words'] * 10_000:.2f}" if row else "–" for row in found]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(value: float | str, digits: int = 2) -> str:
    return f"{value:.{digits}f}" if isinstance(value, float | int) else "–"


def _plot(folder: Path, rows: list[Row]) -> None:
    from manuscript.figures import style

    with style.applied():
        figure = style.new_figure(style.SINGLE_COLUMN_MM * 1.4, 80)
        axes = figure.add_axes((0.14, 0.16, 0.82, 0.78))
        for what, marker, colour in ((ALL, "o", "#14507d"), (ALONE, "s", "#b3541e"), (QUARTO, "^", "#5b5f66")):
            points = sorted((row["words"], row["wall"], row["article"]) for row in rows if row["what"] == what)
            made = [(words, wall) for words, wall, article in points if article != ARTICLE]
            own = [(words, wall) for words, wall, article in points if article == ARTICLE]
            if made:
                axes.plot(
                    *zip(*made, strict=True), marker=marker, label=what, linewidth=1.2, markersize=4, color=colour
                )
            if own:
                name = f"{what}, {ARTICLE}"
                axes.plot(
                    *zip(*own, strict=True), marker, label=name, markersize=5, color=colour, markerfacecolor="white"
                )
        axes.set_xscale("log")
        axes.set_yscale("log")
        sizes = sorted({row["words"] for row in rows if row["what"] == ALL and row["article"] != ARTICLE})
        axes.set_xticks(sizes, [f"{words:,}" for words in sizes])
        axes.set_xticks([], minor=True)
        axes.yaxis.set_major_formatter(lambda seconds, _: f"{seconds:g}")
        axes.set_xlabel("Words (of the article: with its tables of evidence)")
        axes.set_ylabel("Seconds")
        axes.legend(frameon=False, fontsize=style.SMALL)
        with replacing(folder / "times.svg") as target:
            figure.savefig(target, metadata={"Date": None, "Creator": None})
