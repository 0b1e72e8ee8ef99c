"""The weights of a layer as a sheaf of lines, as thick as the weights are large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np

from scenes.kit.charts.marks import Points, segments
from scenes.kit.layout import Region, point
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.tiles import polylines
from scenes.kit.theme import CURVE
from scenes.kit.type.typesetting import Pen

LINES = 5
FANNED = 0.8
"""The height between the first line and the last, as a part of that of what they touch."""
THICK = 0.5
"""Width of a line whose weights have not grown, in Manim's units; it grows with them."""
OPACITY = 0.75
FLASH = 0.35
"""Length of a light that runs through, as a part of its way."""
SAMPLES = 24


@dataclass(frozen=True)
class SheafPose:
    """What the weights show.

    Attributes
    ----------
    weights
        The factor on them.
    light
        Opacity, from 0 to 1.
    read
        How far a light has run forward through them; there is none at 0 and at 1.
    """

    weights: float = 1.0
    light: float = 1.0
    read: float = 0.0


class Sheaf(mn.VGroup):
    """Lines between what a layer reads, at the left, and the layer, at the right.

    Parameters
    ----------
    read
        What the layer reads: the lines begin at its right side.
    units
        The layer: they end at its left side.
    pen
        Provides the colours.
    """

    def __init__(self, read: Region, units: Region, pen: Pen) -> None:
        super().__init__()
        theme = pen.theme
        left, right = _spread(read, read.right), _spread(units, units.left)
        self._left, self._right = left, right
        self._lines = segments(left, right, theme.ink, THICK)
        self._flash = segments(np.empty((0, 3)), np.empty((0, 3)), theme.forward, CURVE)
        for line in (self._lines, self._flash):
            line.set_cap_style(mn.CapStyleType.ROUND)
        self.add(self._lines, self._flash)
        self.draw(SheafPose())

    def take(self, weights: Callable[[float], float], **how: Any) -> mn.Animation:
        """Let the weights grow; `weights` gives their factor from 0, the start, to 1."""
        return PoseChange(self, ways={"weights": weights}, **how)

    def read(self, **how: Any) -> mn.Animation:
        """Let light run forward through the weights to the units."""
        return PoseChange(self, ways={"read": lambda part: part}, **{"rate_func": mn.linear} | how)

    def shine(self, light: float, **how: Any) -> mn.Animation:
        """Dim the weights, or light them again."""
        return PoseChange(self, {"light": light}, **how)

    def between(self, x: float) -> float:
        """Return the height in the middle between the two highest lines, at x."""
        begin, end = (ends[:2].mean(axis=0) for ends in (self._left, self._right))
        return float(np.interp(x, [begin[0], end[0]], [begin[1], end[1]]))

    def draw(self, pose: SheafPose) -> None:
        """Draw this pose."""
        self.pose = pose
        self._lines.set_stroke(width=THICK * pose.weights, opacity=OPACITY * pose.light)
        self._flash.set_stroke(opacity=pose.light)
        if not 0 < pose.read < 1:
            self._flash.clear_points()
            return
        front = pose.read * (1 + FLASH)
        parts = np.clip(np.linspace(front - FLASH, front, SAMPLES), 0, 1)
        way = (self._right - self._left)[:, None]
        self._flash.set_points(polylines(self._left[:, None] + parts[:, None] * way))


def _spread(touched: Region, x: float) -> Points:
    """Return where the lines touch a side of something, from the top down, (lines, 3)."""
    heights = FANNED * touched.height * np.linspace(0.5, -0.5, LINES)
    return np.array([point(x, float(touched.center[1] + y)) for y in heights])
