"""The papers that go with a manuscript, as Markdown: only what the sources say; what is missing is named."""

from __future__ import annotations

from dataclasses import dataclass

from manuscript.engine.ast import iterate, text_of
from manuscript.engine.authors import CREDIT
from manuscript.engine.document import Document
from manuscript.submit.measure import Measures
from manuscript.submit.profile import Profile

_LETTER = """Dear Editors,

we submit the manuscript “{title}” for consideration as {kind} in *{journal}*.

The manuscript has {words} words, {figures} figures, {tables} tables and {references} references.
Each clinical number in it is bound to a row of an evidence ledger, which we enclose as a supplement; the row names the source, the place in it, and the page at which it was read.
The checklist of the Scale for the Assessment of Narrative Review Articles (SANRA), figure files, declarations and the statement of contributions are enclosed.

The authors have to confirm before this letter is sent, because the repository cannot know it:

- [to be confirmed] all authors have read and approved the manuscript;
- [to be confirmed] the manuscript is not under consideration elsewhere. An article with the same title and authors was published earlier where the section “About this edition” says so: the editors have to be told;
- [to be confirmed] the competing interests and the funding of each author.

Yours sincerely,

{signature}
"""

# items after Baethge, Goldbeck-Wood and Mertens 2019; where this article answers them, by the labels of its sections
_SANRA = (
    ("Justification of the article's importance for the readership", ("sec-introduction",)),
    ("Statement of concrete aims or formulation of questions", ("sec-introduction",)),
    ("Description of the literature search", ("sec-search", "sec-methods")),
    ("Referencing of key statements", ("sec-ledger", "sec-evidence")),
    ("Scientific reasoning: the level of evidence is weighed", ("sec-terms",)),
    ("Appropriate presentation of endpoint data", ("sec-terms", "sec-evidence")),
)


@dataclass(frozen=True)
class Missing:
    """Something a journal asks for that the sources do not hold, and where to write it."""

    what: str
    mend: str


def missing(document: Document) -> list[Missing]:
    """What the authors have to add; nothing of it is ever invented."""
    found = []
    front = "index.qmd, author:"
    authors = document.authors

    def note(names: list[str], what: str, key: str) -> None:
        if names:
            whose = "all authors" if len(names) == len(authors) else ", ".join(names)
            found.append(Missing(f"{what} of {whose}", f"{front} {key}"))

    note([item.name for item in authors if not item.affiliations], "affiliation", "affiliations:")
    note([item.name for item in authors if not item.orcid], "ORCID", "orcid:")
    note([item.name for item in authors if not item.roles], "CRediT roles", "roles:")
    corresponding = [item for item in authors if item.corresponding]
    if not corresponding:
        found.append(Missing("the corresponding author", f"{front} corresponding: true"))
    if not any(item.email for item in corresponding):
        found.append(Missing("the corresponding author's e-mail", f"{front} email:"))
    return found


def title_page(document: Document, measures: Measures, profile: Profile) -> str:
    """What stands below title and authors of the title page."""
    corresponding = next((item for item in document.authors if item.corresponding), None)
    contact = f"{corresponding.name}, {corresponding.email or '[e-mail missing]'}" if corresponding else "[missing]"
    lines = [
        f"**Journal:** {profile.title}",
        f"**Article type:** {profile.wants('article_type', '[not read in the journal’s instructions]')}",
        f"**Corresponding author:** {contact}",
        f"**Words:** text {measures.words}, abstract {measures.abstract_words}",
        f"**Figures:** {measures.figures}. **Tables:** {measures.tables}. **References:** {measures.references}",
        f"**Keywords:** {'; '.join(document.keywords) or '[missing]'}",
        "**Still to be added by the authors:**",
        "\n".join(f"- {item.what}" for item in missing(document)) or "- nothing",
    ]
    return "\n\n".join(lines) + "\n"


def cover_letter(document: Document, measures: Measures, profile: Profile) -> str:
    """The letter to the editors."""
    corresponding = next((item.name for item in document.authors if item.corresponding), "[corresponding author]")
    kind = profile.wants("article_type")
    return _LETTER.format(
        title=document.title,
        kind=f"a {kind}" if kind else "a review",
        journal=profile.title,
        words=measures.words,
        figures=measures.figures,
        tables=measures.tables,
        references=measures.references,
        signature=corresponding,
    )


def credit(document: Document) -> str:
    """The contributions by author in the terms of CRediT, then by role."""
    if not any(item.roles for item in document.authors):
        names = ", ".join(item.name for item in document.authors)
        return f"[missing] The roles of no author are known ({names}). Write them in index.qmd, author: roles:.\n"
    lines = []
    for item in document.authors:
        roles = ", ".join(role.name for role in item.roles)
        lines.append(f"- **{item.name}:** {roles or '[missing]'}")
    unclaimed = [name for name in CREDIT.values() if not any(r.name == name for a in document.authors for r in a.roles)]
    return "\n".join(lines) + (f"\n\nNo author is named for: {', '.join(unclaimed)}.\n" if unclaimed else "\n")


def sanra(document: Document, measures: Measures) -> str:
    """The checklist: each item with the sections that answer it; the scores are the reader's to give."""
    rows = ["| Item | Where | Score (0–2) |", "|:-----------------|:-----------------|:-------|"]
    for number, (item, labels) in enumerate(_SANRA, start=1):
        places = "; ".join(_place(document, label) for label in labels if label in document.labels)
        if item.startswith("Referencing"):
            places = f"{measures.references} references; {places}"
        rows.append(f"| {number}. {item} | {places or '[no such section]'} | |")
    return "\n".join(rows) + "\n"


def _place(document: Document, identifier: str) -> str:
    title = next(
        (
            text_of(node["c"][2])
            for node in iterate(document.blocks)
            if node["t"] == "Header" and node["c"][1][0] == identifier
        ),
        identifier,
    )
    number = document.labels[identifier].number
    return f"{f'Section {number}, ' if number else ''}“{title}” (#{identifier})"
