"""Series of points, distinguished by colour and by the shape of their marks."""

from __future__ import annotations

from dataclasses import dataclass

import manim as mn
import numpy as np

from scenes.kit.charts.marks import Points, dot, haloed, polyline, ring, square

MOST_MARKS = 24
"""The marks of more points would touch; then only about a dozen points are marked."""
SHAPES = {"dot": dot, "ring": ring, "square": square}


@dataclass(frozen=True)
class Style:
    """How a series looks: its colour, and ``dot``, ``ring`` or ``square``."""

    color: str
    shape: str


def series(points: Points, style: Style, background: str) -> mn.VGroup:
    """Draw a line through `points` with a mark at each; if there are many, only at some.

    Returns
    -------
    The line with its halo, and the marks.
    """
    line = haloed(polyline(points, style.color), background, extra=2.0)
    mark = SHAPES[style.shape]
    return mn.VGroup(
        line,
        mn.VGroup(*(mark(points[n], style.color, background) for n in marked(len(points)))),
    )


def marked(count: int) -> tuple[int, ...]:
    """Return the indices of the marked points out of `count`; the ends are always marked."""
    if count <= MOST_MARKS:
        return tuple(range(count))
    return tuple(np.unique(np.linspace(0, count - 1, 13).round().astype(int)).tolist())
