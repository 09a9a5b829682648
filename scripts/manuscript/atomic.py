"""Writing so that an interruption or a full disk never leaves half a file."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from manuscript.errors import RenderError

# what an interruption may leave behind; git ignores it, and it is no source
TEMPORARY = ".making-"
_MAKER = re.compile(re.escape(TEMPORARY) + r"(\d+)-")


def temporary_name(name: str = "") -> str:
    """How the name of unfinished work begins: it says which process is at work on ``name``."""
    return f"{TEMPORARY}{os.getpid()}-{name}"


def clear_up(folders: Iterable[Path]) -> None:
    """Remove from ``folders`` the unfinished work of processes that are no more."""
    for folder in folders:
        with suppress(OSError):
            for path in folder.glob(f"{TEMPORARY}*"):
                maker = _MAKER.match(path.name)
                if maker and not _lives(int(maker[1])):
                    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    if os.name == "nt":  # to ask would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; it takes its place when the block ends well, else it is removed.

    Raises ``RenderError`` when the folder cannot be written or the disk is full.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=temporary_name(f"{path.stem}-"), suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise RenderError(
            f"cannot write: {error.strerror or error}",
            file=path,
            mend="check the permissions of the folder and the free space on the disk; the last good file is untouched",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with line feeds, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write ``data`` unless ``path`` already holds it; say whether it was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    write_bytes(path, data)
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
