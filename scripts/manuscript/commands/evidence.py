"""``manuscript evidence``: questions to the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

Identifier = Annotated[str, typer.Argument(metavar="ID", help="Id of a row; without its year, the newest readout.")]

app = typer.Typer(help="Ask the evidence ledger.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Ask the evidence ledger."""


@app.command()
def show(context: typer.Context, row_id: Identifier) -> None:
    """Print a row, its source and its history of readouts.

    manuscript evidence show destiny-breast03.pfs
    """
    from rich.console import Console

    from manuscript.ledger.show import show as show_row
    from manuscript.paths import find_project

    show_row(find_project(context.obj), row_id, Console())


@app.command("list")
def list_(
    context: typer.Context,
    table: Annotated[
        str, typer.Option(help="trials, outcomes, safety, agents, approvals, facts, resistance or pipeline.")
    ] = "",
    trial: Annotated[str, typer.Option(help="Only this trial.")] = "",
    agent: Annotated[str, typer.Option(help="Only this agent, and the trials that test it.")] = "",
    setting: Annotated[str, typer.Option(help="early, metastatic, brain or tumour-agnostic.")] = "",
    text: Annotated[str, typer.Option(help="Only rows with these words in any cell.")] = "",
) -> None:
    """List rows, one line each.

    manuscript evidence list --table outcomes --agent tucatinib
    """
    from rich.console import Console

    from manuscript.ledger.ask import list_rows
    from manuscript.paths import find_project

    list_rows(find_project(context.obj), Console(), table=table, trial=trial, agent=agent, setting=setting, text=text)


@app.command()
def history(
    context: typer.Context,
    trial: Annotated[str, typer.Argument(metavar="TRIAL", help="Id of a trial.")],
) -> None:
    """Print all readouts of a trial, oldest first.

    manuscript evidence history destiny-breast03
    """
    from rich.console import Console

    from manuscript.ledger.ask import trial_history
    from manuscript.paths import find_project

    trial_history(find_project(context.obj), trial, Console())


@app.command()
def uses(context: typer.Context, row_id: Identifier) -> None:
    """Print where the prose, the tables and the figures use a row.

    manuscript evidence uses destiny-breast03.pfs.2023
    """
    from rich.console import Console

    from manuscript.ledger.ask import row_uses
    from manuscript.paths import find_project

    row_uses(find_project(context.obj), row_id, Console())


@app.command()
def gaps(
    context: typer.Context,
    topic: Annotated[str, typer.Option(help="Only gaps of this table of the ledger.")] = "",
) -> None:
    """Print what the ledger lacks, and why.

    manuscript evidence gaps --topic outcomes
    """
    from rich.console import Console

    from manuscript.ledger.ask import gaps as show_gaps
    from manuscript.paths import find_project

    show_gaps(find_project(context.obj), Console(), topic=topic)
