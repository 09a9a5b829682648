"""The folder and the zips that go to a journal. The sources are only read; a bundle appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from manuscript import stamped
from manuscript.atomic import clear_up, temporary_name, write_text
from manuscript.engine.ast import iterate
from manuscript.engine.document import Document, build_documents
from manuscript.engine.formats import docx, pdf
from manuscript.engine.settings import load_settings
from manuscript.errors import RenderError
from manuscript.ledger.outgoing import outgoing
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project
from manuscript.source.files import merged, read_yaml
from manuscript.source.resolved import load_source
from manuscript.submit import blinding, figures, measure, parts, report
from manuscript.submit.layout import SHEET, WIDE_SHEET, Layout, finish, layout_of, read_back
from manuscript.submit.pages import Pages
from manuscript.submit.papers import Paper, Papers, graphical_abstract
from manuscript.submit.profile import Profile
from manuscript.supplement import typeset
from manuscript.supplement.write_supplement import documents as documents_of_supplement

REVIEWERS = "for-reviewers"
EDITORS = "for-editors"


@dataclass(frozen=True)
class Made:
    """A bundle: its folder, its zips, its findings."""

    folder: Path
    zips: list[Path]
    findings: list[report.Finding]
    text: str


@dataclass(frozen=True)
class Wishes:
    """What an author may ask for where the journal's wish was not read; ``revised``: the manuscript was reviewed."""

    blind: bool = False
    line_numbers: bool = False
    double_spacing: bool = False
    revised: bool = False


def documents(
    project: Project, profile: Profile, epoch: int, formats: tuple[str, ...] = ("docx",)
) -> dict[str, Document]:
    """The article in the journal's citation style, as each of the formats (Quarto's names) sees it."""
    csl = None
    if "citation_style" in profile.values:
        from manuscript.cite.styles import bring_style

        csl = bring_style(project, profile.wants("citation_style"))
    settings = load_settings(project, csl)
    label, stops = profile.wants("figure_label"), profile.wants("caption_stops", True)
    words = {"fig-title": label} if label else {}
    words |= {"fig-prefix": prefix} if (prefix := profile.wants("figure_cited_as", label)) else {}
    words |= {} if stops else {"title-delim": ""}
    settings = replace(
        settings,
        raw=merged(settings.raw, {"crossref": words}),
        text_cited_first=profile.wants("references_order") == "text first",
    )
    source = load_source(project, defaults=settings.defaults, shown=settings.shown)
    point = profile.wants("decimal_point", ".")
    found = {
        name: parts.with_decimal_point(item, point)
        for name, item in build_documents(project, settings, source, list(formats), epoch).items()
    }
    wishes = (
        profile.wants("statements", []),
        profile.wants("statements_heading", ""),
        profile.wants("statements_place", ""),
    )
    found = {name: parts.with_references_beside_marks(item) for name, item in found.items()}
    if not stops:
        found = {name: parts.without_stops(item) for name, item in found.items()}
    return {name: parts.with_statements(item, *wishes) for name, item in found.items()}


def check(project: Project, profile: Profile, epoch: int) -> tuple[list[report.Finding], str]:
    """The findings and the report alone; nothing is written but the citation style in ``build/``."""
    whole = documents(project, profile, epoch)["docx"]
    measures = measure.measure(whole)
    papers = Papers(whole, measures, profile)
    findings = report.limits(profile, measures, papers.texts)
    notes = ["The files were not made: what is asked of them was not checked."]
    lacking = [*papers.missing(), *papers.checklists(None)[1]]
    return findings, report.text(profile, findings, lacking, notes, [], project.root)


