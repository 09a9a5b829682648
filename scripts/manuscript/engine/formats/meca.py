"""The MECA bundle: the article's files, its sources and a manifest in one zip, the same bytes for the same content.

Its manifest has the item types and the version that Quarto's manuscripts use (quarto-cli, manuscript-meca.ts).
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from lxml import etree

from manuscript.git import source_files
from manuscript.ledger.outgoing import outgoing
from manuscript.paths import Project
from manuscript.stamped import add

_NAMESPACE = "https://manuscriptexchange.org/schema/manifest"
_XLINK = "http://www.w3.org/1999/xlink"
_VERSION = "1"
_SOURCE = "source/"
# a twentieth larger than by zlib's own level, in half the time
_LEVEL = 3
MEDIA_TYPES = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".qmd": "text/markdown",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".typ": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}


def sources(project: Project, epoch: int) -> BytesIO:
    """The bundle with the article's sources alone, which ``write`` goes on with: they can be packed before all else."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as bundle:
        for name in source_files(project):
            add(bundle, f"{_SOURCE}{name}", outgoing(project, name), epoch)
    return packed


def write(
    project: Project,
    outputs: Path,
    target: Path,
    epoch: int,
    resources: Collection[str] = (),
    packed: BytesIO | None = None,
) -> None:
    """Bundle what lies in ``outputs`` (the JATS article, its graphics, PDF and DOCX where made) with the sources.

    ``resources`` are files that go with the article, such as its supplement, by their paths in ``outputs``; ``packed``
    are the ``sources``, where they were packed before.
    """
    items: list[tuple[str, str]] = [("article-metadata", "index.xml")]
    items += [("manuscript", name) for name in ("index.pdf", "index.docx") if (outputs / name).is_file()]
    items += [("manuscript", name) for name in sorted(_pictures(outputs) - set(resources))]
    items += [("article-supporting-file", name) for name in resources]
    packed = packed or sources(project, epoch)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as bundle:
        listed = [*items, *(("article-source", name) for name in bundle.namelist())]
        for _, name in items:
            add(bundle, name, (outputs / name).read_bytes(), epoch)
        add(bundle, "manifest.xml", _manifest(listed), epoch)
    target.write_bytes(packed.getvalue())


def _pictures(outputs: Path) -> set[str]:
    """The pictures that the JATS article shows, by their paths from it; none that lies elsewhere."""
    article = etree.parse(str(outputs / "index.xml"))
    named = {item.get(f"{{{_XLINK}}}href") for item in article.iter("graphic", "inline-graphic")}
    return named & {path.relative_to(outputs).as_posix() for path in outputs.rglob("*") if path.is_file()}


def _manifest(items: list[tuple[str, str]]) -> bytes:
    root = etree.Element("manifest", {"manifest-version": _VERSION}, nsmap={None: _NAMESPACE, "xlink": _XLINK})

    def state(kind: str, name: str, media_type: str) -> None:
        item = etree.SubElement(root, "item", {"item-type": kind})
        etree.SubElement(item, "instance", {"media-type": media_type, f"{{{_XLINK}}}href": name})

    for kind, name in items:
        state(kind, name, MEDIA_TYPES.get(Path(name).suffix.lower(), "application/octet-stream"))
    state("article-source-directory", _SOURCE.rstrip("/"), "application/x-directory")
    etree.indent(root, space="  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
