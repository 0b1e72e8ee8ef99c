"""A rail: a knob that slides, a bar as long as the way it has come, and a ring where it should."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D, Vector3D

from scenes.kit.charts.marks import Points, segments
from scenes.kit.motion import Frame, Motion
from scenes.kit.theme import CURVE, HAIR, LINE
from scenes.kit.type.typesetting import Pen

TICK, LONG_TICK = 0.13, 0.28
KNOB = 0.13
BAR = 14.0
RING = 2.0
"""Radius of a ring, over that of the knob that slides into it."""


class Rail(mn.VGroup):
    """A line with a knob at zero.

    Parameters
    ----------
    zero
        Where the knob stands at first.
    unit
        Length of 1, in frame units.
    reach
        The values at the ends of the line; there are ticks at both, and at zero.
    color
        Of the bar and the knob.
    along
        The direction in which values grow.
    divided
        Into how many parts, from zero to each end, short ticks divide it.

    Attributes
    ----------
    reach
        The values at the ends of the line.
    at
        The value at which the knob stands.
    """

    def __init__(
        self,
        zero: Point3D,
        unit: float,
        reach: tuple[float, float],
        color: str,
        pen: Pen,
        along: Vector3D = mn.RIGHT,
        divided: int = 1,
    ) -> None:
        super().__init__()
        self.reach, self._along = reach, np.asarray(along)
        aside = np.array([self._along[1], self._along[0], 0.0])
        low, high = (zero + unit * value * self._along for value in reach)
        # It is not drawn, but goes where the camera takes the rail.
        self._ends = segments(np.array([low]), np.array([high]), pen.theme.muted, 0.0)
        parts = np.arange(1, divided + 1) / divided
        values = [value * part for value in reach if value for part in parts]
        lengths = [LONG_TICK if divided > 1 else TICK, *(TICK for _ in values)]
        places = [zero, *(zero + unit * value * self._along for value in values)]
        ticks = [
            (place - length * aside, place + length * aside)
            for place, length in zip(places, lengths, strict=True)
        ]
        starts, stops = (np.array(ends) for ends in zip(*ticks, strict=True))
        self._ticks = segments(starts, stops, pen.theme.muted, HAIR)
        self._line = mn.VMobject(stroke_color=pen.theme.muted, stroke_width=HAIR, fill_opacity=0)
        self._bar = mn.VMobject(stroke_color=color, stroke_width=BAR, fill_opacity=0)
        self._knob = mn.Circle(radius=KNOB, fill_color=color, fill_opacity=1.0, stroke_width=0)
        self.at = 0.0
        self.add(self._ends, self._ticks, self._line, self._bar, self._knob)
        self.draw(0.0)

    @property
    def ends(self) -> tuple[Point3D, Point3D]:
        """The ends of the line, that of the smaller values first."""
        return self._ends.points[0], self._ends.points[3]

    @property
    def knob(self) -> Point3D:
        """Where the knob stands."""
        return self._knob.get_center()

    def place(self, value: float) -> Point3D:
        """Return where a value lies."""
        (low, high), (first, last) = self.reach, self.ends
        return np.asarray(first + (last - first) * ((value - low) / (high - low)))

    def draw(self, value: float) -> None:
        """Put the knob at a value."""
        self.at = value
        here, zero = self.place(value), self.place(0.0)
        self._knob.move_to(here)
        # The line ends at the knob and at the bar: where all is dim, none is seen through another.
        low, high = (pick(here, zero, key=self._along.dot) for pick in (min, max))
        gap = KNOB * self._along
        first, last = self.ends
        pieces = [(first, low - gap), (high + gap, last)]
        self._line.set_points(_corners([p for p in pieces if (p[1] - p[0]) @ self._along > 0]))
        if abs(value) > 0:
            self._bar.set_points_as_corners(np.array([zero, here]))
        else:
            self._bar.clear_points()

    def slides(self, value: float, **how: Any) -> mn.Animation:
        """Slide the knob to a value."""

        def prepare() -> Frame:
            start = self.at
            return lambda share: self.draw(start + share * (value - start))

        return Motion(self, prepare, **{"rate_func": mn.smooth, **how})


def ring_at(place: Point3D, color: str) -> mn.Circle:
    """Return a ring into which a knob may slide."""
    ring = mn.Circle(radius=RING * KNOB, stroke_color=color, stroke_width=CURVE + LINE)
    return ring.move_to(place)


def _corners(pieces: list[tuple[Point3D, Point3D]]) -> Points:
    """Return the points of straight pieces, one after another."""
    shares = np.linspace(0, 1, 4)[:, None]
    lines = [first + shares * (last - first) for first, last in pieces]
    return np.concatenate(lines) if lines else np.empty((0, 3))
