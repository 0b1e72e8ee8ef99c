"""Record a PyTorch model while it trains.

z, a, delta, dL/da and dW are exact: hooks on tensors take them from the recorded pass. The loss is
what ``backward`` is called on, and gradients count only while that runs. For optimizers of
``torch.optim``, the gradient that the optimizer receives, clipped or not, and its update are
measured at that step. For other optimizers the update is measured when the weights have changed.

Nothing here raises into the training: what goes wrong ends the recording, and is told at its end.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError, NumericalError
from backprop_core.formatting import format_value, shorten
from backprop_core.recording.contents import LONGEST_NAME
from backprop_core.recording.pytorch.boundaries import Boundaries
from backprop_core.recording.pytorch.layers import Parts, passed_over
from backprop_core.recording.pytorch.listeners import Ended, listen
from backprop_core.recording.pytorch.reasons import COMPILED, why_nothing
from backprop_core.recording.pytorch.results import Measured, Results
from backprop_core.recording.pytorch.steps import Pending, Steps
from backprop_core.recording.pytorch.tensors import flattened, pytorch
from backprop_core.recording.pytorch.watched import Watched
from backprop_core.recording.recording import Recording


class Recorder:
    """Context manager that records a model; see `backprop_core.recording.record`."""

    def __init__(
        self,
        model: Any,
        every: int,
        *,
        neurons: int,
        examples: int,
        seed: int,
        weights: bool,
    ) -> None:
        torch = pytorch()
        if not isinstance(model, torch.nn.Module):
            raise InputError(f"model: got {type(model).__name__}; allowed a torch.nn.Module")
        if every < 1:
            raise InputError(f"every: got {format_value(every)}; allowed at least 1")
        if hasattr(model, "_orig_mod") or getattr(model, "_compiled_call_impl", None) is not None:
            raise InputError(COMPILED)
        self._parts = Parts.of(model)
        self.passed_over = tuple(passed_over(self._parts))
        if not self._parts.layers:
            raise InputError(
                "model: has no linear layers and no convolutions that can be recorded; allowed a "
                "model that has some"
            )
        self._model, self._every = model, every
        options = {"neurons": neurons, "examples": examples, "seed": seed, "weights": weights}
        self._results = Results(options)
        self._ended: str | None = None
        self._scaled: list[tuple[weakref.ref[Any], float]] = []
        self._held_back: dict[int, Measured] = {}
        self._suspects: list[tuple[int, NumericalError]] = []
        self._stepping = False
        self._looked_at: frozenset[int] = frozenset()
        self._hooks = ExitStack()
        self._steps = Steps(model, lambda: self._results.names, self._settle, self._skip)
        self._passes = Boundaries(
            model,
            self._parts,
            every,
            watch=self._watch,
            measure=self._measure,
            counted=self._steps.counted,
            forward=self._forward,
            guard=self._guarded,
        )

    def __enter__(self) -> Recorder:
        from torch import amp, autograd
        from torch.optim.optimizer import (
            register_optimizer_step_post_hook,
            register_optimizer_step_pre_hook,
        )

        handles = (
            register_optimizer_step_pre_hook(self._guarded(self._before_step)),
            register_optimizer_step_post_hook(self._guarded(self._after_step)),
        )
        for handle in handles:
            self._hooks.callback(handle.remove)
        heard = (
            (autograd, "backward", self._sent),
            (amp.GradScaler, "scale", self._scales),
            (amp.GradScaler, "step", self._scaler_steps),
        )
        for owner, name, listener in heard:
            self._hooks.callback(listen(owner, name, listener, self._fail))
        self._passes.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        self._passes.close()
        self._hooks.close()

    @property
    def recording(self) -> Recording:
        """The recording of the passes so far.

        Raises
        ------
        InputError
            If no pass was recorded; the message says why.
        """
        self._guarded(self._passes.measure)()
        found = self._results.finished(
            self._every,
            self.passed_over,
            self._ended,
            own_steps=self._steps.own,
            other_steps=self._steps.others,
        )
        if found is None:
            raise InputError(self._ended or why_nothing(self._passes.heard, self._results.skipped))
        return found

    def save(self, path: str | Path) -> Path:
        """Write the recording to a file; see `Recording.save`."""
        return self.recording.save(path)

    # What goes wrong

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same, and never raises."""

        def safe(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                self._fail(error)
            return None

        return safe

    def _fail(self, error: Exception, step: int | None = None) -> None:
        """End the recording; the training goes on."""
        step = self._passes.number if step is None else step
        if self._ended is None:
            self._results.ends_at(step)
        if self._passes.heard.compiled:
            error = InputError(COMPILED)
        said = f"step {step}: {error}"
        if not isinstance(error, InputError | NumericalError):
            said = f"step {step}: recording failed: {type(error).__name__}: {error}"
        lines = said.splitlines() or [said]
        self._ended = self._ended or shorten(lines[0], LONGEST_NAME)
        self._passes.stop()

    # Passes

    def _watch(self, number: int) -> Watched | None:
        if self._ended is not None:
            return None
        parts = self._current_parts()
        wanting = parts.wanting
        looks, self._looked_at = wanting != self._looked_at, wanting
        self._scaled.clear()
        return Watched(
            number,
            parts,
            self._results.structure,
            looks=looks,
            inputs=None if looks else self._results.inputs,
            takes_back=looks or self._results.takes_back,
            failed=self._fail,
        )

    def _current_parts(self) -> Parts:
        """Return the parts of the model, which is looked at again only if it has changed."""
        if not self._parts.fresh:
            self._parts = Parts.of(self._model)
        return self._parts

    def _measure(self, watched: Watched) -> None:
        try:
            found = self._results.measured(watched)
        except NumericalError as error:
            if watched.scale is None:
                raise
            # The GradScaler may find it as well, and skip the step.
            self._suspects.append((watched.step, error))
            return
        if found is None:
            return
        pending = Pending(watched.step, found[0], watched.with_gradient())
        if watched.scale is None:
            self._put(found)
        else:
            self._held_back[watched.step] = found
        self._steps.wait(pending)

    def _put(self, found: Measured) -> None:
        assert self._results.building is not None
        self._results.building.put(*found)

    def _forward(self) -> None:
        if self._steps.pending:
            self._steps.look()

    def _close(self) -> None:
        for last in (self._passes.measure, self._steps.close, self._believe):
            self._guarded(last)()

    # Steps

    def _before_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        self._stepping = self._steps.owns(optimizer)
        if not self._stepping:
            self._steps.others += 1
            return
        found_inf = getattr(optimizer, "found_inf", None)
        if found_inf is not None and float(found_inf):
            # A fused optimizer takes no step then.
            self._stepping = False
            return
        if self._passes.watched is not None:
            self._passes.measure()
        closure = (len(args) > 1 or bool(kwargs)) and any(map(callable, (*args, *kwargs.values())))
        self._steps.begin(optimizer, self._current_parts() if closure else None)

    def _after_step(self, optimizer: Any, *_: Any) -> None:
        if self._stepping:
            self._stepping = False
            if self._passes.watched is not None:
                self._passes.measure()
            self._steps.end(optimizer)
            if self._suspects:
                self._believe()

    def _believe(self) -> None:
        """End the recording with what no GradScaler has skipped."""
        suspects, self._suspects = self._suspects, []
        for step, error in suspects:
            self._fail(error, step)

    def _settle(self, pending: Pending) -> None:
        """Add a pass that waited for its step, as a GradScaler might have skipped it."""
        found = self._held_back.pop(pending.number, None)
        if found is not None:
            self._put(found)

    def _skip(self, pending: Pending) -> None:
        """Leave out a pass whose step was skipped."""
        self._held_back.pop(pending.number, None)
        self._results.skipped.append(pending.number)
        self._results.forget_if_empty()

    # Loss scales

    def _scales(self, scaler: Any, *_: Any, **__: Any) -> Ended | None:
        if self._passes.watched is None or not scaler.is_enabled():
            return None

        def ended(scaled: Any, returned: bool) -> None:
            if returned:
                factor = float(scaler.get_scale())
                self._scaled += [(weakref.ref(one), factor) for one in flattened(scaled)]

        return ended

    def _scaler_steps(self, scaler: Any, optimizer: Any, *_: Any, **__: Any) -> Ended | None:
        if not self._steps.owns(optimizer):
            return None
        before = self._steps.own

        def ended(_: Any, returned: bool) -> None:
            if returned and self._steps.own == before:
                self._skipped_by_scaler()

        return ended

    def _skipped_by_scaler(self) -> None:
        """Leave out all passes that are part of a step which was not taken."""
        if self._passes.went_back:
            self._results.skipped.append(self._passes.number)
        self._passes.leave()
        self._results.skipped += [number for number, _ in self._suspects]
        self._suspects = []
        self._steps.skip()

    def _sent(self, tensors: Any, *args: Any, **kwargs: Any) -> Ended:
        """Hear of tensors that are sent backward, and by what their gradients are scaled."""
        if self._passes.watched is not None and self._scaled:
            roots = flattened(tensors)
            factors = [factor for ref, factor in self._scaled if any(ref() is r for r in roots)]
            if factors:
                self._passes.watched.scale = factors[0]
        return self._passes.sent(tensors, *args, **kwargs)
