"""The weights of a layer as a sheaf of lines, as thick as the weights are large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, segments
from scenes.kit.layout import Region, point
from scenes.kit.motion import eased
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.tiles import polylines
from scenes.kit.theme import CURVE
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

LINES = 7
WAIST = 0.4
"""Height of the sheaf where the lines are closest, as a part of its height."""
FANNED = 0.88
"""How high it is where they are farthest, as a part of its height."""
THICK = 0.6
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
    region
        The area of the lines: they fan out at its left side.
    reads
        The x at which the light sets out that is read.
    units
        Where the light arrives.
    pen
        Provides the colours.
    """

    def __init__(self, region: Region, reads: float, units: Points, pen: Pen) -> None:
        super().__init__()
        theme, middle = pen.theme, float(region.center[1])
        spread = np.linspace(0.5, -0.5, LINES) * region.height
        left = np.array([point(region.left, middle + FANNED * y) for y in spread])
        right = np.array([point(region.right, middle + WAIST * y) for y in spread])
        self._ways = _ways(left, right, reads, float(units[0]), float(units[1]))
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
        known = np.linspace(0, 1, self._ways.shape[1])
        lit = np.array(
            [
                np.stack([np.interp(parts, known, way[:, axis]) for axis in range(3)], axis=-1)
                for way in self._ways
            ]
        )
        self._flash.set_points(polylines(lit))


def _ways(left: Points, right: Points, reads: float, x: float, y: float) -> Array:
    """Return the ways of the light, from what is read along the lines to the units, (k, n, 3)."""
    parts = np.linspace(0, 1, SAMPLES)[:, None]
    found = []
    for begin, end in zip(left, right, strict=True):
        start = point(reads, begin[1])
        bent = end + eased(parts) * [0, y - end[1], 0] + parts * [x - end[0], 0, 0]
        found.append(np.concatenate([start + parts * (begin - start), [end], bent[1:]]))
    return np.array(found)
