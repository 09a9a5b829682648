"""Where the prose cites what: ``@key`` in ``index.qmd`` and all that it includes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from manuscript.paths import Project
from manuscript.shortcodes import INCLUDE

_CITATION = re.compile(r"(?<![\w@\\./])-?@(?:\{(?P<braced>[^{}\s]+)\}|(?P<key>\w(?:[\w]|[:.#$%&\-+?<>~/](?=\w))*))")
_REFERENCE = re.compile(r"(?i:fig|tbl|sec|eq|lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|nte|tip|wrn|imp|cau)-")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.*?)\s*(?:\{(?P<attributes>[^}]*)\})?\s*$")
# code, comments, shortcodes, addresses: an @ in them cites nothing
_NO_PROSE = re.compile(r"(`+).+?\1|<!--.*?-->|\{\{<.*?>\}\}|<?https?://[^\s)>\]]+>?|\]\([^)]*\)")


@dataclass(frozen=True)
class Citation:
    """One citation: key, place, and the heading it stands under."""

    key: str
    file: str
    line: int
    column: int
    section: str


def find_citations(project: Project) -> list[Citation]:
    """Every citation of the article, in reading order; included files that are not there are left to the engine."""
    found: list[Citation] = []
    _scan(project, project.article, found, (), [""])
    return found


def _scan(project: Project, path: Path, found: list[Citation], seen: tuple[Path, ...], section: list[str]) -> None:
    if path in seen or not path.is_file():
        return
    shown = project.relative(path)
    fence = ""
    commented = False
    # a file in another encoding is an error of the engine's; its citations can be read all the same
    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), start=1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        include = INCLUDE.match(line)
        if not fence and include:
            _scan(project, project.included(include["path"]), found, (*seen, path), section)
            continue
        if fence:
            continue
        if commented:
            commented = "-->" not in line
            continue
        prose = _NO_PROSE.sub(lambda match: " " * len(match.group()), line)
        if "<!--" in prose:
            commented, prose = True, prose[: prose.index("<!--")]
        heading = _HEADING.match(line)
        if heading and heading["text"]:
            section[0] = heading["text"]
        for match in _CITATION.finditer(prose):
            key = match["braced"] or match["key"]
            if match["braced"] or not _REFERENCE.match(key):
                column = match.start() + match.group().index("@") + 1
                found.append(Citation(key, shown, number, column, section[0]))
