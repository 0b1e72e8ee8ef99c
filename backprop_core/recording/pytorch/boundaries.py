"""Where passes of a training begin and end.

A pass is one or more forward passes of the model, in training and with gradients, and the backward
passes that follow. It ends at the next forward pass after these. What runs in evaluation, without
gradients or without a backward pass ends nothing and has no number.

Hooks are those that PyTorch keeps for all modules together: hooks of a module would be copied and
pickled with it. Between the passes that are measured there is only one, until the model is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop_core.errors import InputError
from backprop_core.recording.pytorch.calls import Guard
from backprop_core.recording.pytorch.layers import Parts
from backprop_core.recording.pytorch.listeners import Ended, Switch
from backprop_core.recording.pytorch.reasons import COMPILED, Heard
from backprop_core.recording.pytorch.tensors import pytorch
from backprop_core.recording.pytorch.watched import Watched

MOST_PARTS = 4
_NONE: tuple[Any, int] = (None, 0)


class Boundaries:
    """Tells the passes of a training apart, and watches those that are due.

    Parameters
    ----------
    model, parts, every
        The model, its parts, and the distance of measured passes.
    watch
        Returns what watches a pass, given its number; None if no more are to be measured.
    measure
        Measures a pass that has gone backward.
    counted
        Hears of each pass that goes backward, and whether gradients were there before.
    forward
        Hears of each forward pass in training that begins.
    guard
        Wraps a hook so that it never raises.
    """

    def __init__(
        self,
        model: Any,
        parts: Parts,
        every: int,
        *,
        watch: Callable[[int], Watched | None],
        measure: Callable[[Watched], None],
        counted: Callable[[bool], None],
        forward: Callable[[], None],
        guard: Guard,
    ) -> None:
        self.heard = Heard()
        self.number = 0
        self.watched: Watched | None = None
        self._model, self._every, self._torch = model, every, pytorch()
        self._watch, self._measure, self._counted, self._forward = watch, measure, counted, forward
        self._parameters, self._names = parts.parameters(), parts.names
        self._forwarded = self._backwarded = False
        self._running = self._inside = 0
        self._stopped = False
        self._before = guard(self._called)
        self._after = guard(self._returned)
        self._waiting: Switch | None = None
        self._watching: Any = None

    def open(self) -> None:
        """Wait for the model to be called."""
        if self._waiting is not None:
            self._waiting.on()
        elif not self._stopped:
            hooks = self._torch.nn.modules.module
            self._waiting = Switch(hooks.register_module_forward_pre_hook(self._before))

    def close(self) -> None:
        """Measure the pass that is being watched, and remove all hooks."""
        self.measure()
        self._let_go()
        self._disarm()

    def stop(self) -> None:
        """Watch no more, and remove all hooks."""
        self._stopped = True
        self._let_go()
        self._disarm()
        self._waiting = None

    def _disarm(self) -> None:
        if self._waiting is not None:
            self._waiting.off()

    def _let_go(self) -> None:
        if self._watching is not None:
            self._watching.remove()
            self._watching = None
        if self.watched is not None:
            self.watched.let_go()
            self.watched = None
        self._inside = 0

    # Forward

    def _called(self, module: Any, _: Any) -> None:
        """Hear of a module that is about to be called."""
        if module is not self._model:
            self._other_called(module)
            return
        self.heard.called = True
        if self._running:
            return
        self._inside += self.watched is not None
        if not self._torch.is_grad_enabled():
            return
        if not module.training:
            self.heard.in_evaluation = True
            return
        self.heard.in_training = True
        if self._backwarded:
            if self.watched is not None:
                self.measure()
            self.number += 1
            self._forwarded = self._backwarded = False
        self._forward()
        if not self._forwarded:
            self._forwarded = True
            if self.number % self._every == 0:
                self._begin()
        if self.watched is None or not self.watched.looks:
            # Its parts need not be heard before they run.
            self._disarm()

    def _other_called(self, module: Any) -> None:
        heard = self.heard
        # Modules of TorchScript have a mapping of their own, without `get`.
        parts, whole = module._modules, "_orig_mod"
        if whole in parts and parts[whole] is self._model and module.training:
            # Before it is compiled, so that our hooks are not compiled with it.
            heard.compiled = True
            raise InputError(COMPILED)
        if not heard.called and len(heard.parts) < MOST_PARTS:
            name = self._names.get(id(module))
            inside = name is None or any(name.startswith(f"{part}.") for part in heard.parts)
            if name is not None and not inside:
                heard.parts[name] = None

    def _begin(self) -> None:
        self.watched = self._watch(self.number)
        if self.watched is not None:
            self._parameters = self.watched.parts.parameters()
            self._inside = 1
            hooks = self._torch.nn.modules.module
            self._watching = hooks.register_module_forward_hook(
                self._after, with_kwargs=True, always_call=True
            )

    def _returned(self, module: Any, args: Any, kwargs: Any, output: Any = None) -> None:
        """Hear of a module that has returned, or raised: then it gives no output.

        PyTorch leaves `kwargs` out where it raised.
        """
        watched, whole = self.watched, module is self._model
        if whole:
            self._inside = max(0, self._inside - 1)
        if watched is None or output is None or not (whole or watched.hears(module)):
            return
        if watched.looks and self._inside and id(module) not in watched.parts.names:
            watched.stranger(module)
        if not self._torch.is_grad_enabled():
            return
        if isinstance(output, self._torch.Tensor):
            watched.called(module, args, kwargs, output, again=self._running > 0)
        if whole:
            watched.returned(output)

    # Backward

    def sent(self, tensors: Any, *_: Any, **__: Any) -> Ended:
        """Hear of tensors that are sent backward, and return who hears of the end of it."""
        top, watched = self._running == 0, self.watched
        self._running += 1
        roots: list[Any] = []
        handles: list[Any] = []
        before: list[tuple[Any, int]] = []
        if watched is not None:
            roots = [tensors] if isinstance(tensors, self._torch.Tensor) else list(tensors)
            if top and watched.looks:
                watched.structure.lost(roots)
            handles = list(watched.sent(roots))
        if top and self._forwarded:
            before = _gradients(self._parameters)
            if watched is not None and not self._backwarded:
                watched.hold()
        held = bool(before) and not self._backwarded and _any(before)

        def ended(_: Any, returned: bool) -> None:
            self._running -= 1
            for handle in handles:
                handle.remove()
            if top:
                self._gone(roots, before, held, returned)

        return ended

    def _gone(
        self, roots: list[Any], before: list[tuple[Any, int]], held: bool, returned: bool
    ) -> None:
        """Close a backward pass: it counts if gradients of the model have come of it."""
        self.heard.backward = True
        counts = returned and self._forwarded and self._arrived(before)
        watched = self.watched
        if watched is not None:
            if counts:
                watched.losses += [_value(root) for root in roots]
            watched.settle(counts)
            if watched.looks:
                watched.structure.forget()
        if counts:
            if not self._backwarded:
                self._backwarded = True
                self._counted(held)
            self.open()

    def _arrived(self, before: list[tuple[Any, int]]) -> bool:
        then = iter(before)
        for parameter in self._parameters:
            now = parameter.grad
            if now is None:
                continue
            gradient, version = next(then, _NONE)
            if now is not gradient or version != now._version:
                return True
        # Each parameter may be updated as soon as its gradient has come, which is then let go.
        return any(
            getattr(parameter, "_post_accumulate_grad_hooks", None)
            for parameter in self._parameters
        )

    # Ends

    @property
    def went_back(self) -> bool:
        """Whether the present pass has gone backward."""
        return self._backwarded

    def measure(self) -> None:
        """Measure the pass that is watched, if it has gone backward."""
        watched = self.watched
        if watched is not None and self._backwarded:
            self._let_go()
            self._measure(watched)

    def leave(self) -> None:
        """Leave out the pass that is watched."""
        self._let_go()


def _gradients(parameters: list[Any]) -> list[tuple[Any, int]]:
    """Return the gradients that parameters hold, and how often each has been changed."""
    there = [found for each in parameters if (found := each.grad) is not None]
    return [(found, found._version) for found in there]


def _any(there: list[tuple[Any, int]]) -> bool:
    """Tell whether some gradient is not 0; to save time, only the first and last are looked at."""
    ends = [found for found, _ in there[:1] + there[-1:]]
    return any(bool(found.any()) for found in ends[: len(there)])


def _value(root: Any) -> float | None:
    """Return a loss as a number; None if it is none."""
    return float(root.detach()) if root.numel() == 1 else None
