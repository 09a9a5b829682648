"""Which revision a file was made from, when it does not say so: the one whose words it holds."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

from manuscript.errors import ConfigError, SourceError
from manuscript.git import git
from manuscript.paths import Project
from manuscript.roundtrip.blocks import BOUND, MARKS, inline
from manuscript.roundtrip.revision import SAFE
from manuscript.roundtrip.word import WordFile

_RECENT = 60  # revisions of the text that are tried
_TEXT = ("index.qmd", "chapters", "tables", "figures", "references.bib")
_ENOUGH = 0.6  # of its words a file must share with a revision


def best_fit(project: Project, reviewed: WordFile, document: Path) -> tuple[str, str]:
    """The recent commit whose sentences the file holds the most of, and a sentence that says so.

    Raises ``SourceError`` when no recent one fits.
    """
    shown = _words(" ".join(item.text for item in reviewed.view(set())))
    try:
        log = (
            git(project.root, *SAFE, "log", f"-{_RECENT}", "--format=%H %cs", "HEAD", "--", *_TEXT).decode().split("\n")
        )
    except ConfigError:
        log = []
    known: dict[str, tuple[int, int]] = {}
    best: tuple[float, str, str] | None = None
    for line in filter(None, log):
        commit, _, day = line.partition(" ")
        held = total = 0
        for source in _lines(project, commit):
            if source not in known:
                known[source] = _held(source, shown)
            held += known[source][0]
            total += known[source][1]
        share = held / total if total else 0.0
        # the newest of those that fit alike: the log begins with it
        if best is None or share > best[0] + 1e-9:
            best = (share, commit, day)
    if best is None or best[0] < _ENOUGH:
        raise SourceError(
            "it does not say which revision of this article was sent, and no recent one fits it",
            file=document,
            mend="find out which one it was, and name it: --base REV",
        )
    share, commit, day = best
    return commit, (
        f"The file does not say which revision was sent. It fits {commit[:12]} of {day} best ({share:.0%} of its words); "
        "if another one was sent, name it: --base REV."
    )


def _lines(project: Project, commit: str) -> list[str]:
    """The lines of a revision that a reader sees."""
    listing = git(project.root, *SAFE, "ls-tree", "-r", "-z", "--name-only", "--end-of-options", commit).decode()
    names = [name for name in listing.split("\0") if name.endswith((".qmd", ".md")) and name.startswith(_TEXT)]
    result: list[str] = []
    if not names:
        return result
    data = git(project.root, *SAFE, "archive", "--format=tar", "--end-of-options", commit, *names)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for item in archive:
            stream = archive.extractfile(item) if item.isfile() else None
            if stream is not None:
                result += [line for line in stream.read().decode("utf-8", "replace").split("\n") if line.strip()]
    return result


def _held(line: str, shown: str) -> tuple[int, int]:
    """How many words of a line stand in the text, and how many there are, leaving out what a render puts in."""
    if line.startswith((":::", "---", "<!--", "{{<")):
        return 0, 0
    pieces = [""]
    for unit in inline(re.sub(r"^#+ |^[-*] ", "", line), 0, 0):
        if unit.kind in BOUND or unit.source == "|":
            pieces.append("")
        elif unit.kind not in MARKS:
            pieces[-1] += " " if unit.pattern == " " else unit.source[-1]
    held = total = 0
    for piece in pieces:
        words = _words(piece).strip()
        number = words.count(" ") + 1
        if number >= 3:
            total += number
            held += number if f" {words} " in shown else 0
    return held, total


def _words(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "
