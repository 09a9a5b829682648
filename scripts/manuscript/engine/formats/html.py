"""HTML: one self-contained page that needs neither network nor JavaScript."""

from __future__ import annotations

import base64
import mimetypes
import re
import unicodedata
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from manuscript.atomic import write_text
from manuscript.engine import pandoc
from manuscript.engine.ast import (
    Node,
    NodeVisitor,
    attr,
    attributes_of,
    div,
    drop,
    get,
    plain,
    put,
    raw_block,
    raw_inline,
    span,
    string,
    text_of,
    walk,
    words,
)
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.engine.formats.common import (
    author_fields,
    describe_image,
    label_caption,
    label_text,
    layout_rows,
    meta_string,
    resource_label,
    shown_date,
    stands_above,
    title_and_notes,
    to_meta,
)
from manuscript.engine.raw import enclosed
from manuscript.engine.terms import Terms
from manuscript.errors import ConfigError, RenderError, SetupError
from manuscript.formats import BUNDLE, FORMATS
from manuscript.ledger.vocabulary import read_vocabulary
from manuscript.page.about import About
from manuscript.page.metadata import tags
from manuscript.paths import Project
from manuscript.source.files import inside


def write(document: Document, target: Path) -> None:
    """Write the page to ``target``."""
    root = document.project.root
    pictures: dict[str, str] = {}
    tree = {**document.tree, **shape(document, pictures=pictures)[0]}
    arguments = [
        "--standalone",
        f"--template={document.project.style('article.html')}",
        "--section-divs",
        "--mathml",
    ]
    for option in ("include-in-header", "include-after-body"):
        arguments += [f"--{option}={pandoc.named(path, root)}" for path in _included(document, option)]
    if document.settings.option("html", "toc", True):
        arguments += ["--toc", "--toc-depth=3"]
    page = pandoc.write(tree, "html5", arguments, folder=root, epoch=document.epoch)
    if _ASKS.search(page):
        check_asked(page, document.project, root)
        # a file that HTML in the text or in an included file names; pandoc then reads the whole page once more
        page = pandoc.write(tree, "html5", [*arguments, "--embed-resources"], folder=root, epoch=document.epoch)
        # it ends what has no end
        page = page.replace("></input>", ">")
    # pandoc need not read them
    finish(_PICTURE.sub(lambda mark: pictures.get(mark[0], mark[0]), page), target)


def shape(
    document: Document, *, resolved: bool = True, pictures: dict[str, str] | None = None
) -> tuple[dict[str, Any], None]:
    """Blocks and metadata for pandoc's writer and our template. No marks.

    Where there is a place for ``pictures``, it gets their data under the addresses that stand for them in the blocks.
    Paragraphs get their anchors only where citations are ``resolved``: an anchor is made of the words.
    """
    blocks = walk(document.blocks, _Visitor(document, pictures).visit)
    blocks = _explained(_marked(blocks) if resolved else blocks, document)
    return {"blocks": enclosed(blocks), "meta": _metadata(document)}, None


def finish(page: str, target: Path) -> None:
    """Write pandoc's page to ``target``, tidied.

    Raises ``RenderError`` when it would ask another host for something.
    """
    lang = re.search(r'<html[^>]*\slang="([^"]+)"', page)
    page = _tidied(page, Terms(lang[1] if lang else "en")["section-title-footnotes"])
    _check_self_contained(page)
    write_text(target, page)


def fragment(document: Document, tree: dict[str, Any], *, folder: Path, epoch: int) -> str:
    """The blocks of a finished tree as a piece of the document's page; images stay links to their files."""
    blocks = _explained(_marked(walk(tree["blocks"], _Visitor(document).visit)), document)
    tree = {**tree, "meta": {}, "blocks": blocks}
    arguments = ["--section-divs", "--mathml"]
    page = pandoc.write(tree, "html5", arguments, folder=folder, epoch=epoch)
    return _tidied(page, document.settings.terms["section-title-footnotes"])


def _included(document: Document, option: str) -> list[Path]:
    """The files that an option such as ``include-after-body`` names.

    Raises ``ConfigError`` for one outside the project, ``SetupError`` for one that is not there.
    """
    stated = document.settings.option("html", option) or []
    paths = [document.project.root / str(name) for name in (stated if isinstance(stated, list) else [stated])]
    for path in paths:
        if not inside(document.project, path):
            raise ConfigError(
                f"{path.name} ({option}) lies outside the project",
                file=document.project.relative(document.project.config),
                mend="copy the file into the article's folder",
            )
        if not path.is_file():
            raise SetupError(
                f"{document.project.relative(path)} ({option}) is not there",
                file=document.project.relative(document.project.config),
                mend="type: manuscript prepare (it makes what lies in build/)",
            )
    return paths


