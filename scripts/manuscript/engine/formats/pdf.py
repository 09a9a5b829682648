"""PDF: pandoc writes Typst, our template sets it, Typst makes an accessible (PDF/UA-1) and archivable (PDF/A-2a) file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Literal

from manuscript.atomic import write_bytes
from manuscript.engine import pandoc
from manuscript.engine.ast import (
    Node,
    NodeVisitor,
    drop,
    get,
    iterate,
    para,
    plain,
    put,
    raw_block,
    raw_inline,
    space,
    string,
    text_of,
    walk,
)
from manuscript.engine.crossref import label_of
from manuscript.engine.document import Document
from manuscript.engine.formats.common import (
    author_fields,
    is_label,
    label_caption,
    label_text,
    layout_rows,
    shown_date,
    stands_above,
    title_and_notes,
)
from manuscript.errors import FigureError, ManuscriptError, RenderError, raise_all
from manuscript.page.about import read_about
from manuscript.page.cite_this import records

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
# the look, and what hands the article to it
STYLES = ("typst-template.typ", "typst-show.typ")
_LINE_NUMBERS = """\
#set par.line(
  numbering: number => text(7pt, fill: soft, str(number)), numbering-scope: "page", number-margin: left, number-clearance: 16mm,
)
"""
_LACKING = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.S)
# Typst would download it
_PACKAGE = re.compile(r"""\b(?:import|include)\s*\(*\s*"(?P<name>@[^"]+)\"""")
# the papers with room for two columns: width and height in millimetres
_PAPERS = {"a4": (210, 297), "us-letter": (215.9, 279.4)}
_JOINERS = "[\u200d\ufe0e\ufe0f]*"
# the font inside Typst with the most signs
_INSIDE = "DejaVu Sans Mono"
# letters without a font that one run names
_MANY = 20


def write(document: Document, target: Path, *, published: bool = True, line_numbers: bool = False) -> None:
    """Write the PDF to ``target``, with the lines of each page numbered where reviewers want that.

    What is not ``published`` goes to a journal: it has one column to write between the lines, and no word on how to cite it.
    Raises ``RenderError`` with Typst's words.
    """
    import typst

    text = typst_source(document, published=published, line_numbers=line_numbers)
    package = _PACKAGE.search(text)
    if package:
        raise RenderError(
            f"raw Typst asks for a package: {package['name']}",
            mend="rendering never goes on the network: copy the package's files into the project and import those",
        )
    try:
        data = _compiled(document, text)
    except typst.TypstError as error:
        if not _LACKING.search(_words(error)):
            raise _failure(error) from error
        # letters that Typst brings no font for: whatever this machine has
        data = _with_system_fonts(document, text)
    write_bytes(target, data)


def _compiled(document: Document, text: str, *, system_fonts: bool = False) -> bytes:
    import typst

    try:
        return typst.compile(
            text.encode("utf-8"),
            root=str(document.project.root),
            # only the fonts inside Typst and our own, where they do: every machine sets the same pages
            ignore_system_fonts=True,
            font_paths=_system_fonts(document.project.fonts) if system_fonts else [document.project.fonts],
            pdf_standards=list(STANDARDS),
            timestamp=document.moment,
        )
    except BaseException as error:
        # a fault of Typst's own is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise RenderError(
            f"typst broke off: {error}",
            mend="leave out one chapter after the other to find the part that it cannot set",
        ) from error


@cache
def _system_fonts(own: Path) -> Any:
    import typst

    return typst.Fonts(include_system_fonts=True, font_paths=[own])


def _with_system_fonts(document: Document, text: str) -> bytes:
    """The PDF, with the fonts of this machine too.

    Raises ``RenderError`` (all of them at once) with each letter that no font has, and where it stands.
    """
    import typst

    lacking: list[ManuscriptError] = []
    tried: set[str] = set()
    while True:
        # among many fonts Typst may pass over the one inside it that has the letter
        named = "".join(f"#show {quoted(letter)}: set text(font: {quoted(_INSIDE)})\n" for letter in sorted(tried))
        try:
            data = _compiled(document, named + text, system_fonts=True)
            break
        except typst.TypstError as error:
            match = _LACKING.search(_words(error))
            unseen = match["text"] if match else ""
            if not unseen.strip(" ") or len(lacking) >= _MANY or unseen not in text:
                if lacking:
                    break
                raise _failure(error) from error
            if unseen not in tried:
                tried.add(unseen)
                continue
            # with the signs that join it to others: they would join what stands around it
            text = re.sub(f"{_JOINERS}{re.escape(unseen)}{_JOINERS}", " " if unseen.isspace() else "", text)
            if unicodedata.category(unseen[0]) in ("Cf", "Mn", "Zs"):
                # a joiner, a mark or a space of its own width: nothing is lost
                continue
            file, line = document.source.place(unseen)
            lacking.append(
                RenderError(
                    f"no font of this machine has {unseen!r}",
                    file=file,
                    line=line,
                    mend="install a font that has it (Noto Sans CJK, Noto Emoji), or write it another way",
                )
            )
    raise_all(lacking)
    return data


def _words(error: Any) -> str:
    return str(getattr(error, "message", None) or error)


def _failure(error: Any) -> RenderError:
    hints = "; ".join(getattr(error, "hints", None) or [])
    return RenderError(
        f"typst says: {_words(error)}", mend=hints or "mend what Typst names: often a table it cannot set"
    )


def typst_source(document: Document, *, published: bool = True, line_numbers: bool = False) -> str:
    """The whole article as Typst text, its look before it.

    Raises ``RenderError`` for an article without a title, ``FigureError`` for pictures without a description.
    """
    if not document.title:
        file, line = document.source.article, 1
        raise RenderError(
            "the article has no title: an accessible PDF needs one", file=file, line=line, mend="title: …"
        )
    # before the pictures are shaped: the words of one may be the title
    facts = _facts(document, published=published)
    visitor, blocks = _shaped(document, resolved=True)
    _check_described(document, visitor.undescribed)
    body = pandoc.write(
        {**document.tree, "blocks": blocks, "meta": {}},
        "typst-citations",
        [],
        folder=document.project.root,
        epoch=document.epoch,
    )
    look, show = (document.project.style(name).read_text(encoding="utf-8") for name in STYLES)
    return f"{look}\n{show.replace('$article-facts$', facts)}\n{_LINE_NUMBERS if line_numbers else ''}{body}"


def shape(document: Document, *, resolved: bool = True) -> tuple[dict[str, Any], None]:
    """Blocks and metadata for pandoc's writer of Typst; a citation that is ``resolved`` is its words alone. No marks."""
    _, blocks = _shaped(document, resolved=resolved)
    facts = {"t": "MetaInlines", "c": [raw_inline("typst", _facts(document))]}
    return {"blocks": blocks, "meta": {**document.tree["meta"], "article-facts": facts}}, None


