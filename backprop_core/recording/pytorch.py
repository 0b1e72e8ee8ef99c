"""Record a PyTorch model while it trains; PyTorch is imported only when this is used.

z, a, delta, dL/da and dW are exact: hooks on tensors take them from the recorded pass. The loss is
the tensor that ``backward`` is called on. For optimizers of ``torch.optim``, the gradient that the
optimizer receives, clipped or not, and its update are measured at that step. For other optimizers
the update is measured at the next forward pass, so it is exact if there is one step between passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.formatting import format_value
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.recording.building import Building
from backprop_core.recording.contents import LONGEST_NAME
from backprop_core.recording.measured_pass import Pass, norm
from backprop_core.recording.recording import Recording

CLOSE = {"float16": 2e-3, "float32": 1e-6, "float64": 1e-12}
"""Largest relative difference between an activation and the function that it is identified with."""


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
        torch = _torch()
        if not isinstance(model, torch.nn.Module):
            raise InputError(f"model: got {type(model).__name__}; allowed a torch.nn.Module")
        if every < 1:
            raise InputError(f"every: got {format_value(every)}; allowed at least 1")
        linear = [name for name, part in model.named_modules() if _is_linear(part)]
        if not linear:
            raise InputError("model: has no linear layers; allowed a model that has some")
        self._model, self._every = model, every
        self._options = {"neurons": neurons, "examples": examples, "seed": seed, "weights": weights}
        self._building: Building | None = None
        self._steps = 0
        self._watched: _Watched | None = None
        self._pending: _Pending | None = None
        self._failure: InputError | None = None
        self._ours = {id(parameter) for parameter in model.parameters()}
        self._hooks = ExitStack()
        self.passed_over = tuple(_passed_over(model))

    def __enter__(self) -> Recorder:
        from torch.optim.optimizer import (
            register_optimizer_step_post_hook,
            register_optimizer_step_pre_hook,
        )

        handles = (
            self._model.register_forward_pre_hook(self._before),
            register_optimizer_step_pre_hook(self._before_step),
            register_optimizer_step_post_hook(self._after_step),
        )
        for handle in handles:
            self._hooks.callback(handle.remove)
        self._hooks.enter_context(_backward_told(self._told))
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        self._hooks.close()

    @property
    def recording(self) -> Recording:
        """The recording of the passes so far.

        Raises
        ------
        InputError
            If no pass was recorded: the model did not run in training, or got no gradient.
        """
        self._close()
        if self._failure is not None:
            raise self._failure
        if self._building is None:
            raise InputError(
                "recording: no pass was recorded; allowed a model that is run, in training, "
                "and whose loss is sent backward, inside the with statement"
            )
        return self._building.finished(self._every, self.passed_over)

    def save(self, path: str | Path) -> Path:
        """Write the recording to a file; see `Recording.save`."""
        return self.recording.save(path)

    # Hooks that are called while the model trains

    def _before(self, model: Any, inputs: object) -> None:
        """Watch the pass that begins, if it is to be measured."""
        torch = _torch()
        self._close()
        if not (model.training and torch.is_grad_enabled()):
            return
        step, self._steps = self._steps, self._steps + 1
        ended = self._failure is not None
        if self._building is not None:
            ended = ended or self._building.ended is not None
        if step % self._every == 0 and not ended:
            self._watched = _Watched(model, step)

    def _told(self, loss: Any) -> None:
        """Take the loss from the tensor that `backward` is called on."""
        if self._watched is not None and loss.numel() == 1:
            self._watched.loss = float(loss.detach())

    def _close(self) -> None:
        """Measure the pass that has ended, and the update after it."""
        self._measure()
        if self._pending is not None and self._building is not None:
            self._building.later(self._pending.row, **self._pending.finished())
        self._pending = None

    def _measure(self) -> None:
        watched, self._watched = self._watched, None
        if watched is None:
            return
        watched.let_go()
        layers = watched.layers()
        if not layers:
            return
        if self._building is None:
            names = [(layer.name or "linear")[-LONGEST_NAME:] for layer in layers]
            options: Any = self._options
            kinds = watched.activations(layers)
            self._building = Building(names, kinds, f"PyTorch {_version()}", **options)
        try:
            added = self._building.add(watched.one_pass(layers))
        except InputError as error:
            # Raised when the recording is read, so that the training is not interrupted.
            self._failure = error
            return
        if added:
            self._pending = _Pending(self._building.passes - 1, layers)

    def _before_step(self, optimizer: Any, *_: object) -> None:
        if self._owns(optimizer):
            self._measure()
            if self._pending is not None:
                self._pending.gets()

    def _after_step(self, optimizer: Any, *_: object) -> None:
        if self._owns(optimizer):
            self._close()

    def _owns(self, optimizer: Any) -> bool:
        """Tell whether an optimizer updates a weight of the watched or pending pass."""
        if self._watched is None and self._pending is None:
            return False
        groups = optimizer.param_groups
        return any(id(parameter) in self._ours for group in groups for parameter in group["params"])


class _Seen:
    """One linear layer in one pass: its input, its output and its gradients."""

    def __init__(self, name: str, module: Any, x: Any, z: Any) -> None:
        self.name, self.module = name, module
        # Copied, because the next module, often a ReLU, may overwrite z in place.
        self.x, self.z = _rows(x).copy(), _rows(z).copy()
        # Copied, because the weights may be updated before the pass is measured.
        self.W, self.b = _array(module.weight).copy(), _bias(module).copy()
        self.delta: FloatArray | None = None
        self.back: FloatArray | None = None
        self.dW: FloatArray | None = None


class _Watched:
    """One pass that is being watched, with hooks on its layers until it ends."""

    def __init__(self, model: Any, step: int) -> None:
        self._step = step
        self.loss: float | None = None
        self._seen: list[_Seen] = []
        self._output: FloatArray | None = None
        self._handles = [model.register_forward_hook(self._end)]
        self._handles += [
            module.register_forward_hook(self._hook(name))
            for name, module in model.named_modules()
            if _is_linear(module)
        ]

    def let_go(self) -> None:
        """Remove the hooks."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def layers(self) -> list[_Seen]:
        """Return the layers that received a gradient, in the order in which they ran."""
        return [seen for seen in self._seen if seen.delta is not None]

    def one_pass(self, layers: list[_Seen]) -> Pass:
        """Return the numbers of the pass."""
        chained = all(a.z.shape == b.x.shape for a, b in pairwise(layers))
        backs = [seen.back for seen in layers[1:]]
        out = [*(seen.x for seen in layers[1:]), self._output]
        return Pass(
            z=[seen.z for seen in layers],
            delta=[seen.delta for seen in layers if seen.delta is not None],
            step=self._step,
            a=_all(out) if chained else None,
            x=layers[0].x,
            weights=[seen.W for seen in layers],
            biases=[seen.b for seen in layers],
            dW=_all([seen.dW for seen in layers]),
            back=_all(backs) if chained else None,
            loss=self.loss,
        )

    def activations(self, layers: list[_Seen]) -> list[str | None]:
        """Return the activation of each layer."""
        after = [*(seen.x for seen in layers[1:]), self._output]
        return [_function(seen.z, a) for seen, a in zip(layers, after, strict=True)]

    def _end(self, model: Any, inputs: object, output: Any) -> None:
        """Take the output of the model as the activation of its last layer, if it fits."""
        if self._seen and isinstance(output, _torch().Tensor) and output.ndim > 0:
            found = _rows(output)
            self._output = found.copy() if found.shape == self._seen[-1].z.shape else None

    def _hook(self, name: str) -> Callable[[Any, Any, Any], None]:
        def seen(module: Any, inputs: tuple[Any, ...], z: Any) -> None:
            if not z.requires_grad:
                return
            x = inputs[0]
            layer = _Seen(name, module, x, z)
            self._seen.append(layer)
            z.register_hook(_keeper(layer, "delta"))
            if x.requires_grad:
                x.register_hook(_keeper(layer, "back"))
            if module.weight.requires_grad:
                self._handles.append(module.weight.register_hook(_keeper(layer, "dW")))

        return seen


