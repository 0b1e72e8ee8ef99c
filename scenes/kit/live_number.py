"""A number that counts while something moves."""

from __future__ import annotations

from collections.abc import Callable

import manim as mn
from manim.typing import Point3D

from scenes.kit.figures import Figure
from scenes.kit.typesetting import Ink, Pen

STEPS_PER_SECOND = 10


class LiveNumber(mn.VGroup):
    """A number read from somewhere, at most ten times a second.

    Parameters
    ----------
    pen
        Sets the digits.
    read
        Returns the figure as it is now.
    left, baseline
        Where the number begins, and the height that it stands on.
    """

    def __init__(
        self,
        pen: Pen,
        read: Callable[[], Figure],
        *,
        left: float,
        baseline: float,
        color: str,
        size: float,
    ) -> None:
        super().__init__()
        self._pen, self._read = pen, read
        self._left, self._baseline = left, baseline
        self._color, self._size = color, size
        self._elapsed = 0.0
        self._shown: dict[str, Figure] = {}
        self._step()
        self.add_updater(LiveNumber._tick)

    def shown(self) -> tuple[Figure, ...]:
        """Return every figure that was on screen."""
        return tuple(self._shown.values())

    def settle(self) -> None:
        """Show the number as it is now, and count no more."""
        self._step()
        self.clear_updaters()

    def _tick(self, dt: float) -> None:
        self._elapsed += dt
        if self._elapsed >= 1 / STEPS_PER_SECOND - 1e-9:
            self._elapsed = 0.0
            self._step()

    def _step(self) -> None:
        figure = self._read()
        if figure.plain in self._shown and self.submobjects and self._now == figure.plain:
            return
        self._now = figure.plain
        self._shown[figure.plain] = figure
        ink: Ink = self._pen.number(figure, self._color, self._size)
        start: Point3D = mn.RIGHT * self._left
        ink.align_to(start, mn.LEFT).on_baseline(self._baseline)
        self.submobjects = [ink]
