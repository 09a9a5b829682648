"""The evidence section of the web page: finished HTML that is whole without JavaScript; scripts add search, filter and sort."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from manuscript.ledger.variables import table_anchor
from manuscript.supplement.cited_works import Reference
from manuscript.supplement.content import Content, Entry, EvidenceTable

Rows = Iterable[tuple[str, tuple[str, ...]]]


def section(content: Content) -> str:
    """The section ``#evidence``: a table for each table of the supplement, the sources that only they rest on, the gaps."""
    parts = [_table(content, table) for table in content.tables]
    if content.further:
        parts.append(
            '<h3 id="ev-sources">Sources that the reference list does not hold</h3>\n<ul class="evidence-sources">'
        )
        parts += [f'<li id="src-{escape(key)}">{content.references[key].html}</li>' for key in content.further]
        parts.append("</ul>")
    if content.gaps:
        rows = (
            ("", (escape(gap.id), escape(gap.wanted), escape(gap.reason), escape(gap.tried))) for gap in content.gaps
        )
        heads = ("What is missing", "Wanted", "Reason", "Where it was looked for")
        parts.append(_framed("What could not be verified", "ev-gaps", "", heads, rows))
    read = f"<p>Rows by what they were read in: {escape(content.read)}.</p>\n" if content.read else ""
    return (
        '<section id="evidence" class="evidence" aria-labelledby="evidence-title">\n'
        f'<h2 id="evidence-title">Supplementary tables</h2>\n{read}' + "\n".join(parts) + "\n</section>"
    )


def _table(content: Content, table: EvidenceTable) -> str:
    name = f"Supplementary Table {table.number}. {table.title}"
    rows = ((entry.anchor, _cells(content, entry)) for entry in table.entries)
    return _framed(
        name, table_anchor(table.name), table.caption, ("What", table.result, "Source and place", "Used in"), rows
    )


def _cells(content: Content, entry: Entry) -> tuple[str, ...]:
    """What, result, source and use; source cards take them from here, so a name, a note and a place are elements."""
    name = f'<a href="#{escape(entry.about)}">{escape(entry.name)}</a>' if entry.about else escape(entry.name)
    what = "; ".join(filter(None, (f"<b>{name}</b>" if name else "", escape(entry.what))))
    note = f"<i>Note: {escape(entry.note)}.</i>" if entry.note else ""
    mentions = "; ".join(_mention(content, content.references[key]) for key in entry.sources)
    place = " ".join(filter(None, (entry.locator, f"(read: {entry.read})" if entry.read else "")))
    used = (f'<a href="#{escape(label)}">{escape(content.sections.get(label, label))}</a>' for label in entry.used)
    return (
        f"{what} <small>{escape(entry.id)}</small>",
        " ".join(filter(None, (escape(entry.result), note))),
        ": ".join(filter(None, (mentions, f"<span>{escape(place)}</span>" if place else ""))),
        "; ".join(used),
    )


def _mention(content: Content, reference: Reference) -> str:
    """Author and year, leading to the publication, or to its entry where it has no address."""
    place = f"{'src' if reference.key in content.further else 'ref'}-{reference.key}"
    return f'<a data-entry="{place}" href="{escape(reference.url or f"#{place}")}">{escape(reference.short)}</a>'


def _framed(name: str, label: str, caption: str, heads: Iterable[str], rows: Rows) -> str:
    """A table in a frame that scrolls by itself and can be reached with the keyboard; each row has its id and its cells."""
    head = "".join(f'<th scope="col">{item}</th>' for item in heads)
    body = "\n".join(
        (f'<tr id="{escape(anchor)}">' if anchor else "<tr>") + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for anchor, cells in rows
    )
    said = " ".join(filter(None, (f"<strong>{escape(name)}.</strong>", escape(caption))))
    return (
        f'<div class="table-frame" id="{label}" role="region" tabindex="0" aria-label="{escape(name)}">\n'
        f"<table>\n<caption>{said}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )
