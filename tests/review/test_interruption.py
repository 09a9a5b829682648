"""Killed at any moment, `manuscript render` leaves every output whole: the one of before or the new one."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from manuscript.atomic import replacing
from manuscript.git import source_files
from manuscript.paths import Project

from conftest import EPOCH, copy_article

KILLS = 50
# compared by other tests: here it may hold a source that was being written when the process died
BUNDLE = "_manuscript/index-meca.zip"
# short, and without the prose and the tables: the ledger and what is made of it are the real ones
ARTICLE = """\
---
title: "An article to be interrupted"
author:
  - name: Ada Example
abstract: Written to be killed.
---

# Results {#sec-results}

See @fig-forest-os.

{{< include figures/forest-os.md >}}

# Supplementary evidence {#sec-evidence}

What a caption leads to.

# References {.unnumbered}

::: {#refs}
:::
"""
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}


def start(project: Project) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "manuscript", "--project", str(project.root), "render", "--engine", "embedded"]
    # a session of its own, so that the processes that draw die with it
    return subprocess.Popen(
        command, env=ENVIRONMENT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def finish(project: Project) -> float:
    """Render to the end; the seconds that it took."""
    begun = time.monotonic()
    process = start(project)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors.decode()
    return time.monotonic() - begun


def outputs(project: Project) -> dict[str, str]:
    """Digest of everything that a render makes and a reader or a later run opens."""
    made = [project.variables, project.data / "README.md", *project.build.glob("*.csl")]
    for folder in (project.tables, project.figures, project.output):
        made += [path for path in folder.rglob("*") if path.is_file()]
    names = {project.relative(path): path for path in made if path.is_file()}
    # a hidden file is one that was being written
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not any(part.startswith(".") for part in Path(name).parts)
    }


def write(state: dict[Path, bytes]) -> None:
    for path, data in state.items():
        path.write_bytes(data)


@pytest.fixture
def states(tmp_path: Path) -> tuple[Project, list[dict[Path, bytes]]]:
    """The article, and two versions of two of its sources."""
    project = copy_article(tmp_path / "article")
    for chapter in project.chapters.glob("*.qmd"):
        chapter.unlink()
    project.article.write_text(ARTICLE, encoding="utf-8")
    facts = project.data / "facts.csv"
    before = {path: path.read_bytes() for path in (project.article, facts)}
    title, rows = before[project.article], before[facts]
    after = {project.article: title.replace(b"An article", b"A review", 1), facts: rows + _row(rows)}
    return project, [before, after]


def _row(rows: bytes) -> bytes:
    """The last row again under another id, at the end of the order."""
    last = rows.rstrip(b"\n").rsplit(b"\n", 1)[1]
    return b"zz.again," + last.split(b",", 1)[1] + b"\n"


@pytest.mark.slow
def test_killed_at_random_moments(states: tuple[Project, list[dict[Path, bytes]]]) -> None:
    project, versions = states
    whole: list[dict[str, str]] = []
    seconds = {}
    for version, drawing in zip(versions, (True, False), strict=True):
        write(version)
        seconds[drawing] = finish(project)
        whole.append(outputs(project))
    assert whole[0].keys() == whole[1].keys()
    assert whole[0]["_manuscript/index.pdf"] != whole[1]["_manuscript/index.pdf"]
    chance = random.Random(20261124)
    killed = 0
    for turn in range(KILLS):
        write(versions[turn % 2])
        # now and then the figures are drawn anew too, which takes longest
        drawing = turn % 5 == 0
        if drawing:
            project.prepare_state.unlink(missing_ok=True)
        process = start(project)
        time.sleep(chance.uniform(0, seconds[drawing]))
        killed += process.poll() is None
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found = outputs(project)
        broken = [name for name, digest in found.items() if digest not in (whole[0].get(name), whole[1].get(name))]
        assert broken == [], f"turn {turn}"
        # the outputs took their places in one step
        made = {name: digest for name, digest in found.items() if name.startswith("_manuscript/") and name != BUNDLE}
        assert any(made.items() <= version.items() for version in whole), f"turn {turn}"
        # nothing that was there is gone
        assert found.keys() == whole[0].keys(), f"turn {turn}"
        for record in (project.prepare_state, project.render_state):
            if record.is_file():
                json.loads(record.read_text(encoding="utf-8"))
    assert killed > KILLS // 2
    write(versions[0])
    finish(project)
    after = outputs(project)
    assert {name: after[name] for name in after if name != BUNDLE} == {
        name: whole[0][name] for name in whole[0] if name != BUNDLE
    }


def test_what_an_interruption_leaves_behind_is_no_source(tmp_path: Path) -> None:
    project = copy_article(tmp_path / "article")
    whole = source_files(project)
    with pytest.raises(KeyboardInterrupt), replacing(project.figures / "approvals.svg") as temporary:
        left = temporary.with_name(temporary.name + "x")
        left.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt
    assert left.is_file()
    assert not temporary.exists()
    assert source_files(project) == whole
