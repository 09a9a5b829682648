"""Any bytes at all: the readers answer with a result or with an error of ours, never a traceback, never a hang."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from manuscript.check.run import run
from manuscript.cite.occurrences import find_citations
from manuscript.cite.reader import read_tolerantly
from manuscript.engine.bibliography import read_entries, read_keys
from manuscript.engine.settings import load_settings
from manuscript.errors import ManuscriptError
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project
from manuscript.source.lines import read_article
from manuscript.source.resolved import load_source

from check_article import FIXTURE

# an example takes milliseconds: the limit is for a hang, not for a slow machine
QUICK = settings(
    max_examples=150, deadline=timedelta(seconds=60), suppress_health_check=list(HealthCheck), derandomize=True
)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def damaged(name: str) -> st.SearchStrategy[bytes]:
    """The fixture's file with a piece taken out, doubled, or replaced by other bytes; and bytes of any kind."""
    good = (FIXTURE / name).read_bytes()
    place = st.integers(0, len(good))
    pieces = st.one_of(
        st.binary(max_size=30),
        st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.sampled_from(
            [
                b'"', b"{", b"}", b"---\n", b"\r", b"\x00", b"{{< ", b" >}}", b":::", b"```\n", b"<!--", b"[", b"]", b"@",
                b"$$", b"&a", b"*a", b"!!python/object:x", b"\xef\xbb\xbf", b"\t", b"\xff\xfe", b",,,", b"\n\n", b": ", b"#",
            ]
        ),
    )  # fmt: skip

    def cut(start: int, length: int, piece: bytes) -> bytes:
        return good[:start] + piece + good[start + length :]

    mutated = st.builds(cut, place, st.integers(0, 60), pieces)
    return st.one_of(st.binary(max_size=300), mutated, mutated)


def project_with(folder: str, name: str, data: bytes) -> Project:
    """The article in ``folder`` with other bytes in one of its files."""
    project = Project(Path(folder).resolve())
    for path in FIXTURE.rglob("*"):
        if path.is_file():
            target = project.root / path.relative_to(FIXTURE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (project.root / name).write_bytes(data)
    return project


def survives(name: str, data: bytes, *readers: Callable[[Project], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = project_with(folder, name, data)
        for reader in readers:
            try:
                reader(project)
            except ManuscriptError as error:
                assert error.message
                assert error.file


@QUICK
@given(damaged("data/outcomes.csv"))
def test_csv(data: bytes) -> None:
    survives("data/outcomes.csv", data, load_ledger)


@QUICK
@given(damaged("references.bib"))
def test_bib(data: bytes) -> None:
    survives(
        "references.bib",
        data,
        lambda project: read_keys(project.bibliography, "references.bib"),
        lambda project: read_entries(project.bibliography, "references.bib"),
        lambda project: read_tolerantly(project.bibliography, "references.bib"),
    )


@QUICK
@given(damaged("chapters/02-results.qmd"))
def test_chapter(data: bytes) -> None:
    survives("chapters/02-results.qmd", data, load_source, read_article, find_citations)


@QUICK
@given(damaged("index.qmd"))
@example(b"---\ntitle: T\n---\n\n{{< include chapters/\x00.qmd >}}\n")
@example(b"---\ntitle: T\n---\n\n{{< include " + b"long" * 999 + b".qmd >}}\n")
def test_article(data: bytes) -> None:
    survives("index.qmd", data, load_source, read_article, find_citations)


@QUICK
@given(damaged("_quarto.yml"))
def test_settings(data: bytes) -> None:
    survives("_quarto.yml", data, load_settings)


FILES = (
    "index.qmd",
    "chapters/02-results.qmd",
    "references.bib",
    "_quarto.yml",
    "data/outcomes.csv",
    "data/safety.csv",
)


@pytest.mark.parametrize("name", [*FILES, "data/facts.csv", "data/agents.csv", "pyproject.toml", "styles/words.txt"])
def test_check_of_anything(name: str) -> None:
    @SLOW
    @given(damaged(name))
    def check(data: bytes) -> None:
        survives(name, data, run)

    check()