def _shaped(document: Document, *, resolved: bool) -> tuple[_Visitor, list[Node]]:
    visitor = _Visitor(document, resolved=resolved)
    for block in document.blocks:
        if block["t"] in ("Figure", "Table", "Div"):
            # what stands in a list or a box stays there, and breaks no page
            put(block["c"][0], "floating", "true")
    count = _front_matter(document.blocks)
    aside, body = document.blocks[:count], document.blocks[count:]
    lifted = _Lifted()
    front = ["#front(article"]
    blocks: list[Node] = []
    for name, content in (
        ("title", [plain(document.meta_inlines("title"))]),
        ("subtitle", [plain(inlines)] if (inlines := document.meta_inlines("subtitle")) else []),
        ("abstract", document.meta_blocks("abstract")),
        ("aside", aside),
    ):
        if content:
            blocks += [
                raw_block("typst", f"{front.pop() if front else ''}, {name}: ["),
                *lifted.marked(content),
                raw_block("typst", "]"),
            ]
    blocks += [raw_block("typst", ")"), *lifted.notes()]
    for block in body:
        blocks += lifted.marked([block]) if block["t"] in ("Figure", "Table") else [block]
        blocks += lifted.notes()
    return visitor, walk(blocks, visitor.visit)


class _Lifted:
    """The notes of what may float: over all columns Typst loses them, so they stand behind it and their marks in it."""

    def __init__(self) -> None:
        self.count = 0
        self.waiting: list[Node] = []

    def marked(self, blocks: list[Node]) -> list[Node]:
        """The blocks with marks in place of their notes."""
        for item in iterate(blocks):
            if item["t"] == "Image":
                # the caption once more
                item["c"][1] = []
        return walk(blocks, self._visit)

    def notes(self) -> list[Node]:
        """The notes of what was marked since, as blocks without a mark of their own."""
        waiting, self.waiting = self.waiting, []
        return (
            [plain([raw_inline("typst", "#place[#show super: hide;"), *waiting, raw_inline("typst", "]")])]
            if waiting
            else []
        )

    def _visit(self, node: Node) -> list[Node] | None:
        if node["t"] != "Note":
            return None
        self.count += 1
        name = f"<lifted-note-{self.count}>"
        self.waiting += [node, raw_inline("typst", name)]
        # a reference of Typst's own would put the note where it stands, in a row or a list
        return [raw_inline("typst", f'#super(link({name}, context numbering("1", ..counter(footnote).at({name}))));')]


