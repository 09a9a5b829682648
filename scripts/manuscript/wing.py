"""What an article adds to the engine: the modules of ``scripts/review/``, found in the folder and never named here.

A figure is a module of ``figures/`` there, a table one of ``tables/``; ``forest_pfs.py`` makes ``forest-pfs``. They are
loaded from the project at hand, so that another article brings its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from manuscript.errors import ConfigError
from manuscript.paths import Project

# the first line of what a module makes for the text
NOTICE = "<!-- made by `manuscript prepare` from {module}; change that module or the ledger -->"
_INCLUDE = re.compile(r"\{\{<\s*include\s+[\"']?([^\s\"'>]+)[\"']?\s*>\}\}")


def names(project: Project, kind: str) -> list[str]:
    """All modules of the article's folder ``kind`` (``figures`` or ``tables``) by the names of what they make."""
    folder = project.own / kind
    return [path.stem.replace("_", "-") for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")]


def included(project: Project, kind: str, others: Iterable[str] = ()) -> list[str]:
    """Those of its modules, and of ``others``, whose ``KIND/NAME.md`` the article includes, in reading order."""
    found: dict[str, None] = {}
    _collect(project, project.article, kind, found, {})
    known = {*names(project, kind), *others}
    return [name for name in found if name in known]


def files(project: Project) -> list[Path]:
    """``index.qmd`` and every file that it includes, in reading order.

    One that is commented out counts too, and one that is still to be made.
    """
    seen: dict[Path, None] = {}
    _collect(project, project.article, "", {}, seen)
    return list(seen)


def _collect(project: Project, path: Path, kind: str, found: dict[str, None], seen: dict[Path, None]) -> None:
    if path in seen:
        return
    seen[path] = None
    if not path.is_file():
        return
    for name in _INCLUDE.findall(path.read_bytes().decode("utf-8", "replace")):
        if (match := re.fullmatch(rf"/?{kind}/([\w-]+)\.md", name)) is not None:
            found[match[1]] = None
        elif name.endswith((".qmd", ".md")):
            _collect(project, project.included(name), kind, found, seen)


def module_name(project: Project, kind: str, name: str) -> str:
    """The module that makes ``name``, as Python calls it."""
    return f"{project.own.name}.{kind}.{name.replace('-', '_')}"


def load(project: Project, kind: str, name: str) -> ModuleType:
    """The module of this project that makes ``name``.

    Raises ``ConfigError`` when the article has none.
    """
    known = names(project, kind)
    if name not in known:
        folder = project.relative(project.own / kind)
        raise ConfigError(
            f"no {kind.removesuffix('s')} named {name!r}",
            mend=f"known: {', '.join(known) or 'none'}; a new one is a module in {folder}/",
        )
    _package(project.own)
    return import_module(module_name(project, kind, name))


def _package(folder: Path) -> None:
    """Make ``folder`` the package of its name; one of another article that was loaded before makes room."""
    package = folder.name
    present = sys.modules.get(package)
    if present is not None and [Path(place) for place in present.__path__] == [folder]:
        return
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    start = folder / "__init__.py"
    spec = spec_from_file_location(package, start, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not start.is_file():
        raise ConfigError("the article's modules are no package", file=start, mend="add an empty __init__.py there")
    module = module_from_spec(spec)
    sys.modules[package] = module
    spec.loader.exec_module(module)
