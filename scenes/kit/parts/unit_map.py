"""A map of all units of a network, with the dead ones at the bottom of each layer."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import hatching, rectangles
from scenes.kit.charts.scales import Layers, Linear
from scenes.kit.layout import Region
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

MOST_CELLS = 40
"""Maximum number of cells. A wider layer is one bar with its share of dead units hatched."""
MOST_COLUMNS = 40
"""Maximum number of columns. In a deeper network neighbouring layers share a column."""
SHORTEST = 10
"""Minimum number of units for the cell height. Narrower layers do not get taller cells."""
CELL, COLUMN = 0.78, 0.76
"""Fractions of the available height and width that a cell and a column fill."""


class UnitMap(Chart):
    """A column for each hidden layer, a cell for each unit.

    Parameters
    ----------
    region
        The area for the chart.
    units
        Units of each hidden layer, (L-1,).
    pen
        Typesets the labels.
    name
        Name above the chart.
    left
        Width reserved left of the columns for the name of the axis.

    Attributes
    ----------
    layers_a_column
        Number of neighbouring layers that share a column; 1 unless the network is deep.
    """

    def __init__(
        self,
        region: Region,
        units: Sequence[int],
        pen: Pen,
        *,
        name: str | Sentence,
        left: float | None = None,
    ) -> None:
        layers = len(units)
        super().__init__(
            region,
            Layers(layers),
            Linear(0.0, 1.0, 0),
            pen,
            x_name="layer",
            y_name=name,
            left=left,
        )
        self._layers = layers
        self.layers_a_column = layers_a_column(layers)
        self._starts = np.arange(0, layers, self.layers_a_column)
        self._units = np.add.reduceat(np.asarray(units, dtype=np.int64), self._starts)
        self.is_celled = self.layers_a_column == 1 and max(units) <= MOST_CELLS
        theme = pen.theme
        self.alive = rectangles([], theme.healthy)
        self.dead = rectangles([], theme.saturated, 0.45)
        self.hatch = hatching([], theme.saturated)
        self.add(self.alive, self.dead, self.hatch)
        self.shown = np.zeros(layers)
        self.fill(self.shown)

    @property
    def axes_in_words(self) -> str:
        """Empty: the map has no y quantity, and the film describes it."""
        return ""

    def change_to(self, dead: ArrayLike) -> mn.Animation:
        """Return an animation in which units die or revive until this many are dead, (L-1,)."""
        start, end = self.shown, np.asarray(dead, dtype=np.float64)

        def between(_: mn.Mobject, share: float) -> None:
            self.fill(start + share * (end - start))

        return mn.UpdateFromAlphaFunc(self, between)

    def fill(self, dead: ArrayLike) -> None:
        """Show this many dead units in each layer, (L-1,), in place of the previous ones."""
        self.shown = np.asarray(dead, dtype=np.float64)
        counts = np.add.reduceat(self.shown, self._starts)
        alive_boxes: list[Region] = []
        dead_boxes: list[Region] = []
        for column, number in enumerate(counts):
            if self.is_celled:
                cells = self._cells(column)
                cut = round(float(number))
                dead_boxes += cells[:cut]
                alive_boxes += cells[cut:]
            else:
                below, above = self._bar(column, float(number) / self._units[column])
                dead_boxes += below
                alive_boxes += above
        theme = self.pen.theme
        # Change the mobjects in place: Manim fixes the list of what it draws when a play begins.
        for path, shape in (
            (self.alive, rectangles(alive_boxes, theme.healthy)),
            (self.dead, rectangles(dead_boxes, theme.saturated)),
            (self.hatch, hatching(dead_boxes, theme.saturated)),
        ):
            path.set_points(shape.points)

    def _sides(self, column: int) -> tuple[float, float]:
        first = self._starts[column] + 1
        after = min(first + self.layers_a_column, self._layers + 1)
        edges = self.positions(np.array([first - 0.5, after - 0.5]), 0.0)[:, 0]
        air = (1 - COLUMN) / 2 * (edges[1] - edges[0])
        return float(edges[0] + air), float(edges[1] - air)

    def _cells(self, column: int) -> list[Region]:
        left, right = self._sides(column)
        units = int(self._units[column])
        step = self.plot.height / max(units, SHORTEST)
        lows = [self.plot.bottom + step * (n + (1 - CELL) / 2) for n in range(units)]
        return [Region(left, right, low, low + CELL * step) for low in lows]

    def _bar(self, column: int, share: float) -> tuple[list[Region], list[Region]]:
        left, right = self._sides(column)
        bottom, top = self.plot.bottom, self.plot.top
        border = bottom + share * (top - bottom)
        below = [Region(left, right, bottom, border)] if share > 0 else []
        return below, [Region(left, right, border, top)] if share < 1 else []


def layers_a_column(layers: int) -> int:
    """Return how many layers share a column in a network of this many layers."""
    return -(-layers // MOST_COLUMNS)