def _front_matter(blocks: list[Node]) -> int:
    """How many of the blocks stand beside the abstract: boxes before the first heading or paragraph, such as key points."""
    count = 0
    for block in blocks:
        if block["t"] != "Div" or "callout" not in block["c"][0][1]:
            break
        count += 1
    return count


def _facts(document: Document, *, published: bool = True) -> str:
    """What the article says of itself, as a Typst string of JSON."""
    return quoted(json.dumps(_article_fields(document, published=published), ensure_ascii=False))


def _check_described(document: Document, undescribed: list[tuple[str, int]]) -> None:
    """Raise ``FigureError`` (all of them at once) for each picture that PDF/UA wants a description of."""
    errors: list[ManuscriptError] = []
    for needle, nth in undescribed:
        file, line = document.source.place(needle, nth=nth)
        errors.append(
            FigureError(
                f"{needle[1:]} without a description: an accessible PDF needs one",
                file=file,
                line=line,
                mend='say what is to be seen: {fig-alt="…"}',
            )
        )
    raise_all(errors)


def _article_fields(document: Document, *, published: bool) -> dict[str, Any]:
    """What the Typst template asks of an article; ``short`` is the title up to its colon where there is no short one."""
    short = document.metadata.get("short-title")
    paper = str(document.settings.option("typst", "papersize", "a4"))
    about = read_about(document.project, lambda name: "")
    cite = records(about) if published and about.published else []
    return {
        "title": document.title,
        "short": str(short or document.title.partition(": ")[0]),
        "lang": document.settings.lang.split("-")[0],
        "region": document.settings.lang.partition("-")[2],
        "date": shown_date(document),
        "description": " ".join(text_of(document.meta_blocks("abstract")).split()),
        "keywords": document.keywords,
        "paper": paper,
        "paper-size": _PAPERS.get(paper, (0, 0)),
        "columns": 2 if published and paper in _PAPERS else 1,
        "cite": [{"label": record.label, "text": record.text()} for record in cite],
        "words": {
            "abstract": document.abstract_title,
            "keywords": document.settings.terms["title-block-keywords"],
            "correspondence": document.settings.terms["title-block-correspondence"],
        },
        **author_fields(document),
    }


def quoted(text: str) -> str:
    """``text`` as a Typst string literal."""
    return json.dumps(text, ensure_ascii=False)


def _wrapped(opening: str, blocks: list[Node], closing: str) -> list[Node]:
    return [raw_block("typst", opening), *blocks, raw_block("typst", closing)]


