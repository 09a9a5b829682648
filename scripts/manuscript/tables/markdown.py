"""One Markdown table: headings, rows, caption, label and column widths, as pandoc and Quarto read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NONE = "–"
_SPECIAL = re.compile(r"([\\`*_\[\]<>|$@#~^])")


@dataclass(frozen=True)
class MarkdownTable:
    """Cells are Markdown; plain text goes through ``escape`` first.

    ``widths`` are percent of the table's width. The columns ``numbers`` (from 0) hold nothing else and are set to the right.
    """

    label: str
    caption: str
    headings: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()

    def text(self) -> str:
        """A pipe table with its caption; an empty cell shows a dash."""
        assert len(self.headings) == len(self.widths) and all(len(row) == len(self.headings) for row in self.rows)
        rules = ["-" * max(3, width - 1) for width in self.widths]
        rules = [f"{rule}:" if index in self.numbers else f":{rule}" for index, rule in enumerate(rules)]
        lines = [_line(self.headings), "|" + "|".join(rules) + "|"]
        lines += [_line([cell or NONE for cell in row]) for row in self.rows]
        widths = ",".join(str(width) for width in self.widths)
        caption = " ".join(self.caption.split())
        return "\n".join(lines) + f'\n\n: {caption} {{#tbl-{self.label} tbl-colwidths="[{widths}]"}}\n'


def escape(text: str) -> str:
    """``text`` so that Markdown says it as it stands."""
    return _SPECIAL.sub(r"\\\1", text)


def joined(parts: Iterable[str], separator: str = "; ") -> str:
    """The parts that say something."""
    return separator.join(part for part in parts if part)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split(" ")) for cell in cells) + " |"
