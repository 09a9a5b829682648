"""The XML: valid JATS 1.3, clean for JATS4R, with statements where archives look for them; and the bundle around it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from manuscript.engine.bibliography import read_keys
from manuscript.engine.embedded import render
from manuscript.engine.formats.countries import country_code
from manuscript.paths import Project

import inspectors
from conftest import EPOCH

XLINK = "{http://www.w3.org/1999/xlink}"
ALI = "{http://www.niso.org/schemas/ali/1.0/}"
# what a document leaves open on purpose
_KNOWN = {"article": [], "dialect": ["errors: Missing top-level <permissions> element."]}
_STATEMENTS = """
# Data availability {#sec-data .unnumbered}

The ledger is in the repository.

# Conflicts of interest {#sec-interests .unnumbered}

None was *declared*.

# Funding {#sec-funding .unnumbered}

No funding was received.

# Acknowledgements {#sec-thanks .unnumbered}

We thank @sec-start.
"""


def _article(folder: Path) -> etree._Element:
    return etree.parse(str(folder / "index.xml")).getroot()


def _complaints(path: Path) -> list[str]:
    dtd = etree.DTD(str(inspectors.jats_dtd()))
    dtd.validate(etree.parse(str(path)))
    return [f"{item.line}: {item.message}" for item in dtd.error_log]


@pytest.mark.parametrize("name", ["article", "dialect"])
def test_dtd_is_kept(name: str, rendered_article: Project, rendered_dialect: Path) -> None:
    folder = rendered_article.output if name == "article" else rendered_dialect
    assert _complaints(folder / "index.xml") == []


@pytest.mark.parametrize("name", ["article", "dialect"])
def test_jats4r_is_kept(name: str, rendered_article: Project, rendered_dialect: Path, tmp_path: Path) -> None:
    folder = rendered_article.output if name == "article" else rendered_dialect
    found = inspectors.jats4r(folder / "index.xml", tmp_path)
    assert len(found) == len(_KNOWN[name])
    assert all(item.startswith(known) for item, known in zip(found, _KNOWN[name], strict=True))


def test_jats4r_rules_find_what_is_wrong(rendered_dialect: Path, tmp_path: Path) -> None:
    text = (rendered_dialect / "index.xml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.xml"
    broken.write_text(
        text.replace("<abstract>", "<permissions><copyright-year>soon</copyright-year></permissions><abstract>", 1)
        .replace("</contrib-group>", "</contrib-group><aff><country>Poland</country></aff>", 1)
        .replace("<body>", '<body><sec sec-type="COI-statement"><title>Conflicts</title><p>None.</p></sec>', 1),
        encoding="utf-8",
    )
    found = " ".join(inspectors.jats4r(broken, tmp_path))
    for needle in ("must be a 4-digit year", "ISO 3166-1", "Conflict of Interest Statements"):
        assert needle in found


def test_front_matter(rendered_article: Project, rendered_dialect: Path) -> None:
    meta = _article(rendered_article.output).find("front/article-meta")
    assert len(meta.findall("contrib-group/contrib[@contrib-type='author']")) == 10
    assert meta.findtext(f"permissions/license/{ALI}license_ref") == "https://creativecommons.org/licenses/by/4.0/"
    assert len(meta.findall("kwd-group/kwd")) == 4
    assert meta.find("pub-date").get("iso-8601-date") and meta.find("abstract/p") is not None
    meta = _article(rendered_dialect).find("front/article-meta")
    first = meta.find("contrib-group/contrib")
    assert first.find("contrib-id").text == "https://orcid.org/0000-0002-1825-0097"
    assert [role.get("vocab-term") for role in first.findall("role")] == [
        "Conceptualization",
        "Writing – original draft",
    ]
    assert {item.get("rid") for item in first.findall("xref[@ref-type='aff']")} == {"aff-1", "aff-2"}
    # no such country, so no code, so no <country>
    assert meta.findtext("aff/addr-line") == "Exampleland" and meta.find("aff/country") is None


@pytest.mark.parametrize(
    ("name", "code"), [("Poland", "PL"), (" united kingdom", "GB"), ("Türkiye", "TR"), ("Exampleland", "")]
)
def test_country_codes(name: str, code: str) -> None:
    assert country_code(name) == code


def test_statements_stand_where_jats4r_wants_them(dialect: Project, tmp_path: Path) -> None:
    start = (dialect.chapters / "01-start.qmd").read_text(encoding="utf-8")
    label = start.split("{#sec-")[1].split("}")[0].split()[0]
    chapter = dialect.chapters / "03-end.qmd"
    text = chapter.read_text(encoding="utf-8") + _STATEMENTS.replace("sec-start", f"sec-{label}")
    chapter.write_text(text, encoding="utf-8")
    front = dialect.article.read_text(encoding="utf-8")
    rights = "license: CC BY 4.0\ncopyright:\n  holder: The authors\n  year: 2026\n"
    dialect.article.write_text(front.replace("nocite:", f"{rights}nocite:", 1), encoding="utf-8")
    render(dialect, ["jats"], EPOCH)
    article = _article(dialect.output)
    assert article.findtext("back/sec[@sec-type='data-availability']/p") == "The ledger is in the repository."
    note = article.find("front/article-meta/author-notes/fn[@fn-type='coi-statement']/p")
    assert "".join(note.itertext()) == "None was declared."
    assert article.findtext("front/article-meta/funding-group/funding-statement") == "No funding was received."
    assert article.find("back/ack/p/xref").get("ref-type") == "sec"
    assert article.findtext("front/article-meta/permissions/copyright-holder") == "The authors"
    titles = {title.text for title in article.iterfind("body//title")}
    assert not titles & {"Data availability", "Conflicts of interest", "Funding", "Acknowledgements"}
    assert _complaints(dialect.output / "index.xml") == []
    # the schematron asks for capitals ("COI-statement"), which the DTD of JATS 1.3 does not allow
    found = inspectors.jats4r(dialect.output / "index.xml", tmp_path)
    assert len(found) == 1 and '<fn fn-type="COI-statement" in the <author-notes>' in found[0]


def test_references_are_structured(rendered_article: Project) -> None:
    article = _article(rendered_article.output)
    keys = set(read_keys(rendered_article.bibliography, "references.bib"))
    references = article.findall("back//ref")
    assert {item.get("id").removeprefix("ref-") for item in references} <= keys and len(references) > 50
    text = rendered_article.bibliography.read_text(encoding="utf-8").lower()
    for kind in ("doi", "pmid"):
        stated = article.findall(f"back//pub-id[@pub-id-type='{kind}']")
        assert len(stated) > 20 and all((item.text or "").lower() in text for item in stated)


def test_labels_stand_apart_from_captions(rendered_article: Project) -> None:
    article = _article(rendered_article.output)
    for kind, word in (("fig", "Figure"), ("table-wrap", "Table")):
        items = list(article.iter(kind))
        assert [item.findtext("label") for item in items] == [f"{word}\u00a0{n}" for n in range(1, len(items) + 1)]
        assert not any("".join(item.find("caption").itertext()).strip().startswith(word) for item in items)
    assert all((graphic.findtext("alt-text") or "") for graphic in article.iter("graphic"))


def test_every_cross_reference_has_its_place(rendered_article: Project, rendered_dialect: Path) -> None:
    for folder in (rendered_article.output, rendered_dialect):
        article = _article(folder)
        identifiers = [item.get("id") for item in article.iter() if item.get("id")]
        assert len(identifiers) == len(set(identifiers))
        assert {rid for item in article.iter("xref") for rid in item.get("rid").split()} <= set(identifiers)


def test_bundle_holds_what_its_manifest_names(rendered_article: Project) -> None:
    with zipfile.ZipFile(rendered_article.output / "index-meca.zip") as bundle:
        names = set(bundle.namelist())
        manifest = etree.fromstring(bundle.read("manifest.xml"))
        article = etree.fromstring(bundle.read("index.xml"))
    stated = [item.get(f"{XLINK}href") for item in manifest.iter("{*}instance")]
    assert set(stated) - {"source"} <= names
    assert {graphic.get(f"{XLINK}href") for graphic in article.iter("graphic")} <= names
    assert {"index.xml", "index.pdf", "index.docx", "source/index.qmd", "source/references.bib"} <= names
