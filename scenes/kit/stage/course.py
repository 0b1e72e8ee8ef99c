"""The gradient as one stream through all layers, as wide at each of them as what is left of it."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.motion import Frame, Motion, eased
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

SAMPLES = 400
"""Points along each bank."""
OPACITY = 0.92
TIP = 0.35
"""Length of the rounded front of the stream."""


class Course(mn.VGroup):
    """A stream that comes in at the right, and is another width at each stop.

    Parameters
    ----------
    source
        The x at which it comes in.
    stops
        The x of each stop, from right to left, (n,).
    widths
        Its width at each stop, in frame units, (n,). It changes between two stops.
    middle
        The height of its middle.
    """

    def __init__(
        self, source: float, stops: ArrayLike, widths: ArrayLike, middle: float, pen: Pen
    ) -> None:
        super().__init__()
        stops, widths = (np.asarray(each, dtype=np.float64) for each in (stops, widths))
        self._x = np.linspace(source, stops[-1], SAMPLES)
        self._half = _between(self._x, stops, widths) / 2
        self._middle = middle
        self._water = mn.VMobject(
            fill_color=pen.theme.backward, fill_opacity=OPACITY, stroke_width=0
        )
        self.add(self._water)

    def flow(self, start: float = 0.0, end: float = 1.0, **how: Any) -> mn.Animation:
        """Run from one share of its way to another; the way ends at the last stop."""

        def prepare() -> Frame:
            return lambda share: self.reach(start + (end - start) * share)

        return Motion(self, prepare, **{"run_time": 2.0} | how)

    def reach(self, share: float) -> None:
        """Draw it as far as it has come."""
        front = self._x[0] + share * (self._x[-1] - self._x[0])
        there = self._x >= front
        if there.sum() < 2:
            self._water.clear_points()
            return
        x = self._x[there]
        # Its front is round until it has arrived.
        blunt = np.sqrt(np.clip((x - front) / TIP, 0.0, 1.0)) if share < 1 else 1.0
        half = self._half[there] * blunt
        upper, lower = (
            np.stack([x, self._middle + side * half, np.zeros_like(x)], axis=-1) for side in (1, -1)
        )
        self._water.set_points_as_corners(np.concatenate([upper, lower[::-1], upper[:1]]))


def _between(x: Array, stops: Array, widths: Array) -> Array:
    """Return the width at each x: that of a stop there, and a bend between two stops."""
    # `searchsorted` wants rising numbers, and the stops fall.
    leg = np.clip(np.searchsorted(-stops, -x) - 1, 0, max(len(stops) - 2, 0))
    following = np.minimum(leg + 1, len(stops) - 1)
    length = stops[leg] - stops[following]
    way = np.divide(stops[leg] - x, length, out=np.zeros_like(x), where=length > 0)
    part = eased(np.clip(way, 0.0, 1.0))
    return np.asarray((1 - part) * widths[leg] + part * widths[following])
