"""One pass that is being watched: the layers that run in it, and the gradients that come back.

Numbers are copied at once, because the next module may overwrite them in place. The copies belong
to the graph of the pass: if it is dropped without a backward pass, they go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from backprop_core.arrays import FloatArray
from backprop_core.recording.contents import FROZEN, NO_GRADIENT, NOT_RUN, TRAINED
from backprop_core.recording.pytorch.calls import Call, Layer, Sum, size
from backprop_core.recording.pytorch.graph import own_nodes
from backprop_core.recording.pytorch.layers import (
    Parts,
    as_matrix,
    bias_of,
    is_norm,
    kind_of,
    units_axis,
)
from backprop_core.recording.pytorch.structure import OUTPUT, Structure
from backprop_core.recording.pytorch.tensors import array, flattened, precision, pytorch, rows


class Watched:
    """One pass that is being watched, from its first forward pass to its step.

    Parameters
    ----------
    step
        The number of the pass in its training.
    parts
        The parts of the model.
    structure
        The structure of the model.
    looks
        Whether the structure is looked at in this pass.
    inputs
        Names of the layers whose inputs are kept; None keeps them all, and the output of the model.
    takes_back
        Whether gradients with respect to the inputs of layers are taken.
    failed
        Hears of an error in a hook, which never raises.
    """

    def __init__(
        self,
        step: int,
        parts: Parts,
        structure: Structure,
        *,
        looks: bool,
        inputs: Collection[str] | None,
        takes_back: bool,
        failed: Callable[[Exception], None],
    ) -> None:
        self.step, self.structure, self.looks = step, structure, looks
        self.losses: list[float | None] = []
        self.scale: float | None = None
        self.layers: dict[str, Layer] = {}
        self.ran: dict[str, bool] = {}
        self.foreign: dict[str, None] = {}
        self.output: FloatArray | None = None
        self.tasks: set[int] = set()
        self.parts, self._failed = parts, failed
        self._inputs, self._takes_back = inputs, takes_back
        # Which run of PyTorch's engine calls a hook.
        self._current: Callable[[], int] = pytorch()._C._current_graph_task_id
        self._handles: list[Any] = []
        self._roots: set[int] = set()
        self._over = False
        norms = set(structure.norms.values())
        heard = {key for key, name in parts.names.items() if name in norms} if norms else set()
        self._heard = heard | parts.layers.keys()

    # Forward

    def hears(self, module: Any) -> bool:
        """Tell whether a module matters: most of a model's do not."""
        return self.looks or id(module) in self._heard

    def called(self, module: Any, args: Any, kwargs: Any, z: Any, *, again: bool) -> None:
        """Take the numbers of a module that was called.

        Parameters
        ----------
        again
            Whether a backward pass runs, so that this may be what it computes again.
        """
        found = self.parts.layers.get(id(module))
        if found is None:
            self._normalized(module, args, kwargs, z)
            return
        name, kind = found
        x = args[0] if args else kwargs.get("input")
        if x is None or (again and name in self.layers):
            return
        if not self.ran.get(name):
            self.ran[name] = bool(module._parameters["weight"].requires_grad)
        if z.requires_grad:
            self._layer_called(name, kind, module, x, z)

    def _layer_called(self, name: str, kind: str, module: Any, x: Any, z: Any) -> None:
        layer = self.layers.get(name)
        if layer is None:
            layer = self.layers[name] = Layer(name, kind, module)
            layer.precision = precision(z)
            if self._inputs is None:
                layer.b = bias_of(module).copy()
            if layer.wants:
                take = self._taker(layer, layer.dW, kind)
                self._handles.append(layer.weight.register_hook(take))
        axis = units_axis(module, kind, z)
        numbers = rows(z, axis).copy()
        keeps = kind == "linear" and (self._inputs is None or name in self._inputs)
        call = Call(numbers, rows(x).copy() if keeps else None, axis, id(z))
        layer.add(call)
        if self.looks:
            self.structure.called(name, x, z)
        take = self._taker(layer, call.delta, None, call)
        self._handles.append(_hooked(z, take))
        if x.requires_grad and kind == "linear" and self._takes_back:
            take = self._taker(layer, call.back, None, call)
            self._handles.append(x.register_hook(take))

    def _normalized(self, module: Any, args: Any, kwargs: Any, out: Any) -> None:
        """Keep what a norm makes of the output of a layer, which an activation will see."""
        if (not self.looks and not self.structure.norms) or not is_norm(module):
            return
        if not hasattr(out, "requires_grad") or not out.requires_grad:
            return
        norm = self.parts.names.get(id(module))
        x = args[0] if args else kwargs.get("input")
        if norm is None or x is None:
            return
        if self.looks:
            self.structure.normalized(norm, x)
        for name, behind in self.structure.norms.items():
            layer = self.layers.get(name)
            if behind == norm and layer is not None and (call := layer.latest) is not None:
                call.seen = rows(out, call.axis).copy()

    def stranger(self, module: Any) -> None:
        """Note a layer that the model calls, and that is none of its parts."""
        if kind_of(module) is None:
            return
        sizes = [getattr(module, size, None) for size in ("in_features", "out_features")]
        shown = f"({sizes[0]}, {sizes[1]})" if all(sizes) else ""
        self.foreign[f"{type(module).__name__}{shown}"] = None

    def returned(self, output: Any) -> None:
        """Look at what the model returned."""
        tensors = [each for each in flattened(output) if each.requires_grad]
        if self.looks:
            self.structure.returned(tensors)
        self.output = None
        if self._inputs is not None and OUTPUT not in self._inputs:
            return
        if self.layers and len(tensors) == 1 and tensors[0].ndim > 0:
            last = self.layers[next(reversed(self.layers))]
            found, call = rows(tensors[0]), last.latest
            if call is not None and call.z.shape == found.shape:
                self.output = found.copy()

    # Backward

    def _taker(
        self, layer: Layer, total: Sum, kind: str | None, call: Call | None = None
    ) -> Callable[[Any], None]:
        """Return a hook that adds a gradient: of W if a kind is given, else of a tensor.

        It does what `Recorder` does for other hooks: there are many, so each call less counts.
        """
        current, tasks = self._current, self.tasks

        def take(gradient: Any) -> None:
            if self._over or gradient is None:
                return
            try:
                if current() not in tasks:
                    if call is None or call.tensor not in self._roots:
                        return
                    # The output of the layer is the loss, whose own hook comes later.
                    tasks.add(current())
                if kind is not None:
                    # Copied, because it may be clipped in place before the optimizer gets it.
                    total.add(as_matrix(array(gradient), kind).copy())
                elif call is not None:
                    layer.answered(call)
                    total.add(rows(gradient, call.axis if total is call.delta else -1))
            except Exception as error:
                self._failed(error)

        return take

    def sent(self, roots: Iterable[Any]) -> Iterator[Any]:
        """Yield hooks of the tensors that are sent backward: they tell which run counts."""
        current = self._current

        def begun(_: Any) -> None:
            self.tasks.add(current())

        for root in roots:
            if root.requires_grad:
                self._roots.add(id(root))
                yield root.register_hook(begun)

    def hold(self) -> None:
        """Measure the gradients that the weights hold before the pass goes backward."""
        for layer in self.layers.values():
            gradient = layer.weight.grad if layer.wants else None
            layer.held = 0.0 if gradient is None else size(array(gradient))

    def settle(self, counts: bool) -> None:
        """Take or leave the gradients of a backward pass that has ended."""
        for layer in self.layers.values():
            layer.settle(counts)
        self.tasks.clear()
        self._roots.clear()

    def let_go(self) -> None:
        """Remove all hooks."""
        self._over = True
        for handle in self._handles:
            handle.remove()
        self._handles = []
        for layer in self.layers.values():
            layer.finish()

    # Results

    def with_gradient(self) -> list[Layer]:
        """Return the layers that got a gradient, in the order in which they first ran."""
        return [layer for layer in self.layers.values() if layer.calls]

    def received(self, name: str) -> int:
        """Return what a layer got in this pass, see `Contents.received`."""
        layer = self.layers.get(name)
        if layer is not None and layer.calls:
            return TRAINED if layer.dW.value is not None else FROZEN
        return NO_GRADIENT if name in self.ran else NOT_RUN

    @property
    def loss(self) -> float | None:
        """The sum of what was sent backward; None if that is not a number."""
        known = [loss for loss in self.losses if loss is not None]
        return sum(known) if known and len(known) == len(self.losses) else None


def _hooked(z: Any, take: Callable[[Any], None]) -> Any:
    """Return the handle of a hook of the gradient of a layer's output."""
    if not z._is_view():
        return z.register_hook(take)
    # What works in place on a view puts other nodes below it, but leaves that of its numbers.
    node = own_nodes(z.grad_fn)[-1]
    return node.register_prehook(lambda gradients: take(gradients[0]))
