"""Language: one sentence per line, British spelling, plain words."""

from __future__ import annotations

import re

from manuscript.check import short_forms
from manuscript.check.british import british
from manuscript.check.context import Context, Edit
from manuscript.check.spelling import WORD, Speller
from manuscript.check.structure import front_matter
from manuscript.source.lines import LONGEST, Line
from manuscript.source.syntax import BLANK, count_words

_HYPE = (
    r"groundbreaking", r"ground-breaking", r"game[- ]chang\w+", r"revolution(?:ary|is\w+|iz\w+)", r"unprecedented(?:ly)?",
    r"paradigm[- ]shift\w*", r"breakthroughs?(?! therap| devic)", r"mirac\w+", r"dramatic(?:ally)?", r"remarkabl[ey]",
    r"striking(?:ly)?", r"cutting[- ]edge", r"state[- ]of[- ]the[- ]art", r"exciting(?:ly)?", r"tremendous(?:ly)?",
    r"impressive(?:ly)?", r"holy grail", r"silver bullet", r"wonder (?!if\b|whether\b|how\b|why\b|what\b)\w+", r"spectacular(?:ly)?", r"outstanding",
    r"undoubtedly", r"unquestionably", r"drastic(?:ally)?", r"excellent(?! (?:prognosis|outcomes?|survival)\b)", r"very unique", r"promising", r"hugely",
    r"transformative", r"it is well known that", r"clearly superior", r"amazing(?:ly)?", r"incredibl[ey]",
)  # fmt: skip
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|vs|cf|Dr|Prof|Fig|Figs|Tab|No|Nos|ca|approx|St|resp|Ref|Refs|Eq|spp|viz)|\b[A-Z])\.$"
)
# a sentence's end, what closes behind it, and the beginning of the next one
_BETWEEN = re.compile(rf"(?P<end>[.!?][\"”’)\]*_]*)(?P<gap>[ \u00a0]+)(?=[\"“(\[*_]*(?:[A-Z]|{BLANK}))")
_ENDS = re.compile(rf"[.!?:;][\"”’)\]*_{BLANK}\s]*$")
# marks of emphasis do not part the two
_DOUBLED = re.compile(r"(?<![\w-])(?P<word>[^\W\d_][^\W_]*)(?P<gap>[*_]*[ \u00a0]+[*_]*)(?P=word)(?![\w-])", re.I)
_PHRASE = re.compile(r"(?<![\w-])(?P<phrase>[^\W\d_]+ [^\W\d_]{2,}(?: [^\W\d_]+)?) (?P=phrase)(?![\w-])", re.I)
# the Latin name of a species
_SPECIES = re.compile(r"(?<![\w*])[*_](?:[A-Z][a-z]+|[A-Z]\.) [a-z]{3,}[*_](?![\w*])")
_ROMAN = re.compile(r"[IVX]+[ab]?")
_ALLOWED_TWICE = {"had", "that"}


def check(context: Context) -> None:
    """Report everything of this family."""
    hype = re.compile(rf"\b(?:{'|'.join((*_HYPE, *map(re.escape, context.settings.hype)))})\b", re.I)
    speller = Speller(context.project, own_names(context))
    told: set[str] = set()
    before: Line | None = None
    for line in context.article.lines():
        if line.made:
            continue
        if line.kind in ("prose", "list", "abstract"):
            _sentences(context, line, before)
            _long(context, line)
        if line.kind in ("prose", "list", "abstract", "heading", "caption", "figure"):
            _words(context, line, speller, told)
            _doubled(context, line, before)
            for match in hype.finditer(line.prose):
                context.report(
                    "prose/hype", (line.file, line.number, match.start() + 1), f"{match.group()!r} promises more than evidence can", "say what was measured"
                )  # fmt: skip
        _white_space(context, line)
        before = line
    short_forms.check(context)


def own_names(context: Context) -> set[str]:
    """Words that the article itself vouches for: its authors, and names in the ledger."""
    found: set[str] = set()
    authors = front_matter(context).get("author")
    for author in authors if isinstance(authors, list) else []:
        name = author.get("name") if isinstance(author, dict) else author
        found.update(WORD.findall(str(name)))
    for table, columns in (("trials", ("name",)), ("agents", ("name", "maker", "payload", "linker", "backbone"))):
        for row in context.ledger.tables[table].values():
            for column in columns:
                found.update(WORD.findall(row.get(column, "")))
    found.update(WORD.findall(" ".join(re.findall(r"^\s*(?:author|editor)\s*=\s*(.*)$", _bibliography(context), re.M))))
    # an agent's name is lower case within a sentence and upper case at its beginning
    return found | {word[:1].upper() + word[1:] for word in found}


def _bibliography(context: Context) -> str:
    path = context.project.bibliography
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def _continues(line: Line, before: Line | None) -> bool:
    """Whether the line goes on with the paragraph of the line before it."""
    return (
        before is not None
        and before.file == line.file
        and before.block == line.block
        and before.number == line.number - 1
        and line.kind in ("prose", "abstract")
        and before.is_text
    )


def _sentences(context: Context, line: Line, before: Line | None) -> None:
    if _continues(line, before) and before is not None and not _ENDS.search(before.prose):
        context.report(
            "prose/sentence-per-line", (line.file, line.number, 1), "a sentence runs over two lines", "join the lines: one sentence per line"
        )  # fmt: skip
    for match in _BETWEEN.finditer(line.prose):
        if _ABBREVIATED.search(line.prose[max(match.end("end") - 40, 0) : match.end("end")].rstrip('"”’)]*_')):
            continue
        column = match.end("gap") + 1
        indent = len(line.text) - len(line.text.lstrip())
        edit = Edit(line.file, line.number, match.start("gap") + 1, match["gap"], "\n" + " " * indent)
        context.report(
            "prose/sentence-per-line", (line.file, line.number, column), "a second sentence on the line", "begin it on a line of its own, or --fix",
            edit if line.kind != "list" else None,
        )  # fmt: skip


