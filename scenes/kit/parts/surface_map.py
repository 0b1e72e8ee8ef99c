"""A surface over a plane, seen from above: a map in steps of colour, and its colour bar."""

from __future__ import annotations

from collections.abc import Callable

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import AXIS_ROOM, Chart
from scenes.kit.charts.marks import HATCH_STEP, Points, arrows, haloed, rectangles, segments
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.contours import cut_lines, polygon_hatching, sublevel
from scenes.kit.theme import HAIR, SMALL, Theme
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure

Array = NDArray[np.float64]

BANDS = 16
"""Steps of colour from the lowest to the highest place of a map."""
EDGE_OPACITY = 0.3
ARROW_SHARE = 0.8
"""Length of the longest arrow as a fraction of the distance to its neighbour."""
FIELD_RIM = 3.0
"""Width of the halo that sets arrows off against the colours of the map."""
MANY = 12
"""More lines than this are drawn fainter, so that the map stays visible."""
FAINTEST = 0.06
"""Minimum opacity of lines. If they had to be fainter, none is drawn."""
RAMP_HEIGHT = 0.26


class SurfaceMap(mn.VGroup):
    """A map of a convex surface over the plane, with equal units on both axes.

    The sublevel sets of such a surface are convex. The map is a stack of them, with the highest
    level, which is the widest, at the bottom. All updates happen in place. At first the group holds
    only the chart; the film adds the other parts one by one.

    Parameters
    ----------
    region
        The area for map, axes and names.
    a, b
        Coordinates of the columns and rows of the map, over the whole of each axis.
    pen
        Typesets the labels.
    x_name, y_name
        Names of the axes.
    left
        Width reserved for the labels of the y axis.

    Attributes
    ----------
    reaches
        Range of each axis: it runs from -reach to reach.
    chart
        The axes.
    bands, kinks, field, flat
        The map itself; kink lines; arrows; the hatched flat part.
    """

    def __init__(
        self,
        region: Region,
        a: Array,
        b: Array,
        pen: Pen,
        *,
        x_name: str,
        y_name: str,
        left: float,
    ) -> None:
        super().__init__()
        self.a, self.b = a, b
        self.reaches = (float(a.max()), float(b.max()))
        region = _with_equal_units(region, self.reaches, left)
        x, y = (Linear(-each, each, 6) for each in self.reaches)
        self.chart = Chart(region, x, y, pen, x_name=x_name, y_name=y_name, left=left)
        theme, nothing = pen.theme, np.empty((0, 3))
        self.bands = mn.VGroup(*(_band(theme, shade) for shade in _shades(theme)))
        self.kinks = segments(nothing, nothing, theme.ink, HAIR)
        field = arrows(nothing, nothing, theme.backward)
        self.field = haloed(field, theme.background, extra=FIELD_RIM)
        self.flat = segments(nothing, nothing, theme.saturated, HAIR)
        self.add(self.chart)

    def places(self, places: Array) -> Points:
        """Return the positions of (a, b) pairs."""
        return self.chart.positions(places[:, 0], places[:, 1])

    def paint(self, heights: Array) -> None:
        """Paint heights, (rows, columns); the ramp spans the lowest to the highest."""
        low, high = float(heights.min()), float(heights.max())
        for number, band in enumerate(self.bands):
            level = high - number / BANDS * (high - low)
            shape = sublevel(self.a, self.b, heights, level)
            band.clear_points()
            if len(shape):
                band.set_points_as_corners(self.places(np.concatenate([shape, shape[:1]])))

    def draw_kinks(self, lines: Array) -> None:
        """Draw straight lines c + d a + e b = 0, cut at the frame; many lines are drawn fainter."""
        starts, ends = cut_lines(lines, self.reaches)
        faint = min(1.0, (MANY / max(1, len(starts))) ** 0.5)
        if faint < FAINTEST:
            starts, ends = starts[:0], ends[:0]
        self._redraw(self.kinks, starts, ends)
        self.kinks.set_stroke(width=HAIR * max(faint, 0.5), opacity=0.9 * faint)

    def draw_field(self, a: Array, b: Array, field: Array) -> None:
        """Draw an arrow of a field, (2, rows, columns), in the centre of each cell of a grid."""
        middles = np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)
        vectors = field.reshape(2, -1).T
        longest = float(np.hypot(*vectors.T).max(initial=0.0))
        spacing = 2 * self.reaches[0] / len(a)
        half = vectors * (ARROW_SHARE / 2 * spacing / (longest or 1.0))
        drawn = arrows(self.places(middles - half), self.places(middles + half), "#000000")
        for path in self.field:
            path.set_points(drawn.points)

    def draw_flat(self, polygon: Array) -> None:
        """Hatch the convex part of the map where the gradient is zero."""
        unit = self.chart.plot.width / (2 * self.reaches[0])
        self._redraw(self.flat, *polygon_hatching(polygon, HATCH_STEP / unit * 2))

    def _redraw(self, path: mn.VMobject, starts: Array, ends: Array) -> None:
        drawn = segments(self.places(starts), self.places(ends), "#000000")
        path.set_points(drawn.points)


