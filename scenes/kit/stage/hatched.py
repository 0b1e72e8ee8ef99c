"""Hatching of circles: the mark of a saturated unit that does not depend on colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, segments

RIM_INNER, RIM_OUTER = 0.86, 0.985
"""The ring in which the rim of a large unit is hatched, in radii."""
STROKE = 0.09
"""Distance between the strokes on such a rim, in radii."""
CHORDS = np.array([-0.6, -0.2, 0.2, 0.6])
"""Distances of the diagonals across a small disc from its centre, in radii."""


def hatched_rim(center: Points, radius: float) -> Points:
    """Return the points of slanted strokes along the inner side of a circle."""
    count = round(2 * np.pi / STROKE)
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    inner, outer = _on_circle(angle, RIM_INNER), _on_circle(angle + STROKE, RIM_OUTER)
    return _strokes(center + radius * inner, center + radius * outer)


def hatched_discs(centers: Points, radius: float) -> Points:
    """Return the points of diagonals across discs; `centers` is (k, 3)."""
    half = np.sqrt(0.9**2 - CHORDS**2)
    middle = CHORDS[:, None] * np.array([-1.0, 1.0, 0.0]) / np.sqrt(2)
    along = half[:, None] * np.array([1.0, 1.0, 0.0]) / np.sqrt(2)
    starts, ends = (
        (centers[:, None] + radius * (middle + sign * along)).reshape(-1, 3) for sign in (-1, 1)
    )
    return _strokes(starts, ends)


def _on_circle(angle: NDArray[np.float64], radius: float) -> Points:
    return radius * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)


def _strokes(starts: Points, ends: Points) -> Points:
    return np.asarray(segments(starts, ends, "#000000").points)
