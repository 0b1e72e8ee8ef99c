"""What is said of a profile, chosen by its numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.verdicts.trend import Trend, median_factor, trend, whole_way


def profile(factor: float, depth: int = 9) -> np.ndarray:
    """Return log10 of a signal that each layer multiplies by `factor` on its way down."""
    return np.log10(factor) * np.arange(depth - 1, -1, -1)


@pytest.mark.parametrize(
    ("factor", "depth", "expected"),
    [
        (0.2, 9, Trend.VANISHES),
        (0.87, 200, Trend.VANISHES),
        (0.99, 2000, Trend.VANISHES),
        (0.09, 2, Trend.VANISHES),
        (0.11, 2, Trend.HOLDS),
        (0.2, 2, Trend.HOLDS),
        (0.2, 3, Trend.VANISHES),
        (0.8, 9, Trend.HOLDS),
        (1.0, 9, Trend.HOLDS),
        (1.37, 3, Trend.HOLDS),
        (1.25, 9, Trend.HOLDS),
        (1.25, 12, Trend.EXPLODES),
        (1e9, 2, Trend.EXPLODES),
        (1.02, 2000, Trend.EXPLODES),
    ],
)
def test_the_whole_way_decides(factor: float, depth: int, expected: Trend) -> None:
    assert trend(profile(factor, depth)) is expected
    assert median_factor(profile(factor, depth)) == pytest.approx(math.log10(factor))
    assert whole_way(profile(factor, depth)) == pytest.approx((depth - 1) * math.log10(factor))


@pytest.mark.parametrize("layer", [0, 4, 8])
@pytest.mark.parametrize("by", [-30.0, -1.5, 1.5, 30.0])
def test_one_odd_layer_is_no_trend(layer: int, by: float) -> None:
    log10 = profile(1.0)
    log10[layer] += by
    assert trend(log10) is Trend.VARIES
    log10[: layer + 1] = by
    assert trend(log10) in {Trend.VARIES, Trend.HOLDS}
    # Where every layer shrinks the gradient, one that does so more or less changes nothing.
    steep = profile(0.5)
    steep[layer] += by / 100
    assert trend(steep) is Trend.VANISHES


def test_what_comes_back_does_not_hold() -> None:
    assert trend([0.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0]) is Trend.VARIES
    assert trend([0.0, 0.3, 0.6, 0.3, 0.0]) is Trend.HOLDS


def test_a_gradient_of_exactly_zero_has_vanished() -> None:
    nothing = -np.inf
    assert median_factor([nothing, nothing, 0.0]) == nothing
    assert trend([nothing, nothing, nothing]) is Trend.VANISHES
    assert trend([nothing, 0.0, 0.0, 0.0]) is Trend.VANISHES
    assert whole_way([nothing, 0.0]) == whole_way([nothing, nothing]) == nothing


@given(st.integers(0, 10), st.lists(st.floats(-3000, 3000), min_size=2, max_size=10))
def test_a_factor_is_never_nan(zeros: int, log10: list[float]) -> None:
    # A layer that receives nothing passes on nothing: exact zeros are the first layers.
    assert not math.isnan(median_factor([-math.inf] * zeros + log10))
    assert median_factor([-math.inf] * (len(log10) + 1) + log10) == -math.inf
