"""Small helpers on pandoc's JSON tree; the tree itself stays plain dicts and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

Node = dict[str, Any]
Attr = list[Any]
Visitor = Callable[[Node], "Node | list[Node] | None"]


def attr(identifier: str = "", classes: list[str] | None = None, **pairs: str) -> Attr:
    """A pandoc attribute triple; an underscore in a name stands for a hyphen."""
    return [identifier, list(classes or []), [[name.replace("_", "-"), value] for name, value in pairs.items()]]


def string(text: str) -> Node:
    """``text`` as one string; what holds ordinary spaces goes through ``words``."""
    return {"t": "Str", "c": text}


def space() -> Node:
    """The space between two strings."""
    return {"t": "Space"}


def words(text: str) -> list[Node]:
    """``text`` as strings and spaces."""
    result: list[Node] = []
    for index, word in enumerate(text.split(" ")):
        if index:
            result.append(space())
        if word:
            result.append(string(word))
    return result


def plain(inlines: list[Node]) -> Node:
    """A block of text that is no paragraph, as in cells and tight lists."""
    return {"t": "Plain", "c": inlines}


def para(inlines: list[Node]) -> Node:
    """A paragraph."""
    return {"t": "Para", "c": inlines}


def span(attributes: Attr, inlines: list[Node]) -> Node:
    """Inline elements with attributes."""
    return {"t": "Span", "c": [attributes, inlines]}


def div(attributes: Attr, blocks: list[Node]) -> Node:
    """Blocks with attributes."""
    return {"t": "Div", "c": [attributes, blocks]}


def link(attributes: Attr, inlines: list[Node], target: str) -> Node:
    """A link without a title; ``target`` is an address or ``#identifier``."""
    return {"t": "Link", "c": [attributes, inlines, [target, ""]]}


def raw_block(format_name: str, text: str) -> Node:
    """A block that pandoc writes as it stands in ``format_name`` and leaves out of every other format."""
    return {"t": "RawBlock", "c": [format_name, text]}


def raw_inline(format_name: str, text: str) -> Node:
    """As ``raw_block``, within a line."""
    return {"t": "RawInline", "c": [format_name, text]}


def attributes_of(node: Node) -> Attr | None:
    """The attribute triple of a node that has one."""
    kind = node["t"]
    if kind in ("Div", "Span", "Link", "Image", "Code", "CodeBlock", "Figure", "Table"):
        return node["c"][0]
    if kind == "Header":
        return node["c"][1]
    return None


def get(attributes: Attr, name: str) -> str | None:
    """The value of one key of an attribute triple."""
    for key, value in attributes[2]:
        if key == name:
            return value
    return None


def put(attributes: Attr, name: str, value: str) -> None:
    """Set one key of an attribute triple."""
    drop(attributes, name)
    attributes[2].append([name, value])


def drop(attributes: Attr, name: str) -> None:
    """Remove one key of an attribute triple."""
    attributes[2][:] = [pair for pair in attributes[2] if pair[0] != name]


def walk(value: Any, visit: Visitor) -> Any:
    """Rebuild ``value`` bottom-up; ``visit`` gives for each element itself (``None``), another, or a list in its place."""
    # pandoc's JSON holds plain lists and dicts and nothing derived from them, and there are hundreds of thousands
    if type(value) is list:
        result: list[Any] = []
        for item in value:
            if type(item) is dict:
                replaced = _walk_node(item, visit)
                if type(replaced) is list:
                    result.extend(replaced)
                else:
                    result.append(replaced)
            elif type(item) is list:
                result.append(walk(item, visit))
            else:
                result.append(item)
        return result
    if type(value) is dict:
        return _walk_node(value, visit)
    return value


def _walk_node(node: Node, visit: Visitor) -> Node | list[Node]:
    if "t" not in node:
        # citations and metadata maps are dicts without a tag
        return {key: walk(item, visit) if type(item) in (list, dict) else item for key, item in node.items()}
    content = node.get("c")
    if type(content) is list or type(content) is dict:
        node = {"t": node["t"], "c": walk(content, visit)}
    replaced = visit(node)
    return node if replaced is None else replaced


class NodeVisitor:
    """Visits elements by their kind, as ``ast.NodeVisitor`` of the standard library does: ``_header`` takes a ``Header``.

    A method gives what ``walk`` takes from a ``visit``; an element without a method stays as it is.
    """

    def visit(self, node: Node) -> Node | list[Node] | None:
        """What takes the element's place."""
        handler = getattr(self, _method(node["t"]), None)
        return handler(node) if handler else None


@cache
def _method(kind: str) -> str:
    return f"_{kind.lower()}"


def iterate(value: Any) -> Iterator[Node]:
    """Every element below ``value``, in document order."""
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is list:
            stack.extend(item[::-1])
        elif type(item) is dict:
            if "t" in item:
                yield item
                content = item.get("c")
                if type(content) is list or type(content) is dict:
                    stack.append(content)
            else:
                stack.extend(reversed(list(item.values())))


def text_of(value: Any) -> str:
    """The words of a subtree, notes left out."""
    parts: list[str] = []

    def collect(item: Any) -> None:
        if isinstance(item, list):
            for part in item:
                collect(part)
        elif isinstance(item, dict):
            kind = item.get("t")
            if kind == "Str":
                parts.append(item["c"])
            elif kind in ("Space", "SoftBreak", "LineBreak"):
                parts.append(" ")
            elif kind in ("Code", "Math"):
                parts.append(item["c"][1])
            elif kind == "Quoted":
                opening, closing = "“”" if item["c"][0]["t"] == "DoubleQuote" else "‘’"
                parts.append(opening)
                collect(item["c"][1])
                parts.append(closing)
            elif kind == "Cite":
                collect(item["c"][1])
            elif kind in ("Link", "Image", "Span", "Div", "Header"):
                collect(item["c"][2 if kind == "Header" else 1])
            elif kind in ("Note", "RawInline", "RawBlock"):
                return
            elif "c" in item:
                collect(item["c"])
                if kind in ("Para", "Plain"):
                    parts.append(" ")

    collect(value)
    return "".join(parts).strip()
