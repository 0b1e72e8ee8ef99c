"""A histogram whose bars can be updated in every frame."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import hatching, rectangles
from scenes.kit.charts.scales import Linear, Scale
from scenes.kit.layout import Region
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

FILL = 0.85
"""Width of a bar as a fraction of its bin."""


class Histogram(Chart):
    """The share of units in each bin of z, with one more bin for the tail at each end of the axis.

    Parameters
    ----------
    region
        The area for the chart.
    x
        The axis of z; it leaves a bin's width at both ends for the tails.
    edges
        Edges of the inner bins, evenly spaced, (bins + 1,).
    saturated
        Which bins hold saturated units, tails included, (bins + 2,).
    largest
        The largest share that will be shown.
    pen
        Typesets the labels.
    name
        What the bars measure.
    """

    def __init__(
        self,
        region: Region,
        x: Scale,
        edges: Array,
        saturated: NDArray[np.bool_],
        largest: float,
        pen: Pen,
        *,
        left: float,
        name: str = "share of units",
    ) -> None:
        super().__init__(region, x, Linear(0.0, 1.1 * largest, 3), pen, y_name=name, left=left)
        step = edges[1] - edges[0]
        self._edges = np.concatenate([[edges[0] - step], edges, [edges[-1] + step]])
        self._saturated = saturated
        theme = pen.theme
        self.bars = mn.VGroup(
            rectangles([], theme.healthy),
            rectangles([], theme.saturated, 0.45),
            hatching([], theme.saturated),
        )
        self.add(self.bars)

    def fill(self, shares: Array) -> None:
        """Draw these shares, (bins + 2,), in place of the previous ones."""
        boxes = self._boxes(shares)
        marked = list(zip(boxes, self._saturated, shares > 0, strict=True))
        healthy = [box for box, is_saturated, shown in marked if shown and not is_saturated]
        saturated = [box for box, is_saturated, shown in marked if shown and is_saturated]
        color = self.pen.theme.saturated
        now = (rectangles(healthy, color), rectangles(saturated, color), hatching(saturated, color))
        # Change the mobjects in place: Manim fixes the list of what it draws when a play begins.
        for path, shape in zip(self.bars, now, strict=True):
            path.set_points(shape.points)

    def _boxes(self, shares: Array) -> list[Region]:
        corners = self.positions(self._edges, 0.0)[:, 0]
        tops = self.positions(np.full(len(shares), self._edges[0]), shares)[:, 1]
        air = (1 - FILL) / 2 * (corners[1] - corners[0])
        least = 1e-3  # A region must have a positive height.
        return [
            Region(low + air, high - air, self.plot.bottom, max(top, self.plot.bottom + least))
            for low, high, top in zip(corners[:-1], corners[1:], tops, strict=True)
        ]
