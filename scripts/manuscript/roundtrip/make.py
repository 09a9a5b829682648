"""``manuscript import`` at work: base render, one comparison per reviewer, patches, notes and a report."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.errors import SourceError
from manuscript.git import git
from manuscript.paths import Project
from manuscript.redline.sources import Revision, lay_out, render_docx
from manuscript.roundtrip.blocks import Sources, read_sources
from manuscript.roundtrip.edits import Edit, Importer, Listed, Result
from manuscript.roundtrip.word import Comment, WordFile

UNTRACKED = "untracked edits"


@dataclass
class Review:
    """What one reviewer did."""

    name: str
    edits: list[Edit] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    notes: list[tuple[Comment, str, str]] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The name as a part of file names."""
        return re.sub(r"[^\w]+", "-", self.name.lower()).strip("-") or "reviewer"


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
                        f"{name}: {edit.old!r} to {edit.new!r}",
                        f"{other}: {second.old!r} to {second.new!r}",
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


def patch(review: Review, sources: Sources, revision: Revision) -> str:
    """The reviewer's edits as ``git format-patch`` would write them (empty when there are none)."""
    parts = []
    for file in sorted({edit.file for edit in review.edits}):
        before = sources.texts[file]
        after = apply(before, [edit for edit in review.edits if edit.file == file])
        lines = list(unified_diff(before.splitlines(True), after.splitlines(True), f"a/{file}", f"b/{file}"))
        if lines:
            parts.append(f"diff --git a/{file} b/{file}\n" + "".join(lines))
    if not parts:
        return ""
    head = f"From {revision.commit} Mon Sep 17 00:00:00 2001\nFrom: {review.name} <{review.slug}@review.invalid>\n"
    head += f"Date: {revision.date}\nSubject: [PATCH] Edits of {review.name} from Word\n\n---\n\n"
    return head + "".join(parts) + "-- \nmanuscript import\n"


def make_branch(project: Project, review: Review, text: str, revision: Revision, name: str) -> None:
    """A branch with the patch on the revision that was sent out; no file of the working tree changes.

    Raises ``ConfigError`` with git's words when the patch does not apply there.
    """
    with tempfile.TemporaryDirectory() as folder:
        slug = f"{review.slug}@review.invalid"
        environment = {
            **os.environ,
            "GIT_INDEX_FILE": str(Path(folder) / "index"),
            "GIT_AUTHOR_NAME": review.name,
            "GIT_AUTHOR_EMAIL": slug,
            "GIT_COMMITTER_NAME": review.name,
            "GIT_COMMITTER_EMAIL": slug,
        }

        def run(*arguments: str, data: str = "") -> str:
            mend = "use the patch file instead"
            answer = git(project.root, *arguments, data=data.encode(), environment=environment, mend=mend)
            return answer.decode().strip()

        run("read-tree", revision.commit)
        run("apply", "--cached", "-", data=text)
        tree = run("write-tree")
        commit = run("commit-tree", tree, "-p", revision.commit, "-m", f"Edits of {review.name} from Word")
        run("branch", "--force", name, commit)


def notes(review: Review) -> str:
    """The reviewer's comments as Markdown, each anchored at file and line."""
    lines = [f"# Comments of {review.name}", ""]
    for comment, place, sentence in review.notes:
        lines += [f"## {place or 'place not found'}", "", *(f"> {line}" for line in sentence.split("\n") if line), ""]
        lines += [comment.text, "", f"({comment.author}, {comment.date or 'no date'})", ""]
    return "\n".join(lines)


def report(imported: Imported, revision: Revision, name: str) -> str:
    """Everything that was found, applied or not."""
    lines = [f"# Review of {name}", "", f"Sent out as revision {revision.commit[:12]}.", ""]
    if not imported.reviews and not imported.together:
        lines += ["Nothing was changed.", ""]
    for review in imported.reviews:
        counts = f"{len(review.edits)} edits in the patch, {len(review.listed)} listed, {len(review.notes)} comments"
        lines += [f"## {review.name}: {counts}", ""]
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
    name = base or reviewed.commit or "HEAD"
    with tempfile.TemporaryDirectory(prefix="manuscript-import-") as workshop:
        revision = lay_out(project, name, Path(workshop) / "base")
        tell(f"rendering revision {revision.commit[:12]}, which was sent out")
        rendered = render_docx(revision)
        imported = read_reviews(read_sources(revision.project), rendered, reviewed)
    made = []
    for review in imported.reviews:
        text = patch(review, imported.sources, revision)
        if text:
            made.append(folder / f"{review.slug}.patch")
            write_text(made[-1], text)
            if branch:
                name = f"review/{re.sub(r'[^A-Za-z0-9-]+', '-', document.stem)}-{review.slug}"
                make_branch(project, review, text, revision, name)
                tell(f"branch {name}")
        if review.notes:
            made.append(folder / f"{review.slug}.md")
            write_text(made[-1], notes(review))
        tell(f"{review.name}: {len(review.edits)} edits, {len(review.listed)} listed, {len(review.notes)} comments")
    made.append(folder / "report.md")
    write_text(made[-1], report(imported, revision, document.name))
    return made
