"""The limits of floats, compared with closed forms, with floats themselves and with mpmath."""

from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest

from backprop_core import ACTIVATIONS, Experiment, Network, NumericalError, initialize, run
from backprop_core.measures.numerics import (
    FLOATS,
    exp_border,
    in_dtype,
    naive_sigmoid,
    naive_slope,
    one_border,
    plain_signal,
    slope_errors,
    zero_border,
)

SMALLEST = {"float16": -24, "float32": -149, "float64": -1074}
"""log2 of the smallest float of each type."""


def near(dtype: str, z: float, steps: int) -> np.ndarray:
    """Return z as a float of that type, moved by so many of its last digits."""
    there = np.array([z], dtype)
    direction = np.array([np.inf if steps > 0 else -np.inf], dtype)
    for _ in range(abs(steps)):
        there = np.nextafter(there, direction)
    return there


@pytest.mark.parametrize(
    ("dtype", "border"), [("float16", 11.09), ("float32", 88.72), ("float64", 709.78)]
)
def test_exp_overflows_at_its_border(dtype: str, border: float) -> None:
    assert exp_border(dtype) == pytest.approx(border, abs=5e-3)
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(near(dtype, exp_border(dtype), 2)))[0]
        assert np.isfinite(np.exp(near(dtype, exp_border(dtype), -2)))[0]
    assert naive_sigmoid(-near(dtype, exp_border(dtype), 2))[0] == 0
    assert naive_sigmoid(-near(dtype, exp_border(dtype), -2))[0] > 0


def test_float16_could_hold_what_the_overflow_loses() -> None:
    z = np.array([-12.0], np.float16)
    assert naive_sigmoid(z)[0] == 0
    truth = float(1 / (1 + mpmath.exp(12)))
    assert float(ACTIVATIONS["sigmoid"].f(z)[0]) == pytest.approx(truth, abs=2.0**-24)
    assert truth > 100 * 2.0**-24


@pytest.mark.parametrize(
    ("dtype", "border"), [("float16", 7.62), ("float32", 16.64), ("float64", 36.74)]
)
def test_a_rounds_to_one_at_its_border(dtype: str, border: float) -> None:
    assert one_border(dtype) == pytest.approx(border, abs=5e-3)
    assert naive_slope(near(dtype, one_border(dtype), 8))[0] == 0
    assert naive_slope(near(dtype, one_border(dtype), -8))[0] > 0
    assert naive_slope(np.array([60], dtype))[0] == 0


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_slope_itself_ends(dtype: str) -> None:
    slope = ACTIVATIONS["sigmoid"].slope
    assert zero_border(dtype) == pytest.approx((1 - SMALLEST[dtype]) * np.log(2), rel=1e-15)
    assert slope(near(dtype, zero_border(dtype) * 1.002, 0))[0] == 0
    assert slope(near(dtype, zero_border(dtype) * 0.998, 0))[0] > 0


@pytest.mark.parametrize("dtype", FLOATS)
def test_errors_climb_to_all_of_it_and_ours_do_not(dtype: str) -> None:
    edges = np.linspace(0, 40, 81) if dtype != "float16" else np.linspace(0, 9, 19)
    errors = slope_errors(dtype, edges, samples=4)
    eps = float(np.finfo(dtype).eps)
    assert (errors.naive[edges[:-1] > one_border(dtype)] == 1).all()
    assert (errors.naive[edges[1:] < one_border(dtype) - 1] < 0.5).all()
    assert errors.naive[0] < 4 * eps
    assert errors.ours.max() < 4 * eps
    # The error of 1 - a: about exp(z) halves of the last digit of 1, once that is much.
    middle = (errors.naive < 0.3) & (errors.naive > 100 * eps)
    expected = np.exp(errors.z[middle]) * eps / 4
    np.testing.assert_array_less(errors.naive[middle], 8 * expected)
    np.testing.assert_array_less(expected / 8, errors.naive[middle])


def test_one_error_by_hand() -> None:
    z = 20.0
    with mpmath.workdps(100):
        true = mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2
        a = float(1 / (1 + np.exp(-z)))
        expected = float(abs(mpmath.mpf(a * (1 - a)) / true - 1))
    errors = slope_errors("float64", np.array([z, z + 1]), samples=1)
    assert errors.naive[0] == pytest.approx(expected, rel=1e-12)
    assert errors.z[0] == 20.5


def stack(depth: int, width: int = 3, seed: int = 0, gain: float = 1.0, **names: str) -> Network:
    rng = np.random.default_rng(seed)
    widths = [width] * depth + [2]
    weights = [gain / np.sqrt(m) * rng.standard_normal((n, m)) for m, n in pairwise(widths)]
    return Network(tuple(weights), tuple(np.zeros(n) for n in widths[1:]), **names)


