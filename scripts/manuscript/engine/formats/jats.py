"""JATS 1.3 (Journal Publishing): pandoc writes the body and the references, this module the front and the labels."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any

from lxml import etree

from manuscript.atomic import write_bytes
from manuscript.engine import pandoc
from manuscript.engine.ast import Node, NodeVisitor, attr, div, drop, get, iterate, para, raw_inline, span, walk
from manuscript.engine.document import Document
from manuscript.engine.formats.common import bare_doi, describe_image, resource_label
from manuscript.engine.formats.countries import country_code
from manuscript.engine.formats.meca import MEDIA_TYPES
from manuscript.engine.pictures import DRAWN
from manuscript.page.about import licence_url

DOCTYPE = (
    '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.3 20210610//EN" '
    '"JATS-journalpublishing1-3.dtd">'
)
_XLINK = "http://www.w3.org/1999/xlink"
_ALI = "http://www.niso.org/schemas/ali/1.0/"
_XML = "http://www.w3.org/XML/1998/namespace"
_CREDIT = "https://credit.niso.org/"
# sections that JATS keeps apart from the body, by the words of their titles
_DATA = re.compile(
    r"data (?:and (?:code|materials?) )?availability(?: statement)?|availability of data(?: and materials?)?", re.I
)
_INTERESTS = re.compile(
    r"(?:declarations? of )?(?:competing|conflicting) interests?|conflicts? of interests?(?: statements?)?", re.I
)
_FUNDING = re.compile(r"funding(?: statement)?|financial support", re.I)
_THANKS = re.compile(r"acknowledge?ments?", re.I)
# markup in the titles of CSL JSON, and what it is in JATS (a span only keeps capitals)
_CSL_MARK = re.compile(r"<(/?)(i|b|sup|sub|sc|span)(?:\s[^<>]*)?>")
_JATS_MARK = {"i": "italic", "b": "bold", "sup": "sup", "sub": "sub", "sc": "sc"}
# what an element is to a reference that leads to it
_XREF_KIND = {
    "fig": "fig", "fig-group": "fig", "table-wrap": "table", "table-wrap-group": "table", "sec": "sec", "list": "list",
    "disp-formula": "disp-formula", "boxed-text": "boxed-text", "ref": "bibr", "fn": "fn", "aff": "aff", "app": "app",
}  # fmt: skip
# the letters of a name in XML, the first and the following
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_FOLLOWS = r"0-9.\u00b7\u0300-\u036f\u203f\u2040-"
# elements that hold paragraphs alone, and what may stand beside these
_PARAGRAPHED = {
    "ack": ("label", "title", "sec"), "abstract": ("label", "title", "sec"), "caption": ("title",), "fn": ("label",),
    "table-wrap-foot": ("label", "title", "fn", "fn-group", "attrib", "permissions"),
    "list-item": ("label", "title", "def-list", "list"), "def": ("def-list", "list"),
}  # fmt: skip
# sections that the engine makes of the front matter, in any language
_STATEMENTS = {"statement-funding": "Funding", "statement-acknowledgements": "Acknowledgements"}
# what a group of figures may hold, and what a figure may not
_IN_GROUP = {"fig", "graphic", "media", "alternatives"}
_NO_PART = {"fig", "fig-group", "table-wrap-group"}
# metadata that this module or the text itself states
_STATED = ("funding", "acknowledgements", "references", "short-title")


def write(document: Document, target: Path) -> None:
    """Write the article to ``target`` and its graphics to ``figures/`` beside it."""
    tree, marks = shape(document)
    text = pandoc.write(
        {**document.tree, **tree},
        "jats_publishing+element_citations",
        ["--standalone"],
        folder=document.project.root,
        epoch=document.epoch,
    )
    finish(text, target, document, marks)


def shape(document: Document, *, resolved: bool = True) -> tuple[dict[str, Any], dict[str, Any]]:
    """Blocks and metadata for pandoc's writer, citations ``resolved`` or not, and the marks that ``finish`` wants."""
    marks = _Marks()
    listed, marks.references = _references_last(document.blocks)
    blocks = walk(walk(listed, marks.visit), _unboxed)
    meta = {name: walk(value, marks.visit) for name, value in document.tree["meta"].items() if name not in _STATED}
    if document.library:
        meta["references"] = {"t": "MetaList", "c": list(document.library.values())}
    return {"blocks": blocks, "meta": meta}, vars(marks)


