"""Where the columns of the network stage stand, and the numbers below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import manim as mn
import numpy as np

from scenes.kit.layout import Region, point
from scenes.kit.stage.columns import LAST_LAYERS, MOST_COLUMNS, drawn_layers
from scenes.kit.stage.tape import Tape
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import count, sentence

AIR = 0.3
"""Room for half a unit beyond the outer columns."""
TAPE_SHARE = 0.36
"""Share of the width that the tape of a deep network takes."""
TAPE_GAP, LAST_GAP = 0.75, 0.6
"""Distance of a tape from the input, and from the first of the last layers."""
BASELINE = 0.12
APART = 0.15


def places_of_columns(rows: Region, depth: int, pen: Pen) -> tuple[dict[int, float], Tape | None]:
    """Return the x of each column, and the tape of a network that is too deep for columns."""
    layers = drawn_layers(depth)
    left, right = rows.left + AIR, rows.right - AIR
    if depth < MOST_COLUMNS:
        xs = np.linspace(left, right, len(layers)).tolist()
        return dict(zip(layers, xs, strict=True)), None
    start, end = left + TAPE_GAP, left + TAPE_SHARE * (right - left)
    xs = np.linspace(end + LAST_GAP, right, LAST_LAYERS).tolist()
    region = Region(start, end, rows.bottom, rows.top)
    tape = Tape(range(1, depth - LAST_LAYERS + 1), region, pen)
    return dict(zip(layers, [left, *xs], strict=True)), tape


def labels_of_widths(
    widths: Sequence[int], place_of: Callable[[int], float], region: Region, pen: Pen
) -> mn.VGroup:
    """Write the true numbers of units at the foot of a region, as far as there is room.

    Inputs and outputs come first.
    """
    labels = mn.VGroup()
    runs = list(_equally_wide(widths))
    for first, last in (runs[0], runs[-1], *runs[1:-1]):
        number, one = count(f"width[{first}]", widths[first]), widths[first] == 1
        inputs, outputs = ("{n} input", "{n} output") if one else ("{n} inputs", "{n} outputs")
        words = {0: inputs, len(widths) - 1: outputs}.get(first, "{n}")
        if last > first:
            words = "{n} unit a layer" if one else "{n} units a layer"
        label = pen.label(sentence(words, n=number), size=SMALL)
        label.move_to(point((place_of(first) + place_of(last)) / 2))
        label.on_baseline(region.bottom + BASELINE)
        label.shift(max(0.0, region.left - label.get_left()[0]) * mn.RIGHT)
        label.shift(min(0.0, region.right - label.get_right()[0]) * mn.RIGHT)
        if all(_gap(label, other) >= APART for other in labels):
            labels.add(label)
    return labels


def _gap(one: mn.Mobject, other: mn.Mobject) -> float:
    """Return the distance between two labels of one line; it is negative if they overlap."""
    left, right = sorted((one, other), key=lambda label: float(label.get_left()[0]))
    return float(right.get_left()[0] - left.get_right()[0])


def _equally_wide(widths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of neighbouring hidden layers of one width, and both ends."""
    last = len(widths) - 1
    yield 0, 0
    first = 1
    for layer in range(1, last):
        if layer + 1 == last or widths[layer + 1] != widths[layer]:
            yield first, layer
            first = layer + 1
    yield last, last
