"""Entries as the reference list prints them, one by one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from manuscript.cite.styles import bring_style
from manuscript.errors import BibliographyError
from manuscript.paths import Project

_ENTRY = re.compile(r"^:{3,} \{#ref-(?P<key>\S+) \.csl-entry[^\n]*\n(?P<text>.*?)\n:{3,}\s*$", re.M | re.S)


def formatted(project: Project, keys: list[str], style: str = "") -> dict[str, str]:
    """Each entry by its key as one line of Markdown, in the article's style or in ``style``.

    Raises ``BibliographyError`` for a key that the bibliography does not hold, ``ConfigError`` for an unknown style.
    """
    from manuscript.engine import pandoc
    from manuscript.engine.bibliography import read_keys, tidied

    shown = project.relative(project.bibliography)
    missing = sorted(set(keys) - set(read_keys(project.bibliography, shown)))
    if missing:
        raise BibliographyError(f"no entry {missing[0]!r}", file=shown, mend="add it: manuscript cite add DOI")
    meta = {
        "nocite": ", ".join(f"@{key}" for key in keys),
        "bibliography": str(tidied(project.bibliography, project.build)),
        "csl": str(bring_style(project, style) if style else _own_style(project)),
    }
    # JSON is YAML; the block needs no quoting of paths
    text = f"---\n{json.dumps(meta)}\n---\n"
    arguments = ["-f", "markdown", "-t", "markdown-bracketed_spans-native_spans-raw_html", "--citeproc", "--wrap=none"]
    written = pandoc.run(arguments, text, folder=project.root, epoch=0)
    return {match["key"]: " ".join(match["text"].split()) for match in _ENTRY.finditer(written)}


def plain(project: Project, key: str, style: str = "") -> str:
    """One entry without its markup; raises what ``formatted`` raises."""
    from manuscript.engine import pandoc

    text = formatted(project, [key], style)[key]
    return pandoc.run(["-f", "markdown", "-t", "plain", "--wrap=none"], text, folder=project.root, epoch=0).strip()


def _own_style(project: Project) -> Path:
    """The style that ``_quarto.yml`` names; brought where ``prepare`` has not run yet."""
    from manuscript.source.files import read_yaml

    name = str(read_yaml(project.config, project.relative(project.config)).get("csl") or "build/apa.csl")
    path = project.root / name
    return path if path.is_file() else bring_style(project, path.stem)
