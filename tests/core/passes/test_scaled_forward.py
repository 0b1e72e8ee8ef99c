"""Signals that vanish on their way up: mpmath is the judge, plain floats where they survive."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_core import (
    Experiment,
    Network,
    NumericalError,
    Trace,
    dead_units,
    ensemble,
    run,
    trace,
)
from backprop_core.passes.initializers import INITIALIZERS
from tests.core.passes.deep_oracle import exact_log10_norms
from tests.selection import quick_cases

SMALL = {"relu": 0.1, "leaky_relu": 0.05, "identity": 0.1, "tanh": 0.1, "sigmoid": 0.1}


def drawn(
    widths: list[int],
    activation: str,
    gain: float,
    *,
    output: str = "softmax",
    init: str = "he",
    bias_std: float = 0.0,
    seed: int = 0,
    dtype: Any = np.float64,
) -> Network:
    rng = np.random.default_rng(seed)
    weights = [INITIALIZERS[init].draw(rng, n, m, gain) for n, m in pairwise(widths)]
    biases = [bias_std * rng.standard_normal(m) for m in widths[1:]]
    return Network(
        tuple(W.astype(dtype) for W in weights),
        tuple(b.astype(dtype) for b in biases),
        activation,
        output,
    )


def batch(widths: list[int], examples: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((examples, widths[0])), rng.integers(0, widths[-1], examples)


def assert_true(t: Trace, tolerance: float, loss: str = "cross_entropy") -> None:
    wanted = np.eye(t.network.widths[-1])[t.y] if t.y.ndim == 1 else t.y
    truth = exact_log10_norms(t.network, t.x, wanted, loss)
    ours = {kind: t.log10_norm(kind) for kind in ("delta", "dW", "db")}
    ours["z"] = np.array([z.norm().log10() for z in t.scaled("z")])
    ours["a"] = np.array([a.norm().log10() for a in t.scaled("a")[1:-1]])
    for kind, found in ours.items():
        np.testing.assert_allclose(found, truth[kind], rtol=0, atol=tolerance, err_msg=kind)
    expected = truth["delta"] + np.log10(t.examples) / 2
    np.testing.assert_allclose(t.log10_norm("signal"), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("activation", "depth"),
    quick_cases(
        [(name, depth) for name in SMALL for depth in (1000, 2000)],
        ("leaky_relu", 1000),
        ("tanh", 1000),
    ),
)
def test_a_signal_that_vanishes_forward_against_mpmath(activation: str, depth: int) -> None:
    # Narrow ReLU networks that deep are dead.
    widths = [20 if activation == "relu" else 4] * depth + [3]
    t = trace(drawn(widths, activation, SMALL[activation]), *batch(widths, 2))
    if activation != "sigmoid":
        assert not t.z[-1].any()
        assert t.loss == pytest.approx(np.log(3), rel=1e-15)
    assert -np.inf < t.log10_norm("signal")[0] < -700
    assert_true(t, 1e-10)


@given(
    activation=st.sampled_from(["relu", "leaky_relu", "identity", "tanh"]),
    output=st.sampled_from(["softmax", "sigmoid"]),
    init=st.sampled_from(sorted(INITIALIZERS)),
    gain=st.floats(-2, 3).map(lambda log: 10.0**log),
    bias_std=st.sampled_from([0.0, 0.0, 1e-200, 1e-3, 1.0]),
    widths=st.lists(st.integers(1, 5), min_size=2, max_size=6),
    repeated=st.integers(1, 12),
    examples=st.integers(1, 3),
    size=st.sampled_from([1.0, 1e-5, 1e-300, 1e-318]),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_network_against_mpmath(
    activation: str,
    output: str,
    init: str,
    gain: float,
    bias_std: float,
    widths: list[int],
    repeated: int,
    examples: int,
    size: float,
    seed: int,
) -> None:
    # A tanh with large weights is chaotic: there the last bit of z decides.
    assume(activation != "tanh" or gain < 1.0)
    widths = widths * repeated
    options: dict[str, Any] = {"output": output, "init": init, "bias_std": bias_std, "seed": seed}
    x, y = batch(widths, examples, seed)
    # With as many examples of each class, sums over them cancel but for what is below the floats.
    y[:] = y[0]
    try:
        t = trace(drawn(widths, activation, gain, **options), size * x, y)
    except NumericalError:
        assume(False)
    # Beyond, a decimal logarithm itself has no ten digits behind the point.
    assume(np.abs(t.z[-1]).max() < 1e4)
    assert_true(t, 1e-10)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-5), ("float16", 0.1)])
@given(
    activation=st.sampled_from(["relu", "leaky_relu", "identity", "tanh"]),
    gain=st.floats(0.01, 0.9),
    bias_std=st.sampled_from([0.0, 0.0, 1e-3]),
    widths=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    repeated=st.integers(1, 20),
    seed=st.integers(0, 2**32 - 1),
)
def test_short_floats_lose_digits_but_no_gradients(
    dtype: str,
    tolerance: float,
    activation: str,
    gain: float,
    bias_std: float,
    widths: list[int],
    repeated: int,
    seed: int,
) -> None:
    widths = widths * repeated
    signed = drawn(widths, activation, gain, bias_std=bias_std, seed=seed, dtype=dtype)
    # Without negative numbers no sum cancels, so no unit is off for a digit that was lost.
    positive = Network(
        tuple(map(np.abs, signed.weights)),
        tuple(map(np.abs, signed.biases)),
        activation,
        "identity",
    )
    x, _ = batch(widths, 2, seed)
    try:
        t = trace(positive, np.abs(x), np.full((2, widths[-1]), -1.0), "quadratic")
    except NumericalError:
        assume(False)
    assert np.isfinite(t.log10_norm("signal")).all()
    assert_true(t, tolerance, "quadratic")


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        ({"network.activation": "relu", "network.depth": 1000}, -1019.13),
        ({"network.activation": "leaky_relu", "network.depth": 1000}, -1019.56),
    ],
)
def test_the_gradient_of_a_deep_relu_at_a_small_gain(
    settings: dict[str, Any], first: float
) -> None:
    base = {"network.init": "he", "network.output": "softmax", "network.gain": 0.1}
    t = run(Experiment().override(base | {"data.samples": 10} | settings))
    assert t.log10_norm("signal")[0] == pytest.approx(first, abs=0.005)


@pytest.mark.parametrize(("dtype", "depth"), [("float32", 60), ("float16", 12), ("float64", 400)])
def test_what_a_layer_passes_on_does_not_depend_on_the_float_type(dtype: str, depth: int) -> None:
    network = {"activation": "relu", "init": "he", "output": "softmax", "gain": 0.1, "depth": depth}
    t = run(Experiment(dtype=dtype, network=network, data={"samples": 200}))
    signal = t.log10_norm("signal")
    assert 10 ** ((signal[0] - signal[-1]) / (depth - 1)) == pytest.approx(0.099, abs=0.004)


def exact_signs(network: Network, x: np.ndarray) -> list[list[list[bool]]]:
    """Return whether each unit of each hidden ReLU layer is on, in exact rational arithmetic."""
    layers = []
    a = [[Fraction(float(v)) for v in row] for row in x]
    for W, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        rows = [[Fraction(float(v)) for v in row] for row in W]
        z = [
            [
                sum((w * u for w, u in zip(row, one, strict=True)), start=Fraction(float(c)))
                for row, c in zip(rows, b, strict=True)
            ]
            for one in a
        ]
        layers.append([[u > 0 for u in one] for one in z])
        a = [[max(u, Fraction(0)) for u in one] for one in z]
    return layers


def test_units_are_dead_by_their_exact_sign() -> None:
    widths = [6] * 40 + [2]
    net = drawn(widths, "relu", 1e-12)
    t = trace(net, *batch(widths, 4))
    assert not t.z[35].any()
    on = np.array(exact_signs(net, t.x))
    np.testing.assert_array_equal(t.slope, on)
    np.testing.assert_array_equal(dead_units(t), (~on.any(axis=1)).sum(axis=1))
    assert 0 < dead_units(t).sum() < 6 * 39


def test_a_unit_without_bias_keeps_its_sign_beside_one_with_a_bias() -> None:
    one, two = np.ones((1, 1)), np.array([[-1e-200], [1e-200], [1.0]])
    net = Network(
        (one * 1e-200, two, np.ones((2, 3))),
        (np.zeros(1), np.array([0, 0, 1.0]), np.zeros(2)),
        "relu",
    )
    t = trace(net, one, np.array([0]))
    least = np.finfo(float).smallest_subnormal
    assert t.z[1].tolist() == [[-least, least, 1.0]]
    assert t.slope[1].tolist() == [[0.0, 1.0, 1.0]]
    assert_true(t, 1e-10)


def test_examples_of_very_different_size_keep_their_own_exponents() -> None:
    widths = [3] * 30 + [2]
    x, y = batch(widths, 3)
    x *= np.array([[1.0], [1e-250], [0.0]])
    t = trace(drawn(widths, "leaky_relu", 0.5), x, y)
    assert_true(t, 1e-10)
    whole, tiny = t.scaled("z")[-1].exponent[:2, 0]
    assert whole > tiny + 700
    assert not t.scaled("z")[-1].mantissa[2].any()


def test_mantissas_and_exponents_are_the_plain_numbers_where_those_survive() -> None:
    widths = [4] * 60 + [2]
    net, (x, y) = drawn(widths, "tanh", 0.3), batch(widths, 3)
    t = trace(net, x, y)
    a = x
    for W, plain, exact in zip(net.weights[:-1], t.a[1:], t.scaled("a")[1:], strict=False):
        a = np.tanh(a @ W.T)
        np.testing.assert_array_equal(plain, a)
        np.testing.assert_array_equal(np.ldexp(exact.mantissa, exact.exponent), a)


def test_targets_of_zero_leave_a_gradient_of_the_size_of_the_output() -> None:
    widths = [3] * 400 + [2]
    x, _ = batch(widths, 2)
    for output in ("identity", "tanh"):
        t = trace(drawn(widths, "leaky_relu", 0.1, output=output), x, np.zeros((2, 2)), "quadratic")
        assert t.loss == 0
        assert np.isfinite(t.log10_norm("delta")).all()
        assert_true(t, 1e-10, "quadratic")


@pytest.mark.parametrize(
    ("output", "loss"), [("softmax", "cross_entropy"), ("sigmoid", "quadratic")]
)
def test_an_output_that_is_as_good_as_right_still_has_a_gradient(output: str, loss: str) -> None:
    x = np.array([[1.0, 2.0], [3.0, 1.0]])
    net = Network((np.array([[900.0, 0.0], [-800.0, -10.0]]),), (np.zeros(2),), output=output)
    t = trace(net, x, np.array([0, 0]), loss)
    assert -2000 < t.log10_norm("delta")[0] < -300
    assert_true(t, 1e-10, loss)


def test_activations_of_closed_sigmoids_underflow_but_are_not_zero() -> None:
    net = Network(
        (np.array([[-1500.0]]), np.array([[2.0]]), np.array([[3.0], [1.0]])),
        (np.zeros(1), np.zeros(1), np.zeros(2)),
    )
    t = trace(net, np.array([[1.0]]), np.array([1]))
    assert t.a[1][0, 0] == 0
    assert t.log10_norm("dW")[1] < -600
    assert_true(t, 1e-10)


def test_the_answer_is_the_largest_logit_even_where_all_outputs_round_to_one_number() -> None:
    widths = [3] * 1000 + [4]
    x, _ = batch(widths, 20)
    net = drawn(widths, "identity", 0.1)
    t = trace(net, x, np.zeros(20, dtype=int))
    best = t.scaled("z")[-1].mantissa.argmax(axis=1)
    assert len(set(best)) > 1
    assert trace(net, x, best).accuracy == 1


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_member_of_an_ensemble_has_the_exponents_of_its_run(activation: str, dtype: str) -> None:
    network = {"activation": activation, "gain": 0.05, "depth": 300, "width": 8, "bias_std": 0.0}
    experiment = Experiment(dtype=dtype, network=network, data={"samples": 20})
    many = ensemble(experiment, seeds=3)
    for i, seed in enumerate(many.seeds):
        alone = run(experiment.override({"seed": int(seed)}))
        if seed == experiment.seed:
            np.testing.assert_allclose(many.log10_signal[i], alone.log10_norm("signal"), atol=1e-9)
            np.testing.assert_allclose(many.log10_dW[i], alone.log10_norm("dW"), atol=1e-9)
    assert many.log10_signal[:, 0].max() < -200


def test_overflow_stays_an_error_where_the_signal_came_up_from_below() -> None:
    one = np.ones((1, 1))
    net = Network((one * 1e-300,) * 3 + (one * 1e300,) * 8, (np.zeros(1),) * 11, "relu", "identity")
    with pytest.raises(NumericalError, match=r"^layer 8, forward pass"):
        trace(net, one, one, "quadratic")
