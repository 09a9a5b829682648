"""Characters: LaTeX accents, entities, damage from a wrong encoding, and plain forms to compare by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial

_ACCENT = r"(?:[`'^\"~=.]|[uvHcrkdb](?![A-Za-z]))\s*(?:\{\\?[A-Za-z]\}|\\?[A-Za-z])"
_LETTER = r"(?:ss|oe|OE|ae|AE|aa|AA|dh|DH|dj|DJ|th|TH|ng|NG|[oOlLij])(?![A-Za-z])(?:\{\}|\s+(?=\S))?"
LATEX = re.compile(rf"\{{\\(?:{_ACCENT}|{_LETTER})\}}|\\(?:{_ACCENT}|{_LETTER})")
# UTF-8 read as Windows-1252 or Latin-1: a lead byte as a letter, then continuation bytes as signs
_MOJIBAKE = re.compile(
    r"[ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑ][\u0080-\u00BF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013-\u203A\u20AC\u2122]|â€|ï¿½"
)
_DAMAGE = re.compile(r"\ufffd|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+acute|[a-zA-Z]+uml|[a-zA-Z]+grave|[a-z]+dash);"
)
_TAG = re.compile(r"</?(?:i|em|b|strong|u|sup|sub|scp|sc|italic|bold|span|(?:jats|mml):\w+)(?:\s[^<>]*)?/?>", re.I)
# as Zotero's own export writes the signs of a tag
_SPELT_TAG = re.compile(r"\{?\\textless(?:\{\})?\s?\}?(/?\w[^{}<>\\]*?)\{?\\textgreater(?:\{\})?\s?\}?")
# what a tag holds: every brace is closed, so that it never leaves its field
_INSIDE = r"(?P<inside>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*?)"
_PRINT = tuple(
    (re.compile(rf"<{tag}>{_INSIDE}</{end}>", re.I | re.S), command)
    for tag, end, command in (
        (r"(?:i|em|italic)", r"(?:i|em|italic)", "emph"),
        (r"(?:b|strong|bold)", r"(?:b|strong|bold)", "textbf"),
        (r"(?:scp?|span style=[\"']font-variant:\s*small-caps;?[\"'])", r"(?:scp?|span)", "textsc"),
        (r"span class=[\"']nocase[\"']", "span", ""),
    )
)
_RAISED = re.compile(r"[^\s<>{}]*(?:<(su[bp])>[^\s<>{}]*</\1>[^\s<>{}]*)+", re.I)
_SUB, _SUP = (re.compile(rf"<{tag}>{_INSIDE}</{tag}>", re.I | re.S) for tag in ("sub", "sup"))
# letters that Unicode does not take apart
_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ß": "ss",
     "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i", "ħ": "h", "Ħ": "H"}
)  # fmt: skip


def from_latex(text: str) -> str:
    """LaTeX accents and letters as UTF-8 (``{\\"u}`` is ``ü``); everything else stays as it is."""
    if "\\" not in text:
        return text
    return LATEX.sub(lambda match: _decode(match.group()), text)


@lru_cache(maxsize=4096)
def _decode(macro: str) -> str:
    import codecs

    import latexcodec  # noqa: F401  (it registers the codec)

    bare = macro.strip().strip("{}") if not macro.endswith("{}") else macro[:-2].strip("{}")
    opened = bare.count("{") - bare.count("}")
    decoded = codecs.decode((bare + "}" * max(opened, 0)).encode(), "latex")
    return unicodedata.normalize("NFC", decoded.replace("{", "").replace("}", "")).strip()


def from_html(text: str) -> str:
    """Character entities as characters and tags of print as LaTeX (``<i>x</i>`` is ``\\emph{x}``).

    Capitals in what a tag marks get braces, since BibTeX would make them small: ``{\\emph{Escherichia coli}}``.
    """
    if "&" in text:
        for _ in range(2):  # exports double them: &amp;lt;i&amp;gt;
            text = _ENTITY.sub(_character, text)
    text = _SPELT_TAG.sub(_tag_or_signs, text)
    if "<" not in text:
        return text
    text = re.sub(r"<(/?)jats:", r"<\1", text)
    text = _RAISED.sub(
        lambda word: f"{{{word.group()}}}" if _has_capital(_TAG.sub("", word.group())) else word.group(), text
    )
    text = _SUP.sub(r"\\textsuperscript{\g<inside>}", _SUB.sub(r"\\textsubscript{\g<inside>}", text))
    for pattern, command in _PRINT:
        text = pattern.sub(partial(_printed, command), text)
    return _TAG.sub("", text)


def _printed(command: str, match: re.Match[str]) -> str:
    inside = match["inside"]
    marked = f"\\{command}{{{inside}}}" if command else inside
    return f"{{{marked}}}" if not command or _has_capital(inside) else marked


def _has_capital(text: str) -> bool:
    return any(letter.isupper() for letter in re.sub(r"\\[A-Za-z]+", "", text))


def _character(entity: re.Match[str]) -> str:
    """The character, unless it is one that BibTeX would take for its own sign."""
    import html

    character = html.unescape(entity.group())
    return entity.group() if character in '{}\\"%' else character


def _tag_or_signs(match: re.Match[str]) -> str:
    tag = f"<{match[1].strip()}>"
    return tag if _TAG.fullmatch(tag) else match.group()


def has_html(text: str) -> str:
    """The first entity or tag in ``text``, or nothing."""
    if "&" not in text and "<" not in text:
        return ""
    found = _ENTITY.search(text) or _TAG.search(text)
    return found.group() if found else ""


def damage(text: str) -> tuple[str, str] | None:
    """What a wrong encoding left in ``text``, and the text that was probably meant (empty when it cannot be told)."""
    if text.isascii():
        found = _DAMAGE.search(text) or _LOST.search(text)
    else:
        found = _MOJIBAKE.search(text) or _DAMAGE.search(text) or _LOST.search(text)
    if found is None:
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if meant != text:
            return found.group(), meant
    return found.group(), ""


def plain(text: str) -> str:
    """The words of a field as they are read: no braces, no commands, UTF-8."""
    if "\\" not in text and "{" not in text:
        return text
    text = from_latex(text)
    text = re.sub(r"\\(?:emph|text[a-z]+|mkbibemph|mkbibquote)\s*", "", text)
    text = re.sub(r"\\([&%#$_{}])", r"\1", text)
    return text.replace("{", "").replace("}", "").replace("~", " ")


def ascii_letters(text: str) -> str:
    """``text`` in ASCII, as keys are made: ``Jørgensen`` is ``Jorgensen``."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in decomposed if letter.isascii())


def comparable(text: str) -> str:
    """Lower-case ASCII words with single spaces, for comparisons that ignore braces, dashes, accents and case."""
    return " ".join(re.findall(r"[a-z0-9]+", ascii_letters(plain(text)).lower()))
