"""From differences between paragraphs to edits of the sources, or to entries of a list where that is not possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from manuscript.roundtrip.align import Placed, Token, pair, place, split
from manuscript.roundtrip.blocks import BOUND, Block, Sources, Unit
from manuscript.roundtrip.word import Paragraph

_PROSE = ("para", "item", "abstract")
_SENTENCE = re.compile(r"(?<=[.!?])(?<!et al\.)(?<!vs\.)(?<!e\.g\.)(?<!i\.e\.)(?<!Dr\.) (?=[A-Z“\"@{])")
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_SPECIAL = re.compile(r"([\\`*_\[\]<>$^~|@{}])")


@dataclass(frozen=True)
class Edit:
    """Replace ``old``, which stands at ``start`` of ``file``, by ``new``."""

    file: str
    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True)
class Listed:
    """An edit that only a person can bring in: where, what, why, and what to change instead."""

    place: str
    old: str
    new: str
    reason: str
    mend: str


@dataclass
class Result:
    """What one view holds: edits for the patch, what only a person can bring in, and comments."""

    edits: list[Edit]
    listed: list[Listed]
    comments: dict[str, tuple[str, str]]  # id: (file:line or nothing, the sentence there)


class Importer:
    """Compares views of the reviewed file with the base render."""

    def __init__(self, sources: Sources, base: list[Paragraph]) -> None:
        self.sources, self.base = sources, base
        self.placed = place(sources, base)
        self.lines = self._rendered_lines()

    def _rendered_lines(self) -> dict[str, str]:
        """The source of each rendered sentence, so that a moved one keeps its citations and numbers."""
        result = {}
        for item in self.placed.values():
            if item.block.kind not in _PROSE or item.block.made:
                continue
            for line in sorted({token.line for token in item.tokens}):
                tokens = [token for token in item.tokens if token.line == line]
                text = "".join(token.text for token in tokens).strip()
                units = [unit for unit in item.block.units if unit.line == line and unit.source != "\n"]
                if len(text) > 15:
                    raw = self.sources.texts[item.block.file]
                    result[text] = raw[units[0].start : units[-1].end].strip()
        return result

    def compare(self, reviewed: list[Paragraph]) -> Result:
        """Everything in which ``reviewed`` differs from the base."""
        result = Result([], [], {})
        last: int | None = None
        for index, other in pair(self.base, reviewed):
            if index is not None and other is not None:
                if self.base[index].text != reviewed[other].text or self.base[index].looks != reviewed[other].looks:
                    self._changed(index, reviewed[other], result)
            elif index is not None:
                self._removed(index, result)
            elif other is not None and reviewed[other].text:
                self._added(last, reviewed[other], result)
            if other is not None:
                self._comments(index, last, reviewed[other], result)
            last = index if index is not None else last
        self._keep_apart(result)
        return result

    def _keep_apart(self, result: Result) -> None:
        """Of two edits that overlap, the later is listed: a patch can hold only one of them."""
        ends: dict[str, int] = {}
        for edit in sorted(result.edits, key=lambda item: (item.file, item.start, item.end)):
            if edit.start < ends.get(edit.file, 0):
                result.edits.remove(edit)
                place = f"{edit.file}:{self.sources.line(edit.file, edit.start)}"
                result.listed.append(Listed(place, edit.old, edit.new, "it overlaps another edit", "edit by hand"))
            else:
                ends[edit.file] = edit.end

    # places

    def _place(self, index: int | None) -> str:
        if index is None or index not in self.placed:
            return ""
        block = self.placed[index].block
        return f"{block.file}:{self.sources.line(block.file, block.start)}"

    def _where(self, index: int) -> tuple[str, str]:
        """Why a paragraph cannot be changed in place, and what to change instead."""
        paragraph = self.base[index]
        if paragraph.reference:
            return "a reference", f"change the entry {paragraph.reference} of references.bib"
        item = self.placed.get(index)
        if item and item.block.made:
            return "made from the ledger", f"change the row, or the module named in the first line of {item.block.file}"
        if paragraph.cell:
            caption = next((p.text for p in self.base[index::-1] if "Caption" in p.style), "")
            return "a generated table", f"change the row behind: {caption[:90]}"
        if paragraph.style in ("Author", "Affiliation", "Date", "Keywords"):
            return "front matter", "change the front matter of index.qmd"
        if "Caption" in paragraph.style:
            return "a generated caption", "change the module that makes the figure or table"
        return "its place in the sources was not found", "place it by hand"

    def _comments(self, index: int | None, last: int | None, reviewed: Paragraph, result: Result) -> None:
        for key, at in reviewed.comments:
            item = self.placed.get(index) if index is not None else None
            if item is None or not item.tokens:
                near = self._place(last) if index is None else self._place(index)
                result.comments[key] = (near, reviewed.text[:200])
                continue
            tokens = split(reviewed.text, item.bound_texts)
            number = next((n for n, token in enumerate(tokens) if token.end > at), len(tokens))
            position = len(item.tokens) - 1
            for _, i1, i2, j1, j2 in _opcodes(item.tokens, tokens):
                if j1 <= number < j2:
                    position = min(i1 + min(number - j1, max(i2 - i1 - 1, 0)), len(item.tokens) - 1)
                    break
            line = item.tokens[position].line
            sentence = "".join(token.text for token in item.tokens if token.line == line).strip()
            result.comments[key] = (f"{item.block.file}:{line}", sentence)

    # whole paragraphs

    def _removed(self, index: int, result: Result) -> None:
        item = self.placed.get(index)
        text = self.base[index].text
        if item is None or item.block.made or item.block.kind not in ("para", "item"):
            reason, mend = self._where(index)
            if item and not item.block.made:
                reason, mend = f"a whole {item.block.kind}, which other text may refer to", "remove it by hand"
            result.listed.append(Listed(self._place(index), text, "", reason, mend))
            return
        block, raw = item.block, self.sources.texts[item.block.file]
        end = block.end
        while raw[end : end + 1] == "\n" and (end == block.end or block.kind == "para"):
            end += 1
        result.edits.append(self._edit(block, block.start, end, ""))

    def _added(self, last: int | None, paragraph: Paragraph, result: Result) -> None:
        item = self.placed.get(last) if last is not None else None
        if item is None or item.block.made or item.block.kind not in ("para", "item", "heading"):
            where = self._place(last)
            near = f"behind {where}" if where else "place it by hand"
            result.listed.append(Listed(where, "", paragraph.text, "a new paragraph beside generated text", near))
            return
        block = item.block
        text = self._markdown(paragraph.text, block)
        if block.kind == "item":
            raw = self.sources.texts[block.file][block.start : block.end]
            mark = re.match(r"\s*(?:[-*+]|\d+[.)])\s+", raw)
            text = "\n" + (mark.group() if mark else "- ") + text
        else:
            text = "\n\n" + text
        result.edits.append(self._edit(block, block.end, block.end, text))

    # inside a paragraph

    def _changed(self, index: int, paragraph: Paragraph, result: Result) -> None:
        item = self.placed.get(index)
        base = self.base[index]
        if item is None or item.block.made:
            if base.text != paragraph.text:
                reason, mend = self._where(index)
                result.listed.append(Listed(self._place(index), base.text, paragraph.text, reason, mend))
            return
        tokens = split(paragraph.text, item.bound_texts)
        for tag, i1, i2, j1, j2 in _opcodes(item.tokens, tokens):
            if tag == "equal":
                self._looks(item, paragraph, i1, i2, tokens, j1, result)
            else:
                self._hunk(item, paragraph, i1, i2, tokens[j1:j2], result)

    def _hunk(self, item: Placed, paragraph: Paragraph, i1: int, i2: int, new: list[Token], result: Result) -> None:
        block, tokens = item.block, item.tokens
        gone = tokens[i1:i2]
        text = "".join(token.text for token in new)
        old = "".join(token.text for token in gone)
        bound = [token for token in gone if token.bound]
        if bound and not self._whole_lines(item, i1, i2, text):
            unit = bound[0].bound
            assert unit is not None
            place = f"{block.file}:{bound[0].line}"
            reason, mend = _bound_reason([token.bound for token in bound if token.bound], self.sources.rows)
            result.listed.append(Listed(place, old, text, reason, mend))
            return
        if not gone:
            start, inside = self._point(item, i1, paragraph, new)
            text = self._looked(paragraph, new, item, i1, inside)
            text = self._markdown(text, block, before=self._before(item, i1), after=_text(tokens, i1))
            result.edits.append(self._edit(block, start, start, text))
            return
        start, end = gone[0].source_start, gone[-1].source_end
        marks = [u for u in block.units if u.kind not in ("text", *BOUND) and start <= u.start and u.end <= end]
        if not _balanced(marks):
            result.listed.append(
                Listed(
                    f"{block.file}:{gone[0].line}",
                    old,
                    text,
                    "it crosses the edge of emphasis or a link",
                    "edit by hand",
                )
            )
            return
        new_text = self._markdown(text, block, before=self._before(item, i1), after=_text(tokens, i2))
        if not new_text:
            start, end = self._without_empty_marks(block, start, end)
        result.edits.append(self._edit(block, start, end, new_text))

    def _whole_lines(self, item: Placed, i1: int, i2: int, new: str) -> bool:
        """Whether the edit takes whole sentences, so that no half of a bound piece stays."""
        inside = {number for number in range(i1, i2)}
        for line in {token.line for token in item.tokens[i1:i2] if token.bound}:
            whole = {n for n, token in enumerate(item.tokens) if token.line == line and self._shown(token)}
            if not whole <= inside:
                return False
        rest = new
        for rendered in sorted(self.lines, key=len, reverse=True):
            rest = rest.replace(rendered, "")
        return not rest.strip()

    def _shown(self, token: Token) -> bool:
        return bool(token.text.strip())

    def _before(self, item: Placed, number: int) -> str:
        return item.tokens[number - 1].text if number else ""

    def _point(self, item: Placed, number: int, paragraph: Paragraph, new: list[Token]) -> tuple[int, bool]:
        """Where an insertion goes, and whether it takes the look of what is before it."""
        tokens = item.tokens
        if number == 0:
            return tokens[0].source_start, False
        before = tokens[number - 1]
        if number == len(tokens):
            # behind closing marks when the new text looks otherwise
            inside = (
                item.paragraph.looks[before.end - 1 : before.end] == paragraph.looks[new[0].start : new[0].start + 1]
            )
            units = [unit for unit in item.block.units if unit.kind == "emphasis"]
            end = max([before.source_end, *(unit.end for unit in units)]) if not inside else before.source_end
            return end, inside
        after = tokens[number]
        look = paragraph.looks[new[0].start : new[0].start + 1]
        if before.end and item.paragraph.looks[before.end - 1 : before.end] == look:
            return before.source_end, True
        if before.line != after.line:
            return after.source_start, False
        return after.source_start, item.paragraph.looks[after.start : after.start + 1] == look

    def _looked(self, paragraph: Paragraph, new: list[Token], item: Placed, number: int, inside: bool) -> str:
        """The new text; bold or italic words that stand among plain ones keep marks."""
        text = "".join(token.text for token in new)
        looks = {paragraph.looks[at] for token in new for at in range(token.start, token.end) if token.text.strip()}
        if inside or len(looks) != 1 or item.block.kind not in _PROSE:
            return text
        mark = _mark(next(iter(looks)))
        if not mark:
            return text
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{lead}\u0000{mark}\u0000{text.strip()}\u0000{mark}\u0000{tail}"

    def _looks(
        self, item: Placed, paragraph: Paragraph, i1: int, i2: int, tokens: list[Token], j1: int, result: Result
    ) -> None:
        """Bold and italic type that was set or taken away without a change of words."""
        changed: list[tuple[int, tuple[bool, bool], tuple[bool, bool]]] = []
        groups: list[list[tuple[int, tuple[bool, bool], tuple[bool, bool]]]] = []
        for number in range(i1, i2):
            old, new = item.tokens[number], tokens[j1 + number - i1]
            before, after = item.paragraph.looks[old.start : old.end], paragraph.looks[new.start : new.end]
            if not old.text.strip():
                continue
            if before != after and before and after:
                entry = (number, before[0], after[0])
                if changed and changed[-1][1:] == entry[1:]:
                    changed.append(entry)
                else:
                    changed = [entry]
                    groups.append(changed)
            else:
                changed = []
        for group in groups:
            self._look(item, group, result)

    def _look(self, item: Placed, group: list, result: Result) -> None:
        block = item.block
        numbers, (_, before, after) = [entry[0] for entry in group], group[0]
        first, last = item.tokens[numbers[0]], item.tokens[numbers[-1]]
        text = item.paragraph.text[first.start : last.end]
        raw = self.sources.texts[block.file]
        start, end = first.source_start, last.source_end
        added, removed = (
            _mark((after[0] and not before[0], after[1] and not before[1])),
            _mark((before[0] and not after[0], before[1] and not after[1])),
        )
        if block.kind in _PROSE and added and not removed and first.line == last.line and "*" not in raw[start:end]:
            result.edits.append(self._edit(block, start, start, added))
            result.edits.append(self._edit(block, end, end, added))
        elif (
            removed
            and not added
            and raw[:start].endswith(removed)
            and raw[end:].startswith(removed)
            and "*" not in raw[start:end]
        ):
            result.edits.append(self._edit(block, start - len(removed), start, ""))
            result.edits.append(self._edit(block, end, end + len(removed), ""))
        else:
            wish = f"set as {added}" if added else f"without {removed}"
            result.listed.append(
                Listed(f"{block.file}:{first.line}", text, f"{text} ({wish})", "a change of type", "set it by hand")
            )

    def _without_empty_marks(self, block: Block, start: int, end: int) -> tuple[int, int]:
        """The span with the emphasis around it when nothing is left inside."""
        raw = self.sources.texts[block.file]
        for mark in ("***", "**", "*"):
            if raw[:start].endswith(mark) and raw[end:].startswith(mark):
                return start - len(mark), end + len(mark)
        return start, end

    # text

    def _edit(self, block: Block, start: int, end: int, new: str) -> Edit:
        return Edit(block.file, start, end, self.sources.texts[block.file][start:end], new)

    def _markdown(self, text: str, block: Block, *, before: str = "", after: str = "") -> str:
        """Rendered text as Markdown: moved sentences from their source, the rest escaped, one sentence per line."""
        kept: list[str] = []

        def keep(source: str) -> str:
            kept.append(source)
            return f"\u0001{len(kept) - 1}\u0002"

        for rendered, source in sorted(self.lines.items(), key=lambda pair: -len(pair[0])):
            if rendered in text:
                text = text.replace(rendered, keep(source))
        text = re.sub("\u0000(\\*+)\u0000", lambda match: keep(match[1]), text)
        text = _SPECIAL.sub(r"\\\1", text.translate(_PLAIN))
        if block.kind in _PROSE or block.kind == "heading":
            indent = "\n" + ("" if block.kind == "heading" else block.indent)
            text = _SENTENCE.sub(lambda _: indent, text)
            text = re.sub("(?<=\u0002) (?=[A-Z\u0001])|(?<=[.!?]) (?=\u0001\\d+\u0002(?!\\w))", lambda _: indent, text)
            if text.startswith(" ") and before in (".", "!", "?") and re.match(" [A-Z\u0001]", text):
                text = indent + text[1:]
            if re.search("[.!?\u0002] $", text) and re.match(r"[A-Z]", after):
                text = text[:-1] + indent
        return re.sub("\u0001(\\d+)\u0002", lambda match: kept[int(match[1])], text)


def _text(tokens: list[Token], number: int) -> str:
    return tokens[number].text if number < len(tokens) else ""


def _mark(look: tuple[bool, bool]) -> str:
    return {(True, True): "***", (True, False): "**", (False, True): "*"}.get(look, "")


def _balanced(marks: list[Unit]) -> bool:
    stack: list[str] = []
    for mark in marks:
        if mark.kind in ("comment", "attributes"):
            continue
        sign = {"open": "[", "close": "["}.get(mark.kind, mark.source)
        if stack and stack[-1] == sign and mark.kind != "open":
            stack.pop()
        elif mark.kind == "close":
            return False
        else:
            stack.append(sign)
    return not stack


def _bound_reason(units: list[Unit], rows: dict[str, str]) -> tuple[str, str]:
    unit = units[0]
    if unit.kind == "number":
        name = unit.source.strip("{}<> ").split()[-1]
        return "a number from the ledger", f"change the row {rows.get(name, name)} (the text names {name})"
    if unit.kind in ("citation", "reference"):
        keys = ", ".join(item.source for item in units)
        return "a citation or cross-reference", f"change {keys} in the sentence, or its entry in references.bib"
    return f"a {unit.kind}, which is made while rendering", f"change {unit.source or 'its label'} by hand"


def _opcodes(base: list[Token], new: list[Token]) -> Iterator[tuple[str, int, int, int, int]]:
    """The differences, slid so that a whole sentence that came or went is one of them."""
    a, b = [token.text for token in base], [token.text for token in new]
    heads = {0} | {n for n in range(1, len(base)) if base[n].line != base[n - 1].line and base[n - 1].text == " "}
    codes = _merged([list(code) for code in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes()], base)
    for number, code in enumerate(codes):
        tag, i1, i2, j1, j2 = code
        if tag not in ("delete", "insert") or not 0 < number < len(codes) - 1:
            continue
        # "(A.) B." to "A(. B).": the same text, but the first takes a sentence and the second two halves
        for way in (1, -1):
            steps, room = 0, codes[number + way][2] - codes[number + way][1]
            while steps < room and i1 + steps * way not in heads:
                at = steps if way == 1 else -steps - 1
                same = a[i1 + at] == a[i2 + at] if tag == "delete" else b[j1 + at] == b[j2 + at]
                if not same:
                    break
                steps += 1
            if i1 + steps * way in heads:
                shift = steps * way
                codes[number - 1][2] += shift
                codes[number - 1][4] += shift
                code[1:] = [i1 + shift, i2 + shift, j1 + shift, j2 + shift]
                codes[number + 1][1] += shift
                codes[number + 1][3] += shift
                break
    for tag, i1, i2, j1, j2 in codes:
        if tag != "equal" or i1 < i2:
            yield str(tag), int(i1), int(i2), int(j1), int(j2)


def _merged(codes: list[list], base: list[Token]) -> list[list]:
    """Two changes with only a blank between are one: a blank may end a sentence on one side and not on the other."""
    result: list[list] = []
    for code in codes:
        blank = len(result) > 1 and result[-1][0] == "equal" and result[-1][2] - result[-1][1] == 1
        if blank and code[0] != "equal" and base[result[-1][1]].text == " ":
            first = result[-2]
            if not any(token.bound for token in [*base[first[1] : first[2]], *base[code[1] : code[2]]]):
                result.pop()
                first[0], first[2], first[4] = "replace", code[2], code[4]
                continue
        result.append(code)
    return result
