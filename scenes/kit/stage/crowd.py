"""The units of a layer, or a unit's examples, as dots on one large curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.tiles import circles, small_dots
from scenes.kit.stage.unit import DIMMED, Unit
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

DOT = 0.09
"""Radius of a dot, in frame units."""
LAYERS = 3


@dataclass(frozen=True)
class CrowdPose:
    """Where the dots of a crowd stand, z of (dots,), and their opacity."""

    z: Array
    light: float = 1.0


class Crowd(mn.VGroup):
    """Dots on the curve of a unit, which a film adds above it.

    Parameters
    ----------
    unit
        The unit on whose curve they stand, wherever it is.
    z
        Where they stand, (dots,).
    pen
        Provides the colours.
    """

    def __init__(self, unit: Unit, z: Array, pen: Pen) -> None:
        super().__init__()
        theme = pen.theme
        self._unit = unit
        # Neighbours lie in different paths, so that one covers the other and both can be seen.
        self._healthy = [small_dots(theme.ink, theme.background) for _ in range(LAYERS)]
        self._saturated = [small_dots(theme.saturated, theme.ink) for _ in range(LAYERS)]
        self.add(*self._healthy, *self._saturated)
        self.pose = CrowdPose(np.asarray(z, dtype=np.float64))
        self.draw(self.pose)

    @property
    def dots(self) -> Points:
        """Where the dots are, (dots, 3)."""
        return self._unit.at(self._unit.pose.curve.dots(self.pose.z))

    def take(self, z: Callable[[float], Array], **how: Any) -> mn.Animation:
        """Move all dots along the curve, from z(0) to z(1)."""
        return PoseChange(self, ways={"z": z}, **how)

    def dimmed(self, light: float = DIMMED, **how: Any) -> mn.Animation:
        """Darken the dots."""
        return PoseChange(self, {"light": light}, **how)

    def lit(self, **how: Any) -> mn.Animation:
        """Light the dots again."""
        return PoseChange(self, {"light": 1.0}, **how)

    def draw(self, pose: CrowdPose) -> None:
        """Draw these dots on the curve of the unit as it is now."""
        self.pose = pose
        saturated = self._unit.pose.curve.saturated(pose.z)
        layer = np.argsort(np.argsort(pose.z, kind="stable"), kind="stable") % LAYERS
        for paths, chosen in ((self._healthy, ~saturated), (self._saturated, saturated)):
            for number, marks in enumerate(paths):
                centers = self.dots[chosen & (layer == number)]
                marks.set_points(circles(centers, np.full(len(centers), DOT)))
                marks.set_stroke(opacity=pose.light, background=True).set_fill(opacity=pose.light)
