"""A fully connected network, and the random generator of its weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_core.arrays import FloatArray, locked_copy
from backprop_core.errors import InputError
from backprop_core.passes.activations import ACTIVATIONS

WEIGHT_STREAM = 1
"""Number of the random stream for weights; see `backprop_core.data.datasets.DATA_STREAM`."""


@dataclass(frozen=True)
class Network:
    """Weights, biases and activations; layer l = 1..L stands at index l - 1.

    Attributes
    ----------
    weights
        ``weights[l-1]`` is W[l], (n_l, n_{l-1}). A leading axis, if there is one, counts the
        networks of a stack.
    biases
        ``biases[l-1]`` is b[l], (n_l,), with the same leading axis.
    activation
        Name of the hidden layers' activation.
    output
        Name of the output function: an activation or "softmax".

    Raises
    ------
    InputError
        If shapes or dtypes do not fit together, or the activation is unknown.
    """

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    activation: str = "sigmoid"
    output: str = "sigmoid"

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise InputError(*problems)
        object.__setattr__(self, "weights", tuple(map(locked_copy, self.weights)))
        object.__setattr__(self, "biases", tuple(map(locked_copy, self.biases)))

    @property
    def depth(self) -> int:
        """Number L of layers with weights."""
        return len(self.weights)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, (L+1,), the input first."""
        return (self.weights[0].shape[-1], *(W.shape[-2] for W in self.weights))

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The dtype of every weight."""
        return self.weights[0].dtype

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(W.size for W in self.weights) + sum(b.size for b in self.biases)


def _problems(network: Network) -> list[str]:
    weights, biases = network.weights, network.biases
    if not weights or len(weights) != len(biases):
        return [f"network: {len(weights)} weights and {len(biases)} biases; allowed: one of each"]
    problems = []
    if network.activation not in ACTIVATIONS:
        allowed = ", ".join(ACTIVATIONS)
        problems.append(f"network.activation: got {network.activation!r}; allowed: {allowed}")
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        if W.ndim < 2 or W.shape[:-1] != b.shape or 0 in W.shape:
            problems.append(f"layer {layer}: W {W.shape} and b {b.shape}; allowed: (n, m) and (n,)")
        elif layer > 1 and W.shape[-1] != weights[layer - 2].shape[-2]:
            problems.append(
                f"layer {layer}: W {W.shape} after {weights[layer - 2].shape[-2]} units"
            )
        if W.dtype != weights[0].dtype or b.dtype != W.dtype or W.dtype.kind != "f":
            problems.append(
                f"layer {layer}: {W.dtype} and {b.dtype}; allowed: one float type for all"
            )
    return problems


def weight_generator(seed: int) -> np.random.Generator:
    """Return the generator from which W[1], W[2], ... of a seed are drawn, each row by row."""
    return np.random.default_rng((seed, WEIGHT_STREAM))
