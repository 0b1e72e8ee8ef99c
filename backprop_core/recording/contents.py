"""The contents of a recording: its layers, its arrays, and their names in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.passes.activations import ACTIVATIONS

NORMS = ("signal", "dW", "W", "update", "step_dW", "held")
"""Kinds of norms of every layer; all but the first are optional."""
SHARES = ("saturated", "dead", "zeros", "largest")
COUNTS = ("stepped", "since_step", "in_step")
"""Whole numbers of every pass, which tell how it lies between the steps of an optimizer."""
NOT_RUN, NO_GRADIENT, FROZEN, TRAINED = 0, 1, 2, 3
"""What a layer may have got in a pass, in `Contents.received`."""
WHYS = ("detached", "frozen", "never_run", "unregistered")
"""Why a layer may have got no gradient at all, in `Silent.why`."""
BIRTHPLACES = ("x", "W", "z", "loss", "delta", "dW", "other")
"""Where NaN or infinity may be seen first, in `Born.what`."""
EXTRAS = ("received", "rate", "loss_scale")
"""Arrays that only a watched training has."""
LONGEST_NAME = 200


@dataclass(frozen=True)
class Layer:
    """One layer and the activation that follows it.

    Attributes
    ----------
    name
        The name of the layer in the model.
    inputs, units
        Columns and rows of its weights; of a convolution, the units are its channels.
    activation
        Name of its activation, see `backprop_core.recording.functions`; None if it is not known.
    kind
        "linear", or the kind of a convolution: "conv2d", "conv_transpose2d".
    after
        Numbers of the layers whose outputs it takes, 1..L, rising; 0 stands for the input. None if
        that is not known.
    """

    name: str
    inputs: int
    units: int
    activation: str | None
    kind: str = "linear"
    after: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Silent:
    """A layer that got no gradient in any recorded pass.

    Attributes
    ----------
    name
        The name of the layer in the model.
    why
        "detached": it ran, its weights want a gradient, and none came back. "frozen": its weights
        want none. "never_run": it was not called. "unregistered": it was called by the model, but
        is none of its parts, for example as it is kept in a plain list.
    """

    name: str
    why: str


@dataclass(frozen=True)
class Born:
    """Where NaN or infinity was first seen.

    Attributes
    ----------
    step
        The number of the pass in its training.
    what
        "x" (the input), "W" (weights, so the step before), "z", "loss", "delta" or "dW"; "other"
        for anything else.
    layer
        Name of the layer; None where no single layer is at fault.
    """

    step: int
    what: str
    layer: str | None = None


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
    received: IntArray | None = None
    counts: Mapping[str, IntArray] = field(default_factory=dict)
    rate: NDArray[np.float64] | None = None
    loss_scale: NDArray[np.float64] | None = None
    without_gradient: tuple[Silent, ...] = ()
    skipped: tuple[int, ...] = ()
    own_steps: int | None = None
    other_steps: int | None = None
    precision: str | None = None
    head: tuple[str, ...] = ()
    born: Born | None = None

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
        """The activation of the hidden layers; None if they differ, or if it is none of ours."""
        names = {layer.activation for layer in self.layers[:-1]}
        name = names.pop() if len(names) == 1 else None
        return name if name in ACTIVATIONS else None

    @property
    def arrived(self) -> NDArray[np.bool_]:
        """Where a gradient came back, (S, L): elsewhere measurements are 0 and mean nothing."""
        if self.received is None:
            return np.ones((self.passes, self.depth), dtype=bool)
        return np.asarray(self.received >= FROZEN)

    @property
    def chained(self) -> bool:
        """Whether each layer takes the output of the one below it, as far as is known."""
        return all(
            layer.after is None or layer.after == (below,)
            for below, layer in enumerate(self.layers)
            if below
        )

    @property
    def stepped(self) -> IntArray | None:
        """Whether a step of the weights followed each pass, (S,), 1 or 0; None if not known."""
        return self.counts.get("stepped")

    @property
    def since_step(self) -> IntArray | None:
        """How many passes lie between the last step and each pass, (S,); None if not known."""
        return self.counts.get("since_step")

    @property
    def in_step(self) -> IntArray | None:
        """How many passes' gradients went into the step after each pass, (S,), or None."""
        return self.counts.get("in_step")

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array except ``about``, by its name in a file."""
        found: dict[str, NDArray[Any]] = {"steps": self.steps, "batch": self.batch}
        found |= {**self.norms, **self.shares, **self.counts}
        optional: dict[str, NDArray[Any] | None] = {
            name: getattr(self, name) for name in ("loss", "back", *EXTRAS)
        }
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
