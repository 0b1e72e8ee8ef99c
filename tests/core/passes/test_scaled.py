"""Gradients beyond floats, compared with mpmath; inside, with plain backpropagation."""

from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest

from backprop_core import Network, Trace, factors, trace
from backprop_core.textbook import backward

mpmath.mp.dps = 60


def network(
    widths: list[int],
    *,
    gain: float = 1.0,
    names: tuple[str, str] = ("sigmoid", "sigmoid"),
    seed: int = 0,
    dtype: Any = np.float64,
) -> Network:
    rng = np.random.default_rng(seed)
    pairs = list(pairwise(widths))
    weights = [gain / np.sqrt(n) * rng.standard_normal((m, n)) for n, m in pairs]
    biases = [0.1 * rng.standard_normal(m) for m in widths[1:]]
    return Network(
        tuple(W.astype(dtype) for W in weights), tuple(b.astype(dtype) for b in biases), *names
    )


def batch(widths: list[int], examples: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((examples, widths[0])), rng.integers(0, widths[-1], examples)


def mp_norms(t: Trace) -> dict[str, list[Any]]:
    """Return norms of delta, dW and db by backpropagation of a sigmoid net in 60 digits."""
    weights = [mpmath.matrix(W.astype(float).tolist()) for W in t.network.weights]
    biases = [mpmath.matrix(b.astype(float).tolist()) for b in t.network.biases]
    L, N = len(weights), t.examples
    delta_square = [mpmath.mpf(0)] * L
    dW, db = [W * 0 for W in weights], [b * 0 for b in biases]
    for x, k in zip(t.x.astype(float), t.y, strict=True):
        a, slope = [mpmath.matrix(x.tolist())], []
        for W, b in zip(weights, biases, strict=True):
            z = W * a[-1] + b
            a.append(z.apply(lambda z: 1 / (1 + mpmath.exp(-z))))
            slope.append(z.apply(lambda z: mpmath.exp(-abs(z)) / (1 + mpmath.exp(-abs(z))) ** 2))
        delta = a[-1].copy()
        delta[int(k)] -= 1
        delta /= N
        for i in range(L - 1, -1, -1):
            delta_square[i] += sum(d**2 for d in delta)
            dW[i] += delta * a[i].T
            db[i] += delta
            back = weights[i].T * delta
            if i > 0:
                pairs = zip(back, slope[i - 1], strict=True)
                delta = mpmath.matrix([g * s for g, s in pairs])
    return {
        "delta": [mpmath.sqrt(s) for s in delta_square],
        "dW": [mpmath.norm(list(G), 2) for G in dW],
        "db": [mpmath.norm(list(g), 2) for g in db],
    }


def assert_true_to(t: Trace, tolerance: float) -> None:
    for kind, norms in mp_norms(t).items():
        truth = np.array([float(mpmath.log10(n)) for n in norms])
        np.testing.assert_allclose(t.log10_norm(kind), truth, rtol=0, atol=tolerance)


def test_depth_1000_against_mpmath() -> None:
    widths = [3] * 1000 + [2]
    t = trace(network(widths), *batch(widths, 3))
    assert t.log10_norm("signal")[0] < -600
    plain, *_ = textbook_backward(t)
    assert not plain[0].any()
    assert not t.delta[0].any()
    assert_true_to(t, 1e-10)
    np.testing.assert_allclose(
        t.log10_norm("signal"), t.log10_norm("delta") + np.log10(3) / 2, rtol=0, atol=1e-10
    )


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-4), (np.float16, 0.2)])
def test_short_floats_against_mpmath(dtype: Any, tolerance: float) -> None:
    widths = [4] * 60 + [2]
    t = trace(network(widths, dtype=dtype), *batch(widths, 3))
    assert t.delta[0].dtype == dtype
    assert_true_to(t, tolerance)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def sigmoid_slope(z: np.ndarray, _: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(z))
    r = 1 / (1 + e)
    return e * r * r


def textbook_backward(t: Trace) -> tuple[list[np.ndarray], ...]:
    """Return delta, dW and db as the textbook has them, with slopes that do not cancel."""
    functions = {"sigmoid": (sigmoid, sigmoid_slope)}
    return backward(t.network, list(t.z), list(t.a), t.delta[-1], functions)


