"""A repository of one's own: the engine with its tests, and a short article that shows how it works."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

from manuscript.atomic import write_text
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
    if not title.strip() or not [name for name in authors if name.strip()]:
        raise ConfigError("a title and an author are needed", mend='add --title "…" --author "…"')
    # it stands between double quotation marks in the front matter
    title = title.strip().replace('"', "'")
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
        "@AUTHORS@": "\n".join(f"  - name: {name}" for name in authors),
        "@DATE@": date,
    }
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file() and path.name != "check.toml" and "__pycache__" not in path.parts:
            text = path.read_text(encoding="utf-8")
            for mark, said in words.items():
                text = text.replace(mark, said)
            write_text(folder / path.relative_to(TEMPLATE), text)
    write_text(folder / "pyproject.toml", _pyproject(home))
    _citation(folder, title, authors)
    write_text(folder / "LICENSE", _licence(home, authors, date))
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


def _split(name: str) -> tuple[str, str]:
    given, _, family = name.strip().rpartition(" ")
    return given, family


def _citation(folder: Path, title: str, authors: list[str]) -> None:
    """``CITATION.cff`` and ``.zenodo.json``: what the front matter says, for programs."""
    lines = ["cff-version: 1.2.0", "message: Please cite this article by its title, authors and version.", f"title: {json.dumps(title, ensure_ascii=False)}",
             "type: dataset", "license:", "  - MIT", "  - CC-BY-4.0", "authors:"]  # fmt: skip
    for given, family in map(_split, authors):
        lines.append(f"  - {json.dumps({'given-names': given, 'family-names': family}, ensure_ascii=False)}")
    write_text(folder / "CITATION.cff", "\n".join(lines) + "\n")
    record = {
        "title": title,
        "upload_type": "dataset",
        "creators": [{"name": f"{family}, {given}".strip(", ")} for given, family in map(_split, authors)],
        "license": "cc-by-4.0",
    }
    write_text(folder / ".zenodo.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def _licence(home: Project, authors: list[str], date: str) -> str:
    """The two licences, the article's in the names of its authors."""
    text = (home.root / "LICENSE").read_text(encoding="utf-8")
    head, mark, _ = text.partition("\n2. ")
    if not mark:
        return text
    return (
        f"{head}\n2. The article (all other files):\n   Creative Commons Attribution 4.0 International (CC BY 4.0)\n\n"
        f"Copyright (c) {date[:4]} {', '.join(authors)}\n\nhttps://creativecommons.org/licenses/by/4.0/legalcode\n"
    )
