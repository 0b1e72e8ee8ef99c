"""A recording in memory, and what makes it one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.arrays import FloatArray, IntArray
from backprop_core.errors import InputError
from backprop_core.formatting import is_seen, legible, shorten
from backprop_core.passes.activations import ACTIVATIONS

DTYPES = ("float16", "float32", "float64")
NORMS = ("signal", "dW", "W", "update", "step_dW")
"""Kinds of norms of every layer; all but the first are optional."""
SHARES = ("saturated", "dead", "zeros", "largest")
MOST_PASSES = 100_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Layer:
    """One linear layer and the activation behind it.

    Attributes
    ----------
    name
        As the model calls it.
    activation
        Name of its activation; None if it is none that this project knows.
    """

    name: str
    inputs: int
    units: int
    activation: str | None


@dataclass(frozen=True, eq=False)
class Snapshots:
    """A few passes in part: some examples, some units of each layer.

    Attributes
    ----------
    passes
        (P,), which rows of the recording they are.
    units
        L arrays (K_l,), which units.
    z, delta
        L arrays (P, E, K_l).
    a
        L arrays (P, E, K_l), or None.
    x
        (P, E, m_1), or None.
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
class Recording:
    """What was observed of a network: S passes of L layers; all arrays are read-only.

    Attributes
    ----------
    layers
        The layers in the order in which they were run.
    source, dtype
        What was watched, and what it computes in.
    steps, batch
        (S,), the number of each pass in its training, and the examples of its batch.
    norms
        (S, L) for each kind of `NORMS` that was observed; see the package's docstring.
    shares
        (S, L) for each kind of `SHARES`.
    loss, back
        (S,) and (S, L-1), where they were observed.
    snapshots, weights, biases
        Passes in part, and W and b at the first pass, where they were kept.
    every, seed
        How passes, and units and examples, were chosen.
    ended
        What ended the recording before its training, if anything did.
    passed_over
        Names of modules that were not recorded.
    """

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

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise InputError(*problems)
        for array in self.arrays().values():
            array.setflags(write=False)

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
        """The one activation of all hidden layers, or None."""
        names = {layer.activation for layer in self.layers[:-1]}
        return names.pop() if len(names) == 1 else None

    def log10(self, kind: str) -> NDArray[np.float64]:
        """Return decimal logarithms of the norms of a kind, (S, L); -inf is exactly 0.

        Raises
        ------
        InputError
            If it was not observed.
        """
        if kind not in self.norms:
            raise InputError(f"recording: has no {kind}; it has {', '.join(self.norms)}")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(self.norms[kind]))

    def row(self, step: int) -> int:
        """Return the row of a step of the training.

        Raises
        ------
        InputError
            If that step was not recorded; the nearest one is named.
        """
        found = np.flatnonzero(self.steps == step)
        if len(found):
            return int(found[0])
        near = int(self.steps[np.argmin(np.abs(self.steps.astype(np.float64) - step))])
        raise InputError(
            f"--step: got {legible(step)}; allowed a step that was recorded, {self.steps[0]} to "
            f"{self.steps[-1]}; the nearest is {near}"
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by its name in a file, but for ``about``."""
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

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the recording to a file, whole or not at all, and return its path.

        Raises
        ------
        InputError
            If it does not end in .npz, cannot be written, or lies where another file is.
        """
        from backprop_core.recording.files import save

        return save(self, Path(path))


def _numbered(kinds: Mapping[str, tuple[NDArray[Any], ...] | None]) -> dict[str, NDArray[Any]]:
    return {
        f"{kind}.{layer}": array
        for kind, arrays in kinds.items()
        for layer, array in enumerate(arrays or (), start=1)
    }


def _problems(recording: Recording) -> Iterator[str]:
    """Yield what is wrong with a recording, the arrays only where the rest is right."""
    said = list(_about_problems(recording)) or list(_shape_problems(recording))
    yield from said or _value_problems(recording)


def _about_problems(recording: Recording) -> Iterator[str]:
    layers = recording.layers
    if not 1 <= len(layers) <= caps.DEPTH[1]:
        yield f"layers: got {len(layers):,}; allowed 1 to {caps.DEPTH[1]:,}"
    for number, layer in enumerate(layers, start=1):
        if layer.activation is not None and layer.activation not in ACTIVATIONS:
            came = legible(layer.activation)
            yield f"layer {number}: got {came}; allowed {', '.join(ACTIVATIONS)}, or none"
        if min(layer.inputs, layer.units) < 1:
            came = f"{layer.inputs} inputs, {layer.units} units"
            yield f"layer {number}: got {came}; allowed at least 1"
    if recording.dtype not in DTYPES:
        yield f"dtype: got {legible(recording.dtype)}; allowed {', '.join(DTYPES)}"
    texts = [recording.source, recording.ended or "", *recording.passed_over]
    texts += [layer.name for layer in layers]
    for text in texts:
        if len(text) > LONGEST_NAME or not is_seen(text):
            allowed = f"allowed up to {LONGEST_NAME} printable characters"
            yield f"names: got {legible(text)}; {allowed}"
            return


def _shape_problems(recording: Recording) -> Iterator[str]:
    passes = recording.passes
    if recording.steps.ndim != 1 or not 1 <= passes <= MOST_PASSES:
        shape = shorten(str(recording.steps.shape))
        yield f"steps: got shape {shape}; allowed (passes,), 1 to {MOST_PASSES:,} of them"
        return
    missing = {"signal", *SHARES} - {*recording.norms, *recording.shares}
    for lacking in sorted(missing)[:1]:
        yield f"has no array {lacking}; allowed what Recording.save writes"
    kept = {"float": recording.dtype, "norm": "float64", "count": "int64"}
    for name, array in recording.arrays().items():
        wanted, kind = expected(recording, name)
        if array.shape != wanted or array.dtype.name != kept[kind]:
            yield (
                f"{name}: got {legible(array.dtype)} of shape {shorten(str(array.shape))}; "
                f"allowed {kept[kind]} of shape {shorten(str(wanted))}"
            )


def expected(recording: Recording, name: str) -> tuple[tuple[int, ...], str]:
    """Return the shape that an array has to have, and what it holds: float, norm or count."""
    passes, depth, shots = recording.passes, recording.depth, recording.snapshots
    if name in {"steps", "batch"}:
        return (passes,), "count"
    if name == "loss":
        return (passes,), "norm"
    if name in {*NORMS, *SHARES, "back"}:
        return (passes, depth - (name == "back")), "norm"
    kind, _, number = name.partition(".")
    layer = recording.layers[int(number or 1) - 1]
    if kind in {"W", "b"}:
        return (layer.units, layer.inputs)[: 2 if kind == "W" else 1], "float"
    assert shots is not None
    count = len(shots.passes) if shots.passes.ndim else 0
    if kind == "kept":
        return (count,), "count"
    few = shots.units[int(number or 1) - 1].size
    if kind == "units":
        return (few,), "count"
    examples = shots.z[0].shape[1] if shots.z[0].ndim == 3 else 0
    return (count, examples, layer.inputs if kind == "x" else few), "float"


def _value_problems(recording: Recording) -> Iterator[str]:
    for name, array in recording.arrays().items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            yield f"{name}: got NaN or infinity; allowed finite numbers"
        elif not _signed(name) and array.min(initial=0) < 0:
            yield f"{name}: got {array.min()}; allowed nothing below 0"
    for name in ("saturated", "zeros"):
        if recording.shares[name].max(initial=0) > 1:
            yield f"{name}: got {recording.shares[name].max():g}; allowed shares from 0 to 1"
    if (recording.batch < 1).any():
        yield f"batch: got {recording.batch.min()}; allowed at least 1 example"
    yield from _order_problems(recording)


def _order_problems(recording: Recording) -> Iterator[str]:
    rising: list[tuple[str, IntArray, int | None]] = [("steps", recording.steps, None)]
    shots = recording.snapshots
    if shots is not None:
        rising.append(("kept", shots.passes, recording.passes))
        for number, layer in enumerate(recording.layers, start=1):
            rising.append((f"units.{number}", shots.units[number - 1], layer.units))
    for name, numbers, below in rising:
        if (np.diff(numbers) <= 0).any() or (below and numbers.max(initial=0) >= below):
            end = f", below {below:,}" if below else ""
            yield f"{name}: allowed whole numbers that rise{end}"


def _signed(name: str) -> bool:
    """Tell whether an array may hold what is below 0."""
    kind, dot, _ = name.partition(".")
    return name in {"x", "loss"} or (bool(dot) and kind != "units")
