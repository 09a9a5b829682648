"""``manuscript prepare``."""

from __future__ import annotations

import typer

from manuscript.commands.common import project_of, run_prepare


def prepare(context: typer.Context) -> None:
    """Check the ledger; make variables, tables and figures from it.

    Makes the citation style too, and only what changed. Quarto runs this before every render; by hand it is quick:

    manuscript prepare
    """
    run_prepare(project_of(context))
