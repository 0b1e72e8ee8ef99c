"""The trend of gradients from the output to the input, judged by measured numbers."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

VANISHING, EXPLODING = 0.8, 1.25
"""Median factors per layer below and above which a profile is said to vanish or to explode."""


class Trend(StrEnum):
    """How a gradient changes from the last layer to the first."""

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
    # A layer that receives a gradient of exactly 0 passes on exactly 0, which gives -inf - -inf.
    return float(np.median(np.where(np.isnan(factors), -np.inf, factors)))
