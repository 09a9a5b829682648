"""Every error that a user can cause, by domain, with place and mend.

Code raises these and nothing else for bad input; the command line prints them without a traceback and exits with 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class ManuscriptError(Exception):
    """Something the user can mend.

    ``message`` says what is wrong, ``mend`` what to do about it, ``file`` and ``line`` (from 1) where it is.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        mend: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.line = line
        self.mend = mend

    @property
    def place(self) -> str:
        """``file:line``, ``file`` or nothing."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n  mend: {self.mend}" if self.mend else head


class ConfigError(ManuscriptError):
    """``_quarto.yml`` or a front matter cannot be read or lacks something."""


class SourceError(ManuscriptError):
    """A ``.qmd`` or included Markdown file: shortcode, label, reference, construct."""


class LedgerError(ManuscriptError):
    """A row of ``data/*.csv`` breaks its schema or points at nothing."""


class BibliographyError(ManuscriptError):
    """``references.bib`` cannot be read, or a key is missing or doubled."""


class FigureError(ManuscriptError):
    """A figure is missing or cannot be drawn."""


class RenderError(ManuscriptError):
    """An engine failed, or an output cannot be written."""


class SetupError(ManuscriptError):
    """A program or package that is needed is not there."""


class ManuscriptErrors(ManuscriptError):
    """Several errors found in one pass, so that one run shows them all.

    ``errors`` is never empty; place and mend are those of the first.
    """

    def __init__(self, errors: list[ManuscriptError]) -> None:
        first = errors[0]
        super().__init__(first.message, file=first.file, line=first.line, mend=first.mend)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def did_you_mean(
    name: str, known: Iterable[str], otherwise: str, *, most: int = 3, cutoff: float = 0.6, sign: str = ""
) -> str:
    """The mend for a name that is not there: up to ``most`` close ones, each behind ``sign``; ``otherwise`` without any.

    ``cutoff`` is the least likeness, from 0 to 1.
    """
    # only who has made a mistake waits for this module
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=most, cutoff=cutoff)
    return f"did you mean {', '.join(sign + item for item in close)}?" if close else otherwise


def raise_all(errors: list[ManuscriptError]) -> None:
    """Raise nothing for an empty list, the error itself for one, ``ManuscriptErrors`` for more."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ManuscriptErrors(errors)


def all_of(error: ManuscriptError) -> list[ManuscriptError]:
    """The errors that one stands for."""
    return error.errors if isinstance(error, ManuscriptErrors) else [error]
