"""Foreign .bib files: each defect is found by its rule and line, nothing else is, and nothing crashes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench.synthetic import write_bibliography
from manuscript.cite.canonical import format_text
from manuscript.cite.findings import check
from manuscript.cite.reader import parse, read, read_tolerantly
from manuscript.errors import BibliographyError, ManuscriptErrors
from manuscript.paths import Project

from conftest import FIXTURES

FOLDER = FIXTURES / "bib"

# rule and line of every finding, in the order of lines
EXPECTED: dict[str, list[tuple[str, int]]] = {
    "zotero-bibtex": [
        ("key-style", 2), ("bad-issn", 5), ("private-field", 8), ("latex-accent", 13), ("bad-doi", 23),
    ],
    "zotero-biblatex": [
        ("key-style", 1), ("bad-pages", 8), ("private-field", 10), ("incomplete", 17), ("unknown-type", 20),
    ],
    "mendeley": [
        ("key-style", 4), ("private-field", 7), ("capitals", 12), ("bad-doi", 18), ("duplicate-doi", 18),
        ("duplicate-pmid", 21), ("capitals", 22),
    ],
    "pubmed": [
        ("encoding", 2), ("author-names", 3), ("bad-pages", 7), ("bad-doi", 8), ("bad-pmid", 9), ("bad-issn", 10),
        ("bad-pmid", 21), ("private-field", 22), ("retracted", 22),
    ],
    "endnote": [
        ("key-style", 1), ("author-names", 2), ("bad-pages", 6), ("author-names", 14), ("bad-pages", 18), ("bad-year", 19),
        ("bad-doi", 20), ("missing-field", 23),
    ],
    "jabref": [
        ("author-names", 4), ("private-field", 11), ("duplicate-key", 15), ("key-style", 15), ("duplicate-field", 20),
    ],
    "hand-syntax": [("latex-accent", 6), ("syntax", 13), ("syntax", 18), ("syntax", 27)],
    "mojibake": [("encoding", 2), ("encoding", 3), ("encoding", 13)],
    "latin1": [("unprotected-acronym", 2), ("encoding", 3), ("incomplete", 11), ("key-style", 11)],
    "google-scholar": [
        ("unprotected-acronym", 2), ("lost-particle", 3), ("lost-particle", 3), ("lost-particle", 3), ("bad-pages", 6),
        ("near-duplicate-title", 11), ("author-names", 12), ("incomplete", 19), ("missing-field", 19),
        ("author-names", 21), ("bad-year", 22),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_each_defect_by_its_rule_and_line(name: str) -> None:
    found = check(Project(FOLDER), FOLDER / f"{name}.bib")
    assert [(item.rule.removeprefix("cite/"), item.line) for item in found] == EXPECTED[name]
    assert all(item.message and item.mend and item.file == f"{name}.bib" for item in found)


def test_the_table_is_whole() -> None:
    assert {path.stem for path in FOLDER.glob("*.bib")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"hand-syntax", "latin1"}))
def test_format_mends_what_it_says_it_mends(name: str, tmp_path: Path) -> None:
    target = tmp_path / "formatted.bib"
    target.write_text(format_text(read(FOLDER / f"{name}.bib", name)), encoding="utf-8")
    left = check(Project(tmp_path), target)
    assert not [item for item in left if "cite format" in item.mend]
    assert format_text(read(target, "formatted.bib")) == target.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["hand-syntax", "latin1"])
def test_what_cannot_be_read_is_not_rewritten(name: str) -> None:
    with pytest.raises((BibliographyError, ManuscriptErrors)) as failure:
        read(FOLDER / f"{name}.bib", name)
    assert failure.value.file == name
    assert failure.value.line


def test_the_mend_of_mojibake_is_the_right_text() -> None:
    found = check(Project(FOLDER), FOLDER / "mojibake.bib")
    assert "physician’s choice" in found[0].mend
    assert "Jørgensen" in found[1].mend


def test_no_damage_gives_a_traceback(tmp_path: Path) -> None:
    """Cut, doubled and shuffled pieces of the fixtures: findings or nothing, never another exception."""
    chance = random.Random(4)
    whole = b"\n".join(path.read_bytes() for path in sorted(FOLDER.glob("*.bib")))
    target = tmp_path / "damaged.bib"
    for _ in range(150):
        start, end = sorted(chance.sample(range(len(whole)), 2))
        piece = bytearray(whole[start : min(end, start + 3000)])
        for _ in range(chance.randint(0, 6)):
            piece[chance.randrange(len(piece)) if len(piece) > 1 else 0 : 0] = chance.choice(
                [b"{", b"}", b'"', b"@", b",", b"\xff", b"\0", b"="]
            )
        target.write_bytes(bytes(piece))
        found = check(Project(tmp_path), target)
        assert all(item.rule.startswith("cite/") and (item.line or 0) >= 1 for item in found)
        bibliography = read_tolerantly(target, "damaged.bib")
        if not bibliography.problems:
            once = format_text(bibliography)
            assert format_text(parse(once, "damaged.bib")) == once


def test_deep_braces_and_endless_commas(tmp_path: Path) -> None:
    for text in (
        "@article{a, title = {" + "{" * 500 + "}" * 500 + "}}",
        "@article{a" + "," * 5000 + "}",
        "@misc{a, author = {" + ", " * 300 + "}}",
        "",
    ):
        path = tmp_path / "odd.bib"
        path.write_text(text, encoding="utf-8")
        assert all(item.rule.startswith("cite/") and item.mend for item in check(Project(tmp_path), path))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(BibliographyError, match="cannot be read"):
        check(Project(FOLDER), FOLDER / "none.bib")


def test_a_twin_among_a_thousand_entries_is_found(tmp_path: Path) -> None:
    """How long five thousand take is measured by `make bench`: a clock in a test judges the machine, too."""
    path = tmp_path / "large.bib"
    write_bibliography(path, 1000)
    found = check(Project(tmp_path), path)
    assert not [item for item in found if item.severity == "error"]
    twins = [item for item in found if item.rule == "cite/near-duplicate-title" and "twin" in item.message]
    assert [item.message.rpartition("(")[2] for item in twins] == ["key100)"]
