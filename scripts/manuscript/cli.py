"""The command ``manuscript``: options, messages and exit codes; the work is done elsewhere.

Every command imports what it needs when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from manuscript import __version__
from manuscript.commands import archive, check, cite, diff, evidence, import_, new, preview, revise, submit, update
from manuscript.errors import FigureError, ManuscriptError, ManuscriptErrors
from manuscript.paths import Project, find_project

if TYPE_CHECKING:
    from manuscript.engines import Engine

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


def project_of(context: typer.Context) -> Project:
    """The project that the command is about."""
    return find_project(context.obj)


@app.command()
def prepare(context: typer.Context) -> None:
    """Check the ledger; make variables, tables and figures from it.

    Makes the citation style too, and only what changed. Quarto runs this before every render; by hand it is quick:

    manuscript prepare
    """
    run_prepare(project_of(context))


def run_prepare(project: Project) -> None:
    """Prepare, with a line for each step that runs."""
    from manuscript.prepare import prepare as prepare_project

    prepare_project(project, tell=lambda name: typer.echo(f"prepare: {name}", err=True))


@app.command()
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


@app.command()
def render(
    context: typer.Context,
    to: Annotated[
        list[str], typer.Option(help="Formats, with commas between, or the option again: html, pdf, docx, jats, tex.")
    ] = ["html,pdf,docx,jats"],  # noqa: B006  (typer only reads it)
    engine: Annotated[str, typer.Option(help="quarto, embedded, or auto: Quarto where it is installed.")] = "auto",
    style: Annotated[
        str, typer.Option(help="Citation style, by its name at citationstyles.org (default: the article's).")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Render even when nothing changed.")] = False,
) -> None:
    """Make the article: HTML, PDF, DOCX and JATS.

    Prepares first. With jats comes the MECA bundle, with tex the references.
    When nothing changed since the last time, the outputs stay as they are.

    manuscript render --to html,pdf
    """
    from manuscript.engines import choose

    project = project_of(context)
    formats = list(dict.fromkeys(name.strip() for item in to for name in item.split(",") if name.strip()))
    # Quarto's LaTeX has neither our .bib beside it nor natbib citations
    chosen = choose("embedded" if "tex" in formats and engine == "auto" else engine)
    typer.echo(f"engine: {chosen.name} ({chosen.reason})", err=True)
    run_prepare(project)
    csl = None
    if style:
        from manuscript.cite.styles import bring_style

        csl = bring_style(project, style)
    for path in rendered(project, chosen, formats, csl, force=force):
        typer.echo(project.relative(path))


# in the order in which `--help` lists them, behind those above
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


def rendered(project: Project, chosen: Engine, formats: list[str], csl: Path | None, *, force: bool) -> list[Path]:
    """The outputs, made now unless the same engine made the same ones before."""
    from manuscript.publish import one_at_a_time

    with one_at_a_time(project.build / ".render.lock", "render", lambda text: typer.echo(text, err=True)):
        return _rendered(project, chosen, formats, csl, force=force)


def _rendered(project: Project, chosen: Engine, formats: list[str], csl: Path | None, *, force: bool) -> list[Path]:
    from manuscript.clock import source_epoch

    epoch = source_epoch(project)
    from manuscript.engine import fresh

    stated = fresh.digest(project, formats, epoch, csl.name if csl else "", chosen.version)
    known = fresh.outputs(project, formats)
    if not force and fresh.is_fresh(project, stated, known):
        typer.echo("nothing changed since the last render", err=True)
        return known
    made = chosen.render(project, formats, epoch, csl)
    fresh.record(project, stated, made)
    return made


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
