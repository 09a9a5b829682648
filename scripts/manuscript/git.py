"""Asking git, and which files are sources."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from manuscript.atomic import TEMPORARY
from manuscript.errors import ConfigError
from manuscript.paths import Project

_SKIPPED = {".git", ".venv", ".quarto", "_manuscript", "build", "__pycache__"}


def git(
    root: Path,
    *arguments: str,
    data: bytes | None = None,
    environment: Mapping[str, str] | None = None,
    mend: str = "name a revision that `git log` shows",
) -> bytes:
    """The standard output of git in ``root``, with ``data`` as its input and ``environment`` in place of ours.

    Raises ``ConfigError`` with git's own words and ``mend``, and when git is not installed.
    """
    try:
        result = subprocess.run(
            ["git", *arguments], cwd=root, input=data, capture_output=True, check=False, env=environment
        )
    except OSError as error:
        raise ConfigError("git is not installed", mend="install git") from error
    if result.returncode:
        raise ConfigError(f"git {arguments[0]}: {result.stderr.decode('utf-8', 'replace').strip()}", mend=mend)
    return result.stdout


def commit_of(root: Path, name: str, mend: str = "name a revision that `git log` shows") -> str:
    """The full hash of the revision that a user named; one that reads like an option of git is a name like others.

    Raises ``ConfigError`` with ``mend`` when git does not know it, and when git is not installed.
    """
    try:
        found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except ConfigError as error:
        if isinstance(error.__cause__, OSError):
            raise
        raise ConfigError(f"git knows no revision {name!r}", mend=mend) from error
    return found.decode().strip()


def source_files(project: Project) -> list[str]:
    """The files that git tracks or would track, sorted; without git, all but what is made or was being written."""
    try:
        listing = git(project.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").decode("utf-8")
    except ConfigError:
        listing = ""
    names = [name for name in listing.split("\0") if name]
    if not names:
        names = [
            path.relative_to(project.root).as_posix()
            for path in project.root.rglob("*")
            if path.is_file() and not _SKIPPED.intersection(path.relative_to(project.root).parts)
        ]
    return sorted(
        name
        for name in set(names)
        if not any(part.startswith(TEMPORARY) for part in name.split("/")) and (project.root / name).is_file()
    )
