"""What the commands share: the project they are about, the steps before a render, the render itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from manuscript.paths import Project, find_project

if TYPE_CHECKING:
    from manuscript.engines import Engine


def tell(line: str) -> None:
    """Say something that is no result."""
    typer.echo(line, err=True)


def project_of(context: typer.Context) -> Project:
    """The project that the command is about."""
    return find_project(context.obj)


def run_prepare(project: Project) -> None:
    """Prepare, with a line for each step that runs."""
    from manuscript.prepare import prepare

    prepare(project, tell=lambda name: tell(f"prepare: {name}"))


def run_render(
    project: Project, chosen: Engine, formats: list[str], csl: Path | None = None, *, force: bool = False
) -> list[Path]:
    """The outputs, made now unless they are fresh."""
    from manuscript.engines import rendered

    return rendered(project, chosen, formats, csl, force=force, tell=tell)