def _marked(blocks: list[Node]) -> list[Node]:
    """A permanent anchor in every paragraph of the text: its first six words, numbers left out, as page/assets has it."""
    taken: set[str] = set()
    for block in blocks:
        if block["t"] != "Para":
            continue
        found = re.findall(r"[\w.-]+", text_of(block).lower())
        slug = "-".join([word for word in found if not re.search(r"\d", word)][:6])
        base = identifier = "p-" + re.sub(r"[^a-z-]", "", unicodedata.normalize("NFKD", slug))
        number = 2
        while identifier in taken:
            identifier, number = f"{base}-{number}", number + 1
        taken.add(identifier)
        block["c"] = [span(attr(identifier, ["page-mark"]), []), *block["c"]]
    return blocks


def _explained(blocks: list[Node], document: Document) -> list[Node]:
    """The blocks with what an abbreviation stands for behind its first use in each: ``<abbr title="…">``.

    The words are those of the vocabulary; headings, links, code and the list of abbreviations itself stay as they are.
    """
    known = _abbreviations(document.project)
    if not known:
        return blocks
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})(?![\w-])")
    for block in blocks:
        if block["t"] != "Header":
            _explain(block, known, pattern, set())
    return blocks


_UNEXPLAINED = ("Header", "Link", "Code", "CodeBlock", "Math", "RawInline", "RawBlock", "DefinitionList", "Image")


def _explain(value: Any, known: dict[str, str], pattern: re.Pattern[str], seen: set[str]) -> None:
    """Mark, in place, what is not ``seen`` yet."""
    if isinstance(value, dict):
        if value.get("t") not in _UNEXPLAINED and "c" in value and not _is_references(value):
            _explain(value["c"], known, pattern, seen)
        return
    if not isinstance(value, list):
        return
    index = 0
    while index < len(value):
        item = value[index]
        found = pattern.finditer(item["c"]) if isinstance(item, dict) and item.get("t") == "Str" else ()
        match = next((one for one in found if one[0] not in seen), None)
        if match:
            seen.add(match[0])
            before, after = item["c"][: match.start()], item["c"][match.end() :]
            tag = raw_inline("html", f'<abbr title="{escape(known[match[0]])}">')
            parts = [string(before), tag, string(match[0]), raw_inline("html", "</abbr>"), string(after)]
            value[index : index + 1] = [part for part in parts if part["c"]]
            index += 4 if before else 3
        else:
            _explain(item, known, pattern, seen)
            index += 1


def _is_references(node: Node) -> bool:
    return node["t"] == "Div" and node["c"][0][0] == "refs"


def _abbreviations(project: Project) -> dict[str, str]:
    """Those of two signs and more: a letter alone has many meanings in running text."""
    found = read_vocabulary(project).section("abbreviations") if project.vocabulary.is_file() else {}
    return {short: words for short, words in found.items() if len(short) > 1}


def _tidied(page: str, footnotes: str) -> str:
    """pandoc's page without what inspectors of HTML complain of."""
    # an embedded SVG gets its description twice, or by a role and a label; `alt` says it, and tools look for that
    page = re.sub(r'<img role="img"(?: aria-label(?:="[^"]*")?)? ', "<img ", page)
    page = re.sub(r'(<img alt="[^"]*" [^>]*?) alt="[^"]*"', r"\1", page)
    page = re.sub(r"(<(?:br|col|hr|img|input|link|meta)\b[^>]*?) ?/>", r"\1>", page)
    # the table of contents repeats the names of places within headings
    contents = r'(?s)<a href="#[^"]*" id="toc-.*?</nav>'
    page = re.sub(contents, lambda found: re.sub(r'<span id="[^"]*"', "<span", found[0]), page, count=1)
    notes = r'(<section id="footnotes"[^>]*>)'
    return re.sub(notes, rf'\1\n<h2 class="visually-hidden">{escape(footnotes)}</h2>', page)


