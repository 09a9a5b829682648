"""The Word round trip: scripted edits of a rendered file, each brought to its line or listed; nothing is lost."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from manuscript.cli import app
from manuscript.engine.embedded import render
from manuscript.errors import ManuscriptError
from manuscript.paths import Project
from manuscript.roundtrip.blocks import Sources, read_sources
from manuscript.roundtrip.bring_home import Imported, apply, read_reviews
from manuscript.roundtrip.edits import Edit, Importer
from manuscript.roundtrip.word import WordFile

import inspectors
from conftest import EPOCH
from git_project import git, make_repository
from word_edits import Editor, W

C1, C2, INDEX = "chapters/01-introduction.qmd", "chapters/02-results.qmd", "index.qmd"
_EXTRA = """
*In vitro*, the **strong** [signal](https://example.org) holds, and nothing else does.
A second sentence stands here.
A third one cites nothing.

- one item of a list
- another item of it
"""


class Sent(NamedTuple):
    project: Project
    sources: Sources
    docx: Path


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    project = make_repository(tmp_path_factory.mktemp("sent") / "article")
    chapter = project.root / C2
    text = chapter.read_text(encoding="utf-8").replace("# Funding", _EXTRA.lstrip("\n") + "\n# Funding")
    chapter.write_text(text, encoding="utf-8")
    git(project, "commit", "-qam", "Sent out")
    render(project, ["docx"], EPOCH)
    return Sent(project, read_sources(project), project.output / "index.docx")


def _imported(sent: Sent, document: Path) -> Imported:
    return read_reviews(sent.sources, sent.docx, WordFile(document))


def _result(sent: Sent, imported: Imported) -> dict[str, str]:
    """Every file that the patches change, as it would be."""
    edits = [edit for review in imported.reviews for edit in review.edits]
    files = {edit.file for edit in edits}
    made = {file: apply(sent.sources.texts[file], [edit for edit in edits if edit.file == file]) for file in files}
    return {file: text for file, text in made.items() if text != sent.sources.texts[file]}


# words in Word, what is written for them, the file, its words before and after
TEXT = {
    "word": ("a cascade", "one cascade", C1, "a cascade [@adams2019first].", "one cascade [@adams2019first]."),
    "two words": ("pairs with HER3", "binds to HER3", C1, "pairs with HER3", "binds to HER3"),
    "delete words": (
        " and with the epidermal growth factor receptor (EGFR)",
        "",
        C1,
        " and with the epidermal growth factor receptor (EGFR)",
        "",
    ),
    "first word": ("Nobody paid", "No company paid", C2, "Nobody paid", "No company paid"),
    "last word": ("an invented article.", "an invented text.", C2, "an invented article.", "an invented text."),
    "punctuation": ("through a cascade", "through a cascade,", C1, "through a cascade", "through a cascade,"),
    "before a number": ("randomised 400", "enrolled 400", C2, "randomised {{<", "enrolled {{<"),
    "after a number": ("patients to the conjugate", "women to the conjugate", C2, "patients to", "women to"),
    "before a citation": (
        "or to chemotherapy ",
        "or to standard chemotherapy ",
        C2,
        "or to chemotherapy",
        "or to standard chemotherapy",
    ),
    "beside a reference": (
        "shows the approvals",
        "shows all approvals",
        C1,
        "shows the approvals",
        "shows all approvals",
    ),
    "new sentence at the end": (
        "invented article.",
        "invented article. This one is new.",
        C2,
        "invented article.\n",
        "invented article.\nThis one is new.\n",
    ),
    "new sentence between": (
        "stands here. A",
        "stands here. One came between. A",
        C2,
        "stands here.\n",
        "stands here.\nOne came between.\n",
    ),
    "new sentence at the start": (
        "Nobody paid",
        "It is known. Nobody paid",
        C2,
        "Nobody paid",
        "It is known.\nNobody paid",
    ),
    "delete a sentence": (" A second sentence stands here.", "", C2, "A second sentence stands here.\n", ""),
    "delete the last sentence": (" A third one cites nothing.", "", C2, "\nA third one cites nothing.", ""),
    "join two sentences": (
        "stands here. A third one",
        "stands here, and a third one",
        C2,
        "stands here.\nA third one",
        "stands here, and a third one",
    ),
    "split a sentence": (
        "holds, and nothing else does",
        "holds. Nothing else does",
        C2,
        "holds, and nothing else does",
        "holds.\nNothing else does",
    ),
    "inside bold": ("strong", "stronger", C2, "**strong**", "**stronger**"),
    "inside italic": ("In vitro", "In vivo", C2, "*In vitro*", "*In vivo*"),
    "inside a link": ("signal holds", "sign holds", C2, "[signal]", "[sign]"),
    "item of a list": ("one item of", "the first item of", C2, "- one item of", "- the first item of"),
    "heading": ("Efficacy", "Efficacy of the conjugate", C2, "## Efficacy {#", "## Efficacy of the conjugate {#"),
    "caption in a chapter": (
        "as the protocol gives them",
        "as both protocols give them",
        C2,
        "as the protocol gives them",
        "as both protocols give them",
    ),
    "cell in a chapter": ("by weight", "by body weight", C2, "| by weight |", "| by body weight |"),
    "title": ("Two invented trials", "Two imagined trials", INDEX, "Two invented trials", "Two imagined trials"),
    "abstract": ("exists to be broken", "lives to be broken", INDEX, "exists to be broken", "lives to be broken"),
    "new sentence in the abstract": (
        "broken by tests.",
        "broken by tests. It is short.",
        INDEX,
        "broken by tests.\n",
        "broken by tests.\n  It is short.\n",
    ),
    "title of a callout": ("Key points", "Main points", INDEX, "Key points", "Main points"),
    "point of a callout": (
        "Lung disease occurred in 10.0%",
        "Lung harm occurred in 10.0%",
        INDEX,
        "- Lung disease occurred",
        "- Lung harm occurred",
    ),
    "signs of Markdown": (
        "an invented article",
        "an *invented* article_",
        C2,
        "an invented article",
        r"an \*invented\* article\_",
    ),
    "quotes of Word": ("invented article", "“invented” article", C2, "invented article", '"invented" article'),
    "two places": (
        "Register of Promising Trials holds",
        "List of Promising Trials keeps",
        C2,
        "Register of Promising Trials holds",
        "List of Promising Trials keeps",
    ),
    "sentence with citation gone": (
        " Median progression-free survival (PFS) was 20.0 months (95% CI 17.5–23.1) against 10.0 months (95% CI 8.8–11.6) (Clark, 2022).",
        "",
        C2,
        "Median progression-free survival (PFS) was {{< var alpha-1.pfs.exp-ci >}} against {{< var alpha-1.pfs.ctl-ci >}} [@clark2022third].\n",
        "",
    ),
}


@pytest.mark.parametrize("author", ["", "Ada Reviewer"], ids=["plain", "tracked"])
@pytest.mark.parametrize("case", TEXT)
def test_an_edit_comes_to_its_line(sent: Sent, tmp_path: Path, case: str, author: str) -> None:
    old, new, file, before, after = TEXT[case]
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace(old, new, author)
    imported = _imported(sent, editor.save())
    assert [item for review in imported.reviews for item in review.listed] == []
    assert sent.sources.texts[file].count(before) == 1
    assert _result(sent, imported) == {file: sent.sources.texts[file].replace(before, after)}
    assert {review.name for review in imported.reviews} == {author or "untracked edits"}


LISTED = {
    "number": ("hazard ratio was 0.45", "hazard ratio was 0.46", C2, "number from the ledger", "alpha-1.pfs.2021"),
    "number of patients": ("400 patients", "401 patients", C2, "number from the ledger", "alpha-1"),
    "citation": ("chemotherapy (Clark, 2022)", "chemotherapy (Clark, 2023)", C2, "citation", "[@clark2022third]"),
    "citation gone": (" (Adams, 2019). A score", ". A score", C1, "citation", "[@adams2019first]"),
    "across a citation": ("chemotherapy (Clark, 2022). At the", "drugs. In the", C2, "citation", "[@clark2022third]"),
    "cross-reference": ("Figure 1 shows", "Figure 9 shows", C1, "cross-reference", "@fig-approvals"),
    "generated table": (
        "HER2; blocks signalling",
        "HER2; slows signalling",
        "tables/agents.md",
        "ledger",
        "tables/agents.md",
    ),
    "generated caption": (
        "Approvals over time",
        "Approvals by year",
        "figures/approvals.md",
        "ledger",
        "figures/approvals.md",
    ),
    "reference": ("First of all papers", "First of most papers", "", "a reference", "adams2019first"),
    "author": ("Ada Example", "Ada B Example", "", "front matter", "index.qmd"),
}


@pytest.mark.parametrize("author", ["", "Ada Reviewer"], ids=["plain", "tracked"])
@pytest.mark.parametrize("case", LISTED)
def test_what_is_made_elsewhere_is_listed_with_what_to_change(
    sent: Sent, tmp_path: Path, case: str, author: str
) -> None:
    old, new, place, reason, mend = LISTED[case]
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace(old, new, author)
    imported = _imported(sent, editor.save())
    listed = [item for review in imported.reviews for item in review.listed]
    assert listed and all(item.place.startswith(place) for item in listed)
    assert any(reason in item.reason and mend in item.mend for item in listed)
    assert all(file in (C1, C2) for file in _result(sent, imported))


def _moved(editor: Editor) -> None:
    words = "ALPHA-1 randomised 400 patients to the conjugate or to chemotherapy (Clark, 2022)."
    editor.replace(f"{words} ", "", "Ada")
    editor.after("an invented article.", f" {words}", "Ada")


def _moved_paragraph(editor: Editor) -> None:
    paragraph = editor.paragraph("The Register of Promising")
    editor.paragraph("Nobody paid").addnext(paragraph)


OTHER: dict[str, tuple[Callable[[Editor], None], list[tuple[str, str]]]] = {
    "bold": (lambda word: word.look("invented article", "b"), [("invented article", "**invented article**")]),
    "italic": (lambda word: word.look("Nobody", "i"), [("Nobody", "*Nobody*")]),
    "no longer bold": (lambda word: word.look("strong", "b", on=False), [("**strong**", "strong")]),
    "new paragraph": (
        lambda word: word.new_paragraph("Nobody paid", "A new one. With two sentences."),
        [("article.\n", "article.\n\nA new one.\nWith two sentences.\n")],
    ),
    "new paragraph, tracked": (
        lambda word: word.new_paragraph("Nobody paid", "A new one.", "Ada"),
        [("article.\n", "article.\n\nA new one.\n")],
    ),
    "paragraph gone": (
        lambda word: word.drop_paragraph("The Register of Promising"),
        [("The Register of Promising Trials holds the protocol.\n\n", "")],
    ),
    "paragraph gone, tracked": (
        lambda word: word.drop_paragraph("The Register of Promising", "Ada"),
        [("The Register of Promising Trials holds the protocol.\n\n", "")],
    ),
    "moved sentence keeps its number and citation": (
        _moved,
        [
            (
                "ALPHA-1 randomised {{< var alpha-1.n >}} patients to the conjugate or to chemotherapy [@clark2022third].\n",
                "",
            ),
            (
                "article.\n",
                "article.\nALPHA-1 randomised {{< var alpha-1.n >}} patients to the conjugate or to chemotherapy [@clark2022third].\n",
            ),
        ],
    ),
    "moved paragraph": (
        _moved_paragraph,
        [
            ("The Register of Promising Trials holds the protocol.\n\n", ""),
            ("article.\n", "article.\n\nThe Register of Promising Trials holds the protocol.\n"),
        ],
    ),
}


@pytest.mark.parametrize("case", OTHER)
def test_formatting_paragraphs_and_moves(sent: Sent, tmp_path: Path, case: str) -> None:
    act, changes = OTHER[case]
    editor = Editor(sent.docx, tmp_path / "back.docx")
    act(editor)
    imported = _imported(sent, editor.save())
    wanted = sent.sources.texts[C2]
    for before, after in changes:
        assert wanted.count(before) == 1
        wanted = wanted.replace(before, after)
    assert [item for review in imported.reviews for item in review.listed] == []
    assert _result(sent, imported) == {C2: wanted}


def test_no_edit_changes_nothing(sent: Sent) -> None:
    imported = _imported(sent, sent.docx)
    assert imported.reviews == []


COMMENTS = {
    "first sentence": ("randomised 400", C2, "ALPHA-1 randomised"),
    "second sentence": ("hazard ratio was", C2, "At the first analysis"),
    "abstract": ("exists to be broken", INDEX, "This small article"),
    "heading": ("Efficacy", C2, "2.1"),
}


@pytest.mark.parametrize("case", COMMENTS)
def test_a_comment_is_anchored_at_file_and_line(sent: Sent, tmp_path: Path, case: str) -> None:
    words, file, sentence = COMMENTS[case]
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.comment(words, "Is this so?", "Bob Reviewer")
    imported = _imported(sent, editor.save())
    [review] = imported.reviews
    [(comment, place, quoted)] = review.notes
    assert (review.name, review.edits, comment.text) == ("Bob Reviewer", [], "Is this so?")
    found, line = place.rsplit(":", 1)
    lines = sent.sources.texts[found].split("\n")
    assert found == file and quoted.startswith(sentence)
    assert words.split()[0] in lines[int(line) - 1]


def test_two_reviewers_on_one_sentence_have_a_patch_each(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    editor.replace("article", "text", "Bob")
    editor.replace("cascade", "chain")
    imported = _imported(sent, editor.save())
    found = {review.name: [edit.new for edit in review.edits] for review in imported.reviews}
    assert found == {"untracked edits": ["chain"], "Ada": ["No company"], "Bob": ["text"]}


def test_two_reviewers_on_the_same_word_are_named(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.after("Nobody", " at all", "Ada")
    editor.after("Nobody", " whatever", "Bob")
    imported = _imported(sent, editor.save())
    assert any("two reviewers" in item.reason for item in imported.meet)


def test_a_file_that_libre_office_saved(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    editor.replace("cascade", "chain")
    editor.comment("hazard ratio was", "Is this so?", "Bob")
    editor.save()
    command = [inspectors.program("soffice"), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += [
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(tmp_path / "saved"),
        str(tmp_path / "back.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    imported = _imported(sent, tmp_path / "saved" / "back.docx")
    texts = sent.sources.texts
    assert _result(sent, imported) == {
        C1: texts[C1].replace("cascade", "chain"),
        C2: texts[C2].replace("Nobody", "No company"),
    }
    # without its module for formulas, LibreOffice saves none
    listed = [item for review in imported.reviews for item in review.listed]
    assert all(item.reason == "a formula" for item in listed)
    assert [note[0].text for review in imported.reviews for note in review.notes] == ["Is this so?"]


def test_the_command_writes_patches_that_git_applies_and_a_branch(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    editor.replace("randomised 400", "randomised 401", "Ada")
    editor.comment("cascade", "Which one?", "Bob")
    document = editor.save()
    status = git(sent.project, "status", "--porcelain")
    arguments = [
        "--project",
        str(sent.project.root),
        "import",
        str(document),
        "--branch",
        "--to",
        str(tmp_path / "out"),
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert git(sent.project, "status", "--porcelain") == status
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["ada.patch", "bob.md", "report.md"]
    git(sent.project, "apply", "--check", str(tmp_path / "out" / "ada.patch"))
    shown = git(sent.project, "show", "--format=%an", "review/back-ada")
    assert shown.startswith("Ada\n") and "+No company paid for an invented article." in shown
    assert f"## {C1}:4" in (tmp_path / "out" / "bob.md").read_text(encoding="utf-8")
    text = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "change the row alpha-1 of data/trials.csv" in text


def test_something_else_than_word_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "no.docx"
    path.write_text("no")
    with pytest.raises(ManuscriptError, match="not a Word file"):
        WordFile(path)


@pytest.mark.slow
def test_the_real_article_comes_back_unchanged_and_all_its_prose_is_found(rendered_article: Project) -> None:
    document = WordFile(rendered_article.output / "index.docx")
    sources = read_sources(rendered_article)
    imported = read_reviews(sources, rendered_article.output / "index.docx", document)
    assert imported.reviews == []
    base = document.view(set())
    placed = Importer(sources, base).placed
    prose = [
        n
        for n, item in enumerate(base)
        if item.style.lower() in ("first paragraph", "body text", "abstract", "heading 1", "heading 2")
    ]
    assert len(prose) > 100
    assert [base[n].text for n in prose if n not in placed] == []


def test_a_patch_leaves_the_blanks_of_other_lines() -> None:
    text = "one  \ntwo words\nthree\n"
    edits = [Edit("a", 9, 15, " words", " "), Edit("a", 16, 21, "three", "four")]
    assert apply(text, edits) == "one  \ntwo\nfour\n"


def test_a_sentence_moved_with_words_own_marks_of_a_move(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace(" A second sentence stands here.", "", "Ada")
    editor.after("an invented article.", " A second sentence stands here.", "Ada")
    for mark in list(editor.body.iter(f"{W}ins", f"{W}del")):
        mark.tag = f"{W}moveTo" if mark.tag == f"{W}ins" else f"{W}moveFrom"
    imported = _imported(sent, editor.save())
    wanted = sent.sources.texts[C2].replace("A second sentence stands here.\n", "")
    wanted = wanted.replace("article.\n", "article.\nA second sentence stands here.\n")
    assert _result(sent, imported) == {C2: wanted}


def _run(sent: Sent, document: Path, folder: Path, *more: str) -> str:
    arguments = ["--project", str(sent.project.root), "import", str(document), "--to", str(folder), *more]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.exception
    return (folder / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kept", "said"), [(True, "a picture with another in its place"), (False, "Every picture was saved anew")]
)
def test_a_picture_replaced_under_its_description_is_listed(sent: Sent, tmp_path: Path, kept: bool, said: str) -> None:
    """Word's "Change Picture" keeps the description; the picture sent out stays in the file, or goes."""
    editor = Editor(sent.docx, tmp_path / "back.docx")
    old = next(name for name in editor.parts if name.startswith("word/media/"))
    relations = "word/_rels/document.xml.rels"
    text = editor.parts[relations].decode()
    key = re.search(rf'<Relationship (?=[^>]*Target="{old.removeprefix("word/")}")[^>]*Id="([^"]+)"', text)
    assert key
    if kept:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        new = f'<Relationship Id="rIdNew" Type="{kind}" Target="media/new.png"/></Relationships>'
        editor.parts[relations] = text.replace("</Relationships>", new).encode()
        for blip in editor.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"):
            for name, value in blip.attrib.items():
                blip.set(name, "rIdNew" if value == key[1] else value)
        editor.parts["word/media/new.png"] = editor.parts[old] + b"another"
    else:
        editor.parts[old] += b"another"
    assert said in _run(sent, editor.save(), tmp_path / "out")


def _two(sent: Sent, tmp_path: Path, second: str) -> Path:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "J. Doe")
    editor.replace("hazard ratio was", "hazard ratio stood at", "J Doe")
    editor.replace(second, second + "s", "J Doe")
    return editor.save()


