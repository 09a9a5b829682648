"""Which files are sources: what git tracks or would track."""

from __future__ import annotations

from manuscript.atomic import TEMPORARY
from manuscript.errors import ConfigError
from manuscript.git import git
from manuscript.paths import Project

_SKIPPED = {".git", ".venv", ".quarto", "_manuscript", "build", "__pycache__"}


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
