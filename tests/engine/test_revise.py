"""The round after submission: comments read, answers kept, changes found and placed, what goes back to the journal."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import NamedTuple

import pytest
from docx import Document as new_docx
from lxml import etree
from typer.testing import CliRunner

from manuscript.cli import app
from manuscript.errors import ConfigError, ManuscriptError, SourceError
from manuscript.ooxml import W, body
from manuscript.paths import Project
from manuscript.revision import comments, response
from manuscript.revision import round as revision_round
from manuscript.revision.changes import Change, Region, placed, regions
from manuscript.submit import blinding, profile
from manuscript.submit.bundle import Made
from manuscript.submit.pages import Pages

import inspectors
import words
from check_article import make_files
from conftest import EPOCH
from git_project import git, make_repository

LETTER = """\
Dear Dr Example,

Thank you for submitting to us; please answer each point.

Reviewer #1: A timely paper.

Major comments
{first}
Minor comments
1) A typo in the second section.

Reviewer 2
Comments to the Author
{second}

Kind regards,
The editors
"""


def _letter() -> str:
    first = "\n".join(f"{n}. Point {n} of the first reviewer,\n   which runs on." for n in range(1, 12))
    second = "\n\n".join(f"({n}) Point {n} of the second reviewer." for n in range(1, 14))
    return LETTER.format(first=first, second=second)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reviewer 1:\n1. One.\n2. Two.\n\nReviewer 2:\n1. Three.", ["R1.1 One.", "R1.2 Two.", "R2.1 Three."]),
        ("Reviewer 1\nComment 1: In the text.\nComment 2 Other.\nPoint 1 of the first is met.\n",
         ["R1.1 In the text.", "R1.2 Other.\nPoint 1 of the first is met."]),
        ("Reviewer #1: 1- One thing\n2- Another\n", ["R1.1 One thing", "R1.2 Another"]),
        ("Reviewer: 1\nComments to the Author\nFirst.\n\nSecond,\nstill.\n", ["R1.1 First.", "R1.2 Second,\nstill."]),
        ("Referee A\n- a\n- b\nReferee B\n* c\n* d\n", ["RA.1 a", "RA.2 b", "RB.1 c", "RB.2 d"]),
        ("**Reviewer 2 (Remarks to the Author):**\n\nComment 1: x\nComment 2. y", ["R2.1 x", "R2.2 y"]),
        ("REVIEWER REPORT 1\n(1) x\n(2) y", ["R1.1 x", "R1.2 y"]),
        ("Comments from the editor:\nShorten it.\nReviewer 1\n1. x", ["E.1 Shorten it.", "R1.1 x"]),
        ("Editor's comments\n1. a\n2. b\n\nReviewer one:\n1. c", ["E.1 a", "E.2 b", "R1.1 c"]),
        ("Dear all,\n\nReviewer 1\n\n1. See what reviewer 2 said.\n95. is a number.\n2. y", ["R1.1 See what reviewer 2 said.\n95. is a number.", "R1.2 y"]),
        ("> Reviewer 1\n> 1. quoted\n> 2. as well\n", ["R1.1 quoted", "R1.2 as well"]),
        ("Reviewer 1\nQ1. What?\nQ2: Why?\nReviewer 2\n2.1 Third\n2.2 Fourth", ["R1.1 What?", "R1.2 Why?", "R2.1 Third", "R2.2 Fourth"]),
        ("## Reviewer 1\n\n### Comment 1\n\nOne.\n\n### Comment 2\n\nTwo.\n", ["R1.1 One.", "R1.2 Two."]),
        ("Reviewer 1\nMajor points:\n1. a\n2. b\nMinor points:\n3. c\n", ["R1.1 a", "R1.2 b", "R1.3 c"]),
        ("Reviewer 1\nGood; however,\n(i) x\n(ii) y\n", ["R1.1 x", "R1.2 y"]),
        ("Reviewer 1\nP3 L12: typo.\n\nLong.\n", ["R1.1 P3 L12: typo.", "R1.2 Long."]),
        ("1. No reviewer is named.\n2. Here.", ["R1.1 No reviewer is named.", "R1.2 Here."]),
        ("Editor\nE/1 a\nE/2 b\n\nc\nReviewer 1\n1/1 d\n1/2 e", ["E.1 a", "E.2 b\n\nc", "R1.1 d", "R1.2 e"]),
        ("R1-C1: a\n\nb\nR1-C2: c\nR2-C1: d\n", ["R1.1 a\n\nb", "R1.2 c", "R2.1 d"]),
        ("Comment R1.1: a\nComment R1.2: b\nComment R2.1: c\n", ["R1.1 a", "R1.2 b", "R2.1 c"]),
        ("Editor, comment 1: a\nReviewer 1, comment 1: b\nReviewer 1, comment 2: c\n", ["E.1 a", "R1.1 b", "R1.2 c"]),
        ("Reviewer A (oncology)\n#1 a\n\nb\n#2 c\nExpert B\n1º d\n2º e\n", ["RA.1 a\n\nb", "RA.2 c", "RB.1 d", "RB.2 e"]),
        ("From the editor\nPoint 1/2: a\nPoint 2/2: b\nR2\nItem 1 - c\nItem 2 - d\n", ["E.1 a", "E.2 b", "R2.1 c", "R2.2 d"]),
        ("Reviewer 1\nI. a\n\nb\nII. c\n", ["R1.1 a\n\nb", "R1.2 c"]),
        ("Reviewer\tNo\tComment\tPlace\nR1\t1\ta\tline 3\nR1\t2\tb\t\nEditor\t1\tc\t\n", ["R1.1 a (line 3)", "R1.2 b", "E.1 c"]),
        ("| Reviewer | # | Comment |\n|---|---|---|\n| Reviewer 1 | 1 | a |\n| Reviewer 2 | 1 | b |\n", ["R1.1 a", "R2.1 b"]),
        ("Reviewer 1\nThe ratio is\n1/2 of that.\n\nAdd it.\tx\ty\n", ["R1.1 The ratio is\n1/2 of that.", "R1.2 Add it.\tx\ty"]),
        # later rounds take up what was said before
        ("Reviewer 1\nGood work.\nR1.2 (first round): a\nR1.9: b\nR3.1: c", ["R1.1 R1.2 (first round): a", "R1.2 R1.9: b", "R3.1 R3.1: c"]),
        ("Reviewer 1\nComment 3: a\nComment 7: b\nReviewer 2\n4. c\n9. d\n", ["R1.1 Comment 3: a", "R1.2 Comment 7: b", "R2.1 4. c", "R2.2 9. d"]),
        ("Reviewer 1\nPrevious comment 2: a\n\nResponse: b\n\nNew comment: c\n\nOriginal point: d\n\nNow: e", ["R1.1 Previous comment 2: a\n\nResponse: b\n\nNew comment: c", "R1.2 Original point: d\n\nNow: e"]),
        ("Reviewer 1\r\n1.\tTabs\r\n2.\tand line ends\r\n", ["R1.1 Tabs", "R1.2 and line ends"]),
    ],
)  # fmt: skip
def test_comments_are_told_apart(text: str, expected: list[str]) -> None:
    found = comments.parse(text).comments
    assert [f"{item.number} {item.text}" for item in found] == expected


def test_nothing_of_a_letter_is_lost() -> None:
    review = comments.parse(_letter())
    assert len(review.comments) == 25
    assert [item.number for item in review.comments if item.reviewer == "Reviewer 2"] == [
        f"R2.{n}" for n in range(1, 14)
    ]
    assert review.openings == {"Reviewer 1": "A timely paper."}
    kept = " ".join([*(item.text for item in review.comments), *review.left_out, *review.openings.values()]).split()
    heads = [
        "Reviewer",
        "#1:",
        "Major",
        "comments",
        "Minor",
        "comments",
        "1)",
        "Reviewer",
        "2",
        "Comments",
        "to",
        "the",
        "Author",
    ]
    numbers = [f"{n}." for n in range(1, 12)] + [f"({n})" for n in range(1, 14)]
    assert sorted([*kept, *heads, *numbers]) == sorted(_letter().split())


_GREETING = """\
Dear Dr Example,

