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
RUN = 0.05
"""Share of the height in which a line runs across while a level sinks to it; less than the room
above the highest line, so that none is there before the level sinks."""


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
    grid_heights
        The height of each line.
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
        self.grid_heights = [float(height) for height in heights]
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
        self._lines = [each.points.copy() for each in (self._stem, self._grid, self._marks)]
        self._heights = (heights - plot.bottom) / plot.height
        self.add(self._grid, self._stem, self._marks, self.labels, self.names)
        self.sink(0.0)

    def sink(self, level: float) -> None:
        """Draw the part of it that a level has passed which sinks from 1, the top, to 0.

        The ruler comes down with it. As it passes a power of ten, the line of that one runs across,
        and its label appears.
        """
        stem, grid, marks = self._lines
        top = stem.reshape(-1, 4, 3)[:, -1:]
        self._stem.set_points((top + (1 - level) * (stem.reshape(-1, 4, 3) - top)).reshape(-1, 3))
        self._stem.set_stroke(opacity=float(level < 1))
        run = np.clip((self._heights + RUN - level) / RUN, 0.0, 1.0)
        for path, points in ((self._grid, grid), (self._marks, marks)):
            spans = points.reshape(-1, 4, 3)
            starts = spans[:, :1]
            path.set_points((starts + run[:, None, None] * (spans - starts)).reshape(-1, 3))
            path.set_stroke(opacity=float(run.any()))
        for label, part in zip(self.labels, run, strict=True):
            fade(label, float(part))
        for name in self.names:
            fade(name, float(np.clip((1 - level) / RUN, 0.0, 1.0)))
