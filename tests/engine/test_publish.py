"""Publishing killed at every step: all outputs are old or all are new, then or after the next command."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from manuscript import publish
from manuscript.atomic import TEMPORARY

OLD = {
    "index.html": "old page",
    "index.pdf": "old print",
    "figures/a.png": "old picture",
    "notes.txt": "the author's own",
}
NEW = {"index.html": "new page", "figures/a.png": "new picture", "figures/b.png": "another picture"}
AFTER = {**OLD, **NEW}
# every call of the system that publishing may make
CALLS = (
    ("os.rename", os, "rename"),
    ("os.replace", os, "replace"),
    ("os.link", os, "link"),
    ("os.mkdir", os, "mkdir"),
    ("os.rmdir", os, "rmdir"),
    ("os.unlink", os, "unlink"),
    ("exchange", publish, "_exchange"),
)


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
    """Do ``work`` in a process that dies before its call number ``step``; whether it died."""
    child = os.fork()
    if child == 0:
        left = [step]

        def dying(call: Callable[..., object]) -> Callable[..., object]:
            def wrapped(*arguments: object, **options: object) -> object:
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)
                return call(*arguments, **options)

            return wrapped

        for _, module, name in CALLS:
            setattr(module, name, dying(getattr(module, name)))
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("can_exchange", [True, False])
def test_killed_at_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool) -> None:
    if not can_exchange:
        monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    output, step, seen = tmp_path / "out", 0, []
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
    assert len(seen) > 5 and seen[0] == OLD and AFTER in seen


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
