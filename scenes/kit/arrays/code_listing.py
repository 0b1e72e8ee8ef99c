"""A few lines of code, with a pointer to the line that runs."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
from manim.typing import Point3D

from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.typesetting import Pen

LEADING = 0.5
"""Distance between the baselines of lines with nothing between them."""
POINTER = 0.11
"""Radius of the pointer."""
RISE = 0.09
"""Distance from a baseline to the middle of the letters on it."""


class CodeListing(mn.VGroup):
    """Lines of code with their indentation.

    Parameters
    ----------
    region
        Where the lines stand: vertically centred, aligned at its left edge.
    lines
        The code. Leading spaces become indentation.
    pen
        Typesets the lines as large as the region allows, never below the smallest legible size.
    leading
        Distance between the baselines of the lines.

    Attributes
    ----------
    lines
        One object for each line.
    pointer
        A triangle left of a line; not part of the group until it is shown.
    """

    def __init__(
        self, region: Region, lines: Sequence[str], pen: Pen, leading: float = LEADING
    ) -> None:
        super().__init__()
        left = region.left + 2 * GAP
        size, advance = self._size(region.right - left, lines, pen)
        top = region.center[1] + leading * (len(lines) - 1) / 2
        self.lines = [pen.code(line.strip(), size=size) for line in lines]
        for number, (line, ink) in enumerate(zip(lines, self.lines, strict=True)):
            indent = (len(line) - len(line.lstrip())) * advance
            ink.align_to(point(left + indent), mn.LEFT).on_baseline(top - number * leading)
        self.pointer = mn.Triangle(radius=POINTER, color=pen.theme.ink, fill_opacity=1.0)
        self.pointer.set_stroke(width=0).rotate(-mn.PI / 2)
        self._x = region.left + POINTER
        self.pointer.move_to(self.beside(0))
        self.add(*self.lines)

    def beside(self, number: int) -> Point3D:
        """Return the position of the pointer beside a line."""
        return point(self._x, self.lines[number].baseline + RISE)

    @staticmethod
    def _size(width: float, lines: Sequence[str], pen: Pen) -> tuple[float, float]:
        """Return the largest size at which every line fits, and the advance width of a letter."""
        ten, one = (pen.code("x" * n, size=LABEL).width for n in (10, 1))
        advance = (ten - one) / 9
        size = max(SMALL, min(LABEL, LABEL * width / (advance * max(map(len, lines)))))
        return size, advance * size / LABEL
