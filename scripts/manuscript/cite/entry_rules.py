"""The rules of a bibliography, each with a name; none of them needs the network.

``RULES`` says what each is for and how bad a finding is. ``compare.py`` holds those that need a registry's record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from manuscript.cite import identifiers, keys, personal_names, titles
from manuscript.cite.among import RULES as AMONG
from manuscript.cite.among import check_among
from manuscript.cite.canonical import is_private
from manuscript.cite.checked import stated_absent
from manuscript.cite.near import near_duplicates
from manuscript.cite.occurrences import Citation
from manuscript.cite.reader import Bibliography, Entry
from manuscript.cite.text import LATEX, comparable, damage, from_html, has_html, plain
from manuscript.diagnostics import Diagnostic, Severity
from manuscript.errors import did_you_mean

RULES: dict[str, tuple[Severity, str]] = {
    "cite/syntax": ("error", "a part of the file is not BibTeX"),
    "cite/encoding": ("error", "characters damaged by a wrong encoding, or HTML left in a field"),
    "cite/latex-accent": ("warning", "an accent written for LaTeX instead of in UTF-8"),
    "cite/duplicate-key": ("error", "two entries have one key"),
    "cite/duplicate-field": ("error", "a field stands twice in an entry"),
    "cite/undefined-key": ("error", "the article cites a key that is not in the file"),
    "cite/unused-entry": ("warning", "neither the article nor the ledger uses the entry"),
    "cite/in-both-lists": ("error", "the article cites a source of the list of further sources"),
    "cite/duplicate-doi": ("error", "two entries have one DOI"),
    "cite/duplicate-pmid": ("error", "two entries have one PMID"),
    "cite/near-duplicate-title": ("warning", "two titles are nearly the same"),
    "cite/missing-field": ("error", "a field that the type needs is absent"),
    "cite/incomplete": ("warning", "a field that readers expect is absent"),
    "cite/unknown-type": ("warning", "a type that BibTeX does not know"),
    "cite/private-field": ("warning", "a reference manager's private matter: paths, abstracts, bookkeeping"),
    "cite/bad-doi": ("error", "a DOI that cannot be one"),
    "cite/bad-pmid": ("error", "a PMID that cannot be one"),
    "cite/bad-issn": ("error", "an ISSN of the wrong form or with a wrong check digit"),
    "cite/bad-pages": ("error", "pages that cannot be, or are not written 10--19"),
    "cite/bad-year": ("error", "a year that cannot be one"),
    "cite/author-names": ("error", "names that BibTeX cannot tell apart"),
    "cite/lost-particle": ("warning", "a particle cut off its family name"),
    "cite/unprotected-acronym": ("warning", "capitals in a title that a style would make small"),
    "cite/capitals": ("warning", "a title in capitals, or braces around a whole title"),
    "cite/key-style": ("warning", "a key that is not author, year, word"),
    "cite/no-doi-no-reason": ("error", "no DOI, and no note in data/references.csv that says why"),
    "cite/makeshift-address": ("error", "an address of a machine, a preview, a proxy: not public, or not for long"),
    "cite/retracted": ("error", "a retracted work cited without saying so, or that rows rest on"),
    "cite/expression-of-concern": ("warning", "an expression of concern was published"),
    "cite/corrected": ("warning", "a correction was published"),
    "cite/preprint-published": ("warning", "a preprint that has since been published"),
    "cite/not-canonical": ("warning", "the file is not as `manuscript cite format` writes it"),
    "cite/year-disagrees": ("error", "the year is not the registry's"),
    "cite/title-disagrees": ("error", "the title is not the registry's"),
    "cite/authors-disagree": ("error", "the authors are not the registry's"),
    "cite/journal-disagrees": ("warning", "the journal is not the registry's"),
    "cite/volume-disagrees": ("warning", "volume or issue is not the registry's"),
    "cite/pages-disagree": ("warning", "the pages are not the registry's"),
    "cite/not-registered": ("error", "the registry does not know the DOI or PMID"),
    **AMONG,
}

# what each type needs; a bar stands between alternatives
_NEEDED: dict[str, tuple[str, ...]] = {
    "article": ("title", "author", "journal", "year"),
    "book": ("title", "author|editor", "publisher", "year"),
    "inbook": ("title", "author|editor", "publisher", "year", "pages|chapter"),
    "incollection": ("title", "author", "booktitle", "publisher", "year"),
    "inproceedings": ("title", "author", "booktitle", "year"),
    "proceedings": ("title", "year"),
    "phdthesis": ("title", "author", "school", "year"),
    "mastersthesis": ("title", "author", "school", "year"),
    "techreport": ("title", "author", "institution", "year"),
    "unpublished": ("title", "author", "note"),
    "manual": ("title",),
    "misc": ("title", "author", "doi|url|howpublished|eprint"),
    "online": ("title", "author", "url"),
    "booklet": ("title",),
    "dataset": ("title", "author", "year"),
    "software": ("title", "author"),
    "report": ("title", "author", "institution", "year"),
    "thesis": ("title", "author", "school|institution", "year"),
}
_EXPECTED = {"article": ("volume", "pages"), "misc": ("year",)}
_SAME = {
    "journal": ("journaltitle",),
    "year": ("date",),
    "number": ("issue",),
    "pages": ("eid", "article-number"),
    "author": ("collaboration",),
}
_SAID = re.compile(r"retract", re.I)
_RETRACTED_MARK = re.compile(r"retracted (?:publication|article)|\[retracted\]", re.I)


@dataclass(frozen=True)
class Context:
    """What the article knows beside the file: ``None`` means that a rule has nothing to judge by.

    ``leaned_on`` are keys that rows of the ledger name; ``notes`` the note of each row of references.csv; ``further`` the
    keys that have a short name, by which tables and captions lead to the supplement's list of sources; ``brands`` the trade
    names whose capitals titles keep.
    """

    citations: list[Citation] | None = None
    leaned_on: frozenset[str] = frozenset()
    further: frozenset[str] = frozenset()
    notes: dict[str, str] | None = None
    notes_file: str = "data/references.csv"
    today: date | None = None
    brands: frozenset[str] = frozenset()


class Finder:
    """Makes diagnostics that point into one file."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def at(
        self, rule: str, place: tuple[int, int], message: str, mend: str, severity: Severity | None = None
    ) -> Diagnostic:
        """A finding at (line, column), as bad as its rule says unless ``severity`` is given."""
        return Diagnostic(rule, severity or RULES[rule][0], self.shown, *place, message, mend)

    def entry(
        self, rule: str, entry: Entry, name: str, message: str, mend: str, severity: Severity | None = None
    ) -> Diagnostic:
        """A finding at a field (at the entry when it has no such field)."""
        return self.at(rule, entry.place(name), f"{entry.key}: {message}", mend, severity)


