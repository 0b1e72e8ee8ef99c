"""The columns of the network stage: the units of a layer that are drawn, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import segments
from scenes.kit.layout import Region, point
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen

Points = NDArray[np.float64]
"""Positions on the frame, (n, 3)."""

MOST_UNITS = 9
"""Slots of a column. A wider layer uses the middle one for an ellipsis."""
MOST_COLUMNS = 12
"""Columns of a network, the input included. Of a deeper one the last layers are columns, and those
before them are a tape."""
LAST_LAYERS = 6
"""How many layers of a deep network are columns."""
RADIUS = 0.36
"""Largest radius of a unit over the distance of two in a column."""
EDGE_OPACITY = 0.6
RIM_OPACITY = 0.75


class Column(mn.VGroup):
    """The units of one layer.

    Parameters
    ----------
    layer, width
        The layer, 0 for the input, and its true number of units.
    x, region
        Where the column stands, and between which heights.
    radius
        Radius of a unit.

    Attributes
    ----------
    layer, width
        As given.
    units
        Which units are drawn: all, or the first and the last ones.
    nodes
        The units, top to bottom.
    ellipsis
        Three dots, if units are left out.
    """

    def __init__(
        self, layer: int, width: int, x: float, region: Region, radius: float, pen: Pen
    ) -> None:
        super().__init__()
        self.layer, self.width_of_layer = layer, width
        self.units = drawn_units(width)
        slots = min(width, MOST_UNITS)
        pitch = region.height / MOST_UNITS
        top = region.center[1] + (slots - 1) / 2 * pitch
        heights = [top - slot * pitch for slot in range(slots)]
        self.ellipsis = mn.VGroup()
        if width > MOST_UNITS:
            middle = heights.pop(slots // 2)
            for step in (-1, 0, 1):
                dot = mn.Dot(point(x, middle + step * 0.2 * pitch), radius=0.06 * pitch)
                self.ellipsis.add(dot.set_fill(pen.theme.muted))
        self.nodes = mn.VGroup()
        for y in heights:
            node = mn.Circle(radius=radius).move_to(point(x, y))
            node.set_stroke(pen.theme.forward, HAIR, opacity=RIM_OPACITY)
            self.nodes.add(node.set_fill(pen.theme.forward, opacity=0.0))
        self.add(self.nodes, self.ellipsis)

    @property
    def centers(self) -> Points:
        """Where the units are now, (n, 3)."""
        return np.array([node.get_center() for node in self.nodes])

    def beside(self, others: Points) -> slice:
        """Return as many neighbours as there are `others`, those nearest to them in height."""
        heights, wanted = self.centers[:, 1], float(others[:, 1].mean())
        number = min(len(others), len(heights))
        means = [heights[n : n + number].mean() for n in range(len(heights) - number + 1)]
        first = int(np.argmin(np.abs(np.array(means) - wanted).round(6)))
        return slice(first, first + number)

    @property
    def radius(self) -> float:
        """The radius of a unit now."""
        return float(self.nodes[0].width) / 2

    @property
    def x(self) -> float:
        """Where the column stands now."""
        return float(self.nodes[0].get_center()[0])


def ends_of_edges(before: Column, after: Column) -> tuple[Points, Points]:
    """Return the ends of all edges between two columns, from rim to rim.

    The edge from unit j to unit i stands at i * (units of `before`) + j, as in a weight matrix.
    """
    starts = np.tile(before.centers, (len(after.nodes), 1))
    ends = np.repeat(after.centers, len(before.nodes), axis=0)
    along = ends - starts
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    return starts + along * before.radius, ends - along * after.radius


def edges_between(before: Column, after: Column, pen: Pen) -> mn.VMobject:
    """Draw all edges between two columns as one path."""
    color = mn.ManimColor(pen.theme.background).interpolate(mn.ManimColor(pen.theme.muted), 0.5)
    path = segments(*ends_of_edges(before, after), color.to_hex(), HAIR * 0.6)
    return path.set_stroke(opacity=EDGE_OPACITY)


def drawn_units(width: int) -> tuple[int, ...]:
    """Return the units of a layer that are drawn: all of them, or the first and the last ones."""
    if width <= MOST_UNITS:
        return tuple(range(width))
    half = MOST_UNITS // 2
    return (*range(half), *range(width - half, width))


def drawn_layers(depth: int) -> tuple[int, ...]:
    """Return the layers that are columns: all of them, or the input and the last ones."""
    if depth < MOST_COLUMNS:
        return tuple(range(depth + 1))
    return (0, *range(depth - LAST_LAYERS + 1, depth + 1))


def picked(matrix: NDArray[np.float64], widths: Sequence[int]) -> NDArray[np.float64]:
    """Return the entries of a layer's weight matrix whose edges are drawn."""
    rows, columns = (list(drawn_units(width)) for width in widths)
    chosen: NDArray[np.float64] = matrix[np.ix_(rows, columns)]
    return chosen