def _long(context: Context, line: Line) -> None:
    limit = context.settings.sentence_words
    sentence = max(re.split(r"[.!?]\s+(?=[A-Z])", line.prose), key=count_words, default="")
    words = count_words(sentence)
    if len(line.text) > LONGEST:
        context.report(
            "prose/long-sentence", (line.file, line.number, 1), f"a line of {len(line.text)} characters, of which the first {LONGEST} are checked", "one sentence per line"
        )  # fmt: skip
    elif words > limit:
        context.report(
            "prose/long-sentence", (line.file, line.number, 1), f"a sentence of {words} words", f"part it: {limit} are the limit (settings: sentence-words)"
        )  # fmt: skip


def _words(context: Context, line: Line, speller: Speller, told: set[str]) -> None:
    species = [match.span() for match in _SPECIES.finditer(line.text)]
    for match in WORD.finditer(line.prose):
        word = match.group()
        around = line.prose[max(match.start() - 1, 0) : match.end() + 1]
        # part of a name with digits: Lung03, p53
        if any(sign.isdigit() for sign in around) or _ROMAN.fullmatch(word):
            continue
        if any(start <= match.start() < end for start, end in species):
            continue
        place = (line.file, line.number, match.start() + 1)
        better = british(word)
        named = word[:1].isupper() and re.search(r"\b[A-Z][a-z]+ (?:(?:of|for|in|and) )?$", line.prose[: match.start()])
        if better != word and word not in speller.own and not named:
            edit = Edit(line.file, line.number, match.start() + 1, word, better)
            context.report("prose/british", place, f"{word!r} is an American form", f"write {better}, or --fix", edit)
        elif word not in told and not speller.knows(word) and not _is_name(line.prose, match, speller):
            told.add(word)
            guess = speller.suggest(word)
            mend = (
                f"did you mean {guess}? if it is right, add it to styles/words.txt"
                if guess
                else "correct it, or add it to styles/words.txt"
            )
            context.report("prose/spelling", place, f"{word!r} is in no dictionary", mend)


def _is_name(prose: str, match: re.Match[str], speller: Speller) -> bool:
    """Whether an unknown word is a name and not a slip: it has a capital within a sentence, or a letter that English lacks.

    A word of eight letters or more that is all but a known one is a slip in capitals too.
    """
    word = match.group()
    before, after = prose[max(match.start() - 300, 0) : match.start()], prose[match.end() : match.end() + 300]
    # the end of a biological product's name: infliximab-dyyb
    if re.search(r"[a-z]-$", before) and re.fullmatch(r"[a-z]{4}", word) and not re.match(r"-?\w", after):
        return True
    if not word[:1].isupper() or word.isupper():
        return False
    if not word.isascii() and not speller.near(word):
        return True
    shortened = re.search(r"\b(?:St|Dr|Prof|Mr|Mrs|Ms|vs|cf)\.\s+$", before)
    begins = not shortened and (
        not re.search(r"[\w\x00][^.!?]*$", before) or re.search(r"[.!?][\"”’)\]]*\s+[\"“‘(\[]*$", before)
    )
    if begins and not re.match(
        r"(?:['’]s)?(?:-[A-Z]| (?:et al|and (?:colleagues|co|others|[A-Z])|[A-Z][a-z]))|, [A-Z][a-z]+(?:,| and)", after
    ):
        return False
    return not speller.near(word)


def _doubled(context: Context, line: Line, before: Line | None) -> None:
    for match in _DOUBLED.finditer(line.prose):
        if match["word"].lower() not in _ALLOWED_TWICE:
            context.report(
                "prose/doubled-word", (line.file, line.number, match.end("gap") + 1), f"{match['word']!r} stands twice", "remove one"
            )  # fmt: skip
    for match in _PHRASE.finditer(line.prose):
        context.report(
            "prose/doubled-word", (line.file, line.number, match.start() + 1), f"{match['phrase']!r} stands twice", "remove one"
        )  # fmt: skip
    if before is not None and _continues(line, before):
        last, first = re.search(r"([^\W\d_]+)\s*$", before.prose), re.match(r"\s*([^\W\d_]+)\b", line.prose)
        if last and first and last[1].lower() == first[1].lower() and last[1].lower() not in _ALLOWED_TWICE:
            context.report(
                "prose/doubled-word",
                (line.file, line.number, 1),
                f"{first[1]!r} stands twice, at the end of the line before too",
                "remove one",
            )


def _white_space(context: Context, line: Line) -> None:
    if line.kind in ("code", "comment", "table", "include"):
        return
    end = re.search(r"[ \t\u00a0]+$", line.text)
    if end:
        context.report(
            "prose/white-space", (line.file, line.number, end.start() + 1), "white space at the end of the line", "remove it, or --fix",
            Edit(line.file, line.number, end.start() + 1, end.group(), ""),
        )  # fmt: skip
    if line.kind not in ("prose", "list", "abstract", "heading"):
        return
    body = line.text.rstrip()
    start = len(body) - len(body.lstrip())
    if line.kind == "list":
        mark = re.match(r"\s*(?:[-*+]|\d+[.)]|\(?[a-z]\))\s+", body)
        start = mark.end() if mark else start
    for match in re.finditer(r"\t| {2,}", body[start:]):
        column = start + match.start() + 1
        context.report(
            "prose/white-space", (line.file, line.number, column), "a tab" if "\t" in match.group() else "more than one space", "write one space, or --fix",
            Edit(line.file, line.number, column, match.group(), " "),
        )  # fmt: skip
