"""Which engine renders, and why."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from manuscript.errors import ConfigError, SetupError
from manuscript.paths import Project


@dataclass(frozen=True)
class Engine:
    """A way to render: ``render(project, formats, epoch, csl)`` gives the paths of the outputs; ``csl`` may be ``None``.

    Another ``version`` of the engine may make other outputs.
    """

    name: str
    reason: str
    render: Callable[[Project, list[str], int, Path | None], list[Path]]
    version: str = ""


def find_quarto() -> str | None:
    """The ``quarto`` program on PATH or beside this Python, or ``None``."""
    beside = shutil.which("quarto", path=str(Path(sys.executable).parent))
    return shutil.which("quarto") or beside


def choose(wanted: str) -> Engine:
    """The engine for ``auto``, ``quarto`` or ``embedded``.

    Raises ``ConfigError`` for another word, ``SetupError`` when Quarto is wanted and not there.
    """
    from manuscript.engine.embedded import render as render_embedded
    from manuscript.quarto.call import render as render_with_quarto

    if wanted not in ("auto", "quarto", "embedded"):
        raise ConfigError(f"unknown engine {wanted!r}", mend="choose from: auto, quarto, embedded")
    if wanted == "embedded":
        return Engine("embedded", "as asked", render_embedded)
    program = find_quarto()
    if program:
        # to ask Quarto for its version takes longer than to look at its file
        version = f"{program} of {Path(program).stat().st_mtime_ns}"
        return Engine("quarto", f"found at {program}" if wanted == "auto" else "as asked", render_with_quarto, version)
    if wanted == "quarto":
        raise SetupError("quarto is not on PATH nor in .venv", mend="install Quarto, or choose --engine embedded")
    return Engine("embedded", "no quarto on PATH or in .venv", render_embedded)
