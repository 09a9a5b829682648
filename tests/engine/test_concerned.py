"""`make test-fast` runs what a change concerns: no more than that, and nothing less."""

from __future__ import annotations

from pathlib import Path

import pytest

from manuscript.paths import Project

from concerned import changed, concerns
from git_project import git

TEST = "tests/engine/test_one.py"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("scripts/manuscript/cite/format.py", "from manuscript.cite.format import write", True),
        ("scripts/manuscript/cite/format.py", "from manuscript.cite import format", True),
        ("scripts/manuscript/cite/format.py", 'monkeypatch.setattr("manuscript.cite.format.x", 1)', True),
        ("scripts/manuscript/cite/format.py", "from manuscript.cite.formats import write", False),
        ("scripts/manuscript/cite/format.py", "from manuscript.cite import read", False),
        ("scripts/manuscript/cite/__init__.py", "from manuscript.cite.format import write", True),
        ("tests/rows.py", "from rows import edit", True),
        ("tests/rows.py", "import arrows", False),
        ("tests/conftest.py", "", True),
        (TEST, "", True),
        ("tests/engine/test_two.py", "", False),
        ("references.bib", 'project.root / "references.bib"', True),
        ("references.bib", "references_bib", False),
    ],
)
def test_a_change_concerns_the_tests_that_name_it(name: str, text: str, wanted: bool) -> None:
    assert concerns([name], TEST, text) is wanted


def test_what_changed_is_what_differs_and_what_is_new(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for name in ("kept", "altered"):
        (tmp_path / name).write_text("one", encoding="utf-8")
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "First")
    (tmp_path / "altered").write_text("two", encoding="utf-8")
    (tmp_path / "added").write_text("three", encoding="utf-8")
    assert changed(tmp_path, "main") == ["added", "altered"]