class _Pending:
    """A measured pass whose optimizer step is still to come."""

    def __init__(self, row: int, layers: list[_Seen]) -> None:
        self.row = row
        self._modules = [seen.module for seen in layers]
        self._before = [seen.W for seen in layers]
        self._gradients: list[float] | None = None

    def gets(self) -> None:
        """Measure the gradients that the optimizer receives."""
        gradients = [module.weight.grad for module in self._modules]
        if all(gradient is not None for gradient in gradients):
            self._gradients = self._norms([_array(gradient) for gradient in gradients])

    def finished(self) -> dict[str, list[float]]:
        """Measure the norms of the updates of the weights."""
        pairs = zip(self._modules, self._before, strict=True)
        found = {"update": self._norms([_array(m.weight) - before for m, before in pairs])}
        if self._gradients is not None:
            found["step_dW"] = self._gradients
        return {kind: values for kind, values in found.items() if values is not None}

    def _norms(self, arrays: list[FloatArray]) -> Any:
        try:
            return [norm(array, "step") for array in arrays]
        except NumericalError:
            # NaN or infinity: the next pass reports it.
            return None


def _keeper(layer: _Seen, name: str) -> Callable[[Any], None]:
    def keep(gradient: Any) -> None:
        earlier = getattr(layer, name)
        # Copied, because the gradient of W may be clipped in place before the optimizer gets it.
        found = _array(gradient).copy() if name == "dW" else _rows(gradient)
        setattr(layer, name, found if earlier is None else earlier + found)

    return keep


