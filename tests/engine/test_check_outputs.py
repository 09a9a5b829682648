"""Faults in the rendered formats: each is an edit to one output, and is found by its rule."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from manuscript.check import outputs
from manuscript.check.run import run
from manuscript.paths import Project

from check_article import make_article, render_article

HTML, PDF, DOCX, JATS = (f"_manuscript/index.{suffix}" for suffix in ("html", "pdf", "docx", "xml"))
Edit = Callable[[Path], None]


def change(name: str, pattern: str, new: str) -> Edit:
    """Replace the first match in a text file, or in the document within a DOCX."""

    def replaced(text: str) -> str:
        result, count = re.subn(pattern, new, text, count=1, flags=re.S)
        assert count, f"{pattern!r} is not in {name}"
        return result

    def edit(root: Path) -> None:
        path = root / name
        if path.suffix != ".docx":
            path.write_text(replaced(path.read_text(encoding="utf-8")), encoding="utf-8")
            return
        with zipfile.ZipFile(path) as archive:
            parts = {item: archive.read(item) for item in archive.namelist()}
        parts["word/document.xml"] = replaced(parts["word/document.xml"].decode()).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for item, data in parts.items():
                archive.writestr(item, data)

    return edit


def cut(name: str) -> Edit:
    def edit(root: Path) -> None:
        data = (root / name).read_bytes()
        (root / name).write_bytes(data[: len(data) // 2])

    return edit


FAULTS: dict[str, tuple[Edit, str, str]] = {
    "another number in the HTML": (change(HTML, r"0\.45 \(95%", "0.54 (95%"), "outputs/numbers", DOCX),
    "another number in the DOCX": (change(DOCX, r"0\.45 \(95%", "0.54 (95%"), "outputs/numbers", DOCX),
    "another number in the JATS": (change(JATS, r"0\.45 \(95%", "0.54 (95%"), "outputs/numbers", JATS),
    "number that the PDF does not say": (change(HTML, r"0\.45 \(95%", "0.54 (95%"), "outputs/numbers", PDF),
    "another caption in the JATS": (change(JATS, r"Doses in both arms", "Doses in one arm"), "outputs/captions", JATS),
    "another caption in the DOCX": (change(DOCX, r"Doses in both arms", "Doses in one arm"), "outputs/captions", DOCX),
    "missing citation in the JATS": (change(JATS, r'<xref[^>]*rid="ref-adams2019first"[^>]*>.*?</xref>', ""), "outputs/citations", JATS),
    "missing reference in the JATS": (change(JATS, r'<ref id="ref-adams2019first">.*?</ref>', ""), "outputs/references", JATS),
    "another reference in the DOCX": (change(DOCX, r"First of all papers", "Second of all papers"), "outputs/references", DOCX),
    "missing alt text in the JATS": (change(JATS, r"<alt-text>.*?</alt-text>", ""), "outputs/alt", JATS),
    "another alt text in the DOCX": (change(DOCX, r'descr="[^"]{5}', 'descr="'), "outputs/alt", DOCX),
    "missing alt text in the HTML": (change(HTML, r'(<img[^>]*) alt="[^"]*"', r"\1"), "outputs/alt", HTML),
    "dead link": (change(HTML, r'href="#sec-evidence"', 'href="#sec-evidences"'), "outputs/dead-link", HTML),
    "script from elsewhere": (change(HTML, "</head>", '<script src="https://example.org/x.js"></script></head>'), "outputs/external-request", HTML),
    "font from elsewhere": (change(HTML, "</head>", "<style>@import url('//example.org/f.css');</style></head>"), "outputs/external-request", HTML),
    "style sheet from elsewhere": (change(HTML, "</head>", '<link rel="stylesheet" href="https://example.org/x.css"></head>'), "outputs/external-request", HTML),
    "image from elsewhere": (change(HTML, r'<img([^>]*) src="[^"]*"', r'<img\1 src="https://example.org/x.png"'), "outputs/external-request", HTML),
    "unresolved reference": (change(HTML, r"Nobody paid", "Nobody (?@fig-x) paid"), "outputs/unresolved", HTML),
    "a name that Quarto did not find": (change(DOCX, r"Nobody paid", "?var:alpha-1.os.2021.hr paid"), "outputs/unresolved", DOCX),
    "a map that Quarto could not print": (change(JATS, r"Nobody paid", "?invalid meta type: paid"), "outputs/unresolved", JATS),
    "a shortcode that printed nothing": (change(HTML, r"Nobody paid", "Nobody , paid"), "outputs/empty", HTML),
    "a row that the PDF has not": (change(HTML, r"</tbody>", "<tr><td>a row cut off</td></tr></tbody>"), "outputs/rows", PDF),
    "a paragraph that the PDF has not": (change(HTML, r"<p>(<span[^>]*></span>)?Nobody paid", "<p>No soul ever paid"), "outputs/words", PDF),
    "half an HTML": (cut(HTML), "outputs/damaged", HTML),
    "half a PDF": (cut(PDF), "outputs/damaged", PDF),
    "half a DOCX": (cut(DOCX), "outputs/damaged", DOCX),
    "half a JATS": (cut(JATS), "outputs/damaged", JATS),
}  # fmt: skip


@pytest.fixture
def article(rendered_small: Project, tmp_path: Path) -> Project:
    shutil.copytree(rendered_small.root, tmp_path / "article")
    return Project(tmp_path / "article")


def test_two_renders_give_the_same_bytes(rendered_small: Project, tmp_path: Path) -> None:
    again = render_article(make_article(tmp_path / "another-name"))
    names = _files(rendered_small)
    assert len(names) >= 5 and names == _files(again)
    for name in names:
        assert (again.output / name).read_bytes() == (rendered_small.output / name).read_bytes(), name


def _files(project: Project) -> list[str]:
    return sorted(path.relative_to(project.output).as_posix() for path in project.output.rglob("*") if path.is_file())


def test_whole_outputs_give_no_diagnostic(article: Project) -> None:
    assert [str(item) for item in run(article)[0]] == []


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(article: Project, name: str) -> None:
    edit, rule, file = FAULTS[name]
    edit(article.root)
    found, _ = run(article, select=["outputs"])
    assert (rule, file) in {(item.rule, item.file) for item in found}, [str(item) for item in found]


def test_a_page_or_column_may_end_within_a_number() -> None:
    first, second, third = (outputs._lines(outputs._without_head(text, number)) for number, text in enumerate(
        ["A title\nThe hazard ratio was 0.83, 95% CI", "A title 2\n0.68–1.02 in all.\nFigure 1", "A title\n3\nIt was 2\n3"],
        start=1,
    ))  # fmt: skip
    assert (second, third) == (["0.68–1.02inall.", "Figure1"], ["Itwas2", "3"])
    number = "0.83, 95% CI 0.68–1.02"
    assert outputs._over_two_columns(number, [first, second, third])
    # a figure at the foot of the first page, or at the head of the second; and both columns on one page
    assert outputs._over_two_columns(number, [[*first, "Figure1"], second, third])
    assert outputs._over_two_columns(number, [first, ["Figure2", *second]])
    assert outputs._over_two_columns(number, [[*first, "Figure2", *second]])
    assert not outputs._over_two_columns("0.83, 95% CI 0.68–1.03", [first, second, third])
    # what does not begin a line does not go on there
    assert not outputs._over_two_columns(number, [first, ["Its0.68–1.02inall."]])
    assert not outputs._over_two_columns(number, [second, first])
    # the number at the foot runs into a word parted there
    assert outputs._lines(outputs._without_head("by Mer\ufffe1", 1)) == ["byMer"]


def test_the_verdict_is_kept_until_an_output_changes(article: Project) -> None:
    assert run(article, select=["outputs"])[0] == []
    record = json.loads((article.build / "check.json").read_text(encoding="utf-8"))
    assert record["found"] == [] and {"html", "pdf", "docx", "jats"} <= set(record["files"])
    change(JATS, r"Doses in both arms", "Doses in one arm")(article.root)
    first, _ = run(article, select=["outputs"])
    again, _ = run(article, select=["outputs"])
    assert first and first == again
    (article.build / "check.json").write_text("{", encoding="utf-8")
    assert run(article, select=["outputs"])[0] == first


def test_output_that_was_changed_after_the_render(article: Project) -> None:
    import hashlib

    known = {HTML: hashlib.sha256((article.root / HTML).read_bytes()).hexdigest(), PDF: "0" * 64}
    article.render_state.write_text(json.dumps({"digest": "", "outputs": known}), encoding="utf-8")
    found, _ = run(article, select=["outputs"])
    assert [(item.rule, item.file) for item in found] == [("outputs/damaged", PDF)]


def test_one_format_alone(article: Project) -> None:
    for name in (PDF, DOCX, JATS):
        (article.root / name).unlink()
    assert run(article, select=["outputs"])[0] == []


@pytest.mark.parametrize(("second", "found"), [("1mm", [1]), ("20mm", [])])
def test_words_over_words_are_found(second: str, found: list[int], tmp_path: Path) -> None:
    import typst

    text = f"#place(dy: 0mm)[A row of a table] #place(dy: {second})[Another row of it]"
    path = tmp_path / "page.pdf"
    path.write_bytes(typst.compile(text.encode()))
    assert outputs.overprinted(path) == found
