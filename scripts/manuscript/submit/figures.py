"""The figures as separate files, and what these files themselves say of their size, resolution and colours."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from manuscript import wing
from manuscript.engine.document import Document
from manuscript.errors import FigureError
from manuscript.figures.make import PRINT_DPI, export
from manuscript.ledger.tables import Ledger
from manuscript.submit.profile import Profile

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NUMBER = rb"-?\d*\.?\d+"


@dataclass(frozen=True)
class FigureFile:
    """What was read back from a figure's file: millimetres, dots per inch (``None`` for vectors), colours."""

    path: Path
    width_mm: float
    height_mm: float
    dpi: float | None
    colours: str


def write(document: Document, ledger: Ledger, profile: Profile, folder: Path) -> list[FigureFile]:
    """Write every figure of the article that the ledger draws as ``Figure1.tiff`` and so on; give what the files say.

    Formats that cannot hold the wanted colours are left out where another can.
    """
    colour = profile.wants("colour_mode", "RGB")
    kinds = profile.wants("figure_formats", ["tiff", "pdf"])
    if colour != "RGB":
        # matplotlib writes vectors in RGB only
        kinds = [kind for kind in kinds if kind == "tiff"] or ["tiff"]
    width = (profile.wants("figure_width_min_mm"), profile.wants("figure_width_max_mm"))
    dpi = max(PRINT_DPI, profile.wants("figure_dpi", 0))
    written, drawn = [], wing.names(document.project, "figures")
    for identifier, label in document.labels.items():
        name = identifier.removeprefix("fig-")
        if label.kind == "fig" and not label.sub and name in drawn:
            stem = f"Figure{label.number}"
            written += export(
                document.project, ledger, name, folder, kinds, dpi, colour=colour, width_mm=width, stem=stem
            )
    return [read_back(path) for path in written]


def read_back(path: Path) -> FigureFile:
    """What a TIFF, PNG, PDF or EPS file says of itself.

    Raises ``FigureError`` for another kind, or a file that says nothing of its size.
    """
    kind = path.suffix.lower()
    if kind in (".tiff", ".tif", ".png"):
        return _raster(path)
    data = path.read_bytes()
    if kind == ".pdf":
        found = re.search(rb"/MediaBox\s*\[\s*(%b)\s+(%b)\s+(%b)\s+(%b)\s*\]" % ((_NUMBER,) * 4), data)
        content = b"\n".join(inflated_streams(data))
        colours = _colours(content, rb"\b(?:rg|RG)\b", rb"(?:%b\s+){4}[kK]\b" % _NUMBER)
    elif kind == ".eps":
        number = (_NUMBER,) * 4
        found = re.search(rb"%%HiResBoundingBox:\s*(%b)\s+(%b)\s+(%b)\s+(%b)" % number, data)
        found = found or re.search(rb"%%BoundingBox:\s*(%b)\s+(%b)\s+(%b)\s+(%b)" % number, data)
        colours = _colours(data, rb"setrgbcolor", rb"setcmykcolor")
    else:
        raise FigureError(f"cannot read {path.suffix} files", file=path.name, mend="known: tiff, png, pdf, eps")
    if found is None:
        raise FigureError("says nothing of its size", file=path.name, mend="export the figure again")
    left, bottom, right, top = (float(value) for value in found.groups())
    return FigureFile(path, (right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4, None, colours)


def _raster(path: Path) -> FigureFile:
    from PIL import Image

    with Image.open(path) as image:
        resolution = image.info.get("dpi")
        if not resolution:
            raise FigureError("says nothing of its resolution", file=path.name, mend="export the figure again")
        dpi = float(resolution[0])
        width, height = (pixels / dpi * 25.4 for pixels in image.size)
        colours = {"L": "grey", "RGBA": "RGB"}.get(image.mode, image.mode)
        return FigureFile(path, width, height, round(dpi, 1), colours)


def inflated_streams(pdf: bytes) -> Iterator[bytes]:
    """The streams of a PDF, unpacked; those packed in another way than zlib's (pictures) are left out."""
    for stream in _STREAM.findall(pdf):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def _colours(content: bytes, rgb: bytes, cmyk: bytes) -> str:
    if re.search(cmyk, content):
        return "CMYK"
    return "RGB" if re.search(rgb, content) else "grey"
