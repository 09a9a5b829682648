"""Wall time, CPU time and peak memory of a command with all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
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


# a process counts the memory of the one that started it, up to its first step: so a small one starts the command.
# Its arguments: the file for the cost, then the command.
_LAUNCHER = """
import os, sys, time
start = time.perf_counter()
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
with open(sys.argv[1], "w") as file:
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=file)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""


def run(command: list[str], folder: Path, stdin: Path | None = None, limit: float = 3600) -> Cost:
    """Run ``command`` in ``folder`` and give its cost; after ``limit`` seconds it is stopped, and the cost says so.

    Raises ``RenderError`` with the command's last words when it fails.
    """
    # no file in the folder: it would be a source of the article
    with (
        tempfile.TemporaryDirectory() as place,
        tempfile.TemporaryFile() as out,
        stdin.open("rb") if stdin else open(os.devnull, "rb") as given,
    ):
        told = Path(place) / "cost"
        launched = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(told), *command]
        start = time.perf_counter()
        process = subprocess.Popen(
            launched, cwd=folder, stdin=given, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return Cost(time.perf_counter() - start, limit, 0, stopped=True)
        out.seek(0)
        words = out.read().decode("utf-8", "replace").splitlines()[-3:]
        if process.returncode != 0:
            raise RenderError(f"{command[0]} ended with exit code {process.returncode}: {' / '.join(words)}")
        wall, cpu, memory = (float(word) for word in told.read_text(encoding="utf-8").split())
    # Linux counts memory in kibibytes, macOS in bytes
    return Cost(wall, cpu, memory / (1024 * 1024 if sys.platform == "darwin" else 1024))


def best(times: int, command: list[str], folder: Path, stdin: Path | None = None, limit: float = 3600) -> Cost:
    """The cheapest of ``times`` runs: what else the machine does only ever adds."""
    return min((run(command, folder, stdin, limit) for _ in range(times)), key=lambda cost: cost.wall)
