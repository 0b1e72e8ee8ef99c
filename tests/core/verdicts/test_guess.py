"""The best constant answer, against linear programming, a minimiser and scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize
from sklearn.dummy import DummyClassifier

from backprop_core.passes.losses import LEGAL_PAIRS, comparison, targets
from backprop_core.verdicts.guess import guess

COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=6).filter(any)


def classes(counts: list[int]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize(
    ("output", "expected"),
    [("softmax", math.log(10)), ("sigmoid", -10 * (0.1 * math.log(0.1) + 0.9 * math.log(0.9)))],
)
def test_ten_equal_classes(output: str, expected: float) -> None:
    found = guess(np.arange(50) % 10, 10, output, "cross_entropy")
    assert found.loss == pytest.approx(expected, rel=1e-14)
    assert found.accuracy == pytest.approx(0.1)


@given(COUNTS)
def test_the_commonest_class_is_that_of_a_dummy(counts: list[int]) -> None:
    y = classes(counts)
    found = guess(y, len(counts), "softmax", "cross_entropy")
    dummy = DummyClassifier(strategy="most_frequent").fit(y[:, None], y)
    assert found.accuracy == pytest.approx(dummy.score(y[:, None], y))
    assert found.commonest == dummy.predict([[0]])[0]


@given(COUNTS)
def test_the_hinge_of_constant_scores_is_a_linear_program(counts: list[int]) -> None:
    shares, k = np.array(counts) / sum(counts), len(counts)
    pairs = [(y, j) for y in range(k) for j in range(k) if y != j]
    rows = np.zeros((len(pairs), k + len(pairs)))
    for n, (y, j) in enumerate(pairs):
        rows[n, [j, y, k + n]] = 1, -1, -1
    cost = np.concatenate([np.zeros(k), [shares[y] for y, _ in pairs]])
    bounds = [(None, None)] * k + [(0, None)] * len(pairs)
    least = linprog(cost, A_ub=rows, b_ub=np.full(len(pairs), -1.0), bounds=bounds).fun
    found = guess(classes(counts), k, "identity", "hinge").loss
    assert found == pytest.approx(least, abs=1e-9)


@pytest.mark.parametrize(("output", "loss"), [pair for pair in LEGAL_PAIRS if pair[1] != "hinge"])
def test_no_constant_does_better(output: str, loss: str) -> None:
    rng = np.random.default_rng(0)
    y = rng.uniform(0.1, 0.9, (30, 3))
    wanted, compare = targets(y, 3, loss, np.dtype(np.float64)), comparison(output, loss)

    def mean(z: np.ndarray) -> float:
        return float(compare(np.tile(z, (30, 1)), wanted).loss.mean())

    assert guess(y, 3, output, loss).loss == pytest.approx(minimize(mean, np.zeros(3)).fun)


def test_targets_beyond_what_the_output_reaches() -> None:
    # A sigmoid cannot reach 3; the best it can do is 1.
    assert guess(np.array([[3.0], [3.0]]), 1, "sigmoid", "quadratic").loss == pytest.approx(2.0)


def test_data_of_one_class_leave_nothing_to_learn() -> None:
    found = guess(np.zeros(5, dtype=np.int64), 2, "softmax", "cross_entropy")
    assert (found.loss, found.accuracy, found.commonest) == (0.0, 1.0, 0)