_DAY = re.compile(r"\d{4}(-\d\d){0,2}")
_PICTURE = re.compile(r'(?<=\ssrc=")data:[^,"]+,picture-\d+(?=")')
# whatever a browser would fetch by itself, but for what the page holds
_ASKS = re.compile(
    r"""<(?:img|script|iframe|source|video|audio|embed|input|track|object)\b[^>]*\s(?:src|data|poster|srcset)\s*=\s*(?!["']?data:)"""
    r"""|<link\b[^>]*\srel=["'](?:stylesheet|preload|icon)["']|@import\b|\burl\((?!["']?(?:data:|#))""",
    re.IGNORECASE,
)
# the names of the files and addresses that these ask for
_VALUE = r"""\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_ASKED = re.compile(
    rf"""\s(?:src|data|poster|srcset){_VALUE}|<(?:link|image|use)\b[^>]*?\s(?:xlink:)?href{_VALUE}"""
    r"""|@import\s+["']([^"']*)|\burl\(\s*["']?([^"')]*)""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_INTERVAL = re.compile(r"\d–(?:\d|NE)")
# letters of a number that stays on one line, and of one with its interval
_SHORT, _SHORT_INTERVAL = 20, 36
# a word with a hyphen stays whole: follow-up, T-cell
_HYPHENED = re.compile("-")
# in the text where a piece of it is so short that it would stand alone: T-cell, 24-month, trial-2
_SHORT_PIECE = re.compile(r"^(?=[^/]{1,24}$)(?:\W*\w{1,2}-\w|.*\w-\w{1,3}\W*$)")


# what HTML says of pictures, links, lists, tables and fields alone
_PECULIAR = {
    "alt", "cols", "colspan", "content", "data", "for", "height", "href", "label", "list", "loop", "max", "media", "method",
    "min", "name", "open", "pattern", "rel", "rows", "rowspan", "scope", "selected", "shape", "size", "sizes", "span", "src",
    "srcset", "start", "step", "summary", "target", "type", "value", "width", "wrap",
}  # fmt: skip
_GENERAL = ("Span", "Div", "Header", "Code", "CodeBlock")


class _Visitor(NodeVisitor):
    def __init__(self, document: Document, pictures: dict[str, str] | None = None) -> None:
        self.document = document
        self.pictures = pictures

    def visit(self, node: Node) -> Node | list[Node] | None:
        """As for all formats; an attribute that HTML does not let an element have is data of it, as pandoc has it for others."""
        replaced = super().visit(node)
        if node["t"] in _GENERAL:
            for pair in (attributes_of(node) or attr())[2]:
                pair[0] = f"data-{pair[0]}" if pair[0] in _PECULIAR else pair[0]
        return replaced

    def _header(self, node: Node) -> None:
        level, attributes, inlines = node["c"]
        number = label_of(attributes)
        drop(attributes, "number")
        if number:
            mark = span(attr("", ["header-section-number"]), [string(number)])
            node["c"][2] = [mark, {"t": "Space"}, *inlines]
        # the title is the page's only first-level heading
        node["c"][0] = min(level + 1, 6)

    def _str(self, node: Node) -> list[Node] | None:
        return _unbroken(node, _SHORT_PIECE) if "-" in node["c"] else None

    def _image(self, node: Node) -> None:
        describe_image(node)
        if not node["c"][1]:
            put(node["c"][0], "alt", "")
        if self.pictures is not None:
            _embed(node, self.document.project.root, self.pictures)

    def _figure(self, node: Node) -> Node | list[Node]:
        attributes, _, content = node["c"]
        part, number = get(attributes, "sub"), label_of(attributes)
        above = stands_above(self.document, node)
        label = label_text(self.document, node).rstrip(":.")
        label_caption(self.document, node)
        if not part and len(content) == 1 and content[0]["t"] == "Plain":
            # on a small screen it scrolls there at the size of print, by keyboard too
            name = f"{label}, picture" if number else "Picture"
            node["c"][2] = [div(attr("", ["figure-frame"], role="group", tabindex="0", aria_label=name), content)]
        return _captioned_above(node) if above else node

    def _table(self, node: Node) -> Node | list[Node]:
        identifier = node["c"][0][0]
        label_caption(self.document, node)
        notes: list[Node] = []
        if node["c"][1][1]:
            first = node["c"][1][1][0]
            first["c"], notes = title_and_notes(first["c"])
        node["c"][4] = walk(node["c"][4], _whole)
        for body in node["c"][4]:
            # a heading over all columns heads no cells that a checker of accessibility finds: an ordinary cell says it too
            for row in body[2]:
                row[0][1].append("group")
            body[2], body[3] = [], [*body[2], *body[3]]
        # a wide table scrolls in its own frame; the frame can be reached with the keyboard
        frame = div(attr("", ["table-frame"], role="region", tabindex="0", aria_label=_name(identifier)), [node])
        return [frame, div(attr("", ["table-notes"]), [plain(notes)])] if notes else frame

    def _span(self, node: Node) -> Node | None:
        attributes, inlines = node["c"]
        if "equation" not in attributes[1]:
            return None
        number = label_of(attributes)
        drop(attributes, "number")
        # a long one scrolls in its own frame, by keyboard too
        for name, value in (("role", "group"), ("tabindex", "0"), ("aria-label", number)):
            put(attributes, name, value)
        return span(attributes, [*inlines, span(attr("", ["equation-number"]), [string(f"({number})")])])

    def _codeblock(self, node: Node) -> list[Node] | None:
        name = get(node["c"][0], "filename")
        if name is None:
            return None
        drop(node["c"][0], "filename")
        return [div(attr("", ["code-filename"]), [plain([{"t": "Code", "c": [attr(), name]}])]), node]

    def _div(self, node: Node) -> Node | list[Node] | None:
        attributes, blocks = node["c"]
        if "layout" in attributes[1]:
            return div(attr(attributes[0], ["layout"]), [_row(row) for row in layout_rows(node)])
        if "callout" in attributes[1]:
            kind = get(attributes, "type") or "note"
            title = blocks[0]["c"][1][0]["c"]
            if get(attributes, "title") == "given":
                spoken = self.document.settings.terms[f"callout-{kind}-title"]
                title = [span(attr("", ["visually-hidden"]), [string(f"{spoken}:"), {"t": "Space"}]), *title]
            for name in ("type", "title", "number"):
                drop(attributes, name)
            put(attributes, "role", "note")
            return div(attributes, [div(attr("", ["callout-title"]), [plain(title)]), *blocks[1]["c"][1]])
        if "pagebreak" in attributes[1]:
            return [raw_block("html", '<div class="page-break"></div>')]
        drop(attributes, "number")
        return None

    def _link(self, node: Node) -> None:
        for name in ("sub", "width", "height"):
            drop(node["c"][0], name)
        classes, target = node["c"][0][1], node["c"][2]
        if "ev" in classes:
            words = text_of(node["c"][1])
            if len(words) <= (_SHORT_INTERVAL if _INTERVAL.search(words) else _SHORT):
                classes.append("whole")
        # an identifier may hold a sign that begins one
        target[0] = target[0][:1] + target[0][1:].replace("#", "%23") if target[0].startswith("#") else target[0]


def _embed(image: Node, root: Path, pictures: dict[str, str]) -> None:
    """Remember the picture itself under an address that takes the place of the path to it."""
    target = image["c"][2]
    path = root / target[0]
    kind = mimetypes.guess_type(path.name)[0]
    if kind and path.is_file():
        target[0] = f"data:{kind},picture-{len(pictures)}"
        pictures[target[0]] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _captioned_above(figure: Node) -> list[Node]:
    """A figure with its caption first; pandoc writes it last."""
    (identifier, classes, _), (_, caption), content = figure["c"]
    names = f' class="{escape(" ".join(classes))}"' if classes else ""
    return [
        raw_block("html", f'<figure id="{escape(identifier)}"{names}><figcaption>'),
        *caption,
        raw_block("html", "</figcaption>"),
        *content,
        raw_block("html", "</figure>"),
    ]


def _row(row: list[tuple[float, list[Node]]]) -> Node:
    widths = " ".join(f"{share * 100:.4g}fr" for share, _ in row)
    return div(
        attr("", ["layout-row"], style=f"--columns: {widths}"),
        [div(attr("", ["layout-cell"]), cell) for _, cell in row],
    )


def _whole(node: Node) -> list[Node] | None:
    """An interval such as (0.57–0.92) stays on one line."""
    return _unbroken(node, _INTERVAL) if node["t"] == "Str" and _INTERVAL.search(node["c"]) else None


def _unbroken(text: Node, pattern: re.Pattern[str]) -> list[Node]:
    """The words of a text, each with ``pattern`` in it as one that stays on its line."""
    return [
        span(attr("", ["whole"]), [word]) if word["t"] == "Str" and pattern.search(word["c"]) else word
        for word in words(text["c"])
    ]


def _name(identifier: str) -> str:
    return f"Table {identifier.removeprefix('tbl-').replace('-', ' ')}" if identifier else "Table"


def _metadata(document: Document) -> dict[str, Any]:
    head = _included(document, "include-in-header")
    meta = dict(document.tree["meta"])
    for key, value in author_fields(document).items():
        meta[key] = to_meta(value)
    title = [
        part
        for item in walk(document.meta_inlines("title"), _Visitor(document).visit)
        for part in (_unbroken(item, _HYPHENED) if item["t"] == "Str" else [item])
    ]
    name = document.title or document.source.article
    if not text_of(title):
        # a page has a first-level heading, though the article has no title or a picture in its place
        title.append(span(attr("", ["visually-hidden"]), [string(name)]))
    meta["title"] = {"t": "MetaInlines", "c": title}
    if abstract := document.meta_blocks("abstract"):
        meta["abstract"] = {"t": "MetaBlocks", "c": walk(abstract, _Visitor(document).visit)}
    meta["pagetitle"] = meta_string(name)
    meta["lang"] = meta_string(document.settings.lang)
    meta["keyword-list"] = to_meta(document.keywords)
    meta["abstract-title"] = meta_string(document.abstract_title)
    meta["keywords-title"] = meta_string(document.settings.terms["title-block-keywords"])
    meta["style-sheet"] = {"t": "MetaBlocks", "c": [raw_block("html", _style_sheet(document))]}
    if not any("citation_title" in path.read_text(encoding="utf-8") for path in head):
        meta["metadata"] = {"t": "MetaBlocks", "c": [raw_block("html", tags(_about(document)))]}
    if document.date:
        meta["date"] = meta_string(shown_date(document))
        day = document.settings.terms.date(document.date, "iso")
        if _DAY.fullmatch(day):
            meta["iso-date"] = meta_string(day)
    others = [item for item in FORMATS.values() if item.label and item.quarto in document.settings.formats]
    links = [(item.output, item.label) for item in others]
    if FORMATS["jats"] in others:
        links.append((BUNDLE, "MECA bundle"))
    links += [(name, resource_label(name)) for name in document.settings.resources]
    meta["others"] = to_meta([{"href": output, "label": label} for output, label in links])
    return meta


def _style_sheet(document: Document) -> str:
    project = document.project
    fonts = project.page_fonts.read_text(encoding="utf-8") if project.page_fonts.is_file() else ""
    return f"<style>\n{fonts}{project.style('article.css').read_text(encoding='utf-8')}</style>"


def _about(document: Document) -> About:
    return About(
        title=document.title,
        authors=[(author.given, author.family) for author in document.authors],
        date=document.date,
        lang=document.settings.lang,
        keywords=document.keywords,
        abstract=" ".join(text_of(document.meta_blocks("abstract")).split()),
    )


def check_asked(text: str, project: Project, folder: Path) -> None:
    """Raise ``RenderError`` where a page, or a style sheet in ``folder``, asks for what is outside the project.

    To be asked before pandoc is: it would fetch from other hosts, and put any file of this machine into the page.
    """
    for match in _ASKED.finditer(text):
        asked = unescape(next(filter(None, match.groups()), ""))
        for name in (part.split()[0] for part in asked.split(",") if part.strip()) if "srcset" in match[0] else [asked]:
            name = name.strip()
            if not name or name.startswith(("data:", "#")):
                continue
            if _ADDRESS.match(name):
                raise RenderError(f"the page asks another host: {name[:120]}", mend="store the file in figures/")
            path = folder / unquote(re.split("[?#]", name)[0])
            if not inside(project, path):
                raise RenderError(
                    f"the page asks for a file outside the project: {name[:120]}",
                    mend="copy the file into the article's folder",
                )
            if path.suffix.lower() == ".css" and path.is_file():
                check_asked(path.read_text(encoding="utf-8", errors="replace"), project, path.parent)


def _check_self_contained(page: str) -> None:
    """Raise ``RenderError`` when the page would ask another host for something."""
    outside = re.search(r"<(?:img|script|iframe|source|video|audio|embed)\b[^>]*\bsrc=\"(?:https?:)?//[^\"]*", page)
    outside = outside or re.search(
        r"<link\b[^>]*rel=\"(?:stylesheet|preload|icon)\"[^>]*href=\"(?:https?:)?//[^\"]*", page
    )
    if outside:
        raise RenderError(f"the page asks another host: {outside.group()[:120]}", mend="store the file in figures/")
