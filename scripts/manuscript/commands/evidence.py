"""``manuscript evidence``: questions to the ledger, and new rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from manuscript.ledger.vocabulary import Column

Identifier = Annotated[str, typer.Argument(metavar="ID", help="Id of a row; without its year, the newest readout.")]

app = typer.Typer(help="Ask the evidence ledger, and add rows to it.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Ask the evidence ledger, and add rows to it."""


@app.command()
def show(context: typer.Context, row_id: Identifier) -> None:
    """Print a row, its source and its history of readouts.

    manuscript evidence show TRIAL.pfs
    """
    from rich.console import Console

    from manuscript.ledger.show_row import show as show_row
    from manuscript.paths import find_project

    show_row(find_project(context.obj), row_id, Console())


@app.command("list")
def list_(
    context: typer.Context,
    table: Annotated[str, typer.Option(help="One table of the ledger, such as outcomes.")] = "",
    trial: Annotated[str, typer.Option(help="Only this trial.")] = "",
    agent: Annotated[str, typer.Option(help="Only this agent, and the trials that test it.")] = "",
    setting: Annotated[str, typer.Option(help="Only trials in this setting, and their rows.")] = "",
    text: Annotated[str, typer.Option(help="Only rows with these words in any cell.")] = "",
) -> None:
    """List rows, one line each.

    manuscript evidence list --table outcomes --agent AGENT
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

    manuscript evidence history TRIAL
    """
    from rich.console import Console

    from manuscript.ledger.ask import trial_history
    from manuscript.paths import find_project

    trial_history(find_project(context.obj), trial, Console())


@app.command()
def uses(context: typer.Context, row_id: Identifier) -> None:
    """Print where the prose, the tables and the figures use a row.

    manuscript evidence uses TRIAL.pfs.2023
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


@app.command()
def due(
    context: typer.Context,
    months: Annotated[int, typer.Option(min=0, help="Rows that were last checked longer ago than this.")] = 12,
    read_as: Annotated[
        str, typer.Option(metavar="KIND", help="Only the rows read as full text, abstract, label, report, copy …")
    ] = "",
) -> None:
    """Print what to read again.

    That is: old rows, preprints since published, copies, reports, slides and meeting abstracts, gaps.

    manuscript evidence due --read-as copy
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from manuscript.ledger.due import show as show_due
    from manuscript.ledger.due import show_read_as
    from manuscript.paths import find_project

    if read_as:
        show_read_as(find_project(context.obj), Console(), read_as)
        return
    show_due(find_project(context.obj), Console(), datetime.now(UTC).date(), months)


@app.command()
def add(
    context: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="trials, outcomes, safety, references, gaps …")],
    cells: Annotated[list[str] | None, typer.Argument(metavar="[COLUMN=VALUE]...", help="Cells of one row.")] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.csv", help="Rows from a CSV file with a header.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for every cell, one by one.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
) -> None:
    """Add rows, if the ledger holds with them.

    Where schema, links or clinical arithmetic do not, it says what to mend and writes nothing.

    manuscript evidence add outcomes --ask
    """
    from datetime import UTC, datetime

    from manuscript.errors import LedgerError
    from manuscript.ledger import add_rows as adding
    from manuscript.ledger.values import NO_BREAK
    from manuscript.ledger.vocabulary import read_vocabulary
    from manuscript.paths import find_project
    from manuscript.tables.evidence import found as said

    project, today = find_project(context.obj), datetime.now(UTC).date().isoformat()
    vocabulary = read_vocabulary(project)
    columns = adding.columns_of(vocabulary, table)
    if sum((bool(cells), from_ is not None, ask)) != 1:
        needed = ", ".join(column.name for column in columns if column.required)
        raise LedgerError(
            "say the cells in one way: column=value …, --from FILE.csv, or --ask", mend=f"{table} needs {needed}"
        )
    if from_ is not None:
        rows = adding.rows_of_file(vocabulary, table, from_, today)
    else:
        rows = [
            adding.row_of_answers(vocabulary, table, lambda column: _answer(column, today), today)
            if ask
            else adding.row_of_words(vocabulary, table, cells or [], today)
        ]
    ledger = adding.add_rows(project, table, rows, write=not dry_run)
    for row in rows:
        words = said(ledger, row).replace(NO_BREAK, " ") if table not in ("references", "gaps") else ""
        typer.echo(f"{row.id}  {words}".rstrip())
    typer.echo(f"data/{table}.csv: {'nothing written' if dry_run else f'{len(rows)} added'}", err=True)
    if not dry_run:
        typer.echo("next: manuscript prepare", err=True)


def _answer(column: Column, today: str) -> str:
    default = today if column.name == "checked_on" else None if column.required else ""
    typer.echo(f"{column.description} ({column.expected})", err=True)
    return typer.prompt(f"  {column.name}", default=default, show_default=bool(default), err=True)
