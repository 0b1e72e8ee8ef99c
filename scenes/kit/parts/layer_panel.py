"""A panel for the units of one layer: the activation above a histogram of z."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.histogram import Histogram
from scenes.kit.charts.marks import dotted
from scenes.kit.charts.readout import ROW, Readouts
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import GAP, Region, point
from scenes.kit.parts.activation_charts import SAMPLES, ActivationChart
from scenes.kit.theme import HAIR, LABEL, SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure, Sentence

Array = NDArray[np.float64]

HEADING = 0.85
"""Height of the two lines above the curve."""
CURVE, BARS = 0.33, 0.67
"""Shares of the remaining height for the curve and the histogram."""
LABEL_ROOM = 0.95
NUMBER = 32
"""Font size of the numbers at the foot, so that two of the longest fit side by side."""


class LayerPanel(mn.VGroup):
    """A heading, the curve of an activation, and the histogram of a layer's z below it.

    Parameters
    ----------
    region
        The area for the panel; a row of numbers stands at its foot.
    heading, line
        Two lines of text: a coloured heading, and a remark.
    color
        Colour of the heading.
    function, name
        The activation, which takes arrays, and its name as Typst math.
    edges, saturated
        See `Histogram`.
    borders
        Where saturation begins.
    largest
        The largest share that will be shown.
    pen
        Typesets the words.

    Attributes
    ----------
    histogram
        The histogram; `Histogram.fill` updates it.
    numbers
        Live numbers in a row at the foot; see `live`.
    """

    def __init__(
        self,
        region: Region,
        heading: str,
        line: Sentence,
        color: str,
        function: Callable[[NDArray[np.floating[Any]]], NDArray[np.floating[Any]]],
        name: str,
        edges: Array,
        saturated: NDArray[np.bool_],
        borders: tuple[float, ...],
        largest: float,
        pen: Pen,
    ) -> None:
        super().__init__()
        self._pen = pen
        step = edges[1] - edges[0]
        reach = float(edges[-1] + step)
        body = region.inset(top=HEADING, bottom=ROW + GAP / 2)
        upper, lower = body.rows(CURVE, BARS, gap=GAP / 2)
        self._add_heading(region, heading, line, color)
        z = np.linspace(-reach, reach, SAMPLES)
        axis = Linear(-reach, reach, 0)
        curve = ActivationChart(
            upper, axis, function(z), name, pen.theme.forward, pen, left=LABEL_ROOM
        )
        self.histogram = Histogram(
            lower,
            Linear(-reach, reach, 4),
            edges,
            saturated,
            largest,
            pen,
            left=LABEL_ROOM,
            name="share of units (ends: all beyond)",
        )
        self._foot = region.rows(region.height - ROW, ROW, gap=0)[1].columns(1, 1.1)
        self.numbers = mn.VGroup()
        self.add(curve, self.histogram)
        for border in borders:
            for chart in (curve, self.histogram):
                ends = [chart.y_scale.low, chart.y_scale.high]
                places = chart.positions(border, ends)
                self.add(dotted(places, pen.theme.saturated, 2 * HAIR))

    def live(self, place: int, name: str, read: Callable[[], Figure], color: str) -> Readouts:
        """Put a name and a number that counts at the foot, on the left (0) or on the right (1)."""
        readouts = Readouts(self._foot[place], self._pen)
        readouts.live(name, read, color, NUMBER)
        self.numbers.add(readouts)
        return readouts

    def _add_heading(self, region: Region, heading: str, line: Sentence, color: str) -> None:
        pen = self._pen
        first = pen.label(heading, color, LABEL).fit_width(region.width)
        first.align_to(point(region.left), mn.LEFT).on_baseline(region.top - 0.28)
        second = pen.label(line, pen.theme.muted, SMALL).fit_width(region.width)
        second.align_to(point(region.left), mn.LEFT).on_baseline(region.top - 0.68)
        self.add(first, second)
