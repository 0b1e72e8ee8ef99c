"""Bins for the pre-activations of a layer: shared by the films that show its histogram."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.layer import saturation_border

Array = NDArray[np.float64]

MOST_VALUES = 40_000
"""Maximum of units x examples in a histogram, which is recounted for every frame."""
BINS_TO_BORDER = 6
OPEN_RANGE, OPEN_BINS = 12.0, 16
"""Range and bins on each side for activations without two borders."""

STATES = {"relu": "off", "leaky_relu": "leaking"}


def state_of(activation: str) -> str:
    """Return the word for a unit of this activation without slope."""
    return STATES.get(activation, "saturated")


def bin_edges(activation: str) -> Array:
    """Return evenly spaced edges, symmetric about 0, that include the border of saturation."""
    border = saturation_border(activation)
    step = border / BINS_TO_BORDER if border else OPEN_RANGE / OPEN_BINS
    return np.arange(-OPEN_BINS, OPEN_BINS + 1, dtype=np.float64) * step


def shares(z: FloatArray, edges: Array) -> Array:
    """Return the share of units x examples in each bin, (bins + 2,); the ends are the tails."""
    inner = np.histogram(z, edges)[0]
    below, above = np.sum(z < edges[0]), np.sum(z > edges[-1])
    return np.array([below, *inner, above]) / z.size


def saturated_bins(activation: str, edges: Array) -> NDArray[np.bool_]:
    """Return which of these bins hold saturated units, (bins + 2,)."""
    f = ACTIVATIONS[activation]
    step = edges[1] - edges[0]
    middles = np.concatenate([[edges[0] - step / 2], edges[:-1] + step / 2, [edges[-1] + step / 2]])
    return np.asarray(f.saturated(f.slope(middles)))
