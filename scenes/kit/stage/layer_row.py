"""The numbers of layers in a row under their columns."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.scales import Layers
from scenes.kit.layout import point
from scenes.kit.motion import fade
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import index

PAD = 0.12


class LayerRow(mn.VGroup):
    """The word "layer", and a number for as many columns as there is room for.

    Parameters
    ----------
    columns
        Horizontal position of each column, left to right, (n,).
    layers
        The number of the layer of each, (n,).
    baseline
        The baseline of the numbers.
    left
        The word ends left of this.
    """

    def __init__(
        self,
        columns: NDArray[np.float64],
        layers: Sequence[int],
        pen: Pen,
        *,
        baseline: float,
        left: float,
    ) -> None:
        super().__init__()
        kept: dict[int, Typeset] = {}
        for column in _wanted(layers):
            label = pen.number(index(layers[column]), pen.theme.muted, SMALL)
            label.move_to(point(columns[column])).on_baseline(baseline)
            if all(_clear(label, other) for other in kept.values()):
                kept[column] = label
        self.columns, self.numbers = tuple(kept), mn.VGroup(*kept.values())
        self.word = pen.label("layer", size=SMALL)
        end = min(left, float(kept[0].get_left()[0])) - 2 * PAD
        self.word.align_to(point(end), mn.RIGHT).on_baseline(baseline)
        self.add(self.word, self.numbers)

    def reveal(self, landed: NDArray[np.float64]) -> None:
        """Show each number as far as its column has landed, (n,) from 0 to 1."""
        for number, column in zip(self.numbers, self.columns, strict=True):
            fade(number, float(landed[column]))
        fade(self.word, float(landed[0]))


def _wanted(layers: Sequence[int]) -> tuple[int, ...]:
    """Return the columns to be numbered, the most important first: the ends, then round ones."""
    many = len(layers) > Layers(1).most_ticks
    chosen = set(Layers(layers[-1]).labelled()) if many else set(layers)
    between = (column for column, layer in enumerate(layers) if layer in chosen)
    return tuple(dict.fromkeys([0, len(layers) - 1, *between]))


def _clear(label: Typeset, other: Typeset) -> bool:
    """Return whether there is air between two labels of a row."""
    apart = abs(float(label.get_center()[0] - other.get_center()[0]))
    return apart > (label.width + other.width) / 2 + PAD
