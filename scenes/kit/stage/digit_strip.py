"""One real example, its features as cells, which enter a network."""

from __future__ import annotations

import math
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import polygons
from scenes.kit.layout import Region
from scenes.kit.motion import Frame, Motion, smooth, staggered
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

LEVELS = 9
FILLED = 0.88
"""Side of a cell as a fraction of the distance between cells."""
TALLEST = 1.0
"""Longest side of a cell."""
DIM = 0.3
FLIGHT = 0.45
"""Share of the time that one cell flies."""
NODE = 0.05
"""Half the side of a cell when it arrives."""
BEND = 0.06
"""How far a flight bends upwards, as a fraction of its length."""


class FeatureStrip(mn.VGroup):
    """The features of one example as cells, the brighter the larger.

    Parameters
    ----------
    region
        The cells are centred in it.
    values
        The features, (n,).
    pen
        Provides the colours.
    square
        Whether they are a picture, n = side x side pixels in rows; else they stand in a column.
    low, high
        The values of the darkest and the brightest cell; the ends of `values` by default.
    """

    def __init__(
        self,
        region: Region,
        values: ArrayLike,
        pen: Pen,
        *,
        square: bool,
        low: float | None = None,
        high: float | None = None,
    ) -> None:
        super().__init__()
        features = np.asarray(values, dtype=np.float64)
        if not features.size:
            raise ValueError("an example without features")
        across = math.ceil(math.sqrt(features.size)) if square else 1
        down = math.ceil(features.size / across)
        step = min(region.width / across, region.height / down, TALLEST)
        row, column = np.divmod(np.arange(features.size), across)
        x = region.center[0] + (column - (across - 1) / 2) * step
        y = region.center[1] - (row - (down - 1) / 2) * step
        self._half = step * FILLED / 2
        self._levels = _levels(features, low, high)
        colors = [pen.theme.loss(level / (LEVELS - 1)) for level in range(LEVELS)]
        self.cells = mn.VGroup(
            *(mn.VMobject(fill_color=c, fill_opacity=1.0, stroke_width=0) for c in colors)
        )
        self._flying = self.cells.copy()
        self._centers = np.stack([x, y, np.zeros_like(x)], axis=-1)
        self._draw(self.cells, self._centers, np.full(features.size, self._half))
        outline = _squares(self._centers, np.full(features.size, self._half))
        self._frame = mn.VMobject(stroke_color=pen.theme.grid, stroke_width=HAIR / 2)
        self._frame.set_points(outline)
        self.add(self.cells, self._frame)

    @property
    def centers(self) -> Array:
        """Where the cells are, in the order of the features, (n, 3)."""
        return np.asarray(self._corners.mean(axis=1))

    @property
    def side(self) -> float:
        """The side of a cell where the strip is now."""
        return float(self._corners[0, 1, 0] - self._corners[0, 0, 0])

    @property
    def _corners(self) -> Array:
        """The corners of the cells, (n, 4, 3)."""
        return self._frame.points.reshape(-1, 4, 4, 3)[:, :, 0]

    def enter(self, points: ArrayLike, **how: Any) -> mn.Animation:
        """Let a copy of each cell fly into a node and vanish there; the example stays, dimmed.

        Parameters
        ----------
        points
            Positions of the nodes, (k, 3), in the order of the features. If there are fewer nodes
            than features, each takes its share of them, in order.
        """
        nodes = np.asarray(points, dtype=np.float64)
        number = np.arange(len(self._centers))
        goals = nodes[number * len(nodes) // len(number)]

        def prepare() -> Frame:
            starts = self.centers
            half = self.side / 2
            # The side next to the network first, so that no cell flies over another.
            order = np.empty(len(number))
            order[np.lexsort((-starts[:, 1], -starts[:, 0]))] = np.linspace(0, 1, len(number))
            bend = BEND * np.linalg.norm(goals - starts, axis=1)[:, None] * mn.UP
            self.add(self._flying)

            def frame(alpha: float) -> None:
                each = staggered(alpha, order, FLIGHT)
                share = smooth(each)[:, None]
                places = starts + share * (goals - starts) + 4 * share * (1 - share) * bend
                sizes = half + smooth(each) * (NODE - half)
                gone = (each <= 0) | (each >= 1)
                self._draw(self._flying, places, np.where(gone, 0.0, sizes))
                left = 1 - (1 - DIM) * float(each.mean())
                self.cells.set_fill(opacity=left)
                self._frame.set_stroke(opacity=left)
                if alpha == 1:
                    self.remove(self._flying)

            return frame

        return Motion(self, prepare, **{"run_time": 2.0} | how)

    def _draw(self, paths: mn.VGroup, centers: Array, halves: Array) -> None:
        """Draw each cell in the path of its level; one of size 0 is left out."""
        for level, path in enumerate(paths):
            chosen = (self._levels == level) & (halves > 0)
            path.set_points(_squares(centers[chosen], halves[chosen]))


def _levels(values: Array, low: float | None, high: float | None) -> NDArray[np.int64]:
    """Return the brightness of each value, from 0 to LEVELS - 1."""
    least = float(values.min()) if low is None else low
    most = float(values.max()) if high is None else high
    shares = (values - least) / (most - least) if most > least else np.full(values.shape, 0.5)
    return np.rint(np.clip(shares, 0, 1) * (LEVELS - 1)).astype(np.int64)


def _squares(centers: Array, halves: Array) -> Array:
    """Return the points of a path of squares."""
    corners = np.array([[-1.0, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
    return polygons(centers[:, None] + halves[:, None, None] * corners)
