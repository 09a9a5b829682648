"""Digests that tell whether a file is what it was."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from functools import cache, lru_cache
from pathlib import Path

# in nanoseconds: what changed this lately may change again at the same tick of the file system's clock
_JUST_NOW = 2_000_000_000


def of_file(path: Path) -> bytes:
    """The SHA-256 of a file's content; for a file that is not there, a mark that no content has.

    A command asks for many files several times: one that has the same number, size and time as before is not read again.
    """
    try:
        found = path.stat()
    except (OSError, ValueError):
        return b"absent"
    if not stat.S_ISREG(found.st_mode):
        return b"absent"
    changed = max(found.st_mtime_ns, found.st_ctime_ns)
    if time.time_ns() - changed < _JUST_NOW:
        return _of_content(path)
    return _known(path, found.st_dev, found.st_ino, found.st_size, changed)


@lru_cache(maxsize=10_000)
def _known(path: Path, *_: int) -> bytes:
    return _of_content(path)


def _of_content(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def version_of(package: str) -> str:
    """The version of an installed package, empty where it is not installed.

    It stands in the name of the folder with the package's metadata: importlib.metadata says the same, but takes a
    fifth of the time of a ``prepare`` that has nothing to do.
    """
    stated = _versions().get(_plain(package))
    if stated is None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version(package)
        except PackageNotFoundError:
            return ""
    return stated


def environment() -> str:
    """One number for this Python and the versions of all that is installed for it."""
    stated = [sys.version, *(f"{name}={version}" for name, version in sorted(_versions().items()))]
    return hashlib.sha256("\n".join(stated).encode()).hexdigest()


@cache
def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for place in sys.path:
        if os.path.isdir(place):
            for name in os.listdir(place):
                if name.endswith(".dist-info"):
                    package, _, version = name.removesuffix(".dist-info").rpartition("-")
                    # as with imports, the first on the path counts
                    found.setdefault(_plain(package), version)
    return found


def _plain(package: str) -> str:
    return package.lower().replace("-", "_").replace(".", "_")
