"""Quarto's pre-render hook: hands over to `manuscript prepare` in .venv.

Quarto runs it with whatever Python it finds, so nothing but the standard library is used here.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Prepare with the Python of .venv, else with this one if it has the package; the exit code is that of `prepare`."""
    for name in ("bin/python", "Scripts/python.exe"):
        python = ROOT / ".venv" / name
        if python.is_file():
            return run(str(python))
    # a container or an active environment may have the package without a .venv here
    if (
        subprocess.run([sys.executable, "-c", "import manuscript.cli"], capture_output=True, check=False).returncode
        == 0
    ):
        return run(sys.executable)
    print("The Python environment of this article is not there yet.", file=sys.stderr)
    print("Type `make setup` in the folder of the article, then render again.", file=sys.stderr)
    return 1


def run(python: str) -> int:
    """Run `manuscript prepare` by that Python, free of what Quarto set for its own."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
    command = [python, "-m", "manuscript", "--project", str(ROOT), "prepare"]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
