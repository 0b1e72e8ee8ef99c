"""The numbers of the film `circuit`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import cached_property

import numpy as np

from backprop_core.experiment.config import Experiment
from backprop_core.number_text import MINUS, digits_as_typed
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.circuit import Circuit, Gate, evaluate, neuron_circuit
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

EXP, SUM, OUTPUT, NUDGED = "exp(-z)", "z", "a", "w0"
FLOAT_DIGITS = 300
"""Largest exponent, in magnitude, of a number that is converted to a float."""
LARGEST_NUDGE = -2
"""log10 of the nudge, at most; a nudge moves the sum by no more than its own largest."""
WRITTEN_OUT = 3
"""Significant digits of an exact number that is written without zeros at its end."""
DIGITS = (3, 4, 5)
"""Significant digits of all numbers: the fewest with which products are right as they are read."""
ROUNDED = 4
"""Significant digits where none of these will do."""
_AS_READ = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Arithmetic with numbers of few digits and of any power."""
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
        The folded neuron with a max gate in place of its sum.
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
        gates = tuple(
            Gate("max", gate.inputs, SUM) if gate.output == SUM else gate for gate in folded.gates
        )
        leaves = _given(folded)
        x0 = folded.value["x0"]
        # The smallest power of ten that is not below it.
        above = x0.adjusted() + (x0.copy_abs() != Decimal(1).scaleb(x0.adjusted())) if x0 else 0
        power = LARGEST_NUDGE - max(0, above)
        return cls(neuron, folded, opposite, evaluate(gates, leaves), Decimal(1).scaleb(power))

    # The numbers

    def values(self) -> Mapping[str, Figure]:
        """Return the value of every wire of the neuron."""
        return {n: self._value(n) for n in self.neuron.value}

    def gradients(self) -> Mapping[str, Figure]:
        """Return the gradient of every wire of the neuron."""
        return {n: self._gradient(n, self.digits) for n in self.neuron.gradient}

    def local(self, gate: str) -> Figure:
        """Return the local gradient of a gate with one input, or the same for all its inputs."""
        return self._local(gate, self.digits)

    def sigma(self) -> tuple[Figure, Figure, Figure]:
        """Return the local gradient of the sigma gate, and its factors a and 1 - a."""
        return self._sigma(self.digits)

    def routed_values(self) -> Mapping[str, Figure]:
        """Return the values on the wires of the neuron with a max gate."""
        return {
            n: _written(f"max.value[{n}]", v, self.digits, exact=n != OUTPUT)
            for n, v in self.routed.value.items()
        }

    def routed_gradients(self) -> Mapping[str, Figure]:
        """Return the gradients on the wires of the neuron with a max gate."""
        return {
            n: _written(f"max.gradient[{n}]", g, self.digits, exact=n == OUTPUT)
            for n, g in self.routed.gradient.items()
        }

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
        with localcontext(_AS_READ):
            return self.neuron.gradient[NUDGED] * self.nudge

    @cached_property
    def moved(self) -> Decimal:
        """By how much the nudge moves the output."""
        return _moved(self.folded, self.nudge)

    @cached_property
    def routed_moved(self) -> Decimal:
        """By how much the nudge moves the output of the neuron with a max gate."""
        return _moved(self.routed, self.nudge)

    @property
    def agree(self) -> bool:
        """Whether prediction and measurement read the same."""
        one, other = (self.change("", each) for each in (self.predicted, self.moved))
        return one.plain == other.plain

    def ratio(self, value: Decimal) -> float:
        """Return how far the output moves for each unit of the nudge."""
        with localcontext(_AS_READ):
            return float(value / self.nudge)

    def change(self, name: str, value: Decimal) -> Figure:
        """Write by how much the output moves."""
        return number_of(name, value, digits=3)

    @cached_property
    def digits(self) -> int:
        """How many significant digits numbers have, so that products are right as they are read."""
        return next((d for d in DIGITS if self._multiplies(d)), ROUNDED)

    @cached_property
    def multiplies(self) -> bool:
        """Whether every product is right as it is read."""
        return self._multiplies(self.digits)

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
        local = self.routed.local[SUM]
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
        """The gradient that arrives at the sum."""
        return self._gradient(SUM, self.digits)

    def _value(self, name: str) -> Figure:
        value = self.neuron.value[name]
        made = {gate.output for gate in self.neuron.gates}
        if name not in made and not value:
            # A zero that the user entered is a setting, not a measured zero.
            return setting(f"value[{name}]", 0.0)
        exact = name not in {EXP, "1+exp(-z)", OUTPUT}
        return _written(f"value[{name}]", value, self.digits, exact=exact)

    def _gradient(self, name: str, digits: int) -> Figure:
        gradient = self.neuron.gradient[name]
        return _written(f"gradient[{name}]", gradient, digits, exact=name == OUTPUT)

    def _local(self, gate: str, digits: int) -> Figure:
        exact = gate in {"-z", "1+exp(-z)", SUM}
        return _written(f"local[{gate}]", self.neuron.local[gate][0], digits, exact=exact)

    def _sigma(self, digits: int) -> tuple[Figure, Figure, Figure]:
        return (
            number_of("folded.local[a]", self.folded.local["a"][0], digits),
            number_of("value[a]", self.folded.value["a"], digits),
            number_of("one_minus_a", self.opposite.value["a"], digits),
        )

    def _multiplies(self, digits: int) -> bool:
        chain = (OUTPUT, "1+exp(-z)", EXP, "-z")
        given = ("1+exp(-z)", EXP, "-z", SUM)
        slopes = [self._local(gate, digits) for gate in chain]
        products = [
            (self._gradient(SUM, digits), slopes),
            (self._sigma(digits)[0], self._sigma(digits)[1:]),
        ]
        for gate, wire, slope in zip(chain, given, slopes, strict=True):
            products.append((self._gradient(wire, digits), (self._gradient(gate, digits), slope)))
        for i in range(self.inputs):
            for one, other in ((f"w{i}", f"x{i}"), (f"x{i}", f"w{i}")):
                exact = _written("", self.neuron.value[other], digits, exact=True)
                factors = (self._gradient(SUM, digits), exact)
                products.append((self._gradient(one, digits), factors))
        return all(_is_read_right(*product) for product in products)


