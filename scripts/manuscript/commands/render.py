"""``manuscript render``."""

from __future__ import annotations

from typing import Annotated

import typer

from manuscript.commands.common import project_of, run_prepare, run_render


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
    for path in run_render(project, chosen, formats, csl, force=force):
        typer.echo(project.relative(path))
