"""``manuscript revise`` at work: the round's folder, its check, and the bundle that goes back to the journal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.engine.ast import Node, para, string
from manuscript.engine.document import Document
from manuscript.engine.formats import docx, pdf
from manuscript.errors import ConfigError, ManuscriptError, RenderError
from manuscript.paths import Project
from manuscript.redline import page, tracked
from manuscript.redline.changelog import Changelog, changelog
from manuscript.redline.revisions import Revision, kept, prepare_revision, render_docx
from manuscript.revision import changes as changed
from manuscript.revision import comments, response
from manuscript.revision.changes import Change
from manuscript.revision.response import Entry, Response
from manuscript.source.files import read_text
from manuscript.submit import bundle, layout, parts
from manuscript.submit.pages import Pages
from manuscript.submit.papers import Paper
from manuscript.submit.profile import Profile

COMMENTS = ("txt", "md", "eml", "html", "docx")


@dataclass
class Round:
    """A round of revision: what was asked, what was answered, what changed; ``linked`` are the changes by comment."""

    response: Response
    changes: list[Change]
    log: Changelog
    bibliography: str
    linked: dict[str, list[Change]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def unasked(self) -> list[Change]:
        """The changes that no comment asked for."""
        asked = {change.name for group in self.linked.values() for change in group}
        return [change for change in self.changes if change.name not in asked and change.file != self.bibliography]

    def findings(self) -> list[str]:
        """What is open, in lines for an author."""
        place = self.response.place
        lines = [f"{place}:{entry.line}: {entry.comment.number} has no answer" for entry in self.response.unanswered]
        lines += self.unknown
        for change in self.unasked:
            lines.append(f"{change.name}: no comment asked for this change: “{self.start(change)}”")
        return lines

    def start(self, change: Change) -> str:
        """The first words of a change; of a row, what became of it."""
        row = next((item for item in self.log.rows if change.row and item.row == change.row), None)
        words = row.words.partition(": ")[2] if row else changed.plain(change.new or change.old)
        return words if len(words) <= 80 else f"{words[:80]}…"


def folder_of(project: Project, number: int) -> Path:
    """Where the comments and answers of a round are."""
    return project.root / "review" / f"round-{number}"


def last_round(project: Project) -> int:
    """The number of the last round that was begun; 1 when there is none."""
    numbers = [int(p.name[6:]) for p in (project.root / "review").glob("round-*") if p.name[6:].isdigit()]
    return max(numbers, default=1)


def begin(project: Project, number: int, source: Path | None, tell: Callable[[str], None]) -> Response:
    """The responses of the round; ``response.md`` is made from the comments, or gets those that it lacks.

    Raises ``ConfigError`` when there are neither comments nor a ``response.md``, ``SourceError`` for what cannot be read.
    """
    folder = folder_of(project, number)
    path = folder / "response.md"
    shown = project.relative(path)
    if source is None:
        found = [folder / f"comments.{kind}" for kind in COMMENTS if (folder / f"comments.{kind}").is_file()]
        source = found[0] if found else None
    if source is None and not path.is_file():
        raise ConfigError(
            "no comments of reviewers",
            file=shown,
            mend=f"paste their letter into {project.relative(folder / 'comments.txt')}, or name a file with --comments",
        )
    if source is not None:
        review = comments.read_review(source)
        if path.is_file():
            text, added = response.merged(read_text(path, shown), response.read(path, shown), review)
            if added:
                write_text(path, text)
                tell(f"{len(added)} more comments: {', '.join(item.number for item in added)}")
        else:
            write_text(path, response.render(review))
            tell(f"{len(review.comments)} comments in {shown}")
            if review.openings:
                names, s = " and ".join(review.openings), "s" * (len(review.openings) == 1)
                tell(f"what {names} say{s} first asks for nothing and stands above the comments")
            if review.left_out:
                tell(
                    f"{len(review.left_out)} lines of the letter are no comment, such as “{review.left_out[0].strip()}”"
                )
    return response.read(path, shown)


def examine(project: Project, since: str, answers: Response, before: Revision) -> Round:
    """What changed since the revision and which comment asked for it.

    Raises ``ConfigError`` when git does not know the revision.
    """
    log = changelog(before.project, project)
    found = changed.source_changes(project, since, log)
    work = Round(answers, found, log, changed.bibliography(project))
    by_message = changed.commits_by_comment(project, since)
    for entry in answers.entries:
        named = [item for item in entry.changes if item.casefold() != response.NONE]
        known = by_message.get(entry.comment.number, [])
        work.linked[entry.comment.number] = [c for c in found if any(c.is_named(item) for item in [*named, *known])]
        for item in named:
            if not any(change.is_named(item) for change in found):
                line = f"{answers.place}:{entry.line}: {entry.comment.number} names {item}, which changed nothing since {since}"
                work.unknown.append(line)
    return work


def revise(
    project: Project,
    profile: Profile,
    since: str,
    target: Path,
    epoch: int,
    *,
    answers: Response,
    tell: Callable[[str], None],
) -> tuple[bundle.Made, Round]:
    """Write the bundle of the round to ``target``: that of a submission, and redline, response and changelog with it.

    Raises what ``bundle.make`` raises, ``ConfigError`` for an unknown revision, ``RenderError`` for one that cannot be made.
    """
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory(prefix="manuscript-revise-") as name:
        before = kept(project, since, Path(name))
        tell(f"revision {before.commit[:9]}")
        prepare_revision(before)
        work = examine(project, since, answers, before)

        def also(made: bundle.Bundle) -> None:
            tell("redline")
            rounds.append(_Extra(made, work, before, Path(name)).write())

        made = bundle.make(project, profile, target, epoch, bundle.Wishes(revised=True), tell, also)
    return made, rounds[0]


class _Extra:
    """What a revision adds to the bundle of a submission."""

    def __init__(self, made: bundle.Bundle, work: Round, before: Revision, workshop: Path) -> None:
        self.made, self.work, self.before, self.workshop = made, work, before, workshop
        self.place = made.folder / bundle.REVIEWERS
        if made.who:
            made.who = replace(made.who, strings={**made.who.strings, before.commit: "the commit"})

    def write(self) -> Round:
        redline = self.redline()
        pages = Pages(self.made.clean)
        self.work.changes = changed.placed(self.work.changes, changed.regions(redline, pages), pages)
        by_name = {change.name: change for change in self.work.changes}
        self.work.linked = {key: [by_name[c.name] for c in group] for key, group in self.work.linked.items()}
        self.letter()
        self.evidence()
        self.made.notes += self.work.findings()
        return self.work

    def redline(self) -> Path:
        """The manuscript with what changed since the revision as tracked changes of nobody in particular."""
        old, new = self.workshop / "old.docx", self.workshop / "new.docx"
        docx.write(self.made.shown(parts.manuscript(self.made.whole["docx"])), new, parted=False)
        try:
            document = bundle.documents(self.before.project, self.made.profile, self.before.epoch)["docx"]
            docx.write(self.made.shown(parts.manuscript(document)), old, parted=False)
        except ManuscriptError as error:
            if self.made.who:
                raise RenderError(
                    f"revision {self.before.name} cannot be blinded: {error.message}", mend="choose a later revision"
                ) from error
            old = render_docx(self.before)
        target = self.place / "redline.docx"
        moment = self.made.whole["docx"].moment.isoformat().replace("+00:00", "Z")
        tracked.compare(self.made.project, old, new, target, "Authors", moment)
        layout.finish(target, layout.Layout(line_numbers=self.made.layout.line_numbers), self.made.epoch)
        return target

    def letter(self) -> None:
        """The response to the reviewers, as Word and as PDF."""
        papers = self.made.papers
        blocks: list[Node] = []
        reviewer = ""
        for entry in self.work.response.entries:
            if entry.comment.reviewer != reviewer:
                reviewer = entry.comment.reviewer
                blocks += [_heading(1, reviewer), *self.opening(reviewer)]
            blocks += self.entry(entry)
        fields: dict[str, Any] = {
            "title": self.made.whole["docx"].title,
            "journal": self.made.profile.title,
            "clean": self.made.clean.name,
            "editor": any(entry.comment.number.startswith("E.") for entry in self.work.response.entries),
        }
        paper = Paper("Response to the reviewers", papers.fill("response", fields, blocks))
        sheet: Document = self.made.shown(self.made.sheet(paper))
        self.made.write(sheet, self.place / "response.docx")
        printed = replace(sheet, source=replace(sheet.source, metadata={}))
        pdf.write(printed, self.place / "response.pdf", published=False)

    def opening(self, reviewer: str) -> list[Node]:
        """What a reviewer says before the comments, and what the authors say to that."""
        found = self.work.response.openings.get(reviewer)
        if found is None:
            return []
        return [*([_quote(found.text)] if found.text else []), *self.made.papers.parse(found.answer)]

    def entry(self, entry: Entry) -> list[Node]:
        """A comment, its answer, and each change with page, line and the changed words."""
        answer = self.made.papers.parse(entry.answer) if entry.answer else [para([string("[no answer yet]")])]
        blocks = [_heading(2, entry.comment.number), _quote(entry.comment.text), *answer]
        items = [item for change in self.work.linked.get(entry.comment.number, []) for item in self.change(change)]
        if items:
            blocks += [
                _heading(3, "Changes"),
                {"t": "BulletList", "c": [[{"t": "Plain", "c": item}] for item in items]},
            ]
        return blocks

    def change(self, change: Change) -> list[list[Node]]:
        """A change as inlines: where it stands and the changed words."""
        items = []
        for region in change.regions:
            head = f"{region.place}: “" if region.place else "“"
            items.append([string(head), *changed.quoted(region), string("”")])
        if change.row:
            row = next((item for item in self.work.log.rows if item.row == change.row and not item.bookkeeping), None)
            line = f"Evidence, {row.group}: {row.for_readers}" if row else f"Reference {change.new}: {change.row}"
            items.append([string(line)])
        return items

    def evidence(self) -> None:
        """The rows that changed, by trial; no file where none did."""
        rows = [item for item in self.work.log.rows if not item.bookkeeping]
        if not rows:
            return
        text = page.markdown(Changelog(rows=rows), "Changes of the evidence", for_readers=True)
        title, _, body = text.partition("\n")
        paper = Paper(title.removeprefix("# "), self.made.papers.parse(body))
        self.made.write(self.made.shown(self.made.sheet(paper)), self.place / "evidence-changes.docx")


def _heading(level: int, text: str) -> Node:
    return {"t": "Header", "c": [level, ["", ["unnumbered"], []], [string(text)]]}


def _quote(text: str) -> Node:
    """Words of a reviewer as they are, no Markdown."""
    return {"t": "BlockQuote", "c": [_lines(part) for part in text.split("\n\n")]}


def _lines(text: str) -> Node:
    inlines: list[Node] = []
    for line in text.split("\n"):
        inlines += [string(line.strip()), {"t": "SoftBreak"}]
    return para(inlines[:-1])
