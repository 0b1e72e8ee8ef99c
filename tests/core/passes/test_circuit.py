"""A neuron as a graph of gates, against automatic differentiation and high precision."""

from decimal import Decimal, localcontext

import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
from autograd import grad

from backprop_core import Circuit, Gate, InputError, max_circuit, neuron_circuit
from backprop_core.passes.circuit import DIGITS, OPERATIONS, evaluate

DEFAULT = ((2.0, -3.0, -3.0), (-1.0, -2.0))
EXTREME = {
    "z = -1000": ((-1000.0, 0.0), (1.0,)),
    "z = 1000": ((1000.0, 0.0), (1.0,)),
    "z = -400": ((-400.0, 0.0), (1.0,)),
    "z = 40": ((40.0, 0.0), (1.0,)),
    "most negative": ((1000.0,) * 4 + (-1000.0,), (-1000.0,) * 4),
    "most positive": ((1000.0,) * 5, (1000.0,) * 4),
    "tiny": ((1e-300, 5e-324, -1e-300), (1e-300, 5e-324)),
}


def drawn(seed: int) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=1 + seed % 4)
    return [float(w) for w in rng.normal(size=len(inputs) + 1)], [float(x) for x in inputs]


def leaf_gradients(circuit: Circuit) -> tuple[list[float], list[float]]:
    n = sum(gate.operation == "multiply" for gate in circuit.gates)
    dw = [float(circuit.gradient[f"w{i}"]) for i in range(n)] + [float(circuit.gradient["b"])]
    return dw, [float(circuit.gradient[f"x{i}"]) for i in range(n)]


def test_the_worked_numbers() -> None:
    # cs231n.github.io/optimization-2 with one digit more.
    circuit = neuron_circuit(*DEFAULT)
    values = {name: round(float(v), 3) for name, v in circuit.value.items()}
    gradients = {name: round(float(v), 3) for name, v in circuit.gradient.items()}
    assert values | {"z": 1.0, "-z": -1.0, "exp(-z)": 0.368, "1+exp(-z)": 1.368} == values
    assert values | {"w0x0": -2.0, "w1x1": 6.0, "a": 0.731} == values
    chain = {"a": 1.0, "1+exp(-z)": -0.534, "exp(-z)": -0.534, "-z": -0.197, "z": 0.197}
    assert gradients | chain == gradients
    leaves = {"w0": -0.197, "x0": 0.393, "w1": -0.393, "x1": -0.590, "b": 0.197}
    assert gradients | leaves | {"w0x0": 0.197, "w1x1": 0.197} == gradients
    assert [round(float(v[0]), 3) for v in circuit.local.values()] == [
        -1, -2, 1, -1, 0.368, 1, -0.534,
    ]  # fmt: skip


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_gradients_are_those_of_autograd(seed: int, folded: bool) -> None:
    weights, inputs = drawn(seed)

    def neuron(w: np.ndarray, x: np.ndarray) -> float:
        return 1 / (1 + anp.exp(-(anp.dot(w[:-1], x) + w[-1])))

    circuit = neuron_circuit(weights, inputs, folded=folded)
    w, x = np.array(weights), np.array(inputs)
    dw, dx = leaf_gradients(circuit)
    np.testing.assert_allclose(dw, grad(neuron, 0)(w, x), rtol=1e-12)
    np.testing.assert_allclose(dx, grad(neuron, 1)(w, x), rtol=1e-12)
    assert float(circuit.value[circuit.output]) == pytest.approx(neuron(w, x), rel=1e-14)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("case", EXTREME)
