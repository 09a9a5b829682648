"""A repository made by ``manuscript new`` passes its own tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from manuscript.new import create
from manuscript.paths import Project
from manuscript.prepare import prepare

pytestmark = pytest.mark.slow


def test_its_own_tests_pass(tmp_path: Path) -> None:
    # one of them becomes another user, who must be able to read the program
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(0o755)
    folder = tmp_path / "review"
    create(folder, "Warming soils: a narrative review", ["Ada Example", "Bea de la Prueba"], "2026-11-26")
    prepare(Project(folder))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    # the program of that folder, not the one that this environment has installed
    environment = {**os.environ, "PYTHONPATH": str(folder / "scripts")}
    environment = {name: value for name, value in environment.items() if not name.startswith("PYTEST_")}
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "--numprocesses", "2", "--dist", "loadscope"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert tests.returncode == 0, tests.stdout[-3000:]
