"""Marks: functions from positions to one path, independent of data, axes and films."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.layout import Region
from scenes.kit.theme import CURVE, HAIR, LINE

Points = NDArray[np.float64]
"""Positions on the frame, (n, 3)."""

DASH, DASH_GAP = 0.16, 0.1
DOT, DOT_GAP = 0.01, 0.19
HATCH_STEP = 0.09
HEAD, HEAD_WIDTH = 0.13, 0.7
"""Length of an arrow's head, and half its width as a fraction of that length."""


def segments(starts: Points, ends: Points, color: str, width: float = HAIR) -> mn.VMobject:
    """Draw straight lines from each start to each end, all of them one path."""
    path = mn.VMobject(stroke_color=color, stroke_width=width, fill_opacity=0)
    if len(starts):
        path.set_points(strokes(starts, ends))
    return path


def strokes(starts: Points, ends: Points) -> Points:
    """Return the points of a path of straight lines from each start to each end, (4n, 3)."""
    thirds = np.array([0, 1 / 3, 2 / 3, 1])[None, :, None]
    corners: Points = starts[:, None, :] * (1 - thirds) + ends[:, None, :] * thirds
    return corners.reshape(-1, 3)


def polyline(points: Points, color: str, width: float = CURVE) -> mn.VMobject:
    """Draw a line through `points`."""
    path = mn.VMobject(stroke_color=color, stroke_width=width, fill_opacity=0)
    path.joint_type = mn.LineJointType.ROUND
    return path.set_points_as_corners(points)


def haloed(line: mn.VMobject, background: str, extra: float = 5.0) -> mn.VGroup:
    """Put a wider copy in the background colour under a line, so that it stands out."""
    under = line.copy().set_stroke(color=background, width=line.stroke_width + extra)
    return mn.VGroup(under, line)


def drawn(line: mn.VMobject, **how: Any) -> mn.Create:
    """Draw a line from its start.

    The halo goes along with the line. Manim would draw the parts of a group one after the other, so
    that the halo alone would wipe out what lies under the line before any of the line is there.
    """
    return mn.Create(line, lag_ratio=0, **how)


def dashed(points: Points, color: str, width: float = CURVE - 1) -> mn.VMobject:
    """Draw a dashed line through `points`, the style of theory."""
    return segments(*_cut(points, DASH, DASH_GAP), color=color, width=width)


def dotted(points: Points, color: str, width: float = CURVE + 1) -> mn.VMobject:
    """Draw a line of round dots through `points`, the style of a bound."""
    path = segments(*_cut(points, DOT, DOT_GAP), color=color, width=width)
    return path.set_cap_style(mn.CapStyleType.ROUND)


def band(upper: Points, lower: Points, color: str, opacity: float = 0.3) -> mn.VMobject:
    """Fill the area between two lines."""
    outline = np.concatenate([upper, lower[::-1], upper[:1]])
    area = mn.VMobject(fill_color=color, fill_opacity=opacity, stroke_width=0)
    return area.set_points_as_corners(outline)


def rectangles(boxes: Iterable[Region], color: str, opacity: float = 1.0) -> mn.VMobject:
    """Fill rectangles, all of them one path."""
    path = mn.VMobject(fill_color=color, fill_opacity=opacity, stroke_width=0)
    for box in boxes:
        corners = _corners(box)
        path.start_new_path(corners[0])
        path.add_points_as_corners([*corners[1:], corners[0]])
    return path


def polygons(corners: NDArray[np.float64]) -> Points:
    """Return the points of a path of n closed polygons with c corners each: (n, c, 3) to (4nc, 3).

    It is fast enough to be called for every frame of a motion.
    """
    ends = np.roll(corners, -1, axis=1)
    return strokes(corners.reshape(-1, 3), ends.reshape(-1, 3))


def hatching(boxes: Iterable[Region], color: str, width: float = HAIR) -> mn.VMobject:
    """Hatch rectangles with diagonals on one grid, all of them one path."""
    starts: list[Sequence[float]] = []
    ends: list[Sequence[float]] = []
    for box in boxes:
        first = int(np.ceil((box.bottom - box.right) / HATCH_STEP))
        last = int(np.floor((box.top - box.left) / HATCH_STEP))
        for number in range(first, last + 1):
            offset = number * HATCH_STEP
            left = max(box.left, box.bottom - offset)
            right = min(box.right, box.top - offset)
            if right > left:
                starts.append((left, left + offset, 0.0))
                ends.append((right, right + offset, 0.0))
    return segments(np.array(starts), np.array(ends), color, width)


def arrows(starts: Points, ends: Points, color: str, width: float = LINE) -> mn.VMobject:
    """Draw an arrow from each start to each end as one path; arrows of length zero are left out."""
    shafts = ends - starts
    lengths = np.linalg.norm(shafts, axis=1)
    seen = lengths > 1e-9
    ends, shafts, lengths = ends[seen], shafts[seen], lengths[seen]
    back = -shafts * np.minimum(HEAD / np.maximum(lengths, 1e-9), 0.5)[:, None]
    across = np.stack([-back[:, 1], back[:, 0], back[:, 2]], axis=-1)
    barbs = [ends + back + side * across * HEAD_WIDTH for side in (1, -1)]
    path = segments(
        np.concatenate([starts[seen], ends, ends]), np.concatenate([ends, *barbs]), color, width
    )
    return path.set_cap_style(mn.CapStyleType.ROUND)


def dot(point: Points, color: str, background: str, radius: float = 0.09) -> mn.Circle:
    """Draw a measured point with a rim in the background colour, so that it stands out."""
    circle = mn.Circle(radius=radius, color=color, fill_opacity=1.0)
    circle.set_stroke(color=background, width=HAIR)
    return circle.move_to(point)


def ring(point: Points, color: str, background: str, radius: float = 0.09) -> mn.Circle:
    """Draw a measured point of a second series as a hollow circle."""
    circle = mn.Circle(radius=radius, color=color, stroke_width=CURVE - 1)
    return circle.set_fill(background, opacity=1.0).move_to(point)


def square(point: Points, color: str, background: str, radius: float = 0.085) -> mn.Square:
    """Draw a measured point of a third series as a square."""
    box = mn.Square(side_length=2 * radius, color=color, fill_opacity=1.0)
    return box.set_stroke(color=background, width=HAIR).move_to(point)


def _corners(box: Region) -> Points:
    return np.array(
        [
            [box.left, box.bottom, 0],
            [box.right, box.bottom, 0],
            [box.right, box.top, 0],
            [box.left, box.top, 0],
        ]
    )


def _cut(points: Points, on: float, off: float) -> tuple[Points, Points]:
    """Cut a polyline into strokes of length `on` with gaps of length `off`, along the line."""
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    begins = np.arange(0.0, along[-1], on + off)
    strokes = np.stack([begins, np.minimum(begins + on, along[-1])])
    both = np.stack([np.interp(strokes, along, points[:, axis]) for axis in range(3)], axis=-1)
    return both[0], both[1]
