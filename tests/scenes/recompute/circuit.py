"""The numbers of `circuit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath

import backprop_core as core
from tests.scenes.recompute.again import Again, Table

LARGEST_NUDGE = Decimal("0.01")


def table(again: Again) -> Table:
    """Return what only this film shows."""
    given = again.experiment.circuit
    neuron = core.neuron_circuit(given.weights, given.inputs)
    folded = core.neuron_circuit(given.weights, given.inputs, folded=True)
    opposite = core.neuron_circuit([-w for w in given.weights], given.inputs)
    terms = neuron.gates[len(given.inputs)].inputs
    routed = core.max_circuit({name: neuron.value[name] for name in terms})
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
        "max.gradient": of(routed.gradient),
        "nudge": lambda _: float(nudge),
        "w0": lambda _: given.weights[0],
        "w0 + nudge": lambda _: float(Decimal(repr(given.weights[0])) + nudge),
        "predicted": lambda _: float(neuron.gradient["w0"] * nudge),
        "measured": lambda _: moved(given.weights, given.inputs, nudge),
        "turn.weight": lambda part: float(turned(given.weights, given.inputs, part)[0]),
        "turn.product": lambda part: float(turned(given.weights, given.inputs, part)[1]),
        "turn.largest": lambda part: float(turned(given.weights, given.inputs, part)[2]),
    }


def nudge_of(x0: float) -> Decimal:
    """Return the nudge: the largest power of ten up to 0.01 that moves the sum by 0.01 at most."""
    nudge = LARGEST_NUDGE
    while nudge * abs(Decimal(repr(x0))) > LARGEST_NUDGE:
        nudge /= 10
    return nudge


def turned(weights: Any, inputs: Any, part: str) -> tuple[Fraction, Fraction, Fraction]:
    """Return the first weight, its product and the largest at a part of the turn, as fractions."""
    w, x = ([Fraction(repr(float(each))) for each in many] for many in (weights, inputs))
    rival = max([one * other for one, other in zip(w[1:], x[1:], strict=False)] + [w[-1]])
    way = Fraction(3, 2) * (rival / x[0] - w[0]) if x[0] else Fraction(0)
    if x[0] and not way:
        way = Fraction(-1 if x[0] > 0 else 1)
    change = Fraction(float(part)) * way
    if float(part) < 1 and way:
        power = (Decimal(way.numerator) / Decimal(way.denominator)).adjusted()
        step = Fraction(10) ** (power - 2)
        change = round(change / step) * step
    weight = w[0] + change
    return weight, weight * x[0], max(weight * x[0], rival)


def moved(weights: Any, inputs: Any, nudge: Decimal) -> float:
    """Return by how much the output moves, with eight hundred digits of another library."""
    with mpmath.workdps(800):
        w, x = ([mpmath.mpf(repr(float(each))) for each in many] for many in (weights, inputs))

        def output(w0: Any) -> Any:
            terms = [one * other for one, other in zip([w0, *w[1:]], x, strict=False)]
            return 1 / (1 + mpmath.exp(-sum([*terms, w[-1]])))

        return float(output(w[0] + mpmath.mpf(str(nudge))) - output(w[0]))
