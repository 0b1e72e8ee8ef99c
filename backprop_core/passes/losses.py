"""Output functions, losses and their gradients, all computed from the logits z[L].

Losses are summed over the outputs; the caller averages over the examples. `LEGAL_PAIRS` lists the
output functions and losses that go together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.errors import InputError
from backprop_core.passes.activations import ACTIVATIONS

Tiny: TypeAlias = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Comparison:
    """The output of a network compared with the targets, for each example.

    Attributes
    ----------
    a
        (examples, n_L), the output of the network.
    loss
        (examples,), the loss of each example.
    residual
        (examples, n_L), the gradient of that loss with respect to z, without the factor ``slope``.
    slope
        (examples, n_L), the other factor of that gradient; None if it is 1.
    tiny
        ``tiny(z, log)`` returns signs and natural logarithms of residuals that underflow or cancel
        to 0, given float64 logits and the logarithms of their sizes; a sign of 0 where it cannot.
        None if residuals do neither.
    """

    a: FloatArray
    loss: FloatArray
    residual: FloatArray
    slope: FloatArray | None = None
    tiny: Tiny | None = None


Compare: TypeAlias = Callable[[FloatArray, FloatArray], Comparison]


def softmax(z: FloatArray) -> FloatArray:
    """Return exp(z) over its sum along the last axis, without overflow for any z."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _sigmoid_cross_entropy(z: FloatArray, t: FloatArray) -> Comparison:
    """Binary cross-entropy -t log a - (1-t) log(1-a) of each unit (Bishop 2006, eq. 4.90)."""
    a = ACTIVATIONS["sigmoid"].f(z)
    loss = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    return Comparison(
        a, loss.sum(axis=-1), _sigmoid_residual(z, a, t), tiny=partial(_sigmoid_tiny, t)
    )


def _sigmoid_residual(z: FloatArray, a: FloatArray, t: FloatArray) -> FloatArray:
    """Return a - t; where t is 1, use 1 - a = sigmoid(-z), as a may round to 1."""
    return (1 - t) * a - t * ACTIVATIONS["sigmoid"].f(-z)