class _Visitor(NodeVisitor):
    def __init__(self, document: Document, *, resolved: bool) -> None:
        self.document = document
        self.resolved = resolved
        # how often each picture was seen, and which of them (by what stands in the sources) have no description
        self.seen: Counter[str] = Counter()
        self.undescribed: list[tuple[str, int]] = []

    def _header(self, node: Node) -> Node | None:
        level, attributes, inlines = node["c"]
        number = label_of(attributes)
        if not self.resolved:
            drop(attributes, "number")
            return None  # Quarto counts
        _boxed(inlines)
        numbering = f"(..) => {quoted(number)}" if number else "none"
        outlined = "false" if "unlisted" in attributes[1] else "true"
        opening = f"#heading(level: {level}, numbering: {numbering}, outlined: {outlined})["
        # on one line: a line feed would be a space in the words of the bookmark
        return para([raw_inline("typst", opening), *inlines, raw_inline("typst", f"]{_label(attributes[0])}")])

    def _cite(self, node: Node) -> list[Node] | None:
        return node["c"][1] if self.resolved else None

    def _definitionlist(self, node: Node) -> Node | None:
        """Short forms and their meanings on one line; pandoc writes a block for a meaning, which would stand below its term."""
        for term, _ in node["c"]:
            # a term ends with its line
            term[:] = walk(term, lambda item: [space()] if item["t"] == "LineBreak" else None)
            _boxed(term)
        meanings = [meaning for _, found in node["c"] for meaning in found]
        if any([block["t"] for block in meaning] not in (["Plain"], ["Para"]) for meaning in meanings):
            return None
        inlines = [raw_inline("typst", "#terms(tight: false,")]
        for term, found in node["c"]:
            inlines += [raw_inline("typst", " terms.item["), *term, raw_inline("typst", "][")]
            for index, meaning in enumerate(found):
                inlines += [*([raw_inline("typst", "#parbreak()")] if index else []), *meaning[0]["c"]]
            inlines.append(raw_inline("typst", "],"))
        return plain([*inlines, raw_inline("typst", ")")])

    def _math(self, node: Node) -> list[Node]:
        # PDF/UA-1 wants words for a formula; its TeX is what a reader of formulas knows
        text = " ".join(node["c"][1].split())
        return [raw_inline("typst", f"#[#set math.equation(alt: {quoted(text)});"), node, raw_inline("typst", "]")]

    def _horizontalrule(self, node: Node) -> list[Node]:
        return [raw_block("typst", "#align(center, line(length: 30%, stroke: 0.5pt + rule-colour))")]

    def _span(self, node: Node) -> Node | list[Node] | None:
        attributes, inlines = node["c"]
        if "equation" in attributes[1]:
            number = label_of(attributes)
            opening, formula, closing = inlines[0], inlines[1], inlines[2]
            setting = (
                opening["c"][1].removesuffix(";").removesuffix(")") + f", numbering: (..) => {quoted(f'({number})')});"
            )
            return [raw_inline("typst", setting), formula, raw_inline("typst", _label(attributes[0]) + closing["c"][1])]
        return None

    def _underline(self, node: Node) -> Node | list[Node]:
        """One line through or below the same words, none at a picture: an accessible PDF cannot say more."""
        inlines = walk(node["c"], lambda item: item["c"] if item["t"] in _LINED else None)
        return inlines if _images(inlines) else {"t": node["t"], "c": inlines}

    _strikeout = _underline

    def _link(self, node: Node) -> None:
        attributes, inlines, _ = node["c"]
        sub = get(attributes, "sub")
        if sub:
            number = self.document.labels[node["c"][2][0].removeprefix("#")].number
            inlines[-1] = string(f"{number}{sub}")
            drop(attributes, "sub")
        _guard(inlines)

    def _note(self, node: Node) -> None:
        for block in node["c"][:1]:
            if block["t"] in ("Para", "Plain"):
                _guard(block["c"])

    def _figure(self, node: Node) -> list[Node]:
        attributes, _, content = node["c"]
        part, above, floats = get(attributes, "sub"), stands_above(self.document, node), _floats(attributes)
        images = _images(content)
        label_caption(self.document, node)
        caption = node["c"][1][1]
        for block in caption[:1]:
            block["c"] = _strong_label(block["c"])
        # one without a picture says its own words
        said = " ".join(filter(None, map(_alt, images))) if images else text_of(content) or text_of(caption)
        # what is no picture stays in its place
        options = {
            "kind": "table" if above else "image",
            "float": "true" if floats and attributes[0] and images and not part and not above else "false",
            "alt": "" if above else quoted(said),
        }
        stated = "".join(f", {name}: {value}" for name, value in options.items() if value)
        opening = f"#floating({quoted(_name(attributes[0]))}{stated}"
        if caption:
            return [*_wrapped(f"{opening}, caption: [", caption, "])["), *content, raw_block("typst", "]")]
        return _wrapped(f"{opening})[", content, "]")

    def _image(self, node: Node) -> list[Node]:
        attributes, _, target = node["c"]
        description = get(attributes, "alt") or get(attributes, "text") or ""
        source = f"({get(attributes, 'source') or target[0]}"
        if not description:
            self.undescribed.append((source, self.seen[source]))
        self.seen[source] += 1
        arguments = [quoted(f"/{target[0]}"), f"alt: {quoted(description)}"]
        for name in ("width", "height"):
            size = _typst_length(get(attributes, name) or "")
            if size and size != "100%":
                arguments.append(f"{name}: {size}")
        picture = f"#image({', '.join(arguments)})"
        side = next((name.removeprefix("align-") for name in attributes[1] if name.startswith("align-")), None)
        return [raw_inline("typst", f"#align({side}, {picture[1:]})" if side in ("left", "right") else picture)]

    def _plain(self, node: Node) -> None:
        _boxed(node["c"])

    _para = _plain

    def _table(self, node: Node) -> Node | None:
        """The table as our own Typst, for what pandoc's writer cannot say: rows that head others, the rule at the end.

        A cell of more than one paragraph it can only write itself.
        """
        mark = label_text(self.document, node).rstrip(":.")
        label_caption(self.document, node)
        attributes, caption, columns, head, bodies, foot = node["c"]
        floats = _floats(attributes)
        rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
        cells = [cell[4] for row in rows for cell in row[1]]
        if any([block["t"] for block in blocks] not in ([], ["Plain"], ["Para"]) for blocks in cells):
            return None
        # what spans rows cannot be parted
        floats = floats and not any(cell[2] > 1 for row in rows for cell in row[1])
        _align_decimals([row for body in bodies for row in body[3]], columns)
        title, notes = title_and_notes(caption[1][0]["c"] if caption[1] else [])
        name = quoted(_name(attributes[0]))
        opening = f"#data-table({name}, {_widths(columns)}, ({_alignments(columns)}), float: {str(floats).lower()}, "
        inlines = [raw_inline("typst", f"{opening}mark: [{mark}],")]
        for option, words in (("caption", _strong_label(title)), ("notes", notes)):
            if words:
                inlines += [raw_inline("typst", f" {option}: ["), *words, raw_inline("typst", "],")]
        if head[1]:
            inlines += [raw_inline("typst", " head: ("), *_cells(head[1]), raw_inline("typst", "),")]
        for body in bodies:
            if body[2] and body[3]:
                for row in body[2]:
                    words = row[1][0][4][0]["c"] if row[1][0][4] else []
                    inlines += [raw_inline("typst", " ["), *words, raw_inline("typst", "],")]
            else:
                # where no row follows it must stay a cell: Typst 0.15 fails on two headings of one level in a row
                inlines += _rows(body[2])
            inlines += _rows(body[3])
        inlines += [*_rows(foot[1]), raw_inline("typst", ")")]
        return plain(inlines)

    def _div(self, node: Node) -> Node | list[Node] | None:
        attributes, blocks = node["c"]
        floats = _floats(attributes)
        if "layout" in attributes[1]:
            rows = [block for row in layout_rows(node) for block in _row(row)]
            return [*rows, raw_block("typst", f"#metadata(none){_label(attributes[0])}")] if attributes[0] else rows
        if "callout" in attributes[1]:
            kind = get(attributes, "type") or "note"
            opening = f"#note-box({quoted(kind)})["
            if attributes[0]:
                opening = f"#metadata(none){_label(attributes[0])}\n{opening}"
            return [
                *_wrapped(opening, [plain(blocks[0]["c"][1][0]["c"])], "]["),
                *blocks[1]["c"][1],
                raw_block("typst", "]"),
            ]
        if "pagebreak" in attributes[1]:
            return [raw_block("typst", "#pagebreak(weak: true)")] if floats else []
        if "landscape" in attributes[1] and floats:
            return _wrapped("#on-its-side[", blocks, "]")
        if attributes[0] == "refs":
            # citeproc, where it has not run yet, looks for the block itself
            return _wrapped("#references[", blocks if self.resolved else [node], "]")
        drop(attributes, "number")
        return None


