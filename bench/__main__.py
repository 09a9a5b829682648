"""``python -m bench``: measure everything once and write ``bench/``."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench import others
from bench.measure import Cost, best
from bench.preview import preview_edits
from bench.report import AGAIN, ALL, ALONE, ARTICLE, FORMATS, QUARTO, quote, write_report
from bench.synthetic import Size, write_article, write_bibliography
from manuscript.atomic import write_text
from manuscript.engine.pandoc import pandoc_path
from manuscript.formats import FORMATS as KNOWN
from manuscript.machine import processors
from manuscript.paths import Project, find_project
from manuscript.quarto.call import find_quarto

ENTRIES = 5_000
SIZES = (Size(10_000, 100, 10), Size(50_000, 500, 50), Size(200_000, 2_500, 200))
# nearly every first author shares the surname with others, so that given names tell them apart
CROWDED = (Size(50_000, 500, 50, 100), Size(200_000, 2_500, 200, 100))
# what takes longer is stopped: pandoc alone on the longest article, above all
LIMIT = 90.0
# Quarto needs many minutes for what is longer; the longest article is measured once, all formats together and the page
MANY_WORDS, MOST_WORDS = 20_000, 100_000
# short commands run often: what else the machine does weighs most in them
OFTEN = 15
Row = dict[str, str | float]


def main() -> None:
    """Measure the article, synthetic ones and a long bibliography; write ``bench/`` and the README's table."""
    project = find_project()
    # as for most people, Python keeps what it compiled
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # the commands run in copies of the article, and `bench.render` is here
    os.environ["PYTHONPATH"] = str(project.root)
    # with it Quarto calls our hooks, and our filter
    os.environ["QUARTO_PYTHON"] = sys.executable
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "article"
        _copy_article(project, folder)
        rows += _measure(ARTICLE, folder, words=_words(folder), times=2)
        if revision := os.environ.get("BEFORE"):
            rows += _before(project, Path(place) / "before", revision)
        rows += _small(project, folder)
        rows.append(_bibliography(folder))
        for size in SIZES:
            folder = _synthetic(project, Path(place) / f"{size.words}", size)
            rows += _measure(size.name, folder, words=size.words, times=2)
        for size in CROWDED:
            folder = _synthetic(project, Path(place) / f"{size.words}-crowded", size)
            rows.append(_row(size.name, size.words, "html", best(1, [*_ENGINE, "html"], folder)))
    (project.root / "bench").mkdir(exist_ok=True)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {processors()} cores"
    results = {
        "machine": machine,
        "date": date.today().isoformat(),
        "quarto": _version(find_quarto()),
        "others": others.versions(),
        "rows": rows,
    }
    write_text(project.root / "bench" / "results.json", json.dumps(results, indent=1) + "\n")
    write_report(project.root / "bench")
    quote(project.root / "README.md", project.root / "bench" / "results.json")
    print((project.root / "bench" / "README.md").read_text(encoding="utf-8"))


def _version(quarto: str | None) -> str:
    """The version of Quarto that was measured; nothing where there is none."""
    if quarto is None:
        return ""
    return subprocess.run([quarto, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _synthetic(project: Project, folder: Path, size: Size) -> Path:
    # without a ledger there is nothing to prepare, and no supplement; the look is the article's
    dropped = r"^ +(?:pre-render|post-render|resources|include-in-header|include-after-body):.*\n"
    config = re.sub(dropped, "", project.config.read_text(encoding="utf-8"), flags=re.MULTILINE)
    write_article(folder, size, config)
    for name in ("build/apa.csl", "scripts/hooks/shape.lua"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / name, folder / name)
    shutil.copytree(project.root / "styles", folder / "styles")
    return folder


def _copy_article(project: Project, folder: Path) -> None:
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "node_modules", "_manuscript", "bench", "tests", "__pycache__", "*.egg-info"
    )
    shutil.copytree(project.root, folder, ignore=ignored)


def _words(folder: Path) -> int:
    return sum(
        len(path.read_text(encoding="utf-8").split())
        for path in (*folder.glob("chapters/*.qmd"), *folder.glob("tables/*.md"))
    )


_ENGINE = [sys.executable, "-m", "bench.render"]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "manuscript", *arguments]


def _row(article: str, words: int, what: str, cost: Cost) -> Row:
    print(f"{article}: {what}: {cost.wall:.2f} s", file=sys.stderr)
    return {
        "article": article,
        "words": words,
        "what": what,
        "wall": round(cost.wall, 3),
        "cpu": round(cost.cpu, 3),
        "memory": round(cost.memory, 1),
        **({"stopped": True} if cost.stopped else {}),
    }


