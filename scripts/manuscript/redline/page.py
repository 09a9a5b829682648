"""The redline and the evidence changelog as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.engine import pandoc
from manuscript.ooxml import W, body
from manuscript.redline.changelog import Changelog
from manuscript.redline.revisions import Revision
from manuscript.redline.tracked import pieces

_STYLE = """body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#111}
ins{background:#d8f5dc;color:#0b4a16}del{background:#fbdcdc;color:#7a1111}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem;overflow-x:auto}.pair img{max-width:100%}
table{border-collapse:collapse;font-size:.85rem}td,th{border:1px solid #bbb;padding:.2rem .4rem;vertical-align:top}
details{margin:.6rem 0;color:#444}summary{cursor:pointer}
.changed{border-left:4px solid #936;padding-left:.7rem}"""


def write_page(target: Path, redline: Path, log: Changelog, old: Revision, new: Revision) -> int:
    """Write the page; give the number of paragraphs with a change."""
    paragraphs, count = _text(redline)
    title = f"Changes from {old.name} ({old.commit[:9]}) to {new.name} ({new.commit[:9]})"
    parts = [
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>",
        f"<p>{escape(new.author)}, {escape(new.date)}. {count} paragraphs changed.</p>",
        _rows(log),
        f"<h2>Text</h2>{paragraphs}",
        _evidence(log, old, new),
        "</main></body></html>\n",
    ]
    write_text(target, "\n".join(parts))
    return count


def _text(redline: Path) -> tuple[str, int]:
    """The paragraphs with a change, under their headings; runs of others are folded."""
    result: list[str] = []
    folded: list[str] = []
    count = 0

    def fold() -> None:
        if folded:
            result.append(f"<details><summary>{len(folded)} paragraphs unchanged</summary>{''.join(folded)}</details>")
            folded.clear()

    for paragraph in body(redline).iter(f"{W}p"):
        marked = list(pieces(paragraph))
        if not any(text.strip() for _, text in marked):
            continue
        tags = {"ins": "ins", "del": "del", "same": ""}
        line = "".join(f"<{tags[s]}>{escape(t)}</{tags[s]}>" if tags[s] else escape(t) for s, t in marked)
        changed = any(state != "same" and text.strip() for state, text in marked)
        count += changed
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        heading = style is not None and style.get(f"{W}val", "").startswith("Heading")
        tag = "h3" if heading else "p"
        if changed or heading:
            fold()
            result.append(f"<{tag} class='changed'>{line}</{tag}>" if changed else f"<{tag}>{line}</{tag}>")
        else:
            folded.append(f"<p>{line}</p>")
    fold()
    return "\n".join(result), count


def _rows(log: Changelog) -> str:
    parts = ["<h2>Evidence</h2>"]
    for trial, changes in log.by_trial.items():
        lines = "".join(f"<li>{escape(item.words)}</li>" for item in changes)
        parts.append(f"<h3>{escape(trial)}</h3><ul>{lines}</ul>")
    if not log.by_trial:
        parts.append("<p>No row changed.</p>")
    if log.bookkeeping:
        lines = "".join(f"<li>{escape(item.words)}</li>" for item in log.bookkeeping)
        summary = f"{len(log.bookkeeping)} rows changed only in where and when they were read"
        parts.append(f"<details><summary>{summary}</summary><ul>{lines}</ul></details>")
    return "\n".join(parts)


def _evidence(log: Changelog, old: Revision, new: Revision) -> str:
    parts = ["<h2>Numbers, references, figures and tables</h2>"]
    for title, items in _groups(log):
        lines = "".join(f"<li>{escape(item)}</li>" for item in items)
        parts.append(f"<h3>{title} ({len(items)})</h3><ul>{lines}</ul>" if items else f"<h3>{title}: none</h3>")
    for name in log.figures:
        parts.append(f"<h3>Figure {escape(name)}: old and new</h3><div class='pair'>")
        parts += [_picture(item.project.figures / name, item.name) for item in (old, new)]
        parts.append("</div>")
    for name in log.tables:
        parts.append(f"<h3>Table {escape(name)}: old and new</h3><div class='pair'>")
        parts += [_table(item, name) for item in (old, new)]
        parts.append("</div>")
    return "\n".join(parts)


def _groups(log: Changelog) -> list[tuple[str, list[str]]]:
    """What changed beside the rows, by title."""
    numbers = [f"{place}: {name}: {old} → {new}" for name, place, old, new in log.numbers]
    return [
        ("Numbers in the text that changed with their row", numbers),
        ("References added", log.references_added),
        ("References removed", log.references_removed),
        ("References changed", log.references_changed),
    ]


def _picture(path: Path, name: str) -> str:
    if not path.is_file():
        return f"<p>not in {escape(name)}</p>"
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img alt="{escape(path.stem)} in {escape(name)}" src="data:image/svg+xml;base64,{data}">'


def _table(revision: Revision, name: str) -> str:
    path = revision.project.tables / name
    if not path.is_file():
        return f"<p>not in {escape(revision.name)}</p>"
    text = path.read_text(encoding="utf-8")
    # identifiers would stand twice on the page: old and new
    shown = pandoc.run(
        ["-f", "markdown", "-t", "html", f"--id-prefix={revision.commit[:7]}-{len(revision.name)}-"],
        text,
        folder=revision.project.root,
        epoch=revision.epoch,
    )
    return f"<div>{shown}</div>"


def markdown(log: Changelog, title: str, *, for_readers: bool = False) -> str:
    """The evidence changelog as Markdown: rows by trial first, bookkeeping folded at the end.

    ``for_readers``: without what only authors look up.
    """
    lines = [f"# {title}", "", "## Rows, by trial", ""]
    for trial, changes in log.by_trial.items():
        lines += [f"### {trial}", "", *(f"- {item.for_readers if for_readers else item.words}" for item in changes), ""]
    if not log.by_trial:
        lines += ["No row changed.", ""]
    for name, items in (*_groups(log), ("Figures changed", log.figures), ("Tables changed", log.tables)):
        if items:
            lines += [f"## {name}: {len(items)}", "", *(f"- {item}" for item in items), ""]
    if log.bookkeeping:
        summary = f"{len(log.bookkeeping)} rows changed only in where and when they were read"
        lines += [f"<details><summary>{summary}</summary>", "", *(f"- {item.words}" for item in log.bookkeeping)]
        lines += ["", "</details>", ""]
    return "\n".join(lines)
