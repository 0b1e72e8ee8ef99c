"""Which modules of a model are layers that are recorded, and which are passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.recording.contents import LONGEST_NAME
from backprop_core.recording.pytorch.tensors import array, pytorch

MEASURED = (
    "Identity",
    "Flatten",
    "Unflatten",
    "Sigmoid",
    "Tanh",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "CELU",
    "SELU",
    "GELU",
    "SiLU",
    "Mish",
    "Softplus",
    "ReLU6",
    "Hardtanh",
    "Hardsigmoid",
    "Hardswish",
    "Softsign",
    "LogSigmoid",
)
"""Modules that are measured with the layer that they follow, or that compute nothing."""
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


def kind_of(module: Any) -> str | None:
    """Return the kind of a layer that is recorded; None for any other module."""
    if "weight" not in module._parameters:
        # Weights that are computed from others cannot be followed: no step is theirs. To read them
        # may compute them anew, and spectral norms change as they do so.
        return None
    nn = pytorch().nn
    if isinstance(module, nn.Linear):
        return "linear"
    for dimensions in (1, 2, 3):
        if isinstance(module, getattr(nn, f"ConvTranspose{dimensions}d")):
            return f"conv_transpose{dimensions}d" if module.groups == 1 else None
        if isinstance(module, getattr(nn, f"Conv{dimensions}d")):
            return f"conv{dimensions}d"
    return None


def is_norm(module: Any) -> bool:
    """Tell whether a module normalizes its input."""
    return any(word in type(module).__name__ for word in ("Norm", "LocalResponse"))


def units_axis(module: Any, kind: str, z: Any) -> int:
    """Return the axis of the output of a layer that holds its units."""
    if kind == "linear":
        return -1
    # An output without a batch has one axis less.
    return int(z.ndim) - int(kind[-2]) - 1


def weights_of(module: Any, kind: str) -> NDArray[Any]:
    """Return W of a layer as (units, inputs); it shares the memory of the layer where it can."""
    return as_matrix(array(module.weight), kind)


def as_matrix(weight: NDArray[Any], kind: str) -> NDArray[Any]:
    """Return weights, or their gradient, as (units, inputs)."""
    if kind.startswith("conv_transpose"):
        weight = np.swapaxes(weight, 0, 1)
    return weight.reshape(len(weight), -1)


def bias_of(module: Any) -> NDArray[Any]:
    """Return b of a layer; zeros if it has none."""
    if module.bias is None:
        units = getattr(module, "out_features", None) or module.out_channels
        return np.zeros(units, dtype=array(module.weight).dtype)
    return array(module.bias)


@dataclass(frozen=True)
class Parts:
    """The parts of a model, by the ids of their modules.

    Attributes
    ----------
    everything
        All modules, and their names.
    names
        The names of all modules.
    layers
        The name and the kind of each layer that is recorded.
    modules
        These layers.
    children
        The children of each module: those that it has, and those that it had when looked at.
    """

    everything: tuple[tuple[str, Any], ...]
    names: Mapping[int, str]
    layers: Mapping[int, tuple[str, str]]
    modules: tuple[Any, ...]
    children: tuple[tuple[Mapping[str, Any], list[Any]], ...]

    @classmethod
    def of(cls, model: Any) -> Parts:
        """Look at a model, once, because that takes time in large ones."""
        attention = pytorch().nn.MultiheadAttention
        layers, modules = {}, []
        everything = tuple(model.named_modules())
        inside: set[int] = set()
        for name, module in everything:
            if isinstance(module, attention):
                # What attention does with its projections is no call of them.
                inside |= {id(part) for part in module.modules()}
            kind = kind_of(module)
            if kind is not None and id(module) not in inside:
                layers[id(module)] = ((name or kind)[-LONGEST_NAME:], kind)
                modules.append(module)
        names = {id(module): name for name, module in everything}
        children = [(module._modules, list(module._modules.values())) for _, module in everything]
        return cls(everything, names, layers, tuple(modules), tuple(children))

    @property
    def fresh(self) -> bool:
        """Whether the model still has these parts: none was added, exchanged or parametrized."""
        same = all(list(now.values()) == then for now, then in self.children)
        return same and all("weight" in module._parameters for module in self.modules)

    def parameters(self) -> list[Any]:
        """Return the parameters that the parts have now, which takes less than to ask the model."""
        found = [each for _, module in self.everything for each in module._parameters.values()]
        return list({id(each): each for each in found if each is not None}.values())

    @property
    def wanting(self) -> frozenset[int]:
        """The ids of the layers whose weights want a gradient."""
        return frozenset(
            id(module) for module in self.modules if module._parameters["weight"].requires_grad
        )


def passed_over(parts: Parts) -> Iterator[str]:
    """Yield the names of modules that compute something which is not recorded."""
    nn = pytorch().nn
    known = tuple(getattr(nn, name) for name in (*MEASURED, *CONTAINERS) if hasattr(nn, name))
    within: set[int] = set()
    for name, module in parts.everything:
        if id(module) in parts.layers or id(module) in within or isinstance(module, known):
            continue
        own = next(module.parameters(recurse=False), None) is not None
        whole = isinstance(module, nn.MultiheadAttention) or hasattr(module, "parametrizations")
        if whole:
            within |= {id(part) for part in module.modules()}
        if own or whole or not any(module.children()):
            yield f"{name or 'model'} ({type(module).__name__})"[-LONGEST_NAME:]
