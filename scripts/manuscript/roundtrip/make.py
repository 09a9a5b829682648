"""``manuscript import`` at work: base render, one comparison per reviewer, patches, notes and a report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from manuscript.atomic import write_bytes, write_text
from manuscript.errors import SourceError
from manuscript.paths import Project
from manuscript.redline.sources import Revision
from manuscript.roundtrip.blocks import Sources, read_sources
from manuscript.roundtrip.edits import Edit, Importer, Listed, Result
from manuscript.roundtrip.package import label
from manuscript.roundtrip.revision import commit_of, lay_out_base, render_base, stated_commit, workshop
from manuscript.roundtrip.word import Comment, WordFile

UNTRACKED = "untracked edits"


@dataclass
class Review:
    """What one reviewer did."""

    name: str
    edits: list[Edit] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    notes: list[tuple[Comment, str, str]] = field(default_factory=list)


def file_names(names: list[str]) -> dict[str, str]:
    """A part of a file name for each reviewer: plain letters, no two alike, and none that means something else."""
    result: dict[str, str] = {}
    taken = {"report", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
    for name in names:
        letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-") or "reviewer"
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken.add(slug)
        result[name] = slug
    return result


@dataclass
class Imported:
    """What all reviewers did: each by himself, what shows only of all ``together``, and the sources that were sent out."""

    reviews: list[Review]
    together: list[Listed]
    sources: Sources


def read_reviews(sources: Sources, base: Path, reviewed: WordFile) -> Imported:
    """What each reviewer did to the file that was rendered as ``base``; nothing is written."""
    importer = Importer(sources, WordFile(base).view(set()))
    plain = importer.compare(reviewed.view(set()))
    reviews = [Review(UNTRACKED, plain.edits, plain.listed)]
    for author in reviewed.authors:
        result = importer.compare(reviewed.view({author}))
        edits = [edit for edit in result.edits if edit not in plain.edits]
        listed = [item for item in result.listed if item not in plain.listed]
        reviews.append(Review(author, edits, listed))
    everything = importer.compare(reviewed.view(set(reviewed.authors)))
    together = _together(reviews, everything, sources)
    for comment in reviewed.comments:
        place, sentence = everything.comments.get(comment.key, ("", ""))
        review = next((item for item in reviews if item.name == comment.author), None)
        if review is None:
            review = Review(comment.author)
            reviews.append(review)
        review.notes.append((comment, place, sentence))
    return Imported([item for item in reviews if item.edits or item.listed or item.notes], together, sources)


def _together(reviews: list[Review], everything: Result, sources: Sources) -> list[Listed]:
    """Where the changes of two reviewers meet, and what shows only when all are accepted."""
    found = []
    edits = [(review.name, edit) for review in reviews for edit in review.edits]
    for number, (name, edit) in enumerate(edits):
        for other, second in edits[number + 1 :]:
            if name != other and edit.file == second.file and _meet(edit, second):
                place = f"{edit.file}:{sources.line(edit.file, edit.start)}"
                found.append(
                    Listed(
                        place,
                        f"{label(name)}: {edit.old!r} to {edit.new!r}",
                        f"{label(other)}: {second.old!r} to {second.new!r}",
                        "two reviewers changed the same words",
                        "choose one of the two patches there",
                    )
                )
    known = {edit for _, edit in edits}
    for edit in everything.edits:
        if edit not in known:
            place = f"{edit.file}:{sources.line(edit.file, edit.start)}"
            found.append(
                Listed(
                    place,
                    edit.old,
                    edit.new,
                    "the text when every reviewer's changes are accepted",
                    "compare it with the patches of each",
                )
            )
    listed = {item for review in reviews for item in review.listed}
    return found + [item for item in everything.listed if item not in listed]


def _meet(one: Edit, other: Edit) -> bool:
    return (one.start < other.end and other.start < one.end) or one.start == other.start


def apply(text: str, edits: list[Edit]) -> str:
    """``text`` with the edits of one file made; those that start at the same place keep their order.

    Raises ``SourceError`` for two that overlap.
    """
    result, at = "", 0
    for edit in sorted(edits, key=lambda item: (item.start, item.end)):
        if edit.start < at:
            raise SourceError(
                "two edits of one reviewer overlap", file=edit.file, mend="accept them in Word one by one"
            )
        result += text[at : edit.start] + edit.new
        at = edit.end
        if text[at : at + 1] in ("", "\n"):
            # the words before a removed end of a line leave a blank; blanks elsewhere in the file are the author's
            result = result.rstrip(" \t")
    return result + text[at:]


def changed_files(review: Review, sources: Sources) -> dict[str, str]:
    """The files that the reviewer's edits change, as they become."""
    made = {}
    for file in sorted({edit.file for edit in review.edits}):
        made[file] = apply(sources.texts[file], [edit for edit in review.edits if edit.file == file])
    return {file: text for file, text in made.items() if text != sources.texts[file]}


