"""Standard deviations in each layer, against the table of CS231n, NumPy and mpmath."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest

from backprop_core import Network, Trace, trace
from backprop_core.measures.spreads import log10_activation_std, log10_gradient_std

TABLE = {
    # Stanford CS231n, "Neural Networks Part 2": std of ten layers of 500 units.
    ("tanh", "small"): [
        0.213,
        0.0476,
        0.0106,
        0.00238,
        5.32e-4,
        1.19e-4,
        2.6e-5,
        6e-6,
        1.3e-6,
        3e-7,
    ],
    ("tanh", "xavier"): [0.628, 0.486, 0.408, 0.357, 0.321, 0.292, 0.273, 0.255, 0.239, 0.228],
    ("relu", "xavier"): [0.582, 0.404, 0.277, 0.199, 0.140, 0.103, 0.0727, 0.0516, 0.0386, 0.0261],
    ("relu", "he"): [0.825, 0.828, 0.814, 0.827, 0.835, 0.850, 0.85, 0.85, 0.85, 0.85],
}
SCALES = {"small": 0.01, "xavier": 500**-0.5, "he": (2 / 500) ** 0.5}


@pytest.mark.parametrize("case", TABLE, ids=" ".join)
def test_the_table_of_cs231n(case: tuple[str, str]) -> None:
    activation, init = case
    rng = np.random.default_rng(4)
    weights = [SCALES[init] * rng.standard_normal((500, 500)) for _ in range(11)]
    biases = (np.zeros(500),) * 11
    x, y = rng.standard_normal((1000, 500)), rng.integers(0, 500, 1000)
    t = trace(Network(tuple(weights), biases, activation, "softmax"), x, y)
    found = 10 ** log10_activation_std(t)
    # Each draw of ReLUs wanders: over six seeds the last layer is at 0.62 to 1.17 with He.
    np.testing.assert_allclose(found, TABLE[case], rtol=0.15 if activation == "relu" else 0.1)


def deep(activation: str, depth: int, gain: float, bias_std: float = 0.0) -> Trace:
    rng = np.random.default_rng(0)
    widths = [4] * depth + [3]
    weights = [gain / np.sqrt(n) * rng.standard_normal((m, n)) for n, m in pairwise(widths)]
    biases = [bias_std * rng.standard_normal(m) for m in widths[1:]]
    network = Network(tuple(weights), tuple(biases), activation, "softmax")
    return trace(network, rng.standard_normal((5, 4)), rng.integers(0, 3, 5))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "leaky_relu"])
def test_they_are_those_of_numpy_where_nothing_underflows(activation: str) -> None:
    t = deep(activation, 9, 1.0, 0.2)
    np.testing.assert_allclose(10 ** log10_activation_std(t), [a.std() for a in t.a[1:-1]])
    np.testing.assert_allclose(10 ** log10_gradient_std(t), [(5 * d).std() for d in t.delta])


def test_far_below_floats() -> None:
    t = deep("identity", 800, 0.2)
    assert not t.a[-2].any()
    assert not t.delta[0].any()
    with mpmath.workdps(40):
        a = [[mpmath.mpf(float(v)) for v in row] for row in t.x]
        for W in t.network.weights[:-1]:
            rows = [[mpmath.mpf(float(w)) for w in row] for row in W]
            a = [[mpmath.fdot(zip(row, one, strict=True)) for row in rows] for one in a]
        # The outputs are 1/3 each, so that delta is the same whatever x was.
        delta = [[(mpmath.mpf(1) / 3 - (k == j)) for j in range(3)] for k in t.y]
        for W in t.network.weights[:0:-1]:
            columns = [[mpmath.mpf(float(w)) for w in column] for column in W.T]
            delta = [[mpmath.fdot(zip(c, one, strict=True)) for c in columns] for one in delta]
        expected = [mp_log10_std(a), mp_log10_std(delta)]
    found = [log10_activation_std(t)[-1], log10_gradient_std(t)[0]]
    assert found == pytest.approx(expected, abs=1e-10)
    assert max(expected) < -500


def mp_log10_std(rows: list[list[mpmath.mpf]]) -> float:
    flat = [v for row in rows for v in row]
    mean = mpmath.fsum(flat) / len(flat)
    return float(mpmath.log10(mpmath.fsum((v - mean) ** 2 for v in flat) / len(flat)) / 2)
