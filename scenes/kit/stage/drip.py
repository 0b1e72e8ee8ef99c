"""Drops that a line of code leaks: they swell under it, fall, and make puddles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import polygons
from scenes.kit.motion import Frame, Motion
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

SECONDS = 4.5
"""Length of the whole, of which a motion may show a part."""
STEM, BULB = 0.06, 0.17
"""Half widths of a thread and of the drop at its end, in ems."""
GROWS = 1.2
"""Seconds in which a thread gets two thirds of its length."""
FIRST, PERIOD = 1.2, 1.5
"""Seconds until a thread lets go of a drop, and from one drop to the next."""
GRAVITY = 7.0
"""Ems a second squared."""
PUDDLE = 1.5, 0.12
"""Half the width and half the height of a puddle of four drops, in ems."""
CORNERS = 40
NOTHING = 1e-3


class Drip(mn.VGroup):
    """Threads that hang from a line, drops that fall from them, and puddles.

    Parameters
    ----------
    tops
        Where the threads hang, (n, 3).
    lengths
        How long each gets, (n,).
    falls
        Whether drops fall from it, (n,).
    floor
        The height on which drops land.
    em
        The unit of all sizes, in frame units.
    """

    def __init__(
        self,
        tops: Array,
        lengths: Sequence[float],
        falls: Sequence[bool],
        floor: float,
        em: float,
        pen: Pen,
    ) -> None:
        super().__init__()
        self._tops, self._lengths = tops, np.asarray(lengths, dtype=np.float64)
        self._falls, self._floor, self._em = tuple(falls), floor, em
        self._delays = 0.9 * np.modf(np.arange(len(tops)) * 0.618)[0]
        self._paint = mn.VMobject(fill_color=pen.theme.backward, fill_opacity=1, stroke_width=0)
        self.add(self._paint)
        self.draw(0.0)

    def run(self, first: float, last: float, **how: Any) -> mn.Animation:
        """Show the seconds from `first` to `last`."""

        def prepare() -> Frame:
            return lambda share: self.draw(first + (last - first) * share)

        return Motion(self, prepare, **{"run_time": last - first} | how)

    def draw(self, now: float) -> None:
        """Draw it some seconds after it began."""
        shapes = []
        threads = zip(self._tops, self._lengths, self._falls, self._delays, strict=True)
        for top, length, falls, delay in threads:
            age = now - delay
            if age <= 0:
                continue
            hangs = length * (1 - np.exp(-age / GROWS))
            shapes.append(self._thread(top, hangs))
            if falls:
                landed, places = self._drops(top[1] - hangs, age - FIRST)
                shapes.extend(self._round(top[0], y, BULB, BULB * 1.25) for y in places)
                wide = min(1.0, (landed / 4) ** 0.5)
                if wide > 0:
                    shapes.append(
                        self._round(top[0], self._floor, PUDDLE[0] * wide, PUDDLE[1] * wide)
                    )
        if shapes:
            self._paint.set_points(polygons(np.array(shapes)))
        else:
            self._paint.clear_points()

    def _drops(self, start: float, age: float) -> tuple[float, list[float]]:
        """Return how many drops have landed, the last one by how much, and where others fall."""
        landed, places = 0.0, []
        fall = (2 * (start - self._floor) / (GRAVITY * self._em)) ** 0.5
        while age > 0:
            if age < fall:
                places.append(start - GRAVITY * self._em * age**2 / 2)
            else:
                landed += min(1.0, (age - fall) / 0.4)
            age -= PERIOD
        return landed, places

    def _thread(self, top: Array, length: float) -> Array:
        """Return the outline of a thread: wide at the line, thin, and round at its end."""
        half = (CORNERS - 2) // 2
        along = 1 - np.linspace(1, 0, half) ** 2.5
        stem, bulb = STEM * self._em, BULB * self._em
        bulb = min(bulb, max(length / 2, NOTHING))
        depth = along * length
        from_end = np.clip((length - depth) / bulb, 0.0, None)
        drop = bulb * np.sqrt(np.clip(1 - (from_end - 1) ** 2, 0.0, None))
        neck = stem * (1 + 1.6 * np.exp(-depth / (2 * stem)))
        wide = np.where(from_end < 1, drop, np.maximum(neck * (from_end >= 1), drop))
        y = top[1] - depth
        right = np.column_stack([top[0] + wide, y, np.zeros(half)])
        left = np.column_stack([top[0] - wide, y, np.zeros(half)])[::-1]
        tip = np.array([[top[0], top[1] - length, 0.0]] * 2)
        return np.concatenate([right, tip, left])

    def _round(self, x: float, y: float, wide: float, high: float) -> Array:
        angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
        return np.column_stack(
            [
                x + wide * self._em * np.cos(angles),
                y + high * self._em * np.sin(angles),
                np.zeros(CORNERS),
            ]
        )
