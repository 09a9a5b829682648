"""A revision of the article in a folder of its own, rendered there; the working tree is only read."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from manuscript.errors import RenderError
from manuscript.git import git, source_files
from manuscript.paths import Project

WORKING_TREE = "working tree"


@dataclass(frozen=True)
class Revision:
    """A revision laid out as a project; ``date`` is ISO 8601, ``epoch`` the same moment in seconds since 1970."""

    project: Project
    name: str
    commit: str
    author: str
    date: str
    epoch: int


def lay_out(project: Project, name: str, folder: Path) -> Revision:
    """The files of revision ``name`` (or of the working tree, for ``WORKING_TREE``) copied to ``folder``.

    Raises ``ConfigError`` when git does not know the revision.
    """
    shown = "HEAD" if name == WORKING_TREE else name
    text = git(project.root, "log", "-1", "--format=%H%n%an%n%aI%n%ct", shown, "--").decode()
    commit, author, date, epoch = text.strip().split("\n")
    folder.mkdir(parents=True)
    if name == WORKING_TREE:
        for item in source_files(project):
            (folder / item).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project.root / item, folder / item)
    else:
        # in a subfolder of the repository, git archives that subfolder
        with tarfile.open(fileobj=io.BytesIO(git(project.root, "archive", "--format=tar", commit))) as archive:
            archive.extractall(folder, filter="data")
    return Revision(Project(folder.resolve()), name, commit, author, date, int(epoch))


def render_docx(revision: Revision) -> Path:
    """The revision's Word file, made by the revision's own code where it has some: its ledger fits that code.

    Raises ``RenderError`` or what the render raises.
    """
    project = revision.project
    if not _own_code(revision, "render", "--to", "docx", "--engine", "embedded"):
        from manuscript.engine.embedded import render

        _prepare_now(project)
        render(project, ["docx"], revision.epoch)
    return project.output / "index.docx"


def prepare_revision(revision: Revision) -> None:
    """What a render of the revision needs, made by its own code where it has some.

    Raises ``RenderError`` or what the preparation raises.
    """
    if not _own_code(revision, "prepare"):
        _prepare_now(revision.project)


def _prepare_now(project: Project) -> None:
    if not project.variables.is_file():
        from manuscript.prepare import prepare

        prepare(project)


def _own_code(revision: Revision, *arguments: str) -> bool:
    """Run a command of the revision's own code; whether it has some.

    Raises ``RenderError`` with its last words when it fails.
    """
    project = revision.project
    code = project.root / "scripts"
    if not (code / "manuscript" / "cli.py").is_file():
        return False
    environment = {**os.environ, "PYTHONPATH": str(code), "SOURCE_DATE_EPOCH": str(revision.epoch)}
    command = [sys.executable, "-m", "manuscript", "--project", str(project.root), *arguments]
    result = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        said = "; ".join(result.stderr.strip().splitlines()[-3:])
        raise RenderError(f"revision {revision.name} does not render: {said}", mend="choose a later revision")
    return True
