"""Lanes below a chart of layers that show how far down each of several passes gets."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn

from scenes.kit.charts.marks import hatching, rectangles
from scenes.kit.charts.scales import Layers
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import HAIR, SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

LANE = 0.66
"""Height of a lane as a fraction of its row."""
FLAT = 1e-3
"""Width of an empty part, as a region must have a positive width."""


class Lanes(mn.VGroup):
    """Lanes that fill from the last layer down, and are hatched beyond the end of a pass.

    Parameters
    ----------
    region
        The area below the x axis of the chart above. The names stand left of it.
    names
        Name of each lane.
    ends
        The highest layer that each pass does not reach; 0 if it gets all the way down.
    words
        Text on the hatched part of each lane, if it fits.
    layers
        The x axis of the chart above.
    pen
        Typesets the labels.

    Attributes
    ----------
    rows
        The region of each lane.
    words
        The text of each lane; an empty group where it does not fit. A text joins the lanes when it
        is shown.
    """

    def __init__(
        self,
        region: Region,
        names: Sequence[str | Sentence],
        ends: Sequence[int],
        words: Sequence[str],
        layers: Layers,
        pen: Pen,
    ) -> None:
        super().__init__()
        self._layers, self._pen, self._ends = layers, pen, tuple(ends)
        self.rows = tuple(
            row.inset(bottom=(1 - LANE) / 2 * row.height, top=(1 - LANE) / 2 * row.height)
            for row in region.rows(*[1.0] * len(names), gap=0.0)
        )
        self._alive, self._dead = mn.VGroup(), mn.VGroup()
        self.words = [self._on(*lane) for lane in zip(self.rows, self._ends, words, strict=True)]
        for row, name in zip(self.rows, names, strict=True):
            label = pen.label(name, pen.theme.ink, SMALL)
            label.next_to(point(row.left, row.center[1]), mn.LEFT, buff=GAP / 2)
            wall = mn.Rectangle(width=row.width, height=row.height, stroke_width=HAIR)
            wall.set_stroke(pen.theme.grid).move_to(row.center)
            self._alive.add(rectangles([_between(row, row.right, row.right)], pen.theme.backward))
            self._dead.add(hatching([], pen.theme.saturated))
            self.add(wall, label)
        self.add(self._alive, self._dead)

    def advance(self, front: float) -> None:
        """Fill the lanes from the last layer down to `front`, which lies between two layers."""
        theme = self._pen.theme
        parts = zip(self.rows, self._ends, self._alive, self._dead, strict=True)
        for row, end, alive, dead in parts:
            border, now = self.border(row, end + 0.5), self.border(row, front)
            filled = _between(row, max(now, border), row.right)
            lost = [_between(row, now, border)] if now < border else []
            alive.set_points(rectangles([filled], theme.backward).points)
            dead.set_points(hatching(lost, theme.saturated).points)

    def border(self, row: Region, layer: float) -> float:
        """Return the x of a border between two layers. The outermost borders end the lane."""
        low, high = self._layers.low, self._layers.high
        share = (layer - low) / (high - low)
        inside = 0.5 < layer < self._layers.depth + 0.5
        return row.left + row.width * (share if inside else float(layer > 1))

    def _on(self, row: Region, end: int, word: str) -> mn.VGroup:
        part = _between(row, row.left, self.border(row, end + 0.5))
        label = self._pen.label(word, self._pen.theme.ink, SMALL)
        if not end or label.width + GAP > part.width:
            return mn.VGroup()
        plate = mn.Rectangle(width=label.width + GAP, height=row.height - 0.02, stroke_width=0)
        plate.set_fill(self._pen.theme.background, 1.0).move_to(part.center)
        return mn.VGroup(plate, label.move_to(part.center).halo(self._pen.theme.background))


def _between(row: Region, left: float, right: float) -> Region:
    return Region(min(left, right - FLAT), right, row.bottom, row.top)
