"""The outputs of a render take the place of the old ones in one step: killed at any moment, all are old or all are new.

Two folders change names in one system call where the system has it (Linux, macOS). Elsewhere the finished folder is
first named ``.whole`` and its files are moved one by one; the next command that renders moves what a kill left there.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from manuscript.atomic import TEMPORARY
from manuscript.errors import RenderError

# a finished folder whose files are on their way to their places
WHOLE = ".whole"
_CURRENT_FOLDER, _EXCHANGE = -100, 2  # Linux: AT_FDCWD, RENAME_EXCHANGE; macOS: RENAME_SWAP is 2 as well


@contextmanager
def one_at_a_time(lock: Path, what: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the file ``lock`` for the length of the block; while another process holds it, say so and wait.

    Raises ``RenderError`` when the file cannot be written.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = lock.open("w")
    except OSError as error:
        raise RenderError(
            f"cannot write: {error.strerror}", file=lock, mend="check the permissions of the folder"
        ) from error
    with handle:
        try:
            import fcntl
        except ImportError:  # Windows: two runs at once only do the same work twice
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"another {what} is at work here: waiting for it to end")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def published(output: Path) -> Iterator[Path]:
    """Yield an empty folder to make outputs in; when the block ends well, its files are those of the folder ``output``.

    Files of ``output`` that were not made anew stay. One process at a time: hold ``one_at_a_time`` around it.
    Raises ``RenderError`` when a folder cannot be written; ``output`` is then as it was.
    """
    output = output.resolve()  # a link to a folder elsewhere stays a link
    try:
        if output.exists() and not output.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "a file stands where the folder should be", str(output))
        _clear_up(output)
        workshop = _workshop(output)
    except OSError as error:
        raise _cannot_write(output, error) from error
    try:
        yield workshop
        _put_in_place(workshop, output)
    except OSError as error:
        raise _cannot_write(output, error) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _clear_up(output: Path) -> None:
    """Finish what a killed run had begun to move, and remove what it had not finished."""
    if (output / WHOLE).is_dir():
        _move_files(output)
    for folder in (output.parent, output):
        for left in folder.glob(f"{TEMPORARY}{output.name}-*"):
            shutil.rmtree(left, ignore_errors=True)


def _workshop(output: Path) -> Path:
    """A folder beside ``output``, so that they can change names; inside it where its parent cannot be written."""
    prefix = f"{TEMPORARY}{output.name}-"
    try:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=output.parent))
    except PermissionError:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=output))


def _put_in_place(workshop: Path, output: Path) -> None:
    # made for its owner alone: a web server may have to read it
    workshop.chmod(output.stat().st_mode if output.is_dir() else 0o777 & ~_umask())
    if not output.exists():
        os.rename(workshop, output)
        return
    if workshop.parent == output.parent:
        _keep(output, workshop)
        if _exchange(workshop, output):
            return
    os.rename(workshop, output / WHOLE)
    _move_files(output)


def _keep(old: Path, new: Path) -> None:
    """Give ``new`` the files of ``old`` that it has not made itself, as second names of the same files."""
    for folder, folders, files in os.walk(old):
        folders[:] = [name for name in folders if not name.startswith((TEMPORARY, WHOLE))]
        there = new / Path(folder).relative_to(old)
        there.mkdir(exist_ok=True)
        for name in files:
            if not os.path.lexists(there / name):
                try:
                    os.link(Path(folder, name), there / name, follow_symlinks=False)
                except OSError:  # a file system without second names
                    shutil.copy2(Path(folder, name), there / name, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; whether the system could."""
    if os.name != "posix":
        return False
    import ctypes  # a hundredth of a second that `prepare` need not wait for

    library = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return library.renameat2(_CURRENT_FOLDER, names[0], _CURRENT_FOLDER, names[1], _EXCHANGE) == 0
    return hasattr(library, "renamex_np") and library.renamex_np(*names, _EXCHANGE) == 0


def _move_files(output: Path) -> None:
    """Move every file of ``.whole`` to its place; begun again after a kill, it goes on where it was."""
    whole = output / WHOLE
    for path in sorted(whole.rglob("*")):
        if path.is_file():
            target = output / path.relative_to(whole)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
    shutil.rmtree(whole)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(output: Path, error: OSError) -> RenderError:
    return RenderError(
        f"cannot write: {error.strerror or error}",
        file=output.name,
        mend="check the permissions of the folder and the free space on the disk, and close the file elsewhere",
    )
