"""The engine names no disease, agent, trial, agency or journal of this review; what they are is read from its own files."""

from __future__ import annotations

import re

import pytest
import yaml

from manuscript.ledger.tables import load_ledger
from manuscript.ledger.vocabulary import read_vocabulary
from manuscript.paths import Project, package_dir

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
}
# names that are words of English, of computing or of statistics too
COMMON = {"cancers", "pure", "apt"}
FILES = {
    path.relative_to(package_dir()).as_posix(): path.read_text(encoding="utf-8")
    for path in package_dir().rglob("*")
    if path.suffix in (".py", ".yml", ".toml", ".md", ".qmd", ".csv", ".json", ".js", ".css", ".html", ".bib", ".txt")
}


@pytest.mark.parametrize("kind", NAMES)
def test_the_engine_does_not_name_this_reviews(kind: str) -> None:
    wanted = {name for name in NAMES[kind] if len(name) > 2 and name.lower() not in COMMON}
    assert wanted
    # short names are told from words by their capitals; a disease may hide within a name
    edge = "" if kind == "disease" else r"(?<![^\W_])(?:%s)(?![^\W_])"
    names = "|".join(sorted(map(re.escape, wanted), key=len, reverse=True))
    patterns = re.compile(edge % names if edge else names, 0 if kind in ("agency", "trial") else re.IGNORECASE)
    found = [f"{file}: {match.group()}" for file, text in FILES.items() for match in patterns.finditer(text)]
    assert found == []
