"""Other people's machines: other Pythons, no git, no home, strange paths, a zip download, files that may not be written."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from manuscript.cite.formatted import formatted
from manuscript.paths import Project

from command import Said, manuscript
from conftest import EPOCH, ROOT
from git_project import git

OUTPUTS = ("index.html", "index.pdf", "index.docx", "index.xml", "index-meca.zip")
STRANGE = 'it\'s "here", Ärzte & статья $HOME %20'
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
NOBODY = 65534


@pytest.fixture(scope="module")
def expected(once_ready: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The outputs as they are on the author's machine."""
    project = Project(shutil.copytree(once_ready.root, tmp_path_factory.mktemp("expected") / "article"))
    said = manuscript(project, "render", "--engine", "embedded", SOURCE_DATE_EPOCH=str(EPOCH))
    assert said.returncode == 0, said.stderr
    return {name: (project.output / name).read_bytes() for name in OUTPUTS}


def moved(root: Path, folder: Path) -> Path:
    return Path(shutil.move(root, folder / STRANGE))


def downloaded(root: Path, folder: Path) -> Path:
    """What the button *Download ZIP* gives: no history, other times, no rights but to read and write."""
    with zipfile.ZipFile(folder / "main.zip", "w") as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file() and "build" not in path.parts:
                archive.write(path, path.relative_to(root))
    with zipfile.ZipFile(folder / "main.zip") as archive:
        archive.extractall(folder / "article-main")
    return folder / "article-main"


def read_only(root: Path, _: Path) -> Path:
    for path in root.rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IRUSR)
    return root


# how the folder stands there, and what the environment is
MACHINES: dict[str, tuple[Callable[[Path, Path], Path], dict[str, str]]] = {
    "a path with blanks, quotes and other alphabets; no home": (
        moved, {"HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere", "MPLCONFIGDIR": "/nowhere"},
    ),
    "a zip download; another language": (downloaded, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "sources that may only be read": (read_only, {"HOME": str(ROOT)}),
}  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
def test_the_outputs_are_the_same(
    ready_article: Project, expected: dict[str, bytes], tmp_path: Path, machine: str
) -> None:
    change, environment = MACHINES[machine]
    root = change(ready_article.root, tmp_path)
    (tmp_path / "empty").mkdir()
    # nothing but this: no program is found, git neither
    environment = {"PATH": str(tmp_path / "empty"), "SOURCE_DATE_EPOCH": str(EPOCH), **environment}
    command = [sys.executable, "-m", "manuscript", "render", "--engine", "embedded"]
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    assert "First" in formatted(Project(root), ["adams2019first"])["adams2019first"]
    for name in OUTPUTS:
        assert (root / "_manuscript" / name).read_bytes() == expected[name] or name == "index-meca.zip", name


def test_a_folder_that_may_not_be_written_is_told(ready_article: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    # an administrator may write everywhere: the system's answer is played
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(ready_article.root))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    said = manuscript(ready_article, "render", "--engine", "embedded", "--to", "html", "--force")
    assert said.returncode == 1
    assert "Permission denied" in said.stderr and "mend:" in said.stderr and "Traceback" not in said.stderr
    assert not ready_article.output.exists()


def _pythons() -> dict[str, str]:
    """The Pythons that run here, by version: this one, and the others that the system has."""
    found = {"{}.{}".format(*sys.version_info): sys.executable}
    for version in VERSIONS:
        program = shutil.which(f"python{version}")
        # a name that pyenv offers may be of a version that it does not run here
        if program and subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0:
            found.setdefault(version, program)
    return found


def test_every_python_reads_the_code() -> None:
    code = "import sys; [compile(open(name, encoding='utf-8').read(), name, 'exec') for name in sys.argv[1:]]"
    files = [str(path) for path in (*(ROOT / "scripts").rglob("*.py"), *(ROOT / "bench").glob("*.py"))]
    assert len(files) > 100
    for version, python in _pythons().items():
        command = [python, "-W", "error", "-I", "-c", code, *files]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{version}: {result.stderr}"


@pytest.fixture
def foreign(once_ready: Project) -> Iterator[Project]:
    """The small article in a folder of ours that everybody may enter, committed."""
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        project = Project(shutil.copytree(once_ready.root, Path(place) / "article"))
        git(project, "init", "-q")
        git(project, "add", "-A", ".")
        git(project, "commit", "-q", "-m", "First version")
        yield project


def _by_somebody_else(project: Project, *arguments: str) -> Said:
    """What the command says when another user types it: a process that has become one, with all imports done before."""
    (project.build / "said").touch()
    (project.build / "said").chmod(0o666)
    child = os.fork()
    if child == 0:
        code = 9
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            said = manuscript(project, *arguments, HOME="/nowhere", SOURCE_DATE_EPOCH=str(EPOCH))
            (project.build / "said").write_text(json.dumps([said.returncode, said.stdout, said.stderr]))
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return Said(*json.loads((project.build / "said").read_text()))


only_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only an administrator can become somebody else"
)
# no PDF: the threads that Typst left in this process are not there in its child
RENDER = ("render", "--engine", "embedded", "--to", "html,docx", "--force")


@only_root
def test_somebody_else_renders_what_is_not_theirs(foreign: Project, expected: dict[str, bytes]) -> None:
    """Sources, and the repository, that belong to another user: git does not trust it, and nothing may be written there."""
    foreign.output.mkdir(exist_ok=True)
    for folder in (foreign.build, foreign.output):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    said = _by_somebody_else(foreign, *RENDER)
    assert said.returncode == 0, said.stderr
    assert (foreign.output / "index.html").read_bytes() == expected["index.html"]
    assert (foreign.output / "index.docx").is_file()
    assert git(foreign, "status", "--porcelain", "--", "chapters", "data", "figures", "tables") == ""


@only_root
def test_somebody_else_is_told_what_may_not_be_written(foreign: Project) -> None:
    for folder in (foreign.build, foreign.root):
        folder.chmod(0o755)
    said = _by_somebody_else(foreign, *RENDER)
    assert said.returncode == 1
    assert "cannot write: Permission denied" in said.stderr and "mend:" in said.stderr
    assert "Traceback" not in said.stderr and not foreign.output.exists()
