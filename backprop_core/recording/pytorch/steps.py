"""What an optimizer makes of the gradients of measured passes.

A pass is part of the next step that moves its weights. Several passes may be part of one step, and
several optimizers may move the weights of one pass.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.recording.pytorch.calls import NOTHING, Layer, size
from backprop_core.recording.pytorch.layers import Parts, as_matrix, weights_of
from backprop_core.recording.pytorch.tensors import array
from backprop_core.recording.rows import Row

MOST_STEPS = 100
"""Steps of optimizers for which a pass waits: layers that none of them holds never take one."""
MOST_WAITING = 256
"""Passes that may wait at a time."""


class Pending:
    """A measured pass whose step is still to come.

    Parameters
    ----------
    number
        The number of the pass in its training.
    row
        Its measurements, to which those of the step are added.
    layers
        Its layers whose weights got a gradient.
    """

    def __init__(self, number: int, row: Row, layers: Sequence[Layer]) -> None:
        self.number, self.row = number, row
        self.waiting = {layer.name: layer for layer in layers if layer.dW.value is not None}
        self.before = {name: layer.W for name, layer in self.waiting.items()}
        self.dropped = False
        row["update"] = [0.0] * len(_list(row["signal"]))
        row["rate"] = [0.0] * len(_list(row["signal"]))
        row["step_dW"] = list(_list(row["dW"]))
        row["stepped"] = row["in_step"] = 0
        self.looked, self.own_steps = False, 0
        # A pass may wait for long: of its numbers, only the weights are needed.
        for layer in layers:
            layer.forget()

    def in_the_past(self) -> None:
        """Forget the gradients: another pass has gone backward, so no step gets these alone."""
        for layer in self.waiting.values():
            layer.dW = NOTHING

    def share(self, earlier: Pending) -> None:
        """Take the weights from an earlier pass where they are the same, which saves memory."""
        for name, W in self.before.items():
            other = earlier.before.get(name)
            if other is not None and np.array_equal(other, W):
                self.before[name] = other

    def moved(self, held: Container[int], known: dict[int, bool]) -> list[str]:
        """Return the names of the layers whose weights have changed since.

        Parameters
        ----------
        held
            Weights that optimizers hold, by their ids: these are left out.
        known
            What was found of arrays of weights that other passes have in common with this one.
        """
        names = []
        for name, layer in self.waiting.items():
            if id(layer.weight) in held:
                continue
            before = self.before[name]
            if id(before) not in known:
                known[id(before)] = not np.array_equal(layer.current(), before)
            if known[id(before)]:
                names.append(name)
        return names

    def resolve(self, names: Iterable[str], places: Mapping[str, int], in_step: int) -> None:
        """Measure the steps that some layers have taken.

        Parameters
        ----------
        places
            Where the layers stand in the row, by their names.
        in_step
            How many passes' gradients went into the step.
        """
        for name in names:
            layer = self.waiting.pop(name)
            moved = layer.current() - self.before.pop(name)
            _list(self.row["update"])[places[name]] = size(moved)
            self.row["stepped"] = 1
            self.row["in_step"] = 0 if self.dropped else in_step


def _holds(group: Mapping[str, Any]) -> int:
    return len(group["params"])


def _list(values: float | list[float]) -> list[float]:
    assert isinstance(values, list)
    return values


class Steps:
    """The optimizers that step while a model is recorded, and the passes that wait for them.

    Parameters
    ----------
    model
        The model.
    places
        Returns the names of the layers, in the order of the rows.
    settled
        Hears of each pass whose step has come.
    skipped
        Hears of each pass whose step was skipped.
    """

    def __init__(
        self,
        model: Any,
        places: Callable[[], Sequence[str]],
        settled: Callable[[Pending], None],
        skipped: Callable[[Pending], None],
    ) -> None:
        self.own = self.others = 0
        self.in_grad = self.since_step = 0
        self.pending: list[Pending] = []
        self._model, self._places, self._settled, self._skipped = model, places, settled, skipped
        self._known: dict[int, tuple[weakref.ref[Any], int, bool]] = {}
        self._opening: dict[int, FloatArray] | None = None
        self._rates: dict[int, float] = {}
        self._held: set[int] = set()

    def owns(self, optimizer: Any) -> bool:
        """Tell whether an optimizer holds parameters of the model."""
        groups = optimizer.param_groups
        held = len(groups[0]["params"]) if len(groups) == 1 else sum(map(_holds, groups))
        known = self._known.get(id(optimizer))
        if known is None or known[0]() is not optimizer or known[1] != held:
            ours = {id(parameter) for parameter in self._model.parameters()}
            found = any(id(one) in ours for group in groups for one in group["params"])
            known = self._known[id(optimizer)] = (weakref.ref(optimizer), held, found)
        return known[2]

    def wait(self, pending: Pending) -> None:
        """Let a measured pass wait for its step."""
        # This pass has been counted already.
        pending.row["since_step"] = max(0, self.since_step - 1)
        if self.pending:
            pending.share(self.pending[-1])
        if self._opening is not None:
            # It is a pass of a closure: the step has begun already.
            for name, layer in pending.waiting.items():
                pending.before[name] = self._opening.get(id(layer.module), pending.before[name])
        pending.own_steps = self.own
        self.pending.append(pending)
        if len(self.pending) > MOST_WAITING:
            self._settled(self.pending.pop(0))

    def counted(self, held: bool) -> None:
        """Count a pass that has gone backward; `held`: to gradients that were there already."""
        dropped = not held and self._opening is None
        if dropped:
            self.in_grad = 0
        for pending in self.pending:
            pending.dropped = pending.dropped or dropped
            pending.in_the_past()
        self.in_grad += 1
        self.since_step += 1

    def begin(self, optimizer: Any, parts: Parts | None) -> None:
        """Look at the gradients that the optimizer gets.

        Parameters
        ----------
        parts
            The parts of the model, if the optimizer gets them from a closure, which runs the model
            during the step.
        """
        self.own += 1
        if parts is not None:
            self._opening = {
                id(one): weights_of(one, parts.layers[id(one)][1]).copy() for one in parts.modules
            }
            return
        if not self.pending:
            return
        self._rates, places = rates_of(optimizer), self._numbers()
        for pending in self.pending:
            for name, layer in pending.waiting.items():
                if id(layer.weight) in self._rates:
                    self._gets(pending, places[name], layer, optimizer)

    def _numbers(self) -> dict[str, int]:
        """Return where the layers stand in a row, by their names."""
        return {name: number for number, name in enumerate(self._places())}

    def _gets(self, pending: Pending, place: int, layer: Layer, optimizer: Any) -> None:
        gradient = layer.weight.grad
        if layer.weight._version != layer.version:
            # Others have changed the weights since the forward pass.
            pending.before[layer.name] = layer.current().copy()
        if gradient is not None and not pending.dropped:
            values, own = array(gradient), layer.dW.value
            if own is not None and np.array_equal(as_matrix(values, layer.kind), own):
                # It is the gradient of the pass itself, whose norm is there already.
                return
            got = size(values)
            # A fused optimizer divides by the scale of the loss itself.
            scale = getattr(optimizer, "grad_scale", None)
            got = got if scale is None else got / float(scale)
            _list(pending.row["step_dW"])[place] = got

    def end(self, optimizer: Any) -> None:
        """Measure the step that the optimizer took."""
        self.since_step, self._opening = 0, None
        if not self.pending:
            return
        rates, places = self._rates or rates_of(optimizer), self._numbers()
        self._rates = {}
        self._held |= rates.keys()
        for pending in list(self.pending):
            held = {
                name: rates[id(layer.weight)]
                for name, layer in pending.waiting.items()
                if id(layer.weight) in rates
            }
            for name, rate in held.items():
                _list(pending.row["rate"])[places[name]] = rate
            pending.resolve(held, places, self.in_grad)
            self._leave(pending)
        while self.pending and self.own - self.pending[0].own_steps > MOST_STEPS:
            self._settled(self.pending.pop(0))

    def skip(self) -> None:
        """Leave out the passes that wait: the step that they are part of is not taken."""
        for pending in self.pending:
            self._skipped(pending)
        self.pending, self.since_step = [], 0

    def look(self) -> None:
        """Find steps of optimizers that are not PyTorch's: the weights have changed.

        Beside one of PyTorch, they are looked for once, before the next pass: what changes weights
        later may be more than one step.
        """
        if self._opening is not None:
            # A step is under way.
            return
        known: dict[int, bool] = {}
        for pending in list(self.pending):
            if self.own and pending.looked:
                continue
            pending.looked = True
            moved = pending.moved(self._held, known)
            if moved:
                pending.resolve(moved, self._numbers(), self.in_grad)
                self._leave(pending)
                self.since_step = 0

    def close(self) -> None:
        """Let all passes go that wait."""
        self.look()
        for pending in self.pending:
            self._settled(pending)
        self.pending = []

    def _leave(self, pending: Pending) -> None:
        if not pending.waiting:
            self.pending.remove(pending)
            self._settled(pending)


def rates_of(optimizer: Any) -> dict[int, float]:
    """Return the learning rate of each parameter of an optimizer, by its id."""
    return {
        id(parameter): float(group.get("lr", 0.0))
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
