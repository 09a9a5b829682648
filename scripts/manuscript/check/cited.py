"""Citations and the bibliography: the rules of ``manuscript cite check``, run here too, and how long the list may be."""

from __future__ import annotations

import re
from collections import Counter

from manuscript.check.context import Context
from manuscript.diagnostics import Diagnostic
from manuscript.errors import BibliographyError, LedgerError


def check(context: Context) -> None:
    """Report everything that `manuscript cite check` would."""
    from manuscript.cite.findings import check as check_bibliography

    project = context.project
    if not project.bibliography.is_file():
        return  # structure/unreadable says so
    _length(context)
    _titles(context)
    try:
        context.found += check_bibliography(project)
    except LedgerError:
        # the ledger's own rules say what is wrong with it; what needs no ledger is still told
        context.found += _without_ledger(context)
    except BibliographyError as error:
        context.error("structure/unreadable", error, project.relative(project.bibliography))


def _length(context: Context) -> None:
    from manuscript.cite.occurrences import find_citations

    count = len({citation.key for citation in find_citations(context.project)})
    least, most = context.settings.references
    if not least <= count <= most:
        context.report(
            "structure/references", (context.project.relative(context.project.bibliography), 1, 1), f"the article cites {count} references",
            f"{least} to {most} are wanted (settings: references)",
        )  # fmt: skip


def _without_ledger(context: Context) -> list[Diagnostic]:
    from manuscript.cite.entry_rules import Context as Known
    from manuscript.cite.entry_rules import check_marks, check_offline
    from manuscript.cite.occurrences import find_citations
    from manuscript.cite.reader import read_tolerantly

    project = context.project
    bibliography = read_tolerantly(project.bibliography, project.relative(project.bibliography))
    # with part of the ledger unread, what it leans on is unknown
    everything = frozenset(entry.key for entry in bibliography.entries)
    return [*check_offline(bibliography, Known(find_citations(project), everything)), *check_marks(bibliography)]


def _titles(context: Context) -> None:
    """Words of titles that are all but an everyday word, or all but a word of other titles."""
    from manuscript.check.prose import own_names
    from manuscript.check.spelling import WORD, Speller

    project = context.project
    lines = project.bibliography.read_bytes().decode("utf-8", "replace").split("\n")
    titles = [
        (number, match)
        for number, line in enumerate(lines, start=1)
        if (match := re.match(r"\s*title\s*=\s*\{(?P<text>.*)\},?\s*$", line))
    ]
    used = Counter(word for _, match in titles for word in WORD.findall(match["text"].casefold()))
    speller = Speller(project, own_names(context) | {word for word, count in used.items() if count > 1})
    for number, match in titles:
        for found in WORD.finditer(match["text"]):
            word = found.group()
            if len(word) < 7 or not word.islower() or used[word] > 1 or speller.knows(word):
                continue
            better = speller.slip(word)
            if better:
                context.report(
                    "cite/title-spelling", (project.relative(project.bibliography), number, match.start("text") + found.start() + 1), f"{word!r} is near to {better}", f"write {better}, if the publication does"
                )  # fmt: skip
