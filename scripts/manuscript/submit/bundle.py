"""The folder and the zips that go to a journal. The sources are only read; a bundle appears whole or not at all."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from manuscript import stamped
from manuscript.atomic import TEMPORARY, write_text
from manuscript.engine import pandoc
from manuscript.engine.document import Document, build_documents
from manuscript.engine.formats import docx
from manuscript.engine.settings import load_settings
from manuscript.errors import RenderError
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project
from manuscript.source.resolved import load_source
from manuscript.submit import figures, measure, papers, parts, report
from manuscript.submit.profile import Profile

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
class Layout:
    """What an author may ask for where the journal's wish was not read."""

    blind: bool = False
    line_numbers: bool = False
    double_spacing: bool = False


def documents(project: Project, profile: Profile, epoch: int) -> dict[str, Document]:
    """The article in the journal's citation style, as Word and as PDF and JATS see it (Quarto's names)."""
    csl = None
    if "citation_style" in profile.values:
        from manuscript.cite.styles import bring_style

        csl = bring_style(project, profile.wants("citation_style"))
    settings = load_settings(project, csl)
    source = load_source(project, defaults=settings.defaults, shown=settings.shown)
    return build_documents(project, settings, source, ["docx", "typst", "jats"], epoch)


def check(project: Project, profile: Profile, epoch: int) -> tuple[list[report.Finding], str]:
    """The findings and the report alone; nothing is written but the citation style in ``build/``."""
    whole = documents(project, profile, epoch)["docx"]
    findings = report.limits(profile, measure.measure(whole))
    notes = ["The figure files were not made, and so not checked."]
    return findings, report.text(profile, findings, papers.missing(whole), notes, [], project.root)


