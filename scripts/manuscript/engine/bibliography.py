"""Which keys the bibliography holds, and whether it can be read."""

from __future__ import annotations

import re
from pathlib import Path

from manuscript.errors import BibliographyError, ManuscriptError, SourceError, raise_all
from manuscript.source.files import read_text

_ENTRY = re.compile(r"^\s*@(?P<type>\w+)\s*\{\s*(?P<key>[^,\s}]+)\s*,", re.M)
# also where an entry hides from the expression above: then the whole file is needed
_INHERITS = re.compile(r"^\s*(?:crossref|xdata|ids|entryset)\s*=|^\s*@\w+\s*\(", re.M | re.I)
_NO_ENTRY = ("comment", "string", "preamble")


def read_keys(path: Path, shown: str) -> dict[str, int]:
    """Citation keys and the lines they stand at.

    Raises ``BibliographyError`` for a syntax error or a key that stands twice, with file and line.
    """
    try:
        text = read_text(path, shown)
    except SourceError as error:
        raise BibliographyError(error.message, file=shown, line=error.line, mend=error.mend) from error
    keys: dict[str, int] = {}
    errors: list[ManuscriptError] = []
    for match in _ENTRY.finditer(text):
        if match["type"].lower() in _NO_ENTRY:
            continue
        line = text.count("\n", 0, match.start("key")) + 1
        if match["key"] in keys:
            errors.append(
                BibliographyError(
                    f"the key {match['key']!r} stands already at line {keys[match['key']]}",
                    file=shown,
                    line=line,
                    mend="remove one of the entries, or give it another key",
                )
            )
        else:
            keys[match["key"]] = line
    raise_all(errors)
    _check_syntax(text, shown)
    return keys


def read_entries(path: Path, shown: str) -> dict[str, dict[str, str]]:
    """Each entry's fields by citation key; field names in lower case, values without the braces around them.

    Raises ``BibliographyError`` as ``read_keys`` does.
    """
    from pybtex.database.input.bibtex import LowLevelParser

    read_keys(path, shown)
    entries: dict[str, dict[str, str]] = {}
    for kind, content in LowLevelParser(path.read_text(encoding="utf-8")):
        if kind.lower() not in _NO_ENTRY:
            key, fields = content
            entries[key] = {name.lower(): "".join(str(part) for part in parts).strip() for name, parts in fields}
    return entries


def split_entries(text: str) -> tuple[str, dict[str, str] | None]:
    """What all entries of a .bib file share (``@string`` and the like), and the text of each entry by key.

    Nothing in place of the entries where one takes fields from another, so that none can stand alone.
    """
    if _INHERITS.search(text):
        return "", None
    starts = list(_ENTRY.finditer(text))
    common, pieces = text[: starts[0].start()] if starts else text, {}
    for match, end in zip(starts, [*(after.start() for after in starts[1:]), len(text)], strict=True):
        piece = text[match.start() : end].strip() + "\n"
        if match["type"].lower() in _NO_ENTRY:
            common += piece
        else:
            pieces[match["key"]] = piece
    return common, pieces


def _check_syntax(text: str, shown: str) -> None:
    from pybtex.database.input.bibtex import LowLevelParser
    from pybtex.scanner import PybtexSyntaxError

    try:
        for _ in LowLevelParser(text, handle_error=_throw):
            continue
    except PybtexSyntaxError as error:
        raise BibliographyError(
            f"not BibTeX: {error.args[0] if error.args else error}",
            file=shown,
            line=error.lineno,
            mend="look above this line for a missing comma, brace or quote",
        ) from error


def _throw(error: Exception) -> None:
    raise error
