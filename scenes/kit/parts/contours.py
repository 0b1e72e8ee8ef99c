"""Shapes on a plane: sublevel sets, lines cut at a frame, and hatching of a polygon.

The functions map arrays to arrays. Nothing here draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

Array = NDArray[np.float64]


def sublevel(x: Array, y: Array, heights: Array, level: float) -> Array:
    """Return where a convex surface lies at or below a level: a convex polygon.

    The surface is interpolated linearly along both axes between the points of the grid.

    Parameters
    ----------
    x, y
        Coordinates of the columns and rows of the grid.
    heights
        (rows, columns).
    level
        The level.

    Returns
    -------
    Its corners in order, (corners, 2); an empty array if the polygon has no area.
    """
    corners = np.array([[x[i], y[j]] for j in (0, -1) for i in (0, -1) if heights[j, i] <= level])
    across = _crossings(x, y, heights, level)
    down = _crossings(y, x, heights.T, level)[:, ::-1]
    points = np.concatenate([corners.reshape(-1, 2), across, down])
    try:
        return np.asarray(points[ConvexHull(points).vertices])
    except (QhullError, ValueError):
        # There are fewer than three points, or all of them lie on one line.
        return np.empty((0, 2))


def _crossings(x: Array, y: Array, heights: Array, level: float) -> Array:
    """Return the points where the surface crosses the level along grid rows, (points, 2)."""
    below = heights <= level
    row, column = np.nonzero(below[:, :-1] != below[:, 1:])
    start, end = heights[row, column], heights[row, column + 1]
    share = (level - start) / (end - start)
    return np.stack([x[column] + share * (x[column + 1] - x[column]), y[row]], axis=-1)


def cut_lines(lines: Array, reach: tuple[float, float]) -> tuple[Array, Array]:
    """Return the parts of straight lines inside a frame centred on the origin.

    Parameters
    ----------
    lines
        Coefficients c, d and e of the lines c + d x + e y = 0, (n, 3).
    reach
        The frame is |x| <= reach[0], |y| <= reach[1].

    Returns
    -------
    Starts and ends, (m, 2) each, of the m <= n lines that cross the frame.
    """
    c, d, e = lines.T
    half = np.asarray(reach, dtype=np.float64)
    crosses = np.abs(c) < np.abs(d) * half[0] + np.abs(e) * half[1]
    c, normal = c[crosses], lines[crosses, 1:]
    length = np.hypot(*normal.T)
    normal = normal / length[:, None]
    foot = -(c / length)[:, None] * normal
    along = np.stack([-normal[:, 1], normal[:, 0]], axis=-1)
    # Parameters along each line, counted from its point nearest the origin, at which it enters and
    # leaves the strips |x| <= reach[0] and |y| <= reach[1].
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        sides = np.stack([(-half - foot) / along, (half - foot) / along])
    enter, leave = sides.min(axis=0).max(axis=1), sides.max(axis=0).min(axis=1)
    return foot + enter[:, None] * along, foot + leave[:, None] * along


def polygon_hatching(polygon: Array, step: float) -> tuple[Array, Array]:
    """Return starts and ends, (n, 2), of rising diagonals across a convex polygon, `step` apart."""
    if len(polygon) < 3:
        return np.empty((0, 2)), np.empty((0, 2))
    offsets = polygon[:, 1] - polygon[:, 0]
    numbers = np.arange(np.floor(offsets.min() / step) + 1, np.ceil(offsets.max() / step))
    starts, ends = [], []
    for offset in numbers * step:
        over = offsets - offset
        ahead = np.roll(over, -1)
        edges = np.flatnonzero((over > 0) != (ahead > 0))
        if len(edges) != 2:
            continue
        share = (over[edges] / (over[edges] - ahead[edges]))[:, None]
        start, end = polygon[edges] + share * (np.roll(polygon, -1, axis=0)[edges] - polygon[edges])
        starts.append(start)
        ends.append(end)
    return np.reshape(starts, (-1, 2)), np.reshape(ends, (-1, 2))
