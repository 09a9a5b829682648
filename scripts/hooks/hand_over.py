"""What both of Quarto's hooks do: run a module of the program by the Python that has it.

Quarto runs hooks with whatever Python it finds, so nothing but the standard library is used here.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def hand_over(*arguments: str) -> int:
    """Run ``python -m`` with the Python of .venv, else with this one if it has the package; give the exit code."""
    python = next(
        (path for path in (ROOT / ".venv/bin/python", ROOT / ".venv/Scripts/python.exe") if path.is_file()), None
    )
    # a container or an active environment may have the package without a .venv here
    if python is None and not _runs("-c", "import manuscript.cli"):
        print("The Python environment of this article is not there yet.", file=sys.stderr)
        print("Type `make setup` in the folder of the article, then render again.", file=sys.stderr)
        return 1
    # free of what Quarto set for its own Python
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
    command = [str(python or sys.executable), "-m", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def _runs(*arguments: str) -> bool:
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=False).returncode == 0
