"""What single weights and units carry on the backward pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.passes.trace import Trace

Array = NDArray[np.float64]


def unit_signal(trace: Trace, layer: int) -> Array:
    """Return the root mean square over the examples of dL_i/dz of each unit of a layer, (n_l,).

    The squares of all units add up to the square of the layer's signal. What underflows a float is
    0 here; see `Trace.log10_norm` for the whole layer.
    """
    delta = trace.delta[layer - 1].astype(np.float64)
    return _rms(delta) * trace.examples


def edge_signal(trace: Trace, layer: int) -> Array:
    """Return the root mean square over the examples of abs(w_ij dL_i/dz_i), (n_l, n_{l-1}).

    It is what the edge from unit j of layer - 1 to unit i of `layer` carries back.
    """
    weights = np.abs(trace.network.weights[layer - 1].astype(np.float64))
    return np.asarray(weights * unit_signal(trace, layer)[:, None])


def arriving_signal(trace: Trace, layer: int) -> Array:
    """Return what reaches each unit of a hidden layer before its slope: of dL_i/da, (n_l,)."""
    back = trace.delta[layer].astype(np.float64) @ trace.network.weights[layer].astype(np.float64)
    return _rms(back) * trace.examples


def _rms(matrix: Array) -> Array:
    largest = np.abs(matrix).max(axis=0, initial=0.0)
    # Dividing by the largest entry of a column keeps its squares within the range of floats.
    scale = np.where(largest > 0, largest, 1.0)
    return np.asarray(np.sqrt(np.mean((matrix / scale) ** 2, axis=0)) * scale)
