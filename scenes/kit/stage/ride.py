"""A number that rides along a way, and is another one at each stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn
import numpy as np

from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.type.typesetting import Typeset

RESTS = 0.35
"""The share of the time from stop to stop in which a number stands still to be read."""


class Ride(mn.VGroup):
    """A number that rides along its stops.

    Parameters
    ----------
    numbers
        What it is at each stop, placed there, one at least. All but the first are hidden.
    """

    def __init__(self, numbers: Sequence[Typeset]) -> None:
        super().__init__(*numbers)
        self.numbers = tuple(numbers)
        for hidden in self.numbers[1:]:
            fade(hidden, 0.0)

    def run(self, arrivals: Sequence[float] | None = None, **how: Any) -> Motion:
        """Go from the first stop to the last. Half way between two, one number is another.

        Parameters
        ----------
        arrivals
            When it arrives at each stop but the first, 0 to 1, in order; else evenly.
        """
        legs = len(self.numbers) - 1
        evenly = [(stop - RESTS) / legs for stop in range(1, legs + 1)]
        given = evenly if arrivals is None else arrivals

        def prepare() -> Frame:
            homes = [np.array(number.points) for number in self.numbers]
            centers = [number.get_center() for number in self.numbers]

            def frame(time: float) -> None:
                now = float(np.interp(time, [0.0, *given, 1.0], [0.0, *evenly, 1.0]))
                leg = min(int(now * legs), max(legs - 1, 0))
                gone = phase(now * legs - leg, 0.0, 1 - RESTS)
                for stop, (number, home) in enumerate(zip(self.numbers, homes, strict=True)):
                    # How far it is from its stop, from one stop to the next.
                    away = leg + float(mn.smooth(gone)) - stop
                    fade(number, max(0.0, 1 - 2 * abs(away)))
                    if abs(away) < 0.5:
                        further = min(max(stop + (1 if away > 0 else -1), 0), legs)
                        number.points = home + abs(away) * (centers[further] - centers[stop])

            return frame

        return Motion(self, prepare, **how)
