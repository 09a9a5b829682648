"""Publishing killed at every step: all outputs are old or all are new, then or after the next command."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from manuscript import publish
from manuscript.atomic import TEMPORARY, clear_up, replacing, temporary_name
from manuscript.errors import RenderError

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


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize(
    ("can_exchange", "can_link", "beside"),
    [(True, True, True), (True, False, True), (False, True, True), (False, True, False)],
    ids=["Linux and macOS", "no second names", "elsewhere", "a parent that may not be written"],
)
def test_killed_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool, can_link: bool, beside: bool
) -> None:
    output, step, seen = tmp_path / "out", 0, []
    if not can_exchange:
        monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    if not can_link:
        monkeypatch.setattr("os.link", refuse)
    if not beside:
        make_folder = tempfile.mkdtemp
        monkeypatch.setattr(
            "tempfile.mkdtemp",
            lambda prefix, dir: refuse() if dir == output.parent else make_folder(prefix=prefix, dir=dir),
        )
    while True:
        step += 1
        shutil.rmtree(output, ignore_errors=True)
        write(output, OLD)
        if not killed_at(step, lambda: make(output)):
            break
        found = read(output)
        if can_exchange:
            assert found in (OLD, AFTER), f"killed at call {step}"
        seen.append(found)
        # the next command
        make(output)
        assert read(output) == AFTER
        assert [path for path in tmp_path.rglob(f"{TEMPORARY}*")] == []
        assert not (output / publish.WHOLE).exists()
    assert read(output) == AFTER
    assert len(seen) > 20 and seen[0] == OLD and AFTER in seen


def test_what_a_killed_process_had_begun_is_cleared_up(tmp_path: Path) -> None:
    """Single files, and folders beside them; not what a process that lives is at work on."""
    child = os.fork()
    if child == 0:
        (tmp_path / temporary_name()).mkdir()
        with replacing(tmp_path / "notes.txt") as half:
            half.write_text("half", encoding="utf-8")
            os._exit(9)
    os.waitpid(child, 0)
    assert len(list(tmp_path.glob(f"{TEMPORARY}*"))) == 2
    with replacing(tmp_path / "notes.txt") as mine:
        clear_up([tmp_path, tmp_path / "not there"])
        assert list(tmp_path.iterdir()) == [mine]


def test_folders_have_the_rights_of_before_and_the_process_keeps_its_own(tmp_path: Path) -> None:
    output = tmp_path / "out"
    before = os.umask(0o027)
    try:
        make(output)
        assert os.umask(0o027) == 0o027
        # not those of a folder for its owner alone, which a web server could not read
        assert stat.S_IMODE(output.stat().st_mode) == 0o750
        output.chmod(0o775)
        make(output)
        assert stat.S_IMODE(output.stat().st_mode) == 0o775
    finally:
        os.umask(before)


def test_what_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    with pytest.raises(RenderError, match="a file stands where the folder should be") as caught:
        make(tmp_path / "out")
    assert caught.value.file == "out" and caught.value.mend
    with pytest.raises(RenderError, match="cannot write: No space left"), publish.published(tmp_path / "full"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not (tmp_path / "full").exists()
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(RenderError, match="cannot write: Operation not permitted"):
        make(tmp_path / "first")


def test_the_next_command_completes_what_was_on_its_way(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write(output, OLD)
    write(output / publish.WHOLE, NEW)
    with pytest.raises(KeyError), publish.published(output):
        raise KeyError  # it fails, but what was whole before is in place
    assert read(output) == AFTER


def test_a_failure_leaves_everything_as_it_was(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write(output, OLD)
    with pytest.raises(KeyError), publish.published(output) as workshop:
        write(workshop, NEW)
        raise KeyError
    assert read(output) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_first_outputs_and_a_link_to_a_folder(tmp_path: Path) -> None:
    make(tmp_path / "first")
    assert read(tmp_path / "first") == NEW
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    make(tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and read(tmp_path / "elsewhere") == NEW


def test_a_second_run_says_that_it_waits(tmp_path: Path) -> None:
    lock, events = tmp_path / "build" / ".lock", []
    waiting = threading.Event()

    def tell(text: str) -> None:
        events.append(text)
        waiting.set()

    def second() -> None:
        with publish.one_at_a_time(lock, "render", tell):
            events.append("second")

    with publish.one_at_a_time(lock, "render", tell):
        other = threading.Thread(target=second)
        other.start()
        assert waiting.wait(10)
        events.append("first ends")
    other.join(10)
    assert events == ["another render is at work here: waiting for it to end", "first ends", "second"]
