"""Numbers in the prose: each bound to a row of evidence, to the newest readout, in a sentence that cites the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manuscript.check.context import Context
from manuscript.clock import MONTHS
from manuscript.errors import did_you_mean
from manuscript.ledger import sources
from manuscript.ledger.tables import Row
from manuscript.source.lines import Line
from manuscript.source.syntax import BLANK, VARIABLE

_MONTH = rf"(?:{'|'.join(MONTHS)})"
_NOUN = (
    r"(?:phases?|grades?|stages?|figures?|tables?|sections?|chapters?|supplements?|appendix|boxes|box|panels?|steps?|"
    r"parts?|cohorts?|arms?|groups?|types?|classes|class|versions?|CTCAE(?: v)?|RECIST|levels?|lines?|domains?|subdomains?|exons?|"
    r"codons?|chromosomes?|positions?|cycles?|days?|weeks?|scores?|scored|IHC|ISH|scales?|volume|issue|no\.|number|nos\.|"
    r"refs?\.|references?|receptor|equations?|formulas?|questions?|items?|articles?|protocol|amendment|HER|interleukin|caspase)"
)
# what a number is part of when it is no measurement; each is blanked out before numbers are looked for
_NAMES = re.compile(
    "|".join(
        (
            rf"\b\d{{1,2}}\s+{_MONTH}(?:\s+(?:19|20)\d\d)?",
            rf"\b{_MONTH}\s+(?:\d{{1,2}},\s+)?(?:19|20)\d\d",
            r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b",
            # EudraCT
            r"\b(?:19|20)\d\d-\d{6}-\d\d\b",
            r"\b(?:19|20)\d\d\s?[–/-]\s?(?:(?:19|20)\d\d|\d\d)\b(?!\s*%)",
            # the level of an interval is no result
            r"\b9[059](?:\.\d+)?\s?%\s*(?:CIs?\b|confidence|credible|prediction)",
            rf"\b{_NOUN}[\s\u00a0]+(?:of[\s\u00a0]+)?[0-9][0-9a-z]*(?:\.\d+)*\+?(?:\s?(?:/|–|-|,|and|or|to)\s?[0-9][0-9a-z]*(?:\.\d+)*\+?)*(?![\d%])",
            # HER2, T-DM1, CDK4/6, PD-L1, DESTINY-Breast03, NCT03529110, p95HER2, 17q12, 1H-NMR
            r"[^\W\d_][\w]*(?:[-–/.][\w]+)*\d[\w]*(?:[-–/.+][\w]+)*\+?",
            r"[^\W\d_]\w*(?:[-/]\w+)*[-/]\d+[\w]*(?:/\d+)*\b",
            r"\b[0-3]\+",
            r"\b\d+(?:st|nd|rd|th)\b",
            r"\b\d+[pq]\d*(?:\.\d+)?\b",
            r"\b3-kinase\b",
            # a year, unless it counts people or time
            r"(?<![\d.,])\b(?:19|20)\d\d\b(?![\d.,]*\d|\s?%|[\s\u00a0]+(?:patients|participants|women|men|people|cases|reports|tumours|deaths|months|adults))",
        )
    ),
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w])[±~≈<>≤≥=-]?\d[\d.,\u202f\u00a0]*\d|(?<!\w)\d")
_UNIT = (
    r"(?:per[\s-]cent|percent|percentage points?|months?|weeks?|years?|days|patients?|women|men|participants?|people|deaths?|"
    r"events?|cases?|cycles|fold|reports?)"
)
_SPELT = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|\w+ hundred|\w+ thousand)"
    rf"(?:\s|-){_UNIT}\b",
    re.I,
)
# what tells a reader that a later readout exists, or that this one is the earlier
_EARLIER = re.compile(
    r"\b(?:interim|first|early|earlier|initial|initially|primary analysis|previous|prior|preliminary|original|originally|"
    r"at that (?:analysis|time|point)|then|in 20\d\d|before|since been|superseded)\b",
    re.I,
)
_APPROVAL = re.compile(r"\b(?:approv|licen[cs]|authori[sz]|indicat)", re.I)
_CITED = re.compile(r"(?<![\w@\\.])-?@\{?([\w][\w:.#$%&+?~/-]*\w)\}?")


def check(context: Context) -> None:
    """Report everything of this family."""
    for line in context.article.lines():
        if line.kind in ("prose", "list", "abstract", "figure", "caption", "heading") or (
            line.kind == "table" and not line.made
        ):
            _unbound(context, line)
        if "{{<" in line.text and line.kind not in ("code", "comment"):
            _bindings(context, line)


def unbound(prose: str) -> Iterator[tuple[int, str]]:
    """Column (from 0) and words of every clinical number in a line whose markup is blanked out."""
    rest = _NAMES.sub(lambda match: _kept_date(match, prose), prose)
    for match in _NUMBER.finditer(rest):
        after = re.match(r"[\s\u00a0-]?(?:%|[^\W\d_][\w/]*)", rest[match.end() :])
        shown = (match.group() + (after.group() if after else "")).strip()
        yield match.start(), shown
    for match in _SPELT.finditer(rest):
        yield match.start(), match.group()


def _kept_date(match: re.Match[str], prose: str) -> str:
    """A date of approval is evidence; any other is a name."""
    if re.search(_MONTH, match.group()) and _APPROVAL.search(prose):
        return match.group()
    return BLANK * len(match.group())


def _unbound(context: Context, line: Line) -> None:
    mend = "bind it: {{< var row.field >}} (manuscript evidence list shows the rows)"
    if line.made:
        mend = "this file is made: take the number from the ledger in the module that its first line names"
    for column, shown in unbound(_without_names(context, line.prose)):
        context.report(
            "numbers/unbound",
            (line.file, line.number, column + 1),
            f"{shown!r} is not bound to a row of evidence",
            mend,
        )


def _without_names(context: Context, prose: str) -> str:
    # TBCRC 022 is a name; names with letters at the number's side are known without the ledger
    trials = (row["name"] for row in context.ledger.trials.values() if "name" in row)
    for name in (*context.settings.names, *(name for name in trials if " " in name)):
        prose = prose.replace(name, BLANK * len(name))
    return prose


def _bindings(context: Context, line: Line) -> None:
    # one sentence per line: the line is the sentence
    bound = []
    for match in VARIABLE.finditer(line.text):
        name = match["name"].strip("\"'")
        row = context.names.get(name)
        place = (line.file, line.number, match.start() + 1)
        if row is not None:
            bound.append((name, row, place))
        elif context.names and not _of_broken_row(context, name):
            mend = did_you_mean(name, context.names, "`manuscript evidence list` shows the rows")
            context.report("numbers/unknown-variable", place, f"{name!r} is in no row of the ledger", mend)
    rows = [row for _, row, _ in bound]
    for name, row, place in bound:
        _superseded(context, line, name, row, rows, place)
    if bound and line.kind in ("prose", "list") and not line.callout and not line.made:
        _cited(context, line, bound)


def _of_broken_row(context: Context, name: str) -> bool:
    """Whether a row that does not fit its schema would give the name; that row is reported by itself."""
    table = context.ledger.tables
    broken = {
        row_id for key, rows in table.items() for row_id in rows if row_id not in context.whole_ledger.tables[key]
    }
    stems = {
        part for row_id in broken for part in (row_id, row_id.rpartition(".")[0], row_id.replace(".", "-")) if part
    }
    return bool(context.ledger_errors) or any(stem in name for stem in stems)


def _superseded(
    context: Context, line: Line, name: str, row: Row, rows: list[Row], place: tuple[str, int, int]
) -> None:
    if row.table not in ("outcomes", "safety"):
        return
    later = [item for item in context.whole_ledger.tables[row.table].values() if item["supersedes"] == row.id]
    if not later or later[0] in rows or _EARLIER.search(line.prose):
        return
    stem = row.id.rpartition(".")[0]
    context.report(
        "numbers/superseded", place, f"{name} is bound to a readout that {later[0].id} superseded",
        f"bind {stem}.{name.rpartition('.')[2]}, or say in the sentence that this is the earlier analysis",
    )  # fmt: skip


def _cited(context: Context, line: Line, bound: list[tuple[str, Row, tuple[str, int, int]]]) -> None:
    cited = set(_CITED.findall(line.text))
    # the number itself leads to its row, and the row to the list of further sources: no citation can say more
    further = sources.further(context.ledger)
    told: set[tuple[str, str]] = set()
    for name, row, place in bound:
        keys = row.items_of("source")
        if cited.intersection(keys) or further.keys() >= set(keys) or (row.table, row.id) in told:
            continue
        told.add((row.table, row.id))
        context.report(
            "numbers/uncited",
            place,
            f"the sentence does not cite the source of {name}",
            f"cite [@{'; @'.join(key for key in keys if key not in further)}]",
        )
    cited &= context.ledger.references.keys()
    if cited and not told and not cited.intersection(key for _, row, _ in bound for key in row.items_of("source")):
        name, row, place = bound[0]
        context.report(
            "numbers/cites-other",
            place,
            f"the sentence cites {', '.join(sorted(cited))}, and {name} was read in {further[row.items_of('source')[0]]}",
            "say in the sentence where the number comes from and take the citation away, or cite it in another sentence",
        )
