"""Curves over time, such as the loss of a training run."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import haloed, polyline
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import Region
from scenes.kit.theme import CURVE, HAIR
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

HEADROOM = 1.15


class CurveChart(Chart):
    """A linear chart of one quantity over epochs, from zero.

    Parameters
    ----------
    region
        The area for the chart.
    epochs
        The last epoch.
    largest
        The largest value that will be drawn.
    pen
        Typesets the labels.
    y_name
        The quantity on the y axis.
    x_name
        What the x axis counts.
    left, right
        Width reserved for the labels of y, and right of the plot for labels of the curves.
    """

    def __init__(
        self,
        region: Region,
        epochs: int,
        largest: float,
        pen: Pen,
        *,
        y_name: str | Sentence,
        x_name: str | Sentence = "epoch",
        left: float | None = None,
        right: float = 0.0,
    ) -> None:
        top = largest * HEADROOM if largest > 0 else 1.0
        super().__init__(
            region,
            Linear(0.0, float(epochs), 6),
            Linear(0.0, top, 5),
            pen,
            x_name=x_name,
            y_name=y_name,
            left=left,
            right=right,
        )

    def curve(self, values: ArrayLike, color: str) -> mn.VGroup:
        """Draw one value per epoch, starting with epoch 0."""
        return haloed(self._line(values, color, CURVE), self.pen.theme.background)

    def thin_curve(self, values: ArrayLike, color: str) -> mn.VMobject:
        """Draw one value per epoch as a thin line, for a run beside the one that is shown."""
        return self._line(values, color, HAIR)

    def _line(self, values: ArrayLike, color: str, width: float) -> mn.VMobject:
        series = np.asarray(values, dtype=np.float64)
        return polyline(self.positions(np.arange(len(series)), series), color, width)
