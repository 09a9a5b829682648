"""The supplement's documents: which ones ``_quarto.yml`` asks for, and making them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from manuscript.atomic import write_bytes
from manuscript.ledger.tables import Ledger
from manuscript.paths import Project

NAMES = ("supplement.pdf", "supplement.xlsx", "supplement.zip")


def documents(project: Project) -> list[Path]:
    """The documents of the supplement that ``_quarto.yml`` names, among its ``resources``.

    Looked for in its text: ``prepare`` asks at every start, and YAML takes longer to load than that.
    """
    try:
        text = project.config.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []  # whoever reads the settings says what is wrong with them
    told = [line.split("#")[0] for line in text.splitlines()]
    return [project.root / name for name in NAMES if any(name in line for line in told)]


def make_documents(project: Project, ledger: Ledger, _: str = "") -> None:
    """Write the documents from the content that was made before.

    Raises ``RenderError`` when one cannot be written.
    """
    from manuscript.supplement import sheets, typeset
    from manuscript.supplement.content import read_content

    content = read_content(project)
    epoch = _epoch(content.date)
    for path in documents(project):
        if path.suffix == ".pdf":
            write_bytes(path, typeset.pdf(project, epoch))
        elif path.suffix == ".xlsx":
            sheets.write_workbook(ledger, content, path, epoch)
        else:
            sheets.write_csv(ledger, content, path, epoch)


def _epoch(date: str) -> int:
    """The article's own date: the same content gives the same bytes, whatever the day and the commit."""
    try:
        return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0
