"""Light that runs along edges: forward as a flash, backward to scale, where it stays."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import segments, strokes
from scenes.kit.stage.timeline import Act
from scenes.kit.theme import HAIR

Points = NDArray[np.float64]
Array = NDArray[np.float64]

THIN, WIDE = 1.5, 6.0
"""Stroke widths of an edge that carries nothing, and of one that carries all."""
LEVELS = 8
"""Edges are drawn in this many steps of width and opacity, one path a step."""
TIME_WIDTH = 0.6
"""Length of a flash over that of its edge."""
NOWHERE = 1e-6
"""A flash that is shorter than this share of its edge is not drawn."""


class Light(mn.VGroup):
    """Edges whose width and opacity are in proportion to what they carry.

    Parameters
    ----------
    starts, ends
        The ends of the edges, (n, 3). Light runs from the starts.
    shares
        What each edge carries over what a fully lit one does, (n,); more is drawn as full.
    """

    def __init__(self, starts: Points, ends: Points, shares: Array, color: str) -> None:
        super().__init__()
        level = np.rint(np.clip(shares, 0.0, 1.0) * LEVELS).astype(int)
        self._starts, self._ends, self._reached = starts, ends, 1.0
        self._edges: list[tuple[mn.VMobject, NDArray[np.bool_], float]] = []
        for step in range(1, LEVELS + 1):
            there = level == step
            if there.any():
                share = step / LEVELS
                width = THIN + (WIDE - THIN) * share
                path = segments(starts[there], ends[there], color, width)
                path.set_stroke(opacity=share)
                self._edges.append((path, there, width))
                self.add(path)

    def reach(self, share: float) -> None:
        """Draw the edges from their starts to this share of their length."""
        self._reached = share
        for path, there, _ in self._edges:
            starts, ends = self._starts[there], self._ends[there]
            redraw(path, starts, starts + (ends - starts) * share)

    def flash(self, share: float) -> None:
        """Draw the part of the edges that a flash has come to; at 0 and at 1 it is nowhere."""
        low, high = _lit_part(share)
        for path, there, _ in self._edges:
            starts, along = self._starts[there], (self._ends - self._starts)[there]
            if high - low > NOWHERE:
                redraw(path, starts + along * low, starts + along * high)
            else:
                path.clear_points()

    def lay(self, starts: Points, ends: Points, thickness: float = 1.0) -> None:
        """Draw the edges between other ends, thinner by a factor."""
        self._starts, self._ends = starts, ends
        for path, _, width in self._edges:
            path.set_stroke(width=max(HAIR, thickness * width) if thickness < 1 else width)
        self.reach(self._reached)


def flash(
    starts: Points, ends: Points, color: str, width: float, length: float = TIME_WIDTH
) -> tuple[mn.VMobject, Act]:
    """Return a path, and how a flash runs along it from the starts to the ends.

    Its `length` is that of the flash over the length of the edges.
    """
    path = mn.VMobject(stroke_color=color, stroke_width=width, fill_opacity=0)
    path.set_cap_style(mn.CapStyleType.ROUND)

    def run(share: float) -> None:
        low, high = _lit_part(share, length)
        along = ends - starts
        if high - low > NOWHERE:
            redraw(path, starts + along * low, starts + along * high)
        else:
            path.clear_points()

    return path, run


def _lit_part(share: float, length: float = TIME_WIDTH) -> tuple[float, float]:
    """Return between which shares of an edge its flash lies."""
    head = share * (1 + length)
    low, high = np.clip([head - length, head], 0.0, 1.0).tolist()
    return low, high


def redraw(path: mn.VMobject, starts: Points, ends: Points) -> None:
    """Draw straight lines from each start to each end."""
    path.points = strokes(starts, ends)