def _all(arrays: list[FloatArray | None]) -> list[FloatArray] | None:
    found = [array for array in arrays if array is not None]
    return found if len(found) == len(arrays) else None


def _function(z: FloatArray, a: FloatArray | None) -> str | None:
    """Identify the activation: the known function that maps z to a; None if none does."""
    if a is None or z.shape != a.shape:
        return None
    off = {}
    with np.errstate(all="ignore"):
        for name, function in ACTIVATIONS.items():
            distance = np.abs(function.f(z) - a) / np.maximum(1, np.abs(a))
            off[name] = float(distance.max())
    nearest = min(off, key=lambda name: off[name])
    return nearest if off[nearest] <= CLOSE[z.dtype.name] else None


@contextmanager
def _backward_told(hear: Callable[[Any], None]) -> Iterator[None]:
    """Wrap `Tensor.backward` to learn the loss, because PyTorch has no hook for it."""
    tensor = _torch().Tensor
    original = tensor.backward

    def backward(self: Any, *args: Any, **kwargs: Any) -> Any:
        hear(self)
        return original(self, *args, **kwargs)

    tensor.backward = backward
    try:
        yield
    finally:
        tensor.backward = original


def _is_linear(module: Any) -> bool:
    return isinstance(module, _torch().nn.Linear)


def _passed_over(model: Any) -> Iterator[str]:
    """Yield the names of modules that are neither recorded nor a known activation."""
    nn = _torch().nn
    known = (nn.Linear, nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.Identity, nn.Flatten)
    for name, module in model.named_modules():
        if not isinstance(module, known) and not any(module.children()):
            yield f"{name or 'model'} ({type(module).__name__})"[-LONGEST_NAME:]


def _array(tensor: Any) -> NDArray[Any]:
    """Return a tensor as an array, which shares its memory if the tensor is on the CPU."""
    try:
        found: NDArray[Any] = tensor.numpy(force=True)
    except TypeError:
        # bfloat16, which NumPy does not support.
        found = tensor.float().numpy(force=True)
    return found


def _rows(tensor: Any) -> NDArray[Any]:
    """Return a tensor as (examples, units); axes in between count as examples."""
    found = _array(tensor)
    return found.reshape(-1, found.shape[-1])


def _bias(module: Any) -> NDArray[Any]:
    if module.bias is None:
        return np.zeros(module.out_features, dtype=_array(module.weight).dtype)
    return _array(module.bias)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise InputError(
            "record: needs PyTorch; to install it, type: pip install 'leaky-backprop[torch]'"
        ) from None
    return torch


def _version() -> str:
    return str(_torch().__version__)
