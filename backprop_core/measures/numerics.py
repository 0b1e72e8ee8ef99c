"""The limits of floats: overflow, cancellation and underflow to exactly zero.

This file has the usual implementations, for comparison with those of the project: a plain backward
pass, beside that of `trace`, which never underflows; and a naive sigmoid and slope, beside those of
`activations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.finite import EXPLODES, OVERFLOWS, require_finite
from backprop_core.passes.losses import comparison, targets
from backprop_core.passes.magnitudes import norm_of, row_norms
from backprop_core.passes.network import Network
from backprop_core.passes.scaled import matmul
from backprop_core.threads import one_blas_thread

FLOATS = ("float16", "float32", "float64")
"""The float types that networks are trained in, by increasing length."""

DIGITS = 50
"""Decimal digits of the reference slopes."""


def exp_border(dtype: str) -> float:
    """Return the smallest z for which exp(z) overflows to infinity.

    That is the logarithm of the largest float and half of its last digit: about 11.09, 88.72 and
    709.78.
    """
    info = np.finfo(dtype)
    return float(info.maxexp * np.log(2) + np.log1p(-(2.0 ** -(info.nmant + 2))))


def one_border(dtype: str) -> float:
    """Return the z from which a sigmoid rounds to 1, so that 1 - a is exactly 0.

    There 1 + exp(-z) rounds to 1: exp(-z) is half of the last digit of 1. So z = p ln 2 with p
    binary digits, 11, 24 or 53: about 7.62, 16.64 and 36.74.
    """
    return float((np.finfo(dtype).nmant + 1) * np.log(2))


def zero_border(dtype: str) -> float:
    """Return the z from which the slope of a sigmoid itself rounds to 0, however it is computed.

    There exp(-z) is half of the smallest float: about 17.33, 103.97 and 745.13.
    """
    info = np.finfo(dtype)
    return float((info.nmant + 1 - info.minexp) * np.log(2))


def naive_sigmoid(z: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-z)), computed literally; 0 where exp overflows."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-z)))


def naive_slope(z: FloatArray) -> FloatArray:
    """Return a * (1 - a), which loses digits by cancellation where a is nearly 1."""
    a = naive_sigmoid(z)
    return np.asarray(a * (1 - a))


@dataclass(frozen=True, eq=False)
class SlopeErrors:
    """Largest relative errors of the slope of a sigmoid within each interval of z.

    Attributes
    ----------
    z
        (steps,), the middle of each step.
    naive
        (steps,), of a * (1 - a); 1 where it is exactly 0.
    ours
        (steps,), of the slope of `activations`.
    """

    z: NDArray[np.float64]
    naive: NDArray[np.float64]
    ours: NDArray[np.float64]


def slope_errors(dtype: str, edges: NDArray[np.float64], samples: int = 8) -> SlopeErrors:
    """Compare both slopes with mpmath, which carries 50 digits.

    Parameters
    ----------
    dtype
        One of `FLOATS`.
    edges
        (steps + 1,), where the steps of z begin and end; of one sign.
    samples
        Places in each step, evenly spaced; the first is the edge itself.
    """
    shares = np.arange(samples) / samples
    z = (edges[:-1, None] + shares * np.diff(edges)[:, None]).astype(dtype)
    exact = [_exact_slope(float(value)) for value in z.ravel()]
    naive, ours = (
        _relative_errors(slope(z), exact) for slope in (naive_slope, ACTIVATIONS["sigmoid"].slope)
    )
    return SlopeErrors((edges[:-1] + edges[1:]) / 2, naive.max(axis=1), ours.max(axis=1))


def _exact_slope(z: float) -> object:
    # Imported here, because mpmath is slow to import and only this function needs it.
    import mpmath

    with mpmath.workdps(DIGITS):
        e = mpmath.exp(-abs(mpmath.mpf(z)))
        return e / (1 + e) ** 2


def _relative_errors(slopes: FloatArray, exact: list[object]) -> NDArray[np.float64]:
    import mpmath

    with mpmath.workdps(DIGITS):
        pairs = zip(slopes.ravel(), exact, strict=True)
        errors = [float(abs(mpmath.mpf(float(slope)) / true - 1)) for slope, true in pairs]
    return np.array(errors).reshape(slopes.shape)


def plain_signal(
    network: Network, x: FloatArray, y: IntArray | FloatArray, loss: str = "cross_entropy"
) -> NDArray[np.float64]:
    """Return log10 of the signal of every layer, (L,), as plain backpropagation has it.

    All numbers are floats of the network's dtype, and nothing is rescaled. A vanishing gradient
    loses its digits, then becomes exactly 0 (-inf), and stays 0 down to layer 1. Products of
    float16 are summed in float32, as on graphics cards.

    Parameters
    ----------
    network
        One network, whose dtype is used for the pass.
    x, y, loss
        As for `trace`.

    Raises
    ------
    InputError
        If x or y do not fit the network, or output and loss do not go together.
    NumericalError
        If NaN or infinity arises; the message names the layer, where 0 is the input.
    """
    sizes = np.empty(network.depth)
    for layer, delta, _ in _plainly(network, x, y, loss):
        sizes[layer - 1] = norm_of(row_norms(delta)).log10()
    return np.asarray(sizes + np.log10(len(x)) / 2)


def unmoved_layers(
    network: Network,
    x: FloatArray,
    y: IntArray | FloatArray,
    loss: str,
    learning_rate: float,
) -> NDArray[np.bool_]:
    """Tell which layers a step of plain backpropagation leaves as they are, (L,).

    Such a layer has the same W and b, to the last bit, after a step of gradient descent on all
    examples: its gradients are 0, or so small beside its parameters that these round to themselves.

    Parameters
    ----------
    network, x, y, loss
        As for `plain_signal`.
    learning_rate
        Factor on the gradients.

    Raises
    ------
    InputError, NumericalError
        As `plain_signal` does.
    """
    unmoved = np.empty(network.depth, dtype=bool)
    for layer, delta, a in _plainly(network, x, y, loss):
        pairs = (
            (network.weights[layer - 1], matmul(delta.T, a)),
            (network.biases[layer - 1], delta.sum(axis=0)),
        )
        unmoved[layer - 1] = all(_stays(old, gradient, learning_rate) for old, gradient in pairs)
    return unmoved


def _plainly(
    network: Network, x: FloatArray, y: IntArray | FloatArray, loss: str
) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """Yield l, delta[l] and a[l-1] from layer L down, in plain floats."""
    compare = comparison(network.output, loss)
    wanted = targets(y, network.widths[-1], loss, network.dtype)
    with np.errstate(over="ignore"):
        x = np.asarray(x).astype(network.dtype, copy=False)
    require_finite(x, x, 0, OVERFLOWS)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore", under="ignore"):
        logits, a, slopes = _plain_forward(network, x)
        compared = compare(logits, wanted)
        delta = compared.residual / network.dtype.type(len(x))
        if compared.slope is not None:
            delta = delta * compared.slope
        for layer in range(network.depth, 0, -1):
            require_finite(delta, delta, layer, EXPLODES)
            yield layer, delta, a[layer - 1]
            if layer > 1:
                delta = matmul(delta, network.weights[layer - 1]) * slopes[layer - 2]


def _stays(parameters: FloatArray, gradient: FloatArray, rate: float) -> bool:
    return bool((parameters - parameters.dtype.type(rate) * gradient == parameters).all())


def _plain_forward(
    network: Network, x: FloatArray
) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
    """Return z[L], a[0..L-1] and the slopes of the hidden layers, where z may have underflowed."""
    f = ACTIVATIONS[network.activation]
    a, slopes = [x], []
    for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        z = matmul(a[-1], W.T) + b
        require_finite(z, z, layer, OVERFLOWS)
        if layer < network.depth:
            value, slope = f.value_and_slope(z)
            a.append(value)
            slopes.append(slope)
    return z, a, slopes


def in_dtype(network: Network, dtype: str) -> Network:
    """Return the same network with its weights and biases rounded to another float type."""
    with np.errstate(over="ignore"):
        weights = tuple(W.astype(dtype, copy=False) for W in network.weights)
        biases = tuple(b.astype(dtype, copy=False) for b in network.biases)
    return Network(weights, biases, network.activation, network.output)
