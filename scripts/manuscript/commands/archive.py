"""``manuscript archive``."""

from __future__ import annotations

import typer


def archive(context: typer.Context) -> None:
    """Pack sources, ledger, outputs and provenance as an RO-Crate.

    Renders first what is not fresh.

    manuscript archive
    """
    from manuscript.archive import archive as pack
    from manuscript.clock import source_epoch
    from manuscript.commands.common import project_of, run_prepare, run_render
    from manuscript.engines import choose

    project, chosen = project_of(context), choose("auto")
    if chosen.name != "quarto":
        run_prepare(project)
    outputs = run_render(project, chosen, ["html", "pdf", "docx", "jats"])
    typer.echo(project.relative(pack(project, outputs, source_epoch(project))))
