"""``python -m manuscript.bench.render FORMATS``: the embedded engine alone, for articles that have no ledger."""

from __future__ import annotations

import sys

from manuscript.engine.render import render
from manuscript.paths import find_project

if __name__ == "__main__":
    render(find_project(), sys.argv[1].split(","), 0)
