"""An output that is squashed twice: once by the model, and once more by the loss.

A cross-entropy of logits has a softmax of its own, and a binary one a sigmoid. If the model ends in
one, too, wrong answers get small gradients, and the loss cannot come near 0. With p = f(z) by the
model and q = g(p) by the loss, dL/dz is f'(z) (q - y) in place of p - y: the recorded gradient of
the last layer tells which of them was computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding
from backprop_core.diagnosis.runs.advice import by
from backprop_core.diagnosis.runs.ratios import ways_down
from backprop_core.number_text import number
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.losses import softmax
from backprop_core.recording import Recording
from backprop_core.recording.functions import MOVES

Array: TypeAlias = NDArray[np.float64]
Formula: TypeAlias = Callable[[Array], Array]
"""Maps z, (E, n), to dL/dz but for a positive factor, (T, E, n), for each of T targets."""

FITS = 0.01
"""Largest part of the gradient that the right formula leaves unexplained; a convention. Rounding
leaves about 1e-6 in float32 and 1e-3 in float16."""
BETTER = 0.1
"""Largest part that it leaves unexplained of what other formulas leave; a convention."""
FEWEST = 8
"""Fewest numbers, beyond those that are fitted, from which a formula is judged."""


_SQUASH = {
    "softmax": "softmax",
    "log_softmax": "softmax",
    "sigmoid": "sigmoid",
    "log_sigmoid": "sigmoid",
    "binary_cross_entropy_with_logits": "sigmoid",
}
"""Functions that squash an output, alone or as part of a loss."""


class _Fit(NamedTuple):
    left: float | None
    model: str
    loss: str


def squashed_twice(recording: Recording) -> Iterator[Finding]:
    """Find outputs that go through a softmax or a sigmoid twice."""
    for way in ways_down(recording):
        fit = _fit(recording, way[-1]) or _told(recording, way[-1])
        if fit is not None:
            yield _finding(recording, way[-1], fit)


def _finding(recording: Recording, layer: int, fit: _Fit) -> Finding:
    logits = "CrossEntropyLoss" if fit.loss == "softmax" else "BCEWithLogitsLoss"
    proof = ""
    if fit.left is not None:
        proof = f": only that explains the gradient of layer {layer}, to {number(fit.left)} of it"
    return Finding(
        "squashed_twice",
        (layer,),
        fit.left or 0.0,
        FITS,
        f"The output is squashed twice, by a {fit.model} in the model and by a {fit.loss} in the "
        f"loss{proof}.",
        f"Hand the loss what comes before the {fit.model}, as it has a {fit.loss} of its own"
        f"{by(recording, f'nn.{logits} takes logits')}.",
    )


def _told(recording: Recording, layer: int) -> _Fit | None:
    """Return what the functions between the last layer and the loss are known to be."""
    squashed = [(n, _SQUASH[name]) for n, name in enumerate(recording.head) if name in _SQUASH]
    if layer != recording.depth or len(squashed) < 2:
        return None
    (first, model), (second, loss) = squashed[:2]
    between = recording.head[first + 1 : second]
    # The softmax of a log-softmax is the softmax itself.
    once = recording.head[first].startswith("log_") or not set(between) <= MOVES
    return None if once else _Fit(None, model, loss)


def _fit(recording: Recording, layer: int) -> _Fit | None:
    """Return the best explanation of a layer's gradient by two functions, if it fits."""
    shots = recording.snapshots
    if shots is None:
        return None
    z, delta = (each[layer - 1].astype(np.float64) for each in (shots.z, shots.delta))
    fits, others = [], []
    if 1 < recording.layers[layer - 1].units == z.shape[-1]:
        fits.append((_left(z, delta, _softmax_twice, _by_class), "softmax", "softmax"))
        fits.append((_left(z, delta, _sigmoid_softmax, _by_class), "sigmoid", "softmax"))
        others += [_left(z, delta, f, _by_class) for f in _ONCE]
    fits.append((_left(z, delta, _sigmoid_twice, _by_unit), "sigmoid", "sigmoid"))
    others += [_left(z, delta, f, _by_unit) for f in (_sigmoid_once, _sigmoid_squares)]
    best = min(fits)
    return _Fit(*best) if best[0] < min(FITS, BETTER * min(others)) else None


