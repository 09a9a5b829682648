"""Other people's machines: other Pythons, no git, no home, strange paths, a zip download, files that may not be written."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from manuscript.cite.formatted import formatted
from manuscript.paths import Project

from command import manuscript
from conftest import EPOCH, ROOT

OUTPUTS = ("index.html", "index.pdf", "index.docx", "index.xml", "index-meca.zip")
STRANGE = 'it\'s "here", Ärzte & статья $HOME %20'
PYTHONS = [name for name in ("python3.11", "python3.12", "python3.13", "python3.14") if shutil.which(name)]


@pytest.fixture
def expected(ready_article: Project) -> dict[str, bytes]:
    """The outputs as they are on the author's machine."""
    said = manuscript(ready_article, "render", "--engine", "embedded", SOURCE_DATE_EPOCH=str(EPOCH))
    assert said.returncode == 0, said.stderr
    made = {name: (ready_article.output / name).read_bytes() for name in OUTPUTS}
    shutil.rmtree(ready_article.output)
    return made


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


def kept(root: Path, _: Path) -> Path:
    return root


MACHINES: dict[str, tuple[Callable[[Path, Path], Path], dict[str, str]]] = {
    "a path with blanks, quotes and other alphabets": (moved, {}),
    "a zip download": (downloaded, {}),
    "sources that may only be read": (read_only, {}),
    "no home": (kept, {"HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere", "MPLCONFIGDIR": "/nowhere"}),
    "another language": (kept, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_outputs_are_the_same_without_git_and_home(
    ready_article: Project, expected: dict[str, bytes], tmp_path: Path, machine: str
) -> None:
    change, environment = MACHINES[machine]
    root = change(ready_article.root, tmp_path)
    (tmp_path / "empty").mkdir()
    # nothing but this: no HOME, and no program is found
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


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_reads_the_code(python: str) -> None:
    code = "import sys; [compile(open(name, encoding='utf-8').read(), name, 'exec') for name in sys.argv[1:]]"
    files = [str(path) for path in (*(ROOT / "scripts").rglob("*.py"), *(ROOT / "bench").glob("*.py"))]
    assert len(files) > 100
    # a name that pyenv offers may be of a version that it does not run here
    if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
        result = subprocess.run(
            [python, "-W", "error", "-I", "-c", code, *files], capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