@pytest.mark.parametrize(
    ("depth", "gain"), [(9, 1.0), (9, 10.0), (60, 1.0), (150, 1.0), (300, 4.0)]
)
def test_bits_are_those_of_plain_backpropagation(depth: int, gain: float) -> None:
    widths = [20] * depth + [10]
    t = trace(network(widths, gain=gain), *batch(widths, 40))
    delta, dW, _ = textbook_backward(t)
    assert np.abs(delta[0]).max() > 1e-200
    for ours, plain in zip((*t.delta, *t.dW), (*delta, *dW), strict=True):
        np.testing.assert_array_equal(ours, plain)


def test_where_it_underflows_delta_is_the_true_value_rounded() -> None:
    widths = [1] * 600 + [2]
    t = trace(network(widths, seed=3), *batch(widths, 1))
    truth = mp_norms(t)["delta"]
    seen = [np.abs(d).max() for d in t.delta]
    for mine, true in zip(seen[:-1], truth[:-1], strict=True):
        assert mine == pytest.approx(float(true), rel=1e-11, abs=5e-324)
    assert any(0 < s < 1e-310 for s in seen)
    assert seen[0] == 0


def test_slopes_too_small_for_a_float() -> None:
    net = Network(
        (np.array([[800.0]]), np.array([[3.0]]), np.array([[2.0], [-1.0]])),
        (np.array([0.0]), np.array([-1.0]), np.array([0.1, 0.2])),
    )
    t = trace(net, np.array([[1.0]]), np.array([0]))
    assert t.slope[0][0, 0] == 0
    truth = [float(mpmath.log10(n)) for n in mp_norms(t)["delta"]]
    assert truth[0] < -345
    np.testing.assert_allclose(t.log10_norm("delta"), truth, rtol=0, atol=1e-10)


def test_examples_of_very_different_size() -> None:
    widths = [2, 2, 2, 2, 2]
    x, y = np.array([[1e-3, 2e-3], [900.0, 1200.0], [90.0, -30.0]]), np.array([0, 1, 0])
    t = trace(network(widths, gain=5.0), x, y)
    assert_true_to(t, 1e-10)


def test_weights_too_small_for_a_product() -> None:
    widths = [3, 3, 3, 3, 2]
    t = trace(network(widths, gain=1e-300), *batch(widths, 2))
    assert t.log10_norm("delta")[0] < -890
    assert_true_to(t, 1e-10)


def test_exact_zero_is_minus_infinity_and_raises_nothing() -> None:
    net = Network(
        (np.array([[-1.0]]), np.array([[1.0], [2.0]])), (np.zeros(1), np.zeros(2)), "relu"
    )
    t = trace(net, np.array([[1.0], [2.0]]), np.array([0, 1]))
    assert t.log10_norm("signal")[0] == -np.inf
    assert np.isfinite(t.log10_norm("signal")[1])
    assert factors(t).total[0] == 0


@pytest.mark.parametrize("depth", [9, 1000])
def test_factors_multiply_to_the_ratio_of_signals(depth: int) -> None:
    widths = [3] * depth + [2]
    t = trace(network(widths), *batch(widths, 4))
    parts = factors(t)
    np.testing.assert_allclose(parts.weight_part * parts.slope_part, parts.total, rtol=4e-16)
    logarithms = -np.diff(t.log10_norm("signal"))
    np.testing.assert_allclose(np.log10(parts.total), logarithms, rtol=0, atol=1e-11)
    assert (parts.slope_part <= 0.25).all()


def test_parts_of_a_factor_are_what_they_are_called() -> None:
    widths = [4, 5, 3]
    t = trace(network(widths), *batch(widths, 6))
    back = t.delta[1] @ t.network.weights[1]
    parts = factors(t)
    assert parts.weight_part[0] == pytest.approx(np.linalg.norm(back) / np.linalg.norm(t.delta[1]))
    assert parts.slope_part[0] == pytest.approx(np.linalg.norm(t.delta[0]) / np.linalg.norm(back))
