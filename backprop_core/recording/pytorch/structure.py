"""What a model does between its layers: activations, norms, and which layer feeds which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.recording.contents import LONGEST_NAME
from backprop_core.recording.functions import KNOWN, function_of
from backprop_core.recording.pytorch.graph import Way, own_nodes, way_of, ways_down

CLOSE = {"float16": 2e-3, "float32": 1e-6, "float64": 1e-12}
"""Largest relative difference between an activation and the function that it is identified with."""
CLOSE_BFLOAT16 = 1e-2
LIKE = {"relu6": "relu", "hardtanh": "identity"}
"""Functions that equal a commoner one, unless numbers are large."""
OUTPUT, INPUT = "<output>", "<input>"
MOST_IN_HEAD = 16
"""Functions between the last layer and the loss that are named."""


class Structure:
    """The structure of a model, as its passes show it.

    While a pass is looked at, the nodes of its graph are kept: of each layer those of its latest
    call, so that no more than one graph is kept alive.
    """

    def __init__(self) -> None:
        self.ways: dict[str, Way] = {}
        self.norms: dict[str, str] = {}
        self.head: tuple[str, ...] = ()
        self._after: dict[str, set[str]] = {}
        self._takers: dict[str, set[str]] = {}
        self._latest: dict[str, list[Any]] = {}
        self._names: dict[Any, str] = {}

    def called(self, name: str, x: Any, z: Any) -> None:
        """Look at a layer that was called."""
        below = self._follow(x, name)
        self._after.setdefault(name, set()).update(below or {INPUT} if x.grad_fn is None else below)
        for node in self._latest.pop(name, ()):
            self._names.pop(node, None)
        if z.grad_fn is not None:
            self._latest[name] = own_nodes(z.grad_fn)
            self._names |= dict.fromkeys(self._latest[name], name)

    def normalized(self, norm: str, x: Any) -> None:
        """Look at a norm that was called on some input."""
        if x.grad_fn is not None:
            for name, nodes in ways_down(x.grad_fn, self._names).items():
                if way_of(nodes).function == "identity":
                    self.norms.setdefault(name, norm)

    def returned(self, tensors: Iterable[Any]) -> None:
        """Look at what the model returned."""
        for tensor in tensors:
            self._follow(tensor, OUTPUT)

    def lost(self, losses: Iterable[Any]) -> None:
        """Look at the tensors that are sent backward."""
        last = next(reversed(self._latest), None)
        for loss in losses:
            for name, nodes in self._follow(loss, OUTPUT).items():
                if name == last and not self.head:
                    names = way_of(nodes).names[:MOST_IN_HEAD]
                    self.head = tuple(each[:LONGEST_NAME] for each in names)

    def forget(self) -> None:
        """Let the graph go."""
        self._latest, self._names = {}, {}

    def _follow(self, tensor: Any, taker: str) -> dict[str, list[Any]]:
        """Note on which layers a tensor depends, and the ways there."""
        if tensor.grad_fn is None:
            return {}
        found = ways_down(tensor.grad_fn, self._names)
        for name, nodes in found.items():
            self._takers.setdefault(name, set()).add(taker)
            if name not in self.ways:
                self.ways[name] = way_of(nodes)
        return found

    def way(self, name: str) -> Way:
        """Return what follows a layer."""
        return self.ways.get(name) or Way((), None, False, False)

    def after(self, name: str, names: Sequence[str]) -> tuple[int, ...] | None:
        """Return the numbers of the layers that feed a layer, 1..L; None if that is not known."""
        numbers = {other: number for number, other in enumerate(names, start=1)} | {INPUT: 0}
        found = self._after.get(name, set()) - {name}
        known = sorted(numbers[other] for other in found if other in numbers)
        return tuple(known) if known else None

    def chained(self, names: Sequence[str]) -> bool:
        """Tell whether each layer takes what the one below gives, and nobody else does."""
        return all(
            self.after(name, names) == (number,) and self._takers.get(below) == {name}
            for number, (below, name) in enumerate(pairwise(names), start=1)
        )


def recognized(z: FloatArray, a: FloatArray | None, rough: bool) -> str | None:
    """Identify the function that maps z to a by its numbers; None if none or several do."""
    if a is None or z.shape != a.shape:
        return None
    close = CLOSE_BFLOAT16 if rough else CLOSE[z.dtype.name]
    wide = z.astype(np.float64)
    found = []
    with np.errstate(all="ignore"):
        for name in KNOWN:
            function = function_of(name)
            if function is None:
                continue
            off = np.abs(function.f(wide) - a) / np.maximum(1, np.abs(a))
            if float(off.max()) <= close:
                found.append(name)
    found = [name for name in found if LIKE.get(name) not in found]
    return found[0] if len(found) == 1 else None
