"""The web page: valid, accessible, self-contained, and made for readers that are machines too."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from lxml import html

from manuscript.engine.embedded import render
from manuscript.errors import SetupError
from manuscript.page import cite_this
from manuscript.page.about import read_about
from manuscript.paths import Project

import inspectors
import links
from chromium import Browser
from conftest import EPOCH

_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# what axe-core cannot decide, and who did; everything else that it leaves open fails
_DECIDED = {
    "color-contrast": "cells beyond the frame of a scrolled table, seen by axe at the desktop's width; arrows of footnotes",
}
VIEWS = [(width, dark) for width in (1440, 390) for dark in (False, True)]


def _page(project: Project) -> html.HtmlElement:
    return html.fromstring((project.output / "index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["article", "dialect"])
def test_nu_html_checker_says_nothing(name: str, rendered_article: Project, rendered_dialect: Path) -> None:
    folder = rendered_article.output if name == "article" else rendered_dialect
    assert inspectors.nu_html(folder / "index.html") == []


@pytest.mark.parametrize(("width", "dark"), VIEWS)
@pytest.mark.parametrize("name", ["article", "dialect"])
def test_axe_finds_nothing(
    name: str, width: int, dark: bool, chromium: Browser, rendered_article: Project, rendered_dialect: Path
) -> None:
    folder = rendered_article.output if name == "article" else rendered_dialect
    chromium.view(width, 900, dark=dark, touch=width < 600)
    chromium.open(folder / "index.html")
    chromium.run(inspectors.axe())
    found = chromium.run(
        f"""axe.run({{ runOnly: {_LEVELS} }}).then((all) => ({{
        violations: all.violations.map((rule) => [rule.id, ...rule.nodes.map((node) => node.html)]),
        open: all.incomplete.map((rule) => rule.id) }}))"""
    )
    assert found["violations"] == []
    assert set(found["open"]) <= set(_DECIDED)
    # at the desktop's width axe decides every contrast of the article itself
    if name == "article" and width > 600:
        assert found["open"] == []


def test_page_asks_nobody_for_anything(chromium: Browser, rendered_article: Project) -> None:
    chromium.view(1440, 900)
    chromium.open(rendered_article.output / "index.html")
    assert [address for address in chromium.requests if not address.startswith(("file:", "data:", "blob:"))] == []
    assert chromium.complaints == []


def test_metadata_for_machines(rendered_article: Project) -> None:
    page = _page(rendered_article)

    def meta(name: str) -> list[str]:
        return [item.get("content") for item in page.iter("meta") if item.get("name") == name]

    title = "Advances and future directions in HER2-positive breast cancer: a narrative review"
    assert meta("citation_title") == meta("DC.title") == [title]
    assert len(meta("citation_author")) == len(meta("DC.creator")) == 10
    assert meta("citation_publication_date") == [meta("DC.date")[0].replace("-", "/")]
    assert meta("DC.rights") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert "{{<" not in meta("description")[0] and "](#" not in meta("description")[0]
    linked = [json.loads(item.text) for item in page.iter("script") if item.get("type") == "application/ld+json"]
    assert [item["headline"] for item in linked] == [title]
    assert linked[0]["author"][0] == {
        "@type": "Person", "name": "Agnieszka Pruska", "givenName": "Agnieszka", "familyName": "Pruska",
    }  # fmt: skip


def test_metadata_without_the_prepared_head(rendered_dialect: Path) -> None:
    page = html.fromstring((rendered_dialect / "index.html").read_text(encoding="utf-8"))
    names = [item.get("name") for item in page.iter("meta")]
    assert names.count("citation_title") == 1 and names.count("citation_author") == 2
    assert page.xpath("string(//meta[@name='description']/@content)").startswith("The trial randomised 524 patients.")


def test_date_is_written_as_the_project_says(rendered_article: Project, rendered_dialect: Path) -> None:
    shown = _page(rendered_article).xpath("//time")[0]
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", shown.text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", shown.get("datetime"))
    # no date-format: as the front matter has it, which is what Quarto prints
    assert html.fromstring((rendered_dialect / "index.html").read_text("utf-8")).xpath("string(//time)") == "2025-12-24"


def test_every_paragraph_and_section_has_a_permanent_anchor(rendered_article: Project) -> None:
    page = _page(rendered_article)
    paragraphs = page.xpath("//main//section[contains(@class, 'level')]/p")
    marks = [paragraph.xpath("./span[@class='page-mark']/@id") for paragraph in paragraphs]
    assert len(marks) > 20 and all(len(mark) == 1 for mark in marks)
    identifiers = page.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert all(re.fullmatch(r"p-[a-z-]+(-\d+)?", mark[0]) for mark in marks)
    assert not page.xpath("//main//section[contains(@class, 'level') and not(@id)]")


def test_everything_is_there_without_javascript(rendered_article: Project) -> None:
    page = _page(rendered_article)
    cite = page.xpath("//section[@id='cite-this']")[0]
    assert "Pruska A, Kleszczewska K" in cite.text_content()
    assert [link.get("download").rsplit(".")[1] for link in cite.iter("a")][:2] == ["bib", "ris"]
    downloads = page.xpath("//p[@class='others']/a/@href")
    assert downloads == [
        "index.pdf", "index.docx", "index.xml", "index-meca.zip", "supplement.pdf", "supplement.xlsx", "supplement.zip",
    ]  # fmt: skip
    assert page.xpath("//nav[@aria-label='Contents']//a[@href='#sec-evidence']")


def test_every_number_has_what_its_card_shows(rendered_article: Project) -> None:
    """The card is made of the row's own cells, of the row that it names, and of the entries of its sources."""
    page = _page(rendered_article)
    rows = {row.get("id"): row for row in page.xpath("//section[@id='evidence']//tbody/tr[@id]")}
    places = set(page.xpath("//@id"))
    bound = {link.get("href")[1:] for link in page.xpath("//main//a[contains(@class, 'ev')]")}
    assert len(rows) > 100 and len(bound & rows.keys()) > 100
    # a short one stays on its line, in the abstract too
    summary = page.xpath("//section[@class='abstract']//a[contains(@class, 'ev')]")
    assert summary and all("whole" in link.get("class").split() for link in summary)
    for target, row in rows.items():
        what, result, source, _ = row
        assert what.text_content().strip() and result.text_content().strip(), target
        assert all(rows[link[1:]].xpath("td[1]/b") for link in what.xpath("b/a/@href")), target
        entries = source.xpath("a/@data-entry")
        assert (entries or target not in bound) and places.issuperset(entries), target