def check_offline(bibliography: Bibliography, context: Context) -> list[Diagnostic]:
    """Every finding that needs no registry, the problems of reading included."""
    find = Finder(bibliography.shown)
    found = list(bibliography.problems)
    known = personal_names.known_particles(
        [name for entry in bibliography.entries for name in personal_names.names_of(entry.get("author"))]
    )
    all_keys = Counter(entry.key for entry in bibliography.entries)
    # only a key that shares its stem matters as a partner of a letter
    stems: dict[str, set[str]] = {}
    for key in all_keys:
        for stem in {key, key[:-1]}:
            stems.setdefault(stem, set()).add(key)
    for entry in bibliography.entries:
        if not entry.broken:
            found += _fields(entry, find, stated_absent((context.notes or {}).get(entry.key, "")))
        found += _identifiers(entry, find)
        found += _address(entry, find)
        found += _characters(entry, find)
        found += _people(entry, find, known)
        found += _title(entry, find, context.brands)
        problem, wanted = keys.key_problem(
            entry, (stems.get(entry.key[:-1], set()) | stems.get(entry.key, set())) - {entry.key}
        )
        if problem and not entry.broken and not damage(entry.get("author")):
            found.append(
                find.entry("cite/key-style", entry, "", problem, f"name it {wanted}" if wanted else "correct the key")
            )
        found += _reason(entry, find, context)
    found += _doubles(bibliography, find)
    found += [
        find.entry(rule, entry, field, message, mend)
        for entry, field, rule, message, mend in check_among(bibliography.entries, context.today or date.today())
    ]
    found += _uses(bibliography, find, context)
    return found


