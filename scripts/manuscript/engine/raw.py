"""Raw HTML and TeX that mean something in every format, as the elements they mean; the rest is for its own format.

What Quarto drops without a word from the other formats keeps its words here, or is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from lxml import etree

from manuscript.engine.ast import Node, attr, div, iterate, link, para, plain, span, text_of, walk, words

# pandoc's readers and writers, called with a format and what is to be read or written
Read = Callable[[str, str], list[Node]]
Write = Callable[[str, list[Node]], str]
Report = Callable[[str, str, str], None]

_WRAPPED = {
    "sup": "Superscript", "sub": "Subscript", "b": "Strong", "strong": "Strong", "i": "Emph", "em": "Emph", "cite": "Emph",
    "dfn": "Emph", "var": "Emph", "u": "Underline", "ins": "Underline", "s": "Strikeout", "del": "Strikeout",
    "strike": "Strikeout",
}  # fmt: skip
_CODE = ("code", "kbd", "samp", "tt")
_SPANNED = ("small", "big", "font", "abbr", "time", "bdi", "label")
_BREAKS = re.compile(r"\\(?:newpage|clearpage|cleardoublepage|pagebreak)\b(?:\[\d\])?\s*")
# TeX that sets no words: spaces, places of the layout
_LAYOUT = re.compile(
    r"\\(?:vspace|hspace|vskip|hskip|linebreak|setcounter|setlength|addtolength|renewcommand|newcommand|def|let"
    r"|pagenumbering|pagestyle|thispagestyle|label|setstretch|parindent|parskip"
    r"|(?:begin|end)\{(?:landscape|center|flushleft|flushright|singlespace|spacing|multicols|minipage)\})"
    r"(?![a-zA-Z])\*?(?:\{[^{}]*\}|\[[^\[\]]*\]|\d|[\s\\a-zA-Z.=-]*pt)*\s*"
)
# a command of TeX without the words that it may set
_COMMAND = re.compile(r"\\[a-zA-Z@]+\*?(?:\[[^\[\]]*\])*")
_COMMENT = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.S)
# tags of HTML without an end
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
}  # fmt: skip
# tags whose end may be left out
_OPEN = {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option", "optgroup"}


class Raw:
    """One pass over a document; ``report`` takes a message, what to look for in the sources, and the mend."""

    def __init__(self, read: Read, write: Write, report: Report) -> None:
        self.read, self.write, self.report = read, write, report

    def resolved(self, tree: Any) -> Any:
        """``tree`` with what is raw as what it means."""
        kinds = {node["t"] for node in iterate(tree)}
        return walk(self._lists(tree), self._visit) if kinds & {"RawInline", "RawBlock"} else tree

    def _lists(self, value: Any) -> Any:
        """Tags that open and close within one list of elements become one element."""
        if isinstance(value, list):
            value = [self._lists(item) for item in value]
            if any(isinstance(item, dict) and item.get("t") == "RawInline" for item in value):
                return _balanced(_paired(value))
            if any(isinstance(item, dict) and item.get("t") == "RawBlock" for item in value):
                return _balanced(_paragraphs(self._tables(value)))
            return value
        if isinstance(value, dict):
            if "t" in value and not isinstance(value.get("c"), (list, dict)):
                return value
            return {key: self._lists(item) if isinstance(item, (list, dict)) else item for key, item in value.items()}
        return value

    def _tables(self, blocks: list[Node]) -> list[Node]:
        """A table in tags is read as a table."""
        result: list[Node] = []
        opened: int | None = None
        for block in blocks:
            tag = block["c"][1].strip().lower() if block["t"] == "RawBlock" and block["c"][0] == "html" else ""
            if opened is None and re.match(r"<table\b", tag):
                opened = len(result)
            result.append(block)
            if opened is not None and tag.endswith("</table>"):
                text = self.write("html", result[opened:])
                result[opened:] = self.read("html", text)
                opened = None
        return result

    def _visit(self, node: Node) -> Node | list[Node] | None:
        if node["t"] not in ("RawInline", "RawBlock"):
            return None
        format_name, text = node["c"]
        block = node["t"] == "RawBlock"
        if format_name == "html":
            return [] if _COMMENT.fullmatch(text) else _void(text, block=block)
        if format_name == "tex":
            return self._tex(text, block=block)
        if format_name in ("openxml", "jats") and not _well_formed(text):
            first = text.strip().split("\n")[0]
            self.report(
                f"raw {format_name} that is not well-formed: {first[:40]}", first, "close every tag that it opens"
            )
        return None

    def _tex(self, text: str, *, block: bool) -> list[Node]:
        if _BREAKS.fullmatch(text):
            return [div(attr("", ["pagebreak"]), [])] if block else []
        rest = _LAYOUT.sub("", _BREAKS.sub("", text)).strip()
        if not rest:
            return []
        blocks = self.read("latex", rest)
        if not text_of(blocks) and not any(node["t"] in ("Math", "Image", "Table") for node in iterate(blocks)):
            if not re.search(r"[^\W\d_]", _COMMAND.sub("", rest)):
                return []
            self.report(
                f"raw TeX that means nothing in the other formats: {rest[:40]}",
                text.strip().split("\n")[0],
                "write it in Markdown, or for LaTeX alone: `…`{=latex}",
            )
            return []
        if block:
            return blocks
        return [item for part in blocks if part["t"] in ("Para", "Plain") for item in part["c"]]


def _paired(inlines: list[Any]) -> list[Any]:
    """Inline elements, each tag of HTML with what it encloses as one element.

    Without an end of its own it ends with the element around it. An end without a beginning stays raw.
    """
    stack: list[tuple[str, dict[str, str], list[Any]]] = [("", {}, [])]

    def close() -> None:
        name, attributes, inner = stack.pop()
        stack[-1][2].append(_element(name, attributes, _balanced(inner)))

    for item in inlines:
        tag = _tag(item)
        if tag is None:
            stack[-1][2].append(item)
            continue
        name, attributes, closes = tag
        if not closes and (name in _WRAPPED or name in _CODE or name in _SPANNED or name in ("q", "mark", "a")):
            stack.append((name, attributes, []))
        elif closes and any(name == entry[0] for entry in stack[1:]):
            while stack[-1][0] != name:
                close()
            close()
        else:
            stack[-1][2].append(item)
    while len(stack) > 1:
        close()
    return stack[0][2]


def _paragraphs(blocks: list[Node]) -> list[Node]:
    """Blocks without the tags of paragraphs: what stands between two is a paragraph, or a block that none may hold.

    And within ``summary`` there is none.
    """
    result: list[Node] = []
    inside = ""
    for block in blocks:
        tags = _tags(block)
        if tags:
            inside = next((name for name, _, closes in reversed(tags) if name in ("p", "summary") and not closes), "")
        if [name for name, _, _ in tags] == ["p"] and re.fullmatch(r"\s*<[^>]*>\s*", block["c"][1]):
            continue
        if block["t"] == "RawBlock" and inside == "summary" and _BREAKS.fullmatch(block["c"][1]):
            continue
        if block["t"] == "Figure" and inside == "summary":
            result += block["c"][2]
            continue
        if block["t"] in ("Para", "Plain") and inside:
            block = para(block["c"]) if inside == "p" else plain(block["c"])
        result.append(block)
    return result


def _balanced(items: list[Any]) -> list[Any]:
    """The elements of one list with every tag of raw HTML that they leave open closed, and no end of what is not open.

    Either would reach beyond the list.
    """
    stack: list[str] = []
    result: list[Any] = []

    def close(kind: str, until: int) -> None:
        while len(stack) > until:
            name = stack.pop()
            if name not in _OPEN:
                result.append({"t": kind, "c": ["html", f"</{name}>"]})

    for item in items:
        for name, _, closes in _tags(item):
            if not closes and name not in _VOID:
                stack.append(name)
            elif closes and name in stack:
                close(item["t"], len(stack) - stack[::-1].index(name))
                stack.pop()
            elif closes:
                item = {"t": item["t"], "c": ["html", re.sub(rf"(?i)</{name}\b[^>]*>", "", item["c"][1], count=1)]}
        result.append(item)
    close("RawInline" if any(item["t"] == "RawInline" for item in items) else "RawBlock", 0)
    return result


def enclosed(blocks: list[Node]) -> list[Node]:
    """Blocks of HTML in which tags that enclose headings stand in a division: pandoc's sections end at no tag."""
    result: list[Node] = []
    for block in blocks:
        if block["t"] == "Div":
            block["c"][1] = enclosed(block["c"][1])
    for whole in runs(blocks):
        if len(whole) > 1:
            inner = enclosed(whole[1:-1])
            heading = next((place for place, item in enumerate(inner) if item["t"] == "Header"), len(inner))
            sections = [div(attr(), inner[heading:])] if heading < len(inner) else []
            whole = [whole[0], *inner[:heading], *sections, whole[-1]]
            whole = [div(attr(), whole)] if sections else whole
        result += whole
    return result


