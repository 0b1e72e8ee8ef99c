"""Where a layer lies: as a network, and as arrays beside its units, which stand still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.arrays.matrix import ELLIPSIS
from scenes.kit.layout import Region, point
from scenes.kit.stage.outlines import Outlines, Points, cell_outlines, edge_outlines, node_outlines

Array = NDArray[np.float64]
FILLED = 0.8
"""Height of a cell over the distance of two rows."""
STRIP, APART = 0.42, 0.14
"""Height of a vector that lies above an array, and its distance, over the distance of two rows."""
TAB = 0.08
"""How far above the upper edge of a cell lies the middle of what meets it, over that distance."""
EQUATION = 0.75
"""Room for an equation below W.T, over that distance."""
STACKED = 1.14
"""Distance of two rows of one height, over that height."""
RADIUS = 0.48
"""Radius of a unit over the distance of two rows."""
AIR = 0.16
INPUTS, NODE = 1.75, 0.44
"""Distance of two inputs of the network, and the radius of an input."""
LEFT_OF_INPUTS = 0.6
"""Room left of the inputs."""
HAIR_EDGE, MOST_EDGE, WIDEST_EDGE = 0.022, 0.16, 0.3
"""Widths of an edge: the least, that of the largest weight, and that of the largest gradient."""
DOT = 0.035


@dataclass(frozen=True)
class Sample:
    """The rows or columns of an array that are drawn, and whether some are left out.

    The gap comes before the last one.
    """

    indices: tuple[int, ...]
    cut: bool

    def offsets(self, size: float) -> tuple[Array, float]:
        """Return the middles of cells of this size, counted from 0, and the total length."""
        n = len(self.indices)
        gap = ELLIPSIS * (np.arange(n) == n - 1) * self.cut
        return (np.arange(n) + 0.5) * size + gap, n * size + float(gap[-1])


@dataclass(frozen=True)
class Plan:
    """Sizes and places of everything.

    Attributes
    ----------
    units, inputs
        Which ones are drawn.
    digits, size
        Of the numbers.
    pitch
        The distance of two rows.
    rows, columns
        Heights of the units, which are those of the rows of W, and x of the columns of W.
    beyond
        The x of the columns of dW, between W and the slopes.
    tipped, tipped_rows
        x of the columns, and heights of the rows, of W.T.
    x_row
        The height of x above W.
    unit, bias, near, far, dx
        The x of the units, of b, of the sums and slopes left of the units, of z, and of dx.
    widths
        The widths of cells, by array.
    left
        Where the leftmost array begins.
    """

    units: Sample
    inputs: Sample
    digits: int
    size: float
    pitch: float
    rows: Array
    columns: Array
    beyond: Array
    tipped: Array
    tipped_rows: Array
    x_row: float
    unit: float
    bias: float
    near: float
    far: float
    dx: float
    widths: dict[str, float]
    left: float

    @property
    def radius(self) -> float:
        """Radius of a unit."""
        return RADIUS * self.pitch

    @property
    def height(self) -> float:
        """Height of a cell."""
        return FILLED * self.pitch

    @property
    def strip(self) -> float:
        """Height of a vector that lies above an array."""
        return STRIP * self.pitch

    # The network

    @property
    def unit_centers(self) -> Points:
        """Where the units stand."""
        return _points(np.full(len(self.rows), self.unit), self.rows)

    @property
    def input_centers(self) -> Points:
        """Where the inputs stand beside the units."""
        offsets, total = self.inputs.offsets(INPUTS if len(self.inputs.indices) < 3 else 1.45)
        middle = (self.rows[0] + self.rows[-1]) / 2
        return _points(
            np.full(len(offsets), self.left + LEFT_OF_INPUTS), middle + total / 2 - offsets
        )

    def nodes(self) -> Outlines:
        """Return x as nodes."""
        return node_outlines(self.input_centers, NODE)

    def edges(self, widths: float | Array = HAIR_EDGE) -> Outlines:
        """Return W, or dW, as edges, row by row."""
        starts = np.tile(self.input_centers, (len(self.rows), 1))
        ends = np.repeat(self.unit_centers, len(self.columns), axis=0)
        along = ends - starts
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        ends, starts = ends - self.radius * along, starts + NODE * along
        return edge_outlines(starts, ends, np.broadcast_to(widths, len(starts)))

    @property
    def network(self) -> Region:
        """The rectangle that holds the network."""
        centers = np.concatenate([self.unit_centers, self.input_centers])[:, :2]
        low, high = centers.min(axis=0) - self.radius, centers.max(axis=0) + self.radius
        return Region(low[0], high[0], low[1], high[1])

    # The arrays

    def cells(self, name: str) -> Outlines:
        """Return the cells of W or dW, row by row, of W.T in the order of W, or of a vector."""
        width = self.widths[name]
        if name == "W.T":
            x, y = np.broadcast_arrays(self.tipped[:, None], self.tipped_rows[None, :])
        elif name in {"W", "dW"}:
            columns = self.columns if name == "W" else self.beyond
            x, y = np.broadcast_arrays(columns[None, :], self.rows[:, None])
        elif name == "x":
            return self._row(self.columns, self.x_row, width)
        elif name == "dx":
            x, y = np.broadcast_arrays(np.full(len(self.columns), self.dx), self.tipped_rows)
        else:
            places = {"u": self.near, "slope": self.near, "b": self.bias}
            x, y = np.broadcast_arrays(
                np.full(len(self.rows), places.get(name, self.far)), self.rows
            )
        return cell_outlines(_points(x.ravel(), y.ravel()), width, self.height)

    def _row(self, columns: Array, y: float, width: float) -> Outlines:
        return cell_outlines(_points(columns, np.full(len(columns), y)), width, self.strip)

    # Where a vector lies that meets an array

    def on_row(self, i: int) -> Outlines:
        """Return where x lies when it meets a row of W: on the upper edges of its cells."""
        return self._row(self.columns, self._edge(self.rows[i]), self.widths["x"])

    def on_tipped_row(self, j: int) -> Outlines:
        """Return where the slopes lie when they meet a row of W.T."""
        return self._row(self.tipped, self._edge(self.tipped_rows[j]), self.widths["W.T"])

    @property
    def above_dW(self) -> Outlines:  # noqa: N802
        """Where x lies above the columns of dW."""
        return self._row(self.beyond, self.x_row, self.widths["x"])

    @property
    def above_tipped(self) -> Outlines:
        """Where the slopes lie above W.T, as x lies above W."""
        y = self.tipped_rows[0] + self.x_row - self.rows[0]
        return self._row(self.tipped, y, self.widths["W.T"])

    def example(self, n: int) -> Outlines:
        """Return where an example lies as a row of many; the first one is x above W."""
        y = self.x_row - STACKED * self.strip * n
        return self._row(self.columns, y, self.widths["x"])

    def pressed(self, examples: int) -> Outlines:
        """Return the cells of W, row by row, where they make room for so many examples."""
        top = self.x_row - STACKED * self.strip * examples - APART * self.pitch
        rows = (
            self._row(self.columns, top - STACKED * self.strip * i, self.widths["W"])
            for i in range(len(self.rows))
        )
        return np.concatenate(list(rows))

    @property
    def name_of_tipped(self) -> Points:
        """Where the name of W.T stands: above its middle, where the slopes will lie."""
        return np.asarray(self.above_tipped[:, ::4].mean(axis=(0, 1)))

    def _edge(self, row: float) -> float:
        return float(row) + self.height / 2 + TAB * self.pitch

    @property
    def below_tipped(self) -> float:
        """The height of the equation below W.T."""
        return float(self.tipped_rows[-1]) - (0.5 + EQUATION / 2) * self.pitch

    # What is left out

    def dots(self, where: str) -> Outlines:
        """Return the dots of rows and columns left out: in the network, W and W.T."""
        return node_outlines(np.array(list(self._dots(where))).reshape(-1, 3), DOT)

    def _dots(self, where: str) -> Iterator[Points]:
        along, up = 0.14 * mn.RIGHT, 0.14 * mn.UP
        if self.units.cut:
            gap, lying = self.rows[-2:].mean(), self.tipped[-2:].mean()
            for x, y in zip(self.columns, self.tipped_rows, strict=True):
                at = {"network": point(self.unit, gap), "W": point(x, gap), "W.T": point(lying, y)}
                yield from (at[where] + k * (along if where == "W.T" else up) for k in (-1, 0, 1))
        if self.inputs.cut:
            gap, lying = self.columns[-2:].mean(), self.tipped_rows[-2:].mean()
            middle = self.input_centers[-2:].mean(axis=0)
            for x, y in zip(self.tipped, self.rows, strict=True):
                at = {"network": middle, "W": point(gap, y), "W.T": point(x, lying)}
                yield from (at[where] + k * (along if where == "W" else up) for k in (-1, 0, 1))


def _points(x: Array, y: Array) -> Points:
    return np.stack([x, y, np.zeros_like(x)], axis=-1)
