"""Wall time, CPU time and peak memory of a command with all its children."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from manuscript.errors import RenderError


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock, seconds of processor, mebibytes of the largest process."""

    wall: float
    cpu: float
    memory: float


def run(command: list[str], folder: Path, stdin: Path | None = None, **environment: str) -> Cost:
    """Run ``command`` in ``folder`` and give its cost.

    Raises ``RenderError`` with the command's last words when it fails.
    """
    log = folder / "bench.log"
    with log.open("wb") as out, stdin.open("rb") if stdin else open(os.devnull, "rb") as given:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=given, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        words = log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
        raise RenderError(f"{command[0]} ended with exit code {process.returncode}: {' / '.join(words)}")
    log.unlink()
    # Linux counts memory in kibibytes, macOS in bytes
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def best(times: int, command: list[str], folder: Path, stdin: Path | None = None, **environment: str) -> Cost:
    """The cheapest of ``times`` runs: what else the machine does only ever adds."""
    return min((run(command, folder, stdin, **environment) for _ in range(times)), key=lambda cost: cost.wall)
