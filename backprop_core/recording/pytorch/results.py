"""Make rows of a recording from passes that were watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.recording.building import Building
from backprop_core.recording.contents import SHARES, Born, Silent
from backprop_core.recording.contents import Layer as Described
from backprop_core.recording.functions import function_of
from backprop_core.recording.one_pass import Activations, WatchedPass
from backprop_core.recording.pytorch.calls import Layer, joined
from backprop_core.recording.pytorch.structure import OUTPUT, Structure, recognized
from backprop_core.recording.pytorch.tensors import pytorch
from backprop_core.recording.pytorch.watched import Watched
from backprop_core.recording.recording import Recording
from backprop_core.recording.rows import Row

Measured = tuple[Row, list[FloatArray | None]]


class Results:
    """The rows of a recording, and what is known of the whole run.

    Parameters
    ----------
    options
        Those of `Building`: neurons, examples, seed, weights.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.structure = Structure()
        self.building: Building | None = None
        self.skipped: list[int] = []
        self._options = dict(options)
        self._precision: str | None = None
        self._silent: dict[str, str] = {}
        self._chained: tuple[list[str], bool] | None = None
        self._births: dict[int, Born] = {}
        self._born: Born | None = None
        self._last_layers: tuple[Described, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the layers, in the order of the rows."""
        return [] if self.building is None else self.building.names

    @property
    def inputs(self) -> set[str] | None:
        """The layers whose inputs are needed; None before the first pass: of all.

        They are those of the network, and what tells the activations of a layer whose function is
        not known.
        """
        if self.building is None:
            return None
        above = zip([*self.names[1:], OUTPUT], self.building.activations, strict=True)
        return {self.names[0], *(name for name, function in above if function is None)}

    @property
    def takes_back(self) -> bool:
        """Whether the layers may be a chain, in which gradients of activations are known."""
        if self.building is None:
            return True
        if self._chained is None or self._chained[0] != self.names:
            self._chained = (list(self.names), self.structure.chained(self.names))
        return self._chained[1]

    def measured(self, watched: Watched) -> Measured | None:
        """Measure a pass: return its row and the parts that are kept; None without gradients.

        Raises
        ------
        NumericalError
            If it holds NaN or infinity.
        InputError
            If it cannot be recorded.
        """
        layers = watched.with_gradient()
        if watched.looks:
            self._chained = None
        self._hear_silent(watched)
        if not layers:
            return None
        for layer in layers:
            self._precision = self._precision or layer.precision
        building = self._prepared(watched, layers)
        one = self._pass(watched, building)
        try:
            return building.measured(one)
        except (InputError, NumericalError) as error:
            if isinstance(error, NumericalError):
                self._births[watched.step] = birth_in(one, building.names)
                self._last_layers = building.layers
            self.forget_if_empty()
            raise

    def forget_if_empty(self) -> None:
        """Begin anew with the next pass if there is none yet: its weights are the first ones."""
        if self.building is not None and not self.building.passes:
            self.building = None

    def ends_at(self, step: int) -> None:
        """Note that a pass which is not finite has ended the recording."""
        self._born = self._births.get(step)

    def _prepared(self, watched: Watched, layers: list[Layer]) -> Building:
        """Return the recording under construction, with all layers of a pass in it."""
        known = set(self.names)
        functions = self._functions(watched, layers, known)
        if self.building is None:
            self.building = Building(
                [layer.name for layer in layers],
                [functions[layer.name] for layer in layers],
                f"PyTorch {pytorch().__version__}",
                kinds=[layer.kind for layer in layers],
                **self._options,
            )
        elif functions:
            self._insert(layers, functions)
        return self.building

    def _insert(self, layers: list[Layer], functions: Mapping[str, str | None]) -> None:
        """Add layers that have got a gradient for the first time, where they run."""
        assert self.building is not None
        order = [layer.name for layer in layers]
        for place, layer in enumerate(layers):
            if layer.name in self.names:
                continue
            after = [self.names.index(name) for name in order[place:] if name in self.names]
            at = min(after, default=len(self.names))
            units, inputs = layer.W.shape
            described = Described(layer.name, inputs, units, functions[layer.name], layer.kind)
            self.building.insert(at, described)

    def _functions(
        self, watched: Watched, layers: list[Layer], known: set[str]
    ) -> dict[str, str | None]:
        """Return the activation of each layer that is new: by the graph, or else by its numbers."""
        found: dict[str, str | None] = {}
        for place, layer in enumerate(layers):
            if layer.name in known:
                continue
            found[layer.name] = self.structure.way(layer.name).function
            if found[layer.name] is not None:
                continue
            above = layers[place + 1 : place + 2]
            takes = above[0].calls[0].x if above else watched.output
            call = layer.calls[0]
            found[layer.name] = recognized(call.z, takes, layer.precision is not None)
        return found

    def _hear_silent(self, watched: Watched) -> None:
        """Note the layers that got no gradient, and why; a later pass may know more."""
        self._silent |= dict.fromkeys(watched.foreign, "unregistered")
        got = {layer.name for layer in watched.with_gradient()}
        for name, _ in watched.parts.layers.values():
            if name in watched.ran and name not in got:
                self._silent[name] = "detached" if watched.ran[name] else "frozen"
            else:
                self._silent.setdefault(name, "never_run")

    def _pass(self, watched: Watched, building: Building) -> WatchedPass:
        """Return the numbers of a pass, with None for layers without a gradient."""
        by_name = {layer.name: layer for layer in watched.with_gradient()}
        layers = [by_name.get(name) for name in building.names]
        codes = [watched.received(name) for name in building.names]
        there = [layer for layer in layers if layer is not None]
        ways = [self.structure.way(name) for name in building.names]
        backs = [None if layer is None else _back(layer) for layer in layers[1:]]
        chained = len(there) == len(layers) and self.takes_back
        chained = chained and all(back is not None for back in backs)
        first = layers[0]
        first_one = all(layer is not None and layer.b is not None for layer in layers)
        nothing = [None] * len(layers)
        return WatchedPass(
            step=watched.step,
            z=_each(layers, lambda layer: joined([call.z for call in layer.calls])),
            delta=_each(layers, _delta),
            x=None if first is None else first.calls[0].x,
            weights=_each(layers, lambda layer: layer.W),
            biases=_each(layers, lambda layer: layer.b) if first_one else None,
            dW=_each(layers, lambda layer: layer.dW.value),
            back=[back for back in backs if back is not None] if chained else None,
            loss=watched.loss,
            batch=min(len(call.z) for layer in there for call in layer.calls),
            first_rows=[0 if layer is None else len(layer.calls[0].z) for layer in layers],
            activations=[self._activation(watched, layers, n) for n in range(len(layers))],
            seen=_each(layers, _seen) if any(way.normed for way in ways) else nothing,
            direct=[
                way.direct and layer is not None and len(layer.calls) == 1
                for way, layer in zip(ways, layers, strict=True)
            ],
            received=codes,
            more={"held": [0.0 if layer is None else layer.held for layer in layers]},
            scale=watched.scale,
        )

    def _activation(self, watched: Watched, layers: list[Layer | None], n: int) -> Activations:
        """Return what gives the activations of some rows and units of a layer."""
        assert self.building is not None
        layer, name = layers[n], self.building.activations[n]

        def activations(rows: IntArray, units: IntArray, z: FloatArray) -> FloatArray | None:
            assert layer is not None
            call = layer.calls[0]
            if name is not None and (function := function_of(name)) is not None:
                seen = _before_function(call)
                with np.errstate(all="ignore"):
                    part = z if seen is call.z else seen[rows[:, None], units]
                    return np.asarray(function.f(part))
            above = layers[n + 1 : n + 2]
            output = above[0].calls[0].x if above and above[0] is not None else None
            output = output if above else watched.output
            fits = output is not None and output.shape == call.z.shape
            return output[rows[:, None], units] if fits and output is not None else None

        return activations

    def finished(
        self, every: int, passed_over: tuple[str, ...], ended: str | None, **facts: Any
    ) -> Recording | None:
        """Return the recording of the passes so far; None if there are none.

        If the first one was not finite, there is a recording of no passes, which says so.
        """
        building = self.building
        rows = building is not None and building.passes > 0
        if not rows and self._born is None:
            return None
        layers = self._last_layers if building is None or not rows else building.layers
        names = [layer.name for layer in layers]
        described = tuple(
            replace(layer, after=self.structure.after(layer.name, names)) for layer in layers
        )
        silent = [Silent(name, why) for name, why in self._silent.items() if name not in names]
        facts |= {
            "without_gradient": tuple(silent),
            "skipped": tuple(sorted(set(self.skipped))),
            "precision": self._precision,
            "head": self.structure.head,
            "born": self._born,
        }
        if building is None or not rows:
            source = f"PyTorch {pytorch().__version__}"
            return nothing_of(described, source, every, passed_over, ended, facts)
        building.layers, building.ended = described, ended
        left_out = () if facts["own_steps"] else ("step_dW", "rate")
        return building.finished(every, passed_over, left_out, **facts)


def birth_in(one: WatchedPass, names: list[str]) -> Born:
    """Return where NaN or infinity stands first in a pass, in the order of its computation."""
    places: list[tuple[str, str | None, Any]] = [("x", None, one.x)]
    for n, name in enumerate(names):
        weights = None if one.weights is None else one.weights[n]
        places += [("W", name, weights), ("z", name, one.z[n])]
    places.append(("loss", None, one.loss))
    for n, name in reversed(list(enumerate(names))):
        gradient = None if one.dW is None else one.dW[n]
        places += [("delta", name, one.delta[n]), ("dW", name, gradient)]
    for what, where, values in places:
        if values is not None and not np.isfinite(values).all():
            return Born(one.step, what, where)
    return Born(one.step, "other")


def nothing_of(
    layers: tuple[Described, ...],
    source: str,
    every: int,
    passed_over: tuple[str, ...],
    ended: str | None,
    facts: Mapping[str, Any],
) -> Recording:
    """Return a recording of no passes, of a training whose first one was not finite."""
    table = np.zeros((0, len(layers)))
    counts = np.zeros(0, dtype=np.int64)
    return Recording(
        layers=layers,
        source=source,
        dtype="float32",
        steps=counts,
        batch=counts.copy(),
        norms={"signal": table},
        shares={kind: table.copy() for kind in SHARES},
        every=every,
        ended=ended,
        passed_over=passed_over,
        **facts,
    )


def _each(layers: list[Layer | None], value: Callable[[Layer], Any]) -> list[Any]:
    return [None if layer is None else value(layer) for layer in layers]


def _delta(layer: Layer) -> FloatArray:
    return joined([call.delta.value for call in layer.calls if call.delta.value is not None])


def _back(layer: Layer) -> FloatArray | None:
    found = [call.back.value for call in layer.calls if call.back.value is not None]
    return joined(found) if len(found) == len(layer.calls) else None


def _before_function(call: Any) -> FloatArray:
    seen: FloatArray = call.z if call.seen is None or call.seen.shape != call.z.shape else call.seen
    return seen


def _seen(layer: Layer) -> FloatArray:
    """Return what the activation of a layer is applied to: z, or what a norm made of it."""
    return joined([_before_function(call) for call in layer.calls])
