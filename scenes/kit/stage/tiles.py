"""Tiles: where up to thirty circles lie in a region, and paths that hold one shape for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, strokes
from scenes.kit.layout import Region
from scenes.kit.theme import HAIR

AIR = 0.12
"""Space round a circle, as a fraction of its radius."""
LARGEST = 2.2
"""Radius of a tile that is alone, in frame units, at most."""
NEARLY = 0.93
"""A grid without gaps is taken if its circles have at least this part of the largest radius."""


@dataclass(frozen=True)
class Grid:
    """A grid of circles.

    Attributes
    ----------
    columns, rows
        Its size; the last row may be shorter, and is centred then.
    radius
        Of each circle, in frame units.
    """

    columns: int
    rows: int
    radius: float

    @classmethod
    def of(cls, count: int, region: Region) -> Grid:
        """Choose the grid whose circles are largest, and rather one without gaps."""
        grids = []
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            cell = min(region.width / columns, region.height / rows)
            grids.append(cls(columns, rows, min(cell / 2 / (1 + AIR), LARGEST)))
        largest = max(grid.radius for grid in grids)
        good = [grid for grid in grids if grid.radius >= NEARLY * largest]
        return min(good, key=lambda grid: (grid.columns * grid.rows - count, -grid.radius))

    def centers(self, count: int, region: Region) -> Points:
        """Return the centres of the circles, row by row from the top, (count, 3)."""
        step = 2 * self.radius * (1 + AIR)
        numbers = np.arange(count)
        row, column = np.divmod(numbers, self.columns)
        in_row = np.minimum(count - row * self.columns, self.columns)
        x = (column - (in_row - 1) / 2) * step
        y = ((self.rows - 1) / 2 - row) * step
        return np.asarray(region.center + np.stack([x, y, 0 * x], axis=-1))


def sampled(count: int, most: int) -> NDArray[np.int64]:
    """Return the numbers of at most `most` units, evenly spread over all of them."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)


def circles(centers: Points, radii: NDArray[np.float64]) -> Points:
    """Return the points of circles, all one path."""
    return np.asarray((centers[:, None] + radii[:, None, None] * _circle()).reshape(-1, 3))


def small_dots(color: str, rim: str) -> mn.VMobject:
    """Return an empty path for dots; where they pass each other, their rims lie below them."""
    path = mn.VMobject(fill_color=color, fill_opacity=1.0, stroke_width=0)
    return path.set_stroke(rim, width=2 * HAIR, background=True)


def polylines(corners: NDArray[np.float64]) -> Points:
    """Return the points of lines through corners (lines, corners, 3), all one path."""
    return strokes(corners[:, :-1].reshape(-1, 3), corners[:, 1:].reshape(-1, 3))


def ranks_from(centers: Points, first: int) -> NDArray[np.int64]:
    """Rank tiles by their distance from one of them."""
    distances = np.linalg.norm(centers - centers[first], axis=1).round(6)
    return np.argsort(np.argsort(distances, kind="stable"), kind="stable")


@cache
def _circle() -> Points:
    """Return a circle of radius 1 as curves, (points, 3)."""
    return np.asarray(mn.Circle(radius=1.0).points)
