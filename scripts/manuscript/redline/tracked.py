"""Tracked changes between two Word files.

The comparison is that of Docxodus, through the package ``python-redlines``: a kept-up library whose output passes the
Open XML SDK's validator. ``docx-trackdiff`` was tried and wraps links in insertions, which the schema forbids;
``docx-redline`` needs Python 3.12; ``docx-revisions`` reads and writes revisions but does not compare.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from manuscript.atomic import write_bytes
from manuscript.errors import RenderError
from manuscript.ooxml import W
from manuscript.paths import Project


def compare(project: Project, old: Path, new: Path, target: Path, author: str, date: str) -> None:
    """Write ``target``: ``new`` with everything that differs from ``old`` as changes of ``author`` at ``date``.

    Raises ``RenderError`` when the comparison fails.
    """
    from python_redlines.engines import DocxodusEngine

    try:
        engine = DocxodusEngine(target_path=str(project.build / "docxodus"))
        data, _, _ = engine.run_redline(author, old, new, date_time=date)
    except Exception as error:  # the library raises whatever its program gave it
        raise RenderError(f"the Word files cannot be compared: {error}", mend="report it with both files") from error
    write_bytes(target, data)


def pieces(paragraph: Any) -> Iterator[tuple[str, str]]:
    """Each text of a paragraph with what became of it: ``ins``, ``del`` or ``same``."""
    for item in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br"):
        text = item.text or "" if item.tag in (f"{W}t", f"{W}delText") else " "
        state = "same"
        for parent in item.iterancestors():
            if parent.tag in (f"{W}ins", f"{W}moveTo"):
                state = "ins"
            elif parent.tag in (f"{W}del", f"{W}moveFrom"):
                state = "del"
                break
            elif parent is paragraph:
                break
        yield state, text
