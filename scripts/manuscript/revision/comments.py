"""What reviewers wrote, comment by comment: from a pasted letter or e-mail, or from a Word file with comments."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from manuscript.errors import SourceError
from manuscript.revision.markers import NOUNS, PERSONS, in_one_form

if TYPE_CHECKING:
    from manuscript.roundtrip.word import Paragraph

_NUMERALS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "i": "1", "ii": "2", "iii": "3", "iv": "4"}
_REVIEWER = re.compile(
    r"^[\W_]*(?:(?:comments?|report|review|remarks)\s+(?:from|of|by|to)\s+)?(?:the\s+)?(?:anonymous\s+)?(?:"
    + PERSONS
    + r")"
    r"(?:['’]s)?(?:\s+(?:report|comments?))?\s*[:#]?\s*(?:#|no\.?|number)?\s*(?P<number>\d{1,2}|[a-z](?![\w'’])|one|two|three|four|five|i{1,3}|iv)"
    r"(?![\w.]\w)(?P<rest>.*)$",
    re.I,
)
_EDITOR = re.compile(
    r"^[\W_]*(?:(?:comments?\s+)?(?:from|of|by)\s+(?:the\s+)?)?(?:the\s+)?(?:(?:associate|academic|handling|section|guest|managing|deputy)\s+)?"
    r"editor(?:ial)?(?:-in-chief)?(?:['’]?s|s['’]?)?(?:\s+(?:comments?|remarks|report|board|office|notes?))*\s*(?P<rest>[:：*_]+.*|[*_\s]*)$",
    re.I,
)
# a reviewer's field behind the name, as "(oncology)"; and who is named by a code alone
_FIELD = re.compile(r"^\s*[(\[][^()\[\]]{1,60}[)\]][\s*_]*$")
_CODE = re.compile(r"^[\W_]*(?:(?P<editor>A?E|EiC|Ed)|R[ .-]?(?P<number>\d{1,2}|[A-D]))[\W_]*$")
# what stands behind the name of a reviewer and is no comment
_LABEL = re.compile(
    r"^[\s:.*_#–—-]*(?:\(?(?:comments?|remarks?|report|evaluations?|review)(?:\s+(?:to|for)\s+(?:the\s+)?(?:authors?(?:\(s\))?|editors?))?\)?)?[\s:.*_–—-]*$",
    re.I,
)
_HEADING = re.compile(
    r"^[\W_]*(?:major|minor|general|specific|other|additional|further|detailed)\s+"
    r"(?:comments?|points?|issues?|concerns?|remarks?|revisions?|suggestions?|essential revisions?)[\W_]*$"
    r"|^[\W_]*(?:comments?|remarks)(?:\s+and\s+suggestions?)?(?:\s+(?:to|for)\s+(?:the\s+)?authors?(?:\(s\))?)?[\W_]*$|^[\W_]*(?:major|minor|general|specific)[\W_]*$"
    r"|^[\W_]*(?:strengths?|weaknesses|summary|overview)[\W_]*$"
    # the head of a table
    r"|^[\W_]*(?:(?:no|nr|number|item|id)\b)?[\W_]*(?:reviewers?(?:['’]s?)?\s+)?comments?(?:[\W_]+(?:(?:our|authors?(?:['’]s?)?)\s+)?"
    r"(?:responses?|answers?|repl(?:y|ies)|actions?(?:\s+taken)?|changes?|lines?|pages?))*[\W_]*$",
    re.I,
)
_NUMBERED = re.compile(
    r"^\s{0,8}[#*_ ]*(?:(?:(?:major|minor|general|specific)\s+)?(?:(?:" + NOUNS + r")\s*#?\s*|[qcp](?=\d+\s*[.:)\]]))"
    r"(?P<named>\d{1,3}(?:\.\d{1,2})*)(?:\s*[.:)\]–—-]+|(?!\s+(?:of|by|and|or|is|was|has|above|below|raised|from)\b))(?=[\s*_]|$)"
    r"|[(\[]?(?P<plain>\d{1,3}(?:\.\d{1,2})*)\s*(?:[.:)\]]|[–—-](?=\s)|(?<=\d\.\d)(?=\s)|(?<=\d\.\d\d)(?=\s)))[*_]*(?:\s+|$)(?P<text>.*)$",
    re.I,
)
# in a later round: what a comment of an earlier one is quoted by, with what was answered and what is said to it now
_QUOTES = re.compile(
    rf"^\s{{0,4}}(?P<text>(?:(?:the\s+)?(?:previous|original|earlier|initial|former)|first[- ]round|round\s*\d)\s+(?:{NOUNS})\b.*)$",
    re.I,
)
# where there are no numbers, what else may open a comment
_OPENERS = (
    _QUOTES,
    re.compile(r"^\s{0,4}[-*•·‣–—]\s+(?P<text>.*)$"),
    re.compile(r"^\s{0,4}\(?(?:[a-h]|[ivx]{1,4}|[IVX]{1,5})[.)]\s+(?P<text>.*)$"),
    re.compile(r"^\s{0,4}(?P<text>(?:lines?|pages?|p\.?|l\.?|figures?|tables?)\s?\d.*)$", re.I),
)
_RULE = re.compile(r"^\s*(?:[-_=*~#]\s?){5,}\s*$")
_CLOSING = re.compile(
    r"^\s*(?:(?:with\s+)?(?:kind|best|warm)\s+(?:regards|wishes)|(?:yours\s+)?(?:sincerely|faithfully)(?:\s+yours)?|regards)\b.{0,20}$"
    r"|^\s*(?:we|i)\s+(?:look|are looking|am looking)\s+forward\s+to\b|^\s*to\s+(?:re)?submit\s+(?:your|a|the)\s+(?:revis|manuscript)"
    r"|^\s*(?:the|your)\s+revis\w+\s+(?:manuscript\s+)?(?:is|are)\s+due\b|^\s*(?:the )?(?:due date|deadline)\b.{0,60}$"
    r"|^\s*(?:in compliance with data protection\b|please note that this (?:journal|e-?mail|message)\b|submission date\s*$)",
    re.I,
)
# sentences before the first comment: what asks for nothing, what announces the comments, and what says how the paper was judged
_ASKS = re.compile(
    r"\?|\b(?:should|must|please|could|would|needs?|suggest\w*|recommend\w*|advise|consider|clarif\w+|unclear|missing|lacks?|lacking|"
    r"omit\w*|add|remove|correct|revise|rewrite|shorten|discuss|explain|why|how|not|errors?|wrong|incorrect\w*|inconsisten\w+|"
    r"concern(?:s|ed)?|too|difficult|weak\w*|insufficient\w*|limited|unfortunately)\b",
    re.I,
)
_ANNOUNCES = re.compile(
    r"\b(?:comments?|suggestions?|concerns?|questions?|points?|issues?|remarks?)\b.*(?:\b(?:below|follow\w*|address\w*|listed|attached)\b|:$)"
    r"|\b(?:some|few|several|following|these|minor|major|my|our|only)\b.*\b(?:comments?|suggestions?|concerns?|questions?|points?|issues?|remarks?)\b"
    r"|\brecommendations?:|\b(?:accept\w*|publication|publish\w*|revisions?|reject\w*|resubmit\w*)\b",
    re.I,
)
_PRAISES = re.compile(
    r"\b(?:should|must|need to) be (?:congratulat|commend|applaud|prais)ed|\b(?:would|could) like to (?:thank|congratulate|commend)\w*",
    re.I,
)
# of the work as a whole
_WHOLE = re.compile(r"\b(?:manuscript|paper|article|review|study|work|submission|authors?)\b", re.I)
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z])")
# elements of a page that stand on lines of their own, and what shows that a file is one
_BLOCKS = (
    "br",
    "p",
    "div",
    "li",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "hr",
    "dt",
    "dd",
)
_MARKUP = re.compile(r"<(?:p|div|br|li|ol|ul|td|tr|h[1-6]|html|body)\b[^<>]*>", re.I)
_QUOTED = re.compile(r"^\s?(?:>\s?)+")


@dataclass(frozen=True)
class Comment:
    """One comment; ``number`` (``R1.2``, ``E.1``) is stable, ``reviewer`` is who wrote it."""

    number: str
    reviewer: str
    text: str


@dataclass(frozen=True)
class Review:
    """All comments; what a reviewer says before them (praise, a summary) by reviewer; and the lines that were not taken as
    either (greetings, signatures)."""

    comments: list[Comment]
    left_out: list[str]
    openings: dict[str, str] = field(default_factory=dict)


def read_review(path: Path) -> Review:
    """The comments of a text, Markdown, e-mail (``.eml``) or Word file.

    Raises ``SourceError`` for a file that cannot be read or holds no comment.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}", file=path, mend="name the file with the comments"
        ) from error
    if data.startswith(b"PK"):
        review = _word(path)
    else:
        text = _mail(data) if path.suffix.lower() == ".eml" else _decoded(data)
        if len(_MARKUP.findall(text)) > 2:
            text = _of_html(text)
        review = parse(text)
    if not review.comments:
        raise SourceError("no comment found", file=path, mend="paste the reviewers' comments as text into the file")
    return review