class SurfaceBar(mn.VGroup):
    """The colour bar of a map, with live numbers at its two ends.

    Parameters
    ----------
    region
        The bar takes its full width and starts at its top.
    name
        Name of the mapped quantity.
    ends
        Two functions that return the lowest and the highest value on the map.
    pen
        Typesets the words.

    Attributes
    ----------
    numbers
        The numbers at the two ends.
    """

    def __init__(
        self,
        region: Region,
        name: str,
        ends: tuple[Callable[[], Figure], Callable[[], Figure]],
        pen: Pen,
    ) -> None:
        super().__init__()
        theme = pen.theme
        title = pen.label(name, size=SMALL).fit_width(region.width)
        title.align_to(point(region.left), mn.LEFT).on_baseline(region.top - 0.25)
        top = title.baseline - 0.2
        bar = Region(region.left, region.right, top - RAMP_HEIGHT, top)
        self.add(title, _ramp(bar, theme))
        sides = ((bar.left, mn.LEFT), (bar.right, mn.RIGHT))
        self.numbers = [
            LiveNumber(
                pen,
                read,
                left=x,
                side=side,
                baseline=bar.bottom - 0.34,
                color=theme.muted,
                size=SMALL,
            )
            for read, (x, side) in zip(ends, sides, strict=True)
        ]
        self.add(*self.numbers)


def _with_equal_units(region: Region, reaches: tuple[float, float], left: float) -> Region:
    """Shrink a region so that its plot has equal units on both axes."""
    width, height = region.width - left, region.height - 2 * AXIS_ROOM
    unit = min(width / reaches[0], height / reaches[1])
    return region.inset(
        right=width - unit * reaches[0],
        bottom=height - unit * reaches[1],
    )


def _shades(theme: Theme) -> list[mn.ManimColor]:
    """Return the colours of the bands, the highest first."""
    return [theme.loss(level) for level in np.linspace(1.0, 0.0, BANDS)]


def _band(theme: Theme, shade: mn.ManimColor) -> mn.VMobject:
    band = mn.VMobject(fill_color=shade, fill_opacity=1.0)
    return band.set_stroke(theme.ink, HAIR / 2, EDGE_OPACITY)


def _ramp(bar: Region, theme: Theme) -> mn.VGroup:
    """Draw the steps of colour, with the lowest at the left."""
    step = bar.width / BANDS
    cells = mn.VGroup()
    for number, shade in enumerate(reversed(_shades(theme))):
        cell = rectangles([Region(bar.left, bar.left + step, bar.bottom, bar.top)], str(shade))
        cell.set_stroke(theme.ink, HAIR / 2, EDGE_OPACITY)
        cells.add(cell.shift(number * step * mn.RIGHT))
    return cells
