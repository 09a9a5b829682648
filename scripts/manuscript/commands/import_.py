"""``manuscript import``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer


def import_(
    context: typer.Context,
    document: Annotated[Path, typer.Argument(metavar="REVIEWED.docx", help="A rendered Word file that was edited.")],
    branch: Annotated[
        bool, typer.Option("--branch/--patch", help="A git branch per reviewer besides the patch files.")
    ] = False,
    base: Annotated[
        str,
        typer.Option(
            metavar="REV", help="The revision sent out (default: as the file says, else the one that fits best)."
        ),
    ] = "",
    to: Annotated[Path | None, typer.Option(help="Folder for the results (default: a new one, review/NAME).")] = None,
) -> None:
    """Bring edits and comments of a Word file back to the chapters.

    Writes a patch per reviewer, notes with file and line, and a report; the chapters change when you apply a patch:

    manuscript import reviewed.docx && git apply -3 review/reviewed/NAME.patch
    """
    from manuscript.commands.common import project_of
    from manuscript.roundtrip.bring_home import bring_home, free_folder

    project = project_of(context)
    # the name comes from outside, like all else: a plain one cannot lead out of the folder
    name = re.sub(r"[^\w.-]+", "-", document.stem).strip(".") or "word"
    folder = to or free_folder(project.root / "review" / name)
    made = bring_home(
        project,
        document,
        base=base,
        branch=branch,
        folder=folder,
        tell=lambda line: typer.echo(f"import: {line}", err=True),
    )
    for path in made:
        typer.echo(project.relative(path))