@pytest.mark.parametrize("order", [("j-doe", "j-doe-2"), ("j-doe-2", "j-doe")])
def test_the_patches_of_two_reviewers_apply_in_either_order(sent: Sent, tmp_path: Path, order: tuple[str, str]) -> None:
    text = _run(sent, _two(sent, tmp_path, "cascade"), tmp_path / "out")
    assert "Where reviewers meet" not in text and "3 edits found: 3 in patches, 0 listed above." in text
    try:
        for name in order:
            git(sent.project, "apply", "-3", str(tmp_path / "out" / f"{name}.patch"))
        made = (sent.project.root / C2).read_text(encoding="utf-8")
        assert "No company paid" in made and "hazard ratio stood at {{<" in made
        assert "through a cascades" in (sent.project.root / C1).read_text(encoding="utf-8")
    finally:
        git(sent.project, "reset", "-q", "--hard")


def test_where_two_patches_touch_the_report_says_so(sent: Sent, tmp_path: Path) -> None:
    text = _run(sent, _two(sent, tmp_path, "an invented article"), tmp_path / "out")
    assert f"{C2}:37: the patches of " in text, text


def test_a_patch_reverts_nothing_that_was_committed_since(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    document = editor.save()
    chapter = sent.project.root / C2
    before = git(sent.project, "rev-parse", "HEAD").strip()
    try:
        chapter.write_text(
            chapter.read_text(encoding="utf-8").replace("patients to the conjugate", "people to the conjugate"),
            encoding="utf-8",
        )
        git(sent.project, "commit", "-qam", "Since then")
        _run(sent, document, tmp_path / "out")
        git(sent.project, "apply", "-3", str(tmp_path / "out" / "ada.patch"))
        made = chapter.read_text(encoding="utf-8")
        assert "No company paid" in made and "people to the conjugate" in made
    finally:
        git(sent.project, "reset", "-q", "--hard", before)


def test_a_file_without_its_commit_finds_the_revision_that_fits(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    del editor.parts["docProps/custom.xml"]
    document = editor.save()
    chapter = sent.project.root / C2
    before = git(sent.project, "rev-parse", "HEAD").strip()
    try:
        for words in ("people to the conjugate", "women to the conjugate"):
            text = chapter.read_text(encoding="utf-8")
            text = text.replace("patients to the conjugate", words).replace("people to the conjugate", words)
            chapter.write_text(
                text.replace("A third one cites nothing.", "A third one cites nothing at all."), encoding="utf-8"
            )
            git(sent.project, "commit", "-qam", "Since then")
        report = _run(sent, document, tmp_path / "out")
        assert f"It fits {before[:12]}" in report and "--base REV" in report
        assert "1 edit found: 1 in patches, 0 listed above." in report
    finally:
        git(sent.project, "reset", "-q", "--hard", before)


def test_another_article_fits_no_revision(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    for text in editor.body.iter(f"{W}t"):
        text.text = "Something else entirely stands here now."
    del editor.parts["docProps/custom.xml"]
    arguments = ["--project", str(sent.project.root), "import", str(editor.save()), "--to", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, ManuscriptError) and "--base" in str(result.exception)


def test_threads_of_comments(sent: Sent, tmp_path: Path) -> None:
    editor = Editor(sent.docx, tmp_path / "back.docx")
    editor.comment("cascade", "Which one?\n## chapters/x.qmd:1", "Ada")
    editor.comment("cascade", "This one.", "Bob")
    editor.comment("Nobody", "Resolved one.", "Bob")
    w14 = "http://schemas.microsoft.com/office/word/2010/wordml"
    for number, item in enumerate(list(editor.comments)[-3:], start=1):
        item.find(f"{W}p").set(f"{{{w14}}}paraId", f"0000000{number}")
    space = "http://schemas.microsoft.com/office/word/2012/wordml"
    editor.parts["word/commentsExtended.xml"] = (
        f'<w15:commentsEx xmlns:w15="{space}"><w15:commentEx w15:paraId="00000001" w15:done="0"/>'
        '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/>'
        '<w15:commentEx w15:paraId="00000003" w15:done="1"/></w15:commentsEx>'
    ).encode()
    relations = editor.parts["word/_rels/document.xml.rels"].decode()
    one = '<Relationship Id="rIdX" Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended" Target="commentsExtended.xml"/>'
    editor.parts["word/_rels/document.xml.rels"] = relations.replace(
        "</Relationships>", one + "</Relationships>"
    ).encode()
    report = _run(sent, editor.save(), tmp_path / "out")
    ada, bob = ((tmp_path / "out" / f"{name}.md").read_text(encoding="utf-8") for name in ("ada", "bob"))
    assert f"## {C1}:4\n" in ada and "> Ada, 2026-11-25:\n>\n> Which one?" in ada
    assert "> > Bob, 2026-11-25:\n> >\n> > This one." in ada and "This one." not in bob
    assert "\n## chapters/x.qmd:1" not in ada
    assert f"## {C2}:37 (resolved)\n" in bob and "3 comments: 2 threads, 1 answer." in report
