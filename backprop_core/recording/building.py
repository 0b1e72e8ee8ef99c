"""Build a recording pass by pass: each is measured at once, and some are kept in part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.formatting import format_value
from backprop_core.recording.contents import Layer
from backprop_core.recording.functions import KNOWN, function_of
from backprop_core.recording.kept_passes import Kept
from backprop_core.recording.measured_pass import Floats, checked
from backprop_core.recording.one_pass import Pass, floats
from backprop_core.recording.recording import Recording
from backprop_core.recording.rows import Row, row_of, tables, widen

MOST_PARAMETERS = 2_000_000
"""Most parameters of a network whose weights are kept."""


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
        wanted = ["linear"] * len(names) if kinds is None else kinds
        self.layers = tuple(
            Layer(name, 0, 0, activation, kind)
            for name, activation, kind in zip(names, activations, wanted, strict=True)
        )
        """The layers; before the first pass, how wide they are is not known."""
        self.ended: str | None = None
        self._source, self._seed, self._keeps_weights = source, seed, weights
        self._neurons, self._examples = neurons, examples
        self._rows: list[Row] = []
        self._kept: Kept | None = None
        self._dtype: np.dtype[Any] | None = None
        self._weights: tuple[FloatArray, ...] | None = None
        self._biases: tuple[FloatArray, ...] | None = None

    @property
    def names(self) -> list[str]:
        """The names of the layers."""
        return [layer.name for layer in self.layers]

    @property
    def activations(self) -> list[str | None]:
        """The activations of the layers."""
        return [layer.activation for layer in self.layers]

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
        self.layers = (*self.layers[:at], layer, *self.layers[at:])
        for row in self._rows:
            widen(row, at)
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
        assert self._dtype is not None
        return Recording(
            layers=self.layers,
            source=self._source,
            dtype=self._dtype.name,
            snapshots=self._kept.snapshots(),
            weights=self._weights,
            biases=self._biases,
            every=every,
            seed=self._seed,
            ended=self.ended,
            passed_over=tuple(passed_over),
            **(tables(self._rows, left_out) | facts),
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
        if self._kept is None:
            self._kept = self._begun(one, z)
        self._fits(one, z)
        return row_of(one, z, delta, self.layers), self._kept.cut(one, z, delta)

    def _begun(self, one: Pass, z: Floats) -> Kept:
        """Learn from the first pass how wide the layers are, and which parts are to be kept."""
        if len(self.layers) != len(z):
            raise InputError(f"names: got {len(self.layers)}; allowed one a layer, {len(z)}")
        there = [layer for layer in z if layer is not None]
        if len(there) < len(z):
            raise InputError("z: got none of a layer; allowed all at the first pass")
        self.layers = tuple(
            replace(layer, inputs=inputs, units=here.shape[1])
            for layer, inputs, here in zip(self.layers, _inputs(one, there), there, strict=True)
        )
        self._dtype = there[0].dtype
        count = sum(layer.units * (layer.inputs + 1) for layer in self.layers)
        wanted = self._keeps_weights and count <= MOST_PARAMETERS
        if wanted and one.weights is not None and one.biases is not None:
            like = self._dtype
            self._weights = tuple(floats(W, "weights", like).copy() for W in one.weights)
            self._biases = tuple(floats(b, "biases", like).copy() for b in one.biases)
        options = (self._neurons, self._examples, self._seed)
        return Kept(self.layers, one.examples, *options, self._dtype)

    def _fits(self, one: Pass, z: Floats) -> None:
        units = [layer.units for layer in self.layers]
        same = len(z) == len(units) and all(
            layer is None or layer.shape[1] == wanted
            for layer, wanted in zip(z, units, strict=True)
        )
        if not same:
            raise InputError(f"step {one.step}: got other layers than at the first pass")
        if self._rows and one.step <= int(float(str(self._rows[-1]["step"]))):
            raise InputError(f"step: got {one.step} after it; allowed steps that rise")


def _inputs(one: Pass, z: Sequence[FloatArray]) -> list[int]:
    """Return how many inputs each layer has: by its weights, or else as in a chain."""
    if one.weights is None:
        first = z[0].shape[1] if one.x is None else np.shape(one.x)[-1]
        return [int(first), *(layer.shape[1] for layer in z[:-1])]
    shapes = [np.shape(W) for W in one.weights]
    if [shape[:1] for shape in shapes] != [(layer.shape[1],) for layer in z]:
        raise InputError(f"weights: got shapes {format_value(shapes)}; allowed (units, inputs)")
    return [int(shape[1]) for shape in shapes]
