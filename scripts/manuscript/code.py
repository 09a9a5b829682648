"""Which code a thing is made with: the modules that a module imports, and those that they import, by their content.

Read from the sources with a regular expression: nothing is imported, and late imports count too.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from manuscript import digests
from manuscript.paths import package_dir

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]+)|import[ \t]+(?P<plain>[\w.]+))",
    re.MULTILINE,
)
_SHAPES = (".css", ".js", ".html", ".typ", ".lua")


@cache
def modules_of(start: str, own: Path) -> list[str]:
    """The names of ``start`` and of every module of the engine, or of the article's folder ``own``, that it leads to."""
    found, todo = set(), [start]
    while todo:
        name = todo.pop()
        if name not in found and _file(name, own) is not None:
            found.add(name)
            todo += _imports(name, own)
    return sorted(found)


def digest(starts: tuple[str, ...], own: Path) -> bytes:
    """One number for the content of all that ``starts`` lead to, with the style sheets and scripts beside them."""
    total = hashlib.sha256()
    for name in sorted({name for start in starts for name in modules_of(start, own)}):
        for path in _content(name, own):
            total.update(path.name.encode() + digests.of_file(path))
    return total.digest()


def digest_of_engine() -> bytes:
    """One number for the whole package."""
    total = hashlib.sha256()
    for path in sorted(package_dir().rglob("*")):
        if path.suffix in (".py", *_SHAPES):
            total.update(path.name.encode() + digests.of_file(path))
    return total.digest()


@cache
def _file(name: str, own: Path) -> Path | None:
    top, *rest = name.split(".")
    roots = {package_dir().name: package_dir(), own.name: own}
    if top not in roots:
        return None
    place = roots[top].joinpath(*rest)
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


@cache
def _content(name: str, own: Path) -> list[Path]:
    path = _file(name, own)
    assert path is not None
    assets = path.parent / "assets"
    return [path, *(sorted(item for item in assets.glob("*") if item.suffix in _SHAPES) if assets.is_dir() else [])]


@cache
def _imports(name: str, own: Path) -> list[str]:
    path = _file(name, own)
    assert path is not None
    found = []
    for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        module = match["module"] or match["plain"]
        found.append(module)
        # what is imported from a package may be a module of it
        found += [f"{module}.{item}" for item in re.findall(r"(?<!as )\b\w+", match["names"] or "")]
    return found
