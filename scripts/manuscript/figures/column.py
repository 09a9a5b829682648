"""A figure in the room that a journal leaves it: as wide as a column, its type as large as keeps the letters apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manuscript.figures import style

if TYPE_CHECKING:
    from matplotlib.axis import Axis, Tick
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox, BboxBase

_STEPS = 6
# what boxes of letters may share without harm: a part of a line's height (descenders need no room), and pixels of its length
_LINE, _TOUCH = 0.35, 1.5


@dataclass(frozen=True)
class Room:
    """What a journal leaves a figure: columns and heights in millimetres, type in points; 0 where it asks for nothing."""

    widths_mm: tuple[float, ...] = ()
    width_min_mm: float = 0
    height_max_mm: float = 0
    type_min_pt: float = 0
    decimal_point: str = "."


def fitted(draw: Callable[[], Figure], room: Room) -> Figure:
    """What ``_fitted`` gives, with the journal's decimal point, which is as wide as a full stop."""
    figure = _fitted(draw, room)
    if room.decimal_point != ".":
        for axis in _axes(figure, shown=True):
            labels = [item.get_text() for item in axis.get_majorticklabels()]
            if any(labels):
                axis.set_ticks(axis.get_majorticklocs(), [_pointed(text, room.decimal_point) for text in labels])
        for text in letters(figure):
            text.set_text(_pointed(text.get_text(), room.decimal_point))
    return figure


def _pointed(text: str, point: str) -> str:
    return re.sub(r"(?<=\d)\.(?=\d)", point, text)


def _fitted(draw: Callable[[], Figure], room: Room) -> Figure:
    """What ``draw`` draws, at the width of a column, its type no smaller than the journal takes.

    It is drawn a second time for that: texts that are broken to a width are broken anew for the larger type in the narrower
    column. Type that then still meets other type, a line or the edge of its box shrinks until it does not.
    """
    figure = draw()
    width, height = figure.get_size_inches()
    columns = [column / 25.4 for column in room.widths_mm]
    # the one that changes the drawing least
    wanted = min(columns, key=lambda column: max(column / width, width / column), default=width)
    wanted = max(wanted, room.width_min_mm / 25.4)
    figure.draw_without_rendering()
    smallest = min((float(text.get_fontsize()) for text in letters(figure)), default=room.type_min_pt)
    if abs(wanted - width) < 0.01 and smallest >= room.type_min_pt and not 0 < room.height_max_mm < height * 25.4:
        return figure
    before = _meetings(figure)
    part = min(1.0, wanted / width)
    with style.printed(room.type_min_pt, part):
        figure = draw()
    # a narrowed picture keeps its height, since its words keep their size; larger ones need more
    taller = figure.get_size_inches()[1] * max(1.0, wanted / width, room.type_min_pt / smallest)
    figure.set_size_inches(wanted, min(taller, room.height_max_mm / 25.4) if room.height_max_mm else taller)
    figure.draw_without_rendering()
    _resize(figure, lambda size: max(size, room.type_min_pt))
    # at the most to what it would be in a picture that is narrowed as a whole
    shrink = (part * smallest / max(smallest, room.type_min_pt)) ** (1 / _STEPS)
    for _ in range(_STEPS):
        figure.draw_without_rendering()
        if not _beyond(_meetings(figure), before):
            break
        _resize(figure, lambda size: size * shrink)
    return figure


def letters(figure: Figure) -> list[Text]:
    """The letters that are drawn."""
    from matplotlib.text import Text

    numbers = {id(label) for axis in _axes(figure, shown=None) for label in axis.get_ticklabels(which="both")}
    drawn = {id(label) for axis in _axes(figure, shown=True) for label in _drawn(axis)}
    found = [item for item in figure.findobj(Text) if item.get_visible() and item.get_text().strip()]
    return [item for item in found if id(item) in drawn or id(item) not in numbers]


