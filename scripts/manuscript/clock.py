"""The one moment that outputs carry, so that a commit always gives the same bytes; and the months by name."""

from __future__ import annotations

import os

from manuscript.errors import ConfigError
from manuscript.git import git
from manuscript.paths import Project

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
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
        return int(git(project.root, "log", "-1", "--format=%ct"))
    except ConfigError:
        return FALLBACK  # no git, no repository, or one without a commit


def source_commit(project: Project) -> str:
    """The commit that the sources stand at; nothing without git or outside a repository."""
    try:
        return git(project.root, "rev-parse", "HEAD").decode().strip()
    except ConfigError:
        return ""
