"""Layout: the bands of the frame, and rectangles that can be divided.

Films contain no coordinates. They cut the stage into regions and pass those to components.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

FRAME_WIDTH, FRAME_HEIGHT = 128 / 9, 8.0
MARGIN = 0.5
GAP = 0.3
"""The standard space between neighbours. Other spaces are fractions or multiples of it."""


def point(x: float, y: float = 0.0) -> Point3D:
    """Return a position on the frame."""
    return np.array([x, y, 0.0])


@dataclass(frozen=True)
class Region:
    """A rectangle of the frame, in frame units, y upwards."""

    left: float
    right: float
    bottom: float
    top: float

    def __post_init__(self) -> None:
        if self.right <= self.left or self.top <= self.bottom:
            raise ValueError(f"an empty region: {self}")

    @property
    def width(self) -> float:
        """Width in frame units."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in frame units."""
        return self.top - self.bottom

    @property
    def center(self) -> Point3D:
        """The centre."""
        return point((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    def inset(self, left: float = 0, right: float = 0, bottom: float = 0, top: float = 0) -> Region:
        """Return the region with its sides moved inwards."""
        return Region(self.left + left, self.right - right, self.bottom + bottom, self.top - top)

    def columns(self, *shares: float, gap: float = GAP) -> tuple[Region, ...]:
        """Cut into columns whose widths are in proportion to `shares`, left to right."""
        edges = _cuts(self.left, self.right, shares, gap)
        return tuple(Region(low, high, self.bottom, self.top) for low, high in edges)

    def rows(self, *shares: float, gap: float = GAP) -> tuple[Region, ...]:
        """Cut into rows whose heights are in proportion to `shares`, top to bottom."""
        edges = _cuts(-self.top, -self.bottom, shares, gap)
        return tuple(Region(self.left, self.right, -high, -low) for low, high in edges)

    def holds(self, mobject: mn.Mobject, slack: float = 1e-3) -> bool:
        """Return whether `mobject` lies inside."""
        return bool(
            mobject.get_left()[0] >= self.left - slack
            and mobject.get_right()[0] <= self.right + slack
            and mobject.get_bottom()[1] >= self.bottom - slack
            and mobject.get_top()[1] <= self.top + slack
        )


def apart(heights: ArrayLike, least: float, low: float, high: float) -> list[float]:
    """Move heights as little as possible so that they lie `least` apart within `low` to `high`."""
    wanted = np.asarray(heights, dtype=np.float64)
    order = np.argsort(wanted, kind="stable")
    steps = least * np.arange(len(order))
    moved = isotonic_regression(wanted[order] - steps).x
    moved = np.clip(moved, low, max(low, high - steps[-1])) + steps
    return [float(moved[rank]) for rank in np.argsort(order)]


def stands_free(word: mn.Mobject, others: Iterable[mn.Mobject], gap: float = GAP / 3) -> bool:
    """Return whether there is a gap between a word and each of the others in its row."""
    left, right = word.get_left()[0], word.get_right()[0]
    return all(
        left - each.get_right()[0] >= gap or each.get_left()[0] - right >= gap for each in others
    )


def _cuts(
    start: float, stop: float, shares: Sequence[float], gap: float
) -> list[tuple[float, float]]:
    free = stop - start - gap * (len(shares) - 1)
    total = sum(shares)
    edges, low = [], start
    for share in shares:
        high = low + free * share / total
        edges.append((low, high))
        low = high + gap
    return edges


FRAME = Region(-FRAME_WIDTH / 2, FRAME_WIDTH / 2, -FRAME_HEIGHT / 2, FRAME_HEIGHT / 2)
SAFE = FRAME.inset(MARGIN, MARGIN, MARGIN, MARGIN)

STAGE = Region(SAFE.left, SAFE.right, -2.94, 2.66)
"""The middle 70 % of the height."""

TITLE_BASELINE, SUBTITLE_BASELINE = 3.2, 2.8
TITLE_FLOOR = 3.07
"""Lower limit of a title: the top of the tallest letters of a subtitle."""
NARRATION_BASELINE = -3.42
CARD_BASELINES = (-3.24, -3.66)
"""The two lines of the end card, in place of the last sentence."""
