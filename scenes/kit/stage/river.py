"""The gradient as a river that runs back through one layer: weights widen it, slopes pinch it."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.motion import eased
from scenes.kit.stage.columns import Column
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

FILLED = 0.96
"""Largest width of a lane over the distance of two units."""
SAMPLES = 160
"""Points along each bank."""
FARTHEST = 3.2
"""Longest way from the units to the mouth."""
REST = 0.9
"""Opacity of the water."""
BRINK = 1.05
"""Distance from a unit's centre, in radii, at which its slope begins and ends to act."""
TIP = 0.3
"""Length of the rounded front of the river."""


class River(mn.VGroup):
    """Lanes of water from one column of units back through the one before it.

    Widths are to scale: what leaves the right column, what the weights make of it, and what the
    slopes let through are drawn in the same proportion as the numbers. Of wide layers only the
    lanes of the drawn units are seen; the whole river keeps the width of the whole signal.

    Parameters
    ----------
    after, before
        The column that the gradient leaves, and the one whose slopes it meets.
    outputs, rows
        Which of the drawn units of `after` the river comes from, and of `before` it runs through.
    parts
        The factors of weights and slopes.
    leaves
        The gradient that leaves each of these units, (outputs,).
    arrives, slopes
        The gradient that reaches each unit of `before`, and what it lets through, (rows,).

    Attributes
    ----------
    units
        The numbers of these units in their layer.
    centers, radius
        Where they stand.
    head, tail
        The x between which the river is drawn.
    """

    def __init__(
        self,
        after: Column,
        before: Column,
        outputs: slice,
        rows: slice,
        parts: tuple[float, float],
        leaves: Array,
        arrives: Array,
        slopes: Array,
        pen: Pen,
    ) -> None:
        super().__init__()
        self.units = list(before.units)[rows]
        self.centers, self.radius = before.centers[rows], before.radius
        self._springs = after.centers[outputs]
        self._leaves, self._arrives, self._slopes = _shares(leaves), _shares(arrives), slopes
        weights, slope = parts
        room = FILLED * _distance(self.centers, self._springs, 2.6 * self.radius)
        # The widest lane has to fit between its neighbours, at both ends.
        widest = max(float(self._leaves.max()), weights * float(self._arrives.max()))
        self._unit = room / max(widest, weights / len(self.units), 1.0 / len(self._springs))
        self._stretch = (1.0, weights, weights * slope)
        self.source = after.x - after.radius
        self.gate = before.x
        self.mouth = self.gate - min(1.1 * (self.source - self.gate), FARTHEST)
        self.head = self.tail = self.source
        self._bank = mn.VMobject(fill_color=pen.theme.backward, fill_opacity=REST, stroke_width=0)
        self.add(self._bank)

    @property
    def brink(self) -> float:
        """The x at which it reaches the units."""
        return self.gate + BRINK * self.radius

    @property
    def beyond(self) -> float:
        """The x at which it has passed them."""
        return self.gate - BRINK * self.radius

    @property
    def middle(self) -> float:
        """The x half way from the source to the units, where all lanes are one."""
        return (self.source + self.brink) / 2

    def width_at(self, stretch: int) -> float:
        """Return the width at the source, before the units (1), or at the mouth (2)."""
        return self._unit * self._stretch[stretch]

    def flow(self, end: float, **how: Any) -> Timeline:
        """Let the head of the river run to an x."""

        def prepare() -> list[Step]:
            start = self.head
            return [Step(0, 1, lambda share: self.draw(self.tail, start + (end - start) * share))]

        return Timeline(self, prepare, **how)

    def drain(self, **how: Any) -> Timeline:
        """Let the river run off: its tail runs to its head."""

        def prepare() -> list[Step]:
            start, end = self.tail, self.head
            return [Step(0, 1, lambda share: self.draw(start + (end - start) * share, end))]

        return Timeline(self, prepare, **how)

    def draw(self, tail: float, head: float) -> None:
        """Draw the river from one x, at the right, to another."""
        self.tail, self.head = tail, head
        self._bank.clear_points()
        # Outputs flow together until the middle, and part for the units beyond it.
        springs = np.linspace(tail, max(head, self.middle), SAMPLES)
        rest = np.linspace(min(tail, self.middle), head, SAMPLES)
        if tail > max(head, self.middle):
            self._add_lanes(springs, *self._flowing_together(springs))
        if min(tail, self.middle) > head:
            self._add_lanes(rest, *self._passing(rest))

    def _add_lanes(self, xs: Array, middle: Array, width: Array) -> None:
        for lane in range(len(middle)):
            upper, lower = middle[lane] + width[lane] / 2, middle[lane] - width[lane] / 2
            outline = np.column_stack(
                [np.concatenate([xs, xs[::-1]]), np.concatenate([upper, lower[::-1]])]
            )
            corners = np.column_stack([outline, np.zeros(len(outline))])
            self._bank.start_new_path(corners[0])
            self._bank.add_points_as_corners([*corners[1:], corners[0]])

    def _front(self, xs: Array) -> Array:
        """Return the part of each width that the round front leaves, (n,)."""
        ahead = np.clip((xs - self.head) / TIP, 0.0, 1.0)
        return np.asarray(np.sqrt(1 - (1 - ahead) ** 2))

    def _total(self, xs: Array) -> Array:
        """Return the width of the whole river between the source and the units, (n,)."""
        begin, weighed, _ = (self._unit * share for share in self._stretch)
        return begin + (weighed - begin) * _ease((self.source - xs) / (self.source - self.brink))

    def _flowing_together(self, xs: Array) -> tuple[Array, Array]:
        """Return middle and width of the lane of each output at each x, (lanes, n) both."""
        width = self._leaves[:, None] * self._total(xs) * self._front(xs)
        together = _ease((self.source - xs) / (self.source - self.middle))
        return _between(self._springs, self._height, width, together), width

    def _passing(self, xs: Array) -> tuple[Array, Array]:
        """Return middle and width of the lane of each unit at each x, (lanes, n) both."""
        half = self.middle - self.brink
        slopes = self._slopes[:, None]
        weighed, end = (self._unit * share for share in self._stretch[1:])
        passed = self._arrives[:, None] * slopes
        left = float(passed.sum())
        after = passed / left * end if left > 0 else passed
        pinch = _ease((self.brink - xs) / (self.brink - self.beyond))
        merge = _ease((self.beyond - xs) / max(half, 1.2 * self.radius))
        narrow = self._arrives[:, None] * weighed * (1 + (slopes - 1) * pinch)
        width = np.where(xs > self.brink, self._arrives[:, None] * self._total(xs), narrow)
        # Lanes that are one have one front.
        width = (width + (after - width) * merge) * self._front(xs)
        parted = _ease((self.middle - xs) / half) * (1 - merge)
        return _between(self.centers, self._height, width, 1 - parted), width

    @property
    def _height(self) -> float:
        """The height of the river where all lanes are one."""
        return float(self.centers[:, 1].mean() + self._springs[:, 1].mean()) / 2


def _distance(units: Array, springs: Array, alone: float) -> float:
    """Return the least distance of two neighbours in height; `alone` where there are none."""
    gaps = [float(np.abs(np.diff(each[:, 1])).min()) for each in (units, springs) if len(each) > 1]
    return min(gaps, default=alone)


def _shares(sizes: Array) -> Array:
    total = float(sizes.sum())
    return sizes / total if total > 0 else np.full(len(sizes), 1 / len(sizes))


def _between(units: Array, height: float, width: Array, together: Array) -> Array:
    """Return the middles of lanes: at their units, or on each other without a gap."""
    ends = width.sum(axis=0) / 2 - np.cumsum(width, axis=0)
    stacked = height + ends + width / 2
    apart = units[:, 1][:, None]
    return np.asarray(apart + (stacked - apart) * together)


def _ease(share: Array) -> Array:
    return eased(np.clip(share, 0.0, 1.0))
