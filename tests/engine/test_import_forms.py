"""The forms of Word, LibreOffice and Google Docs: each edit is in the patch as Markdown, or in the report with its words."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from manuscript.cite.typed import Library
from manuscript.engine.embedded import render
from manuscript.paths import Project
from manuscript.roundtrip.blocks import Sources, read_sources
from manuscript.roundtrip.bring_home import Imported, apply, library_of, read_reviews
from manuscript.roundtrip.symbols import character
from manuscript.roundtrip.word import WordFile

from conftest import EPOCH
from git_project import git, make_repository
from word_edits import Hand, W, elements, runs

C1, C2, INDEX = "chapters/01-introduction.qmd", "chapters/02-results.qmd", "index.qmd"
_EXTRA = """
*In vitro*, the **strong** [signal](https://example.org/a) holds, and H~2~O does too.

- one item of a list
- another item of it

"""
END = "an invented article."


class Sent(NamedTuple):
    project: Project
    sources: Sources
    docx: Path
    library: Library


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    project = make_repository(tmp_path_factory.mktemp("forms") / "article")
    chapter = project.root / C2
    text = chapter.read_text(encoding="utf-8").replace("# Funding", _EXTRA.lstrip("\n") + "# Funding")
    chapter.write_text(text, encoding="utf-8")
    git(project, "commit", "-qam", "Sent out")
    render(project, ["docx"], EPOCH)
    return Sent(project, read_sources(project), project.output / "index.docx", library_of(project))


def _imported(sent: Sent, document: Path) -> Imported:
    return read_reviews(sent.sources, sent.docx, WordFile(document), sent.library)


def _result(sent: Sent, imported: Imported) -> dict[str, str]:
    edits = [edit for review in imported.reviews for edit in review.edits]
    files = {edit.file for edit in edits}
    made = {file: apply(sent.sources.texts[file], [edit for edit in edits if edit.file == file]) for file in files}
    return {file: text for file, text in made.items() if text != sent.sources.texts[file]}


def _wanted(sent: Sent, *changes: tuple[str, str], file: str = C2) -> dict[str, str]:
    text = sent.sources.texts[file]
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return {file: text}


def _adds_up(imported: Imported) -> None:
    for review in imported.reviews:
        assert len(review.changes) == len(review.placed) + len(review.listed) > 0
        assert all(item.reason and item.mend for item in review.listed)


# PLACED: what was done, and (before, after) in the chapter of results
Act = Callable[[Hand], object]
_DOI = {"citationItems": [{"itemData": {"DOI": "10.5555/second.2"}}]}
_ZOTERO = f" ADDIN ZOTERO_ITEM CSL_CITATION {escape(json.dumps(_DOI))} "
_MENDELEY = f"ADDIN CSL_CITATION {escape(json.dumps(_DOI))}"
_ENDNOTE = "<EndNote><Cite><record><electronic-resource-num>10.5555/second.2</electronic-resource-num></record></Cite></EndNote>"
_TAG = "MENDELEY_CITATION_v3_" + base64.b64encode(json.dumps(_DOI).encode()).decode()
_CITED = ("invented article.", "invented article [@brown2021second].")


def _typed(text: str, after: str) -> tuple[Act, list[tuple[str, str]]]:
    """Words typed behind those of the last sentence, and the Markdown for them."""
    return lambda hand: hand.put("invented article", runs(escape(text))), [
        ("invented article.", f"invented article{after}.")
    ]


def _paragraph(text: str, after: str, properties: str = "") -> tuple[Act, list[tuple[str, str]]]:
    """A new paragraph at the end, and the Markdown for it."""
    xml = f"<w:p><w:pPr>{properties}</w:pPr>{runs(escape(text))}</w:p>"
    return lambda hand: hand.blocks(END, xml), [(f"{END}\n", f"{END}\n\n{after}\n")]


def _cells(*rows: tuple[str, ...]) -> str:
    lines = ("".join(f"<w:tc><w:p>{runs(cell)}</w:p></w:tc>" for cell in row) for row in rows)
    return "".join(f"<w:tr>{line}</w:tr>" for line in lines)


def _row(hand: Hand) -> None:
    row = hand.paragraph("by surface")
    while row.tag != f"{W}tr":
        row = row.getparent()
    row.addnext(elements(_cells(("antibody", "by | time")))[0])


def _row_gone(hand: Hand, tracked: bool = False) -> None:
    row = hand.paragraph("by surface")
    while row.tag != f"{W}tr":
        row = row.getparent()
    if not tracked:
        row.getparent().remove(row)
        return
    properties = row.find(f"{W}trPr")
    properties.append(hand._mark("del", "Ada"))


def _list(kind: str, depth: int = 0) -> str:
    """The properties of an item; the numbering part of the fixture has a bullet list only where it was made."""
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{900 if kind == "bullet" else 901}"/></w:numPr>'


def _numbering(hand: Hand) -> None:
    levels = {"800": "bullet", "801": "decimal"}
    one = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">'
        + "".join(f'<w:lvl w:ilvl="{d}"><w:numFmt w:val="{f}"/></w:lvl>' for d in range(3))
        + "</w:abstractNum>"
        for n, f in levels.items()
    )
    two = "".join(f'<w:num w:numId="{n + 100}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (800, 801))
    root = etree.fromstring(hand.parts["word/numbering.xml"])
    root.extend(elements(one))
    root.extend(elements(two))
    hand.parts["word/numbering.xml"] = etree.tostring(root)


def _items(hand: Hand, *items: tuple[str, str, int], behind: str = END) -> None:
    _numbering(hand)
    hand.blocks(
        behind, "".join(f"<w:p><w:pPr>{_list(kind, depth)}</w:pPr>{runs(text)}</w:p>" for text, kind, depth in items)
    )


def _linked(hand: Hand, address: str, text: str = " (see there)") -> None:
    hand.relate("rIdNew", "hyperlink", escape(address), ' TargetMode="External"')
    hand.put("invented article", f'<w:hyperlink r:id="rIdNew">{runs(text)}</w:hyperlink>')


def _link_on(hand: Hand, words: str, address: str) -> None:
    hand.relate("rIdNew", "hyperlink", escape(address), ' TargetMode="External"')
    around = elements('<w:hyperlink r:id="rIdNew"/>')[0]
    found = hand.runs(words)
    found[0].addprevious(around)
    around.extend(found)


def _unlink(hand: Hand) -> None:
    link = next(item for item in hand.body.iter(f"{W}hyperlink") if "".join(item.itertext()) == "signal")
    for run in list(link):
        link.addprevious(run)
    link.getparent().remove(link)


def _tracked_table(hand: Hand) -> None:
    hand.blocks(END, f"<w:tbl>{_cells(('Study', 'PFS'), ('Smith 2024', '10.2'))}</w:tbl>")
    for row in hand.paragraph("Smith 2024").iterancestors(f"{W}tbl"):
        for item in row.iter(f"{W}tr"):
            properties = etree.Element(f"{W}trPr")
            properties.append(hand._mark("ins", "Ada"))
            item.insert(0, properties)


_SHAPE = "<wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx>"
PLACED: dict[str, tuple[Act, list[tuple[str, str]]]] = {
    # signs
    "w:sym, Symbol": (lambda h: h.put("invented article", '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + runs(" 18")),
                      [("invented article.", "invented article≥ 18.")]),
    "Symbol in a run": (lambda h: h.put("invented article", runs(" \uf0a3 3", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>')),
                        [("invented article.", "invented article ≤ 3.")]),
    "no-break hyphen": (lambda h: h.put("invented article", "<w:r><w:noBreakHyphen/><w:t>x</w:t></w:r>"), [("invented article.", "invented article\u2011x.")]),
    "soft hyphen": (lambda h: h.put("invented article", "<w:r><w:t>in</w:t><w:softHyphen/><w:t>to</w:t></w:r>"), [("invented article.", "invented articleinto.")]),
    "tab": (lambda h: h.put("invented article", "<w:r><w:tab/><w:t>x</w:t></w:r>"), [("invented article.", "invented article x.")]),
    "no-break space": _typed("\u00a0now", " now"),
    # type
    "strike": (lambda h: h.properties(END, "<w:strike/>"), [(END, f"~~{END}~~")]),
    "double strike": (lambda h: h.properties("Nobody", "<w:dstrike/>"), [("Nobody", "~~Nobody~~")]),
    "strike, tracked": (lambda h: h.properties("Nobody", "<w:strike/>", "Ada"), [("Nobody", "~~Nobody~~")]),
    "bold, tracked": (lambda h: h.properties("Nobody", "<w:b/>", "Ada"), [("Nobody", "**Nobody**")]),
    "bold by a style": (lambda h: h.properties("Nobody", '<w:rStyle w:val="Strong"/>') if b'"Strong"' in h.parts["word/styles.xml"] else h.properties("Nobody", "<w:b/>"),
                        [("Nobody", "**Nobody**")]),
    "bold and italic": (lambda h: h.properties("Nobody paid", "<w:b/><w:i/>"), [("Nobody paid", "***Nobody paid***")]),
    "superscript": (lambda h: h.properties("paid", '<w:vertAlign w:val="superscript"/>'), [("Nobody paid", "Nobody ^paid^")]),
    "subscript": (lambda h: h.properties("paid", '<w:vertAlign w:val="subscript"/>'), [("Nobody paid", "Nobody ~paid~")]),
    "no longer subscript": (lambda h: _baseline(h), [("H~2~O", "H2O")]),
    "underlined": (lambda h: h.properties("Nobody", '<w:u w:val="single"/>'), [("Nobody", "[Nobody]{.underline}")]),
    "small capitals": (lambda h: h.properties("Nobody", "<w:smallCaps/>"), [("Nobody", "[Nobody]{.smallcaps}")]),
    "bold, put in": (lambda h: h.put("invented article", runs(" and ") + runs("more", "<w:b/>")), [("invented article.", "invented article and **more**.")]),
    "superscript, put in": (lambda h: h.put("invented article", runs("+", '<w:vertAlign w:val="superscript"/>')), [("invented article.", "invented article^+^.")]),
    "italic, put in": (lambda h: h.put("Nobody", runs(" ever", "<w:i/>")), [("Nobody paid", "Nobody *ever* paid")]),
    # links
    "link": (lambda h: _link_on(h, "Nobody", "https://example.org/x?y=1&z=2"), [("Nobody", "[Nobody](https://example.org/x?y=1&z=2)")]),
    "link, put in": (lambda h: _linked(h, "https://example.org/x"), [("invented article.", "invented article [(see there)](https://example.org/x).")]),
    "link with signs": (lambda h: _linked(h, "https://example.org/a_(b) c"), [("invented article.", "invented article [(see there)](https://example.org/a_%28b%29%20c).")]),
    "link by a field": (lambda h: h.put("invented article", h.field(' HYPERLINK "https://example.org/f" ', " here")), [("invented article.", "invented article [here](https://example.org/f).")]),
    "another address": (lambda h: _readdress(h), [("https://example.org/a)", "https://example.org/b)")]),
    "link taken away": (_unlink, [("[signal](https://example.org/a)", "signal")]),
    # signs of Markdown
    "stars": _typed(" *a* **b**", r" \*a\* \*\*b\*\*"),
    "shortcode": _typed(" {{< var x >}}", r" \{\{\< var x \>\}\}"),
    "HTML": _typed(" <b>x</b>", r" \<b\>x\</b\>"),
    "dashes": _typed(" a -- b", r" a \-\- b"),
    "dots": _typed(" a ...", r" a \.\.\."),
    "entity": _typed(" &amp;", r" \&amp;"),
    "money": _typed(" $5 and $6", r" \$5 and \$6"),
    "at": _typed(" @brown2021second", r" \@brown2021second"),
    "brackets": _typed(" [x](y)", r" \[x\](y)"),
    "back stroke": _typed(r" a\b", r" a\\b"),
    "a heading's mark": _paragraph("# No heading", "\\# No heading"),
    "a list's mark": _paragraph("- no item", "\\- no item"),
    "a number's mark": _paragraph("1. no item", "1\\. no item"),
    "a letter's mark": _paragraph("a) no item", "a\\) no item"),
    "a block's mark": _paragraph("::: no block", "\\::: no block"),
    "a rule": _paragraph("+ no item", "\\+ no item"),
    "a quotation's mark": _paragraph("> no quotation", r"\> no quotation"),
    # blocks
    **{f"heading of level {n}": _paragraph("New section", "#" * n + " New section", f'<w:pStyle w:val="Heading{n}"/>') for n in (1, 2, 3)},
    "heading by its outline": _paragraph("New section", "## New section", '<w:outlineLvl w:val="1"/>'),
    "level changed": (lambda h: h.paragraph_properties("2.1", '<w:pStyle w:val="Heading3"/>', "Ada"), [("## Efficacy", "### Efficacy")]),
    "level changed, untracked": (lambda h: h.paragraph_properties("2.1", '<w:pStyle w:val="Heading3"/>'), [("## Efficacy", "### Efficacy")]),
    "paragraph made a heading": (lambda h: h.paragraph_properties("The Register of", '<w:pStyle w:val="Heading2"/>'), [("The Register of", "## The Register of")]),
    "bullets": (lambda h: _items(h, ("first", "bullet", 0), ("second", "bullet", 0)), [(f"{END}\n", f"{END}\n\n- first\n- second\n")]),
    "numbers": (lambda h: _items(h, ("first", "number", 0), ("second", "number", 0)), [(f"{END}\n", f"{END}\n\n1. first\n1. second\n")]),
    "nested": (lambda h: _items(h, ("first", "bullet", 0), ("below", "bullet", 1)), [(f"{END}\n", f"{END}\n\n- first\n    - below\n")]),
    "one more item": (lambda h: _items(h, ("a third", "bullet", 0), behind="another item"), [("another item of it\n", "another item of it\n- a third\n")]),
    "table": (lambda h: h.blocks(END, f"<w:tbl>{_cells(('Study', 'PFS'), ('Smith', '10|2'))}</w:tbl>"), [(f"{END}\n", f"{END}\n\n| Study | PFS |\n|:--|:--|\n| Smith | 10\\|2 |\n")]),
    "table, tracked": (_tracked_table, [(f"{END}\n", f"{END}\n\n| Study | PFS |\n|:--|:--|\n| Smith 2024 | 10.2 |\n")]),
    "row": (_row, [("| by surface |\n", "| by surface |\n| antibody | by \\| time |\n")]),
    "row gone": (_row_gone, [("| chemotherapy | by surface |\n", "")]),
    "row gone, tracked": (lambda h: _row_gone(h, True), [("| chemotherapy | by surface |\n", "")]),
    "line break": (lambda h: h.put("invented article", "<w:r><w:br/><w:t>Below</w:t></w:r>"), [("invented article.", "invented article\\\nBelow.")]),
    "paragraph within a list": (lambda h: h.blocks("one item of a list", f"<w:p>{runs('Between them.')}</w:p>"), [("one item of a list\n", "one item of a list\n\nBetween them.\n\n")]),
    "before bold words": (lambda h: (h.replace("In vitro", "It holds in vitro", "Ada")), [("*In vitro*", "*It holds in vitro*")]),
    "plain before italic ones": (lambda h: h.runs("In vitro")[0].addprevious(elements(runs("Now: "))[0]), [("*In vitro*", "Now: *In vitro*")]),
    # notes
    "footnote": (lambda h: h.note("Nobody", "footnote", "Said *once*."), [("Nobody", r"Nobody^[Said \*once\*.]")]),
    "endnote": (lambda h: h.note("Nobody", "endnote", "Said once."), [("Nobody", "Nobody^[Said once.]")]),
    "footnote, untracked": (lambda h: h.note("Nobody", "footnote", "Said once.", ""), [("Nobody", "Nobody^[Said once.]")]),
    # controls, fields
    "content control": (lambda h: h.put("invented article", f"<w:sdt><w:sdtPr/><w:sdtContent>{runs(' kept')}</w:sdtContent></w:sdt>", ""), [("invented article.", "invented article kept.")]),
    "control around it": (lambda h: h.blocks(END, f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{runs('Within.')}</w:p></w:sdtContent></w:sdt>"), [(f"{END}\n", f"{END}\n\nWithin.\n")]),
    "smart tag": (lambda h: h.put("invented article", f'<w:smartTag w:element="x">{runs(" kept")}</w:smartTag>'), [("invented article.", "invented article kept.")]),
    "simple field": (lambda h: h.put("invented article", f'<w:fldSimple w:instr=" DATE ">{runs(" of May")}</w:fldSimple>'), [("invented article.", "invented article of May.")]),
    "Zotero": (lambda h: h.put("invented article", runs(" ") + h.field(_ZOTERO, "(B. and C., 2021)")), [_CITED]),
    "Mendeley Desktop": (lambda h: h.put("invented article", runs(" ") + h.field(_MENDELEY, "[7]")), [_CITED]),
    "EndNote": (lambda h: h.put("invented article", runs(" ") + h.field(f"ADDIN EN.CITE {escape(_ENDNOTE)}", "(7)")), [_CITED]),
    "EndNote, a blank in its field": (lambda h: h.put("invented article", h.field(f"ADDIN EN.CITE {escape(_ENDNOTE)}", " (7)")), [_CITED]),
    "EndNote, packed": (lambda h: h.put("invented article", runs(" ") + h.field("ADDIN EN.CITE ", "(7)", base64.b64encode(_ENDNOTE.encode()).decode())), [_CITED]),
    "Mendeley Cite": (lambda h: h.put("invented article", runs(" ") + f'<w:sdt><w:sdtPr><w:tag w:val="{_TAG}"/></w:sdtPr><w:sdtContent>{runs("(7)")}</w:sdtContent></w:sdt>'), [_CITED]),
    # typed citations
    "typed": _typed(" (Brown and Clark, 2021)", " [@brown2021second]"),
    "typed, two": _typed(" (Brown & Clark, 2021; Clark, 2022)", " [@brown2021second; @clark2022third]"),
    "typed in a sentence": _typed(", as Brown and Clark (2021) say", ", as @brown2021second say"),
    # moves and marks
}  # fmt: skip


def _baseline(hand: Hand) -> None:
    [run] = [item for item in hand.paragraph("does too").iter(f"{W}r") if item.find(f"{W}rPr/{W}vertAlign") is not None]
    run.remove(run.find(f"{W}rPr"))


def _readdress(hand: Hand) -> None:
    relations = hand.parts["word/_rels/document.xml.rels"]
    assert b'"https://example.org/a"' in relations
    hand.parts["word/_rels/document.xml.rels"] = relations.replace(
        b'"https://example.org/a"', b'"https://example.org/b"'
    )


@pytest.mark.parametrize("case", PLACED)
def test_what_markdown_can_say_is_in_the_patch(sent: Sent, tmp_path: Path, case: str) -> None:
    act, changes = PLACED[case]
    hand = Hand(sent.docx, tmp_path / "back.docx")
    act(hand)
    imported = _imported(sent, hand.save())
    assert _result(sent, imported) == _wanted(sent, *changes)
    assert [item for review in imported.reviews for item in review.listed] == []
    _adds_up(imported)


def test_a_citation_of_zotero_of_which_only_the_words_are_tracked(sent: Sent, tmp_path: Path) -> None:
    hand = Hand(sent.docx, tmp_path / "back.docx")
    hand.put("invented article", hand.field(_ZOTERO, " (B. and C., 2021)"), "")
    words = hand.runs(" (B. and C., 2021)")[0]
    mark = hand._mark("ins", "Ada")
    words.addprevious(mark)
    mark.append(words)
    imported = _imported(sent, hand.save())
    assert [review.name for review in imported.reviews] == ["Ada"]
    assert _result(sent, imported) == _wanted(sent, ("invented article.", "invented article [@brown2021second]."))


# LISTED: what was done, the words that the report must hold, a part of the reason
def _picture(text: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="9" name="p" descr="{text}"/><a:graphic><a:graphicData uri="p"><a:pic/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def _figure_gone(hand: Hand) -> None:
    paragraph = next(item for item in hand.body.iter(f"{W}p") if item.find(f".//{W}drawing") is not None)
    paragraph.getparent().remove(paragraph)


def _table_gone(hand: Hand) -> None:
    table = hand.paragraph("by surface")
    while table.tag != f"{W}tbl":
        table = table.getparent()
    table.getparent().remove(table)


def _margin(hand: Hand, name: str) -> None:
    part = f"word/{name}9.xml"
    hand.parts[part] = etree.tostring(elements(f"<w:{name[:3]}><w:p>{runs('CONFIDENTIAL')}</w:p></w:{name[:3]}>")[0])
    hand.relate("rIdMargin", name, f"{name}9.xml")


def _within(hand: Hand) -> None:
    hand.put("invented article", runs(" of some kind"), "Bob")
    mark = hand._mark("del", "Ada")
    run = hand.paragraph("of some kind").findall(f".//{W}ins")[-1]
    for item in list(run):
        mark.append(item)
        for text in item.iter(f"{W}t"):
            text.tag = f"{W}delText"
    run.append(mark)


_MATH = "<m:oMath><m:r><m:t>HR=0.68</m:t></m:r></m:oMath>"
_VML = (
    "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
LISTED: dict[str, tuple[Act, str, str]] = {
    "text box, old": (lambda h: h.put("Nobody", _VML.format(runs("In a box"))), "In a box", "text box"),
    "text box, new": (lambda h: h.put("Nobody", f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wps:wsp>{_SHAPE.format(runs("In a box"))}</wps:wsp></wp:inline></w:drawing></mc:Choice><mc:Fallback>{_VML.format(runs("In a box"))[5:-6]}</mc:Fallback></mc:AlternateContent></w:r>'), "In a box", "text box"),
    "text box, untracked": (lambda h: h.put("Nobody", _VML.format(runs("In a box")), ""), "In a box", "text box"),
    "formula": (lambda h: h.put("Nobody", _MATH), "HR=0.68", "formula"),
    "formula of its own": (lambda h: h.blocks(END, f"<w:p><m:oMathPara>{_MATH}</m:oMathPara></w:p>"), "HR=0.68", "formula"),
    "formula changed": (lambda h: setattr(next(h.body.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}t")), "text", "q"), "q=ab", "formula"),
    "picture": (lambda h: h.put("Nobody", _picture("My drawing")), "My drawing", "picture"),
    "picture of its own": (lambda h: h.blocks(END, f"<w:p>{_picture('My drawing')}</w:p>"), "My drawing", "picture"),
    "figure gone": (_figure_gone, "picture", "figure"),
    "chart": (lambda h: h.put("Nobody", '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart xmlns:c="c"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'), "chart", "chart"),
    "object of another program": (lambda h: h.put("Nobody", "<w:r><w:object/></w:r>"), "object", "object"),
    "page break": (lambda h: h.put("Nobody", '<w:r><w:br w:type="page"/></w:r>'), "page break", "page break"),
    "sign of an unknown font": (lambda h: h.put("Nobody", '<w:r><w:sym w:font="Webdings" w:char="F021"/></w:r>'), "Webdings F021", "sign"),
    "table gone": (_table_gone, "by surface", "whole table"),
    "heading gone": (lambda h: h.drop_paragraph("2.1"), "Efficacy", "whole heading"),
    "merged cells": (lambda h: h.blocks(END, f"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p>{runs('Wide')}</w:p></w:tc></w:tr>{_cells(('a', 'b'))}</w:tbl>"), "Wide", "merged"),
    "cell of two paragraphs": (lambda h: h.blocks(END, f"<w:tbl><w:tr><w:tc><w:p>{runs('One')}</w:p><w:p>{runs('Two')}</w:p></w:tc></w:tr>{_cells(('a',))}</w:tbl>"), "Two", "more than text"),
    "header": (lambda h: _margin(h, "header"), "CONFIDENTIAL", "header"),
    "footer": (lambda h: _margin(h, "footer"), "CONFIDENTIAL", "footer"),
    "highlight": (lambda h: h.properties("Nobody", '<w:highlight w:val="yellow"/>'), "highlighted yellow", "type"),
    "colour": (lambda h: h.properties("Nobody", '<w:color w:val="FF0000"/>'), "coloured #ff0000", "type"),
    "font, tracked": (lambda h: h.properties("Nobody", '<w:rFonts w:ascii="Arial"/><w:sz w:val="40"/>', "Ada"), "font, size", "type"),
    "alignment, tracked": (lambda h: h.paragraph_properties("Nobody", '<w:jc w:val="center"/>', "Ada"), "alignment", "look"),
    "type in a generated table": (lambda h: h.properties("blocks signalling", "<w:strike/>"), "struck through", "type"),
    "superscript of two words": (lambda h: h.properties("Nobody paid", '<w:vertAlign w:val="superscript"/>'), "superscript", "type"),
    "paragraph made an item": (lambda h: (_numbering(h), h.paragraph_properties("The Register", _list("bullet"))), "bullet list", "list"),
    "link that runs": (lambda h: _link_on(h, "Nobody", "javascript:alert(1)"), "javascript:alert(1)", "type"),
    "a sign of YAML in the title": (lambda h: h.after("Two invented trials", ': "new"', "Ada"), ': "new"', "title"),
    "Zotero, unknown": (lambda h: h.put("invented article", h.field(_ZOTERO.replace("second.2", "none.9"), " (X, 2020)")), "10.5555/none.9", "references.bib"),
    "typed, unknown": (lambda h: h.put("invented article", runs(" (Smith et al., 2024)")), "Smith et al., 2024", "typed"),
    "typed, one of two unknown": (lambda h: h.put("invented article", runs(" (Clark, 2022; Smith et al., 2024)")), "Smith et al., 2024", "typed"),
    "within another's words": (_within, "of some kind", "Bob"),
    "embedded document": (lambda h: h.blocks(END, '<w:altChunk r:id="x"/>'), "embedded document", "embedded"),
    "new paragraph beside a generated table": (lambda h: h.blocks("HER2; blocks", f"<w:p>{runs('Beside it.')}</w:p>"), "Beside it.", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTED)
def test_what_markdown_cannot_say_is_listed_with_its_words(sent: Sent, tmp_path: Path, case: str) -> None:
    act, words, reason = LISTED[case]
    hand = Hand(sent.docx, tmp_path / "back.docx")
    act(hand)
    imported = _imported(sent, hand.save())
    everything = [item for review in imported.reviews for item in review.changes]
    found = [item for item in everything if words in item.old + item.new]
    assert found and any(reason in item.reason for item in found), everything
    _adds_up(imported)


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Symbol", 0xF0B3, "≥"), ("Symbol", 0xF0A3, "≤"), ("Symbol", 0xF0B1, "±"), ("Symbol", 0xF061, "α"), ("Symbol", 0xF062, "β"),
        ("Symbol", 0xF06D, "μ"), ("Symbol", 0xF044, "Δ"), ("Symbol", 0xF0AE, "→"), ("Symbol", 0xF0B4, "×"), ("Symbol", 0xF0B9, "≠"),
        ("Symbol", 0xF0BB, "≈"), ("Symbol", 0xF0A5, "∞"), ("Symbol", 0xF0D6, "√"), ("Symbol", 0xF0E5, "∑"), ("Symbol", 0xB3, "≥"),
        ("Symbol", 0xF063, "χ"), ("Symbol", 0xF06B, "κ"), ("Symbol", 0xF0B0, "°"), ("Symbol", 0xF0B7, "•"), ("Symbol", 0xF02D, "−"),
        ("Wingdings", 0xF0FC, "✓"), ("Wingdings", 0xF0E0, "→"), ("Arial", 0x2265, "≥"), ("Symbol", 0xF0F0, ""), ("Wingdings", 0xF021, ""),
        ("Arial", 0xF021, ""), ("Symbol", 0, ""),
    ],
)  # fmt: skip
def test_a_sign_of_a_symbol_font_is_the_character_that_it_shows(font: str, code: int, shown: str) -> None:
    assert character(font, code) == shown


def _everywhere(hand: Hand, change: Callable[[etree._Element], object], tag: str) -> None:
    for item in list(hand.body.iter(f"{W}{tag}")):
        change(item)


def _google(hand: Hand) -> None:
    """As Google Docs: no property, keys of styles its own, direct type on every run, headings bold by hand."""
    del hand.parts["docProps/custom.xml"]
    styles = hand.parts["word/styles.xml"].decode()
    hand.parts["word/styles.xml"] = re.sub(r'w:styleId="(\w+)"', r'w:styleId="g\1"', styles).encode()
    for item in hand.body.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle"):
        item.set(f"{W}val", "g" + item.get(f"{W}val"))
    for paragraph in hand.body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        heading = style is not None and style.get(f"{W}val").startswith("gHeading")
        for run in paragraph.iter(f"{W}r"):
            look = run.find(f"{W}rPr")
            if look is None:
                look = etree.Element(f"{W}rPr")
                run.insert(0, look)
            look.extend(
                elements(
                    '<w:rtl w:val="0"/><w:color w:val="1c1d21"/><w:sz w:val="22"/>' + ("<w:b/>" if heading else "")
                )
            )


def _word(hand: Hand) -> None:
    """As Word: numbers of sessions on everything, marks of the speller, words cut into runs."""
    for number, run in enumerate(list(hand.body.iter(f"{W}r"))):
        run.set(f"{W}rsidR", f"00{number:06X}")
        run.addprevious(elements('<w:proofErr w:type="spellStart"/>')[0])
        text = run.findall(f"{W}t")
        if len(text) == 1 and len(run) <= 2 and " " in (text[0].text or ""):
            first, _, rest = text[0].text.partition(" ")
            text[0].text = first
            text[0].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            more = elements(runs(" " + escape(rest)))[0]
            if run.find(f"{W}rPr") is not None:
                more.replace(more.find(f"{W}rPr"), etree.fromstring(etree.tostring(run.find(f"{W}rPr"))))
            run.addnext(more)


@pytest.mark.parametrize("program", [_google, _word], ids=["Google Docs", "Word"])
def test_what_a_program_does_when_it_saves_is_no_edit(sent: Sent, tmp_path: Path, program: Act) -> None:
    hand = Hand(sent.docx, tmp_path / "back.docx")
    program(hand)
    imported = _imported(sent, hand.save())
    assert [change for review in imported.reviews for change in review.changes] == []
    hand.replace("Nobody", "No company", "Ada")
    assert _result(sent, _imported(sent, hand.save())) == _wanted(sent, ("Nobody", "No company"))
