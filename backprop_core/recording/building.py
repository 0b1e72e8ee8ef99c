"""Build a recording pass by pass: each is measured at once, and some are kept in part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.formatting import format_value
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.recording.contents import NORMS, SHARES, Layer
from backprop_core.recording.kept_passes import Kept
from backprop_core.recording.measured_pass import (
    Pass,
    arriving_of,
    back_of,
    checked,
    floats,
    measured_layer,
    norm,
)
from backprop_core.recording.recording import Recording

MOST_PARAMETERS = 2_000_000
"""Most parameters of a network whose weights are kept."""
Row = Mapping[str, float | list[float]]


def from_arrays(
    passes: Pass | Iterable[Pass],
    activations: str | Sequence[str | None],
    *,
    names: Sequence[str] | None = None,
    source: str = "arrays",
    neurons: int = 64,
    examples: int = 64,
    seed: int = 0,
) -> Recording:
    """Make a recording from arrays of any library.

    Parameters
    ----------
    passes
        One `Pass`, or several in the order of their steps.
    activations
        One activation for all hidden layers (the output is then "identity"), or one for each layer.
        None stands for an activation that this project does not know.
    names
        Names of the layers; by default their numbers.
    source
        Origin of the arrays, for example "Keras 3".
    neurons, examples, seed
        Most units of each layer and most examples of a pass that are kept, chosen by the seed.

    Raises
    ------
    InputError
        If shapes, dtypes or steps do not fit together, or the first pass holds NaN or infinity. In
        a later pass these end the recording, and ``ended`` says why.
    """
    found = [passes] if isinstance(passes, Pass) else list(passes)
    if not found:
        raise InputError("passes: got none; allowed at least one")
    depth = len(found[0].z)
    if isinstance(activations, str):
        activations = [*[activations] * (depth - 1), "identity"]
    names = [str(n) for n in range(1, depth + 1)] if names is None else [str(n) for n in names]
    building = Building(names, activations, source, neurons=neurons, examples=examples, seed=seed)
    for one in found:
        if not building.add(one):
            break
    return building.finished()


class Building:
    """A recording under construction.

    Parameters
    ----------
    names, activations
        Name and activation of each layer.
    source
        Origin of the passes.
    neurons, examples, seed
        See `from_arrays`.
    weights
        Whether to keep the weights of the first pass.
    """

    def __init__(
        self,
        names: Sequence[str],
        activations: Sequence[str | None],
        source: str,
        *,
        neurons: int = 64,
        examples: int = 64,
        seed: int = 0,
        weights: bool = True,
    ) -> None:
        problems = []
        if min(neurons, examples) < 1:
            problems.append(f"neurons, examples: got {neurons}, {examples}; allowed at least 1")
        if len(names) != len(activations):
            problems.append(f"names: got {len(names)} for {len(activations)} layers")
        problems += [
            f"activation: got {format_value(name)}; allowed {', '.join(ACTIVATIONS)}, or None"
            for name in dict.fromkeys(activations)
            if name is not None and name not in ACTIVATIONS
        ]
        if problems:
            raise InputError(*problems)
        self._names, self._activations, self._source = list(names), list(activations), source
        self._neurons, self._examples, self._seed = neurons, examples, seed
        self._keeps_weights = weights
        self._rows: list[dict[str, float | list[float]]] = []
        self._layers: tuple[Layer, ...] = ()
        self._kept: Kept | None = None
        self._weights: tuple[FloatArray, ...] | None = None
        self._biases: tuple[FloatArray, ...] | None = None
        self.ended: str | None = None

    @property
    def passes(self) -> int:
        """Number of passes that were added."""
        return len(self._rows)

    def add(self, one: Pass) -> bool:
        """Measure a pass; return False if it holds NaN or infinity, which ends the recording.

        Raises
        ------
        InputError
            If the pass does not fit the earlier ones, or is the first one and not finite.
        """
        if self.ended is not None:
            return False
        try:
            row, kept = self._measure(one)
        except NumericalError as error:
            self.ended = f"step {one.step}: {error}"
            if not self._rows:
                raise InputError(self.ended) from None
            return False
        self._rows.append(row)
        assert self._kept is not None
        self._kept.add(len(self._rows) - 1, kept)
        return True

    def later(self, row: int, **values: list[float]) -> None:
        """Add values that are known only after a pass: its update, the optimizer's gradient."""
        self._rows[row].update(values)

    def finished(self, every: int | None = None, passed_over: Sequence[str] = ()) -> Recording:
        """Return the recording.

        Raises
        ------
        InputError
            If no pass was added.
        """
        if not self._rows or self._kept is None:
            raise InputError("recording: no pass was recorded; allowed at least one")
        count = len(self._rows)
        everywhere = set.intersection(*(set(row) for row in self._rows))

        def table(kind: str, dtype: type = np.float64) -> NDArray[np.float64]:
            return np.array([row[kind] for row in self._rows], dtype=dtype)

        snapshots = self._kept.snapshots(count)
        return Recording(
            layers=self._layers,
            source=self._source,
            dtype=snapshots.z[0].dtype.name,
            steps=table("step").astype(np.int64),
            batch=table("batch").astype(np.int64),
            norms={kind: table(kind) for kind in NORMS if kind in everywhere},
            shares={kind: table(kind) for kind in SHARES},
            loss=table("loss") if "loss" in everywhere else None,
            back=table("back").reshape(count, -1) if "back" in everywhere else None,
            snapshots=snapshots,
            weights=self._weights,
            biases=self._biases,
            every=every,
            seed=self._seed,
            ended=self.ended,
            passed_over=tuple(passed_over),
        )

    def _measure(self, one: Pass) -> tuple[dict[str, float | list[float]], list[FloatArray | None]]:
        z, delta = checked(one)
        dtype = z[0].dtype
        if not self._layers:
            self._begin(one, z)
        self._fits(one, z, dtype)
        row: dict[str, float | list[float]] = {"step": one.step, "batch": len(z[0])}
        # Check z first, because NaN in the forward pass spreads to all of the backward pass.
        for number, here in enumerate(z, start=1):
            if not np.isfinite(here).all():
                raise NumericalError(f"layer {number}, z: NaN or infinity", number)
        layers = []
        arriving = arriving_of(one, delta)
        every = zip(z, delta, self._activations, arriving, strict=True)
        for number, parts in enumerate(every, start=1):
            try:
                layers.append(measured_layer(*parts))
            except NumericalError as error:
                raise NumericalError(f"layer {number}, {error}", number) from None
        row |= {kind: [layer[kind] for layer in layers] for kind in ("signal", *SHARES)}
        given = {"dW": one.dW, "W": one.weights, "update": one.update, "step_dW": one.step_dW}
        given["back"] = back_of(one, delta)
        for kind, values in given.items():
            if values is not None:
                row[kind] = [norm(value, kind) for value in values]
        if one.loss is not None:
            if not np.isfinite(one.loss):
                raise NumericalError("loss: NaN or infinity")
            row["loss"] = float(one.loss)
        self._count(row)
        assert self._kept is not None
        return row, self._kept.cut(one, z, delta)

    def _count(self, row: Row) -> None:
        for kind in ("dW", "W", "update", "step_dW", "back"):
            values = row.get(kind)
            wanted = len(self._layers) - (kind == "back")
            if isinstance(values, list) and len(values) != wanted:
                raise InputError(f"{kind}: got {len(values)}; allowed one a layer, {wanted}")

    def _begin(self, one: Pass, z: Sequence[FloatArray]) -> None:
        if len(self._names) != len(z):
            raise InputError(f"names: got {len(self._names)}; allowed one a layer, {len(z)}")
        inputs = [layer.shape[1] for layer in z[:-1]]
        if one.weights is not None:
            shapes = [np.shape(W) for W in one.weights]
            if [s[:1] for s in shapes] != [(layer.shape[1],) for layer in z]:
                raise InputError(
                    f"weights: got shapes {format_value(shapes)}; allowed (units, inputs)"
                )
            ends = [int(s[1]) for s in shapes]
        else:
            first = z[0].shape[1] if one.x is None else np.shape(one.x)[-1]
            ends = [int(first), *inputs]
        self._layers = tuple(
            Layer(name, before, layer.shape[1], activation)
            for name, before, layer, activation in zip(
                self._names, ends, z, self._activations, strict=True
            )
        )
        self._kept = Kept(self._layers, len(z[0]), self._neurons, self._examples, self._seed)
        count = sum(layer.units * (layer.inputs + 1) for layer in self._layers)
        wanted = self._keeps_weights and count <= MOST_PARAMETERS
        if wanted and one.weights is not None and one.biases is not None:
            like = z[0].dtype
            self._weights = tuple(floats(W, "weights", like).copy() for W in one.weights)
            self._biases = tuple(floats(b, "biases", like).copy() for b in one.biases)

    def _fits(self, one: Pass, z: Sequence[FloatArray], dtype: np.dtype[np.floating]) -> None:
        units = [layer.units for layer in self._layers]
        if [layer.shape[1] for layer in z] != units:
            raise InputError(f"step {one.step}: got other layers than at the first pass")
        if self._rows and one.step <= int(float(str(self._rows[-1]["step"]))):
            raise InputError(f"step: got {one.step} after it; allowed steps that rise")
