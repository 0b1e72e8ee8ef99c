"""An animation that is one function of time, and the rates at which things move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

Frame = Callable[[float], None]
"""Draws a moment: 0 is the start of a motion, 1 its end."""


class Motion(mn.Animation):
    """An animation whose frames are drawn by a function.

    Each frame depends on the time alone, so a process that does not draw a play skips its frames.
    Unlike Manim's animations it does not copy what it moves.

    Parameters
    ----------
    moved
        What moves. It stays in the scene.
    prepare
        Called when the motion begins; returns the function that draws a moment.
    how
        Options of `manim.Animation`; the rate is even unless `rate_func` says otherwise.

    Attributes
    ----------
    transforms
        Whether it changes what is there, and does not only bring, take or dim it.
    """

    transforms = True

    def __init__(self, moved: mn.Mobject, prepare: Callable[[], Frame], **how: Any) -> None:
        # Live numbers inside go on counting.
        super().__init__(moved, suspend_mobject_updating=False, **{"rate_func": even} | how)
        self.moved = moved
        self._prepare = prepare
        self._frame: Frame | None = None

    def begin(self) -> None:
        """Prepare the motion and draw its first moment."""
        self._frame = self._prepare()
        super().begin()

    def create_starting_mobject(self) -> mn.Mobject:
        """Return what moves: no copy is needed, as `prepare` stores what it needs."""
        return self.moved

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the moment `alpha`; what is over before other animations stays at its end."""
        if self._frame is not None:
            self._frame(self.rate_func(min(alpha, 1.0)))

    def leave_alone(self, scene: mn.Scene, parts: Sequence[mn.Mobject]) -> None:
        """Put parts on stage in place of the group of them, so that each can leave it alone."""
        there = [part for one in scene.mobjects for part in (parts if one is self.moved else [one])]
        # Another motion of the same play may have put a part on stage.
        scene.mobjects = list({id(part): part for part in there}.values())


def even(alpha: float) -> float:
    """Return `alpha`: the same speed at all times."""
    return alpha


def cruise(alpha: float, ends: float = 0.2) -> float:
    """Speed up evenly, keep the speed, slow down evenly; `ends` is the share of each."""
    speed = 1 / (1 - ends)
    if alpha < ends:
        return speed * alpha**2 / (2 * ends)
    if alpha > 1 - ends:
        return 1 - speed * (1 - alpha) ** 2 / (2 * ends)
    return speed * (alpha - ends / 2)


def staggered(alpha: float, order: ArrayLike, each: float) -> NDArray[np.float64]:
    """Return how far each of several motions is that begin one after another.

    Parameters
    ----------
    alpha
        How far the whole is, from 0 to 1.
    order
        When each begins, from 0, first, to 1, last, (n,).
    each
        The share of the time that one motion takes.
    """
    starts = np.asarray(order, dtype=np.float64) * (1 - each)
    return np.clip((alpha - starts) / each, 0.0, 1.0)


def phase(part: float, first: float, last: float) -> float:
    """Return how much of a phase that lasts from `first` to `last` is over."""
    return min(1.0, max(0.0, (part - first) / (last - first)))


def smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ease in and out."""
    return np.asarray(share**3 * (10 - 15 * share + 6 * share**2))


def eased(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ease in and out, less than `smooth`: the shape of curves that widen, bend or fall."""
    return np.asarray(share * share * (3 - 2 * share))


def fade(word: mn.VMobject, opacity: float) -> None:
    """Give a word this opacity, and its halo too if it has one."""
    word.set_fill(opacity=opacity)
    if word.background_stroke_width:
        word.set_stroke(opacity=opacity, background=True)
