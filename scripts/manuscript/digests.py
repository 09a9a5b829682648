"""Digests that tell whether a file is what it was."""

from __future__ import annotations

import hashlib
from pathlib import Path


def of_file(path: Path) -> bytes:
    """The SHA-256 of a file's content; for a file that is not there, a mark that no content has."""
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"absent"
