"""The numbers of the film `circuit`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property

import numpy as np

from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.circuit import Circuit, Gate, evaluate, max_circuit, neuron_circuit
from scenes.stories.circuit_numbers import AS_READ, is_read_right, number_of, written
from scenes.stories.circuit_turn import Turn
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    count,
    sentence,
    setting,
)

EXP, SUM, OUTPUT, NUDGED = "exp(-z)", "z", "a", "w0"
LARGEST_NUDGE = -2
"""log10 of the nudge, at most; a nudge moves the sum by no more than its own largest."""
DIGITS = 3
"""Significant digits of the numbers in the chain, the most that a film shows."""
FEWER = (1, 2, 3)
"""Significant digits behind the chain: the fewest with which products are right as they are read.
"""
A_HUNDREDTH = Decimal("0.01")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, eq=False)
class CircuitStory:
    """What `circuit` shows of the neuron of an experiment.

    Attributes
    ----------
    neuron, folded
        The neuron gate by gate, and with one sigma gate.
    opposite
        The neuron with all signs of its weights changed: its output is 1 - a, without rounding.
    routed
        A max gate in place of the sum; the gradient begins at its output, the wire ``max``.
    nudge
        By how much the first weight is moved.
    """

    neuron: Circuit
    folded: Circuit
    opposite: Circuit
    routed: Circuit
    nudge: Decimal

    @classmethod
    def of(cls, experiment: Experiment) -> CircuitStory:
        """Pass the inputs through the neuron, forward and backward."""
        given = experiment.circuit
        neuron = neuron_circuit(given.weights, given.inputs)
        folded = neuron_circuit(given.weights, given.inputs, folded=True)
        opposite = neuron_circuit([-w for w in given.weights], given.inputs, folded=True)
        terms = next(gate.inputs for gate in neuron.gates if gate.output == SUM)
        routed = max_circuit({name: neuron.value[name] for name in terms})
        x0 = folded.value["x0"]
        # The smallest power of ten that is not below it.
        above = x0.adjusted() + (x0.copy_abs() != Decimal(1).scaleb(x0.adjusted())) if x0 else 0
        power = LARGEST_NUDGE - max(0, above)
        return cls(neuron, folded, opposite, routed, Decimal(1).scaleb(power))

    # The numbers

    def values(self) -> Mapping[str, Figure]:
        """Return the value of every wire of the neuron."""
        return {n: self._value(n) for n in self.neuron.value}

    def gradients(self) -> Mapping[str, Figure]:
        """Return the gradient of every wire: behind the chain in few digits, which multiply."""
        chain = {OUTPUT, "1+exp(-z)", EXP, "-z", SUM}
        return {
            n: self._gradient(n, DIGITS if n in chain else self.few) for n in self.neuron.gradient
        }

    def local(self, gate: str) -> Figure:
        """Return the local gradient of a gate with one input, or the same for all its inputs."""
        return self._local(gate)

    def sigma(self) -> tuple[Figure, Figure, Figure]:
        """Return the local gradient of the sigma gate, and its factors a and 1 - a."""
        return self._sigma()

    def terms_in(self) -> Mapping[str, Figure]:
        """Return what goes into the max gate, by wire."""
        return {n: self._value(n) for n in self.terms}

    @property
    def largest(self) -> Figure:
        """What comes out of the max gate."""
        return self.turn.figures(0.0)[2]

    @property
    def one(self) -> Figure:
        """The gradient that comes into the max gate, and goes to the largest."""
        return written("max.gradient[max]", self.routed.gradient["max"], DIGITS, exact=True)

    @property
    def step(self) -> Figure:
        """The nudge."""
        return setting("nudge", float(self.nudge))

    @property
    def nudged(self) -> tuple[Figure, Figure]:
        """The first weight before the nudge, and after it."""
        w = self.folded.value[NUDGED]
        return setting("w0", float(w)), setting("w0 + nudge", float(w + self.nudge))

    @property
    def predicted(self) -> Decimal:
        """By how much the output should move: the gradient of the weight times the nudge."""
        with localcontext(AS_READ):
            return self.neuron.gradient[NUDGED] * self.nudge

    @cached_property
    def moved(self) -> Decimal:
        """By how much the nudge moves the output."""
        return _moved(self.folded, self.nudge)

    @property
    def agree(self) -> bool:
        """Whether prediction and measurement read the same."""
        one, other = (self.change("", each) for each in (self.predicted, self.moved))
        return one.plain == other.plain

    @property
    def way_measured(self) -> float:
        """How far the output moves, over the way that was predicted; 1 where neither moves."""
        with localcontext(AS_READ):
            return float(self.moved / self.predicted) if self.predicted else 1.0

    def change(self, name: str, value: Decimal) -> Figure:
        """Write by how much the output moves."""
        return number_of(name, value, self.few)

    @property
    def turns(self) -> bool:
        """Whether turning the first weight changes which input of the max gate is the largest."""
        return bool(self.neuron.value["x0"])

    @property
    def loses(self) -> bool:
        """Whether the product of the first weight is the largest before that is turned."""
        return self.winner == self.terms[0]

    @property
    def rival(self) -> str:
        """The wire of the largest input of the max gate but for the first product."""
        return max(self.terms[1:], key=lambda name: self.routed.value[name])

    @cached_property
    def turn(self) -> Turn:
        """What happens while the first weight is turned until another input is the largest."""
        w, x = (self.neuron.value[name] for name in (NUDGED, "x0"))
        return Turn(w, x, self.routed.value[self.rival])

    @cached_property
    def few(self) -> int:
        """How many significant digits numbers behind the chain have."""
        return next((d for d in FEWER if self._swaps_right(d)), DIGITS)

    @cached_property
    def multiplies(self) -> bool:
        """Whether every product is right as it is read."""
        return self._chains_right() and self._swaps_right(self.few)

    @property
    def inputs(self) -> int:
        """How many inputs the neuron has."""
        return sum(gate.operation == "multiply" for gate in self.neuron.gates)

    @property
    def told_product(self) -> int:
        """Index of the product that the sentence on multiplying names: the first zero one, or 0."""
        zeros = (i for i in range(self.inputs) if not self.neuron.value[f"w{i}x{i}"])
        return next(zeros, 0)

    @property
    def saturated(self) -> bool:
        """Whether the sigmoid has less than 4 % of its largest slope."""
        slope = np.array(float(self.folded.local["a"][0]))
        return bool(ACTIVATIONS["sigmoid"].saturated(slope))

    @property
    def terms(self) -> Sequence[str]:
        """The wires that the sum adds."""
        return next(gate.inputs for gate in self.neuron.gates if gate.output == SUM)

    @property
    def winner(self) -> str:
        """The wire to which the max gate sends the gradient."""
        local = self.routed.local["max"]
        return next(n for n, slope in zip(self.terms, local, strict=True) if slope)

    @property
    def is_tie(self) -> bool:
        """Whether several inputs of the max gate are the largest."""
        values = [self.routed.value[name] for name in self.terms]
        return values.count(max(values)) > 1

    @property
    def leaves_float64(self) -> bool:
        """Whether the exponential is out of the range of float64."""
        return float(self.neuron.value[EXP]) in {0.0, math.inf}

    def subtitle(self) -> Sentence:
        """Describe the neuron, and how its numbers are written."""
        words = "one sigmoid neuron, {n} input and a bias"
        if self.inputs > 1:
            words = "one sigmoid neuron, {n} inputs and a bias"
        if not self.multiplies:
            words += "; numbers are rounded, so products may differ in the last digit"
        return sentence(words, n=count("inputs", self.inputs))

    @property
    def at_sum(self) -> Figure:
        """The gradient that arrives at the sum, as the products take it."""
        return self._gradient(SUM, self.few)

    def _value(self, name: str) -> Figure:
        value = self.neuron.value[name]
        made = {gate.output for gate in self.neuron.gates}
        if name not in made and not value:
            # A zero that the user entered is a setting, not a measured zero.
            return setting(f"value[{name}]", 0.0)
        exact = name not in {EXP, "1+exp(-z)", OUTPUT}
        return written(f"value[{name}]", value, DIGITS, exact=exact)

    def _gradient(self, name: str, digits: int) -> Figure:
        gradient = self.neuron.gradient[name]
        return written(f"gradient[{name}]", gradient, digits, exact=name == OUTPUT)

    def _local(self, gate: str) -> Figure:
        exact = gate in {"-z", "1+exp(-z)", SUM}
        return written(f"local[{gate}]", self.neuron.local[gate][0], DIGITS, exact=exact)

    def _sigma(self) -> tuple[Figure, Figure, Figure]:
        return (
            number_of("folded.local[a]", self.folded.local["a"][0]),
            number_of("value[a]", self.folded.value["a"]),
            number_of("one_minus_a", self.opposite.value["a"]),
        )

    def _chains_right(self) -> bool:
        chain = (OUTPUT, "1+exp(-z)", EXP, "-z")
        given = ("1+exp(-z)", EXP, "-z", SUM)
        slopes = [self._local(gate) for gate in chain]
        products = [(self._gradient(SUM, DIGITS), slopes), (self._sigma()[0], self._sigma()[1:])]
        for gate, wire, slope in zip(chain, given, slopes, strict=True):
            factors = (self._gradient(gate, DIGITS), slope)
            products.append((self._gradient(wire, DIGITS), factors))
        return all(is_read_right(*product) for product in products)

    def _swaps_right(self, digits: int) -> bool:
        products, at_sum = [], self._gradient(SUM, digits)
        for i in range(self.inputs):
            for one, other in ((f"w{i}", f"x{i}"), (f"x{i}", f"w{i}")):
                exact = written("", self.neuron.value[other], DIGITS, exact=True)
                products.append((self._gradient(one, digits), (at_sum, exact)))
        predicted = number_of("", self.predicted, digits)
        products.append((predicted, (self._gradient(NUDGED, digits), self.step)))
        return all(is_read_right(*product) for product in products)


def wire_name(name: str) -> Figure:
    """Return the name of a wire as text: ``w₀``."""
    return constant("wire", name.translate(SUBSCRIPTS))


def _moved(circuit: Circuit, nudge: Decimal) -> Decimal:
    """Return by how much a circuit's output moves when its first weight does."""
    before = _given(circuit)
    after = before | {NUDGED: before[NUDGED] + nudge}
    with localcontext(AS_READ):
        if circuit.value[SUM] <= 0:
            return _output(circuit, after) - _output(circuit, before)
        # 1 - a is the output for -z: no digits are lost where a is nearly 1.
        return _rest(circuit, before) - _rest(circuit, after)


def _given(circuit: Circuit) -> dict[str, Decimal]:
    """Return the values that no gate makes."""
    made = {gate.output for gate in circuit.gates}
    return {name: value for name, value in circuit.value.items() if name not in made}


def _output(circuit: Circuit, leaves: Mapping[str, Decimal]) -> Decimal:
    return evaluate(circuit.gates, leaves).value[OUTPUT]


def _rest(circuit: Circuit, leaves: Mapping[str, Decimal]) -> Decimal:
    z = evaluate(circuit.gates, leaves).value[SUM]
    return evaluate((Gate("sigmoid", (SUM,), OUTPUT),), {SUM: -z}).value[OUTPUT]
