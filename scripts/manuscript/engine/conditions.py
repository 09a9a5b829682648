"""Conditional content: what each format is to see.

The rules are Quarto's (seen with 1.10.18): ``when-format="pdf"`` means LaTeX there, so Typst is named ``typst``.
"""

from __future__ import annotations

from typing import Any

from manuscript.engine.ast import Node, attributes_of, iterate, walk
from manuscript.source.resolved import Source

FORMATS = ("html", "typst", "docx", "jats", "latex")
_NEVER_HERE = ("pdf", "epub", "odt", "markdown", "revealjs", "beamer", "gfm", "asciidoc", "pptx")
_CONDITIONS = tuple(f"{way}-{subject}" for way in ("when", "unless") for subject in ("format", "meta", "profile"))
_CLASSES = ("content-visible", "content-hidden")


def are_in(tree: dict[str, Any]) -> bool:
    """Whether the tree holds conditional content at all."""
    return any(
        node["t"] in ("Div", "Span") and not set(_CLASSES).isdisjoint(node["c"][0][1])
        for node in iterate([tree["blocks"], list(tree["meta"].values())])
    )


def resolve(tree: Any, format_name: str, source: Source) -> Any:
    """``tree`` as ``format_name`` sees it: conditional divs and spans unwrapped or removed.

    Raises ``SourceError`` for a condition the engine does not know.
    """

    def visit(node: Node) -> list[Node] | None:
        if node["t"] not in ("Div", "Span"):
            return None
        attributes = attributes_of(node)
        kinds = [name for name in _CLASSES if attributes and name in attributes[1]]
        if attributes is None or not kinds:
            return None
        shown = _holds(attributes, format_name, source)
        if kinds[0] == "content-hidden":
            shown = not shown
        return node["c"][1] if shown else []

    return walk(tree, visit)


def _holds(attributes: list[Any], format_name: str, source: Source) -> bool:
    unknown = [name for name, _ in attributes[2] if name not in _CONDITIONS]
    if unknown or not attributes[2]:
        name = unknown[0] if unknown else attributes[1][0]
        raise source.error(
            f"conditional content with a condition that the engine does not know: {name}",
            name,
            'use when-format="…" or unless-format="…"',
        )
    for name, wanted in attributes[2]:
        way, _, subject = name.partition("-")
        if subject == "format":
            if wanted not in (*FORMATS, *_NEVER_HERE):
                raise source.error(
                    f"unknown format {wanted!r} in {name}", wanted or name, f"use one of: {', '.join(FORMATS)}"
                )
            # LaTeX is how Quarto makes its pdf
            holds = wanted == format_name or (wanted, format_name) == ("pdf", "latex")
        elif subject == "meta":
            holds = _stated(source.metadata, wanted)
        else:
            holds = False  # a profile: there is none here
        if holds != (way == "when"):
            return False
    return True


def _stated(metadata: Any, path: str) -> bool:
    """Whether the metadata say ``true`` at a path such as ``review.open``."""
    for part in path.split("."):
        metadata = metadata.get(part) if isinstance(metadata, dict) else None
    return metadata is True
