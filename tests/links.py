"""Where a file leads and what it can be led to: every link and every place of an output, whatever its format."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree, html

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_ABROAD = re.compile(r"(?:https?|mailto|data):")


def links(path: Path) -> list[str]:
    """The links of a file: addresses, names of files beside it, ``#place`` within it; none of a kind that has no links."""
    read = _READERS.get(path.suffix, (None, None))[0]
    return list(read(path)) if read else []


@cache
def places(path: Path) -> set[str]:
    """The names that a link can lead to within a file."""
    read = _READERS.get(path.suffix, (None, None))[1]
    return set(read(path)) if read else set()


def astray(folder: Path) -> list[tuple[str, str]]:
    """Of all files below ``folder`` the links that lead neither abroad, nor to a file there, nor to a place in one."""
    found = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        for link in links(path):
            if _ABROAD.match(link):
                continue
            name, _, place = link.partition("#")
            target = (
                path if not name else folder / posixpath.normpath((path.parent / name).relative_to(folder).as_posix())
            )
            if not target.is_file() or (place and place not in places(target)):
                found.append((path.relative_to(folder).as_posix(), link))
    return found


def unbound(output: Path) -> list[str]:
    """What is wrong between the numbers of all formats in ``output`` and the rows of evidence on the page; nothing if nothing is.

    Every number leads to a row that is there, in each format to the same rows, and each row leads back to the sections that
    use it and to no other.
    """
    page = html.parse(output / "index.html")
    rows = {row.get("id"): row for row in page.xpath("//*[@id='evidence']//tbody/tr[@id]")}
    numbers = [item for item in page.xpath("//main//a[starts-with(@href, '#ev-')]") if item.get("href")[1:] in rows]
    led = {link.get("href") for link in page.xpath("//main//a[starts-with(@href, '#ev-')]")}
    wrong = [f"no place {place}" for place in sorted(led - {f"#{name}" for name in places(output / "index.html")})]
    wrong += [
        f"{place} is not in supplement.pdf"
        for place in sorted(led - {f"#{name}" for name in places(output / "supplement.pdf")})
    ]
    for name in ("index.pdf", "index.docx", "index.xml"):
        there = {f"#{link.partition('#')[2]}" for link in links(output / name) if link.startswith("index.html#ev-")}
        wrong += [f"{name}: {place} is not as on the page" for place in sorted(there ^ led)]
    used = {(link.get("href")[1:], name) for name, row in rows.items() for link in row.xpath("td[4]//a")}
    # what a caption or a table says was made of the row for it; the text uses it
    said = {
        (item.xpath("string(ancestor::section[starts-with(@id, 'sec-')][1]/@id)"), item.get("href")[1:])
        for item in numbers
        if not item.xpath("ancestor::figure | ancestor::table")
    }
    wrong += [f"{row} does not lead to {section}" for section, row in sorted(said - used) if section]
    return wrong + [f"{row} leads to {section}, which does not use it" for section, row in sorted(used - said)]


def _html_links(path: Path) -> Iterator[str]:
    return (item.get("href") for item in html.parse(path).iter("a") if item.get("href"))


def _html_places(path: Path) -> Iterator[str]:
    return (item.get("id") for item in html.parse(path).iter() if isinstance(item.tag, str) and item.get("id"))


def _xml(path: Path, part: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(part))


def _office_links(path: Path) -> Iterator[str]:
    """Of a Word file or a workbook, each time that it is used in the case of Word."""
    with zipfile.ZipFile(path) as archive:
        targets = {
            (name, item.get("Id")): item.get("Target")
            for name in archive.namelist()
            if name.endswith(".rels")
            for item in etree.fromstring(archive.read(name))
            if item.get("TargetMode") == "External"
        }
    yield from targets.values()
    if path.suffix == ".docx":
        document = _xml(path, "word/document.xml")
        yield from (
            f"#{item.get(f'{_W}anchor')}" for item in document.iter(f"{_W}hyperlink") if item.get(f"{_W}anchor")
        )


def _docx_places(path: Path) -> Iterator[str]:
    return (item.get(f"{_W}name") for item in _xml(path, "word/document.xml").iter(f"{_W}bookmarkStart"))


def _pdf_links(path: Path) -> Iterator[str]:
    import pikepdf

    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for item in page.get("/Annots", []):
                action = item.get("/A", {})
                if "/URI" in action:
                    yield str(action["/URI"])
                elif "/F" in action:
                    yield str(action["/F"])
                elif isinstance(item.get("/Dest", action.get("/D")), pikepdf.String | pikepdf.Name):
                    yield f"#{str(item.get('/Dest', action.get('/D'))).lstrip('/')}"


def _pdf_places(path: Path) -> Iterator[str]:
    import pikepdf

    with pikepdf.open(path) as pdf:
        names = pdf.Root.get("/Names", {}).get("/Dests")
        return iter([str(name) for name in pikepdf.NameTree(names)] if names is not None else [])


def _jats_links(path: Path) -> Iterator[str]:
    for item in etree.parse(str(path)).iter():
        if item.get(_XLINK):
            yield item.get(_XLINK)
        yield from (f"#{name}" for name in (item.get("rid") or "").split())


def _jats_places(path: Path) -> Iterator[str]:
    return (item.get("id") for item in etree.parse(str(path)).iter() if item.get("id"))


def _tex_links(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r"\\(?:href|url)\{([^}]*)\}", text)
    yield from re.findall(r"\\includegraphics(?:\[[^\]]*\])?\{([^}]*)\}", text)


_READERS: dict[str, Any] = {
    ".html": (_html_links, _html_places),
    ".docx": (_office_links, _docx_places),
    ".xlsx": (_office_links, None),
    ".pdf": (_pdf_links, _pdf_places),
    ".xml": (_jats_links, _jats_places),
    ".tex": (_tex_links, None),
}
