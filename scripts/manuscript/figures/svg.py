"""SVGs as small as a page can afford: every letter once, numbers no finer than print shows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

Word = tuple[tuple[str, int], ...]  # letters by their names, each with its place from the word's beginning

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?![\de])")
_STEP = re.compile(r"([MLQCZz])([^MLQCZz]*)")
_SCALE = re.compile(r"scale\(([\d.]+)(?: (-?[\d.]+))?\)")
_TRANSLATE = re.compile(r"translate\((-?[\d.]+)")
# matplotlib draws letters a hundred units high; in whole thousandths of an em no eye sees the difference
_FINENESS = 10
_DIGITS = 2  # of places on the page, in points
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def compact(svg: bytes) -> str:
    """matplotlib's SVG with each letter drawn once, under a short name, and without what draws nothing.

    What it does not know stays as it is.
    """
    root = etree.fromstring(svg, etree.XMLParser(remove_comments=True, remove_blank_text=True, resolve_entities=False))
    for element in list(root.iter(f"{{{_SVG}}}metadata", f"{{{_SVG}}}style")):
        _drop(element)
    _share_letters(root)
    for element in root.iter():
        for name in ("d", "points", "x", "y", "width", "height", "transform", "style"):
            if (value := element.get(name)) is not None:
                element.set(name, _NUMBER.sub(_rounded, " ".join(value.split())))
    _forget_names(root)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode") + "\n"


def _share_letters(root: _Element) -> None:
    """Outlines of letters, and words that stand more than once, into one list at the head; texts name and place them."""
    shared = etree.Element(f"{{{_SVG}}}defs")
    names: dict[str, str] = {}
    texts: list[tuple[_Element, list[tuple[int, Word]]]] = []
    for group in list(root.iter(f"{{{_SVG}}}g")):
        if group.find(f"{{{_SVG}}}use") is None or "scale(" not in group.get("transform", ""):
            continue
        for path in group.iterfind(f"{{{_SVG}}}defs/{{{_SVG}}}path"):
            if path.get("d"):  # else a space
                names[path.get("id", "")] = _short(len(names))
                etree.SubElement(shared, f"{{{_SVG}}}path", id=names[path.get("id", "")], d=_coarse(path))
        group.set("transform", _SCALE.sub(_finer, group.get("transform", "")))
        texts.append((group, _words(group, names)))
    times = Counter(word for _, words in texts for _, word in words if len(word) > 1)
    ids = {word: _short(len(names) + place) for place, word in enumerate(word for word, n in times.items() if n > 1)}
    for word, name in ids.items():
        _spell(etree.SubElement(shared, f"{{{_SVG}}}g", id=name), 0, word)
    for group, words in texts:
        for child in list(group):
            group.remove(child)
        for x, word in words:
            _spell(group, x, ((ids[word], 0),) if word in ids else word)
    if len(shared):
        root.insert(0, shared)


def _words(group: _Element, names: dict[str, str]) -> list[tuple[int, Word]]:
    """The words of a text, each with its place; a letter's place is counted from its word."""
    words: list[tuple[int, Word]] = []
    letters: list[tuple[str, int]] = []
    start = 0.0
    for use in [*group.iterfind(f"{{{_SVG}}}use"), None]:
        name = None if use is None else names.get(use.get(_HREF, "").removeprefix("#"))
        if name is None or use is None:
            if letters:
                words.append((round(start), tuple(letters)))
            letters = []
            continue
        moved = _TRANSLATE.search(use.get("transform", ""))
        x = (float(moved[1]) if moved else 0.0) * _FINENESS
        start = x if not letters else start
        letters.append((name, round(x - start)))
    return words


def _spell(parent: _Element, x: int, word: Word) -> None:
    for name, shift in word:
        use = etree.SubElement(parent, f"{{{_SVG}}}use", href=f"#{name}")
        if x + shift:
            use.set("x", str(x + shift))


def _short(number: int) -> str:
    """``a``, ``b``, … ``aa``: the shortest names that an SVG allows."""
    high, low = divmod(number, len(_LETTERS))
    return (_short(high - 1) if high else "") + _LETTERS[low]


def _finer(scale: re.Match[str]) -> str:
    across, down = float(scale[1]) / _FINENESS, float(scale[2] or scale[1]) / _FINENESS
    # fractions that `_rounded` leaves alone: they count for every letter of the line
    return f"scale({across:.2e} {down:.2e})"


def _coarse(path: _Element) -> str:
    """An outline in whole units, each point told from the one before."""
    scale = _SCALE.fullmatch(path.get("transform", ""))
    factor = (float(scale[1]) if scale else 1.0) * _FINENESS
    said, here, start = [], (0, 0), (0, 0)
    for command, numbers in _STEP.findall(path.get("d", "")):
        if command in "Zz":
            said.append("z")
            here = start
            continue
        values = [round(float(number) * factor) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        steps = [(x - here[0], y - here[1]) for x, y in points]
        if command == "L" and 0 in steps[0]:
            said.append(f"v{steps[0][1]}" if steps[0][0] == 0 else f"h{steps[0][0]}")
        else:
            said.append(command.lower() + " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-"))
        here = points[-1]
        if command == "M":
            start = here
    return "".join(said)


def _rounded(number: re.Match[str]) -> str:
    return (
        f"{float(number[0]):.{_DIGITS}f}".rstrip("0").rstrip(".").replace("-0", "0" if float(number[0]) == 0 else "-0")
    )


def _forget_names(root: _Element) -> None:
    """Names that nothing asks for, and groups that neither move nor colour what they hold."""
    text = etree.tostring(root, encoding="unicode")
    asked = set(re.findall(r"#([\w-]+)", text))
    for element in list(root.iter()):
        if element.get("id") is not None and element.get("id") not in asked:
            del element.attrib["id"]
    for group in list(root.iter(f"{{{_SVG}}}g")):
        parent = group.getparent()
        if not group.attrib and parent is not None:
            place = parent.index(group)
            for child in reversed(list(group)):
                parent.insert(place, child)
            parent.remove(group)


def _drop(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
