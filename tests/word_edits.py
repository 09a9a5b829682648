"""A scripted hand in Word: edits of a DOCX with or without tracking, comments, formatting."""

from __future__ import annotations

import copy
import shutil
import zipfile
from pathlib import Path

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DATE = "2026-11-25T10:00:00Z"


class Editor:
    """Opens a copy of a Word file; ``save`` writes it."""

    def __init__(self, source: Path, target: Path) -> None:
        shutil.copyfile(source, target)
        self.path = target
        with zipfile.ZipFile(source) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.body = etree.fromstring(self.parts["word/document.xml"])
        self.comments = etree.fromstring(self.parts["word/comments.xml"])
        self.number = 90_000

    def save(self) -> Path:
        self.parts["word/document.xml"] = etree.tostring(self.body, xml_declaration=True, encoding="UTF-8")
        self.parts["word/comments.xml"] = etree.tostring(self.comments, xml_declaration=True, encoding="UTF-8")
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return self.path

    def paragraph(self, words: str) -> etree._Element:
        found = [item for item in self.body.iter(f"{W}p") if words in _text(item)]
        assert found, f"no paragraph with {words!r}"
        return found[0]

    def _mark(self, tag: str, author: str) -> etree._Element:
        self.number += 1
        mark = etree.Element(f"{W}{tag}")
        for name, value in (("id", str(self.number)), ("author", author), ("date", _DATE)):
            mark.set(f"{W}{name}", value)
        return mark

    def runs(self, words: str) -> list[etree._Element]:
        """The runs that hold exactly ``words``, cut out of longer ones."""
        paragraph = self.paragraph(words)
        start = _text(paragraph).index(words)
        for cut in (start, start + len(words)):
            at = 0
            for item in list(_texts(paragraph)):
                length = len(item.text or "")
                if at < cut < at + length:
                    run = item.getparent()
                    rest = copy.deepcopy(run)
                    for other in list(rest):
                        if other.tag != f"{W}rPr" and run.index(item) > rest.index(other):
                            rest.remove(other)
                    tail = next(rest.iter(item.tag))
                    tail.text, item.text = item.text[cut - at :], item.text[: cut - at]
                    for piece in (tail, item):
                        piece.set(_SPACE, "preserve")
                    run.addnext(rest)
                    break
                at += length
        at, result = 0, []
        for item in _texts(paragraph):
            length = len(item.text or "")
            if start <= at and at + length <= start + len(words) and length:
                result.append(item.getparent())
            at += length
        return result

    def replace(self, old: str, new: str, author: str = "") -> None:
        """Write ``new`` for ``old``; tracked when there is an ``author``."""
        runs = self.runs(old)
        if new:
            run = etree.Element(f"{W}r")
            look = runs[-1].find(f"{W}rPr")
            if look is not None:
                run.append(copy.deepcopy(look))
            text = etree.SubElement(run, f"{W}t")
            text.text = new
            text.set(_SPACE, "preserve")
            last = runs[-1]
            while last.getparent().tag != f"{W}p":
                last = last.getparent()
            if author:
                mark = self._mark("ins", author)
                mark.append(run)
                run = mark
            last.addnext(run)
        for run in runs:
            if not author:
                run.getparent().remove(run)
                continue
            mark = self._mark("del", author)
            run.addprevious(mark)
            mark.append(run)
            for item in run.iter(f"{W}t"):
                item.tag = f"{W}delText"

    def after(self, words: str, new: str, author: str = "") -> None:
        """Insert ``new`` behind ``words``."""
        last = self.runs(words)[-1]
        while last.getparent().tag != f"{W}p":
            last = last.getparent()
        run = etree.Element(f"{W}r")
        text = etree.SubElement(run, f"{W}t")
        text.text = new
        text.set(_SPACE, "preserve")
        if author:
            mark = self._mark("ins", author)
            mark.append(run)
            run = mark
        last.addnext(run)

    def new_paragraph(self, behind: str, text: str, author: str = "") -> None:
        paragraph = etree.Element(f"{W}p")
        properties = etree.SubElement(paragraph, f"{W}pPr")
        etree.SubElement(properties, f"{W}pStyle").set(f"{W}val", "BodyText")
        run = etree.Element(f"{W}r")
        etree.SubElement(run, f"{W}t").text = text
        if author:
            etree.SubElement(properties, f"{W}rPr").append(self._mark("ins", author))
            mark = self._mark("ins", author)
            mark.append(run)
            run = mark
        paragraph.append(run)
        self.paragraph(behind).addnext(paragraph)

    def drop_paragraph(self, words: str, author: str = "") -> None:
        paragraph = self.paragraph(words)
        if not author:
            paragraph.getparent().remove(paragraph)
            return
        self.replace(_text(paragraph), "", author)
        properties = paragraph.find(f"{W}pPr")
        look = etree.SubElement(properties, f"{W}rPr")
        look.append(self._mark("del", author))

    def look(self, words: str, name: str, on: bool = True) -> None:
        """Set or take away bold (``b``) or italic (``i``) type."""
        for run in self.runs(words):
            properties = run.find(f"{W}rPr")
            if properties is None:
                properties = etree.Element(f"{W}rPr")
                run.insert(0, properties)
            for item in properties.findall(f"{W}{name}"):
                properties.remove(item)
            if on:
                etree.SubElement(properties, f"{W}{name}")

    def comment(self, words: str, text: str, author: str) -> None:
        runs = self.runs(words)
        self.number += 1
        key = str(self.number)
        for tag, place in (("commentRangeStart", runs[0]), ("commentRangeEnd", runs[-1])):
            mark = etree.Element(f"{W}{tag}")
            mark.set(f"{W}id", key)
            place.addprevious(mark) if tag.endswith("Start") else place.addnext(mark)
        mark = etree.Element(f"{W}r")
        etree.SubElement(mark, f"{W}commentReference").set(f"{W}id", key)
        runs[-1].getnext().addnext(mark)
        item = etree.SubElement(self.comments, f"{W}comment")
        for name, value in (("id", key), ("author", author), ("date", _DATE)):
            item.set(f"{W}{name}", value)
        run = etree.SubElement(etree.SubElement(item, f"{W}p"), f"{W}r")
        etree.SubElement(run, f"{W}t").text = text