def _unboxed(node: Node) -> list[Node] | None:
    """The blocks of a division that has no name: pandoc makes a box of every one."""
    return node["c"][1] if node["t"] == "Div" and not node["c"][0][0] and get(node["c"][0], "lang") is None else None


def _references_last(blocks: list[Node]) -> tuple[list[Node], str]:
    """The blocks with the list of references at the end, where JATS has it, and the id of the heading that is its own."""
    place = next((i for i, node in enumerate(blocks) if node["t"] == "Div" and node["c"][0][0] == "refs"), None)
    if place is None:
        return blocks, ""
    start, heading = place, ""
    before, after = blocks[max(place - 1, 0)], blocks[place + 1 : place + 2]
    if before["t"] == "Header" and all(node["t"] == "Header" and node["c"][0] <= before["c"][0] for node in after):
        start, heading = place - 1, before["c"][1][0]
        if any(node["t"] == "Note" for node in iterate(before)):
            # the title of the list itself may have none
            return [*blocks[:start], *blocks[place + 1 :], before, para([]), blocks[place]], ""
    return [*blocks[:start], *blocks[place + 1 :], *blocks[start : place + 1]], heading


def finish(text: str, target: Path, document: Document, marks: dict[str, Any]) -> None:
    """Write pandoc's JATS to ``target`` with the front, the labels and the statements of a review, graphics beside it."""
    article = etree.fromstring(_without_doctype(text).encode("utf-8"), etree.XMLParser(remove_blank_text=False))
    known = _Marks(**marks)
    _attributes(article, document)
    _front(article, document)
    _titles(article)
    _notes_of_title(article)
    _last_in_section(article)
    _sections(article, document)
    _tables(article, document)
    _figures(article, document, known)
    _formulas(article, document)
    _callouts(article, known)
    for title in article.iter("title"):
        # Quarto makes a paragraph of the title of a callout
        etree.strip_tags(title, "p")
    _statements(article)
    _paragraphs_apart(article)
    _paragraphed(article)
    _named(article)
    _cross_references(article)
    _references(article, document, known.references)
    body = etree.tostring(article, encoding="unicode")
    write_bytes(target, f'<?xml version="1.0" encoding="UTF-8"?>\n{DOCTYPE}\n{body}\n'.encode())
    _copy_graphics(article, document, target.parent)


