"""``manuscript import`` at work: base render, one comparison per reviewer, patches, notes and a report."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from manuscript.atomic import write_bytes, write_text
from manuscript.cite.typed import Library
from manuscript.errors import ConfigError, SourceError
from manuscript.git import commit_of
from manuscript.paths import Project
from manuscript.redline.revisions import Revision
from manuscript.roundtrip.blocks import Sources, read_sources
from manuscript.roundtrip.edits import Change, Edit, Importer
from manuscript.roundtrip.find_base import best_fit
from manuscript.roundtrip.package import label
from manuscript.roundtrip.revision import lay_out_base, render_base, stated_commit, workshop
from manuscript.roundtrip.word import UNTRACKED, Comment, WordFile

_REPORT = "report.md"


@dataclass
class Review:
    """What one reviewer did: changes, and the comments that begin with one of his, as (comment, file:line, sentence)."""

    name: str
    changes: list[Change] = field(default_factory=list)
    notes: list[tuple[Comment, str, str]] = field(default_factory=list)

    @property
    def edits(self) -> list[Edit]:
        """What the patch does."""
        return [edit for change in self.changes for edit in change.edits]

    @property
    def placed(self) -> list[Change]:
        """The changes that are in the patch."""
        return [change for change in self.changes if change.edits]

    @property
    def listed(self) -> list[Change]:
        """The changes that only a person can bring in."""
        return [change for change in self.changes if not change.edits]


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
    """What all reviewers did, where they ``meet``, and the sources that were sent out; ``replies`` by the comment's key."""

    reviews: list[Review]
    meet: list[Change]
    sources: Sources
    replies: dict[str, list[Comment]] = field(default_factory=dict)


def read_reviews(sources: Sources, base: Path, reviewed: WordFile, library: Library | None = None) -> Imported:
    """What each reviewer did to the file that was rendered as ``base``; nothing is written."""
    importer = Importer(sources, WordFile(base).view(set()), library)
    plain = importer.compare(reviewed.view(set()))
    reviews = [Review(UNTRACKED, plain.changes)]
    anchors = dict(plain.comments)
    for author in reviewed.authors:
        result = importer.compare(reviewed.view({author}), author)
        known = Counter(plain.changes)
        changes = []
        for change in result.changes:
            if known[change]:
                known[change] -= 1  # it was there without this author
            else:
                changes.append(change)
        reviews.append(Review(author, changes))
        anchors.update({key: found for key, found in result.comments.items() if not anchors.get(key, ("",))[0]})
    imported = Imported(reviews, _meetings(reviews, sources), sources)
    _threads(imported, reviewed.comments, anchors)
    imported.reviews = [item for item in reviews if item.changes or item.notes]
    return imported


def _threads(imported: Imported, comments: list[Comment], anchors: dict[str, tuple[str, str]]) -> None:
    """Every comment with its place, under the reviewer who wrote it; an answer goes under the comment that it answers."""
    by_key = {comment.key: comment for comment in comments}
    for comment in comments:
        root, seen = comment, {comment.key}
        while root.parent in by_key and root.parent not in seen:
            seen.add(root.parent)
            root = by_key[root.parent]
        if root is not comment:
            imported.replies.setdefault(root.key, []).append(comment)
            continue
        place, sentence = anchors.get(comment.key, ("", ""))
        review = next((item for item in imported.reviews if item.name == comment.author), None)
        if review is None:
            review = Review(comment.author)
            imported.reviews.append(review)
        review.notes.append((comment, place, sentence))


def _meetings(reviews: list[Review], sources: Sources) -> list[Change]:
    """Where the changes of two reviewers meet."""
    found = []
    for number, review in enumerate(reviews):
        for other in reviews[number + 1 :]:
            for change in review.placed:
                for second in other.placed:
                    if change.edits != second.edits and any(_meet(a, b) for a in change.edits for b in second.edits):
                        found.append(
                            Change(
                                change.place,
                                f"{label(review.name)}: {change.old or '(nothing)'} to {change.new or '(nothing)'}",
                                f"{label(other.name)}: {second.old or '(nothing)'} to {second.new or '(nothing)'}",
                                (),
                                "two reviewers changed the same words",
                                "apply one of the two patches there, and write what the other wants by hand",
                            )
                        )
    return found


def _meet(one: Edit, other: Edit) -> bool:
    if one.file != other.file:
        return False
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


def notes(review: Review, replies: dict[str, list[Comment]]) -> str:
    """The threads that the reviewer began as Markdown, each at its file and line, answers under their comment."""
    lines = [f"# Comments of {label(review.name)}", ""]
    for comment, place, sentence in review.notes:
        resolved = " (resolved)" if comment.resolved else ""
        lines += [f"## {place or 'place not found'}{resolved}", ""]
        lines += [*(f"    {line}" for line in sentence.split("\n") if line), ""]
        lines += _said(comment, "> ")
        for reply in replies.get(comment.key, []):
            lines += [">", *_said(reply, "> > ")]
        lines.append("")
    return "\n".join(lines)


def _said(comment: Comment, mark: str) -> list[str]:
    """A comment as a quotation, so that no line of it passes for one of ours."""
    head = f"{mark}{label(comment.author)}, {comment.date or 'no date'}:"
    return [head, mark.rstrip(), *(f"{mark}{line}".rstrip() for line in comment.text.split("\n"))]


