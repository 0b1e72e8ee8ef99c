"""Lines that are drawn as time goes on, with names at their ends that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.charts.marks import Points, dot, haloed, polyline
from scenes.kit.layout import GAP, Region, apart, point
from scenes.kit.parts.network_diagram import together
from scenes.kit.theme import CURVE
from scenes.kit.type.typesetting import Pen, Typeset

MOST_POINTS = 400
"""A line of more points is thinned to this number."""
TIP = 0.08
APART = 0.4
"""Minimum distance between the baselines of two names."""


@dataclass(frozen=True, eq=False)
class _Trail:
    places: Points
    line: mn.VGroup
    tip: mn.Circle | None


class Trails(mn.VGroup):
    """Lines of one chart, drawn up to the present time.

    Parameters
    ----------
    pen
        Provides the colours of the theme.
    """

    def __init__(self, pen: Pen) -> None:
        super().__init__()
        self.pen = pen
        self._trails: list[_Trail] = []

    def trail(self, places: Points, color: str, *, width: float = CURVE, tip: bool = True) -> None:
        """Add a line without drawing any of it yet.

        Parameters
        ----------
        places
            The positions that the line passes through, from left to right, (n, 3).
        color, width
            Colour and stroke width of the line.
        tip
            Whether a dot marks the current end. Such a line also gets a halo.
        """
        thinned = _thinned(places)
        path = polyline(thinned[[0, 0]], color, width)
        line = haloed(path, self.pen.theme.background) if tip else mn.VGroup(path)
        mark = dot(thinned[0], color, self.pen.theme.background, TIP) if tip else None
        self._trails.append(_Trail(thinned, line, mark))
        self.add(line, *([mark] if mark is not None else []))

    def recede(self) -> mn.Animation:
        """Give the lines the muted colour, so that others stand out."""
        muted = self.pen.theme.muted
        moves: list[object] = []
        for trail in self._trails:
            moves.append(trail.line[-1].animate.set_stroke(muted))
            moves += [] if trail.tip is None else [trail.tip.animate.set_fill(muted)]
        return together(moves)

    def draw_to(self, x: float) -> None:
        """Draw all lines up to the frame coordinate `x`, in place."""
        for trail in self._trails:
            drawn = _until(trail.places, x)
            for path in trail.line:
                path.set_points_as_corners(drawn)
            if trail.tip is not None:
                trail.tip.move_to(drawn[-1])


def end_names(plot: Region, names: Sequence[Typeset], heights: ArrayLike) -> mn.VGroup:
    """Put names right of a plot, near the heights of their lines but without overlap."""
    # The lowest name may reach slightly below the axis: the tick labels end with the plot.
    low, high = plot.bottom + APART / 4, plot.top - APART / 2
    for name, height in zip(names, apart(heights, APART, low, high), strict=True):
        name.next_to(point(plot.right, height), mn.RIGHT, buff=GAP / 2)
    return mn.VGroup(*names)


def _thinned(places: Points) -> Points:
    count = min(len(places), MOST_POINTS)
    kept = np.linspace(0, len(places) - 1, count).round().astype(np.int64)
    return np.asarray(places[kept])


def _until(places: Points, x: float) -> Points:
    """Cut a line off at `x`, interpolating between two points; at least two points remain."""
    along = places[:, 0]
    x = float(np.clip(x, along[0], along[-1]))
    end = [np.interp(x, along, places[:, axis]) for axis in range(3)]
    before = places[along < x]
    return np.array([*(before if len(before) else places[:1]), end])