def _strong_label(caption: list[Node]) -> list[Node]:
    return [{"t": "Strong", "c": item["c"][1]} if is_label(item) else item for item in caption]


_LINED = ("Underline", "Strikeout")
_ALIGNMENTS = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": "auto"}
_NUMBER = re.compile(r"[−–-]?\d+(?P<decimals>\.\d+)?")
_NO_NUMBER = ("", "–", "-", "—")
# what at the start of a text would begin a list or a heading
_MARKER = re.compile(r"(?:[-+/=]+|\d+\.)(?: |$)")


def _widths(columns: list[Any]) -> str:
    if any(width["t"] == "ColWidthDefault" for _, width in columns):
        return str(len(columns))
    return "(" + "".join(f"{width['c'] * 100:.4g}%," for _, width in columns) + ")"


def _alignments(columns: list[Any]) -> str:
    return "".join(f"{_ALIGNMENTS[alignment['t']]}," for alignment, _ in columns)


def _cells(rows: list[Any]) -> list[Node]:
    """The cells of these rows, each with a comma behind it, as arguments of Typst's ``table``."""
    result: list[Node] = []
    for row in rows:
        for _, alignment, height, width, blocks in row[1]:
            options = {"colspan": str(width) if width > 1 else "", "rowspan": str(height) if height > 1 else ""}
            options["align"] = _ALIGNMENTS[alignment["t"]] if alignment["t"] != "AlignDefault" else ""
            stated = ", ".join(f"{name}: {value}" for name, value in options.items() if value)
            text = blocks[0]["c"] if blocks else []
            _guard(text)
            opening = f" table.cell({stated})[" if stated else " ["
            result += [raw_inline("typst", opening), *text, raw_inline("typst", "],")]
    return result


