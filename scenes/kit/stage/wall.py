"""A wall of units: a real layer, each unit on its own curve, in a few paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, segments
from scenes.kit.layout import GAP, Region
from scenes.kit.motion import staggered
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.hatched import hatched_discs
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.tiles import Grid, circles, polylines, ranks_from, sampled, small_dots
from scenes.kit.stage.unit import DIMMED, TANGENT_MORE, WIDTHS
from scenes.kit.theme import HAIR, LINE, Theme
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

MOST = 30
TAG = 0.75
"""Height of the strip above the tiles in which the film puts a number of the whole layer."""
SAMPLES = 41
TINT = 0.16
DOT = 0.13
"""Radius of a dot, in radii of a tile; between the limits of `DOT_SIZES` in frame units."""
DOT_SIZES = (0.07, 0.15)
TANGENT = 0.62
"""Length of a tangent, as a part of that in a large unit: in a tile, the curve shall be seen."""
LEAST = 1e-3
"""A tile with a smaller radius is not drawn."""
EACH = 0.4
"""The share of a motion that each tile takes, one after the other."""


@dataclass(frozen=True)
class WallPose:
    """What a wall shows.

    Attributes
    ----------
    z
        Where the units of the tiles stand, (tiles,).
    curve
        Their activation.
    spread
        From 0, no tile, to 1, all of them.
    light
        Opacity of lines and dots; the discs hide what is behind them unless it is 0.
    """

    z: Array
    curve: ActivationCurve
    spread: float = 1.0
    light: float = 1.0


class Wall(mn.VGroup):
    """Up to thirty units of a layer, as circles with curve, tangent and dot.

    Parameters
    ----------
    region
        The area for the tiles and, above them, for a number; see `tag_place`.
    z
        Where every unit of the layer stands, (units,). Of more than thirty a part is shown.
    curve
        Their activation.
    pen
        Provides the colours.
    spread
        The part of the tiles that is there at first; see `WallPose`.
    first
        The tile from which they spread. It is always there: a large unit has shrunk into it.

    Attributes
    ----------
    shown
        The numbers of the units that are shown, from 0, (tiles,).
    is_sampled
        Whether there are units that are not shown.
    """

    def __init__(
        self,
        region: Region,
        z: Array,
        curve: ActivationCurve,
        pen: Pen,
        *,
        spread: float = 1.0,
        first: int | None = None,
    ) -> None:
        super().__init__()
        theme = self._theme = pen.theme
        self.shown = sampled(len(z), MOST)
        self.is_sampled = len(z) > len(self.shown)
        inner = region.inset(top=TAG)
        grid = Grid.of(len(self.shown), inner)
        centers = grid.centers(len(self.shown), inner)
        self._first = first
        self._order = ranks_from(centers, 0 if first is None else first)
        self._seats = segments(centers, centers + grid.radius * mn.RIGHT, theme.ink, 0)
        top = float(centers[:, 1].max()) + grid.radius + GAP / 2
        self._tag_height = min(TAG - GAP / 2, region.top - top)
        self._healthy = _tile(theme, theme.healthy)
        self._saturated = _tile(theme, theme.saturated)
        none = np.empty((0, 3))
        self._hatching = segments(none, none, theme.saturated, HAIR)
        self._curves = segments(none, none, theme.forward)
        self._tangents = segments(none, none, theme.ink)
        self._dots = small_dots(theme.ink, theme.background)
        self._rings = small_dots(theme.saturated, theme.ink)
        for line, more in ((self._curves, 0.0), (self._tangents, TANGENT_MORE)):
            line.set_stroke(width=float(np.interp(grid.radius, *WIDTHS)) + more)
            line.set_cap_style(mn.CapStyleType.ROUND)
        self.add(self._seats, self._healthy, self._saturated, self._hatching, self._curves)
        self.add(self._tangents, self._dots, self._rings)
        self.pose = WallPose(self._of_shown(z), curve, spread)
        self.draw(self.pose)

    # What it says of itself

    @property
    def centers(self) -> Points:
        """The centres of the tiles where they are now, (tiles, 3)."""
        return np.asarray(self._seats.points[::4])

    @property
    def radius(self) -> float:
        """The radius of a tile, in frame units."""
        return float(np.linalg.norm(self._seats.points[3] - self._seats.points[0]))

    @property
    def dots(self) -> Points:
        """Where the dots are now, (tiles, 3), on their curves."""
        return self._at(self.pose.curve.dots(self.pose.z))

    @property
    def tag_place(self) -> Region:
        """The strip above the tiles for a number of the whole layer: the saturated share."""
        (left, _, _), (right, high, _) = self.centers.min(axis=0), self.centers.max(axis=0)
        bottom = float(high) + self.radius + GAP / 2
        return Region(
            float(left) - self.radius, float(right) + self.radius, bottom, bottom + self._tag_height
        )

    def tile(self, number: int) -> mn.Circle:
        """Return a circle where a tile is, so that a large unit can shrink into it."""
        rim = mn.Circle(radius=self.radius, color=self._theme.healthy)
        rim.set_fill(_tinted(self._theme, self._theme.healthy), opacity=1.0)
        if self.pose.curve.saturated(self.pose.z)[number]:
            rim.set_stroke(self._theme.saturated)
            rim.set_fill(_tinted(self._theme, self._theme.saturated))
        return rim.move_to(self.centers[number])

    # Verbs

    def spread_out(self, **how: Any) -> mn.Animation:
        """Let the tiles come one after the other."""
        return PoseChange(self, {"spread": 1.0}, **how)

    def take(self, z: Callable[[float], Array], **how: Any) -> mn.Animation:
        """Move all units, from z(0) to z(1), each (units,), in one sweep.

        Tiles change their state when their slope does.
        """
        return PoseChange(self, ways={"z": lambda part: self._of_shown(z(part))}, **how)

    def morph(self, curve: ActivationCurve, **how: Any) -> mn.Animation:
        """Turn the activation of all units into another one."""
        return PoseChange(self, {"curve": curve}, **how)

    def dimmed(self, light: float = DIMMED, **how: Any) -> mn.Animation:
        """Darken the wall."""
        return PoseChange(self, {"light": light}, **how)

    def lit(self, **how: Any) -> mn.Animation:
        """Light the wall again."""
        return PoseChange(self, {"light": 1.0}, **how)

    # Drawing

    def draw(self, pose: WallPose) -> None:
        """Draw this pose where the tiles are now."""
        self.pose = pose
        saturated = pose.curve.saturated(pose.z)
        sizes = (
            self.radius
            * staggered(pose.spread, np.linspace(0, 1, len(self.shown)), EACH)[self._order]
        )
        if self._first is not None:
            sizes[self._first] = self.radius
        there = sizes > LEAST
        for tile, chosen in ((self._healthy, ~saturated), (self._saturated, saturated)):
            tile.set_points(circles(self.centers[chosen & there], sizes[chosen & there]))
            # A disc hides what lies behind it, even if it is dark.
            tile.set_stroke(opacity=pose.light).set_fill(opacity=1.0 * (pose.light > 0))
        self._show_inside(pose, sizes, saturated)
        dots, size = self.dots, float(np.clip(DOT * self.radius, *DOT_SIZES))
        for marks, chosen in ((self._dots, ~saturated), (self._rings, saturated)):
            seen = chosen & there
            marks.set_points(circles(dots[seen], size * sizes[seen] / self.radius))
            marks.set_stroke(opacity=pose.light, background=True).set_fill(opacity=pose.light)

    def _show_inside(self, pose: WallPose, sizes: Array, saturated: NDArray[np.bool_]) -> None:
        centers, there = self.centers, sizes > LEAST
        marked = there & saturated
        self._hatching.set_points(hatched_discs(centers[marked], sizes[marked]))
        self._hatching.set_stroke(opacity=0.6 * pose.light)
        line = np.pad(pose.curve.line(SAMPLES), ((0, 0), (0, 1)))
        corners = centers[there, None] + sizes[there, None, None] * line
        self._curves.set_points(polylines(corners))
        self._curves.set_stroke(opacity=pose.light)
        ends = np.stack(pose.curve.tangents(pose.z), axis=1)[there]
        dots = pose.curve.dots(pose.z)[there, None]
        ends = dots + TANGENT * (ends - dots)
        ends = sizes[there, None, None] * np.pad(ends, ((0, 0), (0, 0), (0, 1)))
        self._tangents.set_points(polylines(centers[there, None] + ends))
        self._tangents.set_stroke(opacity=pose.light)

    def _of_shown(self, z: Array) -> Array:
        return np.asarray(z, dtype=np.float64)[self.shown]

    def _at(self, places: Array) -> Points:
        """Return positions on the frame of places in tiles, one for each, (tiles, 2)."""
        return self.centers + self.radius * np.pad(places, ((0, 0), (0, 1)))


def _tinted(theme: Theme, color: str) -> mn.ManimColor:
    return mn.ManimColor(theme.background).interpolate(mn.ManimColor(color), TINT)


def _tile(theme: Theme, color: str) -> mn.VMobject:
    return mn.VMobject(stroke_color=color, stroke_width=LINE, fill_color=_tinted(theme, color))
