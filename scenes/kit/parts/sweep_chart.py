"""A chart of one value per run over a setting that varies: medians, bands and flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import Points, band, haloed, polyline, segments
from scenes.kit.charts.scales import Linear, Logarithmic, Scale, covering
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import CURVE, LINE, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Sentence

Array = NDArray[np.float64]
Mark: TypeAlias = Callable[[Points, str, str], mn.VMobject]
"""Draws a measured point: `dot`, or `ring` for a second series."""

FLAG = 0.45
"""Height of the row of flags above a plot."""
BASELINE, NAME_DROP = 0.14, 0.3
CROSS = 0.11
FAR = 30.0
"""Ratio of largest value to median above which the axis is logarithmic.

On a linear axis most values would be squeezed to the bottom."""
HEADROOM = 1.08


def losses_axis(finals: ArrayLike, runs: Sequence[Array] = ()) -> Scale:
    """Return an axis for losses: linear from zero, or logarithmic if they differ too much.

    Parameters
    ----------
    finals
        Final losses. The axis holds all of them except infinite ones.
    runs
        Losses for each epoch from 0. A logarithmic axis holds all of them. A linear axis may cut
        off the initial fall.
    """
    values = np.ravel(np.asarray(finals, dtype=np.float64))
    values = values[np.isfinite(values)]
    if not len(values) or values.max() <= 0:
        return Linear(0.0, 1.0)
    top = float(values.max())
    if top > FAR * np.median(values):
        return covering(*(on_axis(Logarithmic(0, 1), each) for each in (values, *runs)))
    top = max([top, *(_after_the_fall(run) for run in runs)])
    near = [float(run[0]) for run in runs if run[0] <= 1.5 * top]
    return Linear(0.0, HEADROOM * max([top, *near]))


def _after_the_fall(run: Array) -> float:
    """Return the largest loss of a run from its first rise on; before that it may be off the axis.

    A curve thus enters the axis once, from above, and never leaves it.
    """
    rises = np.flatnonzero(np.diff(run) >= 0)
    return float(run[rises[0] if len(rises) else len(run) - 1 :].max())


def on_axis(scale: Scale, losses: ArrayLike) -> Array:
    """Return losses as data of an axis: their log10 if the axis is logarithmic."""
    values = np.asarray(losses, dtype=np.float64)
    if not isinstance(scale, Logarithmic):
        return values
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(values))


class SweepChart(Chart):
    """A chart of runs over a setting, with space for flags above the plot.

    Parameters
    ----------
    region
        The area for the chart.
    x, y
        The scales. Settings and values are given as data of these scales.
    pen
        Typesets the labels.
    x_name, y_name, left, right
        See `Chart`.
    """

    def __init__(
        self,
        region: Region,
        x: Scale,
        y: Scale,
        pen: Pen,
        *,
        x_name: str | Sentence,
        y_name: str | Sentence,
        left: float | None = None,
        right: float = 0.0,
    ) -> None:
        below = region.inset(top=FLAG)
        super().__init__(below, x, y, pen, x_name=x_name, y_name=y_name, left=left, right=right)
        # The flags stand on top of the plot, and the name of y above the flags.
        self.region = region
        for name in self.y_name:
            name.on_baseline(region.top - NAME_DROP)

    def places(self, x: ArrayLike, y: ArrayLike) -> Points:
        """Return the positions of marks. Infinite values lie at the top, just below the flags."""
        places = self.positions(x, y)
        places[np.isposinf(np.broadcast_to(y, places[:, 1].shape)), 1] -= 1.5 * CROSS
        return places

    def median(
        self,
        x: Array,
        y: Array,
        color: str,
        mark: Mark,
    ) -> mn.VGroup:
        """Draw a line, and its marks. An infinite y gets a cross at the top instead.

        The result holds the line, in as many pieces as it has, and then the marks.
        """
        theme, places = self.pen.theme, self.places(x, y)
        finite = np.isfinite(y) | np.isneginf(y)
        line = mn.VGroup()
        for start, stop in _runs(finite):
            if stop - start > 1:
                piece = polyline(places[start:stop], color)
                line.add(haloed(piece, theme.background))
        marks = [mark(place, color, theme.background) for place in places[finite]]
        crosses = [cross(place, theme.saturated) for place in places[~finite]]
        return mn.VGroup(line, mn.VGroup(*marks, *crosses))

    def band(self, x: Array, low: Array, high: Array, color: str) -> mn.VGroup:
        """Fill between the smallest and largest value; an infinite value reaches to the top."""
        there = np.isfinite(low) | np.isneginf(low)
        upper, lower = self.positions(x, high), self.positions(x, low)
        return mn.VGroup(
            *(
                band(upper[start:stop], lower[start:stop], color, 0.22)
                for start, stop in _runs(there)
                if stop - start > 1
            )
        )

    def flag(
        self,
        x: float,
        words: str | Sentence,
        color: str,
        *,
        left: bool,
        line: Callable[[Points, str, float], mn.VMobject] = polyline,
    ) -> mn.VGroup:
        """Mark a place on the x axis by a vertical line with a name on top.

        Parameters
        ----------
        x
            The place on the x axis.
        words, color
            The name, and the colour of name and line.
        left
            Whether the name stands left of the line.
        line
            Draws the line: `polyline`, or `dashed` for theory.
        """
        foot = self.positions(x, self.y_scale.low)
        top = self.plot.top
        pole = line(np.stack([foot, point(foot[0], top + 0.75 * FLAG)]), color, LINE)
        side = mn.LEFT if left else mn.RIGHT
        name = self.pen.label(words, color).next_to(foot, side, buff=GAP / 2)
        return mn.VGroup(pole, name.on_baseline(top + BASELINE))

    def note(self, words: str | Sentence) -> Typeset:
        """Write a remark on what lies beyond the axis in the row above the plot."""
        name = self.pen.label(words, size=SMALL)
        return name.align_to(point(self.region.left), mn.LEFT).on_baseline(self.plot.top + BASELINE)


def cross(place: Points, color: str) -> mn.VMobject:
    """Draw the mark of a run that left the range of floats."""
    ways = CROSS * np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0]])
    return segments(place - ways, place + ways, color, CURVE)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and stop of each run of true values."""
    padded = np.concatenate([[False], flags, [False]])
    bounds = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in list(pairwise(bounds))[::2]]
