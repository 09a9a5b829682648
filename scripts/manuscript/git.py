"""Asking git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from manuscript.errors import ConfigError


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