def _texts(paragraph: etree._Element) -> list[etree._Element]:
    return [item for item in paragraph.iter(f"{W}t")]


def _text(paragraph: etree._Element) -> str:
    return "".join(item.text or "" for item in _texts(paragraph)).replace("\u00a0", " ")


_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def elements(xml: str) -> list[etree._Element]:
    """Word's XML, as a program would write it within a paragraph or a body."""
    return list(etree.fromstring(f"<x {_NAMES}>{xml}</x>"))


def runs(text: str, look: str = "") -> str:
    """The XML of a run."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


class Hand(Editor):
    """An editor who also knows the rarer things that Word, LibreOffice and Google Docs write."""

    def put(self, behind: str, xml: str, author: str = "Ada") -> None:
        """Insert XML behind words, tracked unless there is no author."""
        last = self.runs(behind)[-1]
        while last.getparent().tag != f"{W}p":
            last = last.getparent()
        items = elements(xml)
        if author:
            mark = self._mark("ins", author)
            mark.extend(items)
            items = [mark]
        for item in reversed(items):
            last.addnext(item)

    def blocks(self, behind: str, xml: str) -> None:
        """Insert paragraphs or tables behind the paragraph, or behind the table, that holds the words."""
        place = self.paragraph(behind)
        while place.getparent().tag != f"{W}body":
            place = place.getparent()
        for item in reversed(elements(xml)):
            place.addnext(item)

    def part(self, name: str, kind: str, xml: str) -> None:
        """Add a part to the file."""
        self.parts[f"word/{name}"] = etree.tostring(elements(xml)[0])
        self.relate(f"rId{kind}", kind, name)

    def relate(self, key: str, kind: str, target: str, mode: str = "") -> None:
        relations = self.parts["word/_rels/document.xml.rels"].decode()
        if f'Target="{target}"' not in relations:
            one = f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'
            relations = relations.replace("</Relationships>", f"{one}</Relationships>")
        self.parts["word/_rels/document.xml.rels"] = relations.encode()

    def note(self, behind: str, kind: str, text: str, author: str = "Ada") -> None:
        """A footnote or endnote."""
        self.put(behind, f'<w:r><w:{kind}Reference w:id="77"/></w:r>', author)
        one = f'<w:{kind} w:id="77"><w:p><w:r><w:{kind}Ref/></w:r>{runs(" " + text)}</w:p></w:{kind}>'
        name = f"word/{kind}s.xml"
        if name in self.parts:
            self.parts[name] = self.parts[name].replace(
                f"</w:{kind}s>".encode(), f"{etree.tostring(elements(one)[0]).decode()}</w:{kind}s>".encode()
            )
        else:
            self.part(f"{kind}s.xml", f"{kind}s", f"<w:{kind}s>{one}</w:{kind}s>")

    def properties(self, words: str, xml: str, author: str = "") -> None:
        """Give runs of text other properties; tracked when there is an author."""
        for run in self.runs(words):
            look = run.find(f"{W}rPr")
            if look is None:
                look = etree.Element(f"{W}rPr")
                run.insert(0, look)
            old = copy.deepcopy(look)
            look.extend(elements(xml))
            if author:
                change = self._mark("rPrChange", author)
                change.append(old)
                look.append(change)

    def paragraph_properties(self, words: str, xml: str, author: str = "") -> None:
        """Give a paragraph other properties; tracked when there is an author."""
        paragraph = self.paragraph(words)
        look = paragraph.find(f"{W}pPr")
        if look is None:
            look = etree.Element(f"{W}pPr")
            paragraph.insert(0, look)
        old = copy.deepcopy(look)
        for item in elements(xml):
            for known in look.findall(item.tag):
                look.remove(known)
            look.append(item)
        if author:
            change = self._mark("pPrChange", author)
            change.append(old)
            look.append(change)

    def field(self, code: str, result: str, data: str = "") -> str:
        """The XML of a complex field."""
        inner = f"<w:fldData>{data}</w:fldData>" if data else ""
        return (
            f'<w:r><w:fldChar w:fldCharType="begin">{inner}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{runs(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
