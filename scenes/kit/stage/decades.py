"""The ruler of a logarithmic axis that comes in beside bars."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.kit.charts.marks import segments
from scenes.kit.charts.scales import Logarithmic, place
from scenes.kit.layout import Region, point
from scenes.kit.motion import fade
from scenes.kit.theme import HAIR, SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

PAD, TICK = 0.12, 0.09


class Decades(mn.VGroup):
    """Powers of ten at the left, and a light line across at each.

    Parameters
    ----------
    plot
        The area of the bars.
    left
        Where the labels begin; they stand left of the ruler.
    scale
        The axis from the bottom to the top of the plot.
    pen
        Typesets the labels.
    name
        What the axis measures, written at the top of the ruler.

    Attributes
    ----------
    right
        Where the ruler stands.
    floor
        What stands between the ruler and the plot must be lower than this.
    """

    def __init__(
        self, plot: Region, left: float, scale: Logarithmic, pen: Pen, name: str | Sentence = ""
    ) -> None:
        super().__init__()
        theme, ticks = pen.theme, scale.ticks()
        self.labels = mn.VGroup(*(pen.number(each, theme.muted, SMALL) for _, each in ticks))
        self.right = left + max((label.width for label in self.labels), default=0.0) + PAD + TICK
        heights = plot.bottom + place(scale, [at for at, _ in ticks]) * plot.height
        feet = np.stack([np.full_like(heights, self.right), heights, np.zeros_like(heights)], -1)
        across = (plot.right - self.right) * mn.RIGHT
        self._grid = segments(feet, feet + across, theme.grid, HAIR)
        self._marks = segments(feet, feet + TICK * mn.LEFT, theme.muted, HAIR)
        stem = np.array([[self.right, plot.bottom, 0.0], [self.right, plot.top, 0.0]])
        self._stem = segments(stem[:1], stem[1:], theme.muted, HAIR)
        for label, foot in zip(self.labels, feet, strict=True):
            label.next_to(foot, mn.LEFT, buff=PAD + TICK)
        room = max(plot.left - self.right - 2 * PAD, PAD)
        self.names = mn.VGroup()
        self.floor = plot.top
        if name:
            word = pen.text(name, size=SMALL, color=theme.muted, weight="semibold", width=room)
            word.halo(theme.background).align_to(point(self.right + PAD, plot.top), mn.UL)
            self.names.add(word)
            self.floor = float(word.get_bottom()[1]) - PAD
        self._lines = (self._stem.points.copy(), self._grid.points.copy())
        self.add(self._grid, self._stem, self._marks, self.labels, self.names)
        self.reveal(1.0)

    def reveal(self, share: float) -> None:
        """Draw this much of it: the ruler rises, then its lines run across and labels appear."""
        rise, run = float(np.clip(2 * share, 0, 1)), float(np.clip(2 * share - 1, 0, 1))
        for path, points, part in zip(
            (self._stem, self._grid), self._lines, (rise, run), strict=True
        ):
            spans = points.reshape(-1, 4, 3)
            starts = spans[:, :1]
            path.set_points((starts + part * (spans - starts)).reshape(-1, 3))
            path.set_stroke(opacity=float(part > 0))
        self._marks.set_stroke(opacity=run)
        for label in (*self.labels, *self.names):
            fade(label, run)
