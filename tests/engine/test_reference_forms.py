"""Names, titles and DOIs as every format prints them: one article cites a table of entries, and each cell is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree, html

from manuscript.cite.canonical import format_text
from manuscript.cite.reader import parse
from manuscript.engine.bibliography import tidy
from manuscript.engine.embedded import render
from manuscript.paths import Project

import words
from conftest import EPOCH, copy_style

# key: author field; the citation and the beginning of the reference in APA; surnames in JATS
NAMES = {
    "plain": ("Smith, Ann", "(Smith, 2001)", "Smith, A. (2001)", ["Smith"]),
    "von": ("von Test, Gunter and de Azeta, Eva", "(von Test & de Azeta, 2002)", "von Test, G., & de Azeta, E. (2002)", ["von Test", "de Azeta"]),
    "vander": ("van der Berg, Jan", "(van der Berg, 2003)", "van der Berg, J. (2003)", ["van der Berg"]),
    "natural": ("Ludwig van Hoven", "(van Hoven, 2004)", "van Hoven, L. (2004)", ["van Hoven"]),
    "extended": ("family=Laurens, given=Michel, prefix=de", "(de Laurens, 2005)", "de Laurens, M. (2005)", ["de Laurens"]),
    "capital": ("De Ypsilon, Carla", "(De Ypsilon, 2006)", "De Ypsilon, C. (2006)", ["De Ypsilon"]),
    "joined": ("al-Zahra, Fatima and d'Artagnan, Jean", "(al-Zahra & d’Artagnan, 2007)", "al-Zahra, F., & d’Artagnan, J. (2007)", ["al-Zahra", "d’Artagnan"]),
    "irish": ("O'Connor, Siobh{\\'a}n", "(O’Connor, 2008)", "O’Connor, S. (2008)", ["O’Connor"]),
    "double": ("Escrivá-de-Romaní, Santiago", "(Escrivá-de-Romaní, 2009)", "Escrivá-de-Romaní, S. (2009)", ["Escrivá-de-Romaní"]),
    "two": ("Ruiz Borrego, Manuel", "(Ruiz Borrego, 2010)", "Ruiz Borrego, M. (2010)", ["Ruiz Borrego"]),
    "junior": ("King, Jr., Martin and Smythe, III, Bob", "(King & Smythe, 2011)", "King, M., Jr., & Smythe, B., III. (2011)", ["King", "Smythe"]),
    "hyphen": ("Im, Seock-Ah", "(Im, 2012)", "Im, S.-A. (2012)", ["Im"]),
    "polish": ("Łukasik, Żaneta", "(Łukasik, 2013)", "Łukasik, Ż. (2013)", ["Łukasik"]),
    "latex": ("{\\c{S}}ahin, {\\.I}brahim and {\\O}rsted, {\\AA}se", "(Şahin & Ørsted, 2014)", "Şahin, İ., & Ørsted, Å. (2014)", ["Şahin", "Ørsted"]),
    "chinese": ("王, 小明", "(王, 2015)", "王小明. (2015)", ["王"]),
    "corporate": ("{World Health Organization}", "(World Health Organization, 2016)", "World Health Organization. (2016)", []),
    "group": ("Zeta, Ann and {Alpha and Beta Investigators, for the Trial}", "(Zeta & Alpha and Beta Investigators, for the Trial, 2017)", "Zeta, A., & Alpha and Beta Investigators, for the Trial. (2017)", ["Zeta"]),
    "others": ("First, Fay and Second, Sam and others", "(First et al., 2018)", "First, F., Second, S., et al. (2018)", ["First", "Second"]),
}  # fmt: skip
# key: title as written; as printed, with the marked stretches in HTML
TITLES = {
    "zotero": ("Growth of <i>Escherichia coli</i> in HER2<sup>+</sup> cells & H<sub>2</sub>O", "Growth of Escherichia coli in HER2+ cells & H2O", ["em:Escherichia coli", "sup:+", "sub:2"]),
    "spelt": ("Use of {\\textless}i{\\textgreater}in vivo{\\textless}/i{\\textgreater} tests at p {\\textless} 0.05", "Use of in vivo tests at p < 0.05", ["em:in vivo"]),
    "entities": ("A &amp;lt;i&amp;gt;post hoc&amp;lt;/i&amp;gt; look at {R&amp;D}", "A post hoc look at R&D", ["em:post hoc"]),
    "latexed": ("Role of \\textit{in vitro} CO\\textsubscript{2} and {HER2}", "Role of in vitro CO2 and HER2", ["em:in vitro", "sub:2"]),
    "bold": ("A <b>bold</b> and <span class=\"nocase\">Nature</span> word", "A bold and Nature word", ["strong:bold"]),
}  # fmt: skip
# key: DOI as written; as printed; its address
DOIS = {
    "bare": ("10.5555/a.1", "10.5555/a.1", "10.5555/a.1"),
    "address": ("https://doi.org/10.5555/a_2%2F2#frag", "10.5555/a_2/2", "10.5555/a_2/2"),
    "escaped": ("10.5555/a\\_3", "10.5555/a_3", "10.5555/a_3"),
    "angles": ("10.5555/(SICI)1<1661::AID-4>3.0.CO;2-2", "10.5555/(SICI)1<1661::AID-4>3.0.CO;2-2", "10.5555/(SICI)1%3C1661::AID-4%3E3.0.CO;2-2"),
    "publisher": ("https://www.example.org/doi/full/10.5555/a.5?x=1", "10.5555/a.5", "10.5555/a.5"),
}  # fmt: skip


def bibliography() -> str:
    names = [f"@article{{{key}, author={{{cell[0]}}}, title={{T}}, journal={{J}}, year={{{2001 + index}}}}}" for index, (key, cell) in enumerate(NAMES.items())]  # fmt: skip
    titles = [f"@article{{{key}, author={{Mark, Up}}, title={{{cell[0]}}}, journal={{J}}, year={{{1950 + index}}}}}" for index, (key, cell) in enumerate(TITLES.items())]  # fmt: skip
    dois = [f"@article{{{key}, author={{Doi, Al}}, title={{D}}, journal={{J}}, year={{{1930 + index}}}, doi = {{{cell[0]}}}}}" for index, (key, cell) in enumerate(DOIS.items())]  # fmt: skip
    return "\n".join(["@string{j = {J}}", *names, *titles, *dois, ""])


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the article in all formats."""
    folder = tmp_path_factory.mktemp("forms")
    copy_style(folder)
    (folder / "_quarto.yml").write_text("bibliography: references.bib\ncsl: build/apa.csl\n", encoding="utf-8")
    (folder / "references.bib").write_text(bibliography(), encoding="utf-8")
    lines = {key: f"{key}: [@{key}]." for key in (*NAMES, *TITLES, *DOIS)}
    # the PDF's own fonts have no Chinese
    lines["chinese"] = f'::: {{.content-hidden when-format="typst"}}\n{lines["chinese"]}\n:::'
    cited = "\n\n".join(lines.values())
    (folder / "index.qmd").write_text(f"---\ntitle: T\n---\n\n# One\n\n{cited}\n\n# References\n\n::: {{#refs}}\n:::\n", encoding="utf-8")  # fmt: skip
    render(Project(folder), ["html", "pdf", "docx", "jats", "tex"], EPOCH)
    return folder / "_manuscript"


