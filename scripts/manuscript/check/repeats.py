"""What is said twice: sentences, and the list of abbreviations against the text."""

from __future__ import annotations

import re

from manuscript.check.context import Context
from manuscript.check.short_forms import definitions_with_words
from manuscript.source.lines import Line
from manuscript.source.syntax import HEADING

_WORDS = re.compile(r"[^\W_]+")
# shorter sentences may well be said twice
_FEWEST = 5


def check(context: Context) -> None:
    """Report everything of this family."""
    _sentences(context)
    _abbreviations(context)


def _sentences(context: Context) -> None:
    seen: dict[tuple[str, str], Line] = {}
    for line in context.article.text():
        words = " ".join(_WORDS.findall(line.text.casefold()))
        if words.count(" ") + 1 < _FEWEST:
            continue
        first = seen.setdefault(
            ("box" if line.callout else "abstract" if line.kind == "abstract" else "text", words), line
        )
        if first is not line:
            context.report(
                "prose/repeated", (line.file, line.number, 1), f"the same sentence stands at {first.file}:{first.number}", "keep one of the two"
            )  # fmt: skip


def _abbreviations(context: Context) -> None:
    """The list of abbreviations: sorted, each once, each used, and as the text defines it; and what the text defines is in it."""
    listed = _listed(context)
    if not listed:
        return
    last = ""
    terms: dict[str, tuple[Line, str]] = {}
    for line, term, words in listed:
        place = (line.file, line.number, 1)
        if term in terms:
            context.report("prose/abbreviation-list", place, f"{term} stands twice in the list", "keep one of the two")
        elif term.casefold() < last:
            context.report("prose/abbreviation-list", place, f"{term} stands after {last}", "sort the list")
        last = max(last, term.casefold())
        terms.setdefault(term, (line, words))
    everything = _everything(context, {line.number for line, _, _ in listed}, listed[0][0].file)
    for term, (line, _) in terms.items():
        if not re.search(rf"(?<![\w]){re.escape(term)}s?(?![\w])", everything):
            context.report(
                "prose/abbreviation-list",
                (line.file, line.number, 1),
                f"nothing uses {term}",
                "remove it from the list",
            )
    for line in context.article.text():
        if line.callout or line.kind == "abstract":
            continue
        for term, column, before in definitions_with_words(line.prose):
            if term not in terms and len(re.findall(rf"(?<!\w){re.escape(term)}s?(?!\w)", everything)) > 1:
                context.report(
                    "prose/abbreviation-list", (line.file, line.number, column + 1), f"{term} is not in the list of abbreviations", f"add it to {listed[0][0].file}"
                )  # fmt: skip
            elif term in terms and not _same(before, terms[term][1]):
                context.report(
                    "prose/abbreviation-list", (line.file, line.number, column + 1), f"{term} is {terms[term][1]!r} in the list of abbreviations", "write the same words in both"
                )  # fmt: skip


def _listed(context: Context) -> list[tuple[Line, str, str]]:
    """The terms of the definition list below the heading that names abbreviations, with their words."""
    found: list[tuple[Line, str, str]] = []
    for source in context.article.sources.values():
        inside = False
        for index, line in enumerate(source.lines):
            if line.kind == "heading":
                match = HEADING.match(line.text)
                inside = match is not None and "abbreviation" in match["text"].casefold()
            following = source.lines[index + 1].text if index + 1 < len(source.lines) else ""
            if inside and line.kind == "prose" and re.match(r":\s", following):
                found.append((line, line.text.strip(), following[1:].strip()))
    return found


def _everything(context: Context, skipped: set[int], file: str) -> str:
    parts = [line.text for line in context.article.lines() if not (line.file == file and line.number in skipped)]
    parts += [path.read_bytes().decode("utf-8", "replace") for path in sorted(context.project.figures.glob("*.csv"))]
    parts += [value for row in context.ledger.tables["trials"].values() for value in row.values()]
    return "\n".join(parts)


def _same(before: list[str], words: str) -> bool:
    """Whether the words before the brackets end as the list has them, plural or not."""
    wanted = [_stem(word) for word in _WORDS.findall(words.casefold())]
    found = [_stem(word.casefold()) for word in before]
    # the list may say more (of which country), the text may break off a rate
    return found[-len(wanted) :] == wanted or any(found[-size:] == wanted[:size] for size in range(2, len(wanted) + 1))


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
