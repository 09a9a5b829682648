"""The ledger as it leaves the repository: without the addresses at which its rows were read.

These are for whoever checks a row there. Some name a copy that is gone tomorrow, and no reader is sent to one; what a
reader follows, the publication, stays.
"""

from __future__ import annotations

import csv
import io
import json

from manuscript.paths import Project

READ_AT = "seen_at"


def outgoing(project: Project, name: str) -> bytes:
    """The content of the source file ``name`` (its path in the project) for a bundle, an archive or a journal.

    Tables and data package lose the same column, so they still fit: what is packed can be rendered again.
    """
    path = project.root / name
    data = path.read_bytes()
    if path == project.datapackage:
        return _package(data)
    if path.parent == project.data and path.suffix == ".csv":
        return _table(data)
    return data


def _table(data: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    if not rows or READ_AT not in rows[0]:
        return data
    at = rows[0].index(READ_AT)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([*row[:at], *row[at + 1 :]] for row in rows)
    return text.getvalue().encode("utf-8")


def _package(data: bytes) -> bytes:
    package = json.loads(data)
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        fields[:] = [field for field in fields if field["name"] != READ_AT]
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
