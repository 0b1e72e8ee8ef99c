"""The numbers of the film `circuit`."""

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
"""Largest exponent, in magnitude, of a number that is converted to a float."""
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
        figures = {n: number_of(f"value[{n}]", v) for n, v in self.neuron.value.items()}
        # A zero that the user entered is a setting, not a measured zero.
        typed = {n: setting(f.name, 0.0) for n, f in figures.items() if n not in made and f.is_zero}
        return figures | typed

    def gradients(self) -> Mapping[str, Figure]:
        """Return the gradient of every wire of the neuron."""
        return {n: number_of(f"gradient[{n}]", g) for n, g in self.neuron.gradient.items()}

    def local(self, gate: str) -> Figure:
        """Return the local gradient of a gate with one input, or the same for all its inputs."""
        return number_of(f"local[{gate}]", self.neuron.local[gate][0])

    def sigma(self) -> tuple[Figure, Figure, Figure]:
        """Return the local gradient of the sigma gate, and its factors 1 - a and a."""
        return (
            number_of("folded.local[a]", self.folded.local["a"][0]),
            number_of("one_minus_a", self.opposite.value["a"]),
            number_of("value[a]", self.folded.value["a"]),
        )

    def routed_values(self) -> Mapping[str, Figure]:
        """Return the values on the wires of the max gate."""
        return {n: number_of(f"max.value[{n}]", v) for n, v in self.routing.value.items()}

    def routed_gradients(self) -> Mapping[str, Figure]:
        """Return the gradients on the wires of the max gate."""
        return {n: number_of(f"max.gradient[{n}]", g) for n, g in self.routing.gradient.items()}

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
    def is_tie(self) -> bool:
        """Whether the inputs of the max gate are equal."""
        first, second = self.routing.gates[0].inputs
        return self.routing.value[first] == self.routing.value[second]

    @property
    def leaves_float64(self) -> bool:
        """Whether the exponential is out of the range of float64."""
        return float(self.neuron.value[EXP]) in {0.0, math.inf}

    def subtitle(self) -> Sentence:
        """Describe the neuron, and which quantity the gradients belong to."""
        words = (
            "one sigmoid neuron, {n} input and a bias; all gradients are those of its output a"
            if self.inputs == 1
            else "one sigmoid neuron, {n} inputs and a bias; all gradients are those of its output "
            "a"
        )
        return sentence(words, n=count("inputs", self.inputs))

    @property
    def at_sum(self) -> Figure:
        """The gradient that arrives at the sum."""
        return number_of(f"gradient[{SUM}]", self.neuron.gradient[SUM])


def wire_name(name: str) -> Figure:
    """Return the name of a wire as text: ``w₀``."""
    return constant("wire", name.translate(SUBSCRIPTS))


def number_of(name: str, value: Decimal) -> Figure:
    """Write a decimal, even outside the range of floats; a long exponent leaves fewer digits."""
    exponent = value.adjusted() if value else 0
    if abs(exponent) < FLOAT_DIGITS:
        return measured(name, float(value))
    digits = 3 if abs(exponent) < 10**3 else 2 if abs(exponent) < 10**4 else 1
    log10 = float(value.copy_abs().log10())
    return magnitude(name, log10, digits=digits, negative=value < 0)
