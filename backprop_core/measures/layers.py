"""Measurements of each layer of a trace; every number is computed from the arrays of the pass.

Hidden layer l = 1..L-1 stands at index l - 1. Measurements of slopes leave out the output layer,
because a softmax has no elementwise slope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.passes.slopes import dead_count, saturated_share
from backprop_core.passes.trace import Trace


@dataclass(frozen=True)
class Factors:
    """Factors by which one layer changes the signal on the backward pass, (L-1,) each.

    Attributes
    ----------
    total
        signal[l] / signal[l+1]; nan where signal[l+1] is exactly zero.
    weight_part
        Factor of the weights: norm of delta[l+1] W[l+1] over norm of delta[l+1].
    slope_part
        Factor of the slopes: norm of delta[l] over norm of delta[l+1] W[l+1]; total is the
        product of the two.
    """

    total: NDArray[np.float64]
    weight_part: NDArray[np.float64]
    slope_part: NDArray[np.float64]


def factors(trace: Trace) -> Factors:
    """Return the factors of the signal from layer l+1 to layer l, for l = 1..L-1."""
    delta, back = trace.norm("delta"), trace.norm("back")
    here, above = delta[:-1], delta[1:]
    return Factors(
        total=here.ratio(above), weight_part=back.ratio(above), slope_part=here.ratio(back)
    )


def slope(trace: Trace) -> tuple[FloatArray, ...]:
    """Return f'(z) of every hidden layer: L-1 arrays (examples, n_l)."""
    return trace.slope


def median_slope(trace: Trace) -> NDArray[np.float64]:
    """Return the median of f'(z) over units and examples of every hidden layer, (L-1,)."""
    return np.array([np.median(s) for s in trace.slope], dtype=np.float64)


def saturated_fraction(trace: Trace) -> NDArray[np.float64]:
    """Return the fraction 0..1 of saturated units x examples of every hidden layer, (L-1,).

    Saturated means a slope below 4 % of the activation's largest. By this definition a ReLU that
    is off, or a leaky one that leaks, is saturated.
    """
    shares = [saturated_share(s, trace.network.activation) for s in trace.slope]
    return np.array(shares, dtype=np.float64)


def dead_units(trace: Trace) -> NDArray[np.int64]:
    """Return how many units of every hidden layer have slope 0 for every example, (L-1,).

    Zero throughout for activations outside the ReLU family.
    """
    counts = [dead_count(s, trace.network.activation) for s in trace.slope]
    return np.array(counts, dtype=np.int64)


def accuracy(trace: Trace) -> float | None:
    """Return the fraction of examples whose largest output is their class; None without classes."""
    return trace.accuracy
