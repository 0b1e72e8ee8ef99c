"""The cells of an example that a gradient reaches: each takes up as much as comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import Points, polygons
from scenes.kit.motion import smooth, staggered
from scenes.kit.stage.pose import PoseChange
from scenes.kit.type.typesetting import Pen

LEVELS = 9
EACH = 0.4
"""The share of the time in which one cell fills."""
FULL = 92
"""The percentile of what reaches the cells from which on they are brightest."""
DARKEST = 0.45
"""The brightness of a cell that hardly anything reaches: it is under water, too."""
_CORNERS = ((-0.5, -0.5, 0.0), (0.5, -0.5, 0.0), (0.5, 0.5, 0.0), (-0.5, 0.5, 0.0))


@dataclass(frozen=True)
class SoakedPose:
    """How far the cells have filled, from 0 to 1."""

    filled: float = 0.0


class Soaked(mn.VGroup):
    """Cells in the colour of a gradient, which fill from right to left.

    Parameters
    ----------
    centers, side
        Where the cells are, (n, 3), and how large.
    values
        What reaches each, (n,); the largest are the brightest.
    pen
        Provides the colours.
    """

    def __init__(self, centers: Points, side: float, values: ArrayLike, pen: Pen) -> None:
        super().__init__()
        sizes = np.abs(np.asarray(values, dtype=np.float64))
        most = float(np.percentile(sizes, FULL))
        shares = np.minimum(sizes / most, 1) if most > 0 else np.sign(sizes)
        self._levels: NDArray[np.int64] = np.rint(shares * (LEVELS - 1)).astype(np.int64)
        self._centers, self._side = np.asarray(centers), side
        x = self._centers[:, 0]
        wide = float(np.ptp(x))
        self._order = (x.max() - x) / wide if wide > 0 else np.zeros_like(x)
        brightness = DARKEST + (1 - DARKEST) * np.linspace(0, 1, LEVELS)
        self._paths = [
            mn.VMobject(stroke_width=0, fill_opacity=1.0, fill_color=pen.theme.magnitude(level))
            for level in brightness.tolist()
        ]
        self.add(*self._paths)
        self.draw(SoakedPose())

    def fill(self, **how: Any) -> mn.Animation:
        """Let the cells fill, from right to left."""
        return PoseChange(self, {"filled": 1.0}, **{"rate_func": mn.linear} | how)

    def draw(self, pose: SoakedPose) -> None:
        """Draw this pose."""
        self.pose = pose
        part = smooth(staggered(pose.filled, self._order, EACH))
        for level, path in enumerate(self._paths):
            chosen = (self._levels == level) & (part > 0)
            sides = self._side * part[chosen, None, None]
            path.set_points(polygons(self._centers[chosen][:, None] + sides * np.array(_CORNERS)))
