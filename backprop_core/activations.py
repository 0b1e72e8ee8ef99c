"""Activation functions and their slopes, accurate wherever floats reach.

``a * (1 - a)`` cancels: beyond z = 37 its relative error is 100 %. ``exp(-z)`` overflows. Here
the sigmoid and its slope share one ``e = exp(-abs(z))``, which does neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from backprop_core.arrays import BoolArray, FloatArray

SATURATED_BELOW = 0.04
"""A unit is saturated where its slope is below this part of the activation's largest slope."""

LEAK = 0.01
"""Slope of the leaky ReLU for z < 0 (Maas et al. 2013, section 2)."""


@dataclass(frozen=True)
class Activation:
    """An elementwise function a = f(z) and what backpropagation asks of it.

    Attributes
    ----------
    name
        As written in a configuration.
    f
        Values a of any array z, same shape and dtype.
    slope
        f'(z), same shape and dtype.
    max_slope
        The largest slope there is: 0.25 for the sigmoid.
    value_and_slope
        f(z) and f'(z) together, for little more than the price of one.
    log_slope
        Natural logarithm of f'(z), for slopes too small for a float; None where slopes cannot
        underflow.
    """

    name: str
    f: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    max_slope: float
    value_and_slope: Callable[[FloatArray], tuple[FloatArray, FloatArray]]
    log_slope: Callable[[FloatArray], FloatArray] | None = None

    def saturated(self, slope: FloatArray) -> BoolArray:
        """Tell which of these slopes belong to saturated units.

        Parameters
        ----------
        slope
            Values of f'(z), any shape.

        Returns
        -------
        Same shape; true below 4 % of ``max_slope`` (sigmoid: abs(z) > 4.6).
        """
        return slope < SATURATED_BELOW * self.max_slope


def _sigmoid_and_slope(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    e = np.asarray(np.abs(z))
    np.exp(np.negative(e, out=e), out=e)
    r = np.asarray(1 + e)
    np.divide(1, r, out=r)
    # exp(min(z, 0)) / (1 + e): a branch in its place would cost more than the exponential.
    a = np.asarray(np.maximum(e, z >= 0))
    a *= r
    e *= r
    e *= r
    return a, e


def _log_sigmoid_slope(z: FloatArray) -> FloatArray:
    m = np.abs(z)
    return np.asarray(-m - 2 * np.log1p(np.exp(-m)))


def _tanh_slope(z: FloatArray) -> FloatArray:
    e = np.exp(-np.abs(z))
    # sech^2 z = 4 e^2 / (1 + e^2)^2; 1 - tanh^2 z would cancel.
    e *= e
    r = 1 / (1 + e)
    return 4 * (e * r * r)


def _log_tanh_slope(z: FloatArray) -> FloatArray:
    m = 2 * np.abs(z)
    return np.asarray(np.log(4.0) - m - 2 * np.log1p(np.exp(-m)))


def _relu(z: FloatArray) -> FloatArray:
    return np.maximum(z, 0)


def _relu_slope(z: FloatArray) -> FloatArray:
    return (z > 0).astype(z.dtype)


def _leaky_relu(z: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(z, LEAK * z))


def _leaky_relu_slope(z: FloatArray) -> FloatArray:
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(LEAK))


_SIGMOID = Activation(
    "sigmoid",
    f=lambda z: _sigmoid_and_slope(z)[0],
    slope=lambda z: _sigmoid_and_slope(z)[1],
    max_slope=0.25,
    value_and_slope=_sigmoid_and_slope,
    log_slope=_log_sigmoid_slope,
)
_TANH = Activation(
    "tanh",
    f=np.tanh,
    slope=_tanh_slope,
    max_slope=1.0,
    value_and_slope=lambda z: (np.tanh(z), _tanh_slope(z)),
    log_slope=_log_tanh_slope,
)
_RELU = Activation(
    "relu",
    f=_relu,
    slope=_relu_slope,
    max_slope=1.0,
    value_and_slope=lambda z: (_relu(z), _relu_slope(z)),
)
_LEAKY_RELU = Activation(
    "leaky_relu",
    f=_leaky_relu,
    slope=_leaky_relu_slope,
    max_slope=1.0,
    value_and_slope=lambda z: (_leaky_relu(z), _leaky_relu_slope(z)),
)
_IDENTITY = Activation(
    "identity",
    f=lambda z: z,
    slope=np.ones_like,
    max_slope=1.0,
    value_and_slope=lambda z: (z, np.ones_like(z)),
)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {f.name: f for f in (_SIGMOID, _TANH, _RELU, _LEAKY_RELU, _IDENTITY)}
)
"""Every activation by its name."""
