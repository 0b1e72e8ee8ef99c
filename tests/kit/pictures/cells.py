"""Pictures of cells that come off the edges of a network."""

from collections.abc import Callable, Mapping

import manim as mn
import numpy as np

from scenes.kit.layout import point
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.outlines import cell_outlines, edge_outlines, node_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import measured

VALUES = np.array([[1.13, 2.64], [-0.386, 0.464], [0.0, -1.8]])
INPUTS = np.array([point(-5.0, 1.0), point(-5.0, -1.0)])
UNITS = np.array([point(4.0, y) for y in (1.6, 0.0, -1.6)])
ROWS = np.array([point(x, y) for y in UNITS[:, 1] for x in (-2.0, 0.4)])


def edges(width: float | np.ndarray = 0.03) -> np.ndarray:
    starts, ends = np.tile(INPUTS, (3, 1)), np.repeat(UNITS, 2, axis=0)
    return edge_outlines(starts, ends, np.broadcast_to(width, 6))


def cells(pen: Pen) -> Cells:
    """Return a matrix as edges; its numbers are not seen yet."""
    numbers = [pen.number(measured("W", value), size=40) for value in VALUES.ravel()]
    return Cells(edges(), [Paint.solid(pen.theme.muted)] * 6, numbers)


def paints(pen: Pen, color: str) -> list[Paint]:
    largest = np.abs(VALUES).max()
    return [Paint.cell(value / largest, color, pen.theme) for value in VALUES.ravel()]


def at(animation: mn.Animation, moment: float) -> None:
    """Draw a moment of an animation."""
    animation.begin()
    animation.interpolate(moment)


def laid(pen: Pen) -> Cells:
    """Return the matrix as cells."""
    matrix = cells(pen)
    goals = cell_outlines(ROWS, 2.2, 1.2)
    at(matrix.fly(goals, paints=paints(pen, pen.theme.forward), seen=True), 1.0)
    return matrix


def cells_lie_down(pen: Pen) -> mn.Mobject:
    """Edges on their way to their cells, row by row, and the nodes that they come from."""
    matrix = cells(pen)
    goals, order = cell_outlines(ROWS, 2.2, 1.2), np.repeat([0.0, 0.5, 1.0], 2)
    flight = matrix.fly(
        goals, paints=paints(pen, pen.theme.forward), seen=True, order=order, each=0.5
    )
    at(flight, 0.5)
    nodes = Cells(node_outlines(INPUTS, 0.4), [Paint.hollow(pen.theme.forward)] * 2)
    return mn.VGroup(matrix, nodes)


def cells_are_written(pen: Pen) -> mn.Mobject:
    """A row that is written anew, one number after the other, below a row that is framed."""
    matrix = laid(pen)
    numbers = [pen.number(measured("dW", value), size=40) for value in (0.249, -0.382)]
    amber = paints(pen, pen.theme.backward)[2:4]
    at(matrix.rewrite(numbers, amber, places=[2, 3], order=[0.0, 1.0], each=0.5), 0.5)
    return mn.VGroup(matrix, matrix.framed([0, 1], pen.theme.ink))


def cells_as_edges(pen: Pen) -> mn.Mobject:
    """The cells are edges again, as wide as their numbers; one is zero, and fainter."""
    matrix = laid(pen)
    sizes = np.abs(VALUES.ravel())
    color = pen.theme.backward
    painted = [Paint.solid(color, 1.0 if size else 0.3) for size in sizes]
    widths = np.maximum(0.03, 0.3 * sizes / sizes.max())
    at(matrix.fly(edges(widths), paints=painted, seen=False), 1.0)
    return matrix


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "cells_lie_down": cells_lie_down,
    "cells_are_written": cells_are_written,
    "cells_as_edges": cells_as_edges,
}
