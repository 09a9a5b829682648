"""``manuscript update``: news about the sources and the trials."""

from __future__ import annotations

from typing import Annotated

import typer


def update(
    context: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="Ask Crossref and PubMed (some minutes).")] = False,
) -> None:
    """Report corrections, retractions and new readouts of trials.

    It changes nothing. Without --online, the registries' records in data/registry answer.

    manuscript update --online
    """
    from datetime import UTC, datetime

    from manuscript.cite.findings import cache_of
    from manuscript.cite.registry import Registry
    from manuscript.cite.update import update as run
    from manuscript.paths import find_project

    project, day = find_project(context.obj), datetime.now(UTC).date().isoformat()
    if online:
        with Registry(cache_of(project), day) as registry:
            found = run(project, day, registry)
    else:
        found = run(project, day)
    typer.echo(project.relative(project.update_report))
    typer.echo(f"{found.number} things to look at; {len(found.asked)} references asked for", err=True)
