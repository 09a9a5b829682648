"""The supplement as a PDF: Typst reads the content itself (``styles/supplement.typ``); accessible (PDF/UA-1)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from manuscript.atomic import write_bytes
from manuscript.errors import RenderError
from manuscript.paths import Project


def write_pdf(project: Project, target: Path, epoch: int) -> None:
    """Write ``target`` from what ``content.make_content`` left; ``epoch`` (seconds since 1970) is the only time in it.

    Raises ``RenderError`` with Typst's words.
    """
    import typst

    template = project.style("supplement.typ")
    try:
        data = typst.compile(  # type: ignore[type-var]  # its stubs want `input` and `root` of one type
            template.read_bytes(),
            root=str(project.root),
            ignore_system_fonts=True,  # every machine sets the same pages
            font_paths=[],
            pdf_standards=["ua-1"],
            timestamp=datetime.fromtimestamp(epoch, UTC),
        )
    except typst.TypstError as error:
        raise RenderError(
            f"typst says: {getattr(error, 'message', None) or error}",
            file=template,
            mend="mend the template, or the cell of the ledger that Typst names",
        ) from error
    write_bytes(target, data)
