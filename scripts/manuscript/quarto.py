"""The Quarto engine: found, run, and made to fail where Quarto only warns."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from manuscript.engine.settings import OUTPUT_NAME, QUARTO_NAME
from manuscript.errors import RenderError, SetupError
from manuscript.paths import Project

# Quarto exits 0 after these (seen with 1.10.18)
_FATAL = re.compile(r"(Unable to resolve|citation \S+ not found|Unknown (?:var|meta)|Unable to find)", re.I)


def find_quarto() -> str | None:
    """The ``quarto`` program on PATH or beside this Python, or ``None``."""
    beside = shutil.which("quarto", path=str(Path(sys.executable).parent))
    return shutil.which("quarto") or beside


def render(project: Project, formats: list[str], epoch: int, csl: Path | None = None) -> list[Path]:
    """Run ``quarto render`` for ``formats`` (html, pdf, docx, jats); give the paths of the outputs.

    ``csl`` takes the place of the article's citation style.

    Raises ``SetupError`` without Quarto, ``RenderError`` when it fails or warns of something unresolved.
    """
    program = find_quarto()
    if program is None:
        raise SetupError("quarto is not on PATH", mend="install Quarto, or choose --engine embedded")
    complete = set(formats) == {"html", "pdf", "docx", "jats"}
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "QUARTO_PYTHON": sys.executable}
    complaints: list[str] = []
    for target in [None] if complete else [QUARTO_NAME[name] for name in formats]:
        command = [program, "render", str(project.root), *(["--to", target] if target else [])]
        if csl is not None:
            command += ["--metadata", f"csl:{project.relative(csl)}"]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                sys.stderr.write(line)
                if _FATAL.search(line):
                    complaints.append(line.strip())
        if process.returncode != 0:
            raise RenderError(f"quarto ended with exit code {process.returncode}", mend="its own words stand above")
    if complaints:
        raise RenderError(
            f"quarto warned: {complaints[0]}", mend="mend the reference; --engine embedded names its file and line"
        )
    outputs = [project.output / OUTPUT_NAME[name] for name in formats]
    missing = [path for path in outputs if not path.is_file()]
    if missing:
        raise RenderError(f"quarto made no {project.relative(missing[0])}", mend="look at the formats in _quarto.yml")
    return outputs
