"""A heap: a histogram made of the dots of units, each of which lies in its bin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, segments
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import LABEL, LINE
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

Array = NDArray[np.float64]

TICK = 0.12
WORDS = 0.9
"""Height reserved for ticks and name."""
LARGEST = 0.17
"""Radius of a dot, in frame units, at most."""
AIR = 0.12
"""Space round a dot, as a fraction of its radius."""
WINDOW, FRAMES = 0.06, 80
"""Half the part of a motion in which a dot goes from bin to bin, and the stacks made for it."""


class Heap(mn.VGroup):
    """The axis on which dots heap up.

    Parameters
    ----------
    region
        The area for dots, axis and words.
    edges
        Edges of the bins, evenly spaced, (bins + 1,). Values beyond them lie in the outer bins.
    count
        The number of dots.
    ticks
        Words below the axis, by place.
    name
        What is counted.
    pen
        Typesets the words.

    Attributes
    ----------
    radius
        Of a dot, in frame units: as many as there are fit on each other.
    """

    def __init__(
        self,
        region: Region,
        edges: Array,
        count: int,
        ticks: Mapping[float, Sentence],
        name: str,
        pen: Pen,
    ) -> None:
        super().__init__()
        self._edges = np.asarray(edges, dtype=np.float64)
        plot = region.inset(bottom=WORDS)
        width = plot.width / (len(edges) - 1)
        self._abreast, self._share = _packing(count, width, plot.height)
        ink = pen.theme.muted
        feet = self._feet(np.array(list(ticks)), plot)
        ends = np.array([point(plot.left, plot.bottom), point(plot.right, plot.bottom)])
        self.axis = segments(ends[:1], ends[1:], ink, LINE)
        self.ticks = segments(feet, feet - TICK * mn.UP, ink, LINE)
        self.words = mn.VGroup(
            *(
                pen.label(words, ink, LABEL).next_to(foot, mn.DOWN, buff=TICK + GAP / 4)
                for words, foot in zip(ticks.values(), feet, strict=True)
            )
        )
        self.title = pen.label(name, ink, LABEL).next_to(plot.center, mn.DOWN)
        self.title.next_to(self.words, mn.DOWN, buff=GAP / 3).set_x(plot.center[0])
        self.add(self.axis, self.ticks, self.words, self.title)

    @property
    def radius(self) -> float:
        """The radius of a dot where the axis is now."""
        return self._share * self._width / (len(self._edges) - 1)

    def stacked(self, values: Array) -> Array:
        """Return bin and row of each dot, (k, 2): side by side, then above, small values first."""
        values = np.nan_to_num(np.asarray(values, dtype=np.float64))
        last = len(self._edges) - 2
        bins = np.clip(np.searchsorted(self._edges, values, side="right") - 1, 0, last)
        places = np.empty((len(values), 2))
        for number in np.unique(bins):
            members = np.flatnonzero(bins == number)
            members = members[np.argsort(values[members], kind="stable")]
            row, column = np.divmod(np.arange(len(members)), self._abreast)
            across = (column - (self._abreast - 1) / 2) * 2 * self._share * (1 + AIR)
            places[members] = np.stack([number + 0.5 + across, row], axis=-1)
        return places

    def moving(self, values: Callable[[float], Array]) -> Callable[[float], Array]:
        """Return the way of stacks whose values move: a dot glides when its bin changes.

        The way is a mean over a window of time. So that it is exact at both ends, the stacks
        rest there for as long as half a window.
        """
        times = np.linspace(-WINDOW, 1 + WINDOW, FRAMES + 1)
        moved = np.clip((times - WINDOW) / (1 - 2 * WINDOW), 0, 1)
        stacks = np.array([self.stacked(values(float(time))) for time in moved])

        def way(part: float) -> Array:
            weights = np.maximum(0, WINDOW - np.abs(times - part))
            return np.asarray(np.tensordot(weights / weights.sum(), stacks, axes=1))

        return way

    def at(self, stacked: Array) -> Points:
        """Return positions on the frame of bins and rows, where the axis is now, (k, 3)."""
        left: Point3D = self.axis.points[0]
        step = self._width / (len(self._edges) - 1)
        rise = 2 * self.radius * (1 + AIR)
        x = stacked[:, 0] * step
        y = (stacked[:, 1] + 0.5) * rise + 0.25 * self.radius
        return np.asarray(left + np.stack([x, y, 0 * x], axis=-1))

    @property
    def _width(self) -> float:
        return float(np.linalg.norm(self.axis.points[-1] - self.axis.points[0]))

    def _feet(self, places: Array, plot: Region) -> Any:
        low, high = self._edges[[0, -1]]
        x = plot.left + (places - low) / (high - low) * plot.width
        return np.stack([x, np.full_like(x, plot.bottom), 0 * x], axis=-1)


def _packing(count: int, width: float, height: float) -> tuple[int, float]:
    """Return how many dots stand abreast in a bin, and their radius as a part of its width.

    The dots are as large as possible such that all fit into one bin.
    """
    best = (1, 0.0)
    for abreast in range(1, count + 1):
        rows = -(-count // abreast)
        radius = (
            min(width / abreast, height / (rows + 0.25), 2 * (1 + AIR) * LARGEST) / 2 / (1 + AIR)
        )
        if radius > best[1]:
            best = (abreast, radius)
    return best[0], best[1] / width
