"""Small multiples: gradient profiles of many networks, a few in each panel of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import STAMPS, Points, haloed, polyline, rectangles, segments, stamps
from scenes.kit.layout import Region, point
from scenes.kit.panel_axes import Decades
from scenes.kit.panel_grid import PanelGrid
from scenes.kit.theme import CURVE, LINE, SMALL, Theme
from scenes.kit.type.typesetting import Pen

Profile = NDArray[np.float64]
"""log10 of a magnitude of each layer, layer 1 first, (L,); -inf is an exact zero."""

LARGE = 1.6
"""Height from which a panel is drawn with the lines of a large chart."""
ZERO = 0.07
"""Height of what marks exact zeros."""
ARROW, CROSS = 0.09, 0.07
SMALL_MARK, LARGE_MARK = 0.05, 0.085
"""Radius of a mark where points are close together, and where they are not."""
MARK_SHARE = 0.035
"""Radius of a mark in a small panel, as a share of its width."""
APART = 5.0
"""Radii from one mark to the next; closer, a line with marks would look dashed."""


@dataclass(frozen=True)
class Look:
    """How a profile is drawn: its colour, and one of `STAMPS`."""

    color: str
    shape: str


def looks(count: int, theme: Theme) -> tuple[Look, ...]:
    """Return the looks of `count` profiles in one panel, in their order; a single one is a dot."""
    if count == 1:
        return (Look(theme.backward, STAMPS[0]),)
    return tuple(
        Look(theme.step(n / (count - 1)).to_hex(), STAMPS[n % len(STAMPS)]) for n in range(count)
    )


class SmallMultiples(mn.VGroup):
    """Profiles in the panels of a grid.

    Parameters
    ----------
    grid
        The panels.
    profiles
        Those of each panel, one for each look; None where there is no network.
    looks
        How they are drawn.
    """

    def __init__(
        self,
        grid: PanelGrid,
        profiles: Sequence[Sequence[Profile | None]],
        looks: Sequence[Look],
    ) -> None:
        super().__init__(grid)
        self.grid, self.looks, self.pen = grid, tuple(looks), grid.pen
        for panel, lines in zip(grid.panels, profiles, strict=True):
            if all(line is None for line in lines):
                self.add(self._nothing(panel))
                continue
            known = [(n, line) for n, line in enumerate(lines) if line is not None]
            # Marks lie on top of all lines.
            self.add(*(self._line(panel, line, self.looks[n]) for n, line in known))
            self.add(*(self._marks(panel, line, n) for n, line in known))
            self.add(*(self._missing(panel, n) for n in range(len(lines) - len(known))))

    def _nothing(self, panel: Region) -> mn.VMobject:
        theme = self.pen.theme
        return self.pen.label("failed", size=SMALL).move_to(panel.center).halo(theme.background)

    def _missing(self, panel: Region, n: int) -> mn.VMobject:
        # Where profiles are seldom: they end at the right, near the top.
        return cross(point(panel.right - (3 * n + 2) * CROSS, panel.bottom + 2 * CROSS), self.pen)

    def _line(self, panel: Region, log10: Profile, look: Look) -> mn.VGroup:
        grid, background = self.grid, self.pen.theme.background
        across, picture = grid.x.places(len(log10)), mn.VGroup()
        zero = np.isneginf(log10)
        if zero.any():
            picture.add(self._zeros(panel, across, zero))
        width = CURVE if panel.height > LARGE else LINE + 0.5
        for x, y in visible(across, log10, grid.y):
            if len(x) > 1:
                line = polyline(grid.at(panel, x, y), look.color, width)
                picture.add(haloed(line, background, 2.0) if len(self.looks) > 1 else line)
        return picture

    def _marks(self, panel: Region, log10: Profile, n: int) -> mn.VGroup:
        grid, look, across = self.grid, self.looks[n], self.grid.x.places(len(log10))
        inside = np.isfinite(log10) & (log10 >= grid.y.low) & (log10 <= grid.y.high)
        spacing = panel.width * (across[1] - across[0])
        largest = np.clip(MARK_SHARE * panel.width, SMALL_MARK, LARGE_MARK)
        radius = float(np.clip(spacing / APART, SMALL_MARK, largest))
        chosen = self._marked(panel, across, inside, radius, n)
        places = grid.at(panel, across[chosen], log10[chosen])
        marks = stamps(look.shape, places, look.color, self.pen.theme.background, radius)
        return mn.VGroup(marks, self._leaving(panel, across, log10, look))

    def _marked(
        self, panel: Region, across: Profile, inside: NDArray[np.bool_], radius: float, line: int
    ) -> NDArray[np.bool_]:
        """Return which points get a mark: all of a single line, unless they would touch.

        Several lines are marked in turn, so that each is seen where they run together.
        """
        several = len(self.looks)
        if several == 1 and panel.width * (across[1] - across[0]) > APART * radius - 1e-9:
            return inside
        chosen, seen = np.zeros_like(inside), np.flatnonzero(inside)
        if several > 1 and len(seen):
            span = panel.width * float(np.ptp(across[seen]))
            count = max(1, min(int(span / (several * APART * radius)), len(seen) // several))
            shares = (np.arange(count) + (line + 0.5) / several) / count
            chosen[seen[(shares * len(seen)).astype(int)]] = True
        for start, stop in runs(inside):
            chosen[start] |= stop - start == 1
        return chosen

    def _zeros(self, panel: Region, across: Profile, zero: NDArray[np.bool_]) -> mn.VMobject:
        half = (across[1] - across[0]) / 2
        boxes = []
        for start, stop in runs(zero):
            left = panel.left + panel.width * max(0.0, across[start] - half)
            right = panel.left + panel.width * min(1.0, across[stop - 1] + half)
            boxes.append(Region(left, right, panel.bottom, panel.bottom + ZERO))
        return rectangles(boxes, self.pen.theme.saturated)

    def _leaving(self, panel: Region, across: Profile, log10: Profile, look: Look) -> mn.VMobject:
        """Mark by arrow heads where a profile leaves the axis."""
        found = exits(across, log10, self.grid.y)
        return mn.VGroup(
            *(
                arrow(
                    point(panel.left + x * panel.width, panel.top if up else panel.bottom),
                    look.color,
                    up=up,
                )
                for x, up in found
            )
        )


def arrow(tip: Points, color: str, *, up: bool) -> mn.VMobject:
    """Draw a small arrow head: here a line leaves the axis."""
    back = ARROW * (mn.DOWN if up else mn.UP)
    corners = [tip, tip + back + ARROW * mn.LEFT, tip + back + ARROW * mn.RIGHT, tip]
    head = mn.VMobject(fill_color=color, fill_opacity=1.0, stroke_width=0)
    return head.set_points_as_corners(corners)


def cross(place: Points, pen: Pen) -> mn.VMobject:
    """Draw a small cross: a network that there is not."""
    ways = CROSS * np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0]])
    return segments(place - ways, place + ways, pen.theme.saturated, LINE)


def visible(x: Profile, y: Profile, axis: Decades) -> Iterator[tuple[Profile, Profile]]:
    """Yield the parts of a line that lie on an axis, cut where they leave it."""
    for start, stop in runs(np.isfinite(y)):
        along, up = _with_crossings(x[start:stop], y[start:stop], axis)
        for first, last in runs((up >= axis.low) & (up <= axis.high)):
            yield along[first:last], up[first:last]


def exits(x: Profile, y: Profile, axis: Decades) -> Iterator[tuple[float, bool]]:
    """Yield where a line crosses the ends of an axis, and whether that is the upper one.

    A line that is nowhere on the axis crosses in its middle.
    """
    for start, stop in runs(np.isfinite(y)):
        part, values = x[start:stop], y[start:stop]
        for end, up in ((axis.low, False), (axis.high, True)):
            beyond = values > end if up else values < end
            for at in _crossings(part, values, end, beyond):
                yield float(at), up
            if beyond.all():
                yield float(part.mean()), up


def _with_crossings(x: Profile, y: Profile, axis: Decades) -> tuple[Profile, Profile]:
    low = _crossings(x, y, axis.low, y < axis.low)
    high = _crossings(x, y, axis.high, y > axis.high)
    along = np.concatenate([x, low, high])
    up = np.concatenate([y, np.full(len(low), axis.low), np.full(len(high), axis.high)])
    along, order = np.unique(along, return_index=True)
    return along, up[order]


def _crossings(x: Profile, y: Profile, level: float, beyond: NDArray[np.bool_]) -> Profile:
    """Return where a line comes to a level from `beyond` it, or goes there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (level - y[:-1]) / np.diff(y)
    return np.asarray((x[:-1] + share * np.diff(x))[beyond[:-1] != beyond[1:]])


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and stop of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