def _has(entry: Entry, name: str) -> bool:
    return any(entry.get(option) for option in (name, *_SAME.get(name, ())))


def _fields(entry: Entry, find: Finder, stated: frozenset[str]) -> Iterator[Diagnostic]:
    for item in entry.doubled:
        first = entry.fields[item.name]
        yield find.at(
            "cite/duplicate-field", (item.line, item.column),
            f"{entry.key}: the field {item.name!r} stands already at line {first.line}", "keep the right one",
        )  # fmt: skip
    needed = _NEEDED.get(entry.type)
    if needed is None:
        yield find.entry(
            "cite/unknown-type", entry, "", f"the type @{entry.type} is not known", "use @article, @book, @misc …"
        )
        needed = ("title",)
    for wish in needed:
        if wish.startswith("author") and "authors" in stated:
            continue  # better none than a group that did not sign the paper
        if not any(_has(entry, name) for name in wish.split("|")):
            yield find.entry(
                "cite/missing-field",
                entry,
                "",
                f"@{entry.type} needs {wish.replace('|', ' or ')}",
                "add it from the publication",
            )
    undated = "undated" in f"{entry.get('howpublished')} {entry.get('note')}"
    absent = [
        name
        for name in _EXPECTED.get(entry.type, ())
        if name not in stated and not _has(entry, name) and not (name == "year" and undated)
    ]
    if absent:
        yield find.entry(
            "cite/incomplete",
            entry,
            "",
            f"no {' and no '.join(absent)}",
            f"add it from the publication, or let the note in data/references.csv begin: no {' or '.join(absent)}: why",
        )
    if entry.get("url") and not entry.get("urldate") and not entry.get("doi"):
        yield find.entry(
            "cite/incomplete", entry, "url", "an address without the day on which it was read", "add urldate"
        )
    year = entry.get("year")
    if year and not re.fullmatch(r"(1[5-9]|20)\d\d", year):
        yield find.entry(
            "cite/bad-year", entry, "year", f"{year!r} is not a year", "write the four digits of the volume's year"
        )
    private = [name for name in entry.fields if is_private(name, entry)]
    if private:
        yield find.entry(
            "cite/private-field",
            entry,
            private[0],
            f"private fields: {', '.join(private)}",
            "manuscript cite format leaves them out",
        )


def _identifiers(entry: Entry, find: Finder) -> Iterator[Diagnostic]:
    for name, problem_of in (
        ("doi", identifiers.doi_problem),
        ("pmid", identifiers.pmid_problem),
        ("issn", identifiers.issn_problem),
        ("pages", identifiers.pages_problem),
    ):
        value = entry.get(name)
        problem = problem_of(value) if value else ""
        if problem:
            form = "is not written as" in problem
            mend = "manuscript cite format mends it" if form else "look it up in the publication"
            yield find.entry(f"cite/bad-{name}", entry, name, problem, mend, "warning" if form else None)


def _address(entry: Entry, find: Finder) -> Iterator[Diagnostic]:
    reason = identifiers.makeshift(entry.get("url")) if entry.get("url") else ""
    if reason:
        mend = "give the publisher's, a registry's or an archive's; what was read can stand in seen_at of data/references.csv"
        yield find.entry(
            "cite/makeshift-address", entry, "url", f"no reader can rely on {entry.get('url')}: {reason}", mend
        )


