"""Relative errors on a logarithmic axis, up to 100 %."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import dotted, polyline
from scenes.kit.charts.scales import Linear, Logarithmic
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import LINE, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence, constant, sentence

LOWEST, HEADROOM = -17.5, 3.2
"""log10 of the ends of the axis. An error of exactly 0 lies on the lower end."""
LABEL_ROOM, END_ROOM = 0.95, 1.5


class ErrorChart(Chart):
    """Relative errors over an argument, with a line at 100 %.

    Parameters
    ----------
    region
        The area for the chart.
    x
        The arguments, starting at 0, (n,).
    pen
        Typesets the labels.
    x_name, y_name
        What the axes measure.

    Attributes
    ----------
    whole
        The line at 100 % and its label. It is not in the group.
    """

    def __init__(
        self, region: Region, x: NDArray[np.float64], pen: Pen, *, x_name: str, y_name: Sentence
    ) -> None:
        self.x, self.farthest = x, float(x[-1])
        super().__init__(
            region,
            Linear(0.0, self.farthest, 8),
            Logarithmic(LOWEST, HEADROOM),
            pen,
            x_name=x_name,
            y_name=y_name,
            left=LABEL_ROOM,
            right=END_ROOM,
        )
        ends = self.positions([0.0, self.farthest], 0.0)
        words = sentence("{all} off", all=constant("all", "100 %"))
        self.whole = mn.VGroup(
            dotted(ends, pen.theme.bound),
            pen.label(words, pen.theme.bound, SMALL).next_to(ends[1], mn.RIGHT, buff=GAP / 2),
        )

    def curve(self, errors: ArrayLike, color: str) -> mn.VMobject:
        """Draw the error at each argument."""
        with np.errstate(divide="ignore"):
            return polyline(self.positions(self.x, np.log10(errors)), color, LINE)

    def border(self, name: Sentence, figure: Figure, color: str) -> mn.VGroup:
        """Label the argument at which an error reaches 100 %, above that line."""
        lines = (name, sentence("from {x}", x=figure))
        label = mn.VGroup(*(self.pen.label(line, color, SMALL) for line in lines))
        label.arrange(mn.DOWN, buff=0.1)
        return label.next_to(self.positions(figure.value, 0.0), mn.UP, buff=GAP / 2)

    def at_end(self, words: Sentence, error: float, color: str) -> Typeset:
        """Label a curve at its right end."""
        end = self.positions(self.farthest, np.log10(error))
        label = self.pen.label(words, color, SMALL)
        label.next_to(point(self.plot.right, end[1]), mn.RIGHT, buff=GAP / 2)
        return label

    def at_start(self, words: Sentence, error: float, color: str) -> Typeset:
        """Label a curve just below its left end."""
        start = self.positions(0.0, np.log10(error))
        label = self.pen.label(words, color, SMALL)
        label.next_to(start, mn.DOWN, buff=GAP / 2)
        label.align_to(point(self.plot.left + GAP / 4), mn.LEFT)
        return label

    def inside(self, label: Typeset, log10: float) -> Typeset:
        """Put the name of a kind of curve at the right end of the plot, between the curves."""
        label.move_to(self.positions(self.farthest, log10))
        return label.align_to(point(self.plot.right - GAP / 2), mn.RIGHT)
