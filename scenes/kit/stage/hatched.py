"""Hatching of circles: the mark of a saturated unit that does not depend on colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, strokes

RIM_INNER, RIM_OUTER = 0.9, 0.985
"""The ring in which the rim of a large unit is hatched, in radii."""
STROKE = 0.08
"""Distance between the strokes on such a rim, in radii."""
DISC = 0.9
CHORDS = (-0.6, -0.2, 0.2, 0.6)
"""Distances of the diagonals across a small disc from its centre, in radii."""


def hatched_rim(center: Points, radius: float) -> Points:
    """Return the points of diagonals in a ring along the inner side of a circle."""
    offsets = np.arange(STROKE / 2 - RIM_OUTER, RIM_OUTER, STROKE)
    outer = np.sqrt(RIM_OUTER**2 - offsets**2)
    inner = np.sqrt(np.maximum(RIM_INNER**2 - offsets**2, 0))
    # A diagonal crosses the ring twice; beside the inner circle the two parts meet.
    offsets, inner, outer = (
        np.concatenate([a, b]) for a, b in ((offsets, offsets), (inner, -inner), (outer, -outer))
    )
    return strokes(*(center + radius * _diagonal(offsets, along) for along in (inner, outer)))


def hatched_discs(centers: Points, radii: NDArray[np.float64]) -> Points:
    """Return the points of diagonals across discs at centres (k, 3) with radii (k,)."""
    chords = np.array(CHORDS)
    half = np.sqrt(DISC**2 - chords**2)
    starts, ends = (
        (centers[:, None] + radii[:, None, None] * _diagonal(chords, along)).reshape(-1, 3)
        for along in (-half, half)
    )
    return strokes(starts, ends)


def _diagonal(offset: NDArray[np.float64], along: NDArray[np.float64]) -> Points:
    """Return points on diagonals, by their distance from the centre and the way along them."""
    return np.asarray(np.stack([along - offset, along + offset, 0 * along], axis=-1) / np.sqrt(2))