def test_numbers_lead_to_rows_and_rows_to_the_text_in_every_format(rendered_article: Project) -> None:
    assert links.unbound(rendered_article.output) == []
    numbers = [link for link in links.links(rendered_article.output / "index.pdf") if "#ev-" in link]
    assert len(numbers) > 200


def test_the_published_article_is_to_be_cited_and_this_edition_can_be() -> None:
    about = read_about(Project(inspectors.ROOT), lambda _: "")
    published, edition = cite_this.records(about)
    assert published.doi == "10.31435/ijitss.4(48).2025.4262" and published.key == "pruska2025advances"
    assert published.text().endswith("24 December 2025. https://doi.org/10.31435/ijitss.4(48).2025.4262")
    assert published.bibtex().startswith("@article{pruska2025advances,\n  title = {Advances and future")
    assert edition.bibtex().startswith("@misc{") and "(reproducible edition)" in edition.text()
    lines = published.ris().splitlines()
    assert lines[:2] == ["TY  - JOUR", "AU  - Pruska, Agnieszka"] and lines[-1].startswith("ER  -")
    assert "The published article" in cite_this.section(about)


def test_a_missing_include_says_what_to_do(dialect: Project) -> None:
    text = dialect.config.read_text(encoding="utf-8")
    dialect.config.write_text(
        text.replace("    toc: true\n", "    toc: true\n    include-after-body: build/page.html\n", 1), encoding="utf-8"
    )
    with pytest.raises(SetupError, match=r"build/page\.html") as error:
        render(dialect, ["html"], EPOCH)
    assert "manuscript prepare" in error.value.mend


def test_files_that_an_included_head_names_are_in_the_page(dialect: Project) -> None:
    config = dialect.config.read_text(encoding="utf-8")
    dialect.config.write_text(
        config.replace("    toc: true\n", "    toc: true\n    include-in-header: head.html\n", 1), encoding="utf-8"
    )
    (dialect.root / "head.html").write_text('<link rel="stylesheet" href="own.css">', encoding="utf-8")
    (dialect.root / "own.css").write_text("p { background: url(figures/fig-a.png) }", encoding="utf-8")
    render(dialect, ["html"], EPOCH)
    page = (dialect.output / "index.html").read_text(encoding="utf-8")
    picture = base64.b64encode((dialect.root / "figures" / "fig-a.png").read_bytes()).decode("ascii")
    assert f"url(data:image/png;base64,{picture}" in page.replace('"', "")
    assert "own.css" not in page


def test_pictures_are_in_the_page(rendered_article: Project) -> None:
    images = _page(rendered_article).xpath("//img")
    drawn = sorted(rendered_article.root.glob("figures/*.svg"))
    held = [base64.b64decode(image.get("src").removeprefix("data:image/svg+xml;base64,")) for image in images]
    assert sorted(held) == sorted(path.read_bytes() for path in drawn)
