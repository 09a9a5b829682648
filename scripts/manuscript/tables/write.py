"""From a table module to its tracked file ``tables/NAME.md``."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from manuscript import wing
from manuscript.atomic import write_text
from manuscript.ledger.tables import Ledger
from manuscript.paths import Project

# the tables that every review has
_STANDARD = ("abbreviations",)


def included_tables(project: Project) -> list[str]:
    """The names of the tables that are made for the article because it includes them, in reading order."""
    return wing.included(project, "tables", _STANDARD)


def module_of(project: Project, name: str) -> ModuleType:
    """The module that makes the table ``name``.

    It has ``INPUTS`` (names of ledger tables), ``tables(project, ledger)`` (a list of ``MarkdownTable``, or what else has ``text()``) and, when it
    reads the chapters too, ``READS_PROSE = True``. Raises ``ConfigError`` for a name without a module.
    """
    own = name in wing.names(project, "tables") or name not in _STANDARD
    return wing.load(project, "tables", name) if own else import_module(f"manuscript.tables.{name}")


def make_table(project: Project, ledger: Ledger, name: str) -> None:
    """Write ``tables/NAME.md``."""
    write_text(project.tables / f"{name}.md", table_text(project, ledger, name))


def table_text(project: Project, ledger: Ledger, name: str) -> str:
    """What the file of a table holds: a line that says where it comes from, then each table with its caption."""
    module = module_of(project, name)
    blocks = module.tables(project, ledger)
    return "\n".join([wing.NOTICE.format(module=module.__name__) + "\n", *(block.text() for block in blocks)])
