"""Signs that Word keeps as a place in a symbol font, as the characters that they show."""

from __future__ import annotations

# Adobe's encoding of the Symbol font from 0x20; U+FFFD where it has no character of its own
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\ufffdαβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    + "\ufffd" * 33
    + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…\ufffd\ufffd↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
    + "\ufffd" * 10
    + "\ufffd〉∫⌠\ufffd⌡"
)
# the few of Wingdings that stand in prose
_WINGDINGS = {
    0xA7: "▪",
    0xA8: "◻",
    0xD8: "➢",
    0xE0: "→",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFE: "☑",
    0x6C: "●",
    0x6E: "■",
}


def character(font: str, code: int) -> str:
    """What ``code`` shows in ``font``; nothing where that is not known. Word adds 0xF000 to the codes of such fonts."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    name = font.strip().lower()
    if name.startswith("symbol") and 0x20 <= low < 0x20 + len(_SYMBOL):
        found = _SYMBOL[low - 0x20]
        return "" if found == "\ufffd" else found
    if name.startswith("wingdings"):
        return _WINGDINGS.get(low, "")
    if (
        name in ("symbol", "webdings")
        or 0xE000 <= code <= 0xF8FF
        or not 0x20 <= code < 0x110000
        or 0xD800 <= code < 0xE000
    ):
        return ""
    return chr(code)
