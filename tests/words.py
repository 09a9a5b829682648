"""The words of each output, as a reader would read them aloud: one string, white space folded."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree, html

_HTML_BLOCKS = {
    "p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "table", "caption", "tr", "td", "th",
    "figure", "figcaption", "blockquote", "dt", "dd", "header", "nav", "hr", "math", "pre", "details", "summary",
}  # fmt: skip
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_JATS_INLINE = {
    "italic", "bold", "sub", "sup", "xref", "ext-link", "named-content", "monospace", "strike", "inline-formula", "sc",
    "styled-content", "underline", "email",
}  # fmt: skip
_MML = "{http://www.w3.org/1998/Math/MathML}"


def fold(text: str) -> str:
    """One space wherever there is white space of any kind."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def between(text: str, first: str, last: str) -> str:
    """From the first ``first`` to the end of the last ``last``."""
    start = text.index(first)
    return text[start : text.rindex(last) + len(last)]


def of_html(path: Path) -> str:
    page = html.fromstring(path.read_text(encoding="utf-8"))
    return fold(_html_text(page.find(".//main")))


def _html_text(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "annotation"):
        return element.tail or ""
    inner = (element.text or "") + "".join(_html_text(child) for child in element)
    if element.tag in _HTML_BLOCKS:
        inner = f"\n{inner}\n"
    return inner + (element.tail or "")


def of_docx(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    lines = []
    for paragraph in root.iter(f"{_WORD}p"):
        parts = []
        for item in paragraph.iter(f"{_WORD}t", f"{_MATH}t", f"{_WORD}tab", f"{_WORD}br"):
            parts.append(item.text or " " if item.tag.endswith("}t") else " ")
        lines.append("".join(parts))
    return fold("\n".join(lines))


def of_jats(path: Path) -> str:
    root = etree.parse(str(path)).getroot()
    parts = [_jats_text(root.find("body")), root.findtext("back/ref-list/title") or ""]
    for citation in root.iter("element-citation"):
        parts.append(" ".join(word for text in _fields(citation) if (word := text.strip())))
    return fold("\n".join(parts))


def _fields(element: Any) -> Iterator[str]:
    """The text of each field of a reference; a title may hold markup."""
    if element.tag in ("article-title", "chapter-title", "source"):
        yield "".join(element.itertext())
        return
    yield element.text or ""
    for child in element:
        yield from _fields(child)


def _jats_text(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag == "alt-text" or element.tag == f"{_MML}math":
        return element.tail or ""
    inner = (element.text or "") + "".join(_jats_text(child) for child in element)
    if element.tag not in _JATS_INLINE:
        inner = f"\n{inner}\n"
    return inner + (element.tail or "")


def of_pdf(path: Path) -> str:
    return fold("\n".join(_pages(path)))


def _pages(path: Path) -> list[str]:
    """The text of each page; a word that a line ends within is whole again."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [re.sub(r"[\ufffe\u0002\u00ad]\s*", "", page.get_textpage().get_text_range()) for page in document]


def unsaid(path: Path, texts: list[str]) -> list[str]:
    """Those of ``texts`` that the PDF does not say, running heads left out; a page may end within one."""
    first, *others = [fold(page) for page in _pages(path)]
    head = re.escape(others[0].partition(" 2 ")[0])
    pages = [squeezed(first), *(squeezed(re.sub(rf"^{head} \d+", "", page)) for page in others)]
    whole = "".join(pages)

    def said(text: str) -> bool:
        parts = [
            (squeezed(text[:at]), squeezed(text[at:]))
            for at in range(1, len(text))
            if text[at] == " " or text[at - 1] == "–"
        ]
        return squeezed(text) in whole or any(
            (page.endswith(left) and right in following) or (following.startswith(right) and left in page)
            for left, right in parts
            for page, following in pairwise(pages)
        )

    return [text for text in texts if not said(text)]


def squeezed(text: str) -> str:
    """No white space and no end-of-line hyphens: what remains of a text when a page has been broken into lines."""
    return re.sub(r"[\s\u00ad\-‐]+", "", fold(text))
