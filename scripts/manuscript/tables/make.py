"""From a table module to its tracked file ``tables/NAME.md``."""

from __future__ import annotations

from importlib import import_module

from manuscript.atomic import write_text
from manuscript.errors import ConfigError
from manuscript.ledger.tables import Ledger
from manuscript.paths import Project
from manuscript.tables.registry import TABLES

_NOTICE = "<!-- made by `manuscript prepare` from {module}; change that module or the ledger -->"


def make_table(project: Project, ledger: Ledger, name: str) -> None:
    """Write ``tables/NAME.md``.

    A table module has ``INPUTS`` (names of ledger tables), ``tables(project, ledger)`` (a list of ``MarkdownTable``) and,
    when it reads the chapters too, ``READS_PROSE = True``. Raises ``ConfigError`` for a name that is not registered.
    """
    if name not in TABLES:
        raise ConfigError(f"no table named {name!r}", mend=f"known tables: {', '.join(TABLES)}")
    write_text(project.tables / f"{name}.md", table_text(project, ledger, TABLES[name]))


def table_text(project: Project, ledger: Ledger, module: str) -> str:
    """What the file of a table module holds: a line that says where it comes from, then each table with its caption."""
    blocks = import_module(module).tables(project, ledger)
    return "\n".join([_NOTICE.format(module=module) + "\n", *(block.text() for block in blocks)])
