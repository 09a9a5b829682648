"""``build/page-head.html`` and ``build/page.html``: what ``_quarto.yml`` includes in the web page, in both engines."""

from __future__ import annotations

from pathlib import Path

from manuscript import wing
from manuscript.atomic import write_text
from manuscript.ledger.tables import Ledger
from manuscript.ledger.variables import texts
from manuscript.page.about import read_about
from manuscript.page.cite_this import section
from manuscript.page.metadata import script, tags
from manuscript.paths import Project
from manuscript.supplement.content import read_content
from manuscript.supplement.evidence_tables import section as evidence

ASSETS = Path(__file__).parent / "assets"
# in this order: what others use comes first
SCRIPTS = ("start", "cards", "figures", "frames", "evidence", "anchors", "contents", "tools")
# before the page is drawn, so that it does not flash in the other colours
_THEME = (
    "<script>try{const t=localStorage.getItem('manuscript-theme');"
    "if(t)document.documentElement.dataset.theme=t}catch(e){/* no storage: the system's colours */}</script>"
)


def make_page(project: Project, ledger: Ledger, _: str) -> None:
    """Write both files.

    Raises ``ManuscriptError`` for a front matter that cannot be read.
    """
    about = read_about(project, texts(ledger))
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    write_text(head(project), f"{tags(about)}\n<style>\n{style}</style>\n{_THEME}\n")
    data = {"figures": _figures(project)}
    code = "\n".join((ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    parts = (
        *([evidence(read_content(project))] if project.supplement_content.is_file() and ledger.tables else []),
        section(about),
        script(data, 'type="application/json" id="page-data"'),
        f"<script>\n{{\n{code}}}\n</script>",
    )
    write_text(body(project), "\n".join(parts) + "\n")


def head(project: Project) -> Path:
    """The file for ``include-in-header``."""
    return project.build / "page-head.html"


def body(project: Project) -> Path:
    """The file for ``include-after-body``."""
    return project.build / "page.html"


def _figures(project: Project) -> dict[str, str]:
    paths = {name: project.figures / f"{name}.csv" for name in wing.included(project, "figures")}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()}
