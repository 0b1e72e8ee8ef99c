"""Training loops, and the gradients of each pass taken by hand: by `.grad` of a twin model.

A loop is a generator. It yields ("begin", None) before a pass whose gradients add to others,
("pass", loss) when a pass has gone backward, and ("step", None) when the weights have moved; with a
closure, ("opening", None) where the step begins, before its passes.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import numpy as np

from backprop_core.recording import Recording, record

Event = tuple[str, Any]
Loop = Callable[..., Iterator[Event]]


@dataclass
class Taken:
    """What was taken by hand of one pass: norms by the names of layers."""

    loss: float | None
    delta: dict[str, float]
    dW: dict[str, float]
    update: dict[str, float] = field(default_factory=dict)


class ByHand:
    """Takes gradients of a model with `retain_grad` and `.grad`, and no recorder."""

    def __init__(self, model: Any, torch: Any) -> None:
        nn = torch.nn
        kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d)
        self.layers = {
            name or "linear": module
            for name, module in model.named_modules()
            # Parametrized layers are passed over.
            if isinstance(module, kinds) and not hasattr(module, "parametrizations")
        }
        self.passes: list[Taken] = []
        self._z: dict[str, list[Any]] = {}
        self._waiting: list[Taken] = []
        self._base: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._opening: dict[str, Any] = {}
        names = {id(layer): name for name, layer in self.layers.items()}

        def keep(module: Any, _: Any, z: Any) -> None:
            if id(module) in names and z.requires_grad:
                z.retain_grad()
                self._z.setdefault(names[id(module)], []).append(z)

        # A hook of a module would be pickled with it.
        self.end = nn.modules.module.register_module_forward_hook(keep).remove

    def hear(self, event: Event) -> None:
        """Take what an event of a loop stands for."""
        kind, loss = event
        if kind == "opening":
            self._opening = {n: layer.weight.detach().clone() for n, layer in self.layers.items()}
        elif kind == "begin":
            self._z = {}
            self._base = {n: _clone(layer.weight.grad) for n, layer in self.layers.items()}
        elif kind == "pass":
            self._take(loss)
        else:
            for one in self._waiting:
                for name in one.dW:
                    before = self._opening or self._before
                    moved = self.layers[name].weight.detach() - before[name]
                    one.update[name] = float(moved.double().norm())
            self._waiting, self._opening = [], {}

    def _take(self, loss: Any) -> None:
        delta, dW = {}, {}
        for name, layer in self.layers.items():
            grads = [z.grad for z in self._z.get(name, []) if z.grad is not None]
            if not grads:
                continue
            delta[name] = math.sqrt(sum(float(g.double().pow(2).sum()) for g in grads))
            got = layer.weight.grad
            if got is not None:
                base = self._base.get(name)
                dW[name] = float((got if base is None else got - base).double().norm())
        self.passes.append(Taken(None if loss is None else float(loss), delta, dW))
        self._waiting.append(self.passes[-1])
        self._before = {n: layer.weight.detach().clone() for n, layer in self.layers.items()}
        self._z, self._base = {}, {}


def _clone(gradient: Any) -> Any:
    return None if gradient is None else gradient.clone()


def run(
    torch: Any, make: Callable[[], Any], loop: Loop, *, every: int = 1, watched: str = ""
) -> tuple[Recording, list[Taken]]:
    """Run a loop three times, and compare what becomes of the model.

    Alone, with a recorder and by hand: the weights, and what chance gives next, must be the same
    to the bit in the first two.

    Returns
    -------
    The recording, and what was taken by hand.
    """
    models = []
    for _ in range(3):
        torch.manual_seed(0)
        models.append(make())
    alone, first, twin = models

    def part(model: Any) -> Any:
        return model.get_submodule(watched) if watched else model

    ends = []
    for model in (alone, first):
        torch.manual_seed(1)
        if model is first:
            with record(part(model), every=every) as recorder:
                events = list(loop(model))
        else:
            events = list(loop(model))
        ends.append((model.state_dict(), torch.rand(1), [kind for kind, _ in events]))
    (state, chance, kinds), (recorded_state, recorded_chance, recorded_kinds) = ends
    assert kinds == recorded_kinds
    assert torch.equal(chance, recorded_chance)
    for name, value in state.items():
        assert torch.equal(value, recorded_state[name]), name
    leaves_nothing(torch, first)
    torch.manual_seed(1)
    by_hand = ByHand(part(twin), torch)
    twin.by_hand = True
    try:
        # Closures tell what happens in them themselves.
        extra = {"hear": by_hand.hear} if "hear" in signature(loop).parameters else {}
        for event in loop(twin, **extra):
            by_hand.hear(event)
    finally:
        by_hand.end()
    return recorder.recording, by_hand.passes


def leaves_nothing(torch: Any, model: Any) -> None:
    """Check that no hook of the recorder is left anywhere."""
    hooks = torch.nn.modules.module
    assert not hooks._global_forward_hooks
    assert not hooks._global_forward_pre_hooks
    assert not sys.modules["torch.optim.optimizer"]._global_optimizer_pre_hooks
    assert not hasattr(torch.autograd.backward, "_backprop_stand_in")
    assert not hasattr(torch.amp.GradScaler.step, "_backprop_stand_in")
    for module in model.modules():
        for hook in (*module._forward_hooks.values(), *module._forward_pre_hooks.values()):
            assert not type(hook).__module__.startswith("backprop_core")
            assert not getattr(hook, "__module__", "").startswith("backprop_core")
    assert not any(parameter._backward_hooks for parameter in model.parameters())


def agrees(found: Recording, taken: list[Taken], rtol: float = 1e-4) -> None:
    """Compare a recording with what was taken by hand."""
    assert found.ended is None, found.ended
    names = [layer.name for layer in found.layers]
    assert found.received is not None
    for row, step in enumerate(found.steps):
        hand = taken[step]
        got = {n for n, there in zip(names, found.arrived[row], strict=True) if there}
        assert got == hand.delta.keys(), f"pass {step}"
        for column, name in enumerate(names):
            if name not in got:
                assert found.norms["signal"][row, column] == 0
                continue
            size = found.norms["signal"][row, column] / math.sqrt(found.batch[row])
            np.testing.assert_allclose(size, hand.delta[name], rtol, err_msg=f"{step} {name}")
            if name in hand.dW:
                mine = found.norms["dW"][row, column]
                np.testing.assert_allclose(mine, hand.dW[name], rtol, 1e-12, err_msg=name)
            if name in hand.update:
                mine = found.norms["update"][row, column]
                np.testing.assert_allclose(mine, hand.update[name], rtol, 1e-12, err_msg=name)
        if hand.loss is not None and found.loss is not None:
            np.testing.assert_allclose(found.loss[row], hand.loss, rtol)
