"""A chart of ramps and of their sum, which is piecewise linear with kinks."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import Points, dot, haloed, polyline, segments
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import Region
from scenes.kit.theme import CURVE, HAIR
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

HEADROOM = 1.08
MANY, TOO_MANY = 40, 150
"""From `MANY` kinks, dots are small and have no drop lines; from `TOO_MANY` there are no dots."""


class RampChart(Chart):
    """A chart of the loss of one example along one direction, with a y axis from zero.

    Parameters
    ----------
    region
        The area for the chart.
    reach
        The x axis runs from -reach to reach.
    places
        Coordinates of the ends and all kinks, sorted, (places,).
    ramps
        Each term at these places, (terms, places).
    pen
        Typesets the labels.
    x_name, y_name
        Names of the axes.
    left
        Width reserved for the labels of y.

    Attributes
    ----------
    ramps, curve, dots, drops, marker
        The terms; their sum; a dot at each kink and a line down from it; a movable dot on the sum.
        Each joins the chart when the film shows it.
    """

    def __init__(
        self,
        region: Region,
        reach: float,
        places: Array,
        ramps: Array,
        pen: Pen,
        *,
        x_name: str,
        y_name: str,
        left: float,
    ) -> None:
        total = ramps.sum(axis=0)
        top = HEADROOM * float(total.max()) or 1.0
        x, y = Linear(-reach, reach, 6), Linear(0.0, top, 5)
        super().__init__(region, x, y, pen, x_name=x_name, y_name=y_name, left=left)
        theme = pen.theme
        self._places = places
        self.ramps = mn.VGroup(*(self._ramp(ramp) for ramp in ramps))
        corners = self.positions(places, total)
        self.curve = haloed(polyline(corners, theme.ink), theme.background)
        kinks = corners[1:-1] if len(corners) - 2 < TOO_MANY else corners[:0]
        radius = 0.09 if len(kinks) < MANY else 0.05
        self.dots = mn.VGroup(*(dot(at, theme.ink, theme.background, radius) for at in kinks))
        hung = kinks if len(kinks) < MANY else kinks[:0]
        feet = hung * (1.0, 0.0, 1.0) + self.plot.bottom * mn.UP
        self.drops = segments(hung, feet, theme.muted, HAIR * 0.75)
        self.marker = dot(corners[0], theme.backward, theme.background, 0.14)

    def place_marker(self, a: float, height: float, counts: NDArray[np.bool_]) -> mn.Circle:
        """Move the marker to `a`, at this height, where these ramps count, (terms,)."""
        theme = self.pen.theme
        for ramp, on in zip(self.ramps, counts, strict=True):
            color = theme.forward if on else theme.muted
            ramp.set_stroke(color=color, width=CURVE if on else HAIR)
        return self.marker.move_to(self.positions(a, height))

    def flatten(self) -> list[Any]:
        """Flatten curve and kinks onto the middle of the plot: the cut, seen from above."""
        middle = self.plot.center[1]
        line = self._level(middle)
        sink = [
            mn.Transform(part, polyline(line, part.get_color().to_hex(), part.stroke_width))
            for part in self.curve
        ]
        dots = [mark.animate.set_y(middle) for mark in self.dots]
        return [*sink, *dots]

    def _ramp(self, values: Array) -> mn.VMobject:
        """Draw one term, which needs only the ends and its own kink of all places."""
        on = values > 0
        turn = np.flatnonzero(on[1:] != on[:-1])
        corners = np.unique([0, *(turn + on[turn]), len(values) - 1])
        places = self.positions(self._places[corners], values[corners])
        return polyline(places, self.pen.theme.forward, HAIR)

    def _level(self, height: float) -> Points:
        across = self.positions(self._places, 0.0)
        across[:, 1] = height
        return across
