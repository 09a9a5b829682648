"""``{{< embed notebook#fig-id >}}``: the picture that a notebook's cell once drew, as a figure; no code is run."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manuscript.atomic import write_bytes
from manuscript.errors import SourceError
from manuscript.paths import Project
from manuscript.source.files import inside, parse_yaml, read_text

_CELL = re.compile(r"^(?P<mark>`{3,})\{[^}\n]*\}\n(?P<code>.*?)^(?P=mark)[ \t]*$", re.M | re.S)
_OPTION = re.compile(r"^(?:#|//|--|%)\| ?(?P<option>.*)$")
# how a picture of each kind begins, best first
_KINDS = {"svg": (b"<?xml", b"<svg"), "png": (b"\x89PNG\r\n",), "jpg": (b"\xff\xd8\xff",)}
_MEDIA = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class _Cell:
    options: dict[str, Any]
    outputs: tuple[dict[str, Any], ...] = ()


def embedded(project: Project, notebook: Path, label: str) -> str:
    """The figure ``label`` of a notebook (``.qmd`` or ``.ipynb``) as Markdown, with the caption that its cell states.

    The picture is what the notebook holds, or one that Quarto or ``manuscript prepare`` left: ``NAME_files/``,
    ``_freeze/`` or ``figures/``. Raises ``SourceError`` (without a place) where there is none.
    """
    if not inside(project, notebook) or not notebook.is_file():
        raise SourceError(
            f"the notebook {notebook.name} is not in the project", mend="correct the path (from the article's folder)"
        )
    shown = project.relative(notebook)
    read = _of_ipynb if notebook.suffix == ".ipynb" else _of_qmd
    cells = read(read_text(notebook, shown), shown, label)
    cell: _Cell | None = next((cell for cell in cells if cell.options.get("label") == label), None)
    if cell is None:
        raise SourceError(f"{shown} has no cell with the label {label}", mend=f"label it there: #| label: {label}")
    picture = _drawn(project, cell) or _left(project, notebook, label)
    if picture is None:
        raise SourceError(
            f"no picture of {label} is there, and the embedded engine runs no code",
            mend=f"let `manuscript prepare` draw it: figures/{label}.svg; or keep what Quarto drew: freeze: true",
        )
    caption = " ".join(str(cell.options.get("fig-cap") or "").split())
    said = re.sub(r'["\\]', "", " ".join(str(cell.options.get("fig-alt") or "").split()))
    description = f' fig-alt="{said}"' if said else ""
    return f"![{caption}]({project.relative(picture)}){{#{label}{description}}}"


def _options(code: str, shown: str, label: str) -> dict[str, Any]:
    """The options of a cell, read where they name the label: those of another may hold anything."""
    lines = []
    for line in code.splitlines():
        match = _OPTION.match(line)
        if match is None:
            break
        lines.append(match["option"])
    return parse_yaml("\n".join(lines), shown, first_line=1) if any(label in line for line in lines) else {}


def _of_qmd(text: str, shown: str, label: str) -> Iterator[_Cell]:
    for match in _CELL.finditer(text):
        yield _Cell(_options(match["code"], shown, label))


def _of_ipynb(text: str, shown: str, label: str) -> Iterator[_Cell]:
    try:
        cells = json.loads(text)["cells"]
        for cell in cells:
            options = _options("".join(cell["source"]), shown, label)
            tags = cell["metadata"].get("tags") or [None]
            yield _Cell({"label": tags[0], **options}, _outputs(cell))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(f"{shown} is not a Jupyter notebook", mend="save it anew in Jupyter") from error


def _outputs(cell: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    return tuple(output for output in cell.get("outputs") or () if isinstance(output, dict))


def _drawn(project: Project, cell: _Cell) -> Path | None:
    """The picture in the cell's outputs, written beside those that other formats need."""
    for output in cell.outputs:
        held = output.get("data")
        if not isinstance(held, dict):
            continue
        for media, kind in _MEDIA.items():
            text = "".join(held.get(media) or "")
            try:
                data = text.encode() if kind == "svg" else base64.b64decode(text)
            except (binascii.Error, ValueError):
                continue
            if data.lstrip().startswith(_KINDS[kind]):
                target = project.build / "pictures" / f"{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
                if not target.is_file():
                    write_bytes(target, data)
                return target
    return None


def _left(project: Project, notebook: Path, label: str) -> Path | None:
    """The picture that a run of the notebook left on disk."""
    frozen = project.root / "_freeze" / notebook.relative_to(project.root).with_suffix("")
    folders = (notebook.with_name(f"{notebook.stem}_files"), frozen)
    found: Iterable[Path] = [path for folder in folders for path in folder.rglob("*") if _names(path, label)]
    found = [*sorted(found), *(project.figures / f"{name}.{k}" for k in _KINDS for name in (label, label[4:]))]
    there = [path for path in found if path.is_file() and inside(project, path)]
    return min(there, key=lambda path: [*_KINDS].index(path.suffix[1:]), default=None)


def _names(path: Path, label: str) -> bool:
    """Whether a file is the picture of a cell: its label, a number or more behind it (``fig-a-1``, ``fig-a-output-2``)."""
    return path.suffix[1:] in _KINDS and bool(re.fullmatch(rf"{re.escape(label)}(?:-[\w-]*\d)?", path.stem))