def test_many_digits_where_floats_end(case: str, folded: bool) -> None:
    weights, inputs = EXTREME[case]
    circuit = neuron_circuit(weights, inputs, folded=folded)
    with mpmath.workdps(1500):
        w = [mpmath.mpf(repr(each)) for each in weights]
        x = [mpmath.mpf(repr(each)) for each in inputs]
        z = mpmath.fdot(w[:-1], x) + w[-1]
        e = mpmath.exp(-z)
        expected = {"z": z, "a": 1 / (1 + e)}
        slope = e / (1 + e) ** 2
        gradient = {"z": slope, "b": slope, "w0": slope * x[0], "x0": slope * w[0]}
        if not folded:
            expected |= {"exp(-z)": e, "1+exp(-z)": 1 + e}
            gradient |= {"exp(-z)": -1 / (1 + e) ** 2, "-z": -slope}
        for told, wanted in ((circuit.value, expected), (circuit.gradient, gradient)):
            for name, number in wanted.items():
                said = mpmath.mpf(str(told[name]))
                assert abs(said - number) <= abs(number) * mpmath.mpf("1e-700"), name


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_local_gradients_are_derivatives(operation: str) -> None:
    functions = {
        "multiply": lambda a, b: a * b,
        "add": lambda a, b: a + b,
        "negate": lambda x: -x,
        "exp": mpmath.exp,
        "add_one": lambda x: x + 1,
        "reciprocal": lambda x: 1 / x,
        "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
        "max": max,
    }
    f = functions[operation]
    several = operation in {"multiply", "add", "max"}
    at = ("1.25", "-0.75") if several else ("1.25",)
    leaves = {f"x{i}": Decimal(text) for i, text in enumerate(at)}
    circuit = evaluate((Gate(operation, tuple(leaves), "y"),), leaves)
    with mpmath.workdps(60):
        point = tuple(mpmath.mpf(text) for text in at)
        assert mpmath.almosteq(mpmath.mpf(str(circuit.value["y"])), f(*point), 1e-40)
        for number, slope in enumerate(circuit.local["y"]):
            order = tuple(int(i == number) for i in range(len(at)))
            # diff of mpmath takes differences with many digits.
            wanted = mpmath.diff(f, point, order) if several else mpmath.diff(f, point[0])
            assert abs(mpmath.mpf(str(slope)) - wanted) < 1e-12
            assert circuit.gradient[f"x{number}"] == slope


def test_folding_changes_no_number_but_those_between() -> None:
    written, folded = (neuron_circuit(*DEFAULT, folded=f) for f in (False, True))
    assert set(written.value) - set(folded.value) == {"-z", "exp(-z)", "1+exp(-z)"}
    with localcontext(prec=DIGITS):
        for name in folded.value:
            assert folded.value[name] == pytest.approx(written.value[name], abs=Decimal("1e-780"))
            difference = folded.gradient[name] - written.gradient[name]
            assert abs(difference) < Decimal("1e-780")
        a, slope = folded.value["a"], folded.local["a"][0]
        assert abs(slope - (1 - a) * a) < Decimal("1e-780")


def test_what_was_typed_is_added_exactly() -> None:
    # In floats 3 * 0.1 - 0.3 is 5.6e-17.
    assert neuron_circuit((0.1, -0.3), (3.0,)).value["z"] == 0
    # A thousand digits lie between the terms; no order of adding loses the small one.
    z = neuron_circuit((1000.0, 1e-300, -1000.0, 0.0), (1000.0, 1e-300, 1000.0)).value["z"]
    assert z == Decimal("1e-600")


@pytest.mark.parametrize(
    ("values", "gradients"),
    [
        ((-2.0, 6.0), (0, 1)),
        ((6.0, -2.0), (1, 0)),
        ((1.5, 1.5), (1, 0)),
        ((0.0, -1e-300, 1e-300), (0, 0, 1)),
    ],
)
def test_max_routes(values: tuple[float, ...], gradients: tuple[int, ...]) -> None:
    circuit = max_circuit({str(i): Decimal(v) for i, v in enumerate(values)})
    assert circuit.value[circuit.output] == Decimal(max(values))
    assert tuple(circuit.gradient[str(i)] for i in range(len(values))) == gradients


def test_gradients_of_a_wire_that_is_used_twice_add_up() -> None:
    # y = (x * x) + x at 3: 2 x + 1.
    gates = (Gate("multiply", ("x", "x"), "square"), Gate("add", ("square", "x"), "y"))
    circuit = evaluate(gates, {"x": Decimal(3)})
    assert (circuit.value["y"], circuit.gradient["x"]) == (12, 7)


def test_a_circuit_cannot_be_changed() -> None:
    circuit = neuron_circuit(*DEFAULT)
    for table in (circuit.value, circuit.local, circuit.gradient):
        with pytest.raises(TypeError):
            table["z"] = 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("weights", "inputs", "message"),
    [
        ((1.0, 2.0), (1.0, 2.0), "circuit.weights: got 2 for 2 inputs; allowed one for each"),
        ((1.0,), (), "circuit.weights: got 1 for 0 inputs"),
        ((1.0, np.nan), (1.0,), "circuit.weights: got nan; allowed finite numbers"),
        ((1.0, 2.0), (np.inf,), "circuit.inputs: got inf; allowed finite numbers"),
    ],
)
def test_what_is_refused(weights: object, inputs: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        neuron_circuit(weights, inputs)
    assert message in str(caught.value)
