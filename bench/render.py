"""``python -m bench.render FORMATS [again]``: the embedded engine, for articles that have no ledger.

With ``again`` it may find that nothing changed.
"""

from __future__ import annotations

import sys

from manuscript.engines import choose, rendered
from manuscript.paths import find_project

if __name__ == "__main__":
    rendered(find_project(), choose("embedded"), sys.argv[1].split(","), None, force="again" not in sys.argv[2:])
