"""The numbers of `circuit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import backprop_core as core
from tests.scenes.recompute.again import Again, Table


def table(again: Again) -> Table:
    """Return what only this film shows."""
    given = again.experiment.circuit
    neuron = core.neuron_circuit(given.weights, given.inputs)
    folded = core.neuron_circuit(given.weights, given.inputs, folded=True)
    opposite = core.neuron_circuit([-w for w in given.weights], given.inputs)
    terms = neuron.gates[len(given.inputs)].inputs[:2]
    routing = core.max_circuit({name: neuron.value[name] for name in terms})

    def first(local: Mapping[str, tuple[Any, ...]]) -> Callable[[str], float]:
        return lambda gate: float(local[gate][0])

    def of(numbers: Mapping[str, Any]) -> Callable[[str], float]:
        return lambda wire: float(numbers[wire])

    return {
        "inputs": lambda _: len(given.inputs),
        "value": of(neuron.value),
        "gradient": of(neuron.gradient),
        "local": first(neuron.local),
        "folded.local": first(folded.local),
        "one_minus_a": lambda _: float(opposite.value["a"]),
        "max.value": of(routing.value),
        "max.gradient": of(routing.gradient),
    }
