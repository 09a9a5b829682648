"""``manuscript diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="REV", help="The earlier revision: a tag, branch or commit.")],
    new: Annotated[str, typer.Argument(metavar="[REV2]", help="The later one (default: the files as they are).")] = "",
    to: Annotated[Path | None, typer.Option(help="Folder for the results (default: build/diff).")] = None,
) -> None:
    """Show what changed since a revision.

    Makes a Word file with tracked changes, an HTML page and a changelog of the evidence.

    manuscript diff HEAD~5 HEAD
    """
    from manuscript.cli import project_of
    from manuscript.redline.compare import redline
    from manuscript.redline.revisions import WORKING_TREE

    project = project_of(context)
    folder = to or project.build / "diff"
    for path in redline(project, old, new or WORKING_TREE, folder, lambda line: typer.echo(f"diff: {line}", err=True)):
        typer.echo(project.relative(path))
