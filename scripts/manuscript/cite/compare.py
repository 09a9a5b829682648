"""An entry against what the registries say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from manuscript.cite import identifiers, personal_names
from manuscript.cite.entry_rules import Finder, says_retracted
from manuscript.cite.personal_names import Name
from manuscript.cite.reader import Bibliography, Entry
from manuscript.cite.records import Cache, Record
from manuscript.cite.text import comparable, plain
from manuscript.diagnostics import Diagnostic


@dataclass(frozen=True)
class Comparison:
    """The findings of one entry, the fields that agree with the registry, and the records they were compared with."""

    findings: list[Diagnostic]
    agreed: list[str]
    records: list[Record]


def records_of(entry: Entry, cache: Cache) -> list[Record]:
    """The stored records of an entry: Crossref's by DOI, PubMed's by PMID."""
    doi, pmid = identifiers.canonical_doi(entry.get("doi")), identifiers.canonical_pmid(entry.get("pmid"))
    found = [cache.get("crossref", doi) if doi else None, cache.get("pubmed", pmid) if pmid else None]
    return [record for record in found if record is not None]


def compare_all(bibliography: Bibliography, cache: Cache) -> dict[str, Comparison]:
    """Every entry that has a record, by key."""
    find = Finder(bibliography.shown)
    keys = bibliography.by_key()
    dois = {identifiers.canonical_doi(entry.get("doi")).lower() for entry in keys.values()} - {""}
    result = {}
    for key, entry in keys.items():
        records = records_of(entry, cache)
        if records:
            result[key] = compare(entry, records, find, dois)
    return result


def compare(entry: Entry, records: list[Record], find: Finder, dois: set[str]) -> Comparison:
    """Compare with the first record (Crossref's before PubMed's); notices are taken from all. ``dois`` are the file's."""
    agreed: list[str] = []
    findings = [*_fields(entry, records[0], find, agreed)]
    for record in records[1:]:
        if (
            record.doi
            and entry.get("doi")
            and record.doi.lower() != identifiers.canonical_doi(entry.get("doi")).lower()
        ):
            findings.append(
                find.entry(
                    "cite/not-registered",
                    entry,
                    "pmid",
                    f"PubMed gives PMID {record.pmid} the DOI {record.doi}",
                    "correct the DOI or the PMID",
                )
            )
    findings += _notices(entry, records, find, dois)
    for name in ("doi", "pmid"):
        if entry.get(name) and any(getattr(record, name).lower() == entry.get(name).lower() for record in records):
            agreed.append(name)
    return Comparison(findings, agreed, records)


def _fields(entry: Entry, record: Record, find: Finder, agreed: list[str]) -> Iterator[Diagnostic]:
    where = {"crossref": "Crossref", "pubmed": "PubMed"}[record.source]

    def differs(rule: str, name: str, theirs: str) -> Diagnostic:
        ours = plain(entry.get(name)) or "nothing"
        return find.entry(
            rule,
            entry,
            name,
            f"{name} {ours!r}, {where} has {theirs!r}",
            "look at the publication and correct the entry",
        )

    if record.title:
        if same_title(entry.get("title"), record):
            agreed.append("title")
        else:
            yield differs("cite/title-disagrees", "title", plain(record.title))
    difference = authors_differ(personal_names.names_of(entry.get("author")), record)
    if record.authors and difference:
        yield find.entry(
            "cite/authors-disagree",
            entry,
            "author",
            f"{where}: {difference}",
            "look at the publication and correct the entry",
        )
    elif record.authors and entry.get("author"):
        agreed.append("authors")
    if record.journal and entry.type == "article":
        if same_journal(plain(entry.get("journal")), record):
            agreed.append("journal")
        else:
            yield differs("cite/journal-disagrees", "journal", record.journal)
    year = (re.findall(r"\d{4}", entry.get("year") or entry.get("date")) or [""])[0]
    if record.year and year == record.year:
        agreed.append("year")
    elif record.year and year:
        others = [f"{kind} {other}" for kind, other in sorted(record.years.items()) if other != record.year]
        more = f" ({', '.join(others)})" if others else ""
        yield find.entry(
            "cite/year-disagrees",
            entry,
            "year",
            f"year {year}, {where} has {record.year}{more}",
            "write the year of the issue; the key follows it",
        )
    for rule, name, theirs in (
        ("cite/volume-disagrees", "volume", record.volume),
        ("cite/volume-disagrees", "number", record.number),
        ("cite/pages-disagree", "pages", identifiers.canonical_pages(record.pages)),
    ):
        ours = identifiers.canonical_pages(entry.get(name)) if name == "pages" else entry.get(name)
        if not theirs:
            continue
        if not ours:
            yield find.entry(
                rule,
                entry,
                name,
                f"no {name}, {where} has {theirs!r}",
                f"add {name} = {{{theirs}}} after a look at the publication",
            )
        elif _same(ours, theirs) or (name == "pages" and _same(ours.split("--")[0], theirs) and "--" not in theirs):
            agreed.append(name)
        else:
            yield differs(rule, name, theirs)


