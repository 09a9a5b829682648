"""From differences between paragraphs to changes of the sources, or to entries of a list where that is not possible.

Every difference becomes one ``Change``: with edits it is placed, without it is listed, and there is no third way.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from urllib.parse import unquote, urlsplit

from manuscript.cite.typed import Library
from manuscript.roundtrip.align import Match, Placed, Token, pair, place, split
from manuscript.roundtrip.blocks import BOUND, MARKS, Block, Sources, Unit, inline
from manuscript.roundtrip.differences import differences
from manuscript.roundtrip.markdown import PLAIN, PROSE, Piece, Writer, address_of, marks_of, pieces_of
from manuscript.roundtrip.word import Look, Paragraph, Thing, described

# a title in YAML or in an attribute has quotation marks around it
_QUOTED = ("front", "title")


@dataclass(frozen=True)
class Edit:
    """Replace ``old``, which stands at ``start`` of ``file``, by ``new``."""

    file: str
    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One difference: what stood at ``place`` (file:line), what is wanted, and the edits that bring it about.

    Without edits only a person can bring it in, and ``reason`` and ``mend`` say why and how; with them they say what to
    look at.
    """

    place: str
    old: str
    new: str
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    mend: str = ""


@dataclass
class Result:
    """What one view holds: changes, and where each comment belongs as (file:line or nothing, the sentence there)."""

    changes: list[Change] = field(default_factory=list)
    comments: dict[str, tuple[str, str]] = field(default_factory=dict)

    def list(self, place: str, old: str, new: str, reason: str, mend: str) -> None:
        """One more change that only a person can bring in."""
        self.changes.append(Change(place, old, new, (), reason, mend))

    def put(self, place: str, old: str, new: str, *edits: Edit, look: tuple[str, str] = ("", "")) -> None:
        """One more change that is placed; ``look`` says why a person should look at it, and what to do then."""
        self.changes.append(Change(place, old, new, edits, *look))


