"""The one reader of YAML: plain values, each error with its line, and nothing that a file from outside can make it do.

What PyYAML answers with a traceback (a date that cannot be, a number of 5,000 digits, a tag that does not fit) or accepts
without a word (a key that stands twice, aliases that multiply) is an error of ours here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from manuscript.errors import ConfigError

# more values than any settings have, aliases counted as often as they are used; and a depth that no author reaches
_MOST_VALUES = 200_000
_DEEPEST = 60
_MEND = "check indentation, colons and quotes"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader, the C one where it was built, that says where a value cannot be what its tag says."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, AttributeError, IndexError, KeyError, TypeError, ArithmeticError) as error:
            text = str(getattr(node, "value", ""))[:30] if isinstance(node, yaml.ScalarNode) else node.tag
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(
                None, None, f"{text!r} cannot be a value of the kind {kind}", node.start_mark
            ) from error


# as in YAML 1.2 and in Quarto, `yes` and `NO` are words
_TRUTH = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in entries if tag != _TRUTH]
    for first, entries in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_TRUTH, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def parse(text: str, shown: str, *, first_line: int = 1) -> Any:
    """The value of YAML text that starts at ``first_line`` of the file ``shown``: mappings, lists, text, numbers, dates.

    Raises ``ConfigError`` with the line.
    """
    return parse_with_nodes(text, shown, first_line=first_line)[0]


def parse_with_nodes(text: str, shown: str, *, first_line: int = 1) -> tuple[Any, yaml.Node | None]:
    """The value, and the node that it was made of, whose marks tell the place of each key."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None, None
            _measure(node, shown, first_line)
            return loader.construct_document(node), node
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else _line_of_character(text, error))
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        raise ConfigError(f"not YAML: {problem}", file=shown, line=line, mend=_MEND) from error
    except RecursionError as error:
        raise ConfigError("YAML nested too deeply", file=shown, line=first_line, mend=_MEND) from error


def mapping(text: str, shown: str, *, first_line: int = 1) -> dict[str, Any]:
    """The same where names with values are expected; empty text gives an empty mapping."""
    value = parse(text, shown, first_line=first_line)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(
            "a mapping of names to values is expected", file=shown, line=first_line, mend="write name: value"
        )
    return value


def keys(node: yaml.Node | None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """The path of every key below ``node`` and its line, from 0; the items of a list are called ``[]``."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield here, key.start_mark.line
            yield from keys(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from keys(value, (*path, "[]"))


def _measure(root: yaml.Node, shown: str, first_line: int) -> None:
    """Refuse keys that stand twice, values within themselves, and more values than settings can have."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()

    def refuse(problem: str, node: yaml.Node, mend: str) -> None:
        raise ConfigError(problem, file=shown, line=first_line + node.start_mark.line, mend=mend)

    def size(node: yaml.Node, depth: int) -> int:
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_ or depth > _DEEPEST:
            refuse("a value within itself, or nested too deeply", node, "write the values out")
        open_.add(id(node))
        total = 1
        if isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    if key.value in seen:
                        line = first_line + seen[key.value]
                        refuse(f"{key.value} stands already at line {line}", key, "keep one of the two")
                    seen[key.value] = key.start_mark.line
                total += size(key, depth + 1) + size(value, depth + 1)
        elif isinstance(node, yaml.SequenceNode):
            total += sum(size(value, depth + 1) for value in node.value)
        if total > _MOST_VALUES:
            refuse("more values than settings can have", node, "look at its aliases (*name)")
        open_.discard(id(node))
        sizes[id(node)] = total
        return total

    size(root, 0)


def _line_of_character(text: str, error: yaml.YAMLError) -> int:
    """The line, from 0, of a character that YAML does not allow."""
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) if isinstance(position, int) else 0
