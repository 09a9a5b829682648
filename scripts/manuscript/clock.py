"""The one moment that outputs carry, so that a commit always gives the same bytes."""

from __future__ import annotations

import os
import subprocess

from manuscript.errors import ConfigError
from manuscript.paths import Project

# 1 January 2026: for a copy of the sources without git
FALLBACK = 1_767_225_600


def source_epoch(project: Project) -> int:
    """``SOURCE_DATE_EPOCH`` where it is set, else the date of the last commit, in seconds since 1970.

    Raises ``ConfigError`` when the variable is not a whole number.
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    if stated:
        if not stated.isdigit():
            raise ConfigError(
                f"SOURCE_DATE_EPOCH is {stated!r}", mend="set it to whole seconds since 1970, or unset it"
            )
        return int(stated)
    try:
        result = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=project.root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return FALLBACK
    return int(result.stdout.strip() or FALLBACK)


def source_commit(project: Project) -> str:
    """The commit that the sources stand at; nothing outside a repository of the article's own."""
    try:
        result = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=project.root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return result.stdout.strip()