def _guard(inlines: list[Node]) -> None:
    """Keep a text that stands in brackets from beginning a list or a heading, in place."""
    if inlines and inlines[0]["t"] == "Str" and _MARKER.match(inlines[0]["c"]):
        inlines.insert(0, raw_inline("typst", "#[]"))


def _rows(rows: list[Any]) -> list[Node]:
    """These rows, each as an array of its cells."""
    result: list[Node] = []
    for row in rows:
        result += [raw_inline("typst", " ("), *_cells([row]), raw_inline("typst", "),")]
    return result


def _align_decimals(rows: list[Any], columns: list[Any]) -> None:
    """Let the points of a column of plain numbers stand below each other, in place: what a number lacks is hidden room."""
    for index, (alignment, _) in enumerate(columns):
        cells = [row[1][index] for row in rows if len(row[1]) == len(columns)]
        found = [(cell, _NUMBER.fullmatch(text_of(cell[4]).strip())) for cell in cells]
        if alignment["t"] != "AlignRight" or not all(match or text_of(cell[4]) in _NO_NUMBER for cell, match in found):
            continue
        longest = max((len(match["decimals"] or "") for _, match in found if match), default=0)
        for cell, match in found:
            lacking = longest - len((match and match["decimals"]) or "")
            if match and lacking:
                cell[4][0]["c"].append(
                    raw_inline(
                        "typst", f"#hide[{'.' + '0' * (longest - 1) if not match['decimals'] else '0' * lacking}]"
                    )
                )


def _floats(attributes: Any) -> bool:
    """Whether a figure or table stands in the text itself, so that it may find its place on the page; the mark goes."""
    stated = get(attributes, "floating") == "true"
    drop(attributes, "floating")
    return stated


def _name(identifier: str) -> str:
    return identifier if re.fullmatch(r"[\w.:-]+", identifier) else ""


def _label(identifier: str) -> str:
    return f"<{identifier}>" if _name(identifier) else ""


def _row(row: list[tuple[float, list[Node]]]) -> list[Node]:
    """A row of a layout: its parts are Typst already, since this visit runs from the inside out."""
    widths = ", ".join(f"{share * 100:.4g}fr" for share, _ in row)
    result = [raw_block("typst", f"#grid(columns: ({widths},), gutter: 10pt,")]
    for _, cell in row:
        result += _wrapped("[", cell, "],")
    return [*result, raw_block("typst", ")")]


def _images(content: list[Node]) -> list[str]:
    """The pictures among blocks of Typst, as they are written."""
    return [
        item["c"][1]
        for block in content
        for item in iterate(block)
        if item["t"] == "RawInline" and item["c"][0] == "typst" and "image(" in item["c"][1]
    ]


def _alt(image: str) -> str:
    return json.JSONDecoder().raw_decode(image[image.index("alt: ") + 5 :])[0]


def _boxed(inlines: list[Node]) -> None:
    """A picture within a line is part of the line, in place; one that is all there is, or a link, stands for itself."""
    alone = inlines
    while len(alone) == 1 and alone[0]["t"] == "Link":
        alone = alone[0]["c"][1]
    for item in iterate(inlines if len(alone) != 1 or alone[0]["t"] != "RawInline" else []):
        if item["t"] == "RawInline" and item["c"][1].startswith("#image("):
            item["c"][1] = f"#box({item['c'][1][1:]})"


def _typst_length(size: str) -> str:
    """A length in a unit that Typst knows; a pixel is 1/96 inch."""
    if size.endswith("px"):
        return f"{float(size[:-2]) / 96:.4g}in"
    return f"{float(size[:-2]) * 12:g}pt" if size.endswith("pc") else size
