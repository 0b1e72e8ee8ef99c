"""Layout of the overview: which axes of a sweep span its panels, and which networks are shown."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scenes.production.sweeps.axes import Axis

MOST_LINES = 6
"""The most lines in a panel; the markers could not tell more of them apart."""
LEAST_WIDTH, LEAST_HEIGHT, HEADING = 110, 60, 38
"""Smallest width and height of a panel, and height of the heading above it, in pixels."""
COLUMN_GAP, ROW_GAP = 20, 16
BEST_ASPECT = 1.6
"""Width divided by height of a panel at which slopes are easiest to see."""


@dataclass(frozen=True)
class Grid:
    """The grid of panels, and the networks in each of them.

    Attributes
    ----------
    rows, columns
        Number of rows and columns of the grid.
    across, down, within
        The axes whose values are the columns, the rows, and the lines in every panel. If no axis
        goes down, the values of the axis across fill all panels, row by row.
    headings, row_labels, line_labels
        Labels of the values that are shown. A label of a line names each of its axes.
    panels
        For each panel, row by row, the index of the network of each line.
    """

    rows: int
    columns: int
    across: tuple[Axis, ...]
    down: tuple[Axis, ...]
    within: tuple[Axis, ...]
    headings: tuple[str, ...]
    row_labels: tuple[str, ...]
    line_labels: tuple[str, ...]
    panels: tuple[tuple[int, ...], ...]


def arrange(
    axes: Sequence[Axis], width_of: Callable[[str], float], width: float, height: float
) -> Grid:
    """Choose one or two axes to span the panels, so that as many networks as possible are shown.

    The values of the other axes are lines in each panel. If several choices show equally many
    networks, the first two axes are preferred. If there is no room for all values, evenly spaced
    ones are shown.

    Parameters
    ----------
    axes
        Axes with at least two values each; the networks are numbered with the last axis fastest.
    width_of
        Measures the width of a label, in pixels.
    width, height
        Size of all panels together with the labels of columns and rows, in pixels.
    """
    lengths = [len(axis.labels) for axis in axes]
    numbers = range(len(axes))

    def fitting(sides: Sequence[int]) -> tuple[int, int]:
        return _fitting([axes[n].labels for n in sides], width_of, width, height)

    def merit(sides: tuple[int, ...]) -> tuple[int, bool, int]:
        rows, columns = fitting(sides)
        spanned = math.prod(lengths[n] for n in sides)
        shown = min(rows * columns, spanned) * min(math.prod(lengths) // spanned, MOST_LINES)
        return shown, set(sides) == {0, 1}, lengths[sides[0]]

    choices = [*itertools.permutations(numbers, 1), *itertools.permutations(numbers, 2)]
    sides = max(choices, key=merit, default=())
    rows, columns = fitting(sides)
    across, down = sides[:1], sides[1:]
    within = [n for n in numbers if n not in sides]
    every = np.arange(math.prod(lengths)).reshape(lengths).transpose(*down, *across, *within)
    every = every.reshape(*(math.prod(lengths[n] for n in part) for part in (down, across)), -1)
    most = (rows, columns) if down else (1, rows * columns)
    shown = [spread(*each) for each in zip(every.shape, (*most, MOST_LINES), strict=True)]
    named = ([f"{axes[n].name} {label}" for label in axes[n].labels] for n in within)
    lines = list(itertools.product(*named))
    return Grid(
        rows=rows,
        columns=columns,
        across=tuple(axes[n] for n in across),
        down=tuple(axes[n] for n in down),
        within=tuple(axes[n] for n in within),
        headings=tuple(axes[n].labels[at] for n in across for at in shown[1]),
        row_labels=tuple(axes[n].labels[at] for n in down for at in shown[0]),
        line_labels=tuple(", ".join(lines[at]) for at in shown[2]),
        panels=tuple(map(tuple, every[np.ix_(*shown)].reshape(-1, len(shown[2])).tolist())),
    )


def spread(total: int, most: int) -> list[int]:
    """Return at most `most` evenly spaced numbers from 0 to `total` - 1, including both ends."""
    return [round(n) for n in np.linspace(0, total - 1, min(total, most)).tolist()]


def _fitting(
    sides: Sequence[Sequence[str]], width_of: Callable[[str], float], width: float, height: float
) -> tuple[int, int]:
    """Return as many rows and columns, for axes with these labels, as there is room for."""
    if not sides:
        return 1, 1
    across, *down = sides
    least = max(LEAST_WIDTH, *map(width_of, across))
    if down:
        width -= max(map(width_of, down[0]))
        rows = min(len(down[0]), _fit(height - HEADING, LEAST_HEIGHT, ROW_GAP))
        return rows, min(len(across), _fit(width, least, COLUMN_GAP))
    most_columns = _fit(width, least, COLUMN_GAP)
    most_rows = _fit(height, LEAST_HEIGHT + HEADING, ROW_GAP)
    panels = min(len(across), most_columns * most_rows)
    columns = max(1, round(math.sqrt(panels * width / height / BEST_ASPECT)))
    rows = min(most_rows, math.ceil(panels / min(columns, most_columns)))
    return rows, math.ceil(panels / rows)


def _fit(room: float, least: float, gap: float) -> int:
    return max(1, int((room + gap) / (least + gap)))
