"""``manuscript evidence``: questions to the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Ask the evidence ledger.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Ask the evidence ledger."""


@app.command()
def show(
    context: typer.Context,
    row_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a row; without its year, the newest readout.")],
) -> None:
    """Print a row, its source and its history of readouts.

    manuscript evidence show destiny-breast03.pfs
    """
    from rich.console import Console

    from manuscript.ledger.show import show as show_row
    from manuscript.paths import find_project

    show_row(find_project(context.obj), row_id, Console())
