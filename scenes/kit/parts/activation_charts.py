"""A chart of an activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import polyline
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import LABEL
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