def _characters(entry: Entry, find: Finder) -> Iterator[Diagnostic]:
    for item in entry.fields.values():
        hurt = damage(item.value) if item.name not in ("doi", "url", "file") else None
        if hurt:
            seen, meant = hurt
            mend = f"probably: {plain(meant)[:120]}" if meant else "copy the text again from the publication"
            yield find.entry(
                "cite/encoding", entry, item.name, f"{seen!r} in {item.name} comes of a wrong encoding", mend
            )
        html = has_html(item.value) if item.name in ("title", "journal", "author", "booktitle", "publisher") else ""
        if html:
            yield find.entry(
                "cite/encoding", entry, item.name, f"HTML in {item.name}: {html}", "manuscript cite format mends it"
            )
        accent = (
            LATEX.search(item.value)
            if "\\" in item.value and item.name in ("title", "author", "editor", "journal", "booktitle")
            else None
        )
        if accent:
            yield find.entry(
                "cite/latex-accent",
                entry,
                item.name,
                f"{accent.group()!r} in {item.name} is an accent for LaTeX",
                "manuscript cite format mends it",
            )


def _people(entry: Entry, find: Finder, known: dict[str, set[str]]) -> Iterator[Diagnostic]:
    for role in ("author", "editor"):
        value = entry.get(role)
        if not value:
            continue
        if ";" in value and "{" not in value and " and " not in value:
            yield find.entry("cite/author-names", entry, role, "names joined by semicolons", "put ' and ' between them")
            continue
        for text in personal_names.split(value):
            name = personal_names.parse(text)
            problem, mend, rule = "", "write Family, Given and Family, Given", "cite/author-names"
            if not text:
                problem = "an empty name"
            elif re.search(r"\bet\.? al\b", text, re.I):
                problem, mend = f"{text!r} in the list of names", "write: and others"
            elif name is None:
                problem = f"{text!r} is not one name" if text.count(",") > 2 else f"{text!r} cannot be read as a name"
            elif name.others or name.organisation:
                continue
            elif personal_names.looks_like_organisation(name):
                problem, mend = f"{text!r} is an organisation written as a person", f"put it in braces: {{{text}}}"
            elif reason := personal_names.lost_particle(name, known):
                rule, problem, mend = (
                    "cite/lost-particle",
                    f"{text!r}: {reason}",
                    "look at the publication: de Laurentiis, Michelino; braces keep what it prints so: Silva, M. {de S.}",
                )
            elif len(name.family) > 3 and plain(name.whole_family).isupper():
                problem, mend = f"{text!r} is in capitals", "write it as the person does"
            elif not name.given and " " in name.family:
                problem = f"{text!r} is not one name"
            elif not name.given and re.search(r"\d", name.family):
                problem = f"{text!r} cannot be a name"
            elif not name.given and "," not in text:
                problem, mend = f"{text!r} has no given name", "complete it, or put an organisation in braces"
            elif "," not in text and re.fullmatch(r"[A-Z]{1,3}", name.family):
                problem, mend = f"{text!r} has its initials behind the family name", "write Family, G. H."
            if problem:
                yield find.entry(rule, entry, role, problem, mend)


def _title(entry: Entry, find: Finder, brands: frozenset[str]) -> Iterator[Diagnostic]:
    title = entry.get("title")
    if not title:
        return
    if titles.shouts(plain(title)):
        yield find.entry(
            "cite/capitals", entry, "title", "the title is in capitals", "write it as the publication's own page does"
        )
        return
    if titles.wrapped(title):
        yield find.entry(
            "cite/capitals",
            entry,
            "title",
            "braces around the whole title",
            "manuscript cite format leaves them out and protects the acronyms",
        )
        return
    spans = titles.unprotected(from_html(title), brands)
    if spans:
        shown = ", ".join(dict.fromkeys(span.text for span in spans))
        yield find.entry(
            "cite/unprotected-acronym",
            entry,
            "title",
            f"not protected: {shown}",
            "manuscript cite format puts braces around them",
        )


def _reason(entry: Entry, find: Finder, context: Context) -> Iterator[Diagnostic]:
    if entry.get("doi") or context.notes is None:
        return
    note = context.notes.get(entry.key)
    if note is None:
        yield find.entry(
            "cite/no-doi-no-reason",
            entry,
            "",
            f"no DOI and no row in {context.notes_file}",
            "add the DOI, or a row whose note says why there is none",
        )
    elif not note.strip():
        yield find.entry(
            "cite/no-doi-no-reason",
            entry,
            "",
            f"no DOI, and the note in {context.notes_file} is empty",
            "add the DOI, or say there why there is none",
        )


