"""A chart of a backward pass, and of the layers at which several float types lose it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import Points, dashed, polyline
from scenes.kit.charts.scales import Layers, covering
from scenes.kit.layout import GAP, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.lanes import Lanes
from scenes.kit.theme import HAIR, NARRATION, SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure, Sentence

ROWS = (0.6, 0.4)
"""Shares of the height for the profile and for the lanes."""
LABEL_ROOM, END_ROOM = 1.25, 0.1
RISE = 0.11
"""Distance from a baseline to the middle of the digits on it."""


class DescentChart(mn.VGroup):
    """A gradient profile above lanes, one lane for each pass that tries to follow it.

    Parameters
    ----------
    region
        The area for both.
    log10
        log10 of the true magnitude of each layer, layer 1 first, (L,); NaN where it is unknown.
    names, ends, words
        Names, ends and words of the lanes; see `Lanes`.
    pen
        Typesets the labels.
    y_name
        Name of the magnitude.

    Attributes
    ----------
    falls
        A mark for each pass where its line drops to zero; an empty group if it does not. A mark
        joins the chart when it is shown.
    front
        Progress of the pass: a position between two layers, from above the last one down to 0.5.
    """

    def __init__(
        self,
        region: Region,
        log10: NDArray[np.float64],
        names: Sequence[str | Sentence],
        ends: Sequence[int],
        words: Sequence[str],
        pen: Pen,
        *,
        y_name: str,
    ) -> None:
        super().__init__()
        self._last = len(log10)
        layers = Layers(self._last)
        upper, lower = region.rows(*ROWS, gap=GAP / 2)
        self.chart = Chart(
            upper,
            layers,
            covering(log10),
            pen,
            x_name="layer",
            y_name=y_name,
            left=LABEL_ROOM,
            right=END_ROOM,
        )
        plot = self.chart.plot
        below = Region(plot.left, plot.right, lower.bottom, lower.top)
        self.lanes = Lanes(below, names, ends, words, layers, pen)
        self.known = bool(np.isfinite(log10).any())
        heights = np.nan_to_num(log10, nan=self.chart.y_scale.low, neginf=self.chart.y_scale.low)
        self._profile = self.chart.positions(np.arange(1, self._last + 1), heights)
        self._line = polyline(self._profile[-1:].repeat(2, axis=0), pen.theme.backward)
        self._line.set_stroke(opacity=0.0)
        self.front = mn.ValueTracker(self._last + 0.5)
        self.falls = [self._fall(end, pen.theme.saturated) for end in ends]
        self.add(self.chart, self.lanes, self._line)

    @property
    def layer(self) -> int:
        """The layer that the pass has reached."""
        return int(np.clip(np.ceil(self.front.get_value()), 1, self._last))

    def follow(self) -> None:
        """Draw the line and fill the lanes down to the front."""
        front = self.front.get_value()
        self.lanes.advance(front)
        seen = self._profile[self.layer - 1 :]
        if self.known and front < self._last and len(seen) > 1:
            self._line.set_points_as_corners(seen).set_stroke(opacity=1.0)

    def count(
        self, region: Region, name: str, reads: Sequence[Callable[[], Figure]]
    ) -> list[LiveNumber]:
        """Put a live number beside each lane, under a common name; return the numbers."""
        pen = self.chart.pen
        heading = pen.label(name, size=SMALL).fit_width(region.width)
        heading.align_to(point(region.left), mn.LEFT)
        numbers = [
            LiveNumber(
                pen,
                read,
                left=region.left,
                baseline=float(row.center[1]) - RISE,
                color=pen.theme.ink,
                size=NARRATION,
            )
            for read, row in zip(reads, self.lanes.rows, strict=True)
        ]
        self.add(heading.on_baseline(self.chart.x_labels[0].baseline), *numbers)
        return numbers

    def _fall(self, end: int, color: str) -> mn.VGroup:
        """Draw a drop from the last layer that a pass reaches down to the lanes."""
        if not 0 < end < self._last or not self.known:
            return mn.VGroup()
        x = self.lanes.border(self.lanes.rows[0], end + 0.5)
        top = self._profile[end]
        places: Points = np.stack([point(x, float(top[1])), point(x, self.chart.plot.bottom)])
        return mn.VGroup(dashed(places, color, 2 * HAIR))