def make(
    project: Project,
    profile: Profile,
    target: Path,
    epoch: int,
    wishes: Wishes | None = None,
    tell: Callable[[str], None] = lambda _: None,
    also: Callable[[Bundle], None] = lambda _: None,
) -> Made:
    """Write the bundle to ``target`` (a folder, replaced whole) and its zips beside it; ``also`` adds to it.

    Raises ``RenderError`` when a blinded file tells who wrote it, or a file cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_up([target.parent])
    workshop = Path(tempfile.mkdtemp(prefix=temporary_name(), dir=target.parent))
    try:
        folder = workshop / target.name
        work = Bundle(project, profile, folder, epoch, wishes or Wishes())
        work.run(tell, also)
        zips = {f"{target.name}.zip": folder}
        if work.who:
            zips[f"{target.name}-blinded.zip"] = folder / REVIEWERS
        for name, content in zips.items():
            _zip(content, workshop / name, epoch)
        if work.who:
            tell("every byte of the blinded copy")
            blinding.refuse(workshop / f"{target.name}-blinded.zip", work.who)
        text = (folder / "report.md").read_text(encoding="utf-8")
        _publish(workshop, target, list(zips))
        return Made(target, [target.parent / name for name in zips], work.findings, text)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


class Bundle:
    """A bundle in the making. ``who`` is what reviewers must not see, nothing where review is not blind to them."""

    def __init__(self, project: Project, profile: Profile, folder: Path, epoch: int, wishes: Wishes) -> None:
        self.project, self.profile, self.folder, self.epoch = project, profile, folder, epoch
        machine = {"jats", "meca"} & set(profile.wants("manuscript_formats", []))
        formats = ("docx", "typst", "jats") if machine else ("docx", "typst")
        self.whole = documents(project, profile, epoch, formats)
        article = self.whole["docx"]
        self.measures = measure.measure(article)
        self.papers = Papers(article, self.measures, profile)
        blind = wishes.blind or profile.wants("blinding") == "double"
        self.who = blinding.identity(article) if blind else None
        self.layout = layout_of(profile, line_numbers=wishes.line_numbers, double_spacing=wishes.double_spacing)
        self.findings: list[report.Finding] = []
        self.notes: list[str] = []
        self.made = report.Files()
        self.revised = wishes.revised
        (folder / REVIEWERS).mkdir(parents=True)
        (folder / EDITORS).mkdir()

    @property
    def clean(self) -> Path:
        """The PDF that reviewers read, whose pages and lines are referred to."""
        return self.folder / REVIEWERS / f"manuscript{'-blinded' if self.who else ''}.pdf"

    def run(self, tell: Callable[[str], None], also: Callable[[Bundle], None]) -> None:
        """Write all files, then the report."""
        for name, step in (
            ("manuscript", self.manuscript),
            ("supplement", self.supplement),
            ("papers", self.write_papers),
            ("figures", self.figures),
        ):
            tell(name)
            step()
        self.machine()
        also(self)
        made = sorted(path for path in self.folder.rglob("*") if path.is_file())
        self.made.names = [path.relative_to(self.folder).as_posix() for path in made]
        self.findings = report.limits(self.profile, self.measures, self.papers.texts, self.made)
        lacking = [*self.papers.missing(), *self.papers.checklists(None)[1]]
        text = report.text(self.profile, self.findings, lacking, self.notes, made, self.folder)
        write_text(self.folder / "report.md", text)

    def shown(self, document: Document) -> Document:
        """The document as reviewers may see it."""
        return blinding.blinded(document, self.who)[0] if self.who else document

    def manuscript(self) -> None:
        """The manuscript as Word, as PDF with numbered lines, and as LaTeX where the journal takes it."""
        place = self.folder / (EDITORS if self.who else REVIEWERS)
        article, printed = (
            parts.with_summary(parts.manuscript(self.whole[name]), self.papers.summary()) for name in ("docx", "typst")
        )
        if not self.profile.wants("figures_in_text", True):
            # reviewers read them where they are spoken of, in the PDF
            article = parts.figures_apart(article)
        self.write(article, place / "manuscript.docx", self.layout)
        pdf.write(printed, place / "manuscript.pdf", published=False, line_numbers=True)
        self.made.manuscript = read_back(place / "manuscript.docx")
        if self.who:
            hidden, count = blinding.blinded(article, self.who)
            self.notes.append(
                f"Blinded copy: title block, declarations and the section on the edition left out; {count} sentences, "
                f"links and entries that tell who wrote it replaced by “{blinding.REMOVED}”. Read it once: words can "
                "tell who wrote them; list such words in journals/identifying.txt."
            )
            self.write(hidden, self.clean.with_suffix(".docx"), self.layout)
            pdf.write(self.shown(printed), self.clean, published=False, line_numbers=True)
        if "tex" in self.profile.wants("manuscript_formats", []):
            from manuscript.engine.formats import tex

            (place / "tex").mkdir()
            tex.write(article, place / "tex" / "manuscript.tex")

    def supplement(self) -> None:
        """The evidence: the section of the article that holds it, the resources of the project, and the ledger."""
        place = self.folder / REVIEWERS / "supplement"
        article = self.whole["docx"]
        evidence = parts.section(article, parts.EVIDENCE, "Supplementary evidence tables")
        # one that only says where the tables are has nothing for a reader of the bundle
        if evidence and any(node["t"] == "Table" for node in iterate(evidence.blocks)):
            self.write(self.shown(evidence), place / "evidence.docx", Layout())
        taken, names = self.profile.wants("supplement_formats"), self.profile.wants("supplement_names", "")
        apart, number = self.folder / EDITORS / "supplement", 0
        refused = []
        for path in self._resources():
            data = self._standing_alone(path)
            told = blinding.find(data, path.name, self.who) if self.who else []
            if told:
                self.notes.append(f"{path.name} is for the editors alone: it holds {told[0][1]!r} ({told[0][2]}).")
            elif taken and path.suffix.removeprefix(".") not in taken:
                refused.append(path.name)
            target = (apart if told or path.name in refused else place) / path.name
            if names and target.parent == place:
                number += 1
                target = target.with_name(f"{names.replace('{}', str(number))}{path.suffix}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        ledger = place / "ledger"
        if (taken and "csv" not in taken) or names:
            refused.append("ledger")
            ledger = apart / "ledger"
        if refused:
            self.notes.append(
                f"The journal does not take {', '.join(refused)} as supplement: they lie in {EDITORS}/supplement, for a repository."
            )
        for path in sorted(self.project.data.glob("*.csv")):
            target = ledger / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(outgoing(self.project, self.project.relative(path)))
            if self.who and ledger.parent == place and (count := blinding.blinded_table(target, target, self.who)):
                self.notes.append(f"{path.name}: {count} cells that tell who wrote the article are left out.")
        # as wide as in the manuscript, and its title above them
        self.write(self.shown(parts.tables(article)), self.folder / REVIEWERS / "tables.docx", WIDE_SHEET)
        self.write(self.shown(parts.captions(article)), self.folder / REVIEWERS / "figures" / "captions.docx")

    def _resources(self) -> list[Path]:
        """The files that ``_quarto.yml`` names as resources and that are there."""
        stated = (read_yaml(self.project.config, "_quarto.yml").get("project") or {}).get("resources") or []
        found = [path for name in stated for path in sorted(self.project.root.glob(str(name).lstrip("/")))]
        return [path for path in found if path.is_file() and path.resolve().is_relative_to(self.project.root)]

    def _standing_alone(self, path: Path) -> bytes:
        """A resource as it goes to a journal: the supplement's PDF does not lead to the article's web page."""
        if path in documents_of_supplement(self.project) and path.suffix == ".pdf":
            return typeset.pdf(self.project, self.epoch, alone=True)
        return path.read_bytes()

    def write_papers(self) -> None:
        """Title page, letter, highlights and the like, declarations, contributions, checklists."""
        article, place = self.whole["docx"], self.folder / EDITORS
        page = self.sheet(self.papers.title_page())
        self.write(replace(page, authors=article.authors, affiliations=article.affiliations), place / "title-page.docx")
        self.write(self.sheet(self.papers.cover_letter(revised=self.revised)), place / "cover-letter.docx")
        for name, paper in (
            ("contributions", self.papers.contributions()),
            ("declarations", self.papers.declarations()),
        ):
            if paper:
                self.write(self.sheet(paper), place / f"{name}.docx")
        for name, paper in self.papers.written().items():
            self.write(self.shown(self.sheet(paper)), self.folder / REVIEWERS / f"{name}.docx")
        for name, paper in self.papers.checklists(Pages(self.clean))[0].items():
            self.write(self.shown(self.sheet(paper)), self.folder / REVIEWERS / f"{name}.docx")
        picture = graphical_abstract(self.project)
        if picture and self.profile.wants("graphical_abstract", "none") != "none":
            shutil.copyfile(picture, self.folder / REVIEWERS / picture.name)
            self.made.graphical_abstract = figures.pixels(picture)

    def figures(self) -> None:
        """Each figure in files of its own."""
        folder = self.folder / REVIEWERS / "figures"
        self.made.figures = figures.write(self.whole["docx"], load_ledger(self.project), self.profile, folder, self.who)

    def machine(self) -> None:
        """JATS and MECA where the journal takes them; they name the authors."""
        if "jats" not in self.whole:
            return
        from manuscript.engine.formats import jats, meca

        article = self.whole["jats"]
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            outputs = Path(name)
            jats.write(parts.with_blocks(article, article.blocks), outputs / "index.xml")
            for path in self._resources():
                target = outputs / path.relative_to(self.project.root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self._standing_alone(path))
            if "meca" in self.profile.wants("manuscript_formats"):
                resources = [self.project.relative(path) for path in self._resources()]
                meca.write(self.project, outputs, self.folder / EDITORS / "meca.zip", self.epoch, resources)
            if "jats" in self.profile.wants("manuscript_formats"):
                shutil.copytree(outputs, self.folder / EDITORS / "jats")

    def sheet(self, paper: Paper) -> Document:
        """A paper as a document, its title above it."""
        return parts.sheet(self.whole["docx"], paper.title, paper.blocks)

    def write(self, document: Document, path: Path, set_as: Layout = SHEET) -> None:
        """Write a Word file: the manuscript as the journal wants it set, tables as wide as there, the rest as a sheet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        own = self.project.journals / "templates" / "reference.docx"
        docx.write(document, path, reference=own if set_as is SHEET and own.is_file() else None, parted=False)
        finish(path, set_as, self.epoch)


def _zip(folder: Path, target: Path, epoch: int) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(item for item in folder.rglob("*") if item.is_file()):
            stamped.add(archive, path.relative_to(folder).as_posix(), path.read_bytes(), epoch)


def _publish(workshop: Path, target: Path, zips: list[str]) -> None:
    """Put the finished bundle in the place of the last one."""
    old = workshop / ".old"
    try:
        if target.exists():
            target.rename(old)
        (workshop / target.name).rename(target)
        for name in zips:
            (workshop / name).replace(target.parent / name)
        stale = target.parent / f"{target.name}-blinded.zip"
        if stale.name not in zips:
            # of a time when the journal reviewed blind: not of this bundle
            stale.unlink(missing_ok=True)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise RenderError(
            f"cannot write: {error.strerror}", file=target, mend="close the files elsewhere, or check the permissions"
        ) from error
