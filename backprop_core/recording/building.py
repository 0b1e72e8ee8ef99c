"""Build a recording pass by pass: each is measured at once, and some are kept in part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.formatting import format_value
from backprop_core.recording.contents import COUNTS, NORMS, NOT_RUN, SHARES, Layer
from backprop_core.recording.functions import KNOWN, function_of
from backprop_core.recording.kept_passes import Kept
from backprop_core.recording.measured_pass import (
    Pass,
    WatchedPass,
    arriving_of,
    back_of,
    checked,
    floats,
    measured_layer,
    norms_of,
    not_finite,
)
from backprop_core.recording.recording import Recording

MOST_PARAMETERS = 2_000_000
"""Most parameters of a network whose weights are kept."""
Row = dict[str, float | list[float]]


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
    kinds
        What each layer is, see `Layer`; linear by default.
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
        kinds: Sequence[str] | None = None,
    ) -> None:
        problems = []
        if min(neurons, examples) < 1:
            problems.append(f"neurons, examples: got {neurons}, {examples}; allowed at least 1")
        if len(names) != len(activations):
            problems.append(f"names: got {len(names)} for {len(activations)} layers")
        problems += [
            f"activation: got {format_value(name)}; allowed {', '.join(KNOWN)}, or None"
            for name in dict.fromkeys(activations)
            if name is not None and function_of(name) is None
        ]
        if problems:
            raise InputError(*problems)
        self.names, self.activations, self._source = list(names), list(activations), source
        self._kinds = ["linear"] * len(names) if kinds is None else list(kinds)
        self._neurons, self._examples, self._seed = neurons, examples, seed
        self._keeps_weights = weights
        self._rows: list[Row] = []
        self.layers: tuple[Layer, ...] = ()
        self._dtype: np.dtype[Any] | None = None
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
            row, kept = self.measured(one)
        except NumericalError as error:
            self.ended = f"step {one.step}: {error}"
            if not self._rows:
                raise InputError(self.ended) from None
            return False
        self.put(row, kept)
        return True

    def put(self, row: Row, kept: list[FloatArray | None]) -> None:
        """Add a pass that was measured; the row may be completed later."""
        self._rows.append(row)
        assert self._kept is not None
        self._kept.add(len(self._rows) - 1, kept)

    def insert(self, at: int, layer: Layer) -> None:
        """Add a layer that got no gradient before, in front of the layer with index `at`."""
        assert self._kept is not None
        self.names.insert(at, layer.name)
        self.activations.insert(at, layer.activation)
        self._kinds.insert(at, layer.kind)
        self.layers = (*self.layers[:at], layer, *self.layers[at:])
        for row in self._rows:
            row.pop("back", None)
            for kind, values in row.items():
                if isinstance(values, list):
                    values.insert(at, float(NOT_RUN) if kind == "received" else 0.0)
        self._kept.insert(at, layer)
        # W and b were kept at the first pass, and this layer's were not.
        self._weights = self._biases = None

    def finished(
        self,
        every: int | None = None,
        passed_over: Sequence[str] = (),
        left_out: Collection[str] = (),
        **facts: Any,
    ) -> Recording:
        """Return the recording.

        Parameters
        ----------
        left_out
            Kinds of values that were not observed, though rows have them.
        facts
            Further fields of the recording.

        Raises
        ------
        InputError
            If no pass was added.
        """
        if not self._rows or self._kept is None:
            raise InputError("recording: no pass was recorded; allowed at least one")
        count = len(self._rows)
        everywhere = set.intersection(*(set(row) for row in self._rows)) - set(left_out)

        def table(kind: str, dtype: type = np.float64) -> NDArray[Any]:
            return np.array([row[kind] for row in self._rows], dtype=dtype)

        def optional(kind: str) -> NDArray[Any] | None:
            return table(kind) if kind in everywhere else None

        snapshots = self._kept.snapshots()
        assert self._dtype is not None
        given: dict[str, Any] = {
            "counts": {kind: table(kind, np.int64) for kind in COUNTS if kind in everywhere},
            "received": table("received", np.int64) if "received" in everywhere else None,
            "rate": optional("rate"),
            "loss_scale": optional("loss_scale"),
        }
        return Recording(
            layers=self.layers,
            source=self._source,
            dtype=self._dtype.name,
            steps=table("step", np.int64),
            batch=table("batch", np.int64),
            norms={kind: table(kind) for kind in NORMS if kind in everywhere},
            shares={kind: table(kind) for kind in SHARES},
            loss=optional("loss"),
            back=table("back").reshape(count, -1) if "back" in everywhere else None,
            snapshots=snapshots,
            weights=self._weights,
            biases=self._biases,
            every=every,
            seed=self._seed,
            ended=self.ended,
            passed_over=tuple(passed_over),
            **(given | facts),
        )

    def measured(self, one: Pass) -> tuple[Row, list[FloatArray | None]]:
        """Measure a pass: return its row, and the parts of it that are kept.

        Raises
        ------
        NumericalError
            If it holds NaN or infinity.
        InputError
            If it does not fit the earlier ones.
        """
        z, delta = checked(one)
        if not self.layers:
            self._begin(one, z)
        self._fits(one, z)
        watched = one if isinstance(one, WatchedPass) else None
        batch = watched.batch if watched else _rows_of(z[0])
        row: Row = {"step": one.step, "batch": batch}
        # Check z first, because NaN in the forward pass spreads to all of the backward pass.
        bad = not_finite(z)
        if bad is not None:
            raise NumericalError(f"layer {bad + 1}, z: NaN or infinity", bad + 1)
        layers = self._measured_layers(one, z, delta, batch)
        row |= {kind: [layer[kind] for layer in layers] for kind in ("signal", *SHARES)}
        given: dict[str, Sequence[Any] | None] = {
            "dW": one.dW,
            "W": one.weights,
            "update": one.update,
            "step_dW": one.step_dW,
            "back": back_of(one, delta),
        }
        for kind, values in given.items():
            if values is not None:
                row[kind] = norms_of(values, kind)
        if one.loss is not None:
            if not np.isfinite(one.loss):
                raise NumericalError("loss: NaN or infinity")
            row["loss"] = float(one.loss)
        if watched:
            row |= watched.more
            row["received"] = [float(code) for code in watched.received]
            _unscale(row, watched.scale)
        self._count(row)
        assert self._kept is not None
        return row, self._kept.cut(one, z, delta)

    def _measured_layers(
        self,
        one: Pass,
        z: Sequence[FloatArray | None],
        delta: Sequence[FloatArray | None],
        batch: int,
    ) -> list[dict[str, float]]:
        """Measure each layer; those without a gradient have zeros."""
        layers = []
        for n, (here, back, name) in enumerate(zip(z, delta, self.activations, strict=True)):
            if here is None or back is None:
                layers.append(dict.fromkeys(("signal", *SHARES), 0.0))
                continue
            seen = one.seen[n] if isinstance(one, WatchedPass) else None
            arriving = partial(arriving_of, one, delta, n)
            # Behind a norm, dL/dz is no product with the slope.
            measured = here if seen is None else seen
            try:
                found = measured_layer(measured, back, name, arriving, batch=batch)
            except NumericalError as error:
                raise NumericalError(f"layer {n + 1}, {error}", n + 1) from None
            layers.append(found if measured is here else found | {"zeros": 0.0})
        return layers

    def _count(self, row: Row) -> None:
        for kind in ("dW", "W", "update", "step_dW", "back"):
            values = row.get(kind)
            wanted = len(self.layers) - (kind == "back")
            if isinstance(values, list) and len(values) != wanted:
                raise InputError(f"{kind}: got {len(values)}; allowed one a layer, {wanted}")

    def _begin(self, one: Pass, z: Sequence[FloatArray | None]) -> None:
        if len(self.names) != len(z):
            raise InputError(f"names: got {len(self.names)}; allowed one a layer, {len(z)}")
        if any(layer is None for layer in z):
            raise InputError("z: got none of a layer; allowed all at the first pass")
        there = [layer for layer in z if layer is not None]
        if one.weights is not None:
            shapes = [np.shape(W) for W in one.weights]
            if [s[:1] for s in shapes] != [(layer.shape[1],) for layer in there]:
                raise InputError(
                    f"weights: got shapes {format_value(shapes)}; allowed (units, inputs)"
                )
            ends = [int(s[1]) for s in shapes]
        else:
            first = there[0].shape[1] if one.x is None else np.shape(one.x)[-1]
            ends = [int(first), *(layer.shape[1] for layer in there[:-1])]
        self.layers = tuple(
            Layer(name, before, layer.shape[1], activation, kind)
            for name, before, layer, activation, kind in zip(
                self.names, ends, there, self.activations, self._kinds, strict=True
            )
        )
        self._dtype = there[0].dtype
        batch = one.batch if isinstance(one, WatchedPass) else len(there[0])
        self._kept = Kept(
            self.layers, batch, self._neurons, self._examples, self._seed, self._dtype
        )
        count = sum(layer.units * (layer.inputs + 1) for layer in self.layers)
        wanted = self._keeps_weights and count <= MOST_PARAMETERS
        if wanted and one.weights is not None and one.biases is not None:
            like = self._dtype
            self._weights = tuple(floats(W, "weights", like).copy() for W in one.weights)
            self._biases = tuple(floats(b, "biases", like).copy() for b in one.biases)

    def _fits(self, one: Pass, z: Sequence[FloatArray | None]) -> None:
        units = [layer.units for layer in self.layers]
        same = len(z) == len(units) and all(
            layer is None or layer.shape[1] == wanted
            for layer, wanted in zip(z, units, strict=True)
        )
        if not same:
            raise InputError(f"step {one.step}: got other layers than at the first pass")
        if self._rows and one.step <= int(float(str(self._rows[-1]["step"]))):
            raise InputError(f"step: got {one.step} after it; allowed steps that rise")


def _rows_of(z: FloatArray | None) -> int:
    return 0 if z is None else len(z)


def _unscale(row: Row, scale: float | None) -> None:
    """Divide the loss and the gradients of a pass by the factor of its loss."""
    if scale is None:
        return
    row["loss_scale"] = scale
    for kind in ("loss", "signal", "dW", "back"):
        values = row.get(kind)
        if isinstance(values, list):
            row[kind] = [value / scale for value in values]
        elif values is not None:
            row[kind] = values / scale