@dataclass
class _Marks(NodeVisitor):
    """What pandoc's writer would lose, remembered under ids that it keeps."""

    references: str = ""
    # the kind of each callout; its first paragraph is its title
    callouts: dict[str, str] = field(default_factory=dict)
    sub: dict[str, str] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def _div(self, node: Node) -> Node | list[Node] | None:
        attributes, blocks = node["c"]
        drop(attributes, "number")
        if "callout" in attributes[1]:
            identifier = attributes[0] or f"callout-{len(self.callouts) + 1}"
            self.callouts[identifier] = get(attributes, "type") or "note"
            title, body = blocks
            # what is empty keeps a picture alone from being more than a paragraph
            heading = para([*title["c"][1][0]["c"], raw_inline("jats", "")])
            return div(attr(identifier), [heading, *_without_headings(body)["c"][1]])
        if "pagebreak" in attributes[1]:
            return []
        if "layout" in attributes[1]:
            cells = [block for cell in blocks for block in cell["c"][1]]
            return div(attr(attributes[0]), cells) if attributes[0] else cells
        return None

    def _figure(self, node: Node) -> Node:
        attributes = node["c"][0]
        if not attributes[0]:
            attributes[0] = f"figure-{len(self.numbers) + 1}"
        for name, kept in (("number", self.numbers), ("sub", self.sub), ("kind", self.kind)):
            kept[attributes[0]] = get(attributes, name) or ""
        attributes[1:] = [[], []]
        return _without_headings(node)

    def _blockquote(self, node: Node) -> Node:
        return _without_headings(node)

    _bulletlist = _orderedlist = _definitionlist = _note = _blockquote

    def _image(self, node: Node) -> None:
        attributes = node["c"][0]
        if get(attributes, "alt") is None and get(attributes, "text") is None:
            # the words in brackets are the caption of the figure around it
            node["c"][1] = []
        describe_image(node)
        attributes[1:] = [[], []]

    def _code(self, node: Node) -> None:
        node["c"][0] = attr()

    def _codeblock(self, node: Node) -> None:
        drop(node["c"][0], "filename")

    def _table(self, node: Node) -> Node:
        drop(node["c"][0], "number")
        return _without_headings(node)

    def _header(self, node: Node) -> None:
        drop(node["c"][1], "number")

    def _span(self, node: Node) -> None:
        drop(node["c"][0], "number")

    def _link(self, node: Node) -> list[Node] | None:
        drop(node["c"][0], "sub")
        # a picture or a formula cannot be a link here
        return node["c"][1] if any(item["t"] in ("Image", "Math") for item in iterate(node["c"][1])) else None


def _without_headings(node: Node) -> Node:
    """A block in which no section may stand, headings as strong words."""

    def visit(item: Node) -> Node | None:
        if item["t"] != "Header":
            return None
        _, attributes, inlines = item["c"]
        return para([{"t": "Strong", "c": [span(attr(attributes[0]), inlines)] if attributes[0] else inlines}])

    return {"t": node["t"], "c": walk(node["c"], visit)}


def _without_doctype(text: str) -> str:
    text = text[text.index("<article") :]
    # pandoc writes descriptions of pictures as they are
    return re.sub(
        r"(?s)(<alt-text>)(.*?)(?=</alt-text>)", lambda match: match[1] + escape(unescape(match[2]), quote=False), text
    )


