"""Quarto, the first-class engine: run it, give its tree the shape our writers know, finish what it wrote."""

from __future__ import annotations

import sys
from collections.abc import Callable

from manuscript.errors import ManuscriptError


def told(work: Callable[[], None]) -> None:
    """Do the work of a hook or filter; an error of ours ends it with its place and mend in place of a traceback."""
    try:
        work()
    except ManuscriptError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
