"""Backpropagation as it is taught: one formula a line, in the notation of the mathematics.

The forward pass computes ``z = a @ W.T + b`` and ``a = f(z)`` of each layer. The backward pass
computes ``delta``, the gradient of the mean loss with respect to z, and from it ``dW`` and ``db``
(Rumelhart et al. 1986, eq. 4-7). Layer l = 1..L stands at index l - 1; only ``a`` begins with the
input, so it holds layer l at index l.

The tests compare `backprop_core.trace` with these functions. `trace` also works where they fail:

* ``1 / (1 + exp(-z))`` overflows and ``a * (1 - a)`` cancels: `passes.activations` computes both
  accurately, and `passes.losses` does so for ``a - t``.
* After enough layers ``delta`` underflows to 0: `passes.scaled` carries separate exponents.
* NaN and infinity spread unnoticed: `passes.finite` raises an error at the first one.
* A loop over many small layers spends its time in Python: `passes.forward` and `passes.backward`
  process several layers together, in memory that they reuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_core.passes.activations import LEAK
from backprop_core.passes.network import Network

Array: TypeAlias = NDArray[Any]
Function: TypeAlias = tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
        "tanh": (lambda z: np.tanh(z), lambda z, a: 1 - a**2),
        "relu": (lambda z: np.maximum(0, z), lambda z, a: np.where(z > 0, 1, 0)),
        "leaky_relu": (
            lambda z: np.where(z > 0, z, LEAK * z),
            lambda z, a: np.where(z > 0, 1, LEAK),
        ),
        "identity": (lambda z: z, lambda z, a: np.ones_like(z)),
    }
)
"""a = f(z), and f'(z) written in z and a."""


def forward(
    network: Network, x: Array, functions: Mapping[str, Function] = FUNCTIONS
) -> tuple[list[Array], list[Array]]:
    """Return z[1..L], (examples, n_l), and a[0..L], the input x first and the output last.

    Parameters
    ----------
    network
        W[l] (n_l, n_{l-1}) and b[l] (n_l,).
    x
        (examples, n_0).
    functions
        Activation functions by name that replace those of this file.
    """
    f, _ = functions[network.activation]
    z, a = [], [x]
    for W, b in zip(network.weights, network.biases, strict=True):
        z.append(a[-1] @ W.T + b)
        a.append(f(z[-1]))
    a[-1] = softmax(z[-1]) if network.output == "softmax" else functions[network.output][0](z[-1])
    return z, a


def softmax(z: Array) -> Array:
    """Return exp(z) over its sum for each example, (examples, n)."""
    e = np.exp(z)
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def output_delta(network: Network, z: Array, a: Array, t: Array, loss: str) -> Array:
    """Return the gradient of the mean loss with respect to z[L], (examples, n_L).

    Parameters
    ----------
    network
        The network; its output function must go with the loss.
    z, a, t
        Pre-activations z[L], outputs a[L] and targets, (examples, n_L) each.
    loss
        "cross_entropy" (output sigmoid or softmax), "quadratic", or "hinge" (one-hot targets).
    """
    N = len(z)
    if loss == "cross_entropy":
        return (a - t) / N
    if loss == "quadratic":
        _, slope = FUNCTIONS[network.output]
        return (a - t) * slope(z, a) / N
    margin = z - (z * t).sum(axis=1, keepdims=True) + 1
    wrong = (1 - t) * (margin > 0)
    return np.asarray((wrong - t * wrong.sum(axis=1, keepdims=True)) / N)


def backward(
    network: Network,
    z: list[Array],
    a: list[Array],
    delta: Array,
    functions: Mapping[str, Function] = FUNCTIONS,
) -> tuple[list[Array], list[Array], list[Array]]:
    """Return the gradients of the mean loss with respect to z[l], W[l] and b[l], l = 1..L.

    Parameters
    ----------
    network, z, a, functions
        What `forward` took and returned.
    delta
        (examples, n_L), the gradient with respect to z[L].
    """
    _, slope = functions[network.activation]
    deltas = [delta]
    for n in range(network.depth - 1, 0, -1):
        delta = (delta @ network.weights[n]) * slope(z[n - 1], a[n])
        deltas.insert(0, delta)
    dW = [delta.T @ below for delta, below in zip(deltas, a[:-1], strict=True)]
    db = [delta.sum(axis=0) for delta in deltas]
    return deltas, dW, db
