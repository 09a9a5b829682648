"""Word's XML: the namespace of its main part, that part of a file, and the property in which a file keeps its commit."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# as lxml writes it in front of a name
W = f"{{{NAMESPACE}}}"
COMMIT = "manuscript-commit"


def body(path: Path) -> etree._Element:
    """The document part of a Word file.

    Raises ``OSError``, ``KeyError``, ``zipfile.BadZipFile`` or ``lxml.etree.XMLSyntaxError`` for another file.
    """
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))