def _notices(entry: Entry, records: list[Record], find: Finder, dois: set[str]) -> Iterator[Diagnostic]:
    said: set[str] = set()
    note = entry.get("note").lower()
    for update in (update for record in records for update in record.updates):
        by = f" ({update.notice})" if update.notice else ""
        when = f" on {update.date}" if update.date else ""
        if update.is_retraction and "retracted" not in said and not says_retracted(entry):
            said.add("retracted")
            what = update.kind.replace("_", " ")
            mend = f"cite something else, or add: note = {{Retracted: {update.notice or 'see the notice'}}}"
            yield find.entry("cite/retracted", entry, "", f"{what}{when}{by}, and the reference does not say so", mend)
        elif update.is_concern and "concern" not in said and "concern" not in note:
            said.add("concern")
            yield find.entry(
                "cite/expression-of-concern",
                entry,
                "",
                f"expression of concern{when}{by}",
                "read it; say so in the text or in note",
            )
        elif update.is_correction and update.notice not in said and "correct" not in note and "erratum" not in note:
            said.add(update.notice)
            yield find.entry(
                "cite/corrected",
                entry,
                "",
                f"{update.kind}{when}{by}",
                "check that the numbers used are the corrected ones, and note it",
            )
    published = sorted({doi for record in records for doi in record.published_as})
    if published:
        have = next((doi for doi in published if doi in dois), "")
        mend = (
            "cite the article, which is in the file already"
            if have
            else f"manuscript cite add {published[0].removeprefix('PMID ')}"
        )
        yield find.entry(
            "cite/preprint-published", entry, "", f"this preprint was published as {', '.join(published)}", mend
        )


def same_title(ours: str, record: Record) -> bool:
    """Whether titles agree in their words; a subtitle may be there or not, and marks of retraction do not count."""
    mine = comparable(re.sub(r"^\W*retract(?:ed|ion)(?: article)?\W*", "", plain(ours), flags=re.I))
    bare = re.sub(r"^\W*retracted(?: article)?\W+|\W*\[retracted\]\W*$", "", plain(record.title), flags=re.I)
    options = {comparable(bare), comparable(f"{bare} {record.subtitle}")}
    if mine in options:
        return True
    # spelling and transcription differ between registry and page: a word more or less is the same title
    return any(SequenceMatcher(None, mine, option, autojunk=False).ratio() > 0.96 for option in options)


def same_journal(ours: str, record: Record) -> bool:
    """Whether a journal's name is the registry's, in full or abbreviated; "The", "and" and added places do not count."""

    def bare(name: str) -> str:
        return re.sub(r"^the | and ", " ", comparable(name.replace("&amp;", "&"))).strip()

    mine = bare(ours)
    for theirs in (record.journal, record.journal_short):
        # NLM adds places and subtitles: "Lancet (London, England)", "Breast (Edinburgh, Scotland)"
        if mine and mine in (bare(theirs), bare(re.sub(r"\s*[(:=].*", "", theirs))):
            return True
    return False


def authors_differ(ours: list[Name], record: Record) -> str:
    """The first difference between two lists of family names, or nothing; ``and others`` ends the comparison."""
    open_end = bool(ours) and ours[-1].others
    mine = [name for name in ours if not name.others]
    theirs = [author for author in record.authors if "family" in author]
    if not theirs or (mine and all(name.organisation for name in mine)):
        return ""
    people = [name for name in mine if not name.organisation]
    for index, (left, right) in enumerate(zip(people, theirs, strict=False), start=1):
        whole = personal_names.parse(f"{right['family']}, {right.get('given', 'X')}") or Name(right["family"])
        shown = f"{right['family']}, {right.get('given', '')}".strip(", ")
        if personal_names.family_key(left) != personal_names.family_key(whole):
            return f"author {index} is {left.bibtex()!r} here and {shown!r} there"
        if left.given and right.get("given") and comparable(left.given)[:1] != comparable(right["given"])[:1]:
            return f"author {index} is {left.bibtex()!r} here and {shown!r} there"
    if len(people) > len(theirs) or (len(people) < len(theirs) and not open_end):
        return f"{len(people)} authors here, {len(theirs)} there"
    return ""


def _same(left: str, right: str) -> bool:
    return comparable(left.replace("--", "-")) == comparable(right.replace("--", "-"))
