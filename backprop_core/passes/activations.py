"""Activation functions and their slopes, accurate over the whole range of floats.

``a * (1 - a)`` suffers from cancellation: beyond z = 37 its relative error is 100 %. ``exp(-z)``
overflows. Here the sigmoid and its slope are computed from ``e = exp(-abs(z))``, which avoids both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from backprop_core.arrays import BoolArray, FloatArray
from backprop_core.errors import InputError

SATURATED_BELOW = 0.04
"""A unit is saturated where its slope is below this part of the activation's largest slope."""

LEAK = 0.01
"""Slope of the leaky ReLU for z < 0 (Maas et al. 2013, section 2)."""


@dataclass(frozen=True)
class Activation:
    """An elementwise function a = f(z), and its slope in the forms that backpropagation needs.

    Attributes
    ----------
    name
        The name in a configuration.
    f
        Returns f(z), same shape and dtype as z.
    slope
        Returns f'(z), same shape and dtype as z.
    max_slope
        The maximum of f': 0.25 for the sigmoid.
    into
        ``into(z, a, slope, spare)`` writes f(z) into a, and intermediate results for the slope into
        slope and spare. To allocate new arrays would cost as much as the arithmetic.
    finish
        ``finish(z, slope, spare)`` turns these intermediate results into f'(z), in slope. The
        forward pass calls `into` layer by layer, but `finish` once for many layers.
    log_slope
        Returns the natural logarithm of f'(z), for slopes that underflow; None if slopes cannot
        underflow.
    log_f
        Returns the natural logarithm of f(z), for values that underflow though z does not; None
        if there are none.
    homogeneous
        Whether f(c z) = c f(z) for every c > 0, so that slopes depend on the sign of z alone.
    """

    name: str
    f: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    max_slope: float
    into: Callable[[FloatArray, FloatArray, FloatArray, FloatArray], None]
    finish: Callable[[FloatArray, FloatArray, FloatArray], None]
    log_slope: Callable[[FloatArray], FloatArray] | None = None
    log_f: Callable[[FloatArray], FloatArray] | None = None
    homogeneous: bool = False

    def value_and_slope(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return f(z) and f'(z), which share most of their arithmetic."""
        a, slope, spare = np.empty_like(z), np.empty_like(z), np.empty_like(z)
        self.into(z, a, slope, spare)
        self.finish(z, slope, spare)
        return a, slope

    def saturated(self, slope: FloatArray) -> BoolArray:
        """Tell which of these slopes belong to saturated units.

        Parameters
        ----------
        slope
            f'(z), any shape.

        Returns
        -------
        Booleans of the same shape; true below 4 % of ``max_slope`` (sigmoid: abs(z) > 4.6).
        """
        return slope < SATURATED_BELOW * self.max_slope


# 1 as an array: NumPy converts a Python number at each call, which costs time in small layers.
_ONE = {np.dtype(t): np.ones((), dtype=t) for t in ("float16", "float32", "float64")}


def _sigmoid_into(z: FloatArray, a: FloatArray, slope: FloatArray, spare: FloatArray) -> None:
    one = _ONE[z.dtype]
    e = np.abs(z, out=slope)
    np.negative(e, out=e)
    np.exp(e, out=e)
    r = np.add(e, one, out=spare)
    np.divide(one, r, out=r)
    # exp(min(z, 0)), without a branch, which would cost more than the exponential.
    np.copysign(one, z, out=a)
    np.maximum(a, e, out=a)
    np.multiply(a, r, out=a)


def _sigmoid_finish(_: FloatArray, e: FloatArray, r: FloatArray) -> None:
    np.multiply(e, r, out=e)
    np.multiply(e, r, out=e)


def _log_sigmoid_slope(z: FloatArray) -> FloatArray:
    m = np.abs(z)
    return np.asarray(-m - 2 * np.log1p(np.exp(-m)))


def _log_sigmoid(z: FloatArray) -> FloatArray:
    return np.asarray(np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z))))


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


def _tanh_into(z: FloatArray, a: FloatArray, *_: FloatArray) -> None:
    np.tanh(z, out=a)


def _tanh_finish(z: FloatArray, slope: FloatArray, _: FloatArray) -> None:
    slope[...] = _tanh_slope(z)


def _relu_into(z: FloatArray, a: FloatArray, *_: FloatArray) -> None:
    np.maximum(z, 0, out=a)


def _relu_finish(z: FloatArray, slope: FloatArray, _: FloatArray) -> None:
    np.greater(z, 0, out=slope)


def _leaky_relu_into(z: FloatArray, a: FloatArray, *_: FloatArray) -> None:
    np.maximum(z, np.multiply(z, LEAK, out=a), out=a)


def _leaky_relu_finish(z: FloatArray, slope: FloatArray, _: FloatArray) -> None:
    slope[...] = _leaky_relu_slope(z)


def _identity_into(z: FloatArray, a: FloatArray, *_: FloatArray) -> None:
    a[...] = z


def _identity_finish(_: FloatArray, slope: FloatArray, __: FloatArray) -> None:
    slope[...] = 1


def _sigmoid(z: FloatArray) -> FloatArray:
    return _SIGMOID.value_and_slope(z)[0]


def _sigmoid_slope(z: FloatArray) -> FloatArray:
    return _SIGMOID.value_and_slope(z)[1]


_SIGMOID = Activation(
    "sigmoid",
    _sigmoid,
    _sigmoid_slope,
    0.25,
    into=_sigmoid_into,
    finish=_sigmoid_finish,
    log_slope=_log_sigmoid_slope,
    log_f=_log_sigmoid,
)
_TANH = Activation(
    "tanh",
    np.tanh,
    _tanh_slope,
    1.0,
    into=_tanh_into,
    finish=_tanh_finish,
    log_slope=_log_tanh_slope,
)
_RELU = Activation(
    "relu", _relu, _relu_slope, 1.0, into=_relu_into, finish=_relu_finish, homogeneous=True
)
_LEAKY_RELU = Activation(
    "leaky_relu",
    _leaky_relu,
    _leaky_relu_slope,
    1.0,
    into=_leaky_relu_into,
    finish=_leaky_relu_finish,
    homogeneous=True,
)
_IDENTITY = Activation(
    "identity",
    lambda z: z,
    np.ones_like,
    1.0,
    into=_identity_into,
    finish=_identity_finish,
    homogeneous=True,
)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {f.name: f for f in (_SIGMOID, _TANH, _RELU, _LEAKY_RELU, _IDENTITY)}
)
"""Every activation by its name."""


def named(name: str) -> Activation:
    """Return the activation of that name; raise InputError, which lists them, if there is none."""
    if name not in ACTIVATIONS:
        raise InputError(f"activation: got {name!r}; allowed: {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]
