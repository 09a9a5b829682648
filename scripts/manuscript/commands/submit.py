"""``manuscript submit``: what a journal asks for, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from manuscript.commands.common import project_of


def submit(
    context: typer.Context,
    journal: Annotated[str, typer.Option(metavar="NAME", help="A profile of journals/, without .yml.")] = "",
    check: Annotated[bool, typer.Option("--check", help="The report alone; exit with 1 if a limit is broken.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the bundle (default: build/submit/NAME).")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the journals.")] = False,
    blind: Annotated[bool, typer.Option("--blind", help="A blinded copy, whatever the profile says.")] = False,
    line_numbers: Annotated[
        bool, typer.Option("--line-numbers", help="Number the lines, if the profile is silent.")
    ] = False,
    double_spacing: Annotated[
        bool, typer.Option("--double-spacing", help="Double spacing, if the profile is silent.")
    ] = False,
) -> None:
    """Make the bundle that a journal asks for.

    Manuscript, title page, letter, figures, tables, supplement, checklists, and a report of what is known of the journal.

    manuscript submit --list
    """
    from manuscript.clock import source_epoch
    from manuscript.commands.common import run_prepare
    from manuscript.errors import ConfigError
    from manuscript.submit import bundle, profile, report

    project = project_of(context)
    if list_:
        for name in profile.names(project):
            found = profile.load(project, name)
            known = f"{len(found.values)} of {len(profile.FIELDS)} requirements known"
            typer.echo(f"{name}: {found.title} ({known})")
        return
    if not journal:
        raise ConfigError("no journal named", mend="manuscript submit --list lists them, --journal NAME takes one")
    wanted = profile.load(project, journal)
    run_prepare(project)
    epoch = source_epoch(project)
    if check:
        findings, text = bundle.check(project, wanted, epoch)
        typer.echo(text, nl=False)
        if any(not item.passed for item in findings):
            raise typer.Exit(1)
        return
    wishes = bundle.Wishes(blind, line_numbers, double_spacing)
    target = (out or project.submissions / journal).resolve()
    made = bundle.make(project, wanted, target, epoch, wishes, lambda name: typer.echo(f"submit: {name}", err=True))
    for path in (made.folder, *made.zips):
        typer.echo(project.relative(path))
    typer.echo(f"submit: {report.summary(wanted, made.findings)}", err=True)
    for item in made.findings:
        if item.passed:
            continue
        typer.echo(f"broken: {item.key}: {item.limit}; the article: {item.figure}", err=True)
