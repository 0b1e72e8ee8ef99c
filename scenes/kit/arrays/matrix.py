"""Arrays as NumPy holds them: a cell for each number, its name above, its shape below.

A positive number fills its cell with colour; a negative one colours only the rim. The intensity of
the colour encodes the magnitude. The sign can therefore be seen without telling colours apart and
without reading digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.layout import GAP, point
from scenes.kit.theme import CURVE, HAIR, SMALL, Theme
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence

Array = NDArray[np.float64]

INSET = 0.035
"""Distance from the edge of a cell to its box."""
PAD = 0.13
"""Distance from a box to the digits in it."""
ELLIPSIS = 0.38
"""Width or height of the gap where rows or columns are left out."""
FAINTEST_FILL, STRONGEST_FILL = 0.14, 0.5
FAINTEST_RIM, STRONGEST_RIM = 0.45, 1.0
"""Intensity of the rim for the smallest and the largest number. Digits stay legible on both."""


@dataclass(frozen=True)
class Sample:
    """The rows or columns of an array that are drawn: all of them, or the first ones and the last.

    Attributes
    ----------
    length
        Number of rows or columns in the array.
    most
        Maximum number that may be drawn, at least two.
    """

    length: int
    most: int

    @property
    def indices(self) -> tuple[int, ...]:
        """Indices that are drawn, in order."""
        if self.length <= self.most:
            return tuple(range(self.length))
        return (*range(self.most - 1), self.length - 1)

    @property
    def cut(self) -> bool:
        """Whether some are left out. The gap comes before the last one."""
        return self.length > self.most

    def offsets(self, size: float) -> tuple[list[float], float]:
        """Return the centres of cells of this size, counted from 0, and the total length."""
        n = len(self.indices)
        gap = ELLIPSIS if self.cut else 0.0
        places = [(k + 0.5) * size + (gap if k == n - 1 else 0.0) for k in range(n)]
        return places, n * size + gap


class Matrix(mn.VGroup):
    """An array of one or two dimensions. A vector is drawn as a column or as a row.

    Parameters
    ----------
    values
        The whole array, (rows, columns). Colours are scaled to its largest magnitude.
    figure
        Returns the figure of an entry, given row and column. None draws cells without numbers.
    samples
        Which rows and columns are drawn.
    cell
        Width and height of a cell.
    color
        The colour of the forward or the backward pass.
    name, shape
        Written above and below the cells, or to the right of them if `beside` is true.
    size
        Font size of the numbers.
    largest
        The magnitude that gets the full colour, for comparing several arrays. By default it is
        the largest magnitude of this array.

    Attributes
    ----------
    cells
        ``cells[i][j]``: the box, and the number if any, of drawn row i and drawn column j.
    body
        All cells and ellipses. Layout centres and aligns this part.
    caption
        Name, shape and ellipses: what is shown before the numbers appear.
    """

    def __init__(
        self,
        values: Array,
        figure: Callable[[int, int], Figure] | None,
        samples: tuple[Sample, Sample],
        cell: tuple[float, float],
        color: str,
        pen: Pen,
        *,
        name: str,
        shape: Sentence,
        beside: bool = False,
        size: float = SMALL,
        largest: float = 0.0,
    ) -> None:
        super().__init__()
        self.samples, self.cell, self.hue, self.pen = samples, cell, color, pen
        self.xs, width = samples[1].offsets(cell[0])
        self.ys, height = samples[0].offsets(cell[1])
        self.extent = (width, height)
        largest = largest or float(np.abs(values).max(initial=0.0)) or 1.0
        self.cells = [
            [
                self._cell(
                    float(values[i, j]) / largest,
                    figure(i, j) if figure else None,
                    point(x, -y),
                    size,
                )
                for j, x in zip(samples[1].indices, self.xs, strict=True)
            ]
            for i, y in zip(samples[0].indices, self.ys, strict=True)
        ]
        dots = self._ellipses()
        self.body = mn.VGroup(*(cell for row in self.cells for cell in row), *dots)
        inks = self.pen.code(name, color, SMALL), self.pen.label(shape, size=SMALL)
        for ink in inks:
            ink.halo(pen.theme.background)
            # Mitred joints would make the rim spike into the cells at the corners of a W.
            ink.joint_type = mn.LineJointType.ROUND
        self._put(*inks, beside)
        self.caption = mn.VGroup(*inks, *dots)
        self.add(self.body, *inks)

    def _cell(self, level: float, figure: Figure | None, at: Point3D, size: float) -> mn.VGroup:
        box = mn.Rectangle(
            width=self.cell[0] - 2 * INSET, height=self.cell[1] - 2 * INSET, stroke_width=HAIR
        ).move_to(at)
        fill, rim = colors(level, self.hue, self.pen.theme)
        box.set_fill(fill, opacity=1.0)
        box.set_stroke(rim, width=HAIR if level >= 0 else CURVE - 1)
        if figure is None:
            return mn.VGroup(box)
        ink = self.pen.number(figure, self.pen.theme.ink, size).move_to(at).halo(str(fill))
        return mn.VGroup(box, ink)

    def _ellipses(self) -> mn.VGroup:
        dots = mn.VGroup()
        rows, columns = self.samples
        w, h = self.cell
        if columns.cut:
            x = self.xs[-1] - (w + ELLIPSIS) / 2
            dots.add(*(self._three(point(x, -y), mn.RIGHT) for y in self.ys))
        if rows.cut:
            y = self.ys[-1] - (h + ELLIPSIS) / 2
            dots.add(*(self._three(point(x, -y), mn.UP) for x in self.xs))
        return dots

    def _three(self, at: Point3D, along: Point3D) -> mn.VGroup:
        color = self.pen.theme.muted
        step = 0.1 * along
        return mn.VGroup(*(mn.Dot(at + k * step, radius=0.028, color=color) for k in (-1, 0, 1)))

    def _put(self, name: Typeset, shape: Typeset, beside: bool) -> None:
        if not beside:
            name.next_to(self.body, mn.UP, buff=0.6 * GAP)
            shape.next_to(self.body, mn.DOWN, buff=0.6 * GAP)
            return
        side, edge = (mn.RIGHT, mn.ORIGIN) if len(self.cells) == 1 else (mn.DOWN, mn.LEFT)
        shape.next_to(name, side, buff=0.6 * GAP, aligned_edge=edge)
        mn.VGroup(name, shape).next_to(self.body, mn.RIGHT, buff=GAP)

    def row(self, i: int) -> list[mn.VGroup]:
        """Return the drawn cells of drawn row i."""
        return self.cells[i]

    def column(self, j: int) -> list[mn.VGroup]:
        """Return the drawn cells of drawn column j."""
        return [row[j] for row in self.cells]

    def frames(self, cells: Sequence[mn.VGroup]) -> mn.VGroup:
        """Return frames around cells, to highlight them during an operation."""
        ink = self.pen.theme.ink
        frames = mn.VGroup()
        for cell in cells:
            frame = cell[0].copy().set_fill(opacity=0.0)
            frames.add(frame.set_stroke(ink, width=CURVE, opacity=1.0))
        return frames


def colors(level: float, color: str, theme: Theme) -> tuple[mn.ManimColor, mn.ManimColor]:
    """Return fill and rim colour of a cell; `level` runs from -1 to 1."""
    ground, hue, share = mn.ManimColor(theme.background), mn.ManimColor(color), abs(level)
    if level == 0:
        return ground, mn.ManimColor(theme.grid)
    if level > 0:
        fill = ground.interpolate(hue, FAINTEST_FILL + (STRONGEST_FILL - FAINTEST_FILL) * share)
        return fill, fill
    return ground, ground.interpolate(hue, FAINTEST_RIM + (STRONGEST_RIM - FAINTEST_RIM) * share)


def cell_width(figures: Sequence[Figure], pen: Pen, size: float = SMALL) -> float:
    """Return the width of a cell that fits the widest of these numbers."""
    widest = max(pen.number(figure, size=size).width for figure in figures)
    return widest + 2 * (PAD + INSET)