def _decoded(data: bytes) -> str:
    for name in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _mail(data: bytes) -> str:
    message = email.message_from_bytes(data, policy=email.policy.default)
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = part.get_content()
    return _of_html(text) if part.get_content_subtype() == "html" else text


def _of_html(text: str) -> str:
    """A page as its reader sees it: a line for each paragraph, item and row, with the numbers and bullets of lists."""
    from lxml import html

    root = html.fromstring(text)
    for item in list(root.iter("script", "style", "head", html.etree.Comment)):
        item.drop_tree()
    # what breaks lines in the source breaks none on the page
    for item in root.iter():
        item.text, item.tail = (part and re.sub(r"\s+", " ", part) for part in (item.text, item.tail))
    for item in root.iter(*_BLOCKS):
        mark = "- " if item.tag == "li" else ""
        if item.tag == "li" and (parent := item.getparent()) is not None and parent.tag == "ol":
            mark = f"{int(parent.get('start', '1')) + parent.findall('li').index(item)}. "
        if item.tag in ("td", "th"):
            cells = item.getparent().findall("*") if item.getparent() is not None else []
            number = bool(cells) and item is cells[0] and item.text_content().strip().isdigit()
            item.tail = ". " if number else " "
        elif item.tag != "br":
            item.text = f"\n{mark}{(item.text or '').lstrip()}"
        if item.tag not in ("td", "th"):
            item.tail = f"\n{item.tail or ''}"
    return re.sub(r"\n[ \t]+", "\n", root.text_content())


