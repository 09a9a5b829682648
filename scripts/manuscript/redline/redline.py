"""``manuscript diff`` at work: two revisions laid out, rendered and compared in a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.paths import Project
from manuscript.redline import page, tracked
from manuscript.redline.changelog import changelog
from manuscript.redline.revisions import kept, render_docx


def redline(project: Project, old: str, new: str, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """Write ``redline.docx``, ``index.html`` and ``evidence.md`` to ``folder``; give their paths.

    Raises ``ConfigError`` for a revision that git does not know, ``RenderError`` for one that does not render.
    """
    with tempfile.TemporaryDirectory(prefix="manuscript-diff-") as name:
        revisions = [kept(project, item, Path(name) / "tree") for item in (old, new)]
        tell("rendering both revisions")
        with ThreadPoolExecutor(max_workers=2) as pool:
            # a revision that is compared with itself is one folder
            places = {item.project.root: item for item in revisions}
            made = dict(zip(places, pool.map(render_docx, places.values()), strict=True))
        tell("comparing")
        before, after = revisions
        first, second = (made[item.project.root] for item in revisions)
        target = folder / "redline.docx"
        tracked.compare(project, first, second, target, after.author, after.date)
        log = changelog(before.project, after.project)
        count = page.write_page(folder / "index.html", target, log, before, after)
        title = f"Evidence changelog: {old} ({before.commit[:9]}) to {new} ({after.commit[:9]})"
        write_text(folder / "evidence.md", page.markdown(log, title))
    for trial, changes in log.by_trial.items():
        tell(f"{trial}: {', '.join(item.row for item in changes)}")
    tell(f"{count} paragraphs changed; {len(log.bookkeeping)} rows changed only in where they were read")
    return [target, folder / "index.html", folder / "evidence.md"]
