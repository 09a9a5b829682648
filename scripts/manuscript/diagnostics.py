"""One finding of a check: a named rule, how bad it is, where it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Diagnostic:
    """A finding; ``line`` and ``column`` count from 1, ``None`` where they are not known."""

    rule: str
    severity: Severity
    file: str
    line: int | None
    column: int | None
    message: str
    mend: str = ""

    @property
    def place(self) -> str:
        """``file:line:column`` as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """What findings are sorted by: place, then rule."""
        return self.file, self.line or 0, self.column or 0, self.rule, self.message

    def __str__(self) -> str:
        head = f"{self.place}: {self.severity} {self.rule}: {self.message}"
        return f"{head}\n  mend: {self.mend}" if self.mend else head


def tell(diagnostics: Iterable[Diagnostic], say: Callable[[str], None]) -> tuple[int, int]:
    """Say each finding in the order of places; give the numbers of errors and warnings."""
    count = {"error": 0, "warning": 0}
    for diagnostic in sorted(diagnostics, key=lambda item: item.order):
        say(str(diagnostic))
        count[diagnostic.severity] += 1
    return count["error"], count["warning"]
