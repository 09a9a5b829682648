"""The supplement's documents: which ones ``_quarto.yml`` asks for, and making them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from manuscript.ledger.tables import Ledger
from manuscript.paths import Project
from manuscript.source.files import read_yaml
from manuscript.supplement.content import Content, read_content

NAMES = ("supplement.pdf", "supplement.xlsx", "supplement.zip")


def documents(project: Project) -> list[Path]:
    """The documents of the supplement that ``_quarto.yml`` lists among its ``resources``."""
    settings = read_yaml(project.config, project.relative(project.config)).get("project")
    listed = settings.get("resources") if isinstance(settings, dict) else None
    wanted = [listed] if isinstance(listed, str) else listed if isinstance(listed, list) else []
    return [project.root / name for name in NAMES if name in wanted]


def make_documents(project: Project, ledger: Ledger, _: str = "") -> None:
    """Write the documents from the content that was made before.

    Raises ``RenderError`` when one cannot be written.
    """
    from manuscript.supplement import pdf, sheets

    content = read_content(project)
    for path in documents(project):
        if path.suffix == ".pdf":
            pdf.write_pdf(project, path, _epoch(content))
        elif path.suffix == ".xlsx":
            sheets.write_workbook(ledger, content, path, _epoch(content))
        else:
            sheets.write_csv(ledger, content, path, _epoch(content))


def _epoch(content: Content) -> int:
    """The article's own date: the same content gives the same bytes, whatever the day and the commit."""
    try:
        return int(datetime.fromisoformat(content.date).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0
