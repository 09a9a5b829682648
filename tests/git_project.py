"""The small article as a git repository, for tests of what works with revisions."""

from __future__ import annotations

import subprocess
from pathlib import Path

from manuscript.paths import Project

from check_article import make_article, make_files


def git(project: Project, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada Example", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=project.root, check=True, capture_output=True, text=True).stdout


def make_repository(folder: Path) -> Project:
    """The article with its made files in one commit, so that no test waits for `manuscript prepare`."""
    project = make_article(folder)
    make_files(project)
    git(project, "init", "-q", "-b", "main")
    (project.root / ".gitignore").write_text(
        "/_manuscript/\n/build/reference-*\n/build/docxodus/\n/build/diff/\n/build/revisions/\n/review/\n"
    )
    git(project, "add", "-A", "-f", ".")
    git(project, "commit", "-q", "-m", "First version")
    return project
