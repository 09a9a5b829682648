"""Bundles for journals: profiles, limits, files read back, blinded copies without a name."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from manuscript.engine.document import Document
from manuscript.errors import ConfigError, ManuscriptErrors, RenderError
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project
from manuscript.submit import bundle, figures, measure, papers, parts, profile, report
from manuscript.submit.profile import Profile, Value

import inspectors
import words
from conftest import EPOCH, ROOT

NAMES = sorted(path.stem for path in (ROOT / "journals").glob("*.yml"))


def _profile(**values: object) -> Profile:
    return Profile("x", "A Journal", "P", {k: Value(v, "https://e.org", "2026-11-25") for k, v in values.items()})


def _digests(project: Project) -> dict[str, str]:
    files = [path for path in project.root.rglob("*") if path.is_file() and "build" not in path.parts]
    return {project.relative(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def made(rendered_article: Project, tmp_path_factory: pytest.TempPathFactory) -> bundle.Made:
    """A bundle that uses all of the machinery: blinded, PDF, CMYK, machine formats, other citations."""
    wanted = _profile(
        blinding="double", manuscript_formats=["docx", "pdf"], citation_style="nature", colour_mode="CMYK",
        line_numbers=True, double_spacing=True, figure_dpi=700, figure_width_max_mm=174, jats=True, meca=True,
        words_max=100, abstract_words_max=5000, statements=["funding", "interests"],
    )  # fmt: skip
    before = _digests(rendered_article)
    result = bundle.make(rendered_article, wanted, tmp_path_factory.mktemp("out") / "x", EPOCH)
    assert _digests(rendered_article) == before
    return result


@pytest.fixture(scope="module")
def whole(rendered_article: Project) -> Document:
    """The article as a bundle sees it; tests change copies."""
    return bundle.documents(rendered_article, _profile(), EPOCH)["docx"]


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_is_valid_and_reports(name: str, whole: Document) -> None:
    found = profile.read(ROOT / "journals" / f"{name}.yml", name)
    findings = report.limits(found, measure.measure(whole))
    text = report.text(found, findings, papers.missing(whole), [], [], ROOT)
    assert text.startswith(f"# Submission to {found.title}")
    assert all(value.source in text for value in found.values.values())


def test_check_gives_the_report_and_writes_nothing(rendered_article: Project) -> None:
    before = _digests(rendered_article)
    findings, text = bundle.check(rendered_article, _profile(words_max=100), EPOCH)
    assert [item.passed for item in findings] == [False]
    assert "FAIL" in text
    assert _digests(rendered_article) == before


def test_at_least_six_journals() -> None:
    assert len(NAMES) >= 6


def test_a_broken_limit_is_reported(made: bundle.Made) -> None:
    broken = [item.key for item in made.findings if not item.passed]
    assert broken == ["words_max"]
    assert "| words_max | at most 100 words |" in made.text
    assert "**FAIL**" in made.text


def test_what_is_missing_is_named(made: bundle.Made) -> None:
    for what in ("affiliation of all authors", "ORCID of all authors", "the corresponding author's e-mail", "CRediT"):
        assert what in made.text


def test_blinded_zip_names_no_author(made: bundle.Made, whole: Document) -> None:
    document = whole
    assert len(document.authors) == 10
    blinded = next(path for path in made.zips if path.name == "x-blinded.zip")
    full = next(path for path in made.zips if path.name == "x.zip")
    bundle.refuse_names(blinded, document)
    families = [author.family.encode() for author in document.authors]
    assert [f for f in families for _, data in bundle.contents(blinded.read_bytes(), "") if f in data] == []
    # the same search finds them where they are
    with pytest.raises(RenderError, match="names an author"):
        bundle.refuse_names(full, document)
    pdf = words.of_pdf(made.folder / "for-reviewers" / "manuscript-blinded.pdf")
    assert [author.family for author in document.authors if author.family in pdf] == []
    assert all(
        author.family in words.of_pdf(made.folder / "for-editors" / "manuscript.pdf") for author in document.authors
    )


def test_a_name_in_the_text_is_taken_out(whole: Document) -> None:
    document = whole
    block = {"t": "Para", "c": [{"t": "Str", "c": f"As {document.authors[0].family} wrote"}]}
    changed, count = parts.blinded(parts.with_blocks(document, [*document.blocks, block]), document.authors)
    assert count == 1
    assert parts.REMOVED in str(changed.blocks) or "[Removed" in str(changed.blocks)
    assert document.authors[0].family not in str(changed.tree)


def test_figure_files_say_what_was_asked_for(
    made: bundle.Made, rendered_article: Project, whole: Document, tmp_path: Path
) -> None:
    files = sorted((made.folder / "for-reviewers" / "figures").glob("*.tiff"))
    assert len(files) >= 5
    for path in files:
        found = figures.read_back(path)
        assert (found.dpi, found.colours) == (700, "CMYK")
        assert found.width_mm <= 174.5
    one = replace(whole, labels={"fig-ild": whole.labels["fig-ild"]})
    wanted = _profile(figure_formats=["eps", "pdf", "png"], figure_width_min_mm=190)
    found = {item.path.suffix: item for item in figures.write(one, load_ledger(rendered_article), wanted, tmp_path)}
    assert set(found) == {".eps", ".pdf", ".png"}
    for item in found.values():
        assert item.width_mm == pytest.approx(190, abs=0.5)
        assert item.colours == "RGB"
    assert found[".png"].dpi == 600
    assert b"CreationDate" not in found[".eps"].path.read_bytes()


def test_figure_limits_are_read_from_the_files(made: bundle.Made) -> None:
    files = [figures.read_back(path) for path in (made.folder / "for-reviewers" / "figures").glob("*.tiff")]
    measures = measure.Measures(1, 1, "", 1, 1, 1, 1, 1, frozenset())
    wanted = _profile(figure_dpi=1200, colour_mode="RGB", figure_width_max_mm=10, figure_formats=["tiff", "eps"])
    found = {item.key: item.passed for item in report.limits(wanted, measures, files)}
    assert found == dict.fromkeys(("figure_dpi", "colour_mode", "figure_width_max_mm", "figure_formats"), False)


def test_word_files_are_valid(made: bundle.Made) -> None:
    files = sorted(made.folder.rglob("*.docx"))
    assert len(files) >= 10
    assert {path.name: found for path in files if (found := inspectors.open_xml(path))} == {}


def test_libre_office_converts_the_word_files(made: bundle.Made, tmp_path: Path) -> None:
    for name in ("title-page", "cover-letter", "contributions", "declarations"):
        assert words.of_pdf(inspectors.libre_office(made.folder / "for-editors" / f"{name}.docx", tmp_path)).strip()
    for name in ("manuscript-blinded", "tables", "sanra"):
        assert words.of_pdf(inspectors.libre_office(made.folder / "for-reviewers" / f"{name}.docx", tmp_path)).strip()


def test_pages_and_citations_are_the_journals(made: bundle.Made) -> None:
    with zipfile.ZipFile(made.folder / "for-editors" / "manuscript.docx") as archive:
        body, styles = (archive.read(f"word/{name}.xml").decode() for name in ("document", "styles"))
    assert "lnNumType" in body
    assert 'w:line="480"' in styles
    # numbered references in superscript, as Nature prints them; the article's own style has names and years
    assert 'w:val="superscript"' in body


def test_machine_formats(made: bundle.Made) -> None:
    assert (made.folder / "for-editors" / "jats" / "index.xml").is_file()
    with zipfile.ZipFile(made.folder / "for-editors" / "meca.zip") as archive:
        assert {"manifest.xml", "index.xml"} <= set(archive.namelist())


def test_sanra_points_at_sections_that_are_there(whole: Document) -> None:
    document = whole
    text = papers.sanra(document, measure.measure(document))
    assert text.count("| |") == 6
    assert "no such section" not in text
    assert "#sec-search" in text


def test_words_are_running_text_of_numbered_sections(whole: Document) -> None:
    document = whole
    head = {"t": "Header", "c": [1, ["sec-x", [], [["number", "1"]]], [{"t": "Str", "c": "Head"}]]}
    text = {"t": "Para", "c": [{"t": "Str", "c": "one"}, {"t": "Space"}, {"t": "Str", "c": "two"}]}
    apart = {"t": "Header", "c": [1, ["sec-y", ["unnumbered"], []], [{"t": "Str", "c": "Apart"}]]}
    assert measure.measure(parts.with_blocks(document, [text, head, text, text, apart, text])).words == 4


@pytest.mark.parametrize(
    ("change", "line", "words_of_it"),
    [
        ("  wordsmax:\n    value: 5\n", 4, "did you mean words_max"),
        ("  words_max: 5\n", 4, "does not say where it was read"),
        ("  words_max:\n    value: many\n    source: https://e.org\n    seen_on: 2026-11-25\n", 5, "'many'"),
        ("  words_max:\n    value: 5\n    seen_on: 2026-11-25\n", 4, "names no page"),
        ("  words_max:\n    value: 5\n    source: https://e.org\n    seen_on: May\n", 7, "has no day"),
        ("  blinding:\n    value: triple\n    source: https://e.org\n    seen_on: 2026-11-25\n", 5, "triple"),
        ("  citation_style:\n    value: natur\n    source: https://e.org\n    seen_on: 2026-11-25\n", 5, "nature"),
        ("  words_max: [\n", None, "not YAML"),
    ],
)
def test_a_bad_profile_says_where(tmp_path: Path, change: str, line: int | None, words_of_it: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(f"title: T\npublisher: P\nvalues:\n{change}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        profile.read(path, "journals/x.yml")
    assert words_of_it in str(caught.value)
    assert line is None or caught.value.place == f"journals/x.yml:{line}"
    assert caught.value.mend


def test_all_faults_of_a_profile_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("title: T\nvalues:\n  words_max: 5\n  tables_max: 5\n", encoding="utf-8")
    with pytest.raises(ManuscriptErrors) as caught:
        profile.read(path, "x.yml")
    assert len(caught.value.errors) == 3


def test_an_unknown_journal_has_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="did you mean cancers"):
        profile.load(Project(ROOT), "cancer")
