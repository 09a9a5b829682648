"""Publishing killed at every step: all outputs are old or all are new, then or after the next command."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from manuscript import publish
from manuscript.atomic import TEMPORARY, clear_up, replacing, temporary_name
from manuscript.errors import RenderError

import kill_steps
from kill_steps import AFTER, NEW, OLD, make, read, refuse, write


@pytest.mark.parametrize(
    "lacks",
    [[], ["link"], ["exchange"], ["exchange", "beside"]],
    ids=["Linux and macOS", "no second names", "elsewhere", "a parent that may not be written"],
)
def test_killed_at_every_step(tmp_path: Path, lacks: list[str]) -> None:
    command = [sys.executable, kill_steps.__file__, str(tmp_path), *lacks]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    for step, (found, afterwards) in enumerate(seen, start=1):
        if "exchange" not in lacks:
            assert found in (OLD, AFTER), f"killed at call {step}"
        # the next command has completed it, and nothing else is left
        files = {name.removeprefix("out/"): text for name, text in afterwards.items() if text}
        assert files == AFTER and not any(TEMPORARY in name or publish.WHOLE in name for name in afterwards), step
    states = [found for found, _ in seen]
    assert len(states) > 20 and states[0] == OLD and states[-1] == AFTER and AFTER in states[:-1]


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
