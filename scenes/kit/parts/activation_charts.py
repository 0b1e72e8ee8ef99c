"""Charts of an activation and its slope, with one unit that slides along both curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import Points, dot, dotted, polyline, segments
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import HAIR, LABEL
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]
Function = Callable[[NDArray[np.floating[Any]]], NDArray[np.floating[Any]]]

SAMPLES = 481
HEADROOM = 0.12

SYMBOLS = {
    "sigmoid": ("sigma(z)", "sigma'(z)"),
    "tanh": ("tanh(z)", "tanh'(z)"),
    "relu": ('"ReLU"(z)', '"ReLU"\'(z)'),
    "leaky_relu": ('"leaky ReLU"(z)', '"leaky ReLU"\'(z)'),
    "identity": ("f(z)", "f'(z)"),
}
"""Typst math of f(z) and of its slope."""


class ActivationChart(Chart):
    """A chart of one function of z, with the name of the function.

    Parameters
    ----------
    region
        The area for the chart.
    x
        The axis of z.
    values
        Values of the function at evenly spaced z over the whole axis.
    name
        The name as Typst math.
    color
        Colour of curve and name.
    pen
        Typesets the labels.
    left
        Width reserved for the labels of y.
    """

    def __init__(
        self,
        region: Region,
        x: Linear,
        values: NDArray[np.floating[Any]],
        name: str,
        color: str,
        pen: Pen,
        *,
        left: float,
    ) -> None:
        low, high = min(0.0, float(values.min())), float(values.max())
        air = HEADROOM * (high - low or 1.0)
        y = Linear(low - (air if low < 0 else 0.0), high + air, 3)
        super().__init__(region, x, y, pen, left=left)
        z = np.linspace(x.low, x.high, len(values))
        curve = polyline(self.positions(z, values), color)
        label = pen.formula(name, name, color, LABEL)
        label.move_to(point(0, self.plot.center[1] + GAP / 2))
        label.align_to(point(self.plot.left + GAP), mn.LEFT).halo(pen.theme.background)
        self.add(curve, label)


class ActivationCharts(mn.VGroup):
    """Two charts over the same z: f(z), and f'(z) below it.

    Parameters
    ----------
    regions
        Areas for the chart of the activation and for that of its slope.
    reach
        z runs from -reach to reach.
    functions
        f and f'; each takes an array.
    names
        Typst math of f(z) and f'(z).
    pen
        Typesets the labels.
    bound
        The maximum of f'.
    borders, bottom
        The z at which saturation begins, and the lower end of the lines that mark them.
    left
        Width reserved for the labels of y.
    ticks
        Whether the lower chart draws its own z axis; if not, a chart below provides it.

    Attributes
    ----------
    marker
        The unit: a dot on each curve.
    bound, borders, z_axis
        Parts that the film shows and hides separately. The first two are not in the group.
    """

    def __init__(
        self,
        regions: tuple[Region, Region],
        reach: float,
        functions: tuple[Function, Function],
        names: tuple[str, str],
        pen: Pen,
        *,
        bound: float,
        borders: tuple[float, ...],
        bottom: float,
        left: float,
        ticks: bool,
    ) -> None:
        super().__init__()
        self.pen, self._functions = pen, functions
        self.z = np.linspace(-reach, reach, SAMPLES)
        theme = pen.theme
        colors = (theme.forward, theme.backward)
        self.charts: list[Chart] = []
        for region, function, name, color in zip(regions, functions, names, colors, strict=True):
            values = function(self.z)
            most_ticks = 6 if ticks and function is functions[1] else 0
            x = Linear(-reach, reach, most_ticks)
            chart = ActivationChart(region, x, values, name, color, pen, left=left)
            self.charts.append(chart)
            self.add(chart)
        self.marker = self._marker()
        self.z_axis = mn.VGroup(*self.charts[1].x_axis[1:])
        self.bound = self._bound(bound)
        self.borders = mn.VGroup(*(self._border(z, bottom) for z in borders))

    def place_marker(self, z: float) -> mn.VGroup:
        """Move the unit to `z`: a dot on each curve, and a line that joins them."""
        upper, lower = (self._place(chart, function, z) for chart, function in self._pairs())
        line, *dots = self.marker
        line.set_points(segments(upper[None], lower[None], self.pen.theme.ink).points)
        for circle, place in zip(dots, (upper, lower), strict=True):
            circle.move_to(place)
        return self.marker

    def _marker(self) -> mn.VGroup:
        theme, start = self.pen.theme, np.zeros(3)
        return mn.VGroup(
            segments(start[None], start[None], theme.ink, HAIR),
            dot(start, theme.forward, theme.background, 0.13),
            dot(start, theme.backward, theme.background, 0.13),
        )

    def _bound(self, top: float) -> mn.VMobject:
        ends = self.charts[1].positions(self.z[[0, -1]], top)
        return dotted(ends, self.pen.theme.bound)

    def _border(self, z: float, bottom: float) -> mn.VMobject:
        top = self.charts[0].positions(z, self.charts[0].y_scale.high)
        foot = np.array([top[0], bottom, 0.0])
        return dotted(np.stack([top, foot]), self.pen.theme.saturated, 2 * HAIR)

    def _pairs(self) -> list[tuple[Chart, Function]]:
        return list(zip(self.charts, self._functions, strict=True))

    @staticmethod
    def _place(chart: Chart, function: Function, z: float) -> Points:
        return chart.positions(z, function(np.array([z]))[0])
