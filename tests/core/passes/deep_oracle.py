"""A pass through a network in 60 digits, without an end to its exponents: an oracle for the tests.

mpmath alone; every unit, example and layer by itself, as the textbook has it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np

from backprop_core import Network
from backprop_core.passes.activations import LEAK

DIGITS = 60

Vector = list[Any]

F: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "relu": (lambda z: max(z, mpmath.mpf(0)), lambda z: mpmath.mpf(z > 0)),
    "leaky_relu": (
        lambda z: z if z > 0 else z * mpmath.mpf(LEAK),
        lambda z: mpmath.mpf(1) if z > 0 else mpmath.mpf(LEAK),
    ),
    "identity": (lambda z: z, lambda z: mpmath.mpf(1)),
    "tanh": (mpmath.tanh, lambda z: mpmath.sech(z) ** 2),
    "sigmoid": (
        lambda z: 1 / (1 + mpmath.exp(-z)),
        lambda z: mpmath.exp(-abs(z)) / (1 + mpmath.exp(-abs(z))) ** 2,
    ),
}


def exact_log10_norms(
    network: Network, x: np.ndarray, targets: np.ndarray, loss: str
) -> dict[str, np.ndarray]:
    """Return log10 of the norms of z, a, delta, dW and db of every layer; -inf for exactly 0.

    Parameters
    ----------
    network, x
        A network of any depth, and (examples, n_0).
    targets
        (examples, n_L).
    loss
        "cross_entropy" (with softmax or sigmoid) or "quadratic" (with any other output).
    """
    with mpmath.workdps(DIGITS):
        return _norms(network, x, targets, loss)


def _norms(
    network: Network, x: np.ndarray, targets: np.ndarray, loss: str
) -> dict[str, np.ndarray]:
    weights = [[_vector(row) for row in W] for W in network.weights]
    biases = [_vector(b) for b in network.biases]
    f, slope = F[network.activation]
    L, N = len(weights), len(x)
    squares = {kind: [mpmath.mpf(0)] * L for kind in ("z", "a", "delta")}
    dW = [[[mpmath.mpf(0)] * len(row) for row in W] for W in weights]
    db = [[mpmath.mpf(0)] * len(b) for b in biases]
    for example, wanted in zip(x, targets, strict=True):
        a, z = [_vector(example)], []
        for i, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z.append([_dot(row, a[-1]) + c for row, c in zip(W, b, strict=True)])
            squares["z"][i] += _dot(z[-1], z[-1])
            if i < L - 1:
                a.append([f(u) for u in z[-1]])
                squares["a"][i] += _dot(a[-1], a[-1])
        delta = [d / N for d in _output_delta(z[-1], _vector(wanted), network.output, loss)]
        for i in range(L - 1, -1, -1):
            squares["delta"][i] += _dot(delta, delta)
            for j, d in enumerate(delta):
                db[i][j] += d
                dW[i][j] = [g + d * u for g, u in zip(dW[i][j], a[i], strict=True)]
            if i > 0:
                columns = zip(*weights[i], strict=True)
                back = [_dot(delta, column) for column in columns]
                delta = [g * slope(u) for g, u in zip(back, z[i - 1], strict=True)]
    squares["dW"] = [sum(_dot(row, row) for row in G) for G in dW]
    squares["db"] = [_dot(g, g) for g in db]
    squares["a"].pop()
    return {kind: np.array([_log10(s) / 2 for s in found]) for kind, found in squares.items()}


def _output_delta(z: Vector, t: Vector, output: str, loss: str) -> Vector:
    # a - t cancels where a is near its target: it takes as many digits as exp(z) has.
    with mpmath.workdps(DIGITS + int(min(max(abs(u) for u in z), 20_000))):
        return _gradient_at_logits(z, t, output, loss)


def _gradient_at_logits(z: Vector, t: Vector, output: str, loss: str) -> Vector:
    if output == "softmax":
        e = [mpmath.exp(u - max(z)) for u in z]
        return [u / sum(e) - v for u, v in zip(e, t, strict=True)]
    f, slope = F[output]
    residual = [f(u) - v for u, v in zip(z, t, strict=True)]
    if loss == "cross_entropy":
        return residual
    return [r * slope(u) for r, u in zip(residual, z, strict=True)]


def _vector(values: Sequence[Any] | np.ndarray) -> Vector:
    return [mpmath.mpf(float(v)) for v in values]


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return mpmath.fdot(zip(left, right, strict=True))


def _log10(value: Any) -> float:
    return float(mpmath.log10(value)) if value > 0 else -np.inf
