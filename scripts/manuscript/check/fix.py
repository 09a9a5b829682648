"""``--fix``: the mends that cannot change a meaning."""

from __future__ import annotations

from collections import defaultdict

from manuscript.atomic import write_bytes, write_text
from manuscript.check.context import Edit
from manuscript.diagnostics import Diagnostic
from manuscript.errors import BibliographyError
from manuscript.paths import Project

_BYTES = ("structure/byte-order-mark", "structure/line-endings", "structure/final-newline")


def fix(project: Project, found: list[Diagnostic], edits: dict[Diagnostic, Edit]) -> list[str]:
    """Mend what is safe; give a line for each file or step.

    Bytes come first (edits go by line and column), made files last (they are made from the rest).
    """
    done = []
    rules = {item.rule for item in found}
    for file in sorted({item.file for item in found if item.rule in _BYTES}):
        path = project.root / file
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        write_bytes(path, data.rstrip(b"\n") + b"\n" if data.strip() else data)
        done.append(f"{file}: bytes")
    by_file: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits.values():
        by_file[edit.file].append(edit)
    for file, wanted in sorted(by_file.items()):
        count = _apply(project, file, wanted)
        if count:
            done.append(f"{file}: {count} places")
    if "cite/not-canonical" in rules:
        done += _canonical(project)
    if any(rule.startswith("freshness/") for rule in rules):
        from manuscript.prepare import prepare

        done += [f"made: {name}" for name in prepare(project)]
    return done


def _apply(project: Project, file: str, edits: list[Edit]) -> int:
    path = project.root / file
    lines = path.read_bytes().decode("utf-8").split("\n")
    count = 0
    # from the end, so that places before stay true
    for edit in sorted(edits, key=lambda item: (item.line, item.column), reverse=True):
        text = lines[edit.line - 1]
        start = edit.column - 1
        if text[start : start + len(edit.old)] == edit.old:
            lines[edit.line - 1] = text[:start] + edit.new + text[start + len(edit.old) :]
            count += 1
    if count:
        write_text(path, "\n".join(lines))
    return count


def _canonical(project: Project) -> list[str]:
    from manuscript.cite.canonical import format_text
    from manuscript.cite.reader import read
    from manuscript.ledger.vocabulary import brands_of

    shown = project.relative(project.bibliography)
    try:
        text = format_text(read(project.bibliography, shown), brands_of(project))
    except BibliographyError:
        return []  # not readable: reported, and not ours to guess
    write_text(project.bibliography, text)
    return [f"{shown}: canonical form"]