@pytest.fixture(scope="module")
def texts(outputs: Path) -> dict[str, str]:
    return {
        "html": words.of_html(outputs / "index.html"),
        "docx": words.of_docx(outputs / "index.docx"),
        "pdf": words.of_pdf(outputs / "index.pdf"),
    }


@pytest.mark.parametrize("key", NAMES)
def test_names(texts: dict[str, str], outputs: Path, key: str) -> None:
    _, citation, reference, surnames = NAMES[key]
    for name, text in texts.items():
        if (name, key) == ("pdf", "chinese"):
            continue
        shown = text.replace("'", "’")
        assert f"{key}: {citation}" in shown, name
        assert reference in shown, name
    root = etree.parse(outputs / "index.xml")
    assert [item.text for item in root.iterfind(f".//ref[@id='ref-{key}']//surname")] == surnames


def test_a_corporate_author_is_a_group_in_jats(outputs: Path) -> None:
    root = etree.parse(outputs / "index.xml")
    assert [item.text for item in root.iter("collab")] == [
        "World Health Organization",
        "Alpha and Beta Investigators, for the Trial",
    ]


@pytest.mark.parametrize("key", TITLES)
def test_titles(texts: dict[str, str], outputs: Path, key: str) -> None:
    _, shown, marks = TITLES[key]
    lowered = [mark.partition(":")[2] for mark in marks if mark.startswith("sub:")]
    for name, text in texts.items():
        # a reader of PDFs finds what is set below the line elsewhere
        pieces = re.split("|".join(lowered), shown) if name == "pdf" and lowered else [shown]
        assert all(piece.strip() in text for piece in pieces), name
    page = html.fromstring((outputs / "index.html").read_text(encoding="utf-8"))
    entry = page.get_element_by_id(f"ref-{key}")
    for mark in marks:
        tag, words_of_it = mark.split(":")
        assert words_of_it in [item.text for item in entry.iter(tag)]
    title = etree.parse(outputs / "index.xml").find(f".//ref[@id='ref-{key}']//article-title")
    in_jats = {"em": "italic", "strong": "bold"}
    assert [f"{item.tag}:{item.text}" for item in title] == [
        f"{in_jats.get(tag, tag)}:{text}" for tag, text in (mark.split(":") for mark in marks)
    ]
    assert "".join(title.itertext()) == shown


