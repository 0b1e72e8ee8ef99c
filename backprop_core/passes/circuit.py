"""One neuron as a graph of gates: values forward, local gradients, gradients backward.

A gate computes one value from the values on its input wires. In the backward pass it multiplies
the gradient with respect to its output by the local gradient for each input wire, and passes the
product to that wire. The gradients of a wire that feeds several gates add up.

Gate by gate, the sigmoid computes exp(-z), which overflows below z = -709. So the wires carry
decimals: sums and products of the typed numbers are exact, and nothing over- or underflows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from types import MappingProxyType

from backprop_core.errors import InputError
from backprop_core.formatting import format_value

Values = tuple[Decimal, ...]

DIGITS = 800
"""Digits of the arithmetic. Typed as decimals, the product of two doubles lies between 10^-683 and
10^617, so sums of products within the bounds of a configuration are exact."""

_ONE = Decimal(1)


@dataclass(frozen=True)
class Operation:
    """What a gate does.

    Attributes
    ----------
    f
        Returns the value of the gate from the values of its inputs.
    local
        Returns the derivatives with respect to the inputs, one for each.
    """

    f: Callable[..., Decimal]
    local: Callable[..., Values]


@dataclass(frozen=True)
class Gate:
    """One operation and the wires that it connects.

    Attributes
    ----------
    operation
        A name in `OPERATIONS`.
    inputs, output
        Names of the input wires and of the output wire.
    """

    operation: str
    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True, eq=False)
class Circuit:
    """A graph of gates with a value and a gradient on every wire.

    Attributes
    ----------
    gates
        In the order of the forward pass; the last gate computes the output.
    value
        The value of every wire, by name.
    local
        For each wire that a gate computes, the local gradients of that gate, in the order of its
        inputs.
    gradient
        The gradient of the output with respect to every wire; 1 for the output itself.
    """

    gates: tuple[Gate, ...]
    value: Mapping[str, Decimal]
    local: Mapping[str, Values]
    gradient: Mapping[str, Decimal]

    @property
    def output(self) -> str:
        """Name of the wire that leaves the last gate."""
        return self.gates[-1].output


def neuron_circuit(
    weights: Sequence[float], inputs: Sequence[float], *, folded: bool = False
) -> Circuit:
    """Pass inputs through a sigmoid neuron, forward and backward.

    The wires are w0, x0, w1, x1, ... and b; w0x0, w1x1, ...; z, -z, exp(-z), 1+exp(-z); a.

    Parameters
    ----------
    weights
        One for each input, and the bias last.
    inputs
        The input values.
    folded
        Whether one sigma gate takes the place of the four gates from z to a.

    Raises
    ------
    InputError
        If the number of weights is not that of the inputs plus one, or a number is not finite.
    """
    if not inputs or len(weights) != len(inputs) + 1:
        raise InputError(
            f"circuit.weights: got {len(weights)} for {len(inputs)} inputs; "
            "allowed one for each input, of which there is at least one, then the bias"
        )
    places = range(len(inputs))
    leaves = {f"w{i}": _exact("weights", weights[i]) for i in places}
    leaves |= {f"x{i}": _exact("inputs", inputs[i]) for i in places}
    leaves["b"] = _exact("weights", weights[-1])
    products = tuple(Gate("multiply", (f"w{i}", f"x{i}"), f"w{i}x{i}") for i in places)
    total = Gate("add", (*(gate.output for gate in products), "b"), "z")
    return evaluate((*products, total, *(FOLDED if folded else WRITTEN_OUT)), leaves)


def max_circuit(values: Mapping[str, Decimal]) -> Circuit:
    """Pass values through a max gate, forward and backward; its output is the wire ``max``.

    If values are equal, the first one counts as the largest.
    """
    return evaluate((Gate("max", tuple(values), "max"),), values)


def evaluate(gates: tuple[Gate, ...], leaves: Mapping[str, Decimal]) -> Circuit:
    """Pass values forward through gates, then gradients backward.

    Parameters
    ----------
    gates
        Gates in an order in which every wire is computed before it is used; the last one computes
        the output.
    leaves
        The values of the wires that no gate computes.
    """
    value = dict(leaves)
    local: dict[str, Values] = {}
    with _arithmetic():
        for gate in gates:
            operation = OPERATIONS[gate.operation]
            given = [value[name] for name in gate.inputs]
            value[gate.output] = operation.f(*given)
            local[gate.output] = operation.local(*given)
        gradient = dict.fromkeys(value, Decimal(0))
        gradient[gates[-1].output] = _ONE
        for gate in reversed(gates):
            upstream = gradient[gate.output]
            for name, slope in zip(gate.inputs, local[gate.output], strict=True):
                gradient[name] += upstream * slope
    frozen = MappingProxyType
    return Circuit(gates, frozen(value), frozen(local), frozen(gradient))


def _sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def _one_hot(*values: Decimal) -> Values:
    largest = values.index(max(values))
    return tuple(Decimal(i == largest) for i in range(len(values)))


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "multiply": Operation(lambda a, b: a * b, lambda a, b: (b, a)),
        "add": Operation(lambda *x: sum(x, Decimal(0)), lambda *x: (_ONE,) * len(x)),
        "negate": Operation(lambda x: -x, lambda x: (-_ONE,)),
        "exp": Operation(lambda x: x.exp(), lambda x: (x.exp(),)),
        "add_one": Operation(lambda x: x + 1, lambda x: (_ONE,)),
        "reciprocal": Operation(lambda x: 1 / x, lambda x: (-1 / (x * x),)),
        # (1 - a) * a, with 1 - a computed as sigma(-z), which avoids cancellation.
        "sigmoid": Operation(_sigmoid, lambda z: (_sigmoid(-z) * _sigmoid(z),)),
        "max": Operation(lambda *x: max(x), _one_hot),
    }
)
"""The operations by name, with formulas for the value and for the local gradients."""

WRITTEN_OUT = (
    Gate("negate", ("z",), "-z"),
    Gate("exp", ("-z",), "exp(-z)"),
    Gate("add_one", ("exp(-z)",), "1+exp(-z)"),
    Gate("reciprocal", ("1+exp(-z)",), "a"),
)
FOLDED = (Gate("sigmoid", ("z",), "a"),)
"""The sigmoid as four gates and as one."""


def _exact(field: str, number: float) -> Decimal:
    """Return a finite number as the decimal that was typed."""
    if not math.isfinite(number):
        raise InputError(f"circuit.{field}: got {format_value(number)}; allowed finite numbers")
    return Decimal(repr(float(number)))


@contextmanager
def _arithmetic() -> Iterator[None]:
    with localcontext(Context(prec=DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)):
        yield