def runs(blocks: list[Node]) -> list[list[Node]]:
    """The blocks, each by itself, but tags of raw HTML with all that they enclose."""
    result: list[list[Node]] = []
    depth = 0
    for block in blocks:
        if depth > 0:
            result[-1].append(block)
        else:
            result.append([block])
        # of tags that opened before the first block, the ends enclose nothing here
        depth = max(
            0, depth + sum(-1 if closes else 1 for name, _, closes in _tags(block) if name not in _VOID | _OPEN)
        )
    return result


def _element(name: str, attributes: dict[str, str], inner: list[Any]) -> Node:
    if name in _WRAPPED:
        return {"t": _WRAPPED[name], "c": inner}
    if name in _CODE:
        return {"t": "Code", "c": [attr(), text_of(inner)]}
    if name == "q":
        return {"t": "Quoted", "c": [{"t": "DoubleQuote"}, inner]}
    if name == "mark":
        return span(attr("", ["mark"]), inner)
    if name == "a" and attributes.get("href"):
        return link(attr(), inner, attributes["href"])
    pairs = {key: value for key, value in attributes.items() if key not in ("id", "class")}
    return span(
        [attributes.get("id", ""), attributes.get("class", "").split(), [[*pair] for pair in pairs.items()]], inner
    )


def _void(text: str, *, block: bool) -> Node | list[Node] | None:
    """What a tag that encloses nothing means: a break, a rule, a picture; nothing for another."""
    tag = _tag({"t": "RawInline", "c": ["html", text.strip()]})
    if tag is None or tag[2]:
        return None
    name, attributes, _ = tag
    if name == "br":
        return [] if block else [{"t": "LineBreak"}]
    if name == "wbr":
        return []
    if name == "hr" and block:
        return [{"t": "HorizontalRule"}]
    if name == "img" and attributes.get("src"):
        pairs = [[key, attributes[key]] for key in ("width", "height") if attributes.get(key)]
        alternative = attributes.get("alt", "")
        image = {
            "t": "Image",
            "c": [
                [attributes.get("id", ""), [], [*pairs, ["alt", alternative]]],
                words(alternative),
                [attributes["src"], ""],
            ],
        }
        return para([image]) if block else image
    return None


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str], bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {key: value or "" for key, value in attrs}, False))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((tag, {}, True))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def _tag(item: Any) -> tuple[str, dict[str, str], bool] | None:
    """Name, attributes, and whether it closes, of an element that is one tag of HTML."""
    found = _tags(item) if isinstance(item, dict) and item.get("t") == "RawInline" else []
    return found[0] if len(found) == 1 else None


def _tags(item: Any) -> list[tuple[str, dict[str, str], bool]]:
    """The tags of an element of raw HTML; of another none."""
    if not (isinstance(item, dict) and item.get("t") in ("RawInline", "RawBlock") and item["c"][0] == "html"):
        return []
    parser = _Tags()
    parser.feed(item["c"][1])
    return parser.found


def _well_formed(text: str) -> bool:
    prefixes = sorted(set(re.findall(r"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z]", text)) - {"xml"})
    spaces = " ".join(f'xmlns:{prefix}="urn:x"' for prefix in prefixes)
    try:
        etree.fromstring(f"<x {spaces}>{text}</x>")
    except etree.XMLSyntaxError:
        return False
    return True
