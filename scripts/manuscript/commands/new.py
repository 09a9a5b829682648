"""``manuscript new``: a repository for an article of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from manuscript.commands.common import run_prepare
from manuscript.paths import Project


def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to make it; not there yet, or empty.")],
    title: Annotated[str, typer.Option(help="Title of the article.")],
    author: Annotated[list[str], typer.Option(help="An author's full name; the option again for each.")],
) -> None:
    """Make a repository for an article of one's own.

    It holds the program, its tests and a short example to write over.

    manuscript new ../my-review --title "My review" --author "Ada Example"
    """
    from datetime import UTC, datetime

    from manuscript.new import create

    made = create(folder.resolve(), title, author, datetime.now(UTC).date().isoformat())
    # Quarto reads includes before it lets anything be made
    run_prepare(Project(folder.resolve()))
    for path in made:
        typer.echo(path)
    typer.echo(f"next: cd {folder} && git init && git add . && make && make check", err=True)
