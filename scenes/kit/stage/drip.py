"""Drops that a line of code leaks: they swell under it, fall, and make puddles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import polygons
from scenes.kit.motion import Frame, Motion
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

STEM, BULB = 0.06, 0.17
"""Half widths of a thread and of the drop at its end, in ems."""
GROWS = 1.2
"""Seconds in which a thread gets two thirds of its length."""
GRAVITY = 7.0
"""Ems a second squared."""
PUDDLE = 0.95, 0.1
"""Half the width and half the height of a full puddle, in ems."""
FULL = 3
"""Drops of a full puddle."""
LANDING = 0.4
"""Seconds in which a drop becomes part of its puddle."""
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
        The seconds at which each lets go of its drops, (n,); none of a thread that keeps them.
    floor
        The height on which drops land.
    em
        The unit of all sizes, in frame units.
    """

    def __init__(
        self,
        tops: Array,
        lengths: Sequence[float],
        falls: Sequence[Sequence[float]],
        floor: float,
        em: float,
        pen: Pen,
    ) -> None:
        super().__init__()
        self._tops, self._lengths = tops, np.asarray(lengths, dtype=np.float64)
        self._falls, self._floor, self._em = tuple(map(tuple, falls)), floor, em
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
            if now <= delay:
                continue
            shapes.append(self._thread(top, self._hangs(length, now - delay)))
            landed, places = 0.0, list[float]()
            for begins in falls:
                if now > begins:
                    start = top[1] - self._hangs(length, begins - delay)
                    landed += self._drop(start, now - begins, places)
            shapes.extend(self._round(top[0], y, BULB, BULB * 1.25) for y in places)
            wide = min(1.0, landed / FULL) ** 0.5
            if wide > 0:
                shapes.append(self._round(top[0], self._floor, PUDDLE[0] * wide, PUDDLE[1] * wide))
        if shapes:
            self._paint.set_points(polygons(np.array(shapes)))
        else:
            self._paint.clear_points()

    @staticmethod
    def _hangs(length: float, age: float) -> float:
        return length * (1 - math.exp(-max(age, 0.0) / GROWS))

    def _drop(self, start: float, age: float, places: list[float]) -> float:
        """Note where a drop falls that was let go at this height; return how far it has landed."""
        fall = math.sqrt(2 * (start - self._floor) / (GRAVITY * self._em))
        if age < fall:
            places.append(start - GRAVITY * self._em * age**2 / 2)
            return 0.0
        return min(1.0, (age - fall) / LANDING)

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
        # The same way round as a thread: where two outlines overlap there is no hole.
        angles = -np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
        return np.column_stack(
            [
                x + wide * self._em * np.cos(angles),
                y + high * self._em * np.sin(angles),
                np.zeros(CORNERS),
            ]
        )
