"""What a gradient does on its way down, judged by its numbers: a healthy one is never said ill."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

VANISHING, EXPLODING = 0.8, 1.25
"""Median factors per layer below and above which a profile is said to vanish or to explode."""


class Trend(StrEnum):
    """What a gradient does on its way down."""

    VANISHES = "vanishes"
    HOLDS = "holds"
    EXPLODES = "explodes"


def trend(log10_profile: ArrayLike) -> Trend:
    """Classify a profile by the median factor from a layer to the one below it.

    Parameters
    ----------
    log10_profile
        log10 of the magnitude of each layer, layer 1 first, (L,).
    """
    median = median_factor(log10_profile)
    if median < np.log10(VANISHING):
        return Trend.VANISHES
    return Trend.EXPLODES if median > np.log10(EXPLODING) else Trend.HOLDS


def median_factor(log10_profile: ArrayLike) -> float:
    """Return log10 of the median factor of a profile, layer by layer on the way down."""
    steps = np.asarray(log10_profile, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        factors = steps[:-1] - steps[1:]
    # A layer that receives exactly nothing passes on exactly nothing: -inf - -inf.
    return float(np.median(np.where(np.isnan(factors), -np.inf, factors)))
