"""Ratios of recorded norms, which may lie at the ends of the range of floats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RANGE = 1e300
"""Ratios beyond this, or below its inverse, are not computed; medians and products need room."""

Array = NDArray[np.float64]


def ratios(above: Array, below: Array, factor: float = 1.0) -> Array:
    """Return factor * above / below, elementwise, of numbers that are not negative.

    Mantissas and exponents are divided separately, so nothing overflows or underflows on the way.

    Returns
    -------
    The ratios; nan where `below` is 0, and where the ratio is beyond `RANGE`. A ratio is 0 only
    where `above` is.
    """
    (top, up), (bottom, down) = np.frexp(above), np.frexp(below)
    mantissa = factor * top / np.where(below > 0, bottom, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        found = np.ldexp(mantissa, up - down)
    known = (below > 0) & ((above == 0) | ((found < RANGE) & (found > 1 / RANGE)))
    return np.where(known, found, np.nan)
