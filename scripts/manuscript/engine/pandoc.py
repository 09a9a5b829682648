"""Running the pandoc that ships inside the package ``pypandoc_binary``."""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from manuscript.errors import RenderError, SetupError

# a blank between two words, in JSON: what ends in `"}` in front of a blank is a word, or one of the first three; a box
# (☐ ☒) stays a word of its own, by which a writer knows an item of a list of tasks, and so does what may be a label
_BLANK = re.escape('"},{"t":"Space"},{"t":"Str","c":"')
_NO_WORD = ('"Space', '"SoftBreak', '"LineBreak', r"\\u2610", r"\\u2612", "☐", "☒")
# the blank first: looking for plain text takes a tenth of the time
_BETWEEN_WORDS = re.compile(rf"{_BLANK}(?!\{{#){''.join(f'(?<!{before}{_BLANK})' for before in _NO_WORD)}")
# what no XML and no page may hold, in the text of JSON: code points without a letter, and controls (written as escapes)
_NO_LETTER = re.compile(r"[\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\u00(?:0[0-8bcef]|1[0-9a-f])", re.I)


@cache
def pandoc_path() -> str:
    """Where the pandoc program is, without importing pypandoc.

    Raises ``SetupError`` when the package is not installed.
    """
    spec = find_spec("pypandoc")
    if spec and spec.origin:
        for name in ("pandoc", "pandoc.exe"):
            program = Path(spec.origin).parent / "files" / name
            if program.is_file():
                return str(program)
    raise SetupError("pandoc is missing", mend="type: make setup (it installs the package pypandoc_binary)")


def named(path: Path, folder: Path) -> str:
    """A file as pandoc, run in ``folder``, finds it: it takes a whole path for an address, in which %20 is a blank."""
    return os.path.relpath(path, folder)


def run(arguments: list[str], text: str, *, folder: Path, epoch: int) -> str:
    """pandoc's standard output for ``text``, run in ``folder``; warnings are errors.

    Raises ``RenderError`` with pandoc's own words.
    """
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    if os.name == "posix" and "UTF-8" not in (environment.get("LC_ALL") or environment.get("LANG") or "").upper():
        environment["LC_ALL"] = "C.UTF-8"  # in another, pandoc cannot name files whose path has other letters
    result = subprocess.run(
        [pandoc_path(), *arguments],
        input=text.encode("utf-8"),
        capture_output=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    complaint = result.stderr.decode("utf-8", "replace").strip()
    if result.returncode != 0 or complaint:
        raise RenderError(
            f"pandoc says: {complaint or f'exit code {result.returncode}'}",
            mend="mend what pandoc names; run again with the smallest chapter that shows it if the place is not clear",
        )
    return result.stdout.decode("utf-8")


def read(format_name: str, text: str, *, folder: Path, epoch: int) -> dict[str, Any]:
    """The tree of a text in one of pandoc's formats, words in a row as one: a quarter of the elements."""
    return _tree(_BETWEEN_WORDS.sub(" ", run(["-f", format_name, "-t", "json"], text, folder=folder, epoch=epoch)))


def _tree(text: str) -> dict[str, Any]:
    """The tree that JSON says, without the invisible signs that no output may hold."""
    text = _NO_LETTER.sub("", text)
    return json.loads(_CONTROL.sub(r"\1", text) if "\\u00" in text else text)


def citeproc(tree: dict[str, Any], *, folder: Path, epoch: int, quiet: bool = False) -> dict[str, Any]:
    """The tree with citations and bibliography resolved (``bibliography`` and ``csl`` stand in its metadata).

    With ``quiet``, a key that the bibliography does not hold is no error.
    """
    arguments = ["-f", "json", "-t", "json", "--citeproc", *(["--quiet"] if quiet else [])]
    return _tree(run(arguments, _text(tree), folder=folder, epoch=epoch))


def write(tree: dict[str, Any], to: str, arguments: list[str], *, folder: Path, epoch: int) -> str:
    """The tree in a text format, its lines not wrapped."""
    return run(["-f", "json", "-t", to, "--wrap=none", *arguments], _text(tree), folder=folder, epoch=epoch)


def write_binary(
    tree: dict[str, Any], to: str, target: Path, arguments: list[str], *, folder: Path, epoch: int
) -> None:
    """The tree as a binary file (docx)."""
    run(["-f", "json", "-t", to, "-o", str(target), *arguments], _text(tree), folder=folder, epoch=epoch)


def packed(tree: dict[str, Any]) -> str:
    """The tree as JSON, words in a row as one: pandoc's time goes by what there is to read, and no line is wrapped."""
    return _BETWEEN_WORDS.sub(" ", _text(tree))


def _text(tree: dict[str, Any]) -> str:
    return json.dumps(tree, separators=(",", ":"))
