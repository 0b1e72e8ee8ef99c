"""Sentences about a profile, chosen by its numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.words.trends import Trend, median_factor, trend


def profile(factor: float, depth: int = 9) -> np.ndarray:
    """Return log10 of a signal that each layer multiplies by `factor` on its way down."""
    return np.log10(factor) * np.arange(depth - 1, -1, -1)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (0.2, Trend.VANISHES),
        (0.799, Trend.VANISHES),
        (0.801, Trend.HOLDS),
        (1.0, Trend.HOLDS),
        (1.249, Trend.HOLDS),
        (1.251, Trend.EXPLODES),
        (1e9, Trend.EXPLODES),
    ],
)
@pytest.mark.parametrize("depth", [2, 3, 9, 2000])
def test_the_median_factor_decides(factor: float, expected: Trend, depth: int) -> None:
    assert trend(profile(factor, depth)) is expected
    assert median_factor(profile(factor, depth)) == pytest.approx(math.log10(factor))


def test_one_odd_layer_decides_nothing() -> None:
    log10 = profile(1.0)
    log10[0] -= 30
    assert trend(log10) is Trend.HOLDS


def test_a_gradient_of_exactly_zero_has_vanished() -> None:
    nothing = -np.inf
    assert median_factor([nothing, nothing, 0.0]) == nothing
    assert trend([nothing, nothing, nothing]) is Trend.VANISHES
    assert trend([nothing, 0.0, 0.0, 0.0]) is Trend.HOLDS


@given(st.integers(0, 10), st.lists(st.floats(-3000, 3000), min_size=2, max_size=10))
def test_a_factor_is_never_nan(zeros: int, log10: list[float]) -> None:
    # A layer that receives nothing passes on nothing: exact zeros are the first layers.
    assert not math.isnan(median_factor([-math.inf] * zeros + log10))
    assert median_factor([-math.inf] * (len(log10) + 1) + log10) == -math.inf
