"""How large the arrays of a layer can be so that all their numbers have room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenes.beats.layer.plan import (
    AIR,
    APART,
    EQUATION,
    FILLED,
    RADIUS,
    STRIP,
    Array,
    Plan,
    Sample,
)
from scenes.kit.arrays.matrix import ELLIPSIS, cell_width
from scenes.kit.layout import GAP, Region
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure

Entry = Callable[[str, int, int, int], Figure]
"""Returns the figure of an entry, given array, row, column and digits."""

FITS = (
    (4, 3, 2, 48),
    (4, 3, 2, 44),
    (4, 3, 2, 40),
    (4, 3, 2, 36),
    (4, 2, 2, 44),
    (4, 2, 2, 40),
    (4, 2, 2, 34),
    (4, 2, 2, SMALL),
    (3, 2, 2, SMALL),
    (3, 2, 1, SMALL),
    (2, 2, 1, SMALL),
)
"""Most rows and columns, digits, and size of the numbers. The first that fits is used."""
PITCH = 1.28
"""Largest distance of two rows."""
NAME_ROOM = 0.85
"""Width beside W and dW for a name."""
NARROW = ("b", "u", "z", "slope", "slopes", "dx", "term")
"""Arrays that do not lie in the columns of W; terms are written out only where they have room."""


def drawn(values: Array, most: int) -> Sample:
    """Return which of many are drawn: among them the smallest and the largest."""
    if len(values) <= most:
        return Sample(tuple(range(len(values))), False)
    ends = dict.fromkeys((int(values.argmin()), int(values.argmax())))
    rest = (n for n in range(len(values)) if n not in ends)
    chosen = [*ends, *(next(rest) for _ in range(most - len(ends)))]
    return Sample(tuple(sorted(chosen)), True)


def largest(values: Array, most: int) -> Sample:
    """Return which of many are drawn: the largest."""
    if len(values) <= most:
        return Sample(tuple(range(len(values))), False)
    order = np.argsort(-values, kind="stable")[:most]
    return Sample(tuple(sorted(int(n) for n in order)), True)


def plan_of(region: Region, arrays: dict[str, Array], entry: Entry, pen: Pen) -> Plan:
    """Return the largest plan whose numbers fit the region."""
    for fit in FITS:
        plan = _plan(region, arrays, entry, pen, *fit)
        if plan.left >= region.left - 1e-9:
            break
    return plan


def _plan(
    region: Region,
    arrays: dict[str, Array],
    entry: Entry,
    pen: Pen,
    most_rows: int,
    most_columns: int,
    digits: int,
    size: float,
) -> Plan:
    units = drawn(arrays["slope"][:, 0], most_rows)
    inputs = largest(np.abs(arrays["x"][:, 0]), most_columns)
    # Below the row of x lie W, or the slopes, W.T and an equation; the taller one decides.
    gap = max(ELLIPSIS * units.cut, ELLIPSIS * inputs.cut)
    over, under = STRIP + APART - (1 - FILLED) / 2, EQUATION
    tallest = max(len(units.indices), len(inputs.indices) + over + under)
    pitch = min(PITCH, (region.height - gap) / (tallest + over))
    (rows, upright), (lines, tipped) = units.offsets(pitch), inputs.offsets(pitch)
    low = tipped + (over + under) * pitch
    body = max(upright, low)
    top = region.center[1] + (body + over * pitch) / 2 - over * pitch
    heights = top - (body - upright) / 2 - rows
    lines = top - (body - low) / 2 - over * pitch - lines
    widths = {
        name: _width(name, array, units, inputs, entry, pen, digits, size)
        for name, array in arrays.items()
    }
    columns = max(width for name, width in widths.items() if name not in NARROW)
    slopes = max(widths[name] for name in ("slope", "slopes") if name in widths)
    across = max(columns, slopes)
    widths |= {"W.T": across, "W": columns, "x": columns, "dW": columns, "slope": slopes}
    near = max(widths["u"], widths["slope"])
    radius = RADIUS * pitch
    # From right to left; then everything is put into the middle.
    far = region.right - widths["z"] / 2
    unit = far - widths["z"] / 2 - GAP - radius
    middle = unit - radius - GAP - near / 2
    right = middle - near / 2 - GAP
    steps, wide = inputs.offsets(columns + AIR)
    right_of_W = right - wide - NAME_ROOM
    lying, long = units.offsets(across + AIR)
    dx = right - long - GAP - widths["dx"] / 2
    left = min(dx - widths["dx"] / 2, right_of_W - wide - NAME_ROOM)
    shift = min(0.0, (region.left - left) / 2)
    return Plan(
        units=units,
        inputs=inputs,
        digits=digits,
        size=size,
        pitch=pitch,
        rows=heights,
        columns=right_of_W - wide + steps + shift,
        beyond=right - wide + steps + shift,
        tipped=right - long + lying + shift,
        tipped_rows=lines,
        x_row=float(heights[0]) + (FILLED / 2 + APART + STRIP / 2) * pitch,
        unit=unit + shift,
        bias=right_of_W + widths["b"] / 2 + shift,
        near=middle + shift,
        far=far + shift,
        dx=dx + shift,
        widths=widths,
        left=left + shift,
    )


def _width(
    name: str, array: Array, units: Sample, inputs: Sample, entry: Entry, pen: Pen,
    digits: int, size: float,
) -> float:  # fmt: skip
    one = Sample((0,), False)
    rows = inputs if name in {"x", "dx"} else units
    columns = one if array.shape[1] == 1 else inputs
    if name in {"X", "slopes"}:
        rows, columns = Sample(tuple(range(len(array))), False), inputs if name == "X" else units
    figures = [entry(name, i, j, digits) for i in rows.indices for j in columns.indices]
    return cell_width(figures, pen, size)