def report(imported: Imported, revision: Revision, name: str, remarks: list[str], conflicts: list[str]) -> str:
    """Everything that was found, placed or listed, and the sum of it."""
    lines = [
        f"# Review of {label(name)}",
        "",
        f"Sent out as revision {revision.commit[:12]} of {revision.date[:10]}.",
        "",
    ]
    lines += [line for remark in remarks for line in (remark, "")]
    if not imported.reviews:
        lines += ["Nothing was changed.", ""]
    for review in imported.reviews:
        lines += [f"## {label(review.name)}: {counted(review)}", ""]
        for item in review.listed:
            lines += _entry(item)
        looked = [item for item in review.placed if item.reason]
        if looked:
            lines += ["", "In the patch, to look at:", ""]
            for item in looked:
                lines += _entry(item)
        lines.append("")
    if imported.meet or conflicts:
        lines += ["## Where reviewers meet", ""]
        for item in imported.meet:
            lines += [f"- {item.place}: {item.reason}; {item.mend}", f"    - {item.old}", f"    - {item.new}"]
        lines += [*(f"- {conflict}" for conflict in conflicts), ""]
    changes = [change for review in imported.reviews for change in review.changes]
    placed = sum(bool(change.edits) for change in changes)
    threads = [note for review in imported.reviews for note in review.notes]
    answers = sum(map(len, imported.replies.values()))
    lines += [
        "## Sum",
        "",
        f"{_number(len(changes), 'edit')} found: {placed} in patches, {len(changes) - placed} listed above.",
    ]
    said = f"{_number(len(threads), 'thread')}, {_number(answers, 'answer')}"
    lines += [f"{_number(len(threads) + answers, 'comment')}: {said}.", ""]
    return "\n".join(lines)


def counted(review: Review) -> str:
    """What a reviewer did, in numbers."""
    return (
        f"{_number(len(review.changes), 'edit')}, {len(review.placed)} in the patch, {len(review.listed)} listed; "
        f"{_number(len(review.notes), 'comment')}"
    )


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _entry(item: Change) -> list[str]:
    return [
        f"- {item.place or 'place not found'}: {item.reason}{'; ' if item.mend else ''}{item.mend}",
        f"    - was: {item.old or '(nothing)'}",
        f"    - wanted: {item.new or '(nothing)'}",
    ]


def free_folder(folder: Path) -> Path:
    """The folder itself, or with the first number that no earlier import took: reviewers send files of one name."""
    free = folder
    number = 1
    while free.exists():
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free


def bring_home(
    project: Project, document: Path, *, base: str, branch: bool, folder: Path, tell: Callable[[str], None]
) -> list[Path]:
    """Read a reviewed file and write patches, notes and the report to ``folder``; give their paths.

    Raises ``SourceError`` for a file that is not Word's or may do harm, ``ConfigError`` when its revision cannot be found
    or the folder holds the results of another review.
    """
    if (folder / _REPORT).exists():
        raise ConfigError(f"{folder} holds the results of an earlier import", mend="name a new folder: --to PATH")
    reviewed = WordFile(document)
    remarks = []
    commit = (
        commit_of(project.root, base, "name one that `git log` shows: --base REV")
        if base
        else stated_commit(project, reviewed.commit, document)
    )
    if not commit:
        commit, remark = best_fit(project, reviewed, document)
        remarks.append(remark)
        tell(remark)
    if reviewed.rewritten:
        remarks.append("Every picture was saved anew, by the program or by hand: compare them with those sent out.")
    made: list[Path] = []
    conflicts: list[str] = []
    with workshop(project, commit) as bench:
        revision = lay_out_base(project, commit, bench.folder / "base")
        tell(f"rendering revision {revision.commit[:12]}, which was sent out")
        rendered = render_base(revision)
        imported = read_reviews(read_sources(revision.project), rendered, reviewed, library_of(revision.project))
        names = file_names([review.name for review in imported.reviews])
        commits: dict[str, str] = {}
        stem = re.sub(r"[^A-Za-z0-9]+", "-", document.stem).strip("-") or "word"
        for review in imported.reviews:
            slug, name = names[review.name], label(review.name)
            files = changed_files(review, imported.sources)
            if files:
                made.append(folder / f"{slug}.patch")
                write_bytes(made[-1], bench.patch(files))
                commits[review.name] = bench.commit_tree(bench.tree(files), name, f"Edits of {name} from Word")
                if branch:
                    tell(f"branch {bench.branch(commits[review.name], f'review/{stem}-{slug}')}")
            if review.notes:
                made.append(folder / f"{slug}.md")
                write_text(made[-1], notes(review, imported.replies))
            tell(f"{name}: {counted(review)}")
        for one, other in combinations([review for review in imported.reviews if review.name in commits], 2):
            for file in bench.conflicts(commits[one.name], commits[other.name]):
                conflicts.append(_conflict(file, one, other))
    for conflict in conflicts:
        tell(conflict)
    made.append(folder / _REPORT)
    write_text(made[-1], report(imported, revision, document.name, remarks, conflicts))
    return made


def _conflict(file: str, one: Review, other: Review) -> str:
    """Where two patches of a file will not merge by themselves, and what to do then."""

    def lines(review: Review) -> set[int]:
        places = (item.place.rpartition(":") for item in review.placed if item.edits[0].file in file)
        return {int(line) for _, _, line in places if line.isdigit()}

    mine, its = lines(one), lines(other)
    near = sorted(line for line in mine if its & {line - 1, line, line + 1})
    where = f"{file}:{', '.join(map(str, near))}" if near else file
    return (
        f"{where}: the patches of {label(one.name)} and {label(other.name)} change the same sentence or two that touch; "
        "apply both with `git apply -3`, and make one sentence of the two versions that git marks there"
    )


def library_of(project: Project) -> Library:
    """The bibliography of a revision as far as it can be read."""
    from manuscript.cite.reader import read_tolerantly

    found = read_tolerantly(project.bibliography, project.relative(project.bibliography))
    return Library({entry.key: entry for entry in found.entries})
