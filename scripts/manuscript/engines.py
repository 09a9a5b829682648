"""Which engine renders, and why."""

from __future__ import annotations

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


def choose(wanted: str) -> Engine:
    """The engine for ``auto``, ``quarto`` or ``embedded``.

    Raises ``ConfigError`` for another word, ``SetupError`` when Quarto is wanted and not there.
    """
    from manuscript.quarto.call import find_quarto
    from manuscript.quarto.call import render as render_with_quarto

    if wanted not in ("auto", "quarto", "embedded"):
        raise ConfigError(f"unknown engine {wanted!r}", mend="choose from: auto, quarto, embedded")
    if wanted == "embedded":
        return Engine("embedded", "as asked", _embedded)
    program = find_quarto()
    if program:
        # to ask Quarto for its version takes longer than to look at its file
        version = f"{program} of {Path(program).stat().st_mtime_ns}"
        return Engine("quarto", f"found at {program}" if wanted == "auto" else "as asked", render_with_quarto, version)
    if wanted == "quarto":
        raise SetupError("quarto is not on PATH nor in .venv", mend="install Quarto, or choose --engine embedded")
    return Engine("embedded", "no quarto on PATH or in .venv", _embedded)


def _embedded(project: Project, formats: list[str], epoch: int, csl: Path | None) -> list[Path]:
    from manuscript.engine.embedded import (
        render,
    )  # a tenth of a second that a render with nothing to do need not wait for

    return render(project, formats, epoch, csl)


def rendered(
    project: Project,
    chosen: Engine,
    formats: list[str],
    csl: Path | None = None,
    *,
    force: bool = False,
    tell: Callable[[str], None] = print,
) -> list[Path]:
    """The outputs, made now unless the same engine made the same ones before; one render at a time in a project."""
    from manuscript.clock import source_epoch
    from manuscript.engine import fresh
    from manuscript.publish import one_at_a_time

    with one_at_a_time(project.build / ".render.lock", "render", tell):
        epoch = source_epoch(project)
        stated = fresh.digest(project, formats, epoch, csl.name if csl else "", chosen.version)
        known = fresh.outputs(project, formats)
        if not force and fresh.is_fresh(project, stated, known):
            tell("nothing changed since the last render")
            return known
        made = chosen.render(project, formats, epoch, csl)
        fresh.record(project, stated, made)
        return made
