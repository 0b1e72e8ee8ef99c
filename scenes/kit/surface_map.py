"""A surface over a plane, seen from above: a filled map with its contours, and their key."""

from __future__ import annotations

from collections.abc import Callable

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.chart import AXIS_ROOM, Chart
from scenes.kit.contours import contour_segments, cut_lines, polygon_hatching
from scenes.kit.figures import Figure
from scenes.kit.layout import Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.marks import HATCH_STEP, Points, arrows, segments
from scenes.kit.scales import Linear, place
from scenes.kit.theme import HAIR, LINE, SMALL, Theme
from scenes.kit.typesetting import Pen

Array = NDArray[np.float64]

SHADES = 256
CONTOURS = 9
"""Lines of equal height; they and the ends cut the range of the map into ten equal steps."""
CONTOUR_NODES = 120
"""Columns of the grid that contours are drawn from, at most."""
CONTOUR_OPACITY = 0.5
ARROW_SHARE = 0.8
"""Length of the longest arrow, as a share of the distance to its neighbour."""
MANY = 60
"""Lines from which they are drawn fainter, so that the map stays in sight."""
RAMP_HEIGHT, RAMP_STEPS = 0.26, 48


class SurfaceMap(mn.Group):
    """A map of heights over the plane, with equal units on both axes.

    Everything that changes does so in place. The parts come in one by one, as the film wants them;
    only the chart is part of the group from the start.

    Parameters
    ----------
    region
        What map, axes and names may take up.
    reach
        The first axis runs from -reach to reach, the second one as far as the region allows.
    points
        How many values the map is made of, at most.
    pen
        Sets the labels.
    x_name, y_name
        Names of the axes.
    left
        Room for the labels of the second axis.

    Attributes
    ----------
    reaches
        How far each axis runs.
    a, b
        Places of the columns and of the rows of the map, the top row first.
    chart
        The axes.
    image, contours, kinks, field, flat
        The map; lines of equal height; kinks; arrows; where nothing slopes.
    """

    def __init__(
        self,
        region: Region,
        reach: float,
        points: int,
        pen: Pen,
        *,
        x_name: str,
        y_name: str,
        left: float,
    ) -> None:
        super().__init__()
        inner = region.inset(left=left, bottom=AXIS_ROOM, top=AXIS_ROOM)
        aspect = inner.height / inner.width
        self.reaches = (reach, reach * aspect)
        x, y = (Linear(-each, each, 6) for each in self.reaches)
        self.chart = Chart(region, x, y, pen, x_name=x_name, y_name=y_name, left=left)
        columns = max(8, int(np.sqrt(points / aspect)))
        self.a, self.b = self.grid(columns, max(6, round(columns * aspect)))
        self._theme = theme = pen.theme
        shades = [theme.loss(level).to_int_rgb() for level in np.linspace(0, 1, SHADES)]
        self._shades = np.array(shades, dtype=np.uint8)
        self.image = self._blank()
        self.contours = segments(np.empty((0, 3)), np.empty((0, 3)), theme.ink, HAIR * 0.75)
        self.contours.set_stroke(opacity=CONTOUR_OPACITY).set_cap_style(mn.CapStyleType.ROUND)
        self.kinks = segments(np.empty((0, 3)), np.empty((0, 3)), theme.ink, HAIR)
        self.field = arrows(np.empty((0, 3)), np.empty((0, 3)), theme.backward)
        self.flat = segments(np.empty((0, 3)), np.empty((0, 3)), theme.saturated, HAIR)
        self.add(self.chart)

    def grid(self, columns: int, rows: int) -> tuple[Array, Array]:
        """Return the middles of cells that cover the map, the top row first."""
        half_x, half_y = self.reaches
        a = (np.arange(columns) + 0.5) / columns * 2 - 1
        b = (np.arange(rows) + 0.5) / rows * 2 - 1
        return a * half_x, -b * half_y

    def places(self, places: Array) -> Points:
        """Return the positions of (a, b) pairs."""
        return self.chart.positions(places[:, 0], places[:, 1])

    def show(self, heights: Array) -> None:
        """Paint these heights, (rows, columns), the lowest and highest as the ends of the ramp."""
        low, high = float(heights.min()), float(heights.max())
        levels = (heights - low) / ((high - low) or 1.0)
        self.image.pixel_array[..., :3] = self._shades[np.rint(levels * (SHADES - 1)).astype(int)]
        step = -(-len(self.a) // CONTOUR_NODES)
        rows, columns = slice(step // 2, None, step), slice(step // 2, None, step)
        starts, ends = contour_segments(
            self.a[columns],
            self.b[rows],
            levels[rows, columns],
            np.arange(1, CONTOURS + 1) / (CONTOURS + 1),
        )
        self._redraw(self.contours, starts, ends)

    def draw_kinks(self, lines: Array) -> None:
        """Draw straight lines c + d a + e b = 0, cut at the frame; fainter where they are many."""
        starts, ends = cut_lines(lines, self.reaches)
        faint = min(1.0, (MANY / max(1, len(starts))) ** 0.5)
        self._redraw(self.kinks, starts, ends)
        self.kinks.set_stroke(width=HAIR * max(faint, 0.5), opacity=0.9 * faint)

    def draw_field(self, a: Array, b: Array, field: Array) -> None:
        """Draw an arrow of field (2, rows, columns) in the middle of each cell of a grid."""
        middles = np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)
        vectors = field.reshape(2, -1).T
        longest = float(np.hypot(*vectors.T).max(initial=0.0))
        spacing = 2 * self.reaches[0] / len(a)
        half = vectors * (ARROW_SHARE / 2 * spacing / (longest or 1.0))
        drawn = arrows(self.places(middles - half), self.places(middles + half), "#000000")
        self.field.set_points(drawn.points)

    def draw_flat(self, polygon: Array) -> None:
        """Hatch the convex part of the map in which nothing slopes."""
        unit = self.chart.plot.width / (2 * self.reaches[0])
        self._redraw(self.flat, *polygon_hatching(polygon, HATCH_STEP / unit * 2))

    def _redraw(self, path: mn.VMobject, starts: Array, ends: Array) -> None:
        drawn = segments(self.places(starts), self.places(ends), "#000000")
        path.set_points(drawn.points)

    def _blank(self) -> mn.ImageMobject:
        plot = self.chart.plot
        pixels = np.zeros((len(self.b), len(self.a), 4), dtype=np.uint8)
        pixels[..., 3] = 255
        # Between pixels the colour runs straight, as a plane piece does.
        image = mn.ImageMobject(pixels)
        image.set_resampling_algorithm(mn.RESAMPLING_ALGORITHMS["linear"])
        image.stretch_to_fit_width(plot.width).stretch_to_fit_height(plot.height)
        return image.move_to(plot.center)


class SurfaceBar(mn.VGroup):
    """What the colours and contours of a map stand for: a bar with its two ends as live numbers.

    Parameters
    ----------
    region
        Its width is used; the bar hangs from its top.
    name
        What is mapped.
    ends
        Return the lowest and the highest value on the map.
    pen
        Sets the words.

    Attributes
    ----------
    numbers
        The two ends.
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
        self.add(title, _ramp(bar, theme), _contour_ticks(bar, theme))
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


def _ramp(bar: Region, theme: Theme) -> mn.VGroup:
    step = bar.width / RAMP_STEPS
    cells = mn.VGroup()
    for number in range(RAMP_STEPS):
        # Cells that overlap by a hair leave no seams.
        cell = mn.Rectangle(width=step * 1.1, height=bar.height, stroke_width=0)
        cell.set_fill(theme.loss((number + 0.5) / RAMP_STEPS), 1.0)
        cell.move_to(point(bar.left + (number + 0.5) * step, bar.center[1]))
        cells.add(cell)
    return cells


def _contour_ticks(bar: Region, theme: Theme) -> mn.VMobject:
    """Draw the contours' levels on the bar."""
    across = bar.left + place(Linear(0, CONTOURS + 1), np.arange(1, CONTOURS + 1)) * bar.width
    feet = np.stack([across, np.full_like(across, bar.bottom), np.zeros_like(across)], axis=-1)
    ticks = segments(feet, feet + bar.height * mn.UP, theme.ink, LINE / 2)
    return ticks.set_stroke(opacity=CONTOUR_OPACITY)
