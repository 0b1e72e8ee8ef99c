"""A number that rides along a way, and counts as it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import Frame, Motion
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure

PULSE = 0.2
"""By how much it grows in a pulse."""


class Ride(mn.VGroup):
    """A live number that rides along its stops, and counts from one to the next.

    Parameters
    ----------
    read
        What the number is at a place of the way, such as a layer, or between two.
    way
        The places of its stops, in order, (n,).
    ends
        The x of its left end at each stop, (n,).
    baseline, color, size
        As it is written.

    Attributes
    ----------
    at
        Where it is on its way.
    number
        The number.
    """

    def __init__(
        self,
        read: Callable[[float], Figure],
        way: ArrayLike,
        ends: ArrayLike,
        pen: Pen,
        *,
        baseline: float,
        color: str,
        size: float,
    ) -> None:
        super().__init__()
        self._way, self._ends = (np.asarray(each, dtype=np.float64) for each in (way, ends))
        self._baseline, self.at = baseline, float(self._way[0])
        self.number = LiveNumber(
            pen,
            lambda: read(self.at),
            left=float(self._ends[0]),
            baseline=baseline,
            color=color,
            size=size,
        )
        self.add(self.number)

    def run(self, arrivals: ArrayLike, **how: Any) -> Motion:
        """Go from the first stop to the last.

        Parameters
        ----------
        arrivals
            When it arrives at each stop, 0 to 1, in order; until the first it waits.
        """
        times = np.asarray(arrivals, dtype=np.float64)

        def prepare() -> Frame:
            def frame(now: float) -> None:
                self.at = float(np.interp(now, times, self._way))
                self.number.stand(float(np.interp(now, times, self._ends)), self._baseline)

            return frame

        return Motion(self, prepare, **how)

    def pulse(self, **how: Any) -> Motion:
        """Grow and shrink once, from its left end, so that one looks there."""

        def prepare() -> Frame:
            ink = cast(Typeset, self.number[0])
            points, corner = ink.points.copy(), ink.get_corner(mn.DL)

            def frame(share: float) -> None:
                ink.points = corner + (points - corner) * (1 + PULSE * share)

            return frame

        return Motion(self, prepare, **{"run_time": 1.0, "rate_func": mn.there_and_back} | how)
