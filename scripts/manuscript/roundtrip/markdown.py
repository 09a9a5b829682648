"""New words as Markdown: their type, links, notes and citations as marks, and nothing of theirs taken for one."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from urllib.parse import quote, urlsplit

from manuscript.cite.typed import Library, Typed
from manuscript.roundtrip.word import Look, Paragraph, Thing

PROSE = ("para", "item", "abstract")
_SENTENCE = re.compile(r"(?<=[.!?])(?<!et al\.)(?<!vs\.)(?<!e\.g\.)(?<!i\.e\.)(?<!Dr\.) (?=[A-Z“\"@{])")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_SPECIAL = re.compile(r"[\\`*_\[\]<>$^~|@{}]|&(?=#?\w+;)|-(?=-)|(?<=-)-|\.(?=\.\.)|(?<=\.)\.(?=\.)|(?<=\.\.)\.")
# what makes a heading, a list, a block or a rule when it begins a line
_LINE_START = re.compile(r"(?m)^(?=#{1,6}(?:\s|$)|[-+:%](?:\s|$)|:{3}|-{3}|={3})|^(\(?\d+)(?=[.)](?:\s|$))")
_LETTERED = re.compile(r"^(\(?(?:[A-Za-z]|[ivxlcIVXLC]+))(?=[.)]\s)")
PLAIN = Look()
# a character, how it is set, and the thing that it stands for
Piece = tuple[str, Look, Thing | None]


class Writer:
    """Writes the words of a paragraph; ``lines`` are rendered sentences with their source, ``library`` the references."""

    def __init__(self, lines: dict[str, str], library: Library) -> None:
        self.lines, self.library = lines, library

    def text(
        self, pieces: list[Piece], kind: str, indent: str, *, ambient: Look = PLAIN, before: str = "", after: str = "",
        fresh: bool = False,
    ) -> str:  # fmt: skip
        """Rendered text as Markdown: moved sentences from their source, the rest escaped, one sentence per line.

        ``ambient`` is how the words around it are set; ``fresh`` says that it begins a block.
        """
        kept: list[str] = []

        def keep(source: str, whole: bool = False) -> str:
            kept.append(source)
            return f"\u0001{len(kept) - 1}\u0002" if whole else f"\u0003{len(kept) - 1}\u0004"

        text = "".join(piece[0] for piece in pieces)
        parts: dict[int, tuple[int, str]] = {}
        for rendered, source in sorted(self.lines.items(), key=lambda pair: -len(pair[0])):
            at = text.find(rendered) if rendered in text else -1
            while at >= 0:
                if not any(start < at + len(rendered) and at < end for start, (end, _) in parts.items()):
                    parts[at] = (at + len(rendered), keep(source, whole=True))
                at = text.find(rendered, at + 1)
        for typed in self.library.typed(text):
            known, others = _sorted_out(typed)
            inside = any(start < typed.end and typed.start < end for start, (end, _) in parts.items())
            if known and not inside:
                made = keep(typed.markdown(known)) + others
                parts[typed.start] = (typed.end, made)
        result, at = "", 0
        while at < len(pieces):
            if at in parts:
                end, made = parts[at]
                result += made
                at = end
                continue
            stop = min([start for start in parts if start > at], default=len(pieces))
            for look, group in groupby(pieces[at:stop], key=lambda piece: piece[1]._replace(mark="")):
                result += self._set(list(group), look, ambient, keep, indent)
            at = stop
        text = _SPECIAL.sub(lambda match: "\\" + match.group(), result.translate(_STRAIGHT))
        if kind in PROSE:
            wrap = "\n" + indent
            text = _SENTENCE.sub(lambda _: wrap, text)
            text = re.sub("(?<=\u0002) (?=[A-Z\u0001])|(?<=[.!?]) (?=\u0001\\d+\u0002(?!\\w))", lambda _: wrap, text)
            if text.startswith(" ") and before in (".", "!", "?") and re.match(" [A-Z\u0001]", text):
                text = wrap + text[1:]
            if re.search("[.!?\u0002] $", text) and re.match(r"[A-Z]", after):
                text = text[:-1] + wrap
            head, rest = (text, "") if "\n" not in text else text.split("\n", 1)
            if fresh:
                head = _LETTERED.sub(r"\1\\", _line_start(head))
            text = head + ("\n" + _line_start(rest) if rest or "\n" in text else "")
        return re.sub("[\u0001\u0003](\\d+)[\u0002\u0004]", lambda match: kept[int(match[1])], text)

    def _set(self, group: list[Piece], look: Look, ambient: Look, keep: Callable[..., str], indent: str) -> str:
        """Pieces that look alike, with marks where the words around them look otherwise."""
        text = ""
        for sign, _, thing in group:
            if thing is None:
                text += sign
            elif thing.kind == "note":
                text += keep(f"^[{self.text([(c, PLAIN, None) for c in thing.text], 'cell', '')}]")
            elif thing.kind == "line break":
                text = text.rstrip() + keep("\\\n" + indent)
            else:
                keys = [self.library.key_of_doi(doi) for doi in thing.keys]
                whole = bool(keys) and all(keys)
                text += keep("[" + "; ".join(f"@{key}" for key in keys) + "]") if whole else thing.text
        marks = marks_of(look, ambient)
        if not marks or not text.strip():
            return text
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        inner = text.strip()
        if look.raised and look.raised != ambient.raised:
            inner = inner.replace(" ", keep("\\ "))
        return lead + keep(marks[0]) + inner + keep(marks[1]) + tail

    def offered(self, text: str) -> tuple[str, str]:
        """What to look at in new text: citations that were typed and became keys."""
        keys = [key for typed in self.library.typed(text) for key in _sorted_out(typed)[0]]
        offered = ", ".join(f"[@{key}]" for key in keys)
        return ("a typed citation became a key", f"see that it is {offered}") if keys else ("", "")

    def rendered(self, text: str) -> str:
        """New text as it will show: a typed citation that is known becomes one that is made, whatever its words."""
        for typed in reversed(self.library.typed(text)):
            known, others = _sorted_out(typed)
            if known:
                text = text[: typed.start] + "…" + others + text[typed.end :]
        return text


def pieces_of(paragraph: Paragraph, start: int, end: int) -> list[Piece]:
    return [(paragraph.text[at], paragraph.looks[at], paragraph.things.get(at)) for at in range(start, end)]


def marks_of(look: Look, ambient: Look) -> tuple[str, str] | None:
    """The Markdown around words in ``look`` among words in ``ambient``; ``None`` when there is nothing to say."""
    opening, closing = "", ""
    address = address_of(look.link) if look.link != ambient.link else ""
    if address:
        opening, closing = "[", f"]({address})"
    for name, word in (("under", "underline"), ("caps", "smallcaps")):
        if getattr(look, name) and not getattr(ambient, name):
            opening, closing = opening + "[", f"]{{.{word}}}" + closing
    strong = ("**" if look.bold and not ambient.bold else "") + ("*" if look.italic and not ambient.italic else "")
    struck = "~~" if look.strike and not ambient.strike else ""
    raised = look.raised if look.raised != ambient.raised else ""
    opening, closing = opening + struck + strong + raised, raised + strong + struck + closing
    return (opening, closing) if opening else None


def address_of(link: str) -> str:
    """An address that Markdown may hold; nothing for one that a reader should not follow, or that leads into the file."""
    if urlsplit(link).scheme.lower() not in ("http", "https", "mailto"):
        return ""
    return quote(link, safe="/:?#&=%+,;@!~-._*$'").replace("'", "%27")


def _line_start(text: str) -> str:
    return _LINE_START.sub(lambda match: (match[1] or "") + "\\", text)


def _sorted_out(typed: Typed) -> tuple[list[str], str]:
    """The keys of a typed citation that are certain, and what stays as it was typed."""
    others = "; ".join(part.text for part in typed.parts if len(part.keys) != 1)
    return [part.keys[0] for part in typed.parts if len(part.keys) == 1], f" ({others})" if others else ""
