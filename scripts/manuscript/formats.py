"""The formats of the article: what each is called here and by Quarto, its file, and who writes it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True)
class Format:
    """One format.

    ``quarto`` is its name in ``_quarto.yml``, ``output`` its file in the output folder, ``images`` the kinds of pictures
    that it can show (the first for one that is named without a kind), ``label`` what the web page's link to the file
    says (empty: it has no link).
    """

    name: str
    quarto: str
    output: str
    images: tuple[str, ...]
    label: str

    @property
    def writer(self) -> ModuleType:
        """The module with ``write(document, target)``, imported when it is asked for."""
        return import_module(f"manuscript.engine.formats.{self.name}")


# the longest to make stands first: it decides when all are done
FORMATS = {
    item.name: item
    for item in (
        Format("pdf", "typst", "index.pdf", ("svg", "png", "jpg", "jpeg", "gif", "webp"), "PDF"),
        Format("html", "html", "index.html", ("svg", "png", "jpg", "jpeg", "gif", "webp", "avif"), ""),
        Format("docx", "docx", "index.docx", ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf"), "Word"),
        Format("jats", "jats", "index.xml", ("png", "jpg", "jpeg", "gif", "tif", "tiff", "eps"), "JATS XML"),
        Format("tex", "latex", "index.tex", ("png", "jpg", "jpeg", "pdf"), ""),
    )
}
BY_QUARTO = {item.quarto: item for item in FORMATS.values()}
# goes with JATS
BUNDLE = "index-meca.zip"
