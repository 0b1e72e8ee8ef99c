"""Several functions of one variable on the same axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import polyline
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import Region
from scenes.kit.type.typesetting import Pen

Function = Callable[[NDArray[np.floating[Any]]], NDArray[np.floating[Any]]]

SAMPLES = 481
AIR = 0.08


class FunctionChart(Chart):
    """A curve for each function.

    Parameters
    ----------
    region
        The area for the chart.
    reach
        The variable runs from -reach to reach.
    functions
        Each takes an array and comes with the colour of its curve.
    pen
        Typesets the labels.
    x_name, y_name
        Names of the variable and of the value of the functions.

    Attributes
    ----------
    curves
        One for each function. They are not in the group: the film adds them one by one.
    """

    def __init__(
        self,
        region: Region,
        reach: float,
        functions: Sequence[tuple[Function, str]],
        pen: Pen,
        *,
        x_name: str,
        y_name: str,
    ) -> None:
        x = np.linspace(-reach, reach, SAMPLES)
        values = [function(x) for function, _ in functions]
        low, high = float(np.min(values)), float(np.max(values))
        air = AIR * (high - low or 1.0)
        y = Linear(low - air, high + air, 4)
        super().__init__(region, Linear(-reach, reach, 6), y, pen, x_name=x_name, y_name=y_name)
        self.curves = mn.VGroup(
            *(
                polyline(self.positions(x, value), color)
                for value, (_, color) in zip(values, functions, strict=True)
            )
        )
