"""The way of a document through Quarto's filter and hook, with pandoc alone in Quarto's place."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from PIL import Image

from manuscript.engine import pandoc
from manuscript.ooxml import W, body
from manuscript.paths import Project
from manuscript.quarto import told
from manuscript.quarto.call import complaints
from manuscript.quarto.finish import finish
from manuscript.quarto.tree import shaped

from conftest import FIXTURES

SETTINGS = """\
project: {type: manuscript}
lang: en-GB
number-sections: true
format: {html: {}, docx: {}, jats: {}, typst: {}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The document whose trees are kept, with its picture, and traces of a former render."""
    folder = tmp_path / "article"
    folder.mkdir()
    shutil.copyfile(FIXTURES / "quarto-tree" / "index.qmd", folder / "index.qmd")
    (folder / "_quarto.yml").write_text(SETTINGS, encoding="utf-8")
    for name in ("figures", "build", "_manuscript/site_libs"):
        (folder / name).mkdir(parents=True)
    Image.new("RGB", (40, 20)).save(folder / "figures" / "a.png")
    (folder / "figures" / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    (folder / "build" / "render.json").write_text("{}", encoding="utf-8")
    return Project(folder)


def tree(project: Project, name: str, writer: str) -> dict[str, Any]:
    """Quarto's tree behind our filter, as a metadata block of Quarto's has it."""
    found = json.loads((FIXTURES / "quarto-tree" / f"{name}.json").read_text(encoding="utf-8"))
    found["meta"] = {
        "title": {"t": "MetaInlines", "c": [{"t": "Str", "c": "Small"}]},
        "lang": {"t": "MetaString", "c": "en-GB"},
    }
    return shaped(project, found, writer)


def test_word_file(project: Project) -> None:
    path = project.output / "index.docx"
    pandoc.write_binary(tree(project, "docx", "docx"), "docx", path, [], folder=project.root, epoch=0)
    finish(project, project.output, {"index.docx"})
    document = body(path)
    descriptions = [item.get("descr") for item in document.iter() if etree.QName(item).localname == "docPr"]
    assert descriptions == ["What is seen.", "Seen a.", "Seen b."]
    fields = "".join(item.text or "" for item in document.iter(f"{W}instrText"))
    fields += " ".join(item.get(f"{W}instr") for item in document.iter(f"{W}fldSimple"))
    assert fields.count("REF n_fig_a") == 3 and "SEQ Figure" in fields and "SEQ Table" in fields
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in document.iter(f"{W}tr"))
    assert (
        document.xpath("string(//w:p[w:pPr/w:pStyle/@w:val='CalloutTitle'])", namespaces={"w": W[1:-1]}) == "Key points"
    )
    with zipfile.ZipFile(path) as parts:
        assert b"Small" in parts.read("docProps/core.xml")
    assert not project.render_state.exists(), "what was recorded of the last render is gone"
    assert not (project.output / "site_libs").exists()


def test_page(project: Project) -> None:
    shape = tree(project, "html", "html")
    template = f"--template={project.style('article.html')}"
    arguments = ["--standalone", template, "--section-divs", "--mathml", "--embed-resources", "--toc"]
    path = project.output / "index.html"
    path.write_text(pandoc.write(shape, "html5", arguments, folder=project.root, epoch=0), encoding="utf-8")
    finish(project, project.output, {"index.html"})
    page = html.fromstring(path.read_text(encoding="utf-8"))
    assert page.xpath("//a[@class='skip-link']") and page.xpath("//nav[@class='contents']//a[@href='#sec-second']")
    assert page.xpath("//h2[normalize-space()='1 Introduction']"), "the title is the only first-level heading"
    assert page.xpath("//figure[@id='fig-a']/div[@class='figure-frame']//img/@alt") == ["What is seen."]
    assert page.xpath("//div[@class='table-frame']/table/@id") == ["tbl-a"]
    assert [item.text_content().strip() for item in page.find_class("callout-title")] == ["Note: Key points", "Tip"]
    assert page.xpath("//tr[contains(@class, 'group')]/td/@colspan") == ["2"]


def test_jats(project: Project) -> None:
    shape = tree(project, "jats", "jats")
    text = pandoc.write(shape, "jats", ["--standalone"], folder=project.root, epoch=0)
    # what Quarto adds: a paragraph in the title of a callout, a heading of references apart from their list
    text = re.sub(
        r"<title>Key points</title>|<title>\s*Key points\s*</title>", "<title><p>Key points</p></title>", text
    )
    path = project.output / "index.xml"
    path.write_text(text, encoding="utf-8")
    finish(project, project.output, {"index.xml"})
    article = etree.parse(str(path)).getroot()
    assert (article.get("dtd-version"), article.get("article-type")) == ("1.3", "review-article")
    assert article.xpath("//fig/label/text()") == ["Figure\u00a01", "(a)", "(b)"]
    assert article.xpath("//table-wrap/label/text()") == ["Table\u00a01"]
    assert article.xpath("//fig/graphic/alt-text/text()") == ["What is seen.", "Seen a.", "Seen b."]
    assert [item.text.strip() for item in article.iterfind(".//boxed-text/caption/title")] == ["Key points", "Tip"]
    assert article.xpath("//pub-date/@iso-8601-date") == ["2026-11-26"]
    assert (project.output / "figures" / "a.png").is_file()
    with zipfile.ZipFile(project.output / "index-meca.zip") as bundle:
        assert bundle.read("index.xml") == path.read_bytes(), "the bundle holds the finished article"


def test_an_output_that_did_not_come_through_the_filter_stays(project: Project) -> None:
    path = project.output / "index.html"
    path.write_text("<html><p>Quarto's own</p></html>", encoding="utf-8")
    finish(project, project.output, {"index.html"})
    assert path.read_text(encoding="utf-8") == "<html><p>Quarto's own</p></html>"


def test_an_error_in_the_front_matter_is_told_without_a_traceback(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.article.write_text("---\ntitle: 'open\n---\n", encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        told(lambda: shaped(project, {"blocks": [], "meta": {}}, "html"))
    assert end.value.code == 1
    assert "index.qmd:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("WARNING: Unable to resolve crossref @fig-a", "index.qmd:17"),
        ("[WARNING] Citeproc: citation hurvitz2023trastuzumab not found", "index.qmd:17"),
        ("\x1b[33mWARNING (main.lua:1) Unknown var nobody.os.hr\x1b[39m", ""),
        ("WARN: PDF standard validation requested but verapdf is not installed.", None),
        ("Output created: index.html", None),
    ],
)
def test_what_quarto_warns_of_is_an_error_at_its_place(project: Project, line: str, place: str | None) -> None:
    assert [error.place for error in complaints(project, [line, line])] == ([] if place is None else [place])
