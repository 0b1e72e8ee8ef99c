"""The gradient as a river that runs back through one layer: weights widen it, slopes pinch it."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.stage.columns import Column
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

FILLED = 0.85
"""Largest width of a lane over the diameter of its unit."""
SAMPLES = 160
"""Points along each bank."""
FARTHEST = 3.2
"""Longest way from the units to the mouth."""
REST = 0.9
"""Opacity of the water."""


class River(mn.VGroup):
    """Lanes of water from one column of units back through the one before it.

    Widths are to scale: what leaves the right column, what the weights make of it, and what the
    slopes let through are drawn in the same proportion as the numbers. Of a wide layer only the
    lanes of the drawn units are seen; the whole river keeps the width of the whole signal.

    Parameters
    ----------
    after, before
        The column that the gradient leaves, and the one whose slopes it meets.
    rows
        Which of the drawn units of `before` the river runs through.
    weight_part, slope_part
        Factors of the whole signal.
    shares
        The gradient that reaches each of these units, before its slope, (rows,).
    slopes
        What each unit lets through of that, (rows,).

    Attributes
    ----------
    head
        The x that it has reached.
    """

    def __init__(
        self,
        after: Column,
        before: Column,
        rows: slice,
        weight_part: float,
        slope_part: float,
        shares: Array,
        slopes: Array,
        pen: Pen,
    ) -> None:
        super().__init__()
        self.centers = before.centers[rows]
        self.radius = before.radius
        total = float(shares.sum())
        part = shares / total if total > 0 else np.full(len(shares), 1 / len(shares))
        room = 2 * FILLED * self.radius
        # The widest lane and the widest stretch of the whole river both have to fit.
        fit = room / max(float(part.max()), 1.0 / len(part))
        largest = max(weight_part, 1.0 if weight_part < 1 else weight_part)
        self._unit = fit / largest
        self._stretch = (1.0, weight_part, weight_part * slope_part)
        self._part, self._slopes = part, slopes
        self._source = float(after.centers[:, 0].mean()) - after.radius
        self._middle = float(self.centers[:, 1].mean())
        self._gate = float(self.centers[:, 0].mean())
        self._mouth = self._gate - min(1.1 * (self._source - self._gate), FARTHEST)
        self.head = self._source
        self._bank = mn.VMobject(fill_color=pen.theme.backward, fill_opacity=REST, stroke_width=0)
        self.add(self._bank)

    @property
    def brink(self) -> float:
        """The x at which it reaches the units."""
        return self._gate + 1.05 * self.radius

    @property
    def beyond(self) -> float:
        """The x at which it has passed them."""
        return self._gate - 1.05 * self.radius

    @property
    def run(self) -> float:
        """The length of the way from the source to the units."""
        return self._source - self.brink

    @property
    def mouth(self) -> float:
        """The x at which the river ends."""
        return self._mouth

    @property
    def source(self) -> float:
        """The x at which it begins."""
        return self._source

    @property
    def gate(self) -> float:
        """The x of the units."""
        return self._gate

    @property
    def top(self) -> float:
        """The height of the highest unit that the river runs through."""
        return float(self.centers[:, 1].max()) + self.radius

    def width_at(self, stretch: int) -> float:
        """Return the width at the source, before the units (1), or at the mouth (2)."""
        return self._unit * self._stretch[stretch]

    def flow(self, end: float, **how: Any) -> Timeline:
        """Let the head of the river run to an x."""

        def prepare() -> list[Step]:
            start = self.head
            return [Step(0, 1, lambda share: self.reach(start + (end - start) * share))]

        return Timeline(self, prepare, **how)

    def reach(self, head: float) -> None:
        """Draw the river from its source to this x."""
        self.head = head
        if head >= self._source - 1e-6:
            self._bank.clear_points()
            return
        xs = np.linspace(self._source, head, SAMPLES)
        middle, width = self._lanes(xs)
        self._bank.clear_points()
        for lane in range(len(self._part)):
            upper, lower = middle[lane] + width[lane] / 2, middle[lane] - width[lane] / 2
            outline = np.column_stack(
                [np.concatenate([xs, xs[::-1]]), np.concatenate([upper, lower[::-1]])]
            )
            corners = np.column_stack([outline, np.zeros(len(outline))])
            self._bank.start_new_path(corners[0])
            self._bank.add_points_as_corners([*corners[1:], corners[0]])

    def _lanes(self, xs: Array) -> tuple[Array, Array]:
        """Return middle and width of each lane at each x, (lanes, n) both."""
        near = self.brink, self.beyond
        bend = (self._source - near[0]) * 0.55
        begin, weighed, end = (self._unit * share for share in self._stretch)
        at = self._part[:, None]
        passed = at * self._slopes[:, None]
        left = float(passed.sum())
        after = passed / left * end if left > 0 else passed
        weights = _ease((self._source - xs) / (0.75 * self.run))
        pinch = _ease((near[0] - xs) / (near[0] - near[1]))
        merge = _ease((near[1] - xs) / bend)
        spread = _ease((near[0] + bend - xs) / bend)
        before = at * (begin + (weighed - begin) * weights)
        narrow = at * weighed * (1 + (self._slopes[:, None] - 1) * pinch)
        width = np.where(xs > near[0], before, narrow)
        width = width + (after - width) * merge
        together = self._middle + _stacked(width)
        apart = self.centers[:, 1][:, None]
        middle = together + (apart - together) * spread * (1 - merge)
        return middle, width


def _stacked(width: Array) -> Array:
    """Return the middles of lanes that lie on each other without a gap, the first at the top."""
    total = width.sum(axis=0)
    ends = total / 2 - np.cumsum(width, axis=0)
    return np.asarray(ends + width / 2)


def _ease(share: Array) -> Array:
    at = np.clip(share, 0.0, 1.0)
    return np.asarray(at * at * (3 - 2 * at))
