"""A repository of one's own: the engine with its tests, and a short article that shows how it works."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

from manuscript.atomic import write_text
from manuscript.deposit import ARTICLE, make_records
from manuscript.errors import ConfigError
from manuscript.git import source_files
from manuscript.paths import Project, package_dir

# what is the engine's and not the article's: files, and folders with all in them
_ENGINE = (
    "_quarto.yml", ".ci", ".devcontainer", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", "ARCHITECTURE.md",
    "Makefile", "bench", "package.json", "package-lock.json", "requirements.in", "requirements.lock", "scripts/hooks",
    "scripts/manuscript", "styles", ".github/workflows", "tests/engine", "tests/fixtures",
)  # fmt: skip
_NOT = ("bench/results.json", "bench/times.svg", "bench/README.md", "styles/words.txt")
TEMPLATE = package_dir() / "template"


def create(folder: Path, title: str, authors: list[str], date: str) -> list[Path]:
    """Make the repository in ``folder`` and give the files that its author will change first.

    ``authors`` are full names, the family name last. Raises ``ConfigError`` when the folder is not empty, an author or
    the title is missing, or the engine does not lie in a repository of its own.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError("the folder is not empty", file=folder, mend="name a folder that is not there yet")
    title, authors = " ".join(title.split()), [name.strip() for name in authors if name.strip()]
    if not title or not authors:
        raise ConfigError("a title and an author are needed", mend='add --title "…" --author "…"')
    home = Project(package_dir().parent.parent)
    if not (home.root / "Makefile").is_file():
        raise ConfigError(
            "the program was installed without its repository", mend="run it from a clone, after `make setup`"
        )
    for name in source_files(home):
        wanted = any(name == item or name.startswith(f"{item}/") for item in _ENGINE) or _shared_by_tests(name)
        if wanted and name not in _NOT:
            _copy(home.root / name, folder / name)
    words = {
        "@TITLE@": title,
        "@QUOTED@": json.dumps(title, ensure_ascii=False),
        "@AUTHORS@": "\n".join(f"  - name: {_scalar(name)}" for name in authors),
        "@DATE@": date,
    }
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file() and path.name != "check.toml" and "__pycache__" not in path.parts:
            text = path.read_text(encoding="utf-8")
            for mark, said in words.items():
                text = text.replace(mark, said)
            write_text(folder / path.relative_to(TEMPLATE), text)
    write_text(folder / "pyproject.toml", _pyproject(home))
    write_text(folder / "LICENSE", _licence(home))
    make_records(Project(folder))
    return [folder / name for name in ("index.qmd", "chapters", "data", "references.bib")]


def _shared_by_tests(name: str) -> bool:
    return name.startswith("tests/") and name.count("/") == 1


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    shutil.copymode(source, target)


def _pyproject(home: Project) -> str:
    """The settings of the program, with those of the check that the example needs."""
    text = (home.root / "pyproject.toml").read_text(encoding="utf-8")
    kept = text.split("# what `manuscript check` asks of the article", 1)[0]
    text = kept + (TEMPLATE / "check.toml").read_text(encoding="utf-8")
    tomllib.loads(text)
    return text


def _licence(home: Project) -> str:
    """The program's licence, and the heading below which the article's stands."""
    return home.licence.read_text(encoding="utf-8").partition("\n2. ")[0] + f"\n{ARTICLE}"


def _scalar(name: str) -> str:
    """A name as YAML takes it."""
    return name if re.fullmatch(r"\w[\w .,'’-]*", name) else json.dumps(name, ensure_ascii=False)
