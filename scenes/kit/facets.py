"""Which axis of a sweep spans the columns of a grid of panels, which its rows, which its lines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scenes.kit.layout import GAP

MOST_LINES = 6
"""In a panel: more cannot be told apart by their marks."""
LEAST_WIDTH, LEAST_HEIGHT = 1.0, 0.62
"""Of a panel, in frame units."""
COLUMN_GAP, ROW_GAP = 0.16, 0.12
HEADING = 0.4
"""Height of a row of labels at size `SMALL`."""
BEST_ASPECT = 1.6
"""Width to height of a panel in which slopes are seen best."""


@dataclass(frozen=True)
class Room:
    """What panels and the labels of their columns and rows may take up, in frame units."""

    width: float
    height: float


@dataclass(frozen=True)
class Facets:
    """A grid of panels, and what stands where in it.

    Attributes
    ----------
    rows, columns
        Of the grid.
    across
        The axis whose values are the columns, or, if `wrapped`, all panels, row by row.
    down
        The axis whose values are the rows; None if there is none.
    within
        The axes whose values are lines in every panel.
    shown_across, shown_down, shown_within
        The numbers of the values that are shown; of the lines, a number for each of their axes.
    """

    rows: int
    columns: int
    across: int | None
    down: int | None
    within: tuple[int, ...]
    shown_across: tuple[int, ...]
    shown_down: tuple[int, ...]
    shown_within: tuple[tuple[int, ...], ...]

    @property
    def wrapped(self) -> bool:
        """Whether one axis fills the grid row by row, so that each panel has its own heading."""
        return self.across is not None and self.down is None

    @property
    def panels(self) -> Iterator[tuple[int, int, list[tuple[int, ...]]]]:
        """Row and column of each panel, and the places of its lines on all axes, in their order."""
        spots = itertools.product(self.shown_down, self.shown_across)
        axes = (self.down, self.across, *self.within)
        for n, spot in enumerate(spots):
            lines = [_in_order(axes, (*spot, *line)) for line in self.shown_within]
            yield *divmod(n, self.columns), lines


def _in_order(axes: Sequence[int | None], numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the number on each axis, axis 0 first."""
    known = {axis: at for axis, at in zip(axes, numbers, strict=True) if axis is not None}
    return tuple(known[axis] for axis in sorted(known))


def arrange(
    lengths: Sequence[int], labels: Sequence[float], names: Sequence[float], room: Room
) -> Facets:
    """Choose the grid that shows most; of those that show as much, the one that was asked for.

    That is: the first two axes span the grid, the others are lines; a single axis is a wrapped row.
    Where an axis has more values than there is room for, some are left out, evenly.

    Parameters
    ----------
    lengths
        How many values each axis has, at least two.
    labels, names
        The widths of its widest label, and of its name.
    room
        For the grid.
    """
    if not lengths:
        return Facets(1, 1, None, None, (), (0,), (0,), ((),))
    axes = range(len(lengths))
    found: list[tuple[int, bool, float, Facets]] = []
    for across in axes:
        others = [axis for axis in axes if axis != across]
        rows, columns, shape = _wrapped(lengths[across], labels[across], room)
        grid = _facets(lengths, rows, columns, across, None, others, rows * columns)
        found.append((_shown(grid), len(axes) == 1, shape, grid))
        for down in others:
            within = [axis for axis in others if axis != down]
            side = max(labels[down], names[down]) + GAP / 2
            rows, columns, shape = _crossed(
                lengths[down], lengths[across], labels[across], room, side
            )
            grid = _facets(lengths, rows, columns, across, down, within, columns)
            found.append((_shown(grid), {across, down} == {0, 1}, shape, grid))
    return max(found, key=lambda each: each[:3])[3]


def spread(total: int, most: int) -> tuple[int, ...]:
    """Return at most so many of the numbers below `total`, evenly, the first and the last too."""
    if total <= most:
        return tuple(range(total))
    if most == 1:
        return (0,)
    return tuple(round(n * (total - 1) / (most - 1)) for n in range(most))


def _facets(
    lengths: Sequence[int],
    rows: int,
    columns: int,
    across: int,
    down: int | None,
    within: Sequence[int],
    most_across: int,
) -> Facets:
    sizes = [lengths[axis] for axis in within]
    return Facets(
        rows,
        columns,
        across,
        down,
        tuple(within),
        spread(lengths[across], most_across),
        (0,) if down is None else spread(lengths[down], rows),
        tuple(_unravelled(n, sizes) for n in spread(math.prod(sizes), MOST_LINES)),
    )


def _unravelled(n: int, sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the n-th of all combinations, the last number fastest."""
    numbers: list[int] = []
    for size in reversed(sizes):
        n, number = divmod(n, size)
        numbers.insert(0, number)
    return tuple(numbers)


def _shown(grid: Facets) -> int:
    return len(grid.shown_across) * len(grid.shown_down) * len(grid.shown_within)


def _crossed(
    down: int, across: int, label: float, room: Room, side: float
) -> tuple[int, int, float]:
    """Return rows and columns of a grid of two axes, and how good its shape is."""
    width, height = room.width - side, room.height - HEADING
    columns = min(across, _fitting(width, max(LEAST_WIDTH, label), COLUMN_GAP))
    rows = min(down, _fitting(height, LEAST_HEIGHT, ROW_GAP))
    return rows, columns, _shape(width / columns, height / rows)


def _wrapped(panels: int, label: float, room: Room) -> tuple[int, int, float]:
    """Return rows and columns of a wrapped row, and how good its shape is."""
    most_columns = _fitting(room.width, max(LEAST_WIDTH, label), COLUMN_GAP)
    most_rows = _fitting(room.height, LEAST_HEIGHT + HEADING, ROW_GAP)
    wanted = min(panels, most_columns * most_rows)
    choices = []
    for columns in range(1, min(most_columns, wanted) + 1):
        rows = math.ceil(wanted / columns)
        if rows <= most_rows:
            empty = (rows * columns - wanted) / wanted
            shape = _shape(room.width / columns, room.height / rows - HEADING)
            choices.append((shape - empty, rows, columns, shape))
    return max(choices)[1:]


def _shape(width: float, height: float) -> float:
    return -abs(math.log(width / height / BEST_ASPECT))


def _fitting(room: float, least: float, gap: float) -> int:
    return max(1, int((room + gap + 1e-9) / (least + gap)))
