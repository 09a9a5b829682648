"""Which test files a change concerns: those changed, those that import a changed module or name a changed file."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

# what every test may depend on
_ALL = ("tests/conftest.py", "requirements.lock", "pyproject.toml")


@cache
def changed(root: Path, revision: str) -> list[str]:
    """The files that differ from ``revision`` in the working tree, new ones too, by their path below ``root``."""
    names: set[str] = set()
    for command in (["diff", "--name-only", "--merge-base", revision], ["ls-files", "--others", "--exclude-standard"]):
        result = subprocess.run(["git", "-C", str(root), *command], capture_output=True, text=True, check=True)
        names.update(result.stdout.splitlines())
    return sorted(names)


def concerns(names: list[str], test: str, text: str) -> bool:
    """Whether a change of the files ``names`` concerns the test file ``test`` of this ``text``."""
    return any(name in _ALL or name == test or re.search(_named(name), text) for name in names)


def _named(name: str) -> str:
    """A pattern for how a test says that it needs a file: the import of a module, or the name of what is no module."""
    path = Path(name)
    if path.suffix != ".py":
        return rf"\b{re.escape(path.name)}\b"
    module = path.with_suffix("").relative_to(path.parts[0] if path.parts[0] in ("scripts", "tests") else ".")
    if module.name == "__init__":
        module = module.parent
    package, last = ".".join(module.parts[:-1]), module.parts[-1]
    whole = re.escape(".".join(module.parts))
    return rf"\b{whole}\b|from {re.escape(package)} import [^\n]*\b{last}\b" if package else rf"(from|import) {whole}\b"
