"""``manuscript figures``."""

from __future__ import annotations

from typing import Annotated

import typer

from manuscript.commands.common import project_of, run_prepare


def figures(
    context: typer.Context,
    list_: Annotated[
        bool, typer.Option("--list", help="List the figures, with the number of rows each draws.")
    ] = False,
    open_: Annotated[str, typer.Option("--open", metavar="NAME", help="Show a figure in the default viewer.")] = "",
    export: Annotated[
        str,
        typer.Option(
            metavar="KINDS",
            help="Write all figures to build/figures as pdf, eps, tiff, png or svg, with commas between.",
        ),
    ] = "",
    dpi: Annotated[int, typer.Option(min=72, max=2400, help="Resolution of exported TIFF and PNG files.")] = 600,
) -> None:
    """List, show or export the figures.

    manuscript figures --export pdf,tiff --dpi 600
    """
    from manuscript import wing
    from manuscript.errors import FigureError
    from manuscript.figures.draw import export as export_figure
    from manuscript.figures.draw import title_of
    from manuscript.ledger.tables import load_ledger

    project = project_of(context)
    run_prepare(project)
    ledger = load_ledger(project)
    if open_:
        wing.load(project, "figures", open_)
        path = project.figures / f"{open_}.svg"
        if typer.launch(str(path)):
            raise FigureError(
                f"no program here shows {project.relative(path)}", mend=f"open it yourself: {project.relative(path)}"
            )
    if export:
        folder = project.build / "figures"
        for name in wing.included(project, "figures"):
            for path in export_figure(project, ledger, name, folder, [kind.strip() for kind in export.split(",")], dpi):
                typer.echo(project.relative(path))
    if list_ or not (open_ or export):
        for name in wing.included(project, "figures"):
            module = wing.load(project, "figures", name)
            typer.echo(f"{name}: {title_of(project, ledger, name)} ({len(module.used(ledger))} rows)")
