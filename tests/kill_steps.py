"""Publishing killed before each call of the file system, in a small process: a fork of one that has rendered is slow.

Called with a folder and the names of what this system cannot do (``exchange``, ``link``, ``beside``); prints as JSON, for
each step, what a reader would see then, and what the next command leaves.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from manuscript import publish

OLD = {
    "index.html": "old page",
    "index.pdf": "old print",
    "figures/a.png": "old picture",
    "of-the-author/deep/b.png": "a folder that no render makes",
    "notes.txt": "the author's own",
}
NEW = {"index.html": "new page", "figures/a.png": "new picture", "figures/b.png": "another picture"}
AFTER = {**OLD, **NEW}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    """What a reader sees: hidden folders are work that was not finished."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_text(encoding="utf-8") for name, path in files.items() if not name.startswith(".")}


def make(output: Path) -> None:
    with publish.published(output) as workshop:
        write(workshop, NEW)


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Do ``work`` in a process that dies before its call number ``step`` of the file system; whether it died."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event: str, _: object) -> None:
            # Python tells of every file that it opens, names, links, removes ..., and of the call that exchanges folders
            if event == "open" or event.startswith(("os.", "shutil.", "ctypes.")):
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)

        sys.addaudithook(count)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def every_step(folder: Path) -> list[list[dict[str, str]]]:
    """What is there when the process has died at each step, and after the next command; at last when none died."""
    output, seen, dies = folder / "out", [], True
    while dies:
        shutil.rmtree(output, ignore_errors=True)
        write(output, OLD)
        dies = killed_at(len(seen) + 1, lambda: make(output))
        found = read(output)
        make(output)
        seen.append([found, {path.relative_to(folder).as_posix(): _text(path) for path in sorted(folder.rglob("*"))}])
    return seen


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def lacking(names: list[str], output: Path) -> None:
    """Let this system refuse what it is asked for by ``names``."""
    make_folder = tempfile.mkdtemp

    def elsewhere(prefix: str, dir: Path) -> str | None:
        return refuse() if dir == output.parent else make_folder(prefix=prefix, dir=dir)

    for name, target, stand_in in (
        ("exchange", "manuscript.publish._exchange", lambda *_: False),
        ("link", "os.link", refuse),
        ("beside", "tempfile.mkdtemp", elsewhere),
    ):
        if name in names:
            mock.patch(target, stand_in).start()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    lacking(sys.argv[2:], place / "out")
    print(json.dumps(every_step(place)))
