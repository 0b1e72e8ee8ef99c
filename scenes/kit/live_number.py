"""A number on screen that is updated while something moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure

STEPS_PER_SECOND = 10


class LiveNumber(mn.VGroup):
    """A number that is read from a function and redrawn at most ten times a second.

    Parameters
    ----------
    pen
        Typesets the digits.
    read
        Returns the current figure.
    left, side, baseline
        Position of the left end, or of the right end if `side` is RIGHT, and of the baseline.

    Attributes
    ----------
    label
        Text of the label beside the number, or an empty string.
    """

    def __init__(
        self,
        pen: Pen,
        read: Callable[[], Figure],
        *,
        left: float,
        side: np.ndarray = mn.LEFT,
        baseline: float,
        color: str,
        size: float,
    ) -> None:
        super().__init__()
        self._pen, self._read = pen, read
        self._left, self._baseline, self._side = left, baseline, side
        self._color, self._size = color, size
        self._elapsed = 0.0
        self._now: Figure | None = None
        self._ink: Typeset | None = None
        self._shown: list[Figure] = []
        self.label = ""
        self._step()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The number that is on screen."""
        return () if self._now is None else (self._now,)

    def start(self) -> None:
        """Start updating."""
        self._elapsed = 0.0
        self.add_updater(lambda _, dt: self._tick(dt))

    def settle(self) -> None:
        """Show the current number and stop updating."""
        self.clear_updaters()
        self._step()

    def stand(self, end: float, baseline: float) -> None:
        """Move it to what it measures; `end` is the left end, or the right one by `side`."""
        self._left, self._baseline = end, baseline
        if self._ink is not None:
            self._place(self._ink)

    def halo(self, color: str) -> Self:
        """Put a rim of `color` round its digits, so that they can be read on lines."""
        if self._ink is not None:
            self._ink.halo(color)
        return self

    def drain(self) -> tuple[Figure, ...]:
        """Return every figure shown since the last call, including the one on screen."""
        shown, self._shown = self._shown, [self._now] if self._now else []
        return tuple(shown)

    def _tick(self, dt: float) -> None:
        self._elapsed += dt
        if self._elapsed >= 1 / STEPS_PER_SECOND - 1e-9:
            self._elapsed = 0.0
            self._step()

    def _step(self) -> None:
        figure = self._read()
        if self._now is not None and figure.plain == self._now.plain:
            return
        self._now = figure
        self._shown.append(figure)
        ink = self._pen.number(figure, self._color, self._size)
        if self._ink is None:
            self._place(ink)
            self._ink = ink
            self.add(ink)
        else:
            # It may have been moved since.
            ink.scale(self._ink.font_size / self._size)
            ink.align_to(self._ink, self._side).on_baseline(self._ink.baseline)
            self._ink.rewrite(ink)

    def _place(self, ink: Typeset) -> None:
        start: Point3D = mn.RIGHT * self._left
        ink.align_to(start, self._side).on_baseline(self._baseline)