def wire_name(name: str) -> Figure:
    """Return the name of a wire as text: ``w₀``."""
    return constant("wire", name.translate(SUBSCRIPTS))


def number_of(name: str, value: Decimal, digits: int = 3) -> Figure:
    """Write a decimal, even outside the range of floats; a long exponent leaves fewer digits."""
    exponent = value.adjusted() if value else 0
    if abs(exponent) < FLOAT_DIGITS:
        return measured(name, float(value), digits=digits)
    most = 3 if abs(exponent) < 10**3 else 2 if abs(exponent) < 10**4 else 1
    log10 = float(value.copy_abs().log10())
    return magnitude(name, log10, digits=min(most, digits), negative=value < 0)


def _written(name: str, value: Decimal, digits: int, *, exact: bool) -> Figure:
    """Write a decimal; an exact one of few digits as one would type it."""
    typed = "".join(map(str, value.as_tuple().digits)).strip("0")
    if exact and value and len(typed) <= WRITTEN_OUT and -4 < value.adjusted() <= 3:
        return Figure(name, float(value), *digits_as_typed(float(value)))
    return number_of(name, value, digits)


def _moved(circuit: Circuit, nudge: Decimal) -> Decimal:
    """Return by how much a circuit's output moves when its first weight does."""
    before = _given(circuit)
    after = before | {NUDGED: before[NUDGED] + nudge}
    with localcontext(_AS_READ):
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


def _is_read_right(result: Figure, factors: Sequence[Figure]) -> bool:
    """Tell whether the product of numbers as they are read rounds to the result as it is read."""
    with localcontext(_AS_READ):
        read = _read(result)
        product = math.prod((_read(each) for each in factors), start=Decimal(1))
        half = Decimal((0, (5,), int(read.as_tuple().exponent) - 1))
        return abs(product - read) <= half


def _read(figure: Figure) -> Decimal:
    if figure.is_zero:
        return Decimal(0)
    digits = figure.mantissa.replace(MINUS, "-").replace(",", "")
    return Decimal(f"{digits}e{figure.exponent or 0}")
