"""Bars that are painted anew at each moment, as a few paths however many they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import polygons
from scenes.kit.layout import Region
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

LEVELS, DIMMEST = 6, 0.28
"""Bars are painted in `LEVELS` shades, from the full colour down to this share of it."""
LANDING = 0.06
"""A torn top closes on this last part of its way, a fraction of the height of the plot."""
TOOTH_WIDTH, TOOTH_DEPTH = 0.17, 0.16
"""Size of the teeth of a torn top."""


@dataclass(frozen=True)
class Posture:
    """How n bars stand at one moment; all heights are fractions of the height of the plot.

    Attributes
    ----------
    low, high
        Where each bar begins and ends, (n,); they are cut at 0 and 1.
    torn
        How far its top is torn, from 0, closed, to 1, open, (n,).
    dim
        How far it is dimmed, from 0 to 1, (n,).
    width
        Its width as a fraction of the full width.
    """

    low: Array
    high: Array
    torn: Array
    dim: Array
    width: float = 1.0

    def swept(self, goal: Array, share: float) -> Posture:
        """Return the posture on the way to closed tops at the heights `goal`, (n,).

        One level sinks from the ceiling to the base line and takes all tops along that are above
        their goal; another rises and takes those that are below. So tops arrive in the order of
        their heights, and equal differences take equal times.
        """
        start = np.minimum(self.high, 1.0)
        sinking = np.maximum(goal, np.minimum(start, 1 - share))
        rising = np.minimum(goal, np.maximum(start, share))
        high = np.where(start > goal, sinking, rising)
        far = np.clip(np.abs(high - goal) / LANDING, 0, 1)
        # A bar under way is torn and dim, wherever it began: its height says nothing.
        away = np.clip(np.abs(high - start) / LANDING, 0, 1)
        torn, dim = (np.maximum(each, away) * far for each in (self.torn, self.dim))
        return replace(self, high=high, torn=torn, dim=dim)

    def toward(self, other: Posture, share: ArrayLike) -> Posture:
        """Return the posture between this one and another; `share` may differ between bars."""
        part = np.asarray(share, dtype=np.float64)
        pairs = [(getattr(self, name), getattr(other, name)) for name in ("low", "high")]
        pairs += [(self.torn, other.torn), (self.dim, other.dim)]
        low, high, torn, dim = (a + (b - a) * part for a, b in pairs)
        width = self.width + (other.width - self.width) * float(part.mean())
        return Posture(low, high, torn, dim, width)


class Bars(mn.VGroup):
    """Bars over a base line.

    The bars ask an invisible path of theirs where they stand, so that they may be moved and scaled.

    Parameters
    ----------
    plot
        The area that a bar of height 1 fills from bottom to top.
    columns
        Middle of each bar, (n,).
    width
        Width of a bar.
    pen
        Provides the colours.
    """

    def __init__(self, plot: Region, columns: Array, width: float, pen: Pen) -> None:
        super().__init__()
        self._anchor = mn.VMobject(stroke_width=0, stroke_opacity=0, fill_opacity=0)
        flat = np.zeros_like(columns)
        corners = [
            np.stack([columns + side * width / 2, flat + height, flat], axis=-1)
            for side, height in ((-1, plot.bottom), (1, plot.bottom), (1, plot.top), (-1, plot.top))
        ]
        self._anchor.set_points(polygons(np.stack(corners, axis=1)))
        self._teeth = max(1, round(width / TOOTH_WIDTH))
        full, back = mn.ManimColor(pen.theme.backward), mn.ManimColor(pen.theme.background)
        self.paths = mn.VGroup(
            *(
                # Opaque, so that no line shines through.
                mn.VMobject(fill_color=full.interpolate(back, dim), fill_opacity=1, stroke_width=0)
                for dim in np.linspace(0.0, 1 - DIMMEST, LEVELS)
            )
        )
        self.add(self._anchor, self.paths)
        nothing = np.zeros(len(columns))
        self.paint(Posture(nothing, nothing, nothing, nothing))

    def places(self, heights: ArrayLike) -> Array:
        """Return positions in the columns, (n, 3); heights are fractions of the plot, (n,)."""
        left, right, bottom, top = self._sides()
        levels = bottom + np.asarray(heights) * (top - bottom)
        return np.stack([(left + right) / 2, levels, np.zeros_like(levels)], axis=-1)

    @property
    def plot(self) -> Region:
        """The area from the first bar to the last, and from the base line to the ceiling."""
        left, right, bottom, top = self._sides()
        return Region(float(left.min()), float(right.max()), float(bottom[0]), float(top[0]))

    @property
    def bar_width(self) -> float:
        """The full width of a bar."""
        left, right, *_ = self._sides()
        return float(right[0] - left[0])

    def paint(self, posture: Posture) -> None:
        """Draw the bars."""
        self.posture = posture
        low, high = np.clip(posture.low, 0, 1), np.clip(posture.high, 0, 1)
        seen = high > low
        corners = self._corners(low, high, posture)
        levels = np.rint(np.clip(posture.dim, 0, 1) * (LEVELS - 1)).astype(np.int64)
        for level, path in enumerate(self.paths):
            path.set_points(polygons(corners[seen & (levels == level)]))

    def _corners(self, low: Array, high: Array, posture: Posture) -> Array:
        """Return the corners of each bar, with its teeth: (n, 2 + 2 teeth + 1, 3)."""
        left, right, bottom, top = self._sides()
        middle, half = (left + right) / 2, (right - left) / 2 * posture.width
        across = np.concatenate([[-1.0, 1.0], np.linspace(1.0, -1.0, 2 * self._teeth + 1)])
        x = middle[:, None] + half[:, None] * across
        height = top - bottom
        floor, ceiling = bottom + low * height, bottom + high * height
        bite = np.minimum(TOOTH_DEPTH * np.clip(posture.torn, 0, 1), ceiling - floor)
        valleys = (np.arange(2 * self._teeth + 1) % 2) * bite[:, None]
        y = np.concatenate([floor[:, None].repeat(2, axis=1), ceiling[:, None] - valleys], axis=1)
        return np.stack([x, y, np.zeros_like(x)], axis=-1)

    def _sides(self) -> tuple[Array, Array, Array, Array]:
        """Return the left, right, bottom and top of the full height of each bar, (n,) each."""
        corners = self._anchor.points.reshape(-1, 4, 4, 3)[:, :, 0]
        return corners[:, 0, 0], corners[:, 1, 0], corners[:, 0, 1], corners[:, 2, 1]