def _word(path: Path) -> Review:
    """The comments in the margin of a Word file where it has some, else its text."""
    from manuscript.roundtrip.word import WordFile

    document = WordFile(path)
    view = document.view(set(document.authors))
    if not document.comments:
        return parse("\n\n".join(_lines(view)))
    anchors = {key: paragraph.text for paragraph in view for key, _ in paragraph.comments}
    names = list(dict.fromkeys(item.author for item in document.comments))
    comments: list[Comment] = []
    for item in document.comments:
        if not item.text.strip():
            continue
        place = " ".join(anchors.get(item.key, "").split()[:30])
        text = f"{item.text}\n(at “{place} …”)" if place else item.text
        number = names.index(item.author) + 1
        count = sum(known.reviewer == item.author for known in comments) + 1
        comments.append(Comment(f"R{number}.{count}", item.author, text))
    return Review(comments, [])


def _lines(view: list[Paragraph]) -> Iterator[str]:
    """The paragraphs as lines of text, with the numbers and bullets that Word draws before them; a row of a table is one."""
    count = 0
    for _, group in groupby(enumerate(view), key=lambda item: item[1].spot[:2] if item[1].spot else item[0]):
        row = [paragraph for _, paragraph in group]
        first, text = row[0], _typed(row[0])
        if len(row) > 1:
            head, *rest = [_typed(item).strip() for item in row if item.text.strip()] or [""]
            text = f"{head}. {' '.join(rest)}" if head.isdigit() else " ".join((head, *rest))
        elif first.items and text.strip() and not _NUMBERED.match(text):
            kind, depth = first.items
            if kind == "number" and not depth:
                count += 1
            text = f"{count}. {text}" if kind == "number" and not depth else f"{'   ' * depth}- {text}"
        elif first.level or _opening(text) or _HEADING.match(text):
            count = 0
        yield text