def _doubles(bibliography: Bibliography, find: Finder) -> Iterator[Diagnostic]:
    entries = bibliography.entries
    first: dict[tuple[str, str], Entry] = {}
    paired: set[tuple[int, int]] = set()

    def met(rule: str, kind: str, value: str, entry: Entry, name: str) -> Iterator[Diagnostic]:
        if not value:
            return
        earlier = first.setdefault((kind, value), entry)
        if earlier is not entry:
            paired.add((entry.start, earlier.start))
            yield find.entry(
                rule,
                entry,
                name,
                f"the {kind} {value} stands already at line {earlier.line} ({earlier.key})",
                "keep one of the two",
            )

    for entry in entries:
        yield from met("cite/duplicate-key", "key", entry.key, entry, "")
        yield from met("cite/duplicate-doi", "DOI", identifiers.canonical_doi(entry.get("doi")).lower(), entry, "doi")
        yield from met("cite/duplicate-pmid", "PMID", identifiers.canonical_pmid(entry.get("pmid")), entry, "pmid")
    for later, earlier, likeness in near_duplicates([comparable(entry.get("title")) for entry in entries]):
        left, right = entries[later], entries[earlier]
        if (left.start, right.start) in paired:
            continue
        # readouts of one trial are near each other; different DOIs say that they are different papers
        if likeness < 1 and left.get("doi") and right.get("doi"):
            continue
        kind = "the same as in" if likeness == 1 else "nearly that of"
        yield find.entry(
            "cite/near-duplicate-title", left, "title", f"the title is {kind} line {right.line} ({right.key})",
            "keep one of the two, if they are one work",
        )  # fmt: skip


def _uses(bibliography: Bibliography, find: Finder, context: Context) -> Iterator[Diagnostic]:
    if context.citations is None:
        return
    known = bibliography.by_key()
    for citation in context.citations:
        if citation.key not in known:
            mend = did_you_mean(citation.key, known, "add the entry: manuscript cite add DOI")
            yield Diagnostic(
                "cite/undefined-key", "error", citation.file, citation.line, citation.column,
                f"citation key {citation.key!r} is not in {bibliography.shown}", mend,
            )  # fmt: skip
        elif citation.key in context.further:
            yield Diagnostic(
                "cite/in-both-lists", "error", citation.file, citation.line, citation.column,
                f"{citation.key!r} has a short name for the supplement's list of sources, and the article cites it",
                f"empty the cell `supplement` of its row in {context.notes_file}, or refer to the figure or table that shows the row",
            )  # fmt: skip
    in_text = {citation.key for citation in context.citations}
    for entry in known.values():
        if entry.key not in in_text and entry.key not in context.leaned_on:
            yield find.entry(
                "cite/unused-entry", entry, "", "neither the article nor the ledger uses it", "cite it or remove it"
            )


def says_retracted(entry: Entry) -> bool:
    """Whether the reference, as readers see it, says that the work was retracted."""
    return bool(_SAID.search(entry.get("note")) or _SAID.match(plain(entry.get("title")).lstrip("[(")))


def marked_retracted(entry: Entry) -> str:
    """The field in which an export says that the work was retracted, or nothing."""
    return next(
        (name for name, item in entry.fields.items() if name != "note" and _RETRACTED_MARK.search(item.value)), ""
    )


def check_marks(bibliography: Bibliography) -> Iterator[Diagnostic]:
    """Entries that an export marks as retracted where no reader sees it."""
    find = Finder(bibliography.shown)
    for entry in bibliography.entries:
        name = "" if says_retracted(entry) else marked_retracted(entry)
        if name:
            yield find.entry(
                "cite/retracted", entry, name, f"the field {name!r} says that the work was retracted; the reference does not",
                "cite something else, or add: note = {Retracted: DOI of the notice}",
            )  # fmt: skip