def _axes(figure: Figure, *, shown: bool | None) -> list[Axis]:
    """Every axis, or those that are drawn."""
    every = [(axes, axis) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    return [
        axis for axes, axis in every if shown is None or (axes.axison and axes.get_visible() and axis.get_visible())
    ]


def _ticks(axis: Axis) -> list[Tick]:
    return [*axis.get_major_ticks(), *axis.get_minor_ticks()]


def _drawn(axis: Axis) -> list[Text]:
    """The numbers of an axis that stand along it: it keeps others, beyond its ends."""
    room = axis.axes.bbox.expanded(1.01, 1.01)
    across = axis is axis.axes.xaxis
    kept = []
    for label in axis.get_ticklabels(which="both"):
        box = label.get_window_extent()
        middle, ends = ((box.x0 + box.x1) / 2, room.intervalx) if across else ((box.y0 + box.y1) / 2, room.intervaly)
        if label.get_visible() and label.get_text().strip() and ends[0] <= middle <= ends[1]:
            kept.append(label)
    return kept


def _resize(figure: Figure, changed: Callable[[float], float]) -> None:
    """All letters; those of an axis by its own setting, since they are made anew for another size."""
    numbers = set()
    for axis in _axes(figure, shown=True):
        labels = axis.get_ticklabels(which="both")
        numbers |= set(map(id, labels))
        if labels:
            axis.set_tick_params(which="both", labelsize=changed(float(labels[0].get_fontsize())))
    for text in letters(figure):
        if id(text) not in numbers:
            text.set_fontsize(changed(float(text.get_fontsize())))


def _beyond(found: set[tuple[str, str]], before: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The meetings that are new; words that were broken into lines meet what they met as one."""

    def text(name: str) -> str:
        return name.rpartition(" (")[0] or name

    return {
        pair
        for pair in found - before
        if not any(all(text(part) in text(whole) for part, whole in zip(pair, known, strict=True)) for known in before)
    }


def _meetings(figure: Figure) -> set[tuple[str, str]]:
    """Which words overlap which or a line, and which reach over the edge of the figure or of a box that they begin in."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

    counts: dict[str, int] = {}
    boxes: list[tuple[str, Bbox]] = []
    for text in letters(figure):
        name = text.get_text()
        counts[name] = counts.get(name, 0) + 1
        boxes.append((f"{name} ({counts[name]})", text.get_window_extent()))
    found = set()
    for index, (name, box) in enumerate(boxes):
        for other, second in boxes[index + 1 :]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            tall = min(box.y1, second.y1) - max(box.y0, second.y0)
            if wide > _TOUCH and tall > _LINE * min(box.height, second.height):
                found.add((name, other))
    patches = [
        item for item in figure.findobj() if isinstance(item, (Rectangle, FancyBboxPatch)) and item.get_visible()
    ]
    frames: list[tuple[str, BboxBase]] = [("the figure", figure.bbox)]
    frames += [("a box", item.get_window_extent()) for item in patches]
    backs = [figure.patch, *(axes.patch for axes in figure.axes)]
    grounds = [
        (item.get_zorder(), item.get_window_extent()) for item in patches if item.get_fill() and item not in backs
    ]
    # the ticks of an axis that is not drawn say of themselves that they are
    hidden = set(_axes(figure, shown=None)) - set(_axes(figure, shown=True))
    ticks = {id(line) for axis in hidden for tick in _ticks(axis) for line in (tick.tick1line, tick.tick2line)}
    drawn = figure.findobj(lambda item: isinstance(item, (Line2D, FancyArrowPatch)) and id(item) not in ticks)
    lines = [(item.get_zorder(), item.get_window_extent()) for item in drawn if item.get_visible()]
    for name, box in boxes:
        # lines below the ground that words stand on are not seen
        under = [
            order
            for order, edge in grounds
            if edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1
        ]
        ground = max(under, default=-1.0)
        for order, line in lines:
            across = min(box.x1, line.x1) - max(box.x0, line.x0) > -_TOUCH
            if order >= ground and across and line.y0 < box.y1 - _TOUCH and line.y1 > box.y0 + _TOUCH:
                found.add((name, "a line"))
        for frame, edge in frames:
            begins = edge.x0 <= box.x0 + _TOUCH <= edge.x1 and edge.y0 <= (box.y0 + box.y1) / 2 <= edge.y1
            if (begins and box.x1 > edge.x1 + _TOUCH) or (frame == "the figure" and box.x0 < edge.x0 - _TOUCH):
                found.add((name, frame))
    return found
