"""Wall time, CPU time and peak memory of a command with all its children."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
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
    stopped: bool = False


def run(command: list[str], folder: Path, stdin: Path | None = None, limit: float = 3600) -> Cost:
    """Run ``command`` in ``folder`` and give its cost; after ``limit`` seconds it is stopped, and the cost says so.

    Raises ``RenderError`` with the command's last words when it fails.
    """
    # no file in the folder: it would be a source of the article
    with tempfile.TemporaryFile() as out, stdin.open("rb") if stdin else open(os.devnull, "rb") as given:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=given, stdout=out, stderr=subprocess.STDOUT)
        stop = threading.Timer(limit, process.kill)
        stop.start()
        _, status, usage = os.wait4(process.pid, 0)
        stop.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        words = out.read().decode("utf-8", "replace").splitlines()[-3:]
    stopped = wall >= limit
    if process.returncode != 0 and not stopped:
        raise RenderError(f"{command[0]} ended with exit code {process.returncode}: {' / '.join(words)}")
    # Linux counts memory in kibibytes, macOS in bytes
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale, stopped)


def best(times: int, command: list[str], folder: Path, stdin: Path | None = None, limit: float = 3600) -> Cost:
    """The cheapest of ``times`` runs: what else the machine does only ever adds."""
    return min((run(command, folder, stdin, limit) for _ in range(times)), key=lambda cost: cost.wall)
