"""A figure in the room that a journal leaves it: as wide as a column, its type as large as keeps the letters apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axis import Axis
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


def fit(figure: Figure, room: Room) -> None:
    """Draw the figure at the width of a column, in place.

    Its type grows to the least size that the journal takes as far as letters meet neither others nor the edge of their
    box that they kept clear of before; in a narrower column it may have to shrink with the picture.
    """
    width, height = figure.get_size_inches()
    columns = sorted(column / 25.4 for column in room.widths_mm)
    wanted = next((column for column in columns if column >= width - 0.01), columns[-1] if columns else width)
    wanted = max(wanted, room.width_min_mm / 25.4)
    figure.draw_without_rendering()
    sizes = [float(text.get_fontsize()) for text in _letters(figure)]
    largest = max(1.0, room.type_min_pt / min(sizes, default=room.type_min_pt or 1))
    least = min(1.0, wanted / width)
    before = _meetings(figure)
    scale = 1.0
    for step in range(_STEPS):
        now = largest - (largest - least) * step / (_STEPS - 1)
        _enlarge(figure, now / scale)
        scale = now
        tall = height * max(wanted / width, scale)
        figure.set_size_inches(wanted, min(tall, room.height_max_mm / 25.4) if room.height_max_mm else tall)
        figure.draw_without_rendering()
        if largest == least or _meetings(figure) <= before:
            break


def _letters(figure: Figure) -> list[Text]:
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


def _enlarge(figure: Figure, factor: float) -> None:
    """All letters by a factor; those of an axis by its own setting, since they are made anew for another size."""
    numbers = set()
    for axis in _axes(figure, shown=True):
        labels = axis.get_ticklabels(which="both")
        numbers |= set(map(id, labels))
        if labels:
            axis.set_tick_params(which="both", labelsize=float(labels[0].get_fontsize()) * factor)
    for text in _letters(figure):
        if id(text) not in numbers:
            text.set_fontsize(float(text.get_fontsize()) * factor)


def _meetings(figure: Figure) -> set[tuple[str, str]]:
    """Which words overlap which or a line, and which reach over the edge of the figure or of a box that they begin in."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

    counts: dict[str, int] = {}
    boxes: list[tuple[str, Bbox]] = []
    for text in _letters(figure):
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
    frames: list[tuple[str, BboxBase]] = [("the figure", figure.bbox)]
    for number, patch in enumerate(figure.findobj(lambda item: isinstance(item, (Rectangle, FancyBboxPatch)))):
        if patch.get_visible():
            frames.append((f"box {number}", patch.get_window_extent()))
    drawn = [
        item for item in figure.findobj(lambda item: isinstance(item, (Line2D, FancyArrowPatch))) if item.get_visible()
    ]
    lines: list[tuple[str, BboxBase]] = [
        (f"line {number}", item.get_window_extent()) for number, item in enumerate(drawn)
    ]
    for name, box in boxes:
        for line, edge in lines:
            across = min(box.x1, edge.x1) - max(box.x0, edge.x0) > -_TOUCH
            if across and edge.y0 < box.y1 - _TOUCH and edge.y1 > box.y0 + _TOUCH:
                found.add((name, line))
        for frame, edge in frames:
            begins = edge.x0 <= box.x0 + _TOUCH <= edge.x1 and edge.y0 <= (box.y0 + box.y1) / 2 <= edge.y1
            if (begins and box.x1 > edge.x1 + _TOUCH) or (frame == "the figure" and box.x0 < edge.x0 - _TOUCH):
                found.add((name, frame))
    return found