def notes(review: Review) -> str:
    """The reviewer's comments as Markdown, each anchored at file and line."""
    lines = [f"# Comments of {label(review.name)}", ""]
    for comment, place, sentence in review.notes:
        lines += [f"## {place or 'place not found'}", "", *(f"> {line}" for line in sentence.split("\n") if line), ""]
        lines += [comment.text, "", f"({label(comment.author)}, {label(comment.date)})", ""]
    return "\n".join(lines)


def report(imported: Imported, revision: Revision, name: str) -> str:
    """Everything that was found, applied or not."""
    lines = [f"# Review of {label(name)}", "", f"Sent out as revision {revision.commit[:12]}.", ""]
    if not imported.reviews and not imported.together:
        lines += ["Nothing was changed.", ""]
    for review in imported.reviews:
        counts = f"{len(review.edits)} edits in the patch, {len(review.listed)} listed, {len(review.notes)} comments"
        lines += [f"## {label(review.name)}: {counts}", ""]
        for item in review.listed:
            lines += _entry(item)
    if imported.together:
        lines += ["## Where reviewers meet", ""]
        for item in imported.together:
            lines += _entry(item)
    return "\n".join(lines)


def _entry(item: Listed) -> list[str]:
    return [
        f"- {item.place or 'place not found'}: {item.reason}; {item.mend}",
        f"    - was: {item.old or '(nothing)'}",
        f"    - wanted: {item.new or '(nothing)'}",
    ]


def bring_home(
    project: Project, document: Path, *, base: str, branch: bool, folder: Path, tell: Callable[[str], None]
) -> list[Path]:
    """Read a reviewed file and write patches, notes and the report to ``folder``; give their paths.

    Raises ``SourceError`` for a file that is not Word's, ``ConfigError`` when its revision is not in this repository.
    """
    reviewed = WordFile(document)
    commit = commit_of(project, base) if base else stated_commit(project, reviewed.commit, document)
    if not commit:
        raise SourceError(
            "it does not say which revision of this article was sent",
            file=document,
            mend="find out which one it was, and name it: --base REV",
        )
    made = []
    with workshop(project, commit) as bench:
        revision = lay_out_base(project, commit, bench.folder / "base")
        tell(f"rendering revision {revision.commit[:12]}, which was sent out")
        rendered = render_base(revision)
        imported = read_reviews(read_sources(revision.project), rendered, reviewed)
        names = file_names([review.name for review in imported.reviews])
        for review in imported.reviews:
            slug = names[review.name]
            files = changed_files(review, imported.sources)
            if files:
                data = bench.patch(files)
                made.append(folder / f"{slug}.patch")
                write_bytes(made[-1], data)
                if branch:
                    subject = f"Edits of {label(review.name)} from Word"
                    change = bench.commit_tree(bench.tree(files), label(review.name), subject)
                    stem = re.sub(r"[^A-Za-z0-9]+", "-", document.stem).strip("-") or "word"
                    tell(f"branch {bench.branch(change, f'review/{stem}-{slug}')}")
            if review.notes:
                made.append(folder / f"{slug}.md")
                write_text(made[-1], notes(review))
            counts = f"{len(review.edits)} edits, {len(review.listed)} listed, {len(review.notes)} comments"
            tell(f"{label(review.name)}: {counts}")
    made.append(folder / "report.md")
    write_text(made[-1], report(imported, revision, document.name))
    return made
