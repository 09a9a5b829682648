"""Made files that git tracks: whether the ledger, and the code, would make the same ones now.

Tables, captions, the rows behind a figure and the data dictionary are made again and compared; an SVG is compared with
the digest that ``figures/manifest.json`` keeps, and its code with what `manuscript prepare` recorded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from manuscript.check.context import Context
from manuscript.errors import ManuscriptError

_MEND = "type: manuscript prepare (and commit what it changes)"


def check(context: Context) -> None:
    """Report everything of this family; a ledger that is not whole is reported by its own rules only."""
    if not context.ledger_is_whole:
        return
    project = context.project
    used = set(context.article.sources) | {path for _, _, path, _ in context.article.trouble}
    from manuscript import wing
    from manuscript.tables.write import included_tables, table_text

    manifest = _manifest(context)
    for name in wing.included(project, "figures"):
        _figure(context, name, manifest)
    for name in included_tables(project):
        _compare(context, project.tables / f"{name}.md", partial(table_text, project, context.ledger, name))
    dictionary = project.data / "README.md"
    if dictionary.is_file():
        from manuscript.ledger.schema import data_dictionary

        _compare(context, dictionary, lambda: data_dictionary(context.vocabulary))
    if wing.included(project, "figures"):
        from manuscript.figures.draw import manifest_text

        _compare(context, project.figures / "manifest.json", lambda: manifest_text(project, context.ledger))
    # without a ledger the names in it are the author's own
    if project.variables.is_file() and any(project.data.glob("*.csv")):
        from manuscript.ledger.variables import variables_yaml

        asked = {name for line in context.article.lines() for name in line.variables()}
        _compare(context, project.variables, lambda: variables_yaml(context.ledger, asked))
    _left_over(context)
    _made_here(context)
    _drawn_by_other_code(context, used)


def _left_over(context: Context) -> None:
    """What was made for a figure or table that the article no longer includes."""
    from manuscript import wing
    from manuscript.tables.write import included_tables

    project = context.project
    included = {
        *(project.figures / f"{name}.md" for name in wing.included(project, "figures")),
        *(project.tables / f"{name}.md" for name in included_tables(project)),
    }
    mark = wing.NOTICE.partition("{")[0].encode()
    for path in sorted([*project.figures.glob("*.md"), *project.tables.glob("*.md")]):
        if path not in included and path.is_file() and path.read_bytes().startswith(mark):
            shown = project.relative(path)
            context.report(
                "freshness/left-over", (shown, None, None), "was made for the article, which no longer includes it",
                f"include it, or type: git rm '{shown.removesuffix('md')}*'",
            )  # fmt: skip


def _made_here(context: Context) -> None:
    """What `manuscript prepare` made here and git does not track: page parts, the citation style, variables, PNG."""
    from manuscript.digests import of_file
    from manuscript.prepare import read_state, steps

    project = context.project
    asked = {step.name for step in steps(project)}  # what the article no longer includes is not missed
    told = {item.file for item in context.found if item.rule.startswith(("freshness/", "structure/missing"))}
    for name, step in read_state(project).items():
        # parts of the records are their author's own, and structure/disagrees compares the others
        outputs = step.get("outputs") if name in asked and name != "records of the deposit" else None
        for shown, digest in outputs.items() if isinstance(outputs, dict) else ():
            path = project.root / str(shown)
            if str(shown) in told or path.suffix in (".md", ".csv", ".json"):
                continue
            if not path.is_file():
                context.report("freshness/missing", (str(shown), None, None), "made here before, and gone", _MEND)
            elif path.suffix != ".svg" and of_file(path).hex() != digest and path != project.variables:
                context.report(
                    "freshness/altered", (str(shown), None, None), "not as `manuscript prepare` made it", _MEND
                )


def _figure(context: Context, name: str, manifest: dict[str, object]) -> None:
    from manuscript import wing
    from manuscript.figures.draw import data_of, include_block

    project, ledger = context.project, context.ledger
    module = wing.load(project, "figures", name)
    _compare(
        context,
        project.figures / f"{name}.md",
        lambda: include_block(name, module, ledger),
    )
    _compare(context, project.figures / f"{name}.csv", lambda: data_of(module.used(ledger)))
    svg = project.figures / f"{name}.svg"
    shown = project.relative(svg)
    if not svg.is_file():
        context.report("freshness/missing", (shown, None, None), "the figure is not there", _MEND)
        return
    entry = manifest.get(name)
    known = entry.get("sha256") if isinstance(entry, dict) else None
    if known and known != hashlib.sha256(svg.read_bytes()).hexdigest():
        context.report("freshness/altered", (shown, 1, None), "not the figure that figures/manifest.json knows", _MEND)


def _compare(context: Context, path: Path, make: Callable[[], str]) -> None:
    shown = context.project.relative(path)
    if not path.is_file():
        context.report("freshness/missing", (shown, None, None), "the made file is not there", _MEND)
        return
    try:
        wanted = make()
    except ManuscriptError as error:
        context.error("freshness/stale", error, shown)
        return
    except (OSError, UnicodeDecodeError):
        return  # a source that it reads is missing or damaged: structure/ says so
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        # a module that expects rows which the ledger no longer has
        context.report(
            "freshness/stale",
            (shown, 1, None),
            f"cannot be made from the ledger as it is ({error!r})",
            "restore the rows that it needs",
        )
        return
    present = path.read_bytes().decode("utf-8", "replace")
    if present == wanted:
        return
    pairs = zip(present.split("\n"), wanted.split("\n"), strict=False)
    line = next((number for number, (left, right) in enumerate(pairs, start=1) if left != right), 1)
    context.report("freshness/stale", (shown, line, None), "not what the ledger gives now", _MEND)


def _manifest(context: Context) -> dict[str, object]:
    path = context.project.figures / "manifest.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        context.report("freshness/stale", (context.project.relative(path), 1, None), "cannot be read", _MEND)
        return {}
    return value if isinstance(value, dict) else {}


def _drawn_by_other_code(context: Context, used: set[str]) -> None:
    """Figures whose module changed since `manuscript prepare` drew them here; a fresh clone knows nothing of that."""
    from manuscript.prepare import digest, read_state, steps

    project = context.project
    if not project.prepare_state.is_file():
        return
    state = read_state(project)
    told = {item.file for item in context.found if item.rule.startswith("freshness/")}
    for step in steps(project):
        recorded = state.get(step.name)
        shown = project.relative(step.outputs[0])
        stem = shown.rpartition(".")[0]
        if (
            not step.drawn
            or not recorded
            or f"{stem}.md" not in used
            or any(name.startswith(f"{stem}.") for name in told)
        ):
            continue
        if recorded.get("digest") != digest(project, step):
            context.report(
                "freshness/stale", (shown, 1, None), "drawn by other code or from other rows than those of now", _MEND
            )
