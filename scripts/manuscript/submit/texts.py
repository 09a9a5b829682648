"""What authors write for journals beside the article, in Markdown: ``journals/NAME.md``, for one journal ``journals/JOURNAL/NAME.md``.

``letter`` (why this journal), ``highlights`` (a list), ``simple-summary`` (plain language) and ``search-strategy``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manuscript.paths import Project
from manuscript.source.files import parse_yaml, read_text, split_front

_ITEM = re.compile(r"^[-*+][ \t]+(.+(?:\n[ \t]+\S.*)*)", re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)


@dataclass(frozen=True)
class Text:
    """Front matter and Markdown of such a file, comments left out; ``place`` is what an author would type."""

    place: str
    body: str
    front: dict[str, Any] = field(default_factory=dict)

    @property
    def items(self) -> list[str]:
        """The items of its list."""
        return [" ".join(item.split()) for item in _ITEM.findall(self.body)]


def path_of(project: Project, journal: str, name: str) -> Path:
    """The file that counts for the journal: its own, else the one for all."""
    own = project.journals / journal / f"{name}.md"
    return own if own.is_file() else project.journals / f"{name}.md"


def read(project: Project, journal: str, name: str) -> Text:
    """The text; an empty one where there is none.

    Raises ``ConfigError`` for a front matter that is not YAML, ``SourceError`` for one that is not closed or not UTF-8.
    """
    path = path_of(project, journal, name)
    shown = project.relative(path)
    if not path.is_file():
        return Text(shown, "")
    text = read_text(path, shown)
    front: dict[str, Any] = {}
    if text.startswith("---\n"):
        lines, text, _ = split_front(text, shown)
        front = parse_yaml("\n".join(lines), shown, first_line=2)
    return Text(shown, _COMMENT.sub("", text).strip(), front)
