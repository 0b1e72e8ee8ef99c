"""Lines on a plane: of equal height, straight ones cut at a frame, and hatching of a polygon.

Arrays in, arrays out: nothing here draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def contour_segments(x: Array, y: Array, heights: Array, levels: Array) -> tuple[Array, Array]:
    """Return pieces of the lines where a surface has one of these levels.

    Each cell of the grid is cut into two triangles, over which the surface is taken as plane: where
    it is plane, the lines are exact.

    Parameters
    ----------
    x, y
        Places of the columns and rows of the grid.
    heights
        (rows, columns).
    levels
        Heights of the lines.

    Returns
    -------
    Starts and ends, (pieces, 2) each.
    """
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    nodes = np.concatenate([grid, heights[..., None]], axis=-1)
    a, b, c, d = nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]
    triangles = np.stack([np.stack([a, b, c], axis=-2), np.stack([a, c, d], axis=-2)])
    triangles = triangles.reshape(-1, 3, 3)
    pieces = [_crossing(triangles, level) for level in levels]
    both = np.concatenate(pieces) if pieces else np.empty((0, 2, 2))
    return both[:, 0], both[:, 1]


def _crossing(triangles: Array, level: float) -> Array:
    """Return where the level cuts triangles, (pieces, 2, 2): start and end of each piece."""
    above = triangles[..., 2] > level
    count = above.sum(axis=1)
    cut = (count == 1) | (count == 2)
    triangles, above, count = triangles[cut], above[cut], count[cut]
    # The corner that is alone on its side of the level; the line cuts the two edges from it.
    alone = np.argmax(above == (count == 1)[:, None], axis=1)
    n = np.arange(len(triangles))
    tip = triangles[n, alone]
    ends = []
    for step in (1, 2):
        foot = triangles[n, (alone + step) % 3]
        share = (level - tip[:, 2]) / (foot[:, 2] - tip[:, 2])
        ends.append(tip[:, :2] + share[:, None] * (foot[:, :2] - tip[:, :2]))
    return np.stack(ends, axis=1)


def cut_lines(lines: Array, reach: tuple[float, float]) -> tuple[Array, Array]:
    """Return the parts of straight lines that lie in a frame about the origin.

    Parameters
    ----------
    lines
        (n, 3), the c, d and e of c + d x + e y = 0.
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
    # Along the line, from its point nearest the origin: where it enters and leaves both strips.
    with np.errstate(divide="ignore"):
        sides = np.stack([(-half - foot) / along, (half - foot) / along])
    enter, leave = sides.min(axis=0).max(axis=1), sides.max(axis=0).min(axis=1)
    return foot + enter[:, None] * along, foot + leave[:, None] * along


def polygon_hatching(polygon: Array, step: float) -> tuple[Array, Array]:
    """Return rising diagonals across a convex polygon, (n, 2), `step` apart along either axis."""
    if len(polygon) < 3:
        return np.empty((0, 2)), np.empty((0, 2))
    offsets = polygon[:, 1] - polygon[:, 0]
    numbers = np.arange(np.ceil(offsets.min() / step), np.floor(offsets.max() / step) + 1)
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