def make(
    project: Project,
    profile: Profile,
    target: Path,
    epoch: int,
    layout: Layout | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Made:
    """Write the bundle to ``target`` (a folder, replaced whole) and its zips beside it.

    Raises ``RenderError`` when a blinded file holds an author's name, or a file cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=target.parent))
    try:
        folder = workshop / target.name
        work = _Bundle(project, profile, folder, epoch, layout or Layout())
        work.run(tell)
        zips = {f"{target.name}.zip": folder}
        if work.blind:
            zips[f"{target.name}-blinded.zip"] = folder / REVIEWERS
        for name, content in zips.items():
            _zip(content, workshop / name, epoch)
        if work.blind:
            refuse_names(workshop / f"{target.name}-blinded.zip", work.whole["docx"])
        text = (folder / "report.md").read_text(encoding="utf-8")
        _publish(workshop, target, list(zips))
        return Made(target, [target.parent / name for name in zips], work.findings, text)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


class _Bundle:
    def __init__(self, project: Project, profile: Profile, folder: Path, epoch: int, layout: Layout) -> None:
        self.project, self.profile, self.folder, self.epoch = project, profile, folder, epoch
        self.whole = documents(project, profile, epoch)
        self.blind = layout.blind or profile.wants("blinding") == "double"
        self.pages = {
            "line_numbers": profile.wants("line_numbers", layout.line_numbers),
            "double_spaced": profile.wants("double_spacing", layout.double_spacing),
        }
        self.findings: list[report.Finding] = []
        self.notes: list[str] = []
        (folder / REVIEWERS).mkdir(parents=True)
        (folder / EDITORS).mkdir()

    def run(self, tell: Callable[[str], None]) -> None:
        measures = measure.measure(self.whole["docx"])
        for name, step in (("manuscript", self.manuscript), ("supplement", self.supplement)):
            tell(name)
            step()
        tell("papers")
        self.papers(measures)
        tell("figures")
        files = figures.write(
            self.whole["docx"], load_ledger(self.project), self.profile, self.folder / REVIEWERS / "figures"
        )
        self.machine()
        self.findings = report.limits(self.profile, measures, files)
        made = sorted(path for path in self.folder.rglob("*") if path.is_file())
        lacking = papers.missing(self.whole["docx"])
        text = report.text(self.profile, self.findings, lacking, self.notes, made, self.folder)
        write_text(self.folder / "report.md", text)

    def shown(self, document: Document) -> Document:
        """The document as reviewers may see it."""
        return parts.blinded(document, self.whole["docx"].authors)[0] if self.blind else document

    def manuscript(self) -> None:
        place = self.folder / (EDITORS if self.blind else REVIEWERS)
        article = parts.manuscript(self.whole["docx"])
        self.write(article, place / "manuscript.docx", **self.pages)
        formats = self.profile.wants("manuscript_formats", ["docx"])
        hidden = None
        if self.blind:
            hidden, count = parts.blinded(article, article.authors)
            self.notes.append(
                f"Blinded copy: title block and the section on the edition left out, {count} paragraphs or citations "
                "that name an author replaced by a notice. Read it once: words can tell who wrote them."
            )
            self.write(hidden, self.folder / REVIEWERS / "manuscript-blinded.docx", **self.pages)
        if "pdf" in formats:
            from manuscript.engine.formats import pdf

            printed = parts.manuscript(self.whole["typst"])
            pdf.write(printed, place / "manuscript.pdf")
            if self.blind:
                pdf.write(self.shown(printed), self.folder / REVIEWERS / "manuscript-blinded.pdf")
        if "tex" in formats:
            from manuscript.engine.formats import tex

            (place / "tex").mkdir()
            tex.write(article, place / "tex" / "manuscript.tex")

    def supplement(self) -> None:
        place = self.folder / REVIEWERS
        article = self.whole["docx"]
        evidence = parts.section(article, parts.EVIDENCE, "Supplementary evidence tables")
        if evidence:
            self.write(self.shown(evidence), place / "supplement" / "evidence.docx")
        for path in sorted(self.project.data.glob("*.csv")):
            (place / "supplement" / "ledger").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place / "supplement" / "ledger" / path.name)
        self.write(self.shown(parts.tables(article)), place / "tables.docx")
        self.write(self.shown(parts.captions(article)), place / "figures" / "captions.docx")

    def papers(self, measures: measure.Measures) -> None:
        article = self.whole["docx"]
        place = self.folder / EDITORS
        page = self.sheet(article.title, papers.title_page(article, measures, self.profile))
        self.write(replace(page, authors=article.authors, affiliations=article.affiliations), place / "title-page.docx")
        self.write(
            self.sheet("Cover letter", papers.cover_letter(article, measures, self.profile)),
            place / "cover-letter.docx",
        )
        self.write(self.sheet("Author contributions (CRediT)", papers.credit(article)), place / "contributions.docx")
        declared = parts.section(article, parts.DECLARATIONS, "Declarations")
        if declared:
            self.write(declared, place / "declarations.docx")
        else:
            self.notes.append("The article has no section #sec-declarations: no declarations were made.")
        checklist = self.sheet("SANRA checklist", papers.sanra(article, measures))
        self.write(self.shown(checklist), self.folder / REVIEWERS / "sanra.docx")

    def machine(self) -> None:
        """JATS and MECA where the journal takes them; they name the authors."""
        if not (self.profile.wants("jats") or self.profile.wants("meca")):
            return
        from manuscript.engine.formats import jats, meca

        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            outputs = Path(name)
            jats.write(self.whole["jats"], outputs / "index.xml")
            if self.profile.wants("meca"):
                meca.write(self.project, outputs, self.folder / EDITORS / "meca.zip", self.epoch)
            if self.profile.wants("jats"):
                shutil.copytree(outputs, self.folder / EDITORS / "jats")

    def sheet(self, title: str, markdown: str) -> Document:
        tree = pandoc.parse(markdown, folder=self.project.root, epoch=self.epoch)
        return parts.sheet(self.whole["docx"], title, tree["blocks"])

    def write(self, document: Document, path: Path, **pages: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        docx.write(document, path, **pages)


def refuse_names(bundle: Path, document: Document) -> None:
    """Raise ``RenderError`` when a blinded zip holds a name of an author: in a file's name, its bytes, or a part of it."""
    forms = {form for item in document.authors for form in (item.family, item.name, item.email, item.orcid) if form}
    needles = {form: (form.encode(), form.encode("utf-16-le"), form.encode("utf-16-be")) for form in forms}
    for place, data in contents(bundle.read_bytes(), bundle.name):
        for form, ways in needles.items():
            if form in place or any(way in data for way in ways):
                raise RenderError(
                    f"the blinded copy names an author ({form}) in {place}",
                    mend="take the name out of the source of that file; nothing was written",
                )


def contents(data: bytes, place: str) -> Iterator[tuple[str, bytes]]:
    """A file's bytes, then those of all within it: parts of zips (so of Word files), streams of PDFs."""
    yield place, data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from contents(archive.read(name), f"{place}/{name}")
    elif data.startswith(b"%PDF"):
        for stream in figures.inflated_streams(data):
            yield f"{place} (stream)", stream


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
