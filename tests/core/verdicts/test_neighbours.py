"""Neighbours of a network, and whether what they come to is the same."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_core import Experiment, History, initialize, train_many
from backprop_core.verdicts.neighbours import Ends, neighbour

CHAOTIC = Experiment().override(
    {
        "network.depth": 2,
        "data.scale": 16.0,
        "data.standardize": False,
        "training.epochs": 10,
    }
)


@pytest.mark.parametrize(("dtype", "step"), [("float64", 1e-15), ("float32", 2**-23)])
def test_a_neighbour_differs_in_the_last_digits(dtype: str, step: float) -> None:
    network = initialize(Experiment(dtype=dtype))
    near = neighbour(network, 2)
    for W, V in zip(network.weights, near.weights, strict=True):
        assert V.dtype == W.dtype
        assert 0 < np.abs(V / W - 1).max() < 3 * step
    for b, c in zip(network.biases, near.biases, strict=True):
        np.testing.assert_array_equal(b, c)


def test_float16_takes_a_rounding_step_too() -> None:
    network = initialize(Experiment(dtype="float16"))
    near = neighbour(network)
    assert all(np.any(V != W) for V, W in zip(near.weights, network.weights, strict=True))


@pytest.mark.parametrize(
    ("value", "others", "digits", "expected"),
    [
        (1.45, (1.451, 1.454), 3, True),
        (1.45, (1.24, 1.79), 3, False),
        (1.45, (1.456,), 3, False),
        (0.967, (0.965,), 2, True),
        (0.967, (0.956,), 2, False),
        (0.0, (0.0,), 3, True),
        (5e-14, (5e-14,), 3, True),
        (5e-14, (7e-14,), 3, False),
        (1.0, (np.inf,), 3, False),
        (1.0, (), 3, False),
    ],
)
def test_ends_agree_if_they_are_written_alike(
    value: float, others: tuple[float, ...], digits: int, expected: bool
) -> None:
    assert Ends(value, others).agree(digits) is expected


def test_one_is_below_another_only_if_all_are() -> None:
    assert Ends(1.0, (1.1,)).clearly_below(Ends(2.0, (1.9,)), 1.25)
    assert not Ends(1.0, (1.6,)).clearly_below(Ends(2.0, (1.9,)), 1.25)
    assert not Ends(1.0, (np.inf,)).clearly_below(Ends(2.0), 1.25)
    assert Ends(1.0).clearly_below(Ends(2.0), 1.25)


def test_neighbours_of_a_chaotic_run_end_elsewhere() -> None:
    start = initialize(CHAOTIC)
    starts = [start, *(neighbour(start, n) for n in (1, 2))]
    losses = []
    for outcome in train_many([CHAOTIC] * len(starts), every=None, starts=starts):
        assert isinstance(outcome, History)
        losses.append(float(outcome.loss[-1]))
    assert not Ends(losses[0], tuple(losses[1:])).agree()
