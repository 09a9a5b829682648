"""``response.md``: one entry per comment, with its number, a place for the answer, and what answers it.

Authors write in it; what they wrote is never replaced. A comment that comes later is added behind those of its reviewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from manuscript.errors import ManuscriptError, SourceError, raise_all
from manuscript.revision.comments import Comment, Review
from manuscript.source.files import read_text

_GUIDE = """\
<!--
Write each answer behind the word Answer. Behind the word Changes name what was changed for the comment: commits, lines
(chapters/01-introduction.qmd:12-15) or rows of the ledger, with commas between, or “none”. A commit whose message names the
comment ({example}) is found without that. Words of a reviewer that ask for nothing stand above the comments; the letter has
them, and what you write below them.
-->
"""
_ENTRY = re.compile(r"^##[ \t]+(?P<number>(?:R[0-9A-Z]+|E)\.\d+)[ \t]*$", re.M)
_REVIEWER = re.compile(r"^#[ \t]+(?P<name>\S.*?)[ \t]*$", re.M)
_ANSWER = re.compile(r"^\*\*Answer:\*\*", re.M)
_CHANGES = re.compile(r"^\*\*Changes:\*\*[ \t]*(?P<text>.*(?:\n(?!\s*\n|#).*)*)", re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
NONE = "none"


@dataclass(frozen=True)
class Entry:
    """A comment with its answer (Markdown; empty when there is none yet) and what its author named as changes."""

    comment: Comment
    answer: str = ""
    changes: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Opening:
    """What a reviewer says before the comments, and what an author wrote below it (Markdown)."""

    text: str
    answer: str = ""


@dataclass(frozen=True)
class Response:
    """The entries of a ``response.md`` in its order, and the openings by reviewer; ``place`` is what an author would type."""

    place: str
    entries: list[Entry] = field(default_factory=list)
    openings: dict[str, Opening] = field(default_factory=dict)

    @property
    def unanswered(self) -> list[Entry]:
        """The comments without an answer."""
        return [entry for entry in self.entries if not entry.answer]


def render(review: Review) -> str:
    """A new ``response.md``, all answers empty."""
    comments = review.comments
    parts = [_GUIDE.format(example=comments[0].number if comments else "R1.1")]
    for reviewer in dict.fromkeys(item.reviewer for item in comments):
        parts.append(_head(reviewer, review))
        parts += [_entry(item) for item in comments if item.reviewer == reviewer]
    return "\n".join(parts)


def _head(reviewer: str, review: Review) -> str:
    opening = review.openings.get(reviewer)
    return f"# {reviewer}\n\n{_quoted(opening)}\n" if opening else f"# {reviewer}\n"


def _entry(comment: Comment) -> str:
    return f"## {comment.number}\n\n{_quoted(comment.text)}\n\n**Answer:**\n\n**Changes:**\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _unquoted(text: str) -> str:
    return "\n".join(re.sub(r"^>[ ]?", "", line) for line in text.strip().split("\n")).strip()


def read(path: Path, shown: str) -> Response:
    """The entries of ``path``.

    Raises ``SourceError``, all findings at once, for an entry that lost its parts or stands twice.
    """
    text = read_text(path, shown)
    errors: list[ManuscriptError] = []
    entries: list[Entry] = []
    starts = list(_ENTRY.finditer(text))
    reviewers = [(match.start(), match["name"]) for match in _REVIEWER.finditer(text)]
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        end = next((at for at, _ in reviewers if match.end() < at < end), end)
        body = _COMMENT.sub("", text[match.end() : end])
        line = text.count("\n", 0, match.start()) + 1
        answer, changes = _ANSWER.search(body), _CHANGES.search(body)
        if answer is None:
            mend = "restore the line **Answer:** below the comment"
            errors.append(
                SourceError(f"{match['number']} has no place for an answer", file=shown, line=line, mend=mend)
            )
            continue
        if any(entry.comment.number == match["number"] for entry in entries):
            mend = "give one of them another number"
            errors.append(SourceError(f"{match['number']} stands twice", file=shown, line=line, mend=mend))
            continue
        reviewer = next((name for at, name in reversed(reviewers) if at < match.start()), "")
        stated = body[answer.end() : changes.start() if changes else None].strip()
        named = re.split(r"[,;\s]+", changes["text"].strip()) if changes else []
        comment = Comment(match["number"], reviewer, _unquoted(body[: answer.start()]))
        entries.append(Entry(comment, stated, tuple(item.strip("`.") for item in named if item.strip("`.")), line))
    raise_all(errors)
    return Response(shown, entries, dict(_openings(text)))


def _openings(text: str) -> Iterator[tuple[str, Opening]]:
    """By reviewer what stands between the heading and the first comment."""
    for match in _REVIEWER.finditer(text):
        body = _COMMENT.sub("", re.split(r"^#", text[match.end() :], maxsplit=1, flags=re.M)[0]).strip()
        quote = re.match(r"(?:>.*(?:\n|$))*", body)
        if body and quote:
            yield match["name"], Opening(_unquoted(quote[0]), body[quote.end() :].strip())


def merged(text: str, known: Response, review: Review) -> tuple[str, list[Comment]]:
    """The text of a ``response.md`` with the comments that it lacks, under new numbers; and these comments."""
    have = {_plain(entry.comment.text) for entry in known.entries}
    added: list[Comment] = []
    for comment in review.comments:
        if _plain(comment.text) in have:
            continue
        key = comment.number.split(".")[0]
        taken = [int(e.comment.number.split(".")[1]) for e in known.entries if e.comment.number.startswith(f"{key}.")]
        taken += [int(item.number.split(".")[1]) for item in added if item.number.startswith(f"{key}.")]
        added.append(replace(comment, number=f"{key}.{max(taken, default=0) + 1}"))
    for comment in added:
        heading = re.search(rf"^# {re.escape(comment.reviewer)}[ \t]*$", text, re.M)
        following = _REVIEWER.search(text, heading.end()) if heading else None
        if heading is None:
            text = f"{text.rstrip()}\n\n{_head(comment.reviewer, review)}\n{_entry(comment)}"
        elif following is None:
            text = f"{text.rstrip()}\n\n{_entry(comment)}"
        else:
            text = f"{text[: following.start()].rstrip()}\n\n{_entry(comment)}\n{text[following.start() :]}"
    return text, added


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
