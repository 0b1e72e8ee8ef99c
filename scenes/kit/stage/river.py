"""The gradient as a river that runs back through one layer, with its width written on it."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import arrows, segments
from scenes.kit.layout import point
from scenes.kit.motion import eased
from scenes.kit.stage.columns import Column
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.theme import HAIR, LINE
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

FILLED = 0.96
"""Largest width of a strand over the distance of two units."""
CHORD = 0.85
"""Largest width of a strand over the diameter of a unit, under which it passes."""
TALLEST = 0.7
"""Largest width of a trunk over the height of the units that it comes from or runs to."""
SAMPLES = 160
"""Points along each bank."""
GATHERS, TRUNK, WEIGHS = 0.23, 0.17, 0.17
"""Shares of the way between two layers in which strands become a trunk, in which each of the two
trunks keeps its width, and in which the weights change it. In the rest it parts for the units."""
ONWARD, FARTHEST = 0.4, 1.8
"""Length of the way beyond the units over that before them, and the most that it is."""
JOINS = 0.55
"""Share of the way beyond the units in which strands become the last trunk."""
PINCH = 0.55
"""Distance from a unit's centre, in radii, at which its slope begins and ends to act."""
TIP = 0.3
"""Length of the rounded front of the river."""
LEAST_GAUGE = 0.2
"""A trunk that is narrower has no room for an arrow."""


