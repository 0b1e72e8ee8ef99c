"""The numbers of `circuit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import mpmath

import backprop_core as core
from backprop_core.passes.circuit import FOLDED, Gate, evaluate
from tests.scenes.recompute.again import Again, Table

LARGEST_NUDGE = Decimal("0.01")


def table(again: Again) -> Table:
    """Return what only this film shows."""
    given = again.experiment.circuit
    neuron = core.neuron_circuit(given.weights, given.inputs)
    folded = core.neuron_circuit(given.weights, given.inputs, folded=True)
    opposite = core.neuron_circuit([-w for w in given.weights], given.inputs)
    products = neuron.gates[: len(given.inputs)]
    terms = neuron.gates[len(given.inputs)].inputs
    leaves = {n: v for n, v in neuron.value.items() if n[0] in "wxb" and n not in terms[:-1]}
    routed = evaluate((*products, Gate("max", terms, "z"), *FOLDED), leaves)
    nudge = nudge_of(given.inputs[0])

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
        "max.value": of(routed.value),
        "max.gradient": of(routed.gradient),
        "nudge": lambda _: float(nudge),
        "w0": lambda _: given.weights[0],
        "w0 + nudge": lambda _: float(Decimal(repr(given.weights[0])) + nudge),
        "predicted": lambda _: float(neuron.gradient["w0"] * nudge),
        "measured": lambda _: moved(given.weights, given.inputs, nudge, sum),
        "max.measured": lambda _: moved(given.weights, given.inputs, nudge, max),
    }


def nudge_of(x0: float) -> Decimal:
    """Return the nudge: the largest power of ten up to 0.01 that moves the sum by 0.01 at most."""
    nudge = LARGEST_NUDGE
    while nudge * abs(Decimal(repr(x0))) > LARGEST_NUDGE:
        nudge /= 10
    return nudge


def moved(weights: Any, inputs: Any, nudge: Decimal, joined: Callable[[list[Any]], Any]) -> float:
    """Return by how much the output moves, with eight hundred digits of another library."""
    with mpmath.workdps(800):
        w, x = ([mpmath.mpf(repr(float(each))) for each in many] for many in (weights, inputs))

        def output(w0: Any) -> Any:
            terms = [one * other for one, other in zip([w0, *w[1:]], x, strict=False)]
            return 1 / (1 + mpmath.exp(-joined([*terms, w[-1]])))

        return float(output(w[0] + mpmath.mpf(str(nudge))) - output(w[0]))
