"""The real article says the same in all four formats, and says it again, byte for byte, when rendered again."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html

from manuscript.check import outputs
from manuscript.engine.bibliography import read_keys
from manuscript.engine.embedded import render
from manuscript.ooxml import links
from manuscript.paths import Project
from manuscript.prepare import prepare

import words
from conftest import EPOCH, FORMATS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Pairs = list[tuple[str, str]]


def _html(project: Project) -> html.HtmlElement:
    return html.fromstring((project.output / "index.html").read_text(encoding="utf-8")).find(".//main")


def _docx(project: Project) -> etree._Element:
    with zipfile.ZipFile(project.output / "index.docx") as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def _jats(project: Project) -> etree._Element:
    return etree.parse(str(project.output / "index.xml")).getroot()


def _text(element: etree._Element) -> str:
    return words.fold("".join(element.itertext()))


def _bookmark(target: str) -> str:
    """Word allows 40 characters; pandoc names longer ones by their digest."""
    return target if len(target) <= 40 else "X" + hashlib.sha1(target.encode()).hexdigest()[1:]


def _links(project: Project, prefix: str) -> dict[str, Pairs]:
    """Target and words of every inner link that begins with ``prefix``, per format, in reading order."""
    of_html = [
        (a.get("href")[1:], _text(a))
        for a in _html(project).iter("a")
        if (a.get("href") or "").startswith(f"#{prefix}")
    ]
    # a place in the file by its bookmark, one on the page by its own name
    bookmarks = {name: target for target, _ in of_html for name in (_bookmark(target), target)}
    of_docx = []
    for address, text in links(project.output / "index.docx"):
        target = bookmarks.get(address.rpartition("#")[2])
        if target:
            of_docx.append((target, words.fold(text)))
    of_jats = []
    for item in _jats(project).iter("xref", "ext-link"):
        target = item.get("rid") or item.get("{http://www.w3.org/1999/xlink}href").rpartition("#")[2]
        if target.startswith(prefix):
            of_jats.append((target, _text(item)))
    return {"html": of_html, "docx": of_docx, "jats": of_jats}


def test_bound_numbers_agree(rendered_article: Project) -> None:
    found = _links(rendered_article, "ev-")
    assert len(found["html"]) > 60
    assert sorted(found["html"]) == sorted(found["docx"]) == sorted(found["jats"])
    assert words.unsaid(rendered_article.output / "index.pdf", [text for _, text in found["html"]]) == []


def test_every_bound_number_leads_to_its_row_and_the_row_to_a_reference(rendered_article: Project) -> None:
    # an index, since an XPath for each of a thousand numbers goes through the whole page each time
    places: dict[str, list[html.HtmlElement]] = {}
    for element in _html(rendered_article).getroottree().xpath("//*[@id]"):
        places.setdefault(element.get("id"), []).append(element)
    for target, text in _links(rendered_article, "ev-")["html"]:
        row = places.get(target, [])
        assert len(row) == 1, f"{text} leads to {target}"
        line = row[0].xpath("ancestor-or-self::tr")
        if line:  # else a whole table
            sources = line[0].xpath("./td[3]//a/@href")
            assert sources, f"{target} names no source"
            inner = [source[1:] for source in sources if source.startswith("#")]
            assert all(source in places for source in inner), f"{target} leads to a source that is not there"


def test_citations_agree(rendered_article: Project) -> None:
    found = _links(rendered_article, "ref-")
    targets = {name: sorted(target for target, _ in pairs) for name, pairs in found.items()}
    assert len(targets["html"]) > 60
    assert targets["html"] == targets["docx"] == targets["jats"]
    assert words.unsaid(rendered_article.output / "index.pdf", [text for _, text in found["html"]]) == []


def test_the_supplement_and_the_reference_list_hold_every_source_once(rendered_article: Project) -> None:
    page = _html(rendered_article)
    further = {name.removeprefix("src-") for name in page.xpath("//*[starts-with(@id, 'src-')]/@id")}
    listed = {name.removeprefix("ref-") for name in page.xpath("//*[starts-with(@id, 'ref-')]/@id")}
    assert len(further) > 50 and 90 <= len(listed) <= 200
    assert not further & listed
    assert further | listed == set(read_keys(rendered_article.bibliography, "references.bib"))


def test_links_to_further_sources_agree(rendered_article: Project) -> None:
    found = _links(rendered_article, "src-")
    assert len(found["html"]) > 30
    assert sorted(found["html"]) == sorted(found["docx"]) == sorted(found["jats"])


def test_captions_agree(rendered_article: Project) -> None:
    of_html = [outputs._caption(item) for item in _html(rendered_article).iter("figcaption", "caption")]
    of_docx = outputs._docx_captions(_docx(rendered_article))
    of_jats = [
        words.fold(f"{_text(item.find('label'))}: {_text(item.find('caption'))}")
        for item in _jats(rendered_article).iter("fig", "table-wrap")
    ]
    assert len(of_html) > 6
    assert sorted(of_html) == sorted(of_docx) == sorted(of_jats)
    # a caption may be broken by a page; its label and title are kept together
    heads = [caption.split(". ")[0] for caption in of_html]
    assert words.unsaid(rendered_article.output / "index.pdf", heads) == []


def test_reference_lists_agree(rendered_article: Project) -> None:
    entries = _html(rendered_article).xpath("//*[contains(@class, 'csl-entry')]")
    of_html = [_text(entry) for entry in entries]
    of_docx = [
        words.fold("".join(item.text or "" for item in paragraph.iter(f"{W}t")))
        for paragraph in _docx(rendered_article).iter(f"{W}p")
        if paragraph.xpath("string(w:pPr/w:pStyle/@w:val)", namespaces={"w": W[1:-1]}) == "Bibliography"
    ]
    assert of_html == of_docx
    references = list(_jats(rendered_article).iter("ref"))
    # JATS lists them as Quarto does, in the order of references.bib; whoever shows the XML sorts them by its style
    assert sorted(reference.get("id") for reference in references) == sorted(entry.get("id") for entry in entries)
    # an address may be broken anywhere
    heads = [" ".join(entry.split()[:8]) for entry in of_html]
    assert words.unsaid(rendered_article.output / "index.pdf", heads) == []


def test_every_reference_of_the_published_record_is_cited_once(rendered_article: Project) -> None:
    dois = {
        "10.2147/DDDT.S281599", "10.2147/CMAR.S235121", "10.37349/etat.2021.00037", "10.3390/genes13112065",
        "10.3390/cancers15071987", "10.2147/BCTT.S503703", "10.3390/cancers15041130", "10.3390/cancers15010051",
        "10.21037/atm-23-153", "10.1159/000528756", "10.2147/LCTT.S307324", "10.1016/j.breast.2022.07.011",
        "10.3390/ijms20051115", "10.1093/oncolo/oyad127", "10.1038/s41598-025-02550-6", "10.1007/s10549-020-05754-8",
        "10.3390/biomedicines12050953", "10.1007/s10585-024-10278-2", "10.3390/cancers15184522",
        "10.1016/j.ejphar.2024.177076", "10.21037/tbcr-21-45", "10.3390/ijms242316823", "10.1007/s11864-023-01137-5",
        "10.1016/j.esmoop.2025.105511", "10.1080/14796694.2025.2569553",
    }  # fmt: skip
    text = _text(_html(rendered_article).xpath("//*[@id='refs']")[0])
    assert [doi for doi in sorted(dois) if len(re.findall(re.escape(doi) + r"(?![\w.])", text, re.I)) != 1] == []
    # the 26th has no DOI in that record
    assert text.count("Trastuzumab deruxtecan versus treatment of physician’s choice") == 2


def test_abstract_is_short_enough(rendered_article: Project) -> None:
    abstract = _jats(rendered_article).find(".//abstract")
    assert 150 < len(_text(abstract).split()) <= 250


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "index.pdf", "index.docx", "index.xml", "index-meca.zip"])
def test_two_renders_give_the_same_bytes(rendered_article: Project, again: Project, name: str) -> None:
    assert _digest(rendered_article.output / name) == _digest(again.output / name)


@pytest.fixture(scope="module")
def again(once_prepared: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Another render in another place; of the same sources, also where someone edits the repository meanwhile."""
    made = {"build", *(path.name for path in once_prepared.root.glob("supplement.*")), "_variables.yml"}
    folder = tmp_path_factory.mktemp("again") / "another-name"
    project = Project(shutil.copytree(once_prepared.root, folder, ignore=lambda _, names: made.intersection(names)))
    prepare(project)
    render(project, FORMATS, EPOCH)
    return project


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
