"""How dots fall: one after the other, a little up first, and fastest when they land."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points
from scenes.kit.motion import eased, staggered

Array = NDArray[np.float64]

EACH = 0.4
"""The share of a motion that each of several things takes, one after the other."""


def one_by_one(part: float, count: int) -> Array:
    """Return how far each of some things is in a motion that begins with the first, (count,)."""
    return staggered(part, np.linspace(0, 1, count), EACH)


def fallen(heaped: Array, dropped: float) -> Array:
    """Return how far each dot has fallen, (k,), by its bin and row: the lowest go first."""
    rank = np.argsort(np.lexsort(heaped.T), kind="stable")
    return one_by_one(dropped, len(heaped))[rank]


def on_the_way(start: Points, end: Points, part: Array, lift: float) -> Points:
    """Return where dots are that have made a part of their way, (k,), and rise by `lift` first."""
    done = part[:, None]
    progress = np.concatenate([eased(done), done**2, done], axis=1)
    way = (1 - progress) * start + progress * end
    way[:, 1] += 4 * lift * part * (1 - part)
    return np.asarray(way)
