"""Gauges: the fraction of its range that a number uses, and whether it leaves the range."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import manim as mn

from scenes.kit.charts.marks import hatching, rectangles
from scenes.kit.layout import GAP, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.theme import HAIR, LABEL, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence

HEAD = 0.42
"""Height of the row of names, and of the row of upper limits."""
FOOT = 0.6
"""Height of a row of numbers."""
NAME_ROOM = 1.35
"""Room left of the gauges for the names of the rows."""
WALL = 0.62
"""Width of a gauge as a fraction of its column."""
FLAT = 1e-3
"""Height of an empty filling, as a region must have a positive height."""


class Gauges(mn.VGroup):
    """Vertical gauges side by side, with rows of numbers below them.

    Parameters
    ----------
    region
        The area for gauges and numbers.
    names
        Name of each gauge.
    tops
        The number at the upper end of each.
    rows
        Number of rows of numbers.
    pen
        Typesets the labels.
    """

    def __init__(
        self,
        region: Region,
        names: Sequence[Sentence],
        tops: Sequence[Figure],
        rows: int,
        pen: Pen,
    ) -> None:
        super().__init__()
        self.region, self.pen, theme = region, pen, pen.theme
        self._rows = rows
        self._boxes: list[Region] = []
        self._fills, self._hatches = mn.VGroup(), mn.VGroup()
        columns = region.inset(left=NAME_ROOM).columns(*[1.0] * len(names))
        for column, name, figure in zip(columns, names, tops, strict=True):
            box = column.inset(0, (1 - WALL) * column.width, rows * FOOT, 2 * HEAD)
            heading = pen.label(name, theme.ink).align_to(point(box.left), mn.LEFT)
            heading.on_baseline(region.top - 0.25)
            top = pen.number(figure, theme.muted, SMALL).align_to(point(box.left), mn.LEFT)
            top.on_baseline(box.top + GAP / 3)
            wall = mn.Rectangle(width=box.width, height=box.height, stroke_width=HAIR)
            wall.set_stroke(theme.muted).move_to(box.center)
            self._boxes.append(box)
            self._fills.add(rectangles([_up_to(box, 0.0)], theme.forward, 0.8))
            self._hatches.add(hatching([box], theme.saturated).set_stroke(opacity=0.0))
            self.add(heading, top, wall)
        self.add(self._fills, self._hatches)

    def fill(self, levels: Sequence[float]) -> None:
        """Fill each gauge to its level, from 0 to 1. Above level 1 it is hatched."""
        parts = zip(self._boxes, self._fills, self._hatches, levels, strict=True)
        for box, filling, hatch, level in parts:
            beyond = level > 1.0
            part = _up_to(box, 0.0 if beyond else max(level, 0.0))
            filling.set_points(rectangles([part], self.pen.theme.forward).points)
            hatch.set_stroke(opacity=float(beyond))

    def row_name(self, row: int, name: str) -> Typeset:
        """Return the name of a row of numbers. It is not in the group, as it may change."""
        label = self.pen.label(name, size=SMALL)
        label.align_to(point(self.region.left), mn.LEFT)
        return label.on_baseline(self._baseline(row))

    def live(self, row: int, reads: Sequence[Callable[[], Figure]], color: str) -> list[LiveNumber]:
        """Put a live number below each gauge, and return the numbers."""
        numbers = [
            LiveNumber(
                self.pen,
                read,
                left=box.left,
                baseline=self._baseline(row),
                color=color,
                size=LABEL,
            )
            for read, box in zip(reads, self._boxes, strict=True)
        ]
        self.add(*numbers)
        return numbers

    def _baseline(self, row: int) -> float:
        return self.region.bottom + (self._rows - row - 1) * FOOT + 0.12


def _up_to(box: Region, level: float) -> Region:
    return Region(box.left, box.right, box.bottom, box.bottom + max(FLAT, level * box.height))
