"""Saturated and dead units of a layer, found from its slopes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.passes.activations import ACTIVATIONS

RELU_FAMILY = ("relu", "leaky_relu")
"""Activations whose units can die; slopes of other activations are 0 only by underflow."""


def saturated_share(slope: FloatArray, activation: str) -> NDArray[np.float64]:
    """Return the fraction 0..1 of saturated units x examples, (...).

    Saturated means a slope below 4 % of the activation's largest. By this definition a ReLU that
    is off, or a leaky one that leaks, is saturated.

    Parameters
    ----------
    slope
        (..., examples, n), f'(z) of one layer.
    activation
        Name of the activation f.
    """
    return np.asarray(ACTIVATIONS[activation].saturated(slope).mean(axis=(-2, -1)))


def dead_count(slope: FloatArray, activation: str) -> NDArray[np.int64]:
    """Return how many units have slope 0 for every example, (...); 0 outside the ReLU family.

    Parameters
    ----------
    slope, activation
        See `saturated_share`.
    """
    if activation not in RELU_FAMILY:
        return np.zeros(slope.shape[:-2], dtype=np.int64)
    return np.asarray((slope == 0).all(axis=-2).sum(axis=-1))
