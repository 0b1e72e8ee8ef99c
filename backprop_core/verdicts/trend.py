"""The trend of a gradient on its way from the last layer to the first."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

TIMES = 10.0
"""A gradient vanishes or explodes if the whole way changes it by this factor or more; a convention.
Depth alone decides nothing: ten layers of 0.8 each and 200 layers of 0.99 each come to the same."""
_REMAINS = 0.5
"""Part of the limit, in decades, that remains without the layer that changes the gradient most."""
_FEWEST_FACTORS = 3
"""Fewest factors among which one can be odd."""


class Trend(StrEnum):
    """How a gradient changes from the last layer to the first.

    Attributes
    ----------
    VANISHES, EXPLODES
        Layer 1 gets `TIMES` less or more than layer L, and not because of a single layer.
    HOLDS
        All layers lie within a factor of `TIMES`.
    VARIES
        Some layers lie further apart, but there is no trend from one end to the other.
    """

    VANISHES = "vanishes"
    HOLDS = "holds"
    EXPLODES = "explodes"
    VARIES = "varies"


def trend(log10_profile: ArrayLike) -> Trend:
    """Judge a profile by its whole way, and by what lies between the ends.

    Parameters
    ----------
    log10_profile
        log10 of the magnitude of each layer, layer 1 first, (L,); -inf where it is exactly 0.
    """
    profile = np.asarray(log10_profile, dtype=np.float64)
    if np.isneginf(profile[0]):
        return Trend.VANISHES
    limit, way = np.log10(TIMES), whole_way(profile)
    if abs(way) >= limit and way * _without_the_largest(profile) >= abs(way) * _REMAINS * limit:
        return Trend.VANISHES if way < 0 else Trend.EXPLODES
    return Trend.HOLDS if np.ptp(profile) < limit else Trend.VARIES


def whole_way(log10_profile: ArrayLike) -> float:
    """Return log10 of what layer 1 gets of the magnitude of layer L; -inf if it gets exactly 0."""
    profile = np.asarray(log10_profile, dtype=np.float64)
    return -np.inf if np.isneginf(profile[0]) else float(profile[0] - profile[-1])


def median_factor(log10_profile: ArrayLike) -> float:
    """Return log10 of the median factor of a profile, layer by layer on the way down."""
    return float(np.median(_factors(np.asarray(log10_profile, dtype=np.float64))))


def _factors(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        factors = profile[:-1] - profile[1:]
    # A layer that receives a gradient of exactly 0 passes on exactly 0, which gives -inf - -inf.
    return np.where(np.isnan(factors), -np.inf, factors)


def _without_the_largest(profile: NDArray[np.float64]) -> float:
    """Return the whole way without the layer that changes the magnitude most, if many are there."""
    factors = _factors(profile)
    if len(factors) < _FEWEST_FACTORS:
        return float(factors.sum())
    return float(np.delete(factors, np.abs(factors).argmax()).sum())
