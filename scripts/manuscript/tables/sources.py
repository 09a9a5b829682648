"""The list of further sources: what rows of evidence rest on and the reference list does not hold."""

from __future__ import annotations

from manuscript.ledger import sources
from manuscript.ledger.tables import Ledger
from manuscript.paths import Project
from manuscript.tables import evidence
from manuscript.tables.markdown import MarkdownTable, escape, joined

INPUTS = ("references",)
READS_BIBLIOGRAPHY = True


def tables(project: Project, ledger: Ledger) -> list[MarkdownTable]:
    """Raises ``BibliographyError`` for a short name whose key is not in the bibliography."""
    from manuscript.cite.formatted import formatted

    short = sources.further(ledger)
    if not short:
        return []
    written = formatted(project, list(short))
    rows = [
        (
            f"[{escape(name)}]{{#{sources.anchor(key)}}}",
            written[key].replace("|", "\\|"),
            escape(joined((f"compared: {', '.join(row.items_of('compared'))}", row["note"]))),
            evidence.checked(row),
        )
        for key, name in sorted(short.items(), key=lambda item: item[1].casefold())
        for row in (ledger.references[key],)
    ]
    return [
        MarkdownTable(
            "evidence-sources",
            "**Further sources.** Publications, labels, approval notices, registry records and statements that rows of "
            "evidence rest on and that the text does not cite, by the short name that tables and captions use.",
            ("Short name", "Source", "Compared; notes", "Day"),
            (16, 40, 28, 16),
            rows,
        )
    ]
