"""The layers of one pass: their calls, and the gradients that come back to them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.errors import NumericalError
from backprop_core.recording.measured_pass import norm
from backprop_core.recording.pytorch.layers import as_matrix
from backprop_core.recording.pytorch.tensors import array

Guard = Callable[[Callable[..., None]], Callable[..., None]]


class Call:
    """One call of a layer: its numbers, and the gradients that have come back to it."""

    def __init__(self, z: FloatArray, x: FloatArray | None, axis: int, tensor: int) -> None:
        self.z, self.x, self.axis, self.tensor = z, x, axis, tensor
        self.seen: FloatArray | None = None
        self.delta = Sum()
        self.back = Sum()


class Sum:
    """Gradients that add up, those of a backward pass that is still running apart."""

    def __init__(self) -> None:
        self.value: NDArray[Any] | None = None
        self._running: NDArray[Any] | None = None

    def add(self, gradient: NDArray[Any]) -> None:
        """Take a gradient of the backward pass that is running."""
        self._running = gradient if self._running is None else self._running + gradient

    def settle(self, counts: bool) -> None:
        """Take or leave the gradients of the backward pass that has ended."""
        if counts and self._running is not None:
            self.value = self._running if self.value is None else self.value + self._running
        self._running = None


NOTHING = Sum()
"""Stands for gradients that are no longer needed."""


class Layer:
    """A layer in one pass: what is the same in all of its calls."""

    def __init__(self, name: str, kind: str, module: Any) -> None:
        self.name, self.kind, self.module = name, kind, module
        self.weight = module.weight
        # Copied, because the weights may be updated before the pass is measured.
        self.W = self.current().copy()
        self.b: FloatArray | None = None
        self.version = self.weight._version
        self.wants = bool(self.weight.requires_grad)
        self.precision: str | None = None
        self.dW = Sum()
        self.held = 0.0
        self.calls: list[Call] = []
        self._living: list[weakref.ref[Call]] = []
        self._answered: dict[int, Call] = {}

    def add(self, call: Call) -> None:
        """Add a call, which lives as long as its graph, or longer if a gradient comes."""
        self._living.append(weakref.ref(call))

    def current(self) -> NDArray[Any]:
        """Return W as it is now."""
        return as_matrix(array(self.weight), self.kind)

    def answered(self, call: Call) -> None:
        """Keep a call to which a gradient has come."""
        self._answered[id(call)] = call

    @property
    def latest(self) -> Call | None:
        """The latest call, if it still lives."""
        return self._living[-1]() if self._living else None

    def finish(self) -> None:
        """Find the calls that got a gradient, in order: `calls`."""
        living = [ref() for ref in self._living]
        self.calls = [call for call in living if call is not None and call.delta.value is not None]

    def forget(self) -> None:
        """Forget the numbers of the calls: the pass is measured, and only its step is not.

        W is left to who waits for the step: it may have it in common with other passes.
        """
        self.calls, self._living, self._answered = [], [], {}
        self.W = np.zeros((0, 0))

    def settle(self, counts: bool) -> None:
        """Take or leave the gradients of the backward pass that has ended."""
        self.dW.settle(counts)
        for call in self._answered.values():
            call.delta.settle(counts)
            call.back.settle(counts)


def size(values: NDArray[Any]) -> float:
    """Return the norm of an array; 0 for NaN or infinity, which the pass itself reports."""
    try:
        return norm(values, "gradient")
    except NumericalError:
        return 0.0


def joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """Return the rows of all calls of a layer, one call after the other."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
