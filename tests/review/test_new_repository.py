"""A repository made by ``manuscript new`` passes its own tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from manuscript.new import create
from manuscript.paths import Project
from manuscript.prepare import prepare

pytestmark = pytest.mark.slow


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder outside of pytest's, which only its owner may enter: a test of the new repository becomes another user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_its_own_tests_pass(place: Path) -> None:
    folder = place / "review"
    create(folder, "Warming soils: a narrative review", ["Ada Example", "Bea de la Prueba"], "2026-11-26")
    prepare(Project(folder))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    # the program of that folder, not the one that this environment has installed
    environment = {**os.environ, "PYTHONPATH": str(folder / "scripts")}
    # its validators are not installed, as on the machine of who has just made it
    environment = {
        name: value for name, value in environment.items() if not name.startswith("PYTEST_") and name != "CI"
    }
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "--numprocesses", "2", "--dist", "worksteal"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert tests.returncode == 0, tests.stdout[-3000:]
