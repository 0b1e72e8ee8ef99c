"""A knob: it turns from its low end to its high one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.charts.marks import Points
from scenes.kit.layout import point
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, LINE
from scenes.kit.type.typesetting import Pen

LOW, HIGH = 225.0, -45.0
"""Where it points at both ends, in degrees."""
INNER, OUTER = 0.25, 0.72
"""Where its pointer begins and ends, in radii."""
TRACK = 1.22
"""Radius of the arc that it has turned through, in radii."""
SAMPLES = 48


@dataclass(frozen=True)
class KnobPose:
    """How far a knob is turned, from 0 to 1."""

    turned: float = 0.0


class Knob(mn.VGroup):
    """A round knob with a pointer, and the arc through which it has turned.

    Parameters
    ----------
    center, radius
        Where it is.
    pen
        Provides the colours.
    """

    def __init__(self, center: Point3D, radius: float, pen: Pen) -> None:
        super().__init__()
        theme = pen.theme
        self._rim = mn.Circle(radius=radius, color=theme.ink, stroke_width=LINE).move_to(center)
        self._rim.set_fill(theme.grid, opacity=1.0)
        self._radius = radius
        self._track = _line(theme.muted, LINE)
        self._arc = _line(theme.ink, CURVE)
        self._pointer = _line(theme.ink, CURVE)
        self.add(self._rim, self._track, self._arc, self._pointer)
        self._track.set_points_as_corners(self._around(0, 1))
        self.draw(KnobPose())

    def turn(self, **how: Any) -> mn.Animation:
        """Turn it to its high end."""
        return PoseChange(self, {"turned": 1.0}, **how)

    def draw(self, pose: KnobPose) -> None:
        """Draw this pose."""
        self.pose = pose
        angle = np.radians(LOW + pose.turned * (HIGH - LOW))
        along = self._radius * point(float(np.cos(angle)), float(np.sin(angle)))
        middle = self._rim.get_center()
        self._pointer.set_points_as_corners([middle + INNER * along, middle + OUTER * along])
        if pose.turned > 0:
            self._arc.set_points_as_corners(self._around(0, pose.turned))
        else:
            self._arc.clear_points()

    def _around(self, first: float, last: float) -> Points:
        """Return points of the arc between two parts of the turn."""
        angles = np.radians(LOW + np.linspace(first, last, SAMPLES) * (HIGH - LOW))
        ring = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=-1)
        return np.asarray(self._rim.get_center() + TRACK * self._radius * ring)


def _line(color: str, width: float) -> mn.VMobject:
    line = mn.VMobject(stroke_color=color, stroke_width=width, fill_opacity=0)
    return line.set_cap_style(mn.CapStyleType.ROUND)
