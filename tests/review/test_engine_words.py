"""The engine names no disease, agent, trial, agency or journal of this review; what they are is read from its own files."""

from __future__ import annotations

import re

import pytest
import yaml

from manuscript.ledger.tables import load_ledger
from manuscript.ledger.vocabulary import read_vocabulary
from manuscript.new import create
from manuscript.page.about import read_about
from manuscript.paths import Project

import inspectors

PROJECT = Project(inspectors.ROOT)
LEDGER = load_ledger(PROJECT)
VOCABULARY = read_vocabulary(PROJECT)
JOURNALS = [yaml.safe_load(path.read_text(encoding="utf-8"))["title"] for path in PROJECT.journals.glob("*.yml")]
NAMES = {
    "disease": ["HER2", "breast"],
    "agent": [
        *(row["name"] for row in LEDGER.agents.values()),
        *(word for row in LEDGER.agents.values() for word in row["name"].split()),
        *(row["abbreviation"] for row in LEDGER.agents.values()),
    ],
    "trade name": VOCABULARY.listed("brands"),
    "trial": [row["name"] for row in LEDGER.trials.values()],
    "agency": [name for key, names in VOCABULARY.section("agencies").items() for name in (key, names[0])],
    "journal": JOURNALS,
    "author": [family for _, family in read_about(PROJECT, str).authors],
}
# names that are words of English, of computing or of statistics too
COMMON = {"cancers", "pure", "apt"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What another article starts from: the engine and all beside it, but for the tests, whose small articles have a field."""
    folder = tmp_path_factory.mktemp("new") / "review"
    create(folder, "Another review", ["Ada Example"], "2026-11-26")
    paths = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for name, path in paths.items()
        if name.parts[0] != "tests"
    }


@pytest.mark.parametrize("kind", NAMES)
def test_the_engine_does_not_name_this_reviews(kind: str, files: dict[str, str]) -> None:
    wanted = {name for name in NAMES[kind] if len(name) > 2 and name.lower() not in COMMON}
    assert wanted
    # short names are told from words by their capitals; a disease may hide within a name
    edge = "" if kind == "disease" else r"(?<![^\W_])(?:%s)(?![^\W_])"
    names = "|".join(sorted(map(re.escape, wanted), key=len, reverse=True))
    patterns = re.compile(edge % names if edge else names, 0 if kind in ("agency", "trial") else re.IGNORECASE)
    found = [f"{file}: {match.group()}" for file, text in files.items() for match in patterns.finditer(text)]
    assert found == []
