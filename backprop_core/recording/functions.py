"""Activation functions of recorded networks: those of this project, and those of libraries.

A recording names the function of each layer, with its parameter where that is not the usual one:
``leaky_relu(0.2)``. What is measured of it is its slope, and its largest slope.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.passes.activations import ACTIVATIONS, LEAK, SATURATED_BELOW

Array = NDArray[Any]
_NAME = re.compile(r"([a-z0-9_]{1,40})(?:\((-?[0-9][0-9.e+-]{0,20})\))?")
_NEAR, _POINTS = 12.0, 240_001
"""How far from 0 the largest slope is looked for, and at how many points: all have it there."""
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""Klambauer et al. 2017, equation 2."""


@dataclass(frozen=True)
class Function:
    """An elementwise function.

    Attributes
    ----------
    name
        Its name in a recording.
    f, slope
        f(z) and f'(z) of an array of floats.
    known
        The largest slope, if it is known; else it is looked for when it is needed.
    """

    name: str
    f: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    known: float | None = None

    @cached_property
    def largest(self) -> float:
        """The largest slope."""
        if self.known is not None:
            return self.known
        grid = np.linspace(-_NEAR, _NEAR, _POINTS)
        return float(np.abs(self.slope(grid)).max())

    def flat(self, z: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tell which units are saturated: their slope is below 4 % of the largest, in size."""
        with np.errstate(all="ignore"):
            return np.asarray(
                np.abs(self.slope(z.astype(np.float64))) < SATURATED_BELOW * self.largest
            )


def _sigmoid(z: Array) -> Array:
    return np.asarray(ACTIVATIONS["sigmoid"].f(z))


def _erf(z: Array) -> Array:
    # SciPy, which takes half a second to import, is not needed for this one function.
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(z), dtype=np.float64)


def _silu_slope(z: Array) -> Array:
    s = _sigmoid(z)
    return np.asarray(s * (1 + z * (1 - s)))


def _gelu(z: Array) -> Array:
    return np.asarray(z * (1 + _erf(z / np.sqrt(2))) / 2)


def _gelu_slope(z: Array) -> Array:
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return np.asarray((1 + _erf(z / np.sqrt(2))) / 2 + z * density)


def _inner(z: Array) -> Array:
    return np.asarray(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))


def _gelu_tanh(z: Array) -> Array:
    return np.asarray(z * (1 + np.tanh(_inner(z))) / 2)


def _gelu_tanh_slope(z: Array) -> Array:
    t = np.tanh(_inner(z))
    inner_slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z * z)
    return np.asarray((1 + t) / 2 + z / 2 * (1 - t * t) * inner_slope)


def _mish(z: Array) -> Array:
    return np.asarray(z * np.tanh(np.logaddexp(0, z)))


def _mish_slope(z: Array) -> Array:
    t = np.tanh(np.logaddexp(0, z))
    return np.asarray(t + z * (1 - t * t) * _sigmoid(z))


def _between(z: Array, low: float, high: float) -> Array:
    return ((z > low) & (z < high)).astype(np.float64)


Pair = tuple[Callable[[Array], Array], Callable[[Array], Array]]
_PLAIN: dict[str, Pair] = {
    "gelu": (_gelu, _gelu_slope),
    "gelu_tanh": (_gelu_tanh, _gelu_tanh_slope),
    "silu": (lambda z: z * _sigmoid(z), _silu_slope),
    "mish": (_mish, _mish_slope),
    "selu": (
        lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0))),
        lambda z: SELU_SCALE * np.where(z > 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0))),
    ),
    "relu6": (lambda z: np.clip(z, 0, 6), lambda z: _between(z, 0, 6)),
    "hardtanh": (lambda z: np.clip(z, -1, 1), lambda z: _between(z, -1, 1)),
    "hardsigmoid": (lambda z: np.clip(z / 6 + 0.5, 0, 1), lambda z: _between(z, -3, 3) / 6),
    "hardswish": (
        lambda z: z * np.clip(z / 6 + 0.5, 0, 1),
        lambda z: np.where(z >= 3, 1, _between(z, -3, 3) * (2 * z + 3) / 6),
    ),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda z: (1 + np.abs(z)) ** -2.0),
    "log_sigmoid": (lambda z: -np.logaddexp(0, -z), lambda z: _sigmoid(-z)),
}
_USUAL = {"leaky_relu": LEAK, "elu": 1.0, "celu": 1.0, "softplus": 1.0}
"""The usual parameter of functions that have one: a slope, alpha, alpha, beta."""


def _with_parameter(kind: str, p: float) -> Pair:
    if kind == "leaky_relu":
        return (lambda z: np.where(z > 0, z, p * z), lambda z: np.where(z > 0, 1.0, p))
    if kind == "softplus":
        return (lambda z: np.logaddexp(0, p * z) / p, lambda z: _sigmoid(p * z))
    rate = 1.0 if kind == "elu" else 1 / p
    return (
        lambda z: np.where(z > 0, z, p * np.expm1(rate * np.minimum(z, 0))),
        lambda z: np.where(z > 0, 1, p * rate * np.exp(rate * np.minimum(z, 0))),
    )


def named(kind: str, parameter: float | None = None) -> str:
    """Return the name of a function in a recording."""
    usual = _USUAL.get(kind)
    if parameter is None or usual is None or abs(parameter - usual) < 1e-9 * abs(usual):
        return kind
    return f"{kind}({parameter:g})"


@lru_cache(maxsize=256)
def function_of(name: str) -> Function | None:
    """Return the function of that name; None if there is none."""
    if name in ACTIVATIONS:
        known = ACTIVATIONS[name]
        return Function(name, known.f, known.slope, known.max_slope)
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    kind, text = found.groups()
    if text is None and kind in _PLAIN:
        f, slope = _PLAIN[kind]
    elif kind in _USUAL:
        try:
            parameter = _USUAL[kind] if text is None else float(text)
        except ValueError:
            return None
        if not 1e-9 < abs(parameter) < 1e9 and kind != "leaky_relu":
            return None
        f, slope = _with_parameter(kind, parameter)
    else:
        return None
    return Function(name, f, slope)


KNOWN = (*ACTIVATIONS, *_PLAIN, *(kind for kind in _USUAL if kind not in ACTIVATIONS))
"""Names of all functions, each with its usual parameter."""
MOVES = frozenset(
    {
        "view",
        "unsafe_view",
        "reshape",
        "reshape_alias",
        "alias",
        "t",
        "transpose",
        "permute",
        "movedim",
        "to_copy",
        "clone",
        "expand",
        "squeeze",
        "unsqueeze",
        "select",
        "slice",
        "index",
        "split",
        "split_with_sizes",
        "unbind",
        "stack",
        "cat",
        "as_strided",
        "gather",
        "narrow",
        "contiguous",
        "detach",
        "max_pool1_d",
        "max_pool2_d",
        "max_pool3_d",
        "max_pool2_d_with_indices",
        "max_pool3_d_with_indices",
        "mkldnn_max_pool2_d",
        "checkpoint_hook",
        "constant_pad_nd",
        "convolution_overrideable",
    }
)
"""Functions of PyTorch's graph that move numbers, or choose among them, and compute no others."""
