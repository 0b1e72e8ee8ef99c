"""The losses of several training runs on one chart, drawn as time goes on."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.curve_chart import HEADROOM
from scenes.kit.charts.marks import Points, band, ring, segments
from scenes.kit.charts.scales import Linear
from scenes.kit.charts.trails import Trails, end_names
from scenes.kit.layout import Region
from scenes.kit.parts.network_diagram import together
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen, Typeset

Array = NDArray[np.floating[Any]]

MARK = 0.11
"""Radius of a milestone's ring."""


class LossCurves(Chart):
    """A chart of losses without ticks on x: the chart below it has the same epochs.

    Parameters
    ----------
    region
        The area for the chart.
    epochs
        The last epoch.
    largest
        The largest loss that will be drawn.
    pen
        Typesets the labels.
    left, right
        Width reserved for the labels of y, and for the names at the ends of the curves.

    Attributes
    ----------
    trails, names
        The curve of each run, and the name beside its end, which the film shows.
    """

    def __init__(
        self, region: Region, epochs: int, largest: float, pen: Pen, *, left: float, right: float
    ) -> None:
        super().__init__(
            region,
            Linear(0.0, float(epochs), 0),
            Linear(0.0, largest * HEADROOM or 1.0, 4),
            pen,
            y_name="loss",
            left=left,
            right=right,
        )
        self.trails: dict[str, Trails] = {}
        self.names: dict[str, Typeset] = {}
        self._losses: dict[str, Array] = {}
        self._colors: dict[str, str] = {}

    def enter(self, run: str, losses: Array, color: str, name: Typeset) -> None:
        """Add a run with one loss per epoch, from epoch 0, without drawing it yet."""
        self._losses[run], self._colors[run], self.names[run] = losses, color, name
        self.trails[run] = Trails(self.pen)
        self.trails[run].trail(self._curve(losses), color)
        ends = self.positions(0.0, [each[-1] for each in self._losses.values()])[:, 1]
        end_names(self.plot, list(self.names.values()), ends)

    def draw_to(self, run: str, epoch: float) -> None:
        """Draw the curve of a run up to an epoch."""
        self.trails[run].draw_to(float(self.positions(epoch, 0.0)[0]))

    def recede(self, run: str) -> mn.Animation:
        """Mute a run, so that others stand out."""
        name = self.names[run].animate.set_fill(self.pen.theme.muted)
        return together([self.trails[run].recede(), name])

    def band(self, low: Array, high: Array, color: str) -> mn.VMobject:
        """Fill the area between two losses per epoch."""
        return band(self._curve(high), self._curve(low), color)

    def milestone(self, run: str, epoch: int) -> mn.VGroup:
        """Mark the loss of a run at an epoch with a ring."""
        at = self.positions([epoch], [self._losses[run][epoch]])
        foot = self.positions([epoch], [0.0])
        color = self._colors[run]
        drop = segments(foot, at, color, HAIR)
        return mn.VGroup(drop, ring(at[0], color, self.pen.theme.background, MARK))

    def _curve(self, losses: ArrayLike) -> Points:
        values = np.asarray(losses, dtype=np.float64)
        return self.positions(np.arange(len(values)), values)
