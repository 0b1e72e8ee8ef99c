"""How dots fall: one after the other, a little up first, and fastest when they land."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points

Array = NDArray[np.float64]

LAG = 0.6
"""Part of a motion in which things begin one after the other."""


def staggered(part: float, count: int) -> Array:
    """Return how far each of some things is in a motion that begins with the first, (count,)."""
    starts = LAG * np.linspace(0, 1, count)
    # At the end each is exactly there.
    return np.clip((part - starts) / (1 - LAG), 0, 1) if part < 1 else np.ones(count)


def fallen(heaped: Array, dropped: float) -> Array:
    """Return how far each dot has fallen, (k,), by its bin and row: the lowest go first."""
    rank = np.argsort(np.lexsort(heaped.T), kind="stable")
    return staggered(dropped, len(heaped))[rank]


def on_the_way(start: Points, end: Points, part: Array, lift: float) -> Points:
    """Return where dots are that have made a part of their way, (k,), and rise by `lift` first."""
    done = part[:, None]
    sideways = done * done * (3 - 2 * done)
    progress = np.concatenate([sideways, done**2, done], axis=1)
    way = (1 - progress) * start + progress * end
    way[:, 1] += 4 * lift * part * (1 - part)
    return np.asarray(way)
