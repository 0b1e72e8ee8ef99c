"""The arrays of one layer in the arrangement of each line of its code, as large as they fit.

All arrangements are built at once, centred in the same region. A film shows them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.arrays.matrix import Matrix, Sample, cell_width
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import NARRATION, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence

Array = NDArray[np.float64]

ARROW = "\N{RIGHTWARDS ARROW}"
SIGN_ROOM = 0.5
"""Width between arrays, for an operator sign."""

FORWARD = ("W", "x", "b", "u", "z")
"""The arrays in the colour of the forward pass. All others are gradients."""


@dataclass(frozen=True)
class Fit:
    """Sizes at which arrays are drawn.

    Attributes
    ----------
    rows, columns
        Maximum number of units and inputs that are drawn.
    digits
        Significant digits of the numbers; 0 for cells without numbers.
    size
        Font size of the numbers.
    height
        Height of a cell.
    """

    rows: int
    columns: int
    digits: int
    size: float
    height: float


FITS = (
    Fit(4, 3, 3, 32, 0.74),
    Fit(4, 3, 3, 28, 0.68),
    Fit(4, 3, 3, SMALL, 0.62),
    Fit(4, 3, 2, 32, 0.74),
    Fit(4, 3, 2, 28, 0.68),
    Fit(4, 3, 2, SMALL, 0.62),
    Fit(3, 3, 2, SMALL, 0.68),
    Fit(3, 2, 2, SMALL, 0.68),
    Fit(2, 2, 2, SMALL, 0.74),
    Fit(2, 2, 1, SMALL, 0.74),
    Fit(3, 3, 0, SMALL, 0.68),
    Fit(2, 2, 0, SMALL, 0.74),
)
"""Sizes from largest to smallest. The first one that fits is used; the last one always fits."""

BARE = 0.62
"""Width of a cell without a number."""


class LayerBoard:
    """The arrays of a layer, arranged for each of the three lines of its code.

    Parameters
    ----------
    region
        Everything is centred in it.
    arrays
        W, x, u, z, slope, dx and dW, and b if there are biases. Vectors are columns.
    entry
        Returns the figure of an entry, given array, row, column and digits.
    shape
        Returns the shape of an array, and of ``W.T``, in words.
    names
        Names in the code, for arrays whose name differs there.

    Attributes
    ----------
    W, x, b, u, z, signs
        The forward line: W @ x + b = u, and z.
    z_alone, slope_alone, slope_sign
        The slope, from z.
    W_before, W_T, slope, dx, dx_signs
        W at the position of W.T, and the product W.T @ slope = dx.
    slope_left, x_above, dW, dx_below
        The outer product, and dx in the shape that x has.
    """

    def __init__(
        self,
        region: Region,
        arrays: Mapping[str, Array],
        entry: Callable[[str, int, int, int], Figure],
        shape: Callable[[str], Sentence],
        names: Mapping[str, str],
        pen: Pen,
    ) -> None:
        self.region, self.pen = region, pen
        self._arrays, self._entry, self._shape, self._names = arrays, entry, shape, names
        for self.fit in FITS:
            if self._build():
                break

    @property
    def sampled(self) -> bool:
        """Whether some rows or columns are left out."""
        return any(sample.cut for sample in self.W.samples)

    @property
    def numbered(self) -> bool:
        """Whether there is room for numbers in the cells."""
        return self.fit.digits > 0

    def arrangements(self) -> tuple[mn.VGroup, ...]:
        """Return the groups that are on stage together, line by line."""
        return self._forward, self._slopes, self._backward, self._outer

    def _build(self) -> bool:
        """Build the arrangements until one does not fit; return whether all fit."""
        rows, columns = self._arrays["W"].shape
        self._units = Sample(rows, self.fit.rows)
        self._inputs = Sample(columns, self.fit.columns)
        self._widths: dict[str, float] = {}
        steps = (self._build_forward, self._build_slopes, self._build_backward, self._build_outer)
        return all(self._fits(step()) for step in steps)

    def _fits(self, arrangement: mn.VGroup) -> bool:
        return bool(
            arrangement.width <= self.region.width and arrangement.height <= self.region.height
        )

    def _build_forward(self) -> mn.VGroup:
        self.W, self.x, self.u, self.z = (self._matrix(name) for name in ("W", "x", "u", "z"))
        self.b = self._matrix("b") if "b" in self._arrays else None
        bias, plus = ([], "") if self.b is None else ([self.b], "+")
        row = [self.W, self.x, *bias, self.u, self.z]
        self.signs = self._line(row, f"@{plus}={ARROW}")
        self._forward = mn.VGroup(*row, self.signs)
        return self._forward

    def _build_slopes(self) -> mn.VGroup:
        self.z_alone, self.slope_alone = self._matrix("z"), self._matrix("slope")
        self.slope_sign = self._line([self.z_alone, self.slope_alone], ARROW)
        self._slopes = mn.VGroup(self.z_alone, self.slope_alone, self.slope_sign)
        return self._slopes

    def _build_backward(self) -> mn.VGroup:
        self.W_T = self._matrix("W.T")
        self.slope, self.dx = self._matrix("slope"), self._matrix("dx")
        self.dx_signs = self._line([self.W_T, self.slope, self.dx], "@=")
        self.W_before = self._matrix("W")
        self.W_before.shift(self.W_T.body.get_center() - self.W_before.body.get_center())
        self._backward = mn.VGroup(self.W_T, self.slope, self.dx, self.dx_signs)
        return self._backward

    def _build_outer(self) -> mn.VGroup:
        # Stacked arrays have equal cell widths, so that their columns line up.
        wide = max(self._width(name) for name in ("x", "dx", "dW"))
        self.dW, self.slope_left = self._matrix("dW", width=wide), self._matrix("slope")
        self.x_above = self._matrix("x", lying=True, width=wide)
        self.dx_below = self._matrix("dx", lying=True, width=wide)
        middle = self.dW.body.get_center()
        rise = (self.dW.body.height + self.x_above.body.height) / 2 + GAP
        for row, side in ((self.x_above, mn.UP), (self.dx_below, mn.DOWN)):
            row.shift(middle + rise * side - row.body.get_center())
        beside = self.slope_left.next_to(self.dW.body, mn.LEFT, buff=2 * GAP)
        beside.shift((middle - beside.body.get_center())[1] * mn.UP)
        self._outer = mn.VGroup(self.slope_left, self.x_above, self.dW, self.dx_below)
        self._outer.move_to(self.region.center)
        return self._outer

    def _samples(self, name: str) -> tuple[Sample, Sample]:
        one = Sample(1, 2)
        if name in {"W", "dW"}:
            return self._units, self._inputs
        return (self._inputs if name in {"x", "dx"} else self._units), one

    def _width(self, name: str) -> float:
        if name not in self._widths:
            self._widths[name] = self._measure(name) if self.numbered else BARE
        return self._widths[name]

    def _measure(self, name: str) -> float:
        rows, columns = self._samples(name)
        figures = [
            self._entry(name, i, j, self.fit.digits) for i in rows.indices for j in columns.indices
        ]
        return cell_width(figures, self.pen, self.fit.size)

    def _matrix(self, name: str, lying: bool = False, width: float | None = None) -> Matrix:
        turned = lying or name == "W.T"
        own = name.removesuffix(".T")
        values, samples = self._arrays[own], self._samples(own)

        def figure(i: int, j: int) -> Figure:
            return self._entry(own, *((j, i) if turned else (i, j)), self.fit.digits)

        return Matrix(
            values.T if turned else values,
            figure if self.numbered else None,
            (samples[1], samples[0]) if turned else samples,
            (width or self._width(own), self.fit.height),
            self.pen.theme.forward if own in FORWARD else self.pen.theme.backward,
            self.pen,
            name=self._names.get(name, name),
            shape=self._shape(name),
            beside=lying or name == "dW",
            size=self.fit.size,
        )

    def _line(self, matrices: Sequence[Matrix], signs: str) -> mn.VGroup:
        """Put arrays side by side with signs between them, centred; return the signs."""
        group = mn.VGroup()
        for left, right in pairwise(matrices):
            right.next_to(left, mn.RIGHT, buff=SIGN_ROOM)
            right.shift((left.body.get_center() - right.body.get_center())[1] * mn.UP)
        for (left, right), sign in zip(pairwise(matrices), signs, strict=True):
            middle = (left.get_right()[0] + right.get_left()[0]) / 2
            group.add(self._sign(sign).move_to(point(middle, left.body.get_center()[1])))
        mn.VGroup(*matrices, group).move_to(self.region.center)
        return group

    def _sign(self, sign: str) -> Typeset:
        ink = self.pen.code(sign, self.pen.theme.muted, NARRATION)
        return ink.halo(self.pen.theme.background)