class River(mn.VGroup):
    """Strands of water that gather into a trunk, pass the weights, and part for units.

    Widths are to scale: what leaves the right column, what the weights make of it, and what the
    slopes let through are drawn in the same proportion as the numbers. Of wide layers only the
    strands of the drawn units are seen; a trunk has the width of the whole signal. Strands begin
    and are pinched under the circles of their units, so it lies behind these.

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
    source, gathered, weighing, weighed, parting, brink, gate, beyond, joined, mouth
        The x of its stations, from right to left: it begins; is one trunk; meets the weights; has
        passed them; parts; reaches the units, their centres, and has passed them; is one trunk
        again; ends.
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
        self._springs, self._theme = after.centers[outputs], pen.theme
        self._leaves, self._arrives, self._slopes = _shares(leaves), _shares(arrives), slopes
        weights, slope = parts
        self._unit = self._width_of_one(weights)
        self._stretch = (1.0, weights, weights * slope)
        self._place_stations(after)
        self.head = self.tail = self.source
        self._drains = False
        self._bank = mn.VMobject(fill_color=pen.theme.backward, fill_opacity=1, stroke_width=0)
        self.add(self._bank)

    def _width_of_one(self, weights: float) -> float:
        """Return the width of the trunk that leaves the last layer."""
        both = np.concatenate([self.centers, self._springs])
        distance = _distance(self.centers, self._springs, np.inf)
        room = min(FILLED * distance, CHORD * 2 * self.radius)
        tallest = max(room, TALLEST * (float(np.ptp(both[:, 1])) + 2 * self.radius))
        # The widest strand has to fit under its circle, and each trunk between the outer units.
        widest = max(float(self._leaves.max()), weights * float(self._arrives.max()))
        return min(room / widest, tallest / max(1.0, weights))

    def _place_stations(self, after: Column) -> None:
        self._source_radius = after.radius
        self.source, self.gate = after.x, float(self.centers[0, 0])
        self.brink, self.beyond = self.gate + self.radius, self.gate - self.radius
        rim = self._rim = after.x - after.radius
        way = rim - self.brink
        self.gathered = rim - GATHERS * way
        self.weighing = self.gathered - TRUNK * way
        self.weighed = self.weighing - WEIGHS * way
        self.parting = self.weighed - TRUNK * way
        onward = min(ONWARD * way, FARTHEST)
        self.joined, self.mouth = self.beyond - JOINS * onward, self.beyond - onward

    @property
    def middle(self) -> float:
        """The x in the midst of the weights, where all strands are one."""
        return (self.weighing + self.weighed) / 2

    @property
    def trunks(self) -> tuple[float, float, float]:
        """The x of the middle of each trunk: before the weights, after them, after the slopes."""
        return (
            (self.gathered + self.weighing) / 2,
            (self.weighed + self.parting) / 2,
            (self.joined + self.mouth) / 2,
        )

    def width_at(self, trunk: int) -> float:
        """Return the width of a trunk: before the weights (0), after them, after the slopes."""
        return self._unit * self._stretch[trunk]

    def gauge(self, trunk: int, height: float) -> mn.VGroup:
        """Return an arrow across a trunk, as long as that is wide, and a hair to a height above."""
        x, half = self.trunks[trunk], self.width_at(trunk) / 2
        middle, theme = point(x, self._height), self._theme
        ends = middle + half * mn.DOWN, middle + half * mn.UP
        hair = segments(ends[1][None], point(x, height)[None], theme.muted, HAIR)
        if 2 * half < LEAST_GAUGE:
            return mn.VGroup(hair)
        both = np.array([middle, middle])
        return mn.VGroup(hair, arrows(both, np.array(ends), theme.background, LINE))

    def flow(self, end: float, **how: Any) -> Timeline:
        """Let the head of the river run to an x."""

        def prepare() -> list[Step]:
            start = self.head
            return [Step(0, 1, lambda share: self.draw(self.tail, start + (end - start) * share))]

        return Timeline(self, prepare, **how)

    def drain(self, end: float | None = None, **how: Any) -> Timeline:
        """Let the tail of the river run to an x, or to its head, so that nothing is left.

        The tail is round, as the front is.
        """

        def prepare() -> list[Step]:
            self._drains = True
            start, goal = self.tail, self.head if end is None else max(end, self.head)
            return [Step(0, 1, lambda share: self.draw(start + (goal - start) * share, self.head))]

        return Timeline(self, prepare, **how)

    def draw(self, tail: float, head: float) -> None:
        """Draw the river from one x, at the right, to another."""
        self.tail, self.head = tail, head
        self._bank.clear_points()
        # Outputs flow together until the middle, and part for the units beyond it.
        springs = np.linspace(tail, max(head, self.middle), SAMPLES)
        rest = np.linspace(min(tail, self.middle), head, SAMPLES)
        if tail > max(head, self.middle):
            # Each strand begins where its banks meet the circle of its unit.
            half = np.minimum(self._leaves * self.width_at(0) / 2, self._source_radius)
            begins = self.source - np.sqrt(self._source_radius**2 - half**2)
            xs = np.minimum(springs, begins[:, None])
            self._add_lanes(xs, *self._flowing_together(springs))
        if min(tail, self.middle) > head:
            self._add_lanes(np.tile(rest, (len(self.units), 1)), *self._passing(rest))

    def _add_lanes(self, xs: Array, middle: Array, width: Array) -> None:
        for lane in range(len(middle)):
            upper, lower = middle[lane] + width[lane] / 2, middle[lane] - width[lane] / 2
            outline = np.column_stack(
                [np.concatenate([xs[lane], xs[lane, ::-1]]), np.concatenate([upper, lower[::-1]])]
            )
            corners = np.column_stack([outline, np.zeros(len(outline))])
            self._bank.start_new_path(corners[0])
            self._bank.add_points_as_corners([*corners[1:], corners[0]])

    def _front(self, xs: Array) -> Array:
        """Return the part of each width that the round front, and the tail, leave, (n,)."""
        left = _rounded((xs - self.head) / TIP)
        # The tail is under the circles of the last layer's units where it begins to be round.
        tip = min(TIP, self.source - self.tail) if self._drains else 0.0
        return left * _rounded((self.tail - xs) / tip) if tip > 0 else left

    def _total(self, xs: Array) -> Array:
        """Return the width of the whole river between the source and the units, (n,)."""
        begin, weighed, _ = (self._unit * share for share in self._stretch)
        way = (self.weighing - xs) / (self.weighing - self.weighed)
        return begin + (weighed - begin) * _ease(way)

    def _flowing_together(self, xs: Array) -> tuple[Array, Array]:
        """Return middle and width of the strand of each output at each x, (strands, n) both."""
        width = self._leaves[:, None] * self._total(xs) * self._front(xs)
        together = _ease((self._rim - xs) / (self._rim - self.gathered))
        return _between(self._springs, self._height, width, together), width

    def _passing(self, xs: Array) -> tuple[Array, Array]:
        """Return middle and width of the strand of each unit at each x, (strands, n) both."""
        slopes, reach = self._slopes[:, None], PINCH * self.radius
        passed = self._arrives[:, None] * slopes
        left, end = float(passed.sum()), self.width_at(2)
        after = passed / left * end if left > 0 else passed
        pinch = _ease((self.gate + reach - xs) / (2 * reach))
        merge = _ease((self.beyond - xs) / (self.beyond - self.joined))
        width = self._arrives[:, None] * self._total(xs) * (1 + (slopes - 1) * pinch)
        # Strands that are one have one front.
        width = (width + (after - width) * merge) * self._front(xs)
        parted = _ease((self.parting - xs) / (self.parting - self.brink)) * (1 - merge)
        return _between(self.centers, self._height, width, 1 - parted), width

    @property
    def _height(self) -> float:
        """The height of the river where all strands are one."""
        return float(self.centers[:, 1].mean() + self._springs[:, 1].mean()) / 2


def _distance(units: Array, springs: Array, alone: float) -> float:
    """Return the least distance of two neighbours in height; `alone` where there are none."""
    gaps = [float(np.abs(np.diff(each[:, 1])).min()) for each in (units, springs) if len(each) > 1]
    return min(gaps, default=alone)


def _shares(sizes: Array) -> Array:
    total = float(sizes.sum())
    return sizes / total if total > 0 else np.full(len(sizes), 1 / len(sizes))


def _between(units: Array, height: float, width: Array, together: Array) -> Array:
    """Return the middles of strands: at their units, or on each other without a gap."""
    ends = width.sum(axis=0) / 2 - np.cumsum(width, axis=0)
    stacked = height + ends + width / 2
    apart = units[:, 1][:, None]
    return np.asarray(apart + (stacked - apart) * together)


def _rounded(way: Array) -> Array:
    """Return the part of a width that a round end leaves, at a share of the end's length."""
    return np.asarray(np.sqrt(1 - (1 - np.clip(way, 0.0, 1.0)) ** 2))


def _ease(share: Array) -> Array:
    return eased(np.clip(share, 0.0, 1.0))
