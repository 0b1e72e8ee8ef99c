"""Dots at the tops of bars, all of them one path that grows; a line that zeros interrupt."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import strokes
from scenes.kit.theme import CURVE, HAIR
from scenes.kit.type.typesetting import Pen

RADIUS = 0.1


class Discs(mn.VMobject):
    """Discs or rings of one size around points.

    Parameters
    ----------
    places
        The centres, (n, 3).
    color
        Colour of the discs, or of the rings.
    pen
        Provides the colour of the background.
    hollow
        Whether they are rings.
    """

    def __init__(
        self, places: NDArray[np.float64], color: str, pen: Pen, *, hollow: bool = False
    ) -> None:
        back = pen.theme.background
        super().__init__(
            fill_color=back if hollow else color,
            fill_opacity=1.0,
            stroke_color=color if hollow else back,
            stroke_width=CURVE - 1 if hollow else HAIR,
        )
        self._places = places
        self._circle = mn.Circle(radius=RADIUS).points
        self.grow(0.0)

    def grow(self, share: float) -> None:
        """Draw them at this fraction of their size; at 0 there are none."""
        if share <= 0:
            self.clear_points()
            return
        self.set_points((self._places[:, None] + share * self._circle).reshape(-1, 3))


def broken_line(places: NDArray[np.float64], color: str) -> mn.VMobject:
    """Draw a line through positions, (n, 3), one path that is interrupted at each NaN."""
    path = mn.VMobject(stroke_color=color, stroke_width=CURVE, fill_opacity=0)
    path.joint_type = mn.LineJointType.ROUND
    there = np.asarray(np.isfinite(places).all(axis=1))
    joined = there[:-1] & there[1:]
    return path.set_points(strokes(places[:-1][joined], places[1:][joined]))