def _left(
    z: Array, delta: Array, formula: Formula, fitted: Callable[[Array, Array], tuple[Array, int]]
) -> float:
    """Return which part of the gradient of all kept passes, (P, E, n), a formula leaves."""
    rest = whole = 0.0
    numbers = 0
    for here, gradient in zip(z, delta, strict=True):
        there = gradient.any(axis=1)
        size = np.abs(gradient).max(initial=0)
        if not size > 0:
            continue
        # In units of the largest entry, so that no square underflows.
        found, free = fitted(gradient[there] / size, formula(here[there]))
        rest += float((found**2).sum())
        whole += float(((gradient / size) ** 2).sum())
        numbers += free
    return float(np.sqrt(rest / whole)) if numbers >= FEWEST else np.inf


def _by_class(delta: Array, candidates: Array) -> tuple[Array, int]:
    """Return what the best class of each example leaves of delta, with a factor for each class."""
    along = (candidates * delta).sum(axis=-1)
    length = np.sqrt((candidates**2).sum(axis=-1))
    best = np.divide(along, length, out=np.zeros_like(along), where=length > 0).argmax(axis=0)
    chosen = candidates[best, np.arange(len(delta))]
    rest = delta.copy()
    classes = np.unique(best)
    for each in classes:
        of = best == each
        rest[of] -= _factor(delta[of], chosen[of]) * chosen[of]
    return rest, delta.shape[0] * (delta.shape[1] - 1) - len(classes)


def _by_unit(delta: Array, candidates: Array) -> tuple[Array, int]:
    """Return what targets of 0 and 1 leave of delta, with a factor for each unit and target."""
    rest, free = delta.copy(), delta.size
    for target, wanted in ((0, delta >= 0), (1, delta < 0)):
        chosen = np.where(wanted, candidates[target], 0.0)
        rest -= _factor(np.where(wanted, delta, 0.0), chosen, axis=0) * chosen
        free -= int(wanted.any(axis=0).sum())
    return rest, free


def _factor(delta: Array, chosen: Array, axis: int | None = None) -> Array:
    """Return the factor, not below 0, with which the second array is nearest to the first."""
    length = np.asarray((chosen**2).sum(axis=axis))
    along = np.asarray((delta * chosen).sum(axis=axis))
    found = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
    return np.asarray(np.maximum(found, 0.0))


def _sigmoid(z: Array) -> Array:
    return np.asarray(ACTIVATIONS["sigmoid"].f(z), dtype=np.float64)


def _slope(z: Array) -> Array:
    return np.asarray(ACTIVATIONS["sigmoid"].slope(z), dtype=np.float64)


def _softmax(z: Array) -> Array:
    return np.asarray(softmax(z), dtype=np.float64)


def _less_targets(p: Array) -> Array:
    """Return p - y for each class as the target, (K, E, K)."""
    return np.asarray(p - np.eye(p.shape[-1])[:, None, :])


def _through_softmax(p: Array, gradient: Array) -> Array:
    """Multiply gradients by the Jacobian of the softmax."""
    return np.asarray(p * (gradient - (p * gradient).sum(axis=-1, keepdims=True)))


def _softmax_once(z: Array) -> Array:
    return _less_targets(_softmax(z))


def _softmax_twice(z: Array) -> Array:
    p = _softmax(z)
    return _through_softmax(p, _less_targets(_softmax(p)))


def _softmax_squares(z: Array) -> Array:
    p = _softmax(z)
    return _through_softmax(p, _less_targets(p))


def _softmax_plain(z: Array) -> Array:
    """Return the gradient of -p of the target, as of a loss that forgot the logarithm."""
    p = _softmax(z)
    return _through_softmax(p, _less_targets(np.zeros_like(p)))


_ONCE = (_softmax_once, _softmax_squares, _softmax_plain)


def _sigmoid_softmax(z: Array) -> Array:
    return np.asarray(_slope(z) * _less_targets(_softmax(_sigmoid(z))))


def _sigmoid_once(z: Array) -> Array:
    p = _sigmoid(z)
    return np.stack([p, p - 1])


def _sigmoid_twice(z: Array) -> Array:
    q = _sigmoid(_sigmoid(z))
    return np.asarray(_slope(z) * np.stack([q, q - 1]))


def _sigmoid_squares(z: Array) -> Array:
    return np.asarray(_slope(z) * _sigmoid_once(z))
