"""The MECA bundle: the article's files, its sources and a manifest in one zip, the same bytes for the same content.

Its manifest has the item types and the version that Quarto's manuscripts use (quarto-cli, manuscript-meca.ts).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from manuscript.git import source_files
from manuscript.ledger.outgoing import outgoing
from manuscript.paths import Project
from manuscript.stamped import add

_NAMESPACE = "https://manuscriptexchange.org/schema/manifest"
_XLINK = "http://www.w3.org/1999/xlink"
_VERSION = "1"
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


def write(project: Project, outputs: Path, target: Path, epoch: int, resources: Iterable[str] = ()) -> None:
    """Bundle what lies in ``outputs`` (the JATS article, its graphics, PDF and DOCX where made) with the sources.

    ``resources`` are files that go with the article, such as its supplement, by their paths in ``outputs``.
    """
    items: list[tuple[str, str, Path]] = [("article-metadata", "index.xml", outputs / "index.xml")]
    for name in ("index.pdf", "index.docx"):
        if (outputs / name).is_file():
            items.append(("manuscript", name, outputs / name))
    for path in sorted((outputs / "figures").rglob("*")):
        items.append(("manuscript", path.relative_to(outputs).as_posix(), path))
    items += [("article-supporting-file", name, outputs / name) for name in resources]
    sources = source_files(project)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        packed = [("article-source", f"source/{name}", project.root / name) for name in sources]
        add(bundle, "manifest.xml", _manifest([*items, *packed]), epoch)
        for _, name, path in items:
            add(bundle, name, path.read_bytes(), epoch)
        for name in sources:
            add(bundle, f"source/{name}", outgoing(project, name), epoch)


def _manifest(items: list[tuple[str, str, Path]]) -> bytes:
    root = etree.Element("manifest", {"manifest-version": _VERSION}, nsmap={None: _NAMESPACE, "xlink": _XLINK})

    def state(kind: str, name: str, media_type: str) -> None:
        item = etree.SubElement(root, "item", {"item-type": kind})
        etree.SubElement(item, "instance", {"media-type": media_type, f"{{{_XLINK}}}href": name})

    for kind, name, path in items:
        state(kind, name, MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream"))
    state("article-source-directory", "source", "application/x-directory")
    etree.indent(root, space="  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