def _sigmoid_tiny(t: FloatArray, z: FloatArray, _: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Take the logarithms of sigmoid(z) where t is 0, and of 1 - sigmoid(z) where t is 1."""
    side = np.where((t == 0) | (t == 1), 1.0 - 2.0 * t, 0.0)
    m = side * z
    return side, np.minimum(m, 0) - np.log1p(np.exp(-np.abs(m)))


def _softmax_cross_entropy(z: FloatArray, t: FloatArray) -> Comparison:
    """Cross-entropy -sum t log a over the units (Bishop 2006, eq. 4.108)."""
    top = z.argmax(axis=-1)[..., None]
    m = np.take_along_axis(z, top, axis=-1)
    e = np.exp(z - m)
    np.put_along_axis(e, top, 0, axis=-1)
    rest = e.sum(axis=-1, keepdims=True)
    np.put_along_axis(e, top, 1, axis=-1)
    a = e / (1 + rest)
    # Only for the largest a does 1 - a suffer from cancellation.
    complement = 1 - a
    np.put_along_axis(complement, top, rest / (1 + rest), axis=-1)
    loss = (t * (m - z + np.log1p(rest))).sum(axis=-1)
    others = t.sum(axis=-1, keepdims=True) - t
    return Comparison(a, loss, others * a - t * complement, tiny=partial(_softmax_tiny, t))


def _softmax_tiny(t: FloatArray, z: FloatArray, _: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Take the logarithms of the other outputs, and of their sum, where the largest is the class.

    All others are so small that the sum of all exponentials rounds to the largest.
    """
    top = z.argmax(axis=-1)[..., None]
    log = z - np.take_along_axis(z, top, axis=-1)
    np.put_along_axis(log, top, -np.inf, axis=-1)
    second = log.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        rest = second + np.log(np.exp(log - second).sum(axis=-1, keepdims=True))
    np.put_along_axis(log, top, rest, axis=-1)
    # Networks of a stack may share their targets.
    right = np.take_along_axis(np.broadcast_to(t, z.shape), top, axis=-1) == 1
    sign = np.where(right & np.isfinite(rest), np.ones_like(z), 0.0)
    np.put_along_axis(sign, top, -np.take_along_axis(sign, top, axis=-1), axis=-1)
    return sign, log


def _sigmoid_quadratic(z: FloatArray, t: FloatArray) -> Comparison:
    a, slope = ACTIVATIONS["sigmoid"].value_and_slope(z)
    return _quadratic(a, _sigmoid_residual(z, a, t), slope, partial(_sigmoid_tiny, t))


def _tanh_quadratic(z: FloatArray, t: FloatArray) -> Comparison:
    a, slope = ACTIVATIONS["tanh"].value_and_slope(z)
    return _quadratic(a, a - t, slope, partial(_zero_target_tiny, t))


def _identity_quadratic(z: FloatArray, t: FloatArray) -> Comparison:
    return _quadratic(z, z - t, None, partial(_zero_target_tiny, t))


def _zero_target_tiny(
    t: FloatArray, z: FloatArray, log: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Take the outputs of tiny logits, which are these logits, where all targets are 0."""
    return np.where((t == 0).all(axis=-1, keepdims=True), np.sign(z), 0.0), log


def _quadratic(
    a: FloatArray, residual: FloatArray, slope: FloatArray | None, tiny: Tiny
) -> Comparison:
    """Half the squared distance (Rumelhart et al. 1986, eq. 3)."""
    return Comparison(a, (residual * residual).sum(axis=-1) / 2, residual, slope, tiny)


def _identity_hinge(z: FloatArray, t: FloatArray) -> Comparison:
    """Multiclass hinge sum max(0, z_j - z_y + 1), j != y (Weston & Watkins 1999)."""
    margin = (z - (z * t).sum(axis=-1, keepdims=True) + 1) * (1 - t)
    active = (margin > 0).astype(z.dtype)
    loss = np.maximum(margin, 0).sum(axis=-1)
    return Comparison(z, loss, active - t * active.sum(axis=-1, keepdims=True))


_COMPARE: Mapping[tuple[str, str], Compare] = MappingProxyType(
    {
        ("sigmoid", "cross_entropy"): _sigmoid_cross_entropy,
        ("softmax", "cross_entropy"): _softmax_cross_entropy,
        ("sigmoid", "quadratic"): _sigmoid_quadratic,
        ("tanh", "quadratic"): _tanh_quadratic,
        ("identity", "quadratic"): _identity_quadratic,
        ("identity", "hinge"): _identity_hinge,
    }
)

LEGAL_PAIRS: tuple[tuple[str, str], ...] = tuple(_COMPARE)
"""The pairs (output, loss) that go together."""


def comparison(output: str, loss: str) -> Compare:
    """Return the function of (z, targets) that gives output, loss and residual.

    Parameters
    ----------
    output, loss
        One of `LEGAL_PAIRS`.

    Raises
    ------
    InputError
        For any other pair; the message lists the legal ones.
    """
    if (output, loss) not in _COMPARE:
        legal = ", ".join(f"{left} + {right}" for left, right in LEGAL_PAIRS)
        raise InputError(f"network.loss: got {output} + {loss}; allowed: {legal}")
    return _COMPARE[output, loss]


def targets(
    y: IntArray | FloatArray, outputs: int, loss: str, dtype: np.dtype[np.floating]
) -> FloatArray:
    """Return the target of each output, (examples, outputs).

    Parameters
    ----------
    y
        Integer classes (examples,), which become 1 at the class and 0 elsewhere, or targets
        (examples, outputs) themselves.
    outputs
        Units of the output layer.
    loss
        The hinge takes classes only; cross-entropies take targets in 0..1.
    dtype
        The dtype of the result.

    Raises
    ------
    InputError
        If y does not fit the outputs or the loss.
    """
    if y.ndim == 1 and y.dtype.kind in "iu":
        if y.size and (y.min() < 0 or y.max() >= outputs):
            raise InputError(f"y: classes {y.min()}..{y.max()}; allowed: 0..{outputs - 1}")
        return np.eye(outputs, dtype=dtype)[y]
    if loss == "hinge":
        raise InputError("y: the hinge loss takes integer classes, one for each example")
    if y.ndim != 2 or y.shape[1] != outputs or y.dtype.kind not in "fiu":
        raise InputError(
            f"y: got {y.dtype} {y.shape}; allowed: integer classes (examples,) "
            f"or targets (examples, {outputs})"
        )
    if not np.isfinite(y).all():
        raise InputError("y: got NaN or infinity; allowed: finite targets")
    if loss == "cross_entropy" and (y.min() < 0 or y.max() > 1):
        raise InputError("y: cross-entropy takes targets from 0 to 1")
    return y.astype(dtype)
