"""A dial: a number in a line of code that turns like the drum of a combination lock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.theme import LINE
from scenes.kit.type.typesetting import UNITS_PER_POINT, Pen
from scenes.words.figures import Figure

HEIGHT = 1.4
"""Height of the window over the font size, in ems of the number."""
EM = 10 * UNITS_PER_POINT
"""Frame units of an em at font size 1."""
PAD = 0.3
"""Room beside the widest number, in ems."""
APART = 60.0
"""Angle between two numbers on the drum, in degrees."""
GONE = 88.0
"""Angle from which a number is on the far side, in degrees."""
DARKER = 2.2
"""How fast numbers darken towards the rims: the power of the cosine."""
DRUM = 0.46
"""Radius of the drum over the height of the window."""
APPEAR = 6.0
"""Shares of a turn in which the other numbers come in, and leave again: one over this."""
ROUND = 0.22
"""Radius of the window's corners over its height."""


class Dial(mn.VGroup):
    """A drum of numbers behind a window; the number in front is the one that is set.

    The drum is drawn where its window is now, and as large, so the camera may go in.

    Parameters
    ----------
    place
        The middle of the window's left side.
    figures
        The numbers on the drum, in order.
    size
        Font size of the number in front.

    Attributes
    ----------
    window
        The rim of the window.
    numbers
        The numbers on the drum, in order.
    at
        Which number is in front; between two while it turns.
    """

    def __init__(self, place: Point3D, figures: Sequence[Figure], pen: Pen, size: float) -> None:
        super().__init__()
        em = EM * size
        self.numbers = [pen.number(each, size=size) for each in figures]
        width = max(number.width for number in self.numbers) + 2 * PAD * em
        height = HEIGHT * em
        self.window = mn.RoundedRectangle(
            width=width,
            height=height,
            corner_radius=ROUND * height,
            stroke_color=pen.theme.forward,
            stroke_width=LINE,
        )
        self.window.move_to(place + width / 2 * mn.RIGHT)
        self._size, self._height = size, height
        self._shapes = [number.points - number.get_center() for number in self.numbers]
        for number in self.numbers:
            number.grows = True
        self.at = 0.0
        self.add(self.window, *self.numbers)
        self.turn(0.0)

    def turn_to(self, number: int, **how: Any) -> mn.Animation:
        """Turn the drum until the number at this position is in front."""

        def prepare() -> Frame:
            start = self.at

            def frame(share: float) -> None:
                seen = min(1.0, APPEAR * share, APPEAR * (1 - share))
                self.turn(start + (number - start) * share, seen)

            return frame

        return Motion(self, prepare, **{"run_time": 1.2, "rate_func": mn.smooth} | how)

    def turn(self, at: float, neighbours: float = 0.0) -> None:
        """Draw the drum with this position in front, where the window is now.

        While it rests its other numbers are hidden: halves of them look like dirt when small. They
        have this opacity, over that which their place on the drum gives them.
        """
        self.at = at
        scale = float(self.window.height) / self._height
        radius = DRUM * float(self.window.height)
        middle = self.window.get_center()
        for position, (number, shape) in enumerate(zip(self.numbers, self._shapes, strict=True)):
            angle = np.radians((position - at) * APART)
            number.font_size = self._size * scale
            if abs(angle) >= np.radians(GONE):
                number.points = np.repeat(middle[None], len(shape), axis=0)
                fade(number, 0.0)
                continue
            angles = angle - scale * shape[:, 1] / radius
            placed = scale * shape
            placed[:, 1] = -radius * np.sin(np.clip(angles, -np.pi / 2, np.pi / 2))
            number.points = middle + placed
            beside = phase(abs(position - at), 0.5, 1.0)
            fade(number, float(np.cos(angle) ** DARKER) * (1 - beside * (1 - neighbours)))
