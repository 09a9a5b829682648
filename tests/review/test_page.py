"""The page used as a reader uses it: by keyboard alone, by finger, by mouse, on paper, with a screen reader."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path

import pytest

from manuscript.paths import Project

import inspectors
import words
from chromium import Browser

NUMBER = '#sec-t-dxd a.ev[href^="#ev-destiny-breast03-"]'
CARD = "document.querySelector('.source-card')"


@pytest.fixture
def page(chromium: Browser, rendered_article: Project) -> Browser:
    chromium.view(1440, 900)
    chromium.open(rendered_article.output / "index.html")
    chromium.run("localStorage.clear()")
    return chromium


@pytest.fixture
def phone(chromium: Browser, rendered_article: Project) -> Browser:
    chromium.view(390, 844, touch=True)
    chromium.open(rendered_article.output / "index.html")
    return chromium


def _focus(page: Browser, selector: str) -> None:
    """Bring the focus to an element with the Tab key, from the one before it."""
    page.run(
        f"""(() => {{ const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
        .filter((item) => item.tabIndex >= 0 && item.checkVisibility());
        const wanted = document.querySelector({selector!r});
        all[all.indexOf(wanted) - 1].focus(); }})()"""
    )
    # the card of the element before has links too
    page.press("Escape")
    page.press("Tab")
    assert page.run(f"document.activeElement === document.querySelector({selector!r})")


def test_first_tab_leads_past_the_contents(page: Browser) -> None:
    page.press("Tab")
    assert page.run("document.activeElement.textContent") == "Skip to the article"
    page.press("Enter")
    assert page.run("location.hash") == "#content"


def test_a_number_by_keyboard_shows_its_source_and_leads_to_its_row_and_back(page: Browser) -> None:
    _focus(page, NUMBER)
    card = page.run(f"{CARD}.innerText")
    for part in ("DESTINY-Breast03", "Result", "randomised open-label", "Source and place", "In the evidence table"):
        assert part in card
    # what describes the number is told with it
    assert page.run(f"document.activeElement.getAttribute('aria-describedby') === {CARD}.id")
    page.press("Tab")
    assert page.run(f"{CARD}.contains(document.activeElement)")
    page.press("Escape")
    assert page.run(f"{CARD} === null")
    assert page.run(f"document.activeElement === document.querySelector({NUMBER!r})")
    target = page.run("document.activeElement.getAttribute('href')")
    page.press("Enter")
    page.wait(f"location.hash === {target!r}")
    seen = page.run(f"document.querySelector({target!r}).closest('tr').getBoundingClientRect().top")
    assert 0 <= seen < 900
    assert page.run("!document.querySelector('.page-back').hidden")
    page.run("document.querySelector('.page-back').focus()")
    page.press("Enter")
    page.wait(f"document.activeElement === document.querySelector({NUMBER!r})")
    assert 0 <= page.run("document.activeElement.getBoundingClientRect().top") < 900
    assert page.run("document.querySelector('.page-back').hidden")


def test_a_card_stays_while_the_pointer_is_on_it(page: Browser) -> None:
    page.hover(NUMBER)
    page.wait(f"{CARD} !== null")
    page.hover(".source-card")
    page.run("new Promise((done) => setTimeout(done, 400))")
    assert page.run(f"{CARD} !== null")
    page.hover("h1")
    page.wait(f"{CARD} === null")


def test_a_citation_shows_its_reference(page: Browser) -> None:
    _focus(page, '#sec-design a[role="doc-biblioref"]')
    card = page.run(f"{CARD}.innerText")
    entry = page.run("document.querySelector(document.activeElement.getAttribute('href')).innerText.trim()")
    assert entry and entry in card


def test_a_further_source_shows_its_entry_and_leads_to_it(page: Browser) -> None:
    _focus(page, '.table-notes a[href^="#src-"]')
    card = page.run(f"{CARD}.innerText")
    target = page.run("document.activeElement.getAttribute('href')")
    entry = page.run(f"document.querySelector({target!r}).innerText.trim()")
    assert entry and entry in card
    page.press("Enter")
    page.wait(f"location.hash === {target!r}")


def test_a_first_tap_shows_the_card_and_a_second_follows(phone: Browser) -> None:
    phone.tap(NUMBER)
    phone.wait(f"{CARD} !== null")
    assert phone.run("location.hash") == ""
    box = phone.run(f"(() => {{ const box = {CARD}.getBoundingClientRect(); return [box.left, box.right]; }})()")
    assert box[0] >= 0 and box[1] <= 390
    phone.tap(NUMBER)
    phone.wait("location.hash.startsWith('#ev-destiny-breast03-')")


def test_search_filter_and_sort_of_the_evidence(page: Browser) -> None:
    shown = "[...document.querySelectorAll('#evidence tbody tr')].filter((row) => row.checkVisibility())"
    everything = page.run(f"{shown}.length")
    _focus(page, "#evidence-query")
    page.type("destiny-breast03 os")
    found = page.run(f"{shown}.map((row) => row.textContent)")
    assert 0 < len(found) < everything
    assert all("destiny-breast03" in row.lower() and "os" in row for row in found)
    assert page.run("document.querySelector('.evidence-count').value") == f"{len(found)} of {everything} rows"
    page.run("document.querySelector('#evidence-query').value = ''")
    # a trial's own row and those that name it
    page.run("document.querySelector('#evidence-group').value = 'ev-destiny-breast03'")
    page.run("document.querySelector('.evidence-tools').dispatchEvent(new Event('input'))")
    named = page.run(f"{shown}.map((row) => row.querySelector('b').textContent)")
    assert len(named) > 5 and set(named) == {"DESTINY-Breast03"}
    page.run("document.querySelector('#evidence-group').value = ''")
    # a number that leads to a hidden row brings the row back
    page.run("document.querySelector('#evidence-query').value = 'no such words'")
    page.run("document.querySelector('.evidence-tools').dispatchEvent(new Event('input'))")
    assert page.run(f"{shown}.length") == 0
    _focus(page, NUMBER)
    page.press("Enter")
    page.wait(f"{shown}.length === {everything}")
    page.run("document.querySelector('#evidence-table').selectedIndex = 2")
    page.run("document.querySelector('#evidence-used').checked = true")
    page.run("document.querySelector('.evidence-tools').dispatchEvent(new Event('input'))")
    used = page.run(f"{shown}.map((row) => row.lastElementChild.textContent.trim())")
    assert used and "–" not in used
    heads = "[...document.querySelectorAll('#evidence table')].find((table) => table.checkVisibility())"
    page.run(f"{heads}.tHead.querySelector('button').focus()")
    page.press("Enter")
    first = page.run(f"{shown}.map((row) => row.cells[0].textContent)")
    page.press("Enter")
    assert page.run(f"{shown}.map((row) => row.cells[0].textContent)") == first[::-1]
    assert page.run(f"{heads}.tHead.querySelector('th').getAttribute('aria-sort')") == "descending"


def test_figures_enlarge_and_give_their_data(page: Browser, rendered_article: Project) -> None:
    _focus(page, "#fig-forest-pfs .figure-tools button")
    page.press("Enter")
    assert page.run("document.querySelector('.figure-dialog').open")
    sizes = page.run(
        "['.figure-dialog img', '#fig-forest-pfs img'].map((one) => document.querySelector(one).clientWidth)"
    )
    assert sizes[0] > sizes[1]
    page.press("Escape")
    page.wait("!document.querySelector('.figure-dialog').open")
    assert page.run("document.activeElement === document.querySelector('#fig-forest-pfs .figure-tools button')")
    link = "document.querySelector('#fig-forest-pfs .figure-tools a')"
    assert page.run(f"{link}.download") == "forest-pfs.csv"
    data = page.run(f"fetch({link}.href).then((answer) => answer.text())")
    assert data == (rendered_article.figures / "forest-pfs.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(data)))) > 5


def test_contents_mark_where_one_is(page: Browser) -> None:
    page.run("document.querySelector('#sec-design').scrollIntoView()")
    page.wait("document.querySelector('.contents [aria-current]')?.getAttribute('href') === '#sec-design'")
    page.run("document.querySelector('#sec-evidence').scrollIntoView()")
    page.wait("document.querySelector('.contents [aria-current]')?.getAttribute('href') === '#sec-evidence'")
    assert page.run("document.querySelectorAll('.contents [aria-current]').length") == 1


def test_the_card_of_a_number_in_a_table_stands_over_the_table(phone: Browser) -> None:
    """Not cut off by the frame, nor below the column that stays while the frame scrolls."""
    link = "#tbl-metastatic tbody tr:not(.group) a.ev"
    phone.tap(link)
    phone.wait(f"{CARD} !== null")
    corners = f"""(() => {{ const card = {CARD}, box = card.getBoundingClientRect();
        return [[box.left + 9, box.top + 9], [box.right - 9, box.top + 9], [box.left + 9, box.bottom - 9]].every(
          ([x, y]) => card.contains(document.elementFromPoint(x, y))); }})()"""
    assert phone.run(corners)
    assert phone.run(f"{CARD}.matches(':popover-open')")


def test_contents_are_closed_on_a_phone(phone: Browser) -> None:
    assert phone.run("document.querySelector('.contents details').open") is False
    phone.tap(".contents summary")
    phone.wait("document.querySelector('.contents details').open")
    phone.tap('.contents a[href="#sec-biology"]')
    phone.wait("!document.querySelector('.contents details').open && location.hash === '#sec-biology'")


def test_on_a_phone_figures_and_tables_scroll_in_their_frames_and_say_so(phone: Browser) -> None:
    """At the size of print, the edge faded where more follows, within reach of the keyboard; the page itself stays."""
    frames = "[...document.querySelectorAll('.figure-frame, .table-frame')]"
    assert phone.run(f"{frames}.length") > 20
    assert phone.run(f"{frames}.every((frame) => frame.scrollWidth > frame.clientWidth)")
    # a figure of 180 mm has type of 7 pt and more, as on paper
    assert phone.run(
        "[...document.querySelectorAll('.figure-frame img')].every((image) => image.getBoundingClientRect().width >= 680)"
    )
    phone.wait(f"{frames}.every((frame) => frame.tabIndex === 0 && frame.getAttribute('aria-label'))")
    said = "(item, where) => getComputedStyle(item, where).content"
    assert phone.run(
        f"[...document.querySelectorAll('.table-frame caption')].every((item) => ({said})(item, '::after').includes('Scroll sideways'))"
    )
    assert phone.run(
        f"[...document.querySelectorAll('.figure-frame + figcaption')].every((item) => ({said})(item, '::before').includes('Scroll sideways'))"
    )
    # no interval is broken over two lines, nor a word with a hyphen of which a short piece would stand alone
    whole = "[...document.querySelectorAll('td .whole:not(.ev)')]"
    assert phone.run(f"{whole}.length") > 60 and phone.run(
        f"{whole}.every((item) => new Set([...item.getClientRects()].map((box) => Math.round(box.bottom))).size === 1)"
    )
    # what fades, and where the first column is, at the left, in the middle and at the right end
    state = """((share) => { const frame = document.querySelector('#tbl-metastatic').closest('.table-frame');
        frame.scrollIntoView({ block: 'end', behavior: 'instant' });
        frame.scrollLeft = share * (frame.scrollWidth - frame.clientWidth);
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done([
          getComputedStyle(frame).maskImage !== 'none',
          frame.querySelector('tbody tr:not(.group) td').getBoundingClientRect().left - frame.getBoundingClientRect().left,
          document.scrollingElement.scrollLeft])))); })"""
    for share, fades in ((0, True), (0.5, True), (1, False)):
        edge, column, page = phone.run(f"{state}({share})")
        assert edge == fades and abs(column) < 1 and page == 0


def test_on_a_wide_screen_figures_are_seen_whole_and_no_key_stops_at_them(page: Browser) -> None:
    frames = "[...document.querySelectorAll('.figure-frame')]"
    page.wait(f"{frames}.every((frame) => frame.scrollWidth <= frame.clientWidth && frame.tabIndex < 0)")
    assert page.run(f"{frames}.every((frame) => getComputedStyle(frame).maskImage === 'none')")
    captions = "[...document.querySelectorAll('.table-frame caption')]"
    assert page.run(f"{captions}.every((item) => getComputedStyle(item, '::after').content === 'none')")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_sticks_out_at_the_side(width: int, chromium: Browser, rendered_article: Project) -> None:
    chromium.view(width, 900)
    chromium.open(rendered_article.output / "index.html")
    assert chromium.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if width > 1000:
        # key points stand beside the abstract, both on the first screen
        box = "(selector) => { const {left, right, top} = document.querySelector(selector).getBoundingClientRect(); return [left, right, top]; }"
        points, abstract = chromium.run(f"['.abstract + .callout', '.abstract'].map({box})")
        assert points[1] < abstract[0] and abs(points[2] - abstract[2]) < 2 and points[2] < 450


def test_colours_follow_the_system_and_then_the_reader(page: Browser) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.run(colour)
    switch = "document.querySelectorAll('.page-tools button')[1]"
    page.run(f"{switch}.click()")
    assert page.run(colour) == light
    page.run(f"{switch}.click()")
    dark = page.run(colour)
    assert dark != light and page.run("localStorage.getItem('manuscript-theme')") == "dark"
    page.run(f"{switch}.click()")
    page.send("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert page.run(colour) == dark


def test_cite_this_opens_and_closes_by_keyboard(page: Browser) -> None:
    _focus(page, ".page-tools button")
    page.press("Enter")
    assert "Pruska A" in page.run("document.querySelector('.cite-dialog[open]').innerText")
    page.press("Escape")
    page.wait("document.querySelector('.cite-dialog[open]') === null")


def test_without_javascript_everything_is_there(chromium: Browser, rendered_article: Project, tmp_path: Path) -> None:
    chromium.view(1440, 900, javascript=False)
    chromium.open(rendered_article.output / "index.html")
    # the page's own scripts are off; this asks from outside
    names = [item["name"]["value"] for item in chromium.accessibility() if item.get("name", {}).get("value")]
    chromium.view(1440, 900)
    for words_of_the_page in ("Contents", "Cite this", "BibTeX", "PDF", "Supplementary tables"):
        assert words_of_the_page in names
    assert "Enlarge" not in names


def test_a_screen_reader_is_told_title_headings_figures_and_tables(page: Browser) -> None:
    told: dict[str, list[str]] = {}
    for node in page.accessibility():
        role = node["role"]["value"]
        told.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    assert told["RootWebArea"] == ["Advances and future directions in HER2-positive breast cancer: a narrative review"]
    assert {"Abstract", "References"} <= set(told["heading"]) and len(told["heading"]) > 10
    figures = page.run("document.querySelectorAll('main figure img').length")
    described = [name for name in told["image"] if len(name) > 40]
    assert len(described) == figures > 2
    assert (
        len([name for name in told["table"] if name.startswith(("Table", "Supplementary Table", "What could"))])
        == len(told["table"])
        > 5
    )
    assert {"What", "Result"} <= set(told["columnheader"])
    assert "main" in told and "navigation" in told
    assert all(told["link"])


def test_both_engines_give_paragraphs_the_same_anchors(
    chromium: Browser, rendered_article: Project, tmp_path: Path
) -> None:
    text = (rendered_article.output / "index.html").read_text(encoding="utf-8")
    made = re.findall(r'<span id="(p-[^"]+)" class="page-mark"></span>', text)
    # Quarto marks none: there the page's own script does
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r'<span id="p-[^"]+" class="page-mark"></span>', "", text), encoding="utf-8")
    chromium.view(1440, 900)
    chromium.open(bare)
    assert chromium.run("[...document.querySelectorAll('.page-mark')].map((mark) => mark.id)") == made


def test_print_leaves_the_tools_out(page: Browser, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    page.print(paper)
    text = words.of_pdf(paper)
    squeezed = words.squeezed(text)
    assert words.squeezed("HER2 biology and signalling") in squeezed
    # the rows of evidence are a document of their own
    assert words.squeezed("Supplementary tables") not in squeezed
    for tool in ("Enlarge", "Data (CSV)", "Search the evidence", "Colours:", "Skip to the article"):
        assert tool not in text
    assert subprocess.run(
        [inspectors.program("pdfinfo"), str(paper)], capture_output=True, text=True, check=True
    ).stdout.count("Pages:")
