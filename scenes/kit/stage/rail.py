"""A rail: a knob that slides, and a bar as long as the way it has come."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.charts.marks import segments
from scenes.kit.motion import Motion
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen

TICK = 0.13
KNOB = 0.13
BAR = 14.0


class Rail(mn.VGroup):
    """A level line with a knob at zero.

    Parameters
    ----------
    zero
        Where the knob stands at first.
    unit
        Length of 1, in frame units.
    reach
        The values at the ends of the line.
    color
        Of the bar and the knob.

    Attributes
    ----------
    at
        The value at which the knob stands.
    """

    def __init__(
        self, zero: Point3D, unit: float, reach: tuple[float, float], color: str, pen: Pen
    ) -> None:
        super().__init__()
        low, high = (zero + unit * value * mn.RIGHT for value in reach)
        ticks = [zero, *(end for end, value in zip((low, high), reach, strict=True) if value)]
        starts = np.array([low, *(tick + TICK * mn.DOWN for tick in ticks)])
        stops = np.array([high, *(tick + TICK * mn.UP for tick in ticks)])
        self._line = segments(starts, stops, pen.theme.muted, HAIR)
        self._reach = reach
        self._bar = mn.VMobject(stroke_color=color, stroke_width=BAR, fill_opacity=0)
        self._knob = mn.Circle(radius=KNOB, fill_color=color, fill_opacity=1.0)
        self._knob.set_stroke(pen.theme.background, HAIR)
        self.at = 0.0
        self.add(self._line, self._bar, self._knob)
        self.draw(0.0)

    @property
    def ends(self) -> tuple[Point3D, Point3D]:
        """The left and the right end of the line."""
        return self._line.points[0], self._line.points[3]

    def place(self, value: float) -> Point3D:
        """Return where a value lies."""
        (low, high), (left, right) = self._reach, self.ends
        return np.asarray(left + (right - left) * ((value - low) / (high - low)))

    def draw(self, value: float) -> None:
        """Put the knob at a value."""
        self.at = value
        here = self.place(value)
        self._knob.move_to(here)
        if abs(value) > 0:
            self._bar.set_points_as_corners(np.array([self.place(0.0), here]))
        else:
            self._bar.clear_points()

    def slides(self, value: float, **how: Any) -> mn.Animation:
        """Slide the knob to a value."""

        def prepare() -> Any:
            start = self.at
            return lambda share: self.draw(start + share * (value - start))

        return Motion(self, prepare, **{"rate_func": mn.smooth, **how})