@pytest.mark.parametrize("key", DOIS)
def test_dois(texts: dict[str, str], outputs: Path, key: str) -> None:
    _, shown, address = DOIS[key]
    for name, text in texts.items():
        # a line of the PDF may break in it
        assert f"https://doi.org/{shown}" in text.replace("- ", "-") or name == "pdf", name
    page = html.fromstring((outputs / "index.html").read_text(encoding="utf-8"))
    assert [link.get("href") for link in page.get_element_by_id(f"ref-{key}").iter("a")] == [
        f"https://doi.org/{address}"
    ]
    root = etree.parse(outputs / "index.xml")
    assert [item.text for item in root.iterfind(f".//ref[@id='ref-{key}']//pub-id")] == [shown]


def test_particles_are_sorted_as_apa_wants(outputs: Path) -> None:
    page = html.fromstring((outputs / "index.html").read_text(encoding="utf-8"))
    order = [
        entry.get("id").removeprefix("ref-") for entry in page.iter("div") if "csl-entry" in (entry.get("class") or "")
    ]
    assert order.index("joined") < order.index("extended") < order.index("capital") < order.index("bare")
    assert order.index("plain") < order.index("vander") < order.index("natural") < order.index("von")


def test_canonical_entries_carry_their_particles_to_every_reader() -> None:
    """What ``cite format`` writes is right under Quarto too, which reads the file itself; and it needs no tidying."""
    text = format_text(parse(bibliography(), "references.bib"))
    entries = parse(text, "references.bib").by_key()
    with_particles = {key for key, entry in entries.items() if entry.get("options") == "useprefix=true"}
    assert with_particles == {"von", "vander", "natural", "extended"}
    assert {key: entries[key].get("doi") for key in DOIS} == {key: cell[1] for key, cell in DOIS.items()}
    assert re.sub(r"(?m)^(@.*,) options = \{useprefix=true\},$", r"\1", tidy(text)) == text
