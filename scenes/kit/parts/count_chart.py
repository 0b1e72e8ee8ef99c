"""A chart of counts over factors on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import band, dot, polyline
from scenes.kit.charts.scales import Linear, Marked
from scenes.kit.layout import Region
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Kind, count

AIR = 0.3
"""Padding at both ends of the axis, in decades."""
HEADROOM, LEAST = 1.15, 4
"""The axis ends at `HEADROOM` times the largest count, which is taken as `LEAST` or more."""


class CountChart(Chart):
    """Points that appear one by one, the line that joins them, and a range behind them.

    Parameters
    ----------
    region
        The area for the chart.
    factors
        Places of the points, increasing. Powers of ten among them get tick labels.
    most
        The largest count that will be shown.
    color
        Colour of points, line and range.
    pen
        Typesets the labels.
    x_name, y_name
        Names of what the factor multiplies and of what is counted.

    Attributes
    ----------
    drawn
        Everything except the axes. It is not in the group.
    """

    def __init__(
        self,
        region: Region,
        factors: Sequence[int],
        most: int,
        color: str,
        pen: Pen,
        *,
        x_name: str,
        y_name: str,
    ) -> None:
        self.places = np.log10(factors)
        self._color = color
        tens = [factor for factor in factors if np.log10(factor) % 1 == 0]
        marks = tuple((float(np.log10(ten)), count("factor", ten, Kind.TICK)) for ten in tens)
        super().__init__(
            region,
            Marked(float(self.places[0]) - AIR, float(self.places[-1]) + AIR, marks),
            Linear(0.0, HEADROOM * max(most, LEAST), 4),
            pen,
            x_name=x_name,
            y_name=y_name,
        )
        self._points: list[mn.Circle] = []
        self.drawn: mn.VGroup = mn.VGroup()

    def mark(self, number: int) -> mn.Circle:
        """Return the next point."""
        place = self.positions(self.places[len(self._points)], number)
        circle = dot(place, self._color, self.pen.theme.background)
        self._points.append(circle)
        self.drawn.add(circle)
        return circle

    def line(self) -> mn.VMobject:
        """Return the line through the points, behind them."""
        centers = np.array([circle.get_center() for circle in self._points])
        line = polyline(centers if len(centers) > 1 else np.repeat(centers, 2, 0), self._color)
        self.drawn.add_to_back(line)
        return line

    def range(self, low: ArrayLike, high: ArrayLike) -> mn.VMobject:
        """Return the area between two counts at each factor, to lie behind everything else."""
        upper, lower = (self.positions(self.places, end) for end in (high, low))
        if len(self.places) > 1:
            area = band(upper, lower, self._color)
        else:
            area = polyline(np.concatenate([upper, lower]), self._color)
        self.drawn.add_to_back(area)
        return area