def _element(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    element = etree.SubElement(parent, name, {key.replace("_", "-"): value for key, value in attributes.items()})
    if text:
        element.text = text
    return element


def _attributes(article: Any, document: Document) -> None:
    article.set("dtd-version", "1.3")
    article.set("article-type", "review-article")
    article.set(f"{{{_XML}}}lang", document.settings.lang)


def _front(article: Any, document: Document) -> None:
    front = article.find("front")
    # this edition appears in no journal, but the DTD wants an id and an ISSN: they stay empty
    for stated in front.findall("journal-meta"):
        front.remove(stated)
    front.insert(0, etree.XML("<journal-meta>\n<journal-id/>\n<issn/>\n</journal-meta>"))
    front[0].tail = "\n"
    old = front.find("article-meta")
    meta = etree.Element("article-meta")
    categories = _element(_element(meta, "article-categories"), "subj-group", subj_group_type="heading")
    _element(categories, "subject", "Review")
    title = old.find("title-group")
    meta.append(etree.XML("<title-group><article-title/></title-group>") if title is None else title)
    if document.metadata.get("doi"):
        identifier = etree.Element("article-id", {"pub-id-type": "doi"})
        identifier.text = bare_doi(str(document.metadata["doi"]))
        meta.insert(0, identifier)
    _contributors(meta, document)
    _date(meta, document)
    for name in document.settings.resources:
        kind, _, subtype = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream").partition("/")
        element = _element(meta, "supplementary-material", mimetype=kind, mime_subtype=subtype)
        element.set(f"{{{_XLINK}}}href", name)
        _element(element, "label", resource_label(name))
    for name in ("permissions", "abstract"):
        found = old.find(name)
        if found is not None and (len(found) or found.text):
            meta.append(found)
    _abstract(meta, str(document.metadata.get("abstract-title") or ""))
    _permissions(meta, document)
    if document.keywords:
        group = _element(meta, "kwd-group", kwd_group_type="author")
        for keyword in document.keywords:
            _element(group, "kwd", keyword)
    front.replace(old, meta)
    _indent(front)


def _contributors(meta: Any, document: Document) -> None:
    authors, affiliations = document.authors, document.affiliations
    if not authors:
        return
    group = _element(meta, "contrib-group")
    for number, author in enumerate(authors, start=1):
        contributor = _element(group, "contrib", contrib_type="author")
        if author.corresponding:
            contributor.set("corresp", "yes")
        if author.equal:
            contributor.set("equal-contrib", "yes")
        if author.orcid:
            _element(contributor, "contrib-id", f"https://orcid.org/{author.orcid}", contrib_id_type="orcid")
        name = _element(contributor, "name", name_style="western")
        _element(name, "surname", author.family)
        if author.given:
            _element(name, "given-names", author.given)
        if author.particle:
            name.find("surname").text = f"{author.particle} {author.family}"
        if author.degrees:
            _element(contributor, "degrees", ", ".join(author.degrees))
        if author.deceased:
            contributor.set("deceased", "yes")
        for role in author.roles:
            if role.slug:
                _element(
                    contributor,
                    "role",
                    role.name,
                    vocab="credit",
                    vocab_identifier=_CREDIT,
                    vocab_term=role.name,
                    vocab_term_identifier=f"{_CREDIT}contributor-roles/{role.slug}/",
                )
            else:
                _element(contributor, "role", role.name)
        for index in author.affiliations:
            _element(contributor, "xref", str(index + 1), ref_type="aff", rid=f"aff-{index + 1}")
        if author.corresponding and author.email:
            _element(contributor, "xref", "*", ref_type="corresp", rid=f"cor-{number}")
        if author.equal:
            _element(contributor, "xref", "†", ref_type="fn", rid="equal")
        if author.note:
            _element(contributor, "xref", ref_type="fn", rid=f"note-{number}")
        if author.url:
            address = _element(contributor, "ext-link", author.url, ext_link_type="uri")
            address.set(f"{{{_XLINK}}}href", author.url)
    for index, item in enumerate(affiliations, start=1):
        place = _element(meta, "aff", id=f"aff-{index}")
        _element(place, "label", str(index))
        if item.department:
            _element(place, "institution", item.department, content_type="dept")
        _element(place, "institution", item.name)
        if item.address:
            _element(place, "addr-line", item.address)
        if item.city:
            _element(place, "city", item.city)
        if item.region:
            _element(place, "state", item.region)
        if item.postal_code:
            _element(place, "postal-code", item.postal_code)
        code = country_code(item.country)
        if code:
            _element(place, "country", item.country, country=code)
        elif item.country:
            # without a code it is no <country> for JATS4R
            _element(place, "addr-line", item.country)
    notes = etree.Element("author-notes")
    terms = document.settings.terms
    for number, author in enumerate(authors, start=1):
        if author.corresponding and author.email:
            line = _element(notes, "corresp", id=f"cor-{number}")
            line.text = f"{terms['title-block-correspondence']}: "
            _element(line, "email", author.email)
            if author.phone:
                _element(line, "phone", author.phone)
    if any(author.equal for author in authors):
        _element(_element(notes, "fn", fn_type="equal", id="equal"), "p", f"† {terms['title-block-equal']}.")
    for number, author in enumerate(authors, start=1):
        if author.note:
            _element(_element(notes, "fn", fn_type="other", id=f"note-{number}"), "p", author.note)
    if len(notes):
        meta.append(notes)


def _date(meta: Any, document: Document) -> None:
    """The day of the front matter, where it is a whole one."""
    stated = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", document.date)
    if stated is None:
        return
    published = _element(meta, "pub-date", date_type="pub", publication_format="electronic")
    published.set("iso-8601-date", document.date)
    published.text = "\n"
    for name, value in zip(("day", "month", "year"), reversed(stated.groups()), strict=True):
        _element(published, name, value).tail = "\n"


def _abstract(meta: Any, title: str) -> None:
    """The abstract, its bare text in a paragraph, with its title."""
    abstract = meta.find("abstract")
    if abstract is None:
        return
    if abstract.find("p") is None and abstract.find("sec") is None and (abstract.text or "").strip():
        paragraph = etree.Element("p")
        paragraph.text = (abstract.text or "").strip("\n")
        paragraph.extend(list(abstract))
        if len(paragraph):
            paragraph[-1].tail = (paragraph[-1].tail or "").rstrip("\n")
        else:
            paragraph.text = paragraph.text.rstrip("\n")
        abstract.text = "\n"
        paragraph.tail = "\n"
        abstract.append(paragraph)
    if title:
        element = etree.Element("title")
        element.text, element.tail = title, "\n"
        abstract.insert(0, element)


def _permissions(meta: Any, document: Document) -> None:
    """Licence and copyright, as far as the front matter states them.

    ``license: CC BY 4.0``, or a mapping with ``text`` and ``url``; ``copyright:`` with ``holder``, ``year``, ``statement``.
    """
    licence = document.metadata.get("license")
    rights = document.metadata.get("copyright")
    existing = meta.find("permissions")
    if existing is not None:
        meta.remove(existing)
    if not licence and not rights:
        return
    permissions = etree.Element("permissions")
    if isinstance(rights, str):
        _element(permissions, "copyright-statement", rights)
    elif rights:
        for name in ("statement", "year", "holder"):
            if rights.get(name):
                _element(permissions, f"copyright-{name}", str(rights[name]))
    if licence:
        text = licence.get("text", "") if isinstance(licence, dict) else str(licence)
        url = licence.get("url", "") if isinstance(licence, dict) else licence_url(str(licence))
        element = _element(permissions, "license")
        if url:
            element.set("license-type", "open-access")
            etree.SubElement(element, f"{{{_ALI}}}license_ref", nsmap={"ali": _ALI}).text = url
        _element(element, "license-p", text or url)
    before = meta.find("abstract")
    if before is not None:
        before.addprevious(permissions)
    else:
        meta.append(permissions)


def _labelled(element: Any, text: str) -> None:
    """Put a label first in an element."""
    label = etree.Element("label")
    label.text = text
    label.tail = element.text or "\n"
    element.insert(0, label)


def _notes_of_title(article: Any) -> None:
    """pandoc writes the title twice and counts its notes on, but lists them once: each mark leads to its note again."""
    notes = {note.get("id"): note for note in article.iter("fn")}
    marks = [mark for mark in article.iter("xref") if mark.get("ref-type") == "fn"]
    led = {mark.get("rid") for mark in marks}
    free = iter([name for name in notes if name not in led and re.fullmatch(r"fn\d+", name or "")])
    for mark in marks:
        name = next(free, None) if mark.get("rid") not in notes else None
        if name:
            mark.set("rid", name)
            mark.text = name.removeprefix("fn")


def _titles(article: Any) -> None:
    """Titles without the paragraph that pandoc may have made of them; a heading within a paragraph as strong words."""
    for title in list(article.iter("title")):
        if title.getparent().tag == "p":
            title.tag = "bold"
        paragraph = title.find("p")
        if paragraph is not None and len(title) == 1:
            title.text = paragraph.text
            title[:] = list(paragraph)


def _last_in_section(article: Any) -> None:
    """What follows a section belongs to it, as in the text: in JATS no block stands behind one."""
    for section in list(article.find("body").iter("sec")):
        while (following := section.getnext()) is not None and following.tag != "sec":
            section.append(following)


def _sections(article: Any, document: Document) -> None:
    if not document.settings.number_sections:
        return
    for section in article.iter("sec"):
        label = document.labels.get(section.get("id", ""))
        if label is not None and label.number:
            # as Quarto prints it: a full stop behind a first-level number
            _labelled(section, label.number if "." in label.number else f"{label.number}.")


def _figures(article: Any, document: Document, marks: _Marks) -> None:
    """Figures and what is like them: with their labels, as groups of their parts, and as tables where they hold tables."""
    kinds = document.settings.kinds
    for figure in [*article.iter("fig", "fig-group")][::-1]:
        identifier = figure.get("id", "")
        number, sub = marks.numbers.get(identifier, ""), marks.sub.get(identifier, "")
        kind = kinds[marks.kind[identifier]] if marks.kind.get(identifier) else None
        _unwrap(figure)
        parts = [item for item in figure if item.tag in ("fig", "table-wrap") and marks.sub.get(item.get("id", ""))]
        if parts:
            figure.tag = "table-wrap-group" if all(item.tag == "table-wrap" for item in parts) else "fig-group"
            caption = _caption(figure)
            caption.extend([item for item in figure if item not in parts and item is not caption])
        elif kind and kind.above and figure.find("table-wrap") is not None:
            _as_table(figure)
        elif not any(item.tag in ("fig", "fig-group", "table-wrap") for item in figure):
            figure.tag = "fig"
        held = [item.tag for item in figure if item.tag not in ("label", "caption", "alt-text")]
        if set(held) - _IN_GROUP if figure.tag == "fig-group" else _NO_PART.intersection(held):
            # neither a figure nor a group of figures has room for all of it
            figure.tag = "fig-group" if set(held) == {"fig"} else "boxed-text"
        if sub:
            _labelled(figure, f"({sub})")
        elif number and kind:
            _labelled(figure, kind.label(number))
        if identifier.startswith("figure-") and not number:
            del figure.attrib["id"]


def _unwrap(element: Any) -> None:
    """Take apart the paragraphs that pandoc wraps around what may stand in them only."""
    for wrapper in element.xpath("p[@specific-use='wrapper']"):
        for item in wrapper:
            wrapper.addprevious(item)
        element.remove(wrapper)


def _paragraphs_apart(article: Any) -> None:
    """Paragraphs that pandoc wraps into another stand for themselves."""
    for outer in {item.getparent() for item in article.iter("p") if item.getparent().tag == "p"}:
        if not (outer.text or "").strip():
            for item in outer:
                outer.addprevious(item)
            outer.getparent().remove(outer)


def _caption(element: Any) -> Any:
    caption = element.find("caption")
    if caption is None:
        caption = etree.Element("caption")
        element.insert(0, caption)
    return caption


def _as_table(figure: Any) -> None:
    """A figure around a table and its notes as a table with notes."""
    figure.tag = "table-wrap"
    foot = etree.Element("table-wrap-foot")
    for item in list(figure):
        if item.tag == "table-wrap":
            inner = item.find("caption")
            if inner is not None:
                _caption(figure).extend(list(inner))
                item.remove(inner)
            for part in item:
                item.addprevious(part)
            figure.remove(item)
        elif item.tag not in ("caption", "label", "graphic", "table"):
            foot.append(item)
    if len(foot):
        figure.append(foot)


def _tables(article: Any, document: Document) -> None:
    for wrap in article.iter("table-wrap"):
        table = wrap.find("table")
        identifier = table.attrib.pop("id", "") if table is not None else ""
        if not identifier:
            continue
        wrap.set("id", identifier)
        label = document.labels.get(identifier)
        if label is not None and label.number and not label.sub:
            _labelled(wrap, document.settings.kinds[label.kind].label(label.number))


def _formulas(article: Any, document: Document) -> None:
    for holder in list(article.iter("named-content")):
        formula = holder.find("disp-formula")
        if formula is None:
            continue
        identifier = holder.get("id", "")
        label = document.labels.get(identifier)
        if identifier:
            formula.set("id", identifier)
        if label is not None:
            _labelled(formula, f"({label.number})")
        formula.tail = holder.tail
        holder.getparent().replace(holder, formula)


def _callouts(article: Any, marks: _Marks) -> None:
    """The kind of each callout, and its title as such."""
    for box in article.iter("boxed-text"):
        kind, title = marks.callouts.get(box.get("id", "")), box.find("p")
        if kind and title is not None:
            box.set("content-type", kind)
            title.tag = "title"
            caption = etree.Element("caption")
            title.addprevious(caption)
            caption.tail, title.tail = title.tail, None
            caption.append(title)


def _statements(article: Any) -> None:
    """Put the statements that the text makes of data, interests, funding and thanks where JATS4R looks for them."""
    meta, back = article.find("front/article-meta"), article.find("back")
    for section in list(article.find("body").iter("sec")):
        title = "".join(section.find("title").itertext()).strip() if section.find("title") is not None else ""
        title = _STATEMENTS.get(section.get("id", ""), title)
        if _DATA.fullmatch(title):
            section.set("sec-type", "data-availability")
            back.insert(0, section)
        elif _THANKS.fullmatch(title):
            section.tag = "ack"
            _without_label(section)
            back.insert(0, section)
        elif _INTERESTS.fullmatch(title) and section.find("sec") is None:
            notes = meta.find("author-notes")
            if notes is None:
                notes = etree.Element("author-notes")
                _before(meta, notes, ("pub-date", "permissions", "abstract", "kwd-group"))
            note = _element(notes, "fn", fn_type="coi-statement")
            _moved(section, note, [item for item in section if item.tag not in ("label", "title")])
        elif _FUNDING.fullmatch(title) and all(item.tag in ("label", "title", "p") for item in section):
            group = etree.Element("funding-group")
            meta.append(group)
            statement = _element(group, "funding-statement")
            for paragraph in section.findall("p"):
                statement.text = (statement.text or "") + (paragraph.text or "")
                statement.extend(list(paragraph))
            _moved(section, statement, [])


def _paragraphed(article: Any) -> None:
    """Put within a paragraph what is none, where JATS wants paragraphs; and a box within a figure."""
    for element in list(article.iter(*_PARAGRAPHED, "fig")):
        for item in element:
            allowed = (
                item.tag != "boxed-text" if element.tag == "fig" else item.tag in ("p", *_PARAGRAPHED[element.tag])
            )
            if not allowed:
                paragraph = etree.Element("p")
                item.addprevious(paragraph)
                paragraph.tail, item.tail = item.tail, None
                paragraph.append(item)
        if element.tag in ("list-item", "def") and all(item.tag == "label" for item in element):
            etree.SubElement(element, "p")


def _moved(section: Any, new: Any, paragraphs: list[Any]) -> None:
    """Let ``new`` take the place of a section: its id, and its paragraphs."""
    if section.get("id"):
        new.set("id", section.get("id"))
    new.extend(paragraphs)
    section.getparent().remove(section)


def _without_label(section: Any) -> None:
    label = section.find("label")
    if label is not None:
        section.remove(label)


def _before(meta: Any, new: Any, names: tuple[str, ...]) -> None:
    """Put ``new`` before the first of these elements: the DTD fixes the order."""
    place = next((item for name in names if (item := meta.find(name)) is not None), None)
    if place is None:
        meta.append(new)
    else:
        place.addprevious(new)


def _named(article: Any) -> None:
    """Names that XML allows: identifiers of HTML may begin with any sign."""
    for name in ("id", "rid"):
        for element in article.xpath(f"//*[@{name}]"):
            stated = element.get(name)
            if not re.fullmatch(f"[{_NAME_START}][{_NAME_START}{_NAME_FOLLOWS}]*", stated):
                element.set(name, "n-" + re.sub(f"[^{_NAME_START}{_NAME_FOLLOWS}]", "-", stated))


def _cross_references(article: Any) -> None:
    kinds = {element.get("id"): element.tag for element in article.iter() if element.get("id")}
    for reference in article.iter("xref"):
        if reference.get("ref-type") is None:
            reference.set("ref-type", _XREF_KIND.get(kinds.get(reference.get("rid"), ""), "other"))
        reference.attrib.pop("alt", None)


def _references(article: Any, document: Document, heading: str) -> None:
    title = article.find("back/ref-list/title")
    section = next((item for item in article.iter("sec") if item.get("id") == heading), None) if heading else None
    if section is not None and title is not None and not title.text:
        # the heading of the list, where the writer has left it in the body
        title.text = "".join(section.find("title").itertext())
        section.getparent().remove(section)
    elif title is not None and heading and not article.xpath("//*[@id=$name]", name=heading):
        # the writer has taken the heading for the title, and dropped its name
        title.getparent().set("id", heading)
    for last in list(article.iter("lpage")):
        if not last.text:
            last.getparent().remove(last)
    for citation in article.iter("element-citation"):
        if citation.get("publication-type") is None:
            # JATS4R wants no "other": what is no article, book or page is somebody's report
            citation.set("publication-type", "webpage" if citation.find("uri") is not None else "report")
    for name in article.iter("string-name"):
        # an agency or a group of investigators; pandoc has one element for all that is no person's name
        name.tag = "collab"
    for name in article.iter("surname"):
        # a particle that ends in a hyphen or an apostrophe is one word with the name: al-Zahra
        name.text = re.sub(r"(?<=[-’'])\s+", "", name.text or "")
    cited = [reference.get("id", "").removeprefix("ref-") for reference in article.iter("ref")]
    entries = {f"ref-{entry['id']}": entry for entry in document.references(cited)}
    for reference in article.iter("ref"):
        entry, citation = entries.get(reference.get("id", "")), reference.find("element-citation")
        if entry is None or citation is None:
            continue
        for title in citation.iter("article-title", "chapter-title", "source"):
            _mark_title(title, str(entry.get("title", "")))
        if entry.get("PMID") and citation.find("pub-id[@pub-id-type='pmid']") is None:
            _element(citation, "pub-id", str(entry["PMID"]), pub_id_type="pmid")


def _mark_title(element: Any, marked: str) -> None:
    """Give a title that pandoc wrote as bare text the italics and indices of its CSL form (HTML's i, b, sup, sub)."""
    parts = _CSL_MARK.split(marked)
    if len(parts) == 1 or "".join(parts[::3]).casefold() != (element.text or "").casefold():
        return
    rest, open_parts = element.text, [element]
    element.text = ""
    for closing, tag, text in zip(["", *parts[1::3]], ["", *parts[2::3]], parts[::3], strict=True):
        name = _JATS_MARK.get(tag)
        if name and closing and len(open_parts) > 1:
            open_parts.pop()
        elif name and not closing:
            open_parts.append(etree.SubElement(open_parts[-1], name))
        # the writer's own letters: CSL JSON has some in another case
        written, rest = rest[: len(text)], rest[len(text) :]
        holder = open_parts[-1]
        if len(holder):
            holder[-1].tail = (holder[-1].tail or "") + written
        else:
            holder.text = (holder.text or "") + written


def _indent(element: Any) -> None:
    """Indent what this module made; pandoc's own layout, and every paragraph's white space, stay."""
    meta = element.find("article-meta")
    for part in meta:
        if part.tag in ("article-categories", "contrib-group", "aff", "author-notes", "kwd-group", "permissions"):
            etree.indent(part, space="  ")
        part.tail = "\n"
    meta.text = "\n"


def _copy_graphics(article: Any, document: Document, folder: Path) -> None:
    for graphic in article.iter("graphic", "inline-graphic"):
        name = graphic.get(f"{{{_XLINK}}}href")
        source = document.project.root / name
        if source.parent == document.project.build / DRAWN:
            name = f"figures/{source.name}"
            graphic.set(f"{{{_XLINK}}}href", name)
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
