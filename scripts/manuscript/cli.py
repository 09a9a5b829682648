"""The command ``manuscript``: options, messages and exit codes; the work is done elsewhere.

Every command imports what it needs when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from manuscript import __version__
from manuscript.commands import (
    archive,
    check,
    cite,
    diff,
    evidence,
    figures,
    import_,
    new,
    prepare,
    preview,
    render,
    revise,
    submit,
    update,
)
from manuscript.errors import ManuscriptError, ManuscriptErrors

app = typer.Typer(
    name="manuscript",
    help="A clinical review from its chapters, its evidence ledger and its bibliography.\n\n"
    "Start with: manuscript render   (then open _manuscript/index.html)",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # plain help: rich, which typer would draw it with, costs half of the time of `--help`
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"manuscript {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option(help="Folder of the article (default: this folder or one above).")
    ] = None,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    context.obj = project


# in the order in which `--help` lists them
app.command()(prepare.prepare)
app.command()(figures.figures)
app.command()(render.render)
app.command()(preview.preview)
app.command()(check.check)
app.command()(check.explain)
app.command()(diff.diff)
app.command("import")(import_.import_)
app.command()(submit.submit)
app.command()(revise.revise)
app.command()(archive.archive)
app.command()(update.update)
app.command()(new.new)
app.add_typer(evidence.app, name="evidence")
app.add_typer(cite.app, name="cite")


def main() -> None:
    """Run the command; errors of ours become one clear message and exit code 1."""
    try:
        app(standalone_mode=True)
    except ManuscriptErrors as failure:
        for error in failure.errors:
            _report(error)
        typer.echo(f"{len(failure.errors)} errors; what was whole before is untouched", err=True)
        sys.exit(1)
    except ManuscriptError as error:
        _report(error)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("\ninterrupted; every output is whole, as it was before or made anew", err=True)
        sys.exit(130)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"error: {place}{error.strerror or error}", err=True)
        typer.echo("  mend: check the permissions and the free space; what was whole before is untouched", err=True)
        sys.exit(1)


def _report(error: ManuscriptError) -> None:
    place = f"{error.place}: " if error.place else ""
    typer.echo(f"error: {place}{error.message}", err=True)
    if error.mend:
        typer.echo(f"  mend: {error.mend}", err=True)
