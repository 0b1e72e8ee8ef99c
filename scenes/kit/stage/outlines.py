"""The paths of boxes: each is closed and has four curves, whatever it looks like.

So a box turns into any other one: a cell, an edge of a network, a node.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
"""Positions on the frame, (n, 3)."""
Outlines = NDArray[np.float64]
"""The paths of n boxes, (n, 16, 3)."""

KAPPA = 4 / 3 * (2**0.5 - 1)
"""Length of the handles of a quarter circle, over its radius."""


def cell_outlines(centers: Points, width: float, height: float) -> Outlines:
    """Return upright boxes of one size."""
    corners = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * (width / 2, height / 2)
    flat = np.pad(corners, ((0, 0), (0, 1)))
    return straight(centers[:, None] + flat)


def edge_outlines(starts: Points, ends: Points, widths: ArrayLike) -> Outlines:
    """Return bars from starts to ends; the left side of a cell becomes the start of an edge."""
    along = ends - starts
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0], along[:, 2]], axis=-1)
    half = across * (np.asarray(widths, dtype=np.float64) / 2)[:, None]
    return straight(np.stack([ends + half, starts + half, starts - half, ends - half], axis=1))


def node_outlines(centers: Points, radius: float) -> Outlines:
    """Return circles, whose quarters become the sides of a cell."""
    path = []
    for start in np.pi * (np.array([1, 3, 5, 7]) / 4):
        (a, b), (c, d) = ((np.cos(t), np.sin(t)) for t in (start, start + np.pi / 2))
        path += [(a, b), (a - KAPPA * b, b + KAPPA * a), (c + KAPPA * d, d - KAPPA * c), (c, d)]
    flat = np.pad(radius * np.array(path), ((0, 0), (0, 1)))
    return np.asarray(centers[:, None] + flat)


def straight(corners: NDArray[np.float64]) -> Outlines:
    """Return closed paths through corners, (n, 4, 3) to (n, 16, 3)."""
    thirds = np.array([0, 1 / 3, 2 / 3, 1])[:, None]
    starts, ends = corners[:, :, None], np.roll(corners, -1, axis=1)[:, :, None]
    return np.asarray((starts * (1 - thirds) + ends * thirds).reshape(len(corners), 16, 3))