class Importer:
    """Compares views of the reviewed file with the base render."""

    def __init__(self, sources: Sources, base: list[Paragraph], library: Library | None = None) -> None:
        self.sources, self.base = sources, base
        self.library = library or Library({})
        self.placed = place(sources, base)
        self.lines = self._rendered_lines()
        self.writer = Writer(self.lines, self.library)

    def _rendered_lines(self) -> dict[str, str]:
        """The source of each rendered sentence, so that a moved one keeps its citations and numbers."""
        result = {}
        for item in self.placed.values():
            if item.block.kind not in PROSE or item.block.made:
                continue
            for line in sorted({token.line for token in item.tokens}):
                tokens = [token for token in item.tokens if token.line == line]
                text = "".join(token.text for token in tokens).strip()
                units = [unit for unit in item.block.units if unit.line == line and unit.source != "\n"]
                if len(text) > 15:
                    raw = self.sources.texts[item.block.file]
                    result[text] = raw[units[0].start : units[-1].end].strip()
        return result

    def compare(self, reviewed: list[Paragraph], author: str = "") -> Result:
        """Everything in which ``reviewed`` differs from the base; of tracked marks that no text shows, those of ``author``."""
        result = Result()
        matches = pair(self.base, reviewed)
        self.habits = _habits(self.base, reviewed, matches)
        last: int | None = None
        behind: tuple[int | None, Paragraph] | None = None
        for number, match in enumerate(matches):
            index, other = (match.base or (None,))[0], (match.reviewed or (None,))[0]
            if index is not None and other is not None:
                self._both(index, reviewed[other], result)
                behind = None
            elif index is not None:
                self._removed(match, result)
            elif other is not None:
                items = [reviewed[n] for n in match.reviewed]
                follows = next((later.base[0] for later in matches[number + 1 :] if later.base), None)
                self._added(match.what, last, follows, items, behind, result)
                behind = (last, items[-1])
            for n in match.reviewed:
                self._comments(index, last, reviewed[n], result)
                where = self._place(index) or self._place(last)
                for who, old, new, what in reviewed[n].asides:
                    if who == author:
                        result.list(
                            where, old or reviewed[n].shown()[:120], new, what, "set it by hand where it is wanted"
                        )
            last = match.base[-1] if match.base else last
        self._keep_apart(result)
        return result

    def _both(self, index: int, reviewed: Paragraph, result: Result) -> None:
        base = self.base[index]
        if base.level != reviewed.level:
            # a heading is bold by its style: that comes with the level
            own = base.looks if base.text == reviewed.text else [look._replace(bold=False) for look in reviewed.looks]
            reviewed = replace(reviewed, looks=own)
        if base.text == reviewed.text and base.looks == reviewed.looks and not base.things:
            self._structure(index, reviewed, result)
            return
        self._changed(index, reviewed, result)
        self._structure(index, reviewed, result)
        self._things(index, reviewed, result)

    def _keep_apart(self, result: Result) -> None:
        """Of two changes that overlap, the later is listed: a patch can hold only one of them."""
        taken: dict[str, list[Edit]] = {}
        for number, change in enumerate(result.changes):
            for edit in change.edits:
                if any(edit.start < other.end and other.start < edit.end for other in taken.get(edit.file, ())):
                    result.changes[number] = replace(
                        change, edits=(), reason="it overlaps another edit", mend="edit by hand"
                    )
                    break
            else:
                for edit in change.edits:
                    taken.setdefault(edit.file, []).append(edit)

    # places

    def _place(self, index: int | None) -> str:
        if index is None or index not in self.placed:
            return ""
        block = self.placed[index].block
        return f"{block.file}:{self.sources.line(block.file, block.start)}"

    def _near(self, index: int) -> str:
        """The place of a paragraph, or of the nearest one before it that has one."""
        found = next((place for n in range(index, max(-1, index - 400), -1) if (place := self._place(n))), "")
        return found if self._place(index) or not found else f"after {found}"

    def _where(self, index: int) -> tuple[str, str]:
        """Why a paragraph cannot be changed in place, and what to change instead."""
        paragraph = self.base[index]
        if paragraph.part:
            return f"the {paragraph.part} of the page", "it is made by the template; change it there where it is wanted"
        if paragraph.reference:
            return "a reference", f"change the entry {paragraph.reference} of references.bib"
        item = self.placed.get(index)
        if item and item.block.made:
            return "made from the ledger", f"change the row, or the module named in the first line of {item.block.file}"
        if paragraph.cell:
            caption = next((p.text for p in self.base[index::-1] if "caption" in p.style.lower()), "")
            return "a generated table", f"change the row behind: {caption[:90]}"
        if paragraph.style in ("Author", "Affiliation", "Date", "Keywords"):
            return "front matter", "change the front matter of index.qmd"
        if "caption" in paragraph.style.lower() or paragraph.style == "Table Note":
            return "a generated caption", "change the module that makes the figure or table"
        if any(thing.kind == "picture" for thing in paragraph.things.values()):
            return "a figure", "change the figure, or its place in the chapter, by hand"
        if any(thing.kind == "formula" for thing in paragraph.things.values()):
            return "a formula", "change it in the chapter by hand, unless the program that saved the file dropped it"
        return "its place in the sources was not found", "place it by hand"

    def _comments(self, index: int | None, last: int | None, reviewed: Paragraph, result: Result) -> None:
        for key, at in reviewed.comments:
            item = self.placed.get(index) if index is not None else None
            if item is None or not item.tokens:
                near = self._near(index) if index is not None else self._place(last)
                result.comments[key] = (near.removeprefix("after "), reviewed.shown()[:200])
                continue
            tokens = split(reviewed, item.bound_texts)
            number = next((n for n, token in enumerate(tokens) if token.end > at), len(tokens))
            position = len(item.tokens) - 1
            for _, i1, i2, j1, j2 in differences(item.tokens, tokens):
                if j1 <= number < j2:
                    position = min(i1 + min(number - j1, max(i2 - i1 - 1, 0)), len(item.tokens) - 1)
                    break
            line = item.tokens[position].line
            sentence = "".join(token.text for token in item.tokens if token.line == line).strip()
            result.comments[key] = (f"{item.block.file}:{line}", sentence)

    # whole paragraphs

    def _removed(self, match: Match, result: Result) -> None:
        index, item = match.base[0], self.placed.get(match.base[0])
        text = " | ".join(self.base[n].shown() for n in match.base)
        if match.what == "row" and item and not item.block.made and item.block.kind == "cell":
            block, raw = item.block, self.sources.texts[item.block.file]
            end = block.end + 1 if raw[block.end : block.end + 1] == "\n" else block.end
            below = raw[end:].partition("\n")[0]
            if not re.fullmatch(r"\s*\|[\s:|-]+\|?\s*", below):  # the head of a table stays
                result.put(self._place(index), text, "", self._edit(block, block.start, end, ""))
                return
        if item is None or item.block.made or item.block.kind not in ("para", "item") or match.what != "paragraph":
            reason, mend = self._where(index)
            if item and not item.block.made:
                what = match.what if match.what != "paragraph" else item.block.kind
                reason, mend = f"a whole {what}, which other text may refer to", "remove it by hand"
            result.list(self._near(index), text, "", reason, mend)
            return
        block, raw = item.block, self.sources.texts[item.block.file]
        end = block.end
        while raw[end : end + 1] == "\n" and (end == block.end or block.kind == "para"):
            end += 1
        result.put(self._place(index), text, "", self._edit(block, block.start, end, ""))

    def _added(
        self, what: str, last: int | None, follows: int | None, items: list[Paragraph],
        behind: tuple[int | None, Paragraph] | None, result: Result,
    ) -> None:  # fmt: skip
        """A new paragraph, row or table: behind the one before it where that is prose, else before the next one."""
        items = [item for item in items if item.text]
        if not items:
            return
        shown = " | ".join(item.shown() for item in items)
        if items[0].part:
            result.list(
                "", "", shown, f"the {items[0].part} of the page", "it is made by the template; change it there"
            )
            return
        if last is not None and self.base[last].reference and what == "paragraph":
            found = re.search(r"\b10\.\d{4,9}/\S+[^\s.,;)]", shown)
            result.list(
                "references.bib",
                "",
                shown,
                "a new reference",
                f"manuscript cite add {found.group() if found else 'DOI'}",
            )
            return
        before = self.placed.get(last) if last is not None else None
        after = self.placed.get(follows) if follows is not None else None
        where = self._place(last) or (
            f"after {self._near(last)}".replace("after after", "after") if last is not None else ""
        )
        if what in ("row", "cells"):
            self._added_row(what, before, items, shown, where, result)
            return
        if before and not before.block.made and before.block.kind in ("para", "item", "heading", "caption"):
            block, at = before.block, before.block.end
        elif after and not after.block.made and after.block.kind in ("para", "heading"):
            block, at = after.block, after.block.start
        else:
            mend = (
                f"bring it in {where}"
                if where.startswith("after")
                else f"bring it in behind {where}"
                if where
                else "place it by hand"
            )
            result.list(where, "", shown, f"a new {what} beside generated text", mend)
            return
        text = self._table(items) if what == "table" else self._new_block(items[0], block, where, result)
        if not text:
            if what == "table":
                result.list(where, "", shown, "a table with merged cells, or with more than text", "write it by hand")
            return
        kind = "item" if items[0].items else what
        joined = behind is not None and behind[0] == last and bool(behind[1].items) and kind == "item"
        listed = at == block.end and block.kind == "item" and kind == "item" and behind is None
        gap = "\n" if joined or listed else "\n\n"
        follows_on = re.match(r"\n(?=[^\n])", self.sources.texts[block.file][at:])
        if at == block.end and kind != "item" and follows_on:
            text += "\n"  # what stands on the next line would become part of it
        text = gap + text if at == block.end else text + "\n\n"
        result.put(
            where, "", shown, self._edit(block, at, at, text), look=self.writer.offered(" ".join(i.text for i in items))
        )
        for item in items:
            self._typed(item, "", where, result)

    def _new_block(self, item: Paragraph, block: Block, where: str, result: Result) -> str:
        """A new paragraph as Markdown: a heading, an item of a list, or prose; nothing when no text is left."""
        pieces = self._sift(item, [Token(item.text, 0, len(item.text))], "para", where, result)
        if not "".join(text for text, _, _ in pieces).strip():
            return ""
        if item.level:
            text = self.writer.text(
                [(t, look._replace(bold=False, italic=False), thing) for t, look, thing in pieces], "heading", ""
            )
            return f"{'#' * min(item.level, 6)} {text}"
        if item.items:
            kind, depth = item.items
            mark = "1. " if kind == "number" else "- "
            indent = "    " * depth
            return indent + mark + self.writer.text(pieces, "item", indent + " " * len(mark), fresh=True).lstrip()
        return self.writer.text(pieces, "para", "", fresh=True)

    def _table(self, items: list[Paragraph]) -> str:
        """A pipe table of plain cells; nothing for one that Markdown cannot say."""
        unsayable = any(item.merged or any(t.kind != "citation" for t in item.things.values()) for item in items)
        rows: dict[int, dict[int, str]] = {}
        for item in items:
            _, row, column = item.spot or (0, 0, 0)
            if column in rows.setdefault(row, {}):
                return ""  # two paragraphs in one cell
            rows[row][column] = self.writer.text(pieces_of(item, 0, len(item.text)), "cell", "")
        if unsayable or not rows:
            return ""
        width = 1 + max(column for row in rows.values() for column in row)
        lines = ["| " + " | ".join(row.get(column, "") for column in range(width)) + " |" for row in rows.values()]
        return "\n".join([lines[0], "|" + ":--|" * width, *lines[1:]])

    def _added_row(
        self, what: str, before: Placed | None, items: list[Paragraph], shown: str, where: str, result: Result
    ) -> None:
        own = before is not None and not before.block.made and before.block.kind == "cell"
        if before is None or not own or what == "cells" or any(item.merged or item.things for item in items):
            reason = "a generated table" if not own else "new cells of a table"
            mend = "add the row to the ledger" if not own else "write the table anew by hand"
            result.list(where, "", shown, reason, mend)
            return
        block, raw = before.block, self.sources.texts[before.block.file]
        width = len(re.findall(r"(?<!\\)\|", raw[block.start : block.end].strip())) - 1
        cells = {
            (item.spot or (0, 0, 0))[2]: self.writer.text(pieces_of(item, 0, len(item.text)), "cell", "")
            for item in items
        }
        if max(cells) >= width or len(cells) < len(items):
            result.list(where, "", shown, "a row with more cells than its table", "write the table anew by hand")
            return
        at = block.end
        rule = raw[at + 1 :].partition("\n")[0]
        if re.fullmatch(r"\s*\|[\s:|-]+\|?\s*", rule):
            at += 1 + len(rule)
        text = "\n" + block.indent + "| " + " | ".join(cells.get(column, "") for column in range(width)) + " |"
        result.put(where, "", shown, self._edit(block, at, at, text))

    def _structure(self, index: int, reviewed: Paragraph, result: Result) -> None:
        """Another level of a heading, or a paragraph that became a heading or an item of a list, or is none any more."""
        base, item = self.base[index], self.placed.get(index)
        if base.part or base.cell or (base.level == reviewed.level and base.items == reviewed.items):
            return
        where, text = self._near(index), base.shown()
        own = item is not None and not item.block.made
        if base.level != reviewed.level and "level" not in self.habits:
            old = f"heading of level {base.level}" if base.level else "no heading"
            new = f"heading of level {reviewed.level}" if reviewed.level else "no heading"
            raw = self.sources.texts[item.block.file] if item else ""
            if own and item and item.block.kind == "heading" and base.level and reviewed.level:
                marks = re.match(r"#+", raw[item.block.start :])
                if marks:
                    level = len(marks.group()) + reviewed.level - base.level
                    if 1 <= level <= 6:
                        start = item.block.start
                        edit = self._edit(item.block, start, start + len(marks.group()), "#" * level)
                        result.put(where, f"{text} ({old})", f"{text} ({new})", edit)
                        return
            if (
                own
                and item
                and item.block.kind == "para"
                and not base.level
                and "\n" not in raw[item.block.start : item.block.end]
            ):
                start = item.block.start
                result.put(
                    where,
                    text,
                    f"{text} ({new})",
                    self._edit(item.block, start, start, "#" * min(reviewed.level, 6) + " "),
                )
                return
            result.list(
                where,
                f"{text} ({old})",
                f"{text} ({new})",
                "a change of a heading's level",
                "change its # marks by hand",
            )
        if base.items != reviewed.items and "items" not in self.habits and not (base.level or reviewed.level):
            said = [
                "no item of a list" if part is None else f"{part[0]} list, depth {part[1] + 1}"
                for part in (base.items, reviewed.items)
            ]
            result.list(
                where,
                f"{text[:120]} ({said[0]})",
                f"{text[:120]} ({said[1]})",
                "a change of a list",
                "set its mark by hand",
            )

    def _things(self, index: int, reviewed: Paragraph, result: Result) -> None:
        """Notes whose words changed and pictures that have another description."""
        base, item = self.base[index], self.placed.get(index)
        mine, other = list(base.things.items()), list(reviewed.things.items())
        codes = SequenceMatcher(a=[t.sign for _, t in mine], b=[t.sign for _, t in other], autojunk=False)
        for start, second, size in codes.get_matching_blocks():
            for (at, one), (_, two) in zip(mine[start : start + size], other[second : second + size], strict=True):
                where = self._near(index)
                if two.foreign and not one.foreign:
                    what = "a picture with another in its place"
                    result.list(where, described(one), described(two), what, "ask for its data, and draw it anew")
                if one.text == two.text or not two.text or (one.kind == "picture" and not one.text):
                    continue
                if one.kind == "note" and item and not item.block.made:
                    unit = next((token.bound for token in item.tokens if token.start == at and token.bound), None)
                    edit = self._note_edit(item.block, unit, one.text, two.text)
                    if edit:
                        result.put(where, one.text, two.text, edit)
                        continue
                result.list(where, described(one), described(two), f"the words of a {one.kind}", "change them by hand")

    def _note_edit(self, block: Block, unit: Unit | None, old: str, new: str) -> Edit | None:
        """The edit of a note whose source is its plain words."""
        raw = self.sources.texts[block.file]
        if unit is None:
            return None
        start = unit.start + 2
        if unit.source.startswith("[^"):
            found = [m.end() for m in re.finditer(rf"(?m)^{re.escape(unit.source)}:\s+", raw)]
            start = found[0] if len(found) == 1 else len(raw)
        if raw[start : start + len(old)] != old:
            return None
        return self._edit(block, start, start + len(old), self.writer.text([(c, PLAIN, None) for c in new], "cell", ""))

    # inside a paragraph

    def _changed(self, index: int, paragraph: Paragraph, result: Result) -> None:
        item = self.placed.get(index)
        base = self.base[index]
        if item is None or item.block.made:
            if base.text != paragraph.text:
                reason, mend = self._where(index)
                result.list(self._near(index), base.shown(), paragraph.shown(), reason, mend)
            elif base.looks != paragraph.looks:
                self._looks_elsewhere(index, paragraph, result)
            return
        tokens = split(paragraph, item.bound_texts)
        first = len(result.changes)
        expected = ""
        plain: list[tuple[int, int, int]] = []
        for tag, i1, i2, j1, j2 in differences(item.tokens, tokens):
            if tag == "equal":
                plain.append((i1, i2, j1))
                expected += "".join(token.text for token in item.tokens[i1:i2])
            else:
                expected += self._hunk(item, paragraph, i1, i2, tokens[j1:j2], result)
        self._verify(item, expected, result, first)
        self._typed(paragraph, base.text, self._place(index), result)
        if base.looks != paragraph.looks:
            self._looks(item, paragraph, plain, tokens, result)

    def _verify(self, item: Placed, expected: str, result: Result, first: int) -> None:
        """Read the changed source again: unless it shows the words that are wanted, its changes are listed."""
        placed = [n for n in range(first, len(result.changes)) if result.changes[n].edits]
        if not placed:
            return
        edits = [edit for n in placed for edit in result.changes[n].edits]
        start = item.block.start
        inner = sorted(edits, key=lambda edit: (edit.start, edit.end))
        raw, made, at = (
            self.sources.texts[item.block.file],
            "",
            item.block.units[0].start if item.block.units else start,
        )
        overlap = any(one.end > other.start for one, other in pairwise(inner))
        for edit in inner:
            made += raw[at : edit.start] + edit.new
            at = edit.end
        made += raw[at : max(at, item.block.units[-1].end)]
        lines = [line.strip() for line in made.split("\n")]
        units = [unit for line in lines for unit in [*inline(line, 0, 0), Unit("text", 0, 0, r"\s*", " ", 0)]]
        label = item.block.units[0].pattern if item.block.units and item.block.units[0].kind == "label" else ""
        pattern = label + "".join(unit.pattern for unit in units if unit.kind not in MARKS)
        if overlap or "\\\n" in made or re.fullmatch(pattern + r"\s*", expected, re.S):
            return
        for n in placed:
            result.changes[n] = replace(
                result.changes[n],
                edits=(),
                reason="it could not be written without changing other words",
                mend="edit by hand",
            )

    def _hunk(self, item: Placed, paragraph: Paragraph, i1: int, i2: int, new: list[Token], result: Result) -> str:
        """One stretch that differs, placed or listed; gives the words that stand there afterwards."""
        block, tokens = item.block, item.tokens
        gone = tokens[i1:i2]
        old = "".join(token.text for token in gone)
        where = f"{block.file}:{(gone or tokens[max(0, i1 - 1) :])[0].line}"
        pieces = self._sift(paragraph, new, block.kind, where, result)
        text = "".join(piece[0] for piece in pieces)
        said = "".join(described(thing) if thing else sign for sign, _, thing in pieces)
        if not gone and not text:
            return ""
        shown_old = item.paragraph.shown(gone[0].start, gone[-1].end) if gone else ""
        bound = [token for token in gone if token.bound and token.text]
        if bound and not self._whole_lines(item, i1, i2, text):
            reason, mend = _bound_reason([token.bound for token in bound if token.bound], self.sources.rows)
            result.list(f"{block.file}:{bound[0].line}", shown_old, said, reason, mend)
            return old
        if block.kind in _QUOTED and re.search(r"[\"'\\:#{}\[\]<>*_`$|@&]", text):
            result.list(where, shown_old, said, "a sign that has a meaning in a title", "change the title by hand")
            return old
        if not gone:
            # words typed at the end of a link are not meant to lead there
            beside = {self._ambient(item, n).link for n in (i1, i1 + 1) if n <= len(tokens)}
            if any(token.bound for token in tokens[max(0, i1 - 1) : i1 + 1]):
                pieces = [
                    (t, look._replace(link="") if look.link in beside else look, thing) for t, look, thing in pieces
                ]
            look = pieces[0][1]
            start, inside = self._point(item, i1, look)
            ambient = look if block.kind in _QUOTED else self._ambient(item, i1) if inside else PLAIN
            made = self.writer.text(
                pieces,
                block.kind,
                block.indent,
                ambient=ambient,
                before=self._before(item, i1),
                after=_text(tokens, i1),
            )
            result.put(where, "", said, self._edit(block, start, start, made), look=self.writer.offered(text))
            return self.writer.rendered(text)
        start, end = gone[0].source_start, gone[-1].source_end
        marks = [u for u in block.units if u.kind not in ("text", *BOUND) and start <= u.start and u.end <= end]
        if not _balanced(marks):
            result.list(where, shown_old, said, "it crosses the edge of emphasis or a link", "edit by hand")
            return old
        ambient = item.paragraph.looks[gone[0].start] if gone[0].start < len(item.paragraph.looks) else PLAIN
        if marks:
            ambient = PLAIN  # the marks go with the words that they stood around
        made = self.writer.text(
            pieces, block.kind, block.indent, ambient=ambient, before=self._before(item, i1), after=_text(tokens, i2)
        )
        if not made:
            start, end = self._without_empty_marks(block, start, end)
        result.put(where, shown_old, said, self._edit(block, start, end, made), look=self.writer.offered(text))
        return self.writer.rendered(text)

    def _sift(self, paragraph: Paragraph, tokens: list[Token], kind: str, where: str, result: Result) -> list[Piece]:
        """The pieces of new text; what Markdown cannot say there is listed and left out, unknown citations are named."""
        pieces = []
        for token in tokens:
            for piece in pieces_of(paragraph, token.start, token.end):
                thing = piece[2]
                sayable = (
                    thing is None
                    or thing.kind == "citation"
                    or (thing.kind in ("note", "line break") and kind in PROSE)
                )
                if thing is not None and not sayable:
                    what = "an endnote or footnote" if thing.kind == "note" else f"a new {thing.kind}"
                    around = " ".join(paragraph.shown(max(0, token.start - 60), token.start).split()[1:])
                    mend = f"bring it in by hand behind: {around}" if around else "bring it in by hand"
                    result.list(where, "", described(thing), what, mend)
                    continue
                if thing is not None and thing.kind == "citation":
                    self._foreign(thing, where, result)
                pieces.append(piece)
        return pieces

    def _typed(self, paragraph: Paragraph, before: str, where: str, result: Result) -> None:
        """Typed citations of a paragraph that were not in it ``before`` and did not become keys."""
        text = paragraph.text
        for rendered in sorted(self.lines, key=len, reverse=True):
            text = text.replace(rendered, "")  # what moved brings its own
        made = "".join(edit.new for change in result.changes for edit in change.edits)
        for typed in self.library.typed(text):
            if text[typed.start : typed.end] in before:
                continue
            for part in typed.parts:
                offer = " or ".join(f"[@{key}]" for key in part.keys)
                if not part.keys:
                    result.list(where, "", part.text, "a typed citation that references.bib does not have", part.mend)
                elif len(part.keys) > 1:
                    result.list(where, "", part.text, "a typed citation that several references fit", f"write {offer}")
                elif f"@{part.keys[0]}" not in made:
                    result.list(where, "", part.text, "a typed citation", f"write {offer}")

    def _foreign(self, thing: Thing, where: str, result: Result) -> None:
        """A citation of Zotero, EndNote or Mendeley whose reference is not here."""
        for doi in thing.keys:
            if self.library.key_of_doi(doi) is None:
                result.list(
                    where,
                    "",
                    f"{thing.text} (DOI {doi})",
                    "a citation that references.bib does not have",
                    f"manuscript cite add {doi}",
                )
        if not thing.keys:
            result.list(
                where,
                "",
                thing.text,
                "a citation of another program without a DOI",
                "find its DOI, then: manuscript cite add DOI",
            )

    def _whole_lines(self, item: Placed, i1: int, i2: int, new: str) -> bool:
        """Whether the edit takes whole sentences, so that no half of a bound piece stays."""
        inside = {number for number in range(i1, i2)}
        for line in {token.line for token in item.tokens[i1:i2] if token.bound}:
            whole = {n for n, token in enumerate(item.tokens) if token.line == line and token.text.strip()}
            if not whole <= inside:
                return False
        rest = new
        for rendered in sorted(self.lines, key=len, reverse=True):
            rest = rest.replace(rendered, "")
        return not rest.strip()

    def _before(self, item: Placed, number: int) -> str:
        return item.tokens[number - 1].text if number else ""

    def _ambient(self, item: Placed, number: int) -> Look:
        at = item.tokens[max(0, number - 1)].start
        return item.paragraph.looks[at] if at < len(item.paragraph.looks) else PLAIN

    def _point(self, item: Placed, number: int, look: Look) -> tuple[int, bool]:
        """Where an insertion that begins in ``look`` goes, and whether it stands among words that look the same."""
        tokens, looks = item.tokens, item.paragraph.looks
        if number == 0:
            same = looks[:1] == [look]
            first = next((u.start for u in item.block.units if u.kind != "label"), tokens[0].source_start)
            return (tokens[0].source_start, True) if same else (first, False)
        before = tokens[number - 1]
        same = bool(before.text) and looks[before.end - 1 : before.end] == [look]
        if number == len(tokens):
            # behind closing marks when the new text looks otherwise
            units = [unit for unit in item.block.units if unit.kind in ("emphasis", "close", "under")]
            return (before.source_end, True) if same else (max([before.source_end, *(u.end for u in units)]), False)
        if same and before.bound is None:
            return before.source_end, True
        after = tokens[number]
        if before.bound is not None:
            return before.source_end, False
        if before.line != after.line:
            return after.source_start, False
        if looks[after.start : after.start + 1] == [look]:
            return after.source_start, True
        # between two looks that are not its own: behind the marks that close the first
        end = before.source_end
        closing = [
            u
            for u in item.block.units
            if u.kind in ("emphasis", "close", "under") and end <= u.start < after.source_start
        ]
        if closing and looks[before.end - 1 : before.end] not in ([], [PLAIN]):
            return closing[0].end, False
        return end, False

    # how words are set

    def _looks(
        self, item: Placed, paragraph: Paragraph, plain: list[tuple[int, int, int]], tokens: list[Token], result: Result
    ) -> None:
        """Type that was changed without a change of words."""
        groups: list[list[tuple[int, Look, Look]]] = []
        current: list[tuple[int, Look, Look]] = []
        for i1, i2, j1 in plain:
            current = []
            for number in range(i1, i2):
                old, new = item.tokens[number], tokens[j1 + number - i1]
                before, after = item.paragraph.looks[old.start : old.end], paragraph.looks[new.start : new.end]
                if not old.text.strip() or not before or not after:
                    continue
                one, two = _comparable(before[0], after[0], bound=old.bound is not None)
                if one == two or (item.paragraph.style, one, two) in self.habits:
                    current = []
                elif (
                    current
                    and _step(current[-1]) == _step((0, one, two))
                    and item.tokens[current[-1][0]].line == old.line
                ):
                    current.append((number, one, two))
                else:
                    current = [(number, one, two)]
                    groups.append(current)
        for group in groups:
            self._look(item, group, result)

    def _look(self, item: Placed, group: list[tuple[int, Look, Look]], result: Result) -> None:
        block, raw = item.block, self.sources.texts[item.block.file]
        (number, before, after), last_number = group[0], group[-1][0]
        first, last = item.tokens[number], item.tokens[last_number]
        text = item.paragraph.shown(first.start, last.end)
        start, end = first.source_start, last.source_end
        where = f"{block.file}:{first.line}"
        said = f"{text} ({_wish(before, after)})"
        marks = [u for u in block.units if u.kind in MARKS and start <= u.start and u.end <= end]
        added, removed = marks_of(after, before), marks_of(before, after)
        if (
            added
            and not removed
            and block.kind not in _QUOTED
            and _balanced(marks)
            and not (" " in text and added[0][-1:] in "^~" and added[0] != "~~")
        ):
            result.put(
                where, text, said, self._edit(block, start, start, added[0]), self._edit(block, end, end, added[1])
            )
            return
        if removed and not added and not marks:
            opening = next((u for u in reversed(block.units) if u.kind in MARKS and u.end == start), None)
            closing = next((u for u in block.units if u.kind in MARKS and u.start == end), None)
            if (
                before.link
                and not after.link
                and opening
                and closing
                and closing.kind == "close"
                and opening.kind == "open"
            ):
                result.put(
                    where,
                    text,
                    said,
                    self._edit(block, opening.start, opening.end, ""),
                    self._edit(block, closing.start, closing.end, ""),
                )
                return
            sign = removed[0]
            if raw[:start].endswith(sign) and raw[end:].startswith(removed[1]):
                result.put(
                    where,
                    text,
                    said,
                    self._edit(block, start - len(sign), start, ""),
                    self._edit(block, end, end + len(removed[1]), ""),
                )
                return
        if before.link and after.link and before._replace(link="") == after._replace(link=""):
            closing = next((u for u in block.units if u.kind == "close" and u.start == end), None)
            address = address_of(after.link)
            if closing and address:
                new = re.sub(r"^\]\([^)]*\)", lambda _: f"]({address})", closing.source)
                result.put(
                    where,
                    f"{text} ({before.link})",
                    f"{text} ({after.link})",
                    self._edit(block, closing.start, closing.end, new),
                )
                return
        result.list(where, text, said, "a change of type", "set it by hand where it is wanted")

    def _looks_elsewhere(self, index: int, paragraph: Paragraph, result: Result) -> None:
        """Type that was changed in what is made elsewhere."""
        base = self.base[index]
        reason, mend = self._where(index)
        changed = []
        for at, (one, two) in enumerate(zip(base.looks, paragraph.looks, strict=True)):
            one, two = _comparable(one, two, bound=True)
            if base.text[at].strip() and one != two and (base.style, one, two) not in self.habits:
                changed.append((at, one, two))
        for _, run in groupby(enumerate(changed), key=lambda pair: (pair[1][0] - pair[0], pair[1][1:])):
            spots = [item for _, item in run]
            text = base.shown(spots[0][0], spots[-1][0] + 1)
            result.list(
                self._near(index),
                text,
                f"{text} ({_wish(spots[0][1], spots[0][2])})",
                f"a change of type in {reason}",
                mend,
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


def _text(tokens: list[Token], number: int) -> str:
    return tokens[number].text if number < len(tokens) else ""


def _wish(before: Look, after: Look) -> str:
    """A change of type in words."""
    names = {
        "bold": "bold",
        "italic": "italic",
        "strike": "struck through",
        "under": "underlined",
        "caps": "small capitals",
    }
    wishes = [
        ("" if getattr(after, key) else "not ") + name
        for key, name in names.items()
        if getattr(before, key) != getattr(after, key)
    ]
    if before.raised != after.raised:
        wishes.append({"^": "superscript", "~": "subscript", "": "on the line"}[after.raised])
    if before.mark != after.mark:
        wishes.append(after.mark or f"not {before.mark}")
    if before.link != after.link:
        wishes.append(f"linked to {after.link}" if after.link else f"without the link to {before.link}")
    return ", ".join(wishes)


def _comparable(before: Look, after: Look, *, bound: bool) -> tuple[Look, Look]:
    """Two looks without what programs write differently: addresses within the file, and how an address is spelt."""

    def plain(link: str) -> str:
        return "" if bound or not urlsplit(link).scheme else unquote(link).rstrip("/")

    if plain(before.link) == plain(after.link):
        return before._replace(link=""), after._replace(link="")
    return before._replace(link="" if bound else before.link), after._replace(link="" if bound else after.link)


def _step(entry: tuple[int, Look, Look]) -> tuple:
    """What changed from one look to the other."""
    return tuple((a, b) if a != b else None for a, b in zip(entry[1], entry[2], strict=True))


def _habits(base: list[Paragraph], reviewed: list[Paragraph], matches: list[Match]) -> set:
    """What a program changes everywhere when it saves a file, and no reviewer meant: lost levels, lists, looks of a style."""
    pairs = [(base[m.base[0]], reviewed[m.reviewed[0]]) for m in matches if m.base and m.reviewed]
    result: set = set()
    for name in ("level", "items"):
        having = [(one, two) for one, two in pairs if getattr(one, name)]
        lost = sum(getattr(one, name) != getattr(two, name) for one, two in having)
        if lost >= 3 and 2 * lost > len(having):
            result.add(name)
    of_style = Counter(one.style for one, _ in pairs)
    steps: Counter = Counter()
    for one, two in pairs:
        if one.looks != two.looks and one.text == two.text and one.looks:
            steps.update(
                {
                    (one.style, *_comparable(a, b, bound=True))
                    for a, b in set(zip(one.looks, two.looks, strict=True))
                    if a != b
                }
            )
    for (style, before, after), number in steps.items():
        if before != after and number >= 3 and 2 * number > of_style[style]:
            result.add((style, before, after))
    return result


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