Thank you for submitting your manuscript. It has now been seen by two reviewers, whose comments are appended below.
Based on these we invite you to submit a revised version. Please respond to each point.

"""
_PRAISE = "This is a timely review. The authors should be congratulated. I have only minor comments:"
_SUMMARY = "The manuscript sums up the evidence and is well written. However, several points should be addressed before publication."
_END = "\n\nIn compliance with data protection regulations, you may ask us to forget you.\n\nWe look forward to receiving your revision within 30 days.\n\nKind regards,\nJane Doe\nEditor-in-Chief\n"
# 12 comments and 13, that ask in many ways; some begin as a marked comment of another letter would
_FIRST = (
    "The introduction is too long.", "Please define the endpoint.", "Table 2: why are medians missing?", "Is the search reproducible?",
    "The algorithm needs a source.", "Line 210: typo.", "Figure 3 should have numbers at risk.", "References 12 and 14 are the same.",
    "The title is too long.", "State the limitations.", "Discuss costs.", "Add the label's warning.",
)  # fmt: skip
_SECOND = (*(text.replace("the", "this") for text in _FIRST), "The conclusion overstates.")


@pytest.mark.parametrize(
    ("head", "mark", "joined"),
    [
        ("Reviewer {}:", "{}. {}", "\n"),
        ("Reviewer #{}", "- {1}", "\n"),
        ("Reviewer {}", "{1}", "\n\n"),
        ("REVIEWER {}", "({}) {}\n\n   It would help the reader.", "\n\n"),
        ("Reviewer {} Comments to the Author", "Comment {}: {}", "\n"),
        ("## Reviewer {}", "### Comment {}\n\n{}", "\n\n"),
        ("Reviewer: {}\n\nRecommendation: Minor revision\n\nComments:", "{}) {}", "\n"),
        ("Reviewer {} Report\n\nComments and Suggestions for Authors", "Point {}: {}", "\n"),
    ],
)
@pytest.mark.parametrize("editor", [False, True])
def test_what_greets_praises_or_announces_is_no_comment(head: str, mark: str, joined: str, editor: bool) -> None:
    letter = _GREETING + ("1. Shorten it.\n2. Name the funders.\n\n" if editor else "")
    for number, (opening, texts) in enumerate(((_PRAISE, _FIRST), (_SUMMARY, _SECOND)), start=1):
        marked = joined.join(mark.format(place, text) for place, text in enumerate(texts, start=1))
        letter += f"{head.format(number)}\n\n{opening}\n\n{marked}\n\n"
    review = comments.parse(letter + _END)
    # a reply that quotes all of it is the same letter
    assert comments.parse("".join(f"> {line}\n" for line in (letter + _END).split("\n"))) == review
    assert len(review.comments) == 25 + 2 * editor
    heads = [item.text.split("\n")[0] for item in review.comments if item.number.startswith("R")]
    assert heads == [*_FIRST, *_SECOND]
    assert [text.split("\n\n")[-1] for text in review.openings.values()] == [_PRAISE, _SUMMARY]
    assert review.left_out[0] == "Dear Dr Example," and review.left_out[-1] == "Editor-in-Chief"


@pytest.mark.parametrize(
    "text",
    [
        "The paper is too long and should be cut.",
        "It is unclear why the search ended in 2024.",
        "How were the trials chosen?",
        "The methods lack a search date.",
    ],
)
def test_what_asks_before_the_first_number_is_a_comment(text: str) -> None:
    found = comments.parse(f"Reviewer 1\n{text}\n1. One.\n2. Two.\n").comments
    assert [item.text for item in found] == [text, "One.", "Two."]


def test_praise_alone_is_a_comment() -> None:
    assert [item.text for item in comments.parse("Reviewer 1\nA timely paper.\nReviewer 2\n1. x").comments] == [
        "A timely paper.",
        "x",
    ]


def test_mail_and_word_files(tmp_path: Path) -> None:
    text = base64.b64encode("Reviewer 1\n1. Gr\u00f6\u00dfe?\n".encode()).decode()
    mail = f"From: e@e.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{text}\n"
    (tmp_path / "a.eml").write_text(mail)
    assert [item.text for item in comments.read_review(tmp_path / "a.eml").comments] == ["Größe?"]
    document = new_docx()
    run = document.add_paragraph("The text of the article.").runs[0]
    document.add_comment(run, text="Why this?", author="Reviewer Anne", initials="A")
    document.save(tmp_path / "b.docx")
    found = comments.read_review(tmp_path / "b.docx").comments
    assert [(item.number, item.reviewer) for item in found] == [("R1.1", "Reviewer Anne")]
    assert found[0].text.startswith("Why this?\n(at “The text of the article.")
    (tmp_path / "c.txt").write_text("\n")
    with pytest.raises(SourceError, match="no comment"):
        comments.read_review(tmp_path / "c.txt")


def test_a_page_that_a_portal_exports_is_read_as_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "export.html"
    path.write_text(
        "<html><head><style>p{x}</style></head><body><h3>Editor comments</h3><ol><li>Shorten\nit.</li><li>Date it.</li></ol>"
        "<h3>Reviewer&nbsp;1</h3><p>A timely review.</p><p><b>1.</b> Name the<br>databases.</p><p><b>2.</b> Why?</p>"
        "<h3>Reviewer 2</h3><table><tr><th>No.</th><th>Comment</th><th>Response</th></tr><tr><td>1</td><td>Add it.</td></tr>"
        "<tr><td>2</td><td>Cut it.</td></tr></table></body></html>",
        encoding="utf-8",
    )
    review = comments.read_review(path)
    assert {item.number: item.text for item in review.comments} == {
        "E.1": "Shorten it.", "E.2": "Date it.", "R1.1": "Name the\ndatabases.", "R1.2": "Why?", "R2.1": "Add it.",
        "R2.2": "Cut it.",
    }  # fmt: skip
    assert review.openings == {"Reviewer 1": "A timely review."} and not review.left_out


def test_answers_are_kept_and_later_comments_added(tmp_path: Path) -> None:
    path = tmp_path / "response.md"
    review = comments.parse("Reviewer 1\nA fine review.\n1. One.\n2. Two.\n\nReviewer 2\n1. Three.\n")
    text = response.render(review).replace("**Answer:**", "**Answer:** Yes.\n\n- a list", 1).replace(
        "**Changes:**", "**Changes:** `abcdef1`, chapters/x.qmd:3-4", 1
    ).replace("> A fine review.", "> A fine review.\n\nThank *you*.")  # fmt: skip
    path.write_text(text, encoding="utf-8")
    found = response.read(path, "r.md")
    assert [entry.comment for entry in found.entries] == review.comments
    assert found.openings == {"Reviewer 1": response.Opening("A fine review.", "Thank *you*.")}
    assert found.entries[0].answer == "Yes.\n\n- a list"
    assert found.entries[0].changes == ("abcdef1", "chapters/x.qmd:3-4")
    assert [entry.comment.number for entry in found.unanswered] == ["R1.2", "R2.1"]
    more = comments.parse("Reviewer 1\n1. New.\n2. Two.\nReviewer 3\nWell written.\n1. Late.\n")
    merged, added = response.merged(text, found, more)
    assert [item.number for item in added] == ["R1.3", "R3.1"]
    path.write_text(merged, encoding="utf-8")
    again = response.read(path, "r.md")
    assert again.openings == {**found.openings, "Reviewer 3": response.Opening("Well written.")}
    assert [entry.comment.number for entry in again.entries] == ["R1.1", "R1.2", "R1.3", "R2.1", "R3.1"]
    assert again.entries[0].answer == "Yes.\n\n- a list" and response.merged(merged, again, more)[1] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# R\n\n## R1.1\n\n> x\n", "R1.1 has no place for an answer"),
        ("# R\n\n## R1.1\n\n**Answer:**\n\n## R1.1\n\n**Answer:**\n", "R1.1 stands twice"),
    ],
)
def test_a_broken_response_says_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "response.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManuscriptError, match=message) as caught:
        response.read(path, "review/round-1/response.md")
    assert caught.value.place.startswith("review/round-1/response.md:") and caught.value.mend


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("chapters/a.qmd:12", True), ("a.qmd:10-20", True), ("chapters/a.qmd", True), ("a.qmd:14", False),
        ("b.qmd:12", False), ("1234567", True), ("7654321", False), ("12", False),
    ],
)  # fmt: skip
def test_how_a_change_is_named(text: str, named: bool) -> None:
    change = Change("chapters/a.qmd", 12, 13, "old", "new", frozenset({"1234567" + "0" * 33}))
    assert change.is_named(text) is named
    assert Change("data/t.csv", 0, 0, "", "", row="a.b").is_named("t:a.b")


def _region(before: str, changed: list[tuple[str, str]], after: str, tmp_path: Path) -> list[Region]:
    """The regions of a redline of one paragraph."""
    runs = [("same", before), *changed, ("same", after)]
    marks = {
        "same": "{}",
        "ins": '<w:ins w:id="1" w:author="A">{}</w:ins>',
        "del": '<w:del w:id="2" w:author="A">{}</w:del>',
    }
    tags = {"same": "t", "ins": "t", "del": "delText"}
    inner = "".join(
        marks[state].format(f'<w:r><w:{tags[state]} xml:space="preserve">{text}</w:{tags[state]}></w:r>')
        for state, text in runs
    )
    document = new_docx()
    document.element.body.insert(0, etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}">{inner}</w:p>', None))
    document.save(tmp_path / "redline.docx")
    return regions(tmp_path / "redline.docx", None)


@pytest.mark.parametrize(
    ("before", "changed", "after", "found"),
    [
        ("It was shown [", [("del", "24"), ("ins", "19")], "]. More.", 0),
        ("As Figure ", [("del", "2"), ("ins", "1")], " says.", 0),
        ("The end.", [("del", "24"), ("ins", "19,20")], " More.", 0),
        ("In all ", [("del", "41"), ("ins", "40")], " patients.", 1),
        ("It was ", [("del", "0.45"), ("ins", "0.46")], " then.", 1),
    ],
)
def test_the_number_of_a_citation_is_no_change(
    before: str, changed: list[tuple[str, str]], after: str, found: int, tmp_path: Path
) -> None:
    assert len(_region(before, changed, after, tmp_path)) == found


def test_a_quotation_goes_to_the_change_of_its_sentence_and_a_value_to_its_row(tmp_path: Path) -> None:
    text = Change(
        "chapters/a.qmd", 3, 3, "", "The drug, as {{< var a.b >}} tells, was given to all of the patients [@x]."
    )
    other = Change("chapters/a.qmd", 9, 9, "", "Nothing else was given.")
    row = Change("data/t.csv", 0, 0, "0.45", "0.46 lapatinib and trastuzumab", row="a.b")
    sentence = _region(
        "The drug, as 12.5% tells, was ", [("ins", "once ")], "given to all of the patients [1].", tmp_path
    )
    value = _region("The ratio came to ", [("ins", "0.46")], " in the end.", tmp_path)
    words_alone = _region(
        "It compares ", [("ins", "lapatinib and trastuzumab")], " with others in a long sentence.", tmp_path
    )
    found = placed([text, other, row], [*sentence, *value, *words_alone], None)
    assert found[0].regions == tuple(sentence) and found[2].regions == tuple(value)
    # one without a quotation of the redline is quoted from the sources
    assert ["".join(part for _, part in region.parts) for region in found[1].regions] == ["Nothing else was given. "]


def test_numbers_that_word_draws_and_rows_of_a_table_part_the_comments(tmp_path: Path) -> None:
    document = new_docx()
    for reviewer in (1, 2):
        document.add_heading(f"Reviewer {reviewer}", 2)
        for text in ("A first remark.", "Another remark."):
            document.add_paragraph(text, style="List Number")
            document.add_paragraph("It goes on.")
    document.add_heading("Reviewer 3", 2)
    table = document.add_table(rows=0, cols=2)
    for number in "12":
        for cell, text in zip(table.add_row().cells, (number, f"Row {number}."), strict=True):
            cell.text = text
    document.add_heading("Reviewer 4", 2)
    document.add_paragraph("1. Lines of\n2. one paragraph.")
    document.save(tmp_path / "letter.docx")
    found = [f"{item.number} {item.text}" for item in comments.read_review(tmp_path / "letter.docx").comments]
    assert found == [
        f"R{reviewer}.{number} {text}\n\nIt goes on."
        for reviewer in (1, 2)
        for number, text in ((1, "A first remark."), (2, "Another remark."))
    ] + ["R3.1 Row 1.", "R3.2 Row 2.", "R4.1 Lines of", "R4.2 one paragraph."]


class Revised(NamedTuple):
    project: Project
    made: Made
    work: revision_round.Round
    said: list[str]


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Revised:
    """A made-up review of 25 comments answered, and the bundle for a double-blind journal."""
    project = make_repository(tmp_path_factory.mktemp("revise") / "article")
    front = project.article.read_text(encoding="utf-8").replace("Ada Example", "Zofia Przykładowa")
    project.article.write_text(front, encoding="utf-8")
    project.journals.mkdir()
    stated = "source: https://e.org, seen_on: 2026-11-26"
    (project.journals / "x.yml").write_text(
        f"title: J\npublisher: P\nlook_at: https://e.org\nvalues:\n  blinding: {{value: double, {stated}}}\n",
        encoding="utf-8",
    )
    git(project, "add", "-A")
    git(project, "commit", "-qm", "Submitted")
    git(project, "tag", "v1")
    chapter = project.chapters / "02-results.qmd"
    edits = (
        ("holds the protocol.", "holds the protocol and its two amendments.", "Name the amendments (R1.3)"),
        ("Lung disease occurred", "Interstitial lung disease of any grade occurred", "The grade"),
        ("{{< var alpha-1.pfs.exp-ci >}} against", "{{< var alpha-1.pfs-2022.exp-ci >}} against", "Another name"),
        ("to the conjugate or to chemotherapy", "to the conjugate or to a taxane", "Name the comparator, for R2.1"),
    )
    for old, new, message in edits:
        chapter.write_text(chapter.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        git(project, "commit", "-qam", message)
    outcomes = project.data / "outcomes.csv"
    text = outcomes.read_text(encoding="utf-8").replace(",0.45,0.35,0.58,", ",0.46,0.36,0.59,", 1)
    outcomes.write_text(text.replace("2026-11-24", "2026-11-25"), encoding="utf-8")
    make_files(project)
    git(project, "commit", "-qam", "Correct the ratio, R2.2")
    (project.root / "letter.txt").write_text(_letter(), encoding="utf-8")
    said: list[str] = []
    revision_round.begin(project, 1, project.root / "letter.txt", said.append)
    path = revision_round.folder_of(project, 1) / "response.md"
    text = path.read_text(encoding="utf-8").replace("**Answer:**", "**Answer:** We agree, and *did* so.")
    path.write_text(text.replace("**Changes:**", "**Changes:** chapters/02-results.qmd:99", 1), encoding="utf-8")
    answers = revision_round.begin(project, 1, None, said.append)
    wanted = profile.load(project, "x")
    target = project.build / "revise" / "x"
    made, work = revision_round.revise(project, wanted, "v1", target, EPOCH, answers=answers, tell=said.append)
    return Revised(project, made, work, said)


def test_changes_are_linked_to_the_comments_that_their_commits_name(revised: Revised) -> None:
    linked = {number: [change.name for change in group] for number, group in revised.work.linked.items() if group}
    assert linked == {
        "R1.3": ["chapters/02-results.qmd:14"],
        "R2.1": ["chapters/02-results.qmd:5"],
        "R2.2": ["alpha-1.pfs.2021"],
    }


def test_what_is_open_is_listed(revised: Revised) -> None:
    found = revised.work.findings()
    assert len(found) == 2
    assert "R1.1 names chapters/02-results.qmd:99, which changed nothing since v1" in found[0]
    assert found[1].startswith("chapters/02-results.qmd:18: no comment asked for this change: “Interstitial lung")


def test_the_letter_has_page_line_and_words_of_each_change(revised: Revised) -> None:
    place = revised.made.folder / "for-reviewers"
    pages = Pages(place / "manuscript-blinded.pdf")
    text = " ".join(words.of_pdf(place / "response.pdf").split())
    for sentence, quoted in (
        ("The Register of Promising Trials holds", "protocol and its two amendments."),
        ("ALPHA-1 randomised", "or to chemotherapya taxane"),
    ):
        at = pages.find(sentence)
        assert at is not None and f"{at}: “" in text and quoted.replace(" ", "") in text.replace(" ", "")
    assert text.count("We agree, and did so.") == 25 and text.count("A timely paper.") == 1
    assert "Evidence, ALPHA-1: alpha-1.pfs.2021 (outcomes): effect: 0.45 (0.35–0.58) → 0.46 (0.36–0.59)" in text
    runs = etree.tostring(body(place / "response.docx")).decode()
    assert "<w:strike" in runs and '<w:u w:val="single"' in runs


def test_the_bundle_is_whole_valid_and_blind(revised: Revised) -> None:
    place = revised.made.folder / "for-reviewers"
    names = {path.name for path in place.iterdir()}
    assert {"manuscript-blinded.docx", "manuscript-blinded.pdf", "redline.docx", "response.docx", "response.pdf",
            "evidence-changes.docx"} <= names  # fmt: skip
    authors = {item.get(f"{W}author") for item in body(place / "redline.docx").iter(f"{W}ins", f"{W}del")}
    assert authors == {"Authors"}
    commits = git(revised.project, "rev-list", "HEAD").split()
    blinded = next(path for path in revised.made.zips if "blinded" in path.name).read_bytes()
    told = [
        (where, word)
        for where, data in blinding.contents(blinded, "")
        for word in ("Przykładowa", "Ada Example", "ada@example.org", *commits)
        if word.encode() in data or word.encode("utf-16-be") in data
    ]
    assert told == []
    evidence = "\n".join("".join(item.itertext()) for item in body(place / "evidence-changes.docx").iter(f"{W}p"))
    assert "0.45 (0.35–0.58) → 0.46 (0.36–0.59)" in evidence and "seen_at" not in evidence and "checked" not in evidence


def test_word_files_of_the_round_are_valid(revised: Revised) -> None:
    for name in ("redline", "response", "evidence-changes"):
        assert inspectors.open_xml(revised.made.folder / "for-reviewers" / f"{name}.docx") == [], name


def test_the_command_stops_where_answers_are_missing(revised: Revised, tmp_path: Path) -> None:
    letter = tmp_path / "second.txt"
    letter.write_text("Reviewer 1\n1. Once more.\n", encoding="utf-8")
    arguments = ["--project", str(revised.project.root), "revise", "--journal", "x", "--since", "v1", "--round", "2"]
    result = CliRunner().invoke(app, [*arguments, "--comments", str(letter)])
    assert result.exit_code == 0, result.output
    assert "1 of 1 comments have no answer: R1.1" in result.stderr
    assert (revised.project.root / "review" / "round-2" / "response.md").is_file()
    with pytest.raises(ConfigError, match="no comments of reviewers"):
        revision_round.begin(revised.project, 3, None, print)