def _measure(article: str, folder: Path, *, words: int, times: int) -> list[Row]:
    has_ledger = (folder / "data").is_dir()
    rows = []
    longest = words > MOST_WORDS
    wanted = FORMATS[:1] if longest else FORMATS
    for name, formats in (*((name, name) for name in wanted), (ALL, ",".join(FORMATS))):
        if has_ledger:
            again = _command("render", "--engine", "embedded", "--to", formats)
            cold = [*again, "--force"]
        else:
            cold, again = [*_ENGINE, formats], [*_ENGINE, formats, "again"]
        rows.append(_row(article, words, name, best(times, cold, folder)))
        rows.append(_row(article, words, f"{name}, nothing changed", best(OFTEN, again, folder)))
    rows += _programs(article, folder, words, 1 if longest else times)
    if longest:
        return rows
    quarto = find_quarto()
    if quarto and words < MANY_WORDS:
        calls = {f"{QUARTO}, {name}": ["--to", KNOWN[name].quarto] for name in FORMATS} | {QUARTO: []}
        rows += [_row(article, words, what, best(1, [quarto, "render", *to], folder)) for what, to in calls.items()]
    with tempfile.TemporaryDirectory() as place:
        found = others.costs(Project(folder.resolve()), Path(place) / "others")
    return [*rows, *(_row(article, words, what, cost) for what, cost in found.items())]


def _before(project: Project, folder: Path, revision: str) -> list[Row]:
    """All four formats of another revision, by its own code: what this one has to be compared with."""
    for command in (["clone", "--quiet", "--shared", project.root, folder], ["-C", folder, "checkout", "-q", revision]):
        subprocess.run(["git", *map(str, command)], check=True)
    environment = [str(shutil.which("env")), f"PYTHONPATH={folder / 'scripts'}"]
    again = [*environment, *_command("render", "--engine", "embedded", "--to", ",".join(FORMATS))]
    return [
        _row(ARTICLE, 0, f"{ALL}, at {revision}", best(2, [*again, "--force"], folder)),
        _row(ARTICLE, 0, f"{ALL}{AGAIN}, at {revision}", best(OFTEN, again, folder)),
    ]


def _programs(article: str, folder: Path, words: int, times: int) -> list[Row]:
    """What pandoc and Typst need by themselves: one parse with citeproc, one writer per format, one compilation."""
    from manuscript.engine.document import build_documents
    from manuscript.engine.formats.pdf import typst_source
    from manuscript.engine.settings import load_settings
    from manuscript.source.resolved import load_source

    project = Project(folder.resolve())
    settings = load_settings(project)
    source = load_source(project, defaults=settings.defaults, shown=settings.shown)
    document = build_documents(project, settings, source, ["typst"], 0)["typst"]
    work = folder / ".bench"
    work.mkdir()
    (work / "article.md").write_text(source.text, encoding="utf-8")
    (work / "article.json").write_text(json.dumps(document.tree), encoding="utf-8")
    pandoc = pandoc_path()
    cite = ["--citeproc", "--bibliography", "references.bib", "--csl", "build/apa.csl"]
    costs = [
        best(
            times,
            [pandoc, "-f", "markdown", "-t", "json", *cite, "-o", ".bench/out.json"],
            folder,
            work / "article.md",
            LIMIT,
        )
    ]
    for to in ("html", "docx", "jats", "typst"):
        command = [pandoc, "-f", "json", "-t", to, "-o", f".bench/out.{to}", *(["--quiet"] if to == "docx" else [])]
        costs.append(best(times, command, folder, work / "article.json"))
    (folder / "bench.typ").write_text(typst_source(document), encoding="utf-8")
    (work / "compile.py").write_text(
        "import typst\n"
        "typst.compile(open('bench.typ', 'rb').read(), root='.', ignore_system_fonts=True, font_paths=['styles/fonts'],\n"
        "              pdf_standards=['ua-1', 'a-2a'])\n",
        encoding="utf-8",
    )
    costs.append(best(times, [sys.executable, ".bench/compile.py"], folder))
    (folder / "bench.typ").unlink()
    shutil.rmtree(work)
    total = Cost(
        sum(cost.wall for cost in costs),
        sum(cost.cpu for cost in costs),
        max(cost.memory for cost in costs),
        any(cost.stopped for cost in costs),
    )
    return [_row(article, words, ALONE, total)]


def _small(project: Project, folder: Path) -> list[Row]:
    """Short commands, and the cost of one changed value."""
    rows = [
        _row(ARTICLE, 0, "manuscript --help", best(OFTEN, _command("--help"), folder)),
        _row(ARTICLE, 0, "manuscript prepare, nothing changed", best(OFTEN, _command("prepare"), folder)),
    ]
    rows.append(_row(ARTICLE, 0, "manuscript check, rendered", best(3, _command("check"), folder)))
    path = folder / "data" / "outcomes.csv"
    text = path.read_text(encoding="utf-8")
    # one cell of one row: the last one's note
    path.write_text(text.rstrip("\n") + " (changed)\n", encoding="utf-8")
    rows.append(_row(ARTICLE, 0, "manuscript prepare, one value changed", best(1, _command("prepare"), folder)))
    path.write_text(text, encoding="utf-8")
    best(1, _command("prepare"), folder)
    edits = preview_edits(project.root / "tests", folder)
    for what, seconds in edits.items():
        print(f"{ARTICLE}: {what}: {seconds * 1000:.0f} ms", file=sys.stderr)
        row = {"article": ARTICLE, "words": 0, "what": what, "wall": round(seconds, 3)}
        rows.append({**row, "cpu": "", "memory": ""})
    return rows


def _bibliography(folder: Path) -> Row:
    """The check of a large foreign .bib file."""
    write_bibliography(folder / "large.bib", ENTRIES)
    cost = best(3, _command("cite", "check", "large.bib"), folder)
    return _row(f"{ENTRIES:,} references", 0, "manuscript cite check FILE", cost)


if __name__ == "__main__":
    main()