def mp_signal(network: Network, x: np.ndarray, y: np.ndarray) -> list[float]:
    """Return log10 of the signal of a sigmoid net by backpropagation in 60 digits."""
    squares = [mpmath.mpf(0)] * network.depth
    with mpmath.workdps(60):
        weights = [mpmath.matrix(W.astype(float).tolist()) for W in network.weights]
        for row, k in zip(x, y, strict=True):
            a, slopes = mpmath.matrix(row.astype(float).tolist()), []
            for W in weights:
                e = (W * a).apply(lambda z: mpmath.exp(-z))
                a = e.apply(lambda e: 1 / (1 + e))
                slopes.append(e.apply(lambda e: e / (1 + e) ** 2))
            delta = a.copy()
            delta[int(k)] -= 1
            for i in range(network.depth - 1, -1, -1):
                squares[i] += sum(d**2 for d in delta)
                if i:
                    back = weights[i].T * delta
                    pairs = zip(back, slopes[i - 1], strict=True)
                    delta = mpmath.matrix([b * s for b, s in pairs])
        # A root mean square over the examples: the 1/N of the mean loss is in it once.
        return [float(mpmath.log10(s / len(x)) / 2) for s in squares]


@pytest.mark.parametrize(("dtype", "depth"), [("float16", 30), ("float32", 120), ("float64", 700)])
def test_a_plain_pass_is_true_until_it_is_exactly_zero(dtype: str, depth: int) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 3)).astype(np.float16), np.array([0, 1])
    network = in_dtype(stack(depth), dtype)
    plain, truth = plain_signal(network, x, y), np.array(mp_signal(network, x, y))
    zero = np.isneginf(plain)
    highest = int(np.flatnonzero(zero).max())
    assert zero[: highest + 1].all()
    # sqrt(N) times the norm of a delta whose largest entry is under half of the smallest float.
    smallest = SMALLEST[dtype] * np.log10(2)
    scale = np.log10(len(x)) / 2
    assert smallest - 2 < truth[highest] - scale < smallest + 0.6
    assert not zero[highest + 1 :].any()
    assert truth[highest + 1] - scale > smallest - 0.6
    # Three digits are left well above the smallest float.
    safe = truth - scale > smallest + 4
    assert safe.sum() >= 3
    np.testing.assert_allclose(plain[safe], truth[safe], rtol=0, atol=0.02)


def test_where_nothing_underflows_it_is_the_trace() -> None:
    experiment = Experiment().override({"data.samples": 50})
    traced = run(experiment)
    plain = plain_signal(traced.network, traced.x, traced.y)
    np.testing.assert_allclose(plain, traced.log10_norm("signal"), rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    "changes",
    [
        {"network.output": "softmax"},
        {"network.output": "tanh", "network.loss": "quadratic"},
        {"network.output": "identity", "network.loss": "hinge"},
        {"network.activation": "relu", "network.init": "he"},
    ],
)
def test_any_output_is_passed_as_the_trace_passes_it(changes: dict[str, Any]) -> None:
    experiment = Experiment().override({"data.samples": 20} | changes)
    traced = run(experiment)
    plain = plain_signal(traced.network, traced.x, traced.y, experiment.network.loss)
    np.testing.assert_allclose(plain, traced.log10_norm("signal"), rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", FLOATS)
def test_rounded_weights_are_those_of_an_experiment_in_that_type(dtype: str) -> None:
    experiment = Experiment(network={"depth": 3})
    rounded = in_dtype(initialize(experiment), dtype)
    drawn = initialize(experiment.override({"dtype": dtype}))
    for ours, theirs in zip(rounded.weights, drawn.weights, strict=True):
        assert ours.dtype == dtype
        np.testing.assert_array_equal(ours, theirs)


def test_an_overflow_names_its_layer() -> None:
    network = in_dtype(stack(6, gain=100.0, activation="relu"), "float16")
    x, y = np.full((1, 3), 50.0), np.array([0])
    with pytest.raises(NumericalError, match="forward") as forward:
        plain_signal(network, x, y)
    assert 1 < (forward.value.layer or 0) <= 6
    with pytest.raises(NumericalError, match="layer 0") as given:
        plain_signal(network, 1e6 * x, y)
    assert given.value.layer == 0
    # Half of 300 to the third is more than 65504; the values themselves stay 0.
    linear = Network((np.eye(2), *[300 * np.eye(2)] * 3), (np.zeros(2),) * 4, "identity")
    with pytest.raises(NumericalError, match="backward") as backward:
        plain_signal(in_dtype(linear, "float16"), np.zeros((1, 2)), np.array([0]))
    assert backward.value.layer == 1


def test_a_dead_network_gets_exactly_nothing_in_any_type() -> None:
    network = Network((-np.eye(2), np.eye(2)), (np.zeros(2), np.zeros(2)), "relu")
    for dtype in FLOATS:
        signal = plain_signal(in_dtype(network, dtype), np.ones((1, 2)), np.array([0]))
        assert signal[0] == -np.inf
        assert np.isfinite(signal[1])
