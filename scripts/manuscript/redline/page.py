"""The redline and the evidence changelog as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.engine import pandoc
from manuscript.ooxml import W, body
from manuscript.redline.changelog import Changelog
from manuscript.redline.sources import Revision
from manuscript.redline.tracked import pieces

_STYLE = """body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#111}
ins{background:#d8f5dc;color:#0b4a16}del{background:#fbdcdc;color:#7a1111}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem;overflow-x:auto}.pair img{max-width:100%}
table{border-collapse:collapse;font-size:.85rem}td,th{border:1px solid #bbb;padding:.2rem .4rem;vertical-align:top}
.changed{border-left:4px solid #936;padding-left:.7rem}"""


def write_page(target: Path, redline: Path, log: Changelog, old: Revision, new: Revision) -> int:
    """Write the page; give the number of paragraphs with a change."""
    paragraphs, count = _text(redline)
    title = f"Changes from {old.name} ({old.commit[:9]}) to {new.name} ({new.commit[:9]})"
    parts = [
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>",
        f"<p>{escape(new.author)}, {escape(new.date)}. {count} paragraphs changed.</p>",
        _evidence(log, old, new),
        f"<h2>Text</h2>{paragraphs}</main></body></html>\n",
    ]
    write_text(target, "\n".join(parts))
    return count


def _text(redline: Path) -> tuple[str, int]:
    result, count = [], 0
    for paragraph in body(redline).iter(f"{W}p"):
        marked = list(pieces(paragraph))
        if not any(text.strip() for _, text in marked):
            continue
        tags = {"ins": "ins", "del": "del", "same": ""}
        line = "".join(f"<{tags[s]}>{escape(t)}</{tags[s]}>" if tags[s] else escape(t) for s, t in marked)
        changed = any(state != "same" for state, _ in marked)
        count += changed
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        heading = style is not None and style.get(f"{W}val", "").startswith("Heading")
        tag = "h3" if heading else "p"
        result.append(f"<{tag} class='changed'>{line}</{tag}>" if changed else f"<{tag}>{line}</{tag}>")
    return "\n".join(result), count


def _evidence(log: Changelog, old: Revision, new: Revision) -> str:
    parts = ["<h2>Evidence</h2>"]
    for title, items in _groups(log, lambda before, after: f"{before} → {after}"):
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


def _groups(log: Changelog, say: Callable[[str, str], str]) -> list[tuple[str, list[str]]]:
    """What changed in the ledger and the bibliography, by title; ``say`` joins an old and a new value."""
    return [
        ("Rows added", log.added),
        ("Rows removed", log.removed),
        ("Rows superseded", [f"{row} by {by}" for row, by in log.superseded]),
        ("Rows changed", [f"{row}, {column}: {say(old, new)}" for row, column, old, new in log.changed]),
        (
            "Numbers in the text that changed with their row",
            [f"{place}: {name}: {say(old, new)}" for name, place, old, new in log.numbers],
        ),
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


def markdown(log: Changelog, old: Revision, new: Revision) -> str:
    """The evidence changelog as Markdown, for a pull request."""
    lines = [f"# Evidence changelog: {old.name} ({old.commit[:9]}) to {new.name} ({new.commit[:9]})", ""]
    groups = [
        *_groups(log, lambda before, after: f"{before!r} to {after!r}"),
        ("Figures changed", log.figures),
        ("Tables changed", log.tables),
    ]
    for title, items in groups:
        lines += [f"## {title}: {len(items)}", "", *(f"- {item}" for item in items), ""]
    return "\n".join(lines)