def _typed(paragraph: Paragraph) -> str:
    """Its words, each line as it was typed."""
    return paragraph.shown().replace("‹line break›", "\n")


def parse(text: str) -> Review:
    """The comments of a letter: by reviewer, then by number, bullet or paragraph."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    filled = [line for line in lines if line.strip()]
    if filled and sum(bool(_QUOTED.match(line)) for line in filled) > 0.7 * len(filled):
        # a reply that quotes the letter
        lines = [_QUOTED.sub("", line) for line in lines]
    lines = in_one_form(lines, lambda line: (_opening(line) or ("",))[0])
    sections: list[tuple[str, str, list[str]]] = [("", "", [])]
    left_out: list[str] = []
    ended = False
    for line in lines:
        found = _opening(line)
        # who signs the letter says no more
        if found and not (ended and found[0] == "E"):
            key, name, rest = found
            known = next((item for item in sections if item[0] == key), None)
            if known is None:
                sections.append((key, name, [rest]))
            else:
                sections.append((known[0], known[1], [rest]))
            ended = False
        elif _CLOSING.match(line):
            ended = True
            left_out.append(line)
        elif ended:
            left_out.append(line)
        else:
            sections[-1][2].append("" if _RULE.match(line) else line)
    if len(sections) == 1:
        sections = [("R1", "Reviewer 1", sections[0][2])]
    counts: dict[str, int] = {}
    comments: list[Comment] = []
    openings: dict[str, str] = {}
    for key, name, body in sections:
        letter = not key
        if letter:
            # the letter before the first reviewer: the editor's, where it numbers what it asks for
            if not any(_NUMBERED.match(line) for line in body):
                left_out = [line for line in body if line.strip()] + left_out
                continue
            key, name = "E", "Editor"
        opening, items = _items(body, letter=letter)
        if letter:
            left_out = opening.split("\n") + left_out
        elif not items:
            # who says nothing else has said it as a comment
            items = [opening]
        elif opening:
            openings[name] = "\n\n".join(filter(None, (openings.get(name), opening)))
        for item in filter(None, items):
            counts[key] = counts.get(key, 0) + 1
            comments.append(Comment(f"{key}.{counts[key]}", name, item))
    return Review(comments, [line for line in left_out if line.strip()], openings)


def _opening(line: str) -> tuple[str, str, str] | None:
    """Key, name and first words of a reviewer whom this line announces."""
    if match := _REVIEWER.match(line):
        rest = match["rest"]
        number = _NUMERALS.get(match["number"].lower(), match["number"].upper())
        # in a sentence ("reviewer 2 is right") a name announces nobody
        if not _LABEL.match(rest) and not _FIELD.match(rest) and not re.match(r"\s*(?:\([^)]*\)\s*)?[:.*_–—-]", rest):
            return None
        text = (
            "" if _LABEL.match(rest) or _FIELD.match(rest) else re.sub(r"^\s*(?:\([^)]*\)\s*)?[:.*_–—-]+\s*", "", rest)
        )
        text = "" if _LABEL.match(text) else text
        return f"R{number}", f"Reviewer {number}", text
    if match := _CODE.match(line):
        return ("E", "Editor", "") if match["editor"] else (f"R{match['number']}", f"Reviewer {match['number']}", "")
    if match := _EDITOR.match(line):
        rest = re.sub(r"^[:：*_\s]+", "", match["rest"])
        return ("E", "Editor", "" if _LABEL.match(rest) else rest) if len(line) < 60 or ":" in line else None
    return None


def _items(lines: list[str], *, letter: bool = False) -> tuple[str, list[str]]:
    """What one reviewer says first and asks nothing by, and the comments: numbered ones, else bullets and the like, else
    paragraphs. In a ``letter``, all that stands before the first number is no comment.
    """
    numbered = any(_NUMBERED.match(line) for line in lines)
    # in a later round: numbers of an earlier one, which stay
    taken_up = numbered and _takes_up(lines)
    opener = next((form for form in _OPENERS if _opens(form, lines)), None)
    items: list[list[str]] = [[]]
    first = None if numbered or opener else len(lines)
    last = before = 0
    blank = True
    for line in lines:
        if _HEADING.match(line):
            items.append([])
            last, before = 0, last
        elif numbered:
            match = _NUMBERED.match(line)
            if match and (_follows(match, last, before) or (taken_up and _number(match) > last)):
                last = _number(match)
                first = len(items) if first is None else first
                items.append([line.strip() if taken_up else match["text"]])
            else:
                items[-1].append(line)
        elif opener and (match := opener.match(line)):
            first = len(items) if first is None else first
            items.append([match["text"]])
        elif opener is None and blank and line.strip():
            items.append([line])
        else:
            items[-1].append(line)
        blank = not line.strip()
    texts = [re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in item).strip()) for item in items]
    # what stands before the first that is marked; where none is, the paragraphs on the whole before the first that asks
    marked = numbered or opener is not None
    count = 0
    while count < min(first or 0, len(texts)) and (
        letter or not texts[count] or _introduces(texts[count], marked=marked)
    ):
        count += 1
    opening = "\n\n".join(filter(None, texts[:count]))
    return opening, [text for text in texts[count:] if re.search(r"[^\W\d_]", text)]


def _opens(form: re.Pattern[str], lines: list[str]) -> bool:
    """Whether this is how the comments are marked: more than once, and a word such as "Figure 2" before most of them."""
    count = sum(bool(form.match(line)) for line in lines)
    paragraphs = sum(bool(line.strip()) and (not at or not lines[at - 1].strip()) for at, line in enumerate(lines))
    return count > (form is not _QUOTES) and (form is not _OPENERS[-1] or 2 * count >= paragraphs)


def _introduces(text: str, *, marked: bool) -> bool:
    """Whether each sentence praises, sums up, judges as a whole or announces what follows; unless the comments are ``marked``
    as such, it speaks of the whole besides."""
    plain = " ".join(text.split()).rstrip(",;")
    if not (marked or _WHOLE.search(plain) or _ANNOUNCES.search(plain)):
        return False
    return all(_ANNOUNCES.search(part) or not _ASKS.search(_PRAISES.sub("", part)) for part in _SENTENCE.split(plain))


def _takes_up(lines: list[str]) -> bool:
    """Whether the numbers are those of comments of an earlier round: more than one, in their order, and not from 1 on."""
    numbers = [_number(match) for line in lines if (match := _NUMBERED.match(line))]
    return len(numbers) > 1 and numbers[0] > 1 and numbers[-1] < 100 and all(a < b for a, b in pairwise(numbers))


def _number(match: re.Match[str]) -> int:
    return int((match["named"] or match["plain"]).split(".")[-1])


def _follows(match: re.Match[str], last: int, before: int) -> bool:
    """Whether the number of a line continues its list, or that before a heading: a sentence may begin with one too."""
    number = _number(match)
    return bool(match["named"]) or number == 1 or last < number <= last + 2 or (not last and number == before + 1)
