"""Where everything is: other modules add no more than a file's name to one of these paths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from manuscript.errors import ConfigError


@dataclass(frozen=True)
class Project:
    """The files of one article, from its root folder (absolute)."""

    root: Path

    @property
    def config(self) -> Path:
        """The settings of the Quarto project."""
        return self.root / "_quarto.yml"

    @property
    def article(self) -> Path:
        """The front matter, the abstract, and the includes of the chapters."""
        return self.root / "index.qmd"

    @property
    def variables(self) -> Path:
        """What ``var`` may name; made from the ledger, git ignores it."""
        return self.root / "_variables.yml"

    @property
    def citation(self) -> Path:
        """How the article and its software are to be cited, for programs."""
        return self.root / "CITATION.cff"

    @property
    def zenodo(self) -> Path:
        """What Zenodo is to say of a release."""
        return self.root / ".zenodo.json"

    @property
    def licence(self) -> Path:
        """The terms of the program and of the article."""
        return self.root / "LICENSE"

    @property
    def bibliography(self) -> Path:
        """Every reference, in canonical form."""
        return self.root / "references.bib"

    @property
    def chapters(self) -> Path:
        """The prose, one file per section."""
        return self.root / "chapters"

    @property
    def data(self) -> Path:
        """The evidence ledger, one CSV table per kind of row."""
        return self.root / "data"

    @property
    def datapackage(self) -> Path:
        """The tables of the ledger: their columns, types and constraints."""
        return self.data / "datapackage.json"

    @property
    def vocabulary(self) -> Path:
        """What the short names of the ledger stand for."""
        return self.data / "vocabulary.yml"

    @property
    def registry_cache(self) -> Path:
        """What Crossref and PubMed answered; tracked, so that later runs need no network."""
        return self.data / "registry"

    @property
    def figures(self) -> Path:
        """Figures, their captions and their rows; made from the ledger, tracked but for the PNG."""
        return self.root / "figures"

    @property
    def tables(self) -> Path:
        """Tables as Markdown; made from the ledger, tracked."""
        return self.root / "tables"

    # one and the same: what code.py remembers is found by it
    @cached_property
    def own(self) -> Path:
        """What the article adds to the engine: the modules that draw its figures and make its tables."""
        return self.root / "scripts" / "review"

    @property
    def styles(self) -> Path:
        """What shapes the outputs, and the words that the speller is to know."""
        return self.root / "styles"

    @property
    def fonts(self) -> Path:
        """The folder of the fonts that come along: every machine sets the same letters."""
        return self.style("fonts/OFL.txt").parent

    def style(self, name: str) -> Path:
        """A file of ``styles/``: the article's own, else the one that came with the program."""
        own = self.styles / name
        return own if own.is_file() else package_dir().parent.parent / "styles" / name

    @property
    def journals(self) -> Path:
        """One profile per journal that the article may go to."""
        return self.root / "journals"

    @property
    def submissions(self) -> Path:
        """What ``manuscript submit`` makes; git ignores it."""
        return self.build / "submit"

    @property
    def build(self) -> Path:
        """Made files that no reader wants and git ignores."""
        return self.root / "build"

    @property
    def supplement_references(self) -> Path:
        """The sources of the rows as a reader knows them."""
        return self.build / "supplement-references.json"

    @property
    def supplement_content(self) -> Path:
        """What the supplement says: its documents and the evidence section of the page are made from it."""
        return self.build / "supplement.json"

    @property
    def prepare_state(self) -> Path:
        """What ``prepare`` made last, from what."""
        return self.build / "prepare.json"

    @property
    def render_state(self) -> Path:
        """What the embedded engine rendered last, from what."""
        return self.build / "render.json"

    @property
    def page_fonts(self) -> Path:
        """The fonts of the web page, as a style sheet."""
        return self.build / "fonts.css"

    @property
    def word_template(self) -> Path:
        """The styles of the Word file, for both engines; made where it is not there, and an author's to change in Word."""
        return self.styles / "reference.docx"

    @property
    def update_report(self) -> Path:
        """The news that ``manuscript update`` found."""
        return self.build / "update.md"

    @property
    def crate(self) -> Path:
        """The RO-Crate for an archive."""
        return self.build / "ro-crate.zip"

    @property
    def output(self) -> Path:
        """The rendered formats; git ignores it."""
        return self.root / "_manuscript"

    def included(self, name: str) -> Path:
        """The file that ``{{< include name >}}`` names: Quarto reads every path from the folder of index.qmd."""
        try:
            path = (self.root / name.lstrip("/")).resolve()
            path.is_file()
        except (OSError, ValueError):  # a name that no file can have: too long, or with a NUL
            return self.root / "\ufffd"
        return path

    def relative(self, path: Path | str) -> str:
        """``path`` as an author would type it: relative to the root, with forward slashes."""
        path = Path(path)
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except RuntimeError:  # a link to itself
            return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
        except ValueError:
            return path.as_posix()


@cache
def package_dir() -> Path:
    """The folder of the package ``manuscript`` itself."""
    return Path(__file__).resolve().parent


def find_project(start: Path | None = None) -> Project:
    """The project that ``start`` (default: the working folder) lies in.

    Raises ``ConfigError`` when no folder above has a ``_quarto.yml``.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_quarto.yml").is_file():
            return Project(folder)
    raise ConfigError(
        f"no _quarto.yml in {start} or above",
        mend="change into the folder of the article, or name it: manuscript --project FOLDER …",
    )
