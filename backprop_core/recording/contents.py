"""The contents of a recording: its layers, its arrays, and their names in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray

NORMS = ("signal", "dW", "W", "update", "step_dW")
"""Kinds of norms of every layer; all but the first are optional."""
SHARES = ("saturated", "dead", "zeros", "largest")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Layer:
    """One linear layer and the activation that follows it.

    Attributes
    ----------
    name
        The name of the layer in the model.
    activation
        Name of its activation; None if this project does not know it.
    """

    name: str
    inputs: int
    units: int
    activation: str | None


@dataclass(frozen=True, eq=False)
class Snapshots:
    """Parts of a few passes: some examples, and some units of each layer.

    Attributes
    ----------
    passes
        (P,), the rows of these passes in the recording.
    units
        L arrays (K_l,), the indices of the kept units.
    z, delta
        L arrays (P, E, K_l), pre-activations and gradients dL/dz of the mean loss.
    a
        L arrays (P, E, K_l), activations, or None.
    x
        (P, E, m_1), inputs, or None.
    """

    passes: IntArray
    units: tuple[IntArray, ...]
    z: tuple[FloatArray, ...]
    delta: tuple[FloatArray, ...]
    a: tuple[FloatArray, ...] | None = None
    x: FloatArray | None = None

    @property
    def examples(self) -> int:
        """E, the examples of each pass."""
        return int(self.z[0].shape[1])


@dataclass(frozen=True, eq=False)
class Contents:
    """The fields of a recording; `backprop_core.recording.Recording` describes them."""

    layers: tuple[Layer, ...]
    source: str
    dtype: str
    steps: IntArray
    batch: IntArray
    norms: Mapping[str, NDArray[np.float64]]
    shares: Mapping[str, NDArray[np.float64]]
    loss: NDArray[np.float64] | None = None
    back: NDArray[np.float64] | None = None
    snapshots: Snapshots | None = None
    weights: tuple[FloatArray, ...] | None = None
    biases: tuple[FloatArray, ...] | None = None
    every: int | None = None
    seed: int | None = None
    ended: str | None = None
    passed_over: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.layers)

    @property
    def passes(self) -> int:
        """S, the number of passes that were measured."""
        return len(self.steps)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, the input first, (L+1,)."""
        return (self.layers[0].inputs, *(layer.units for layer in self.layers))

    @property
    def activation(self) -> str | None:
        """The activation of the hidden layers; None if they differ or it is unknown."""
        names = {layer.activation for layer in self.layers[:-1]}
        return names.pop() if len(names) == 1 else None

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array except ``about``, by its name in a file."""
        found: dict[str, NDArray[Any]] = {"steps": self.steps, "batch": self.batch}
        found |= {**self.norms, **self.shares}
        optional: dict[str, NDArray[Any] | None] = {"loss": self.loss, "back": self.back}
        shots = self.snapshots
        if shots is not None:
            found["kept"] = shots.passes
            optional["x"] = shots.x
            kinds = {"units": shots.units, "z": shots.z, "delta": shots.delta, "a": shots.a}
            found |= _numbered(kinds)
        found |= _numbered({"W": self.weights, "b": self.biases})
        return found | {name: array for name, array in optional.items() if array is not None}


def _numbered(kinds: Mapping[str, tuple[NDArray[Any], ...] | None]) -> dict[str, NDArray[Any]]:
    return {
        f"{kind}.{layer}": array
        for kind, arrays in kinds.items()
        for layer, array in enumerate(arrays or (), start=1)
    }
