"""The command ``manuscript`` as a user types it, without a process of its own, which would import everything anew."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest import mock

from manuscript.cli import main
from manuscript.paths import Project


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def manuscript(project: Project | None, *arguments: str, **environment: str) -> Said:
    """Run the command on ``project``, or where the test stands; ``environment`` is added to that of the test."""
    where = ["--project", str(project.root)] if project else []
    out, err = _stream(), _stream()
    code: object = 0
    with (
        mock.patch.object(sys, "argv", ["manuscript", *where, *arguments]),
        mock.patch.dict(os.environ, environment),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    return Said(code if isinstance(code, int) else int(code is not None), _text(out), _text(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")
