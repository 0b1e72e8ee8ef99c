"""The numbers and sentences of the film `circuit`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.circuit import Circuit, max_circuit, neuron_circuit
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    count,
    magnitude,
    measured,
    sentence,
    setting,
)

EXP, SUM = "exp(-z)", "z"
FLOAT_DIGITS = 300
"""Powers of ten up to which a number is shown as a float."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, eq=False)
class CircuitStory:
    """What `circuit` shows of the neuron of an experiment.

    Attributes
    ----------
    neuron, folded
        The neuron gate by gate, and with one sigma gate.
    routing
        A max gate that takes the first two terms of the neuron's sum.
    opposite
        The neuron with all signs of its weights changed: its output is 1 - a, without rounding.
    """

    neuron: Circuit
    folded: Circuit
    routing: Circuit
    opposite: Circuit

    @classmethod
    def of(cls, experiment: Experiment) -> CircuitStory:
        """Pass the inputs through the neuron, forward and backward."""
        given = experiment.circuit
        neuron = neuron_circuit(given.weights, given.inputs)
        folded = neuron_circuit(given.weights, given.inputs, folded=True)
        terms = next(gate.inputs for gate in neuron.gates if gate.output == SUM)
        routing = max_circuit({name: neuron.value[name] for name in terms[:2]})
        opposite = neuron_circuit([-w for w in given.weights], given.inputs, folded=True)
        return cls(neuron, folded, routing, opposite)

    # The numbers

    def values(self) -> Mapping[str, Figure]:
        """Return the value of every wire of the neuron."""
        made = {gate.output for gate in self.neuron.gates}
        figures = {n: _number(f"value[{n}]", v) for n, v in self.neuron.value.items()}
        # A zero that was typed is no event.
        typed = {n: setting(f.name, 0.0) for n, f in figures.items() if n not in made and f.is_zero}
        return figures | typed

    def gradients(self) -> Mapping[str, Figure]:
        """Return the gradient of every wire of the neuron."""
        return {n: _number(f"gradient[{n}]", g) for n, g in self.neuron.gradient.items()}

    def local(self, gate: str) -> Figure:
        """Return the local gradient of a gate with one input, or the same for all its inputs."""
        return _number(f"local[{gate}]", self.neuron.local[gate][0])

    def sigma(self) -> tuple[Figure, Figure, Figure]:
        """Return the local gradient of the sigma gate, and its factors 1 - a and a."""
        return (
            _number("folded.local[a]", self.folded.local["a"][0]),
            _number("one_minus_a", self.opposite.value["a"]),
            _number("value[a]", self.folded.value["a"]),
        )

    def routed_values(self) -> Mapping[str, Figure]:
        """Return the values on the wires of the max gate."""
        return {n: _number(f"max.value[{n}]", v) for n, v in self.routing.value.items()}

    def routed_gradients(self) -> Mapping[str, Figure]:
        """Return the gradients on the wires of the max gate."""
        return {n: _number(f"max.gradient[{n}]", g) for n, g in self.routing.gradient.items()}

    @property
    def inputs(self) -> int:
        """How many inputs the neuron has."""
        return sum(gate.operation == "multiply" for gate in self.neuron.gates)

    @property
    def told_product(self) -> int:
        """The product of which the sentence about multiplying speaks: the first with a zero."""
        zeros = (i for i in range(self.inputs) if not self.neuron.value[f"w{i}x{i}"])
        return next(zeros, 0)

    @property
    def saturated(self) -> bool:
        """Whether the sigmoid has less than 4 % of its largest slope."""
        slope = np.array(float(self.folded.local["a"][0]))
        return bool(ACTIVATIONS["sigmoid"].saturated(slope))

    @property
    def is_tie(self) -> bool:
        """Whether the inputs of the max gate are equal."""
        first, second = self.routing.gates[0].inputs
        return self.routing.value[first] == self.routing.value[second]

    @property
    def leaves_float64(self) -> bool:
        """Whether the exponential is out of the range of float64."""
        return float(self.neuron.value[EXP]) in {0.0, math.inf}

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the neuron, and what the gradients are of."""
        words = f"one sigmoid neuron, {{n}} input{'s' * (self.inputs != 1)} and a bias"
        words += "; all gradients are those of its output a"
        return sentence(words, n=count("inputs", self.inputs))

    def taken_apart(self) -> Sentence:
        """Say what the picture is."""
        return sentence(
            "One neuron, taken apart: each circle is a gate that does one simple thing."
        )

    def forward(self) -> Sentence:
        """Say what the forward pass does, and what comes out."""
        a = _number("value[a]", self.neuron.value["a"])
        return sentence("Forward: gate by gate, numbers flow to the output, which is {a}.", a=a)

    def beyond_floats(self) -> Sentence:
        """Say what floats would have made of the exponential."""
        floats = constant("dtype", "float64")
        if self.neuron.value[EXP] > 1:
            return sentence(
                "In {f} this exponential would overflow: the film goes on in decimals.", f=floats
            )
        return sentence(
            "In {f} this exponential would be zero: the film goes on in decimals.", f=floats
        )

    def backward(self) -> Sentence:
        """Say where the backward pass begins."""
        one = _number("gradient[a]", self.neuron.gradient["a"])
        return sentence(
            "Backward: begin at the output, whose gradient with respect to itself is {one}.",
            one=one,
        )

    def rule(self) -> Sentence:
        """Say what each gate does to a gradient."""
        if float(self.neuron.local["a"][0]) == 0:
            return sentence(
                "Each gate multiplies by its local gradient; in {f} this one would be zero.",
                f=constant("dtype", "float64"),
            )
        return sentence("Every gate multiplies the gradient it receives by its own local gradient.")

    def chain(self) -> Sentence:
        """Say what arrives at the sum."""
        g = self._at_sum
        if self.saturated:
            return sentence(
                "The neuron is saturated: gate by gate, only {g} arrives at the sum.", g=g
            )
        return sentence("The same rule, gate by gate: {g} arrives at the sum.", g=g)

    def add(self) -> Sentence:
        """Say what an add gate does."""
        return sentence(
            "Add shares: its local gradients are {one}, so each input gets the same {g}.",
            one=constant("local", "1"),
            g=self._at_sum,
        )

    def multiply(self) -> Sentence:
        """Say what a multiply gate does."""
        i = self.told_product
        w, x = (self.neuron.value[f"{kind}{i}"] for kind in "wx")
        names = {"w": wire_name(f"w{i}"), "x": wire_name(f"x{i}")}
        if w and x:
            return sentence(
                "Multiply swaps: each input gets the gradient times the other one's value."
            )
        if not w and not x:
            return sentence(
                "Multiply swaps: {w} and {x} are both zero, so neither gets any gradient.", **names
            )
        if w:
            return sentence(
                "Multiply swaps: {x} is zero, so its weight {w} gets no gradient.", **names
            )
        return sentence("Multiply swaps: {w} is zero, so no gradient passes to {x}.", **names)

    def fold(self) -> Sentence:
        """Say what folding does."""
        one = constant("one", "1")
        if self.leaves_float64 and self.neuron.value[EXP] > 1:
            return sentence(
                "Folded into σ, nothing need overflow; its local gradient is ({one} − a) × a.",
                one=one,
            )
        return sentence(
            "Four gates fold into one, σ, whose local gradient is ({one} − a) × a.", one=one
        )

    def routes(self) -> Sentence:
        """Say what a max gate does."""
        if self.is_tie:
            return sentence(
                "Max routes; its inputs are equal here: by convention the first gets all."
            )
        larger = self.routed_values()["max"]
        if larger.is_zero:
            larger = setting(larger.name, 0.0)
        return sentence("Max routes: all of its gradient goes to the larger input, {m}.", m=larger)

    def verdict(self) -> Sentence:
        """Say what to remember."""
        if self.saturated:
            return sentence(
                "Add shares, multiply swaps, max routes; a saturated sigma lets almost nothing by."
            )
        return sentence(
            "Add shares, multiply swaps, max routes: so a gradient is read off a graph."
        )

    @property
    def _at_sum(self) -> Figure:
        return _number(f"gradient[{SUM}]", self.neuron.gradient[SUM])


def wire_name(name: str) -> Figure:
    """Return the name of a wire as text: ``w₀``."""
    return constant("wire", name.translate(SUBSCRIPTS))


def _number(name: str, value: Decimal) -> Figure:
    """Write a decimal, also one that is no float; of a long exponent fewer digits are kept."""
    exponent = value.adjusted() if value else 0
    if abs(exponent) < FLOAT_DIGITS:
        return measured(name, float(value))
    digits = 3 if abs(exponent) < 10**3 else 2 if abs(exponent) < 10**4 else 1
    log10 = float(value.copy_abs().log10())
    return magnitude(name, log10, digits=digits, negative=value < 0)
