"""The file behind a picture's path: the format's own kind of it, another kind that is there, or one drawn from it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from manuscript.atomic import write_bytes
from manuscript.errors import FigureError
from manuscript.formats import BY_QUARTO
from manuscript.paths import Project
from manuscript.source.files import inside

_KINDS = ("svg", "png", "jpg", "jpeg", "gif", "webp", "pdf", "tif", "tiff")
# what Typst can draw for those who cannot show it
_DRAWN = ("svg", "pdf", "webp", "gif")
_PER_INCH = 300
DRAWN = "pictures"


def find_picture(name: str, format_name: str, endings: Sequence[str], project: Project) -> str:
    """The path, from the project's root, of the picture ``name`` as ``format_name`` can show it.

    ``endings`` are those that a name without one may get. Raises ``FigureError`` for a picture that is not there, lies
    outside the project, or cannot be shown.
    """
    if re.match(r"[a-z][a-z0-9+.-]*:", name, re.I) or name.startswith("//"):
        raise FigureError(f"an image from elsewhere: {name[:80]}", mend="store the image in figures/")
    path = unquote(name).lstrip("/")
    ending = PurePosixPath(path).suffix.lower().lstrip(".")
    named = ending in (*_KINDS, *BY_QUARTO[format_name].images)
    wanted = [path] if named else [f"{path}.{kind}" for kind in endings]
    if "\0" in path or not inside(project, project.root / wanted[0]):
        raise FigureError(f"an image outside the project: {name}", mend="store the image in figures/")
    found = [one for one in wanted if _is_file(project, one)]
    if not found:
        raise FigureError(f"no such image: {wanted[0]}", mend="run `manuscript prepare`, or correct the path")
    # the same picture of a kind that the format can show may stand beside it
    beside = [f"{found[0].rpartition('.')[0]}.{kind}" for kind in BY_QUARTO[format_name].images]
    for one in [*found, *(one for one in beside if _is_file(project, one))]:
        if one.rpartition(".")[2].lower() in BY_QUARTO[format_name].images:
            return one
    for one in found:
        if one.rpartition(".")[2].lower() in _DRAWN:
            return _drawn(project, one)
    raise FigureError(f"the {format_name} cannot show {found[0]}", mend="store the picture as .png or .svg too")


def _is_file(project: Project, name: str) -> bool:
    path = project.root / name
    return inside(project, path) and path.is_file()


def _drawn(project: Project, name: str) -> str:
    """The picture as PNG, drawn once for its content."""
    data = (project.root / name).read_bytes()
    target = project.build / DRAWN / f"{Path(name).stem}-{hashlib.sha256(data).hexdigest()[:12]}.png"
    if not target.is_file():
        import typst

        # no larger than a page: some are drawn in metres, and would take minutes
        source = f"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#let picture = image.with({json.dumps("/" + name, ensure_ascii=False)})
#context {{
  let whole = measure(picture())
  picture(width: whole.width * calc.min(1, 210mm / whole.width, 297mm / whole.height))
}}
"""
        try:
            # its stubs want `input` and `root` of one type
            picture = typst.compile(  # type: ignore[call-overload]
                source.encode(), root=str(project.root), format="png", ppi=_PER_INCH
            )
        except typst.TypstError as error:
            raise FigureError(f"{name} cannot be drawn: {error}", mend="store the picture as .png too") from error
        write_bytes(target, picture)
    return target.relative_to(project.root).as_posix()
