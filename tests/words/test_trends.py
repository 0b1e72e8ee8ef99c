"""Words that numbers choose."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.initializers import INITIALIZERS
from scenes.words.trends import (
    ACTIVATION_WORDS,
    INIT_WORDS,
    Trend,
    median_factor,
    network_in_words,
    trend,
)


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


def words(widths: tuple[int, ...], **changes: object) -> str:
    given = {"activation": "sigmoid", "init": "normal", "gain": 1.0, "data": "digits"}
    return network_in_words(**({"widths": widths, "examples": 1000} | given | changes)).plain


def test_a_network_in_words() -> None:
    assert words((64, *[30] * 8, 10)) == (
        "8 hidden sigmoid layers of 30 units, normal init, gain 1, 1\u202f000 examples of digits"
    )
    assert words((2, 1, 2)).startswith("1 hidden sigmoid layer of 1 unit, ")
    assert words((2, 5, 40, 7, 2)).startswith("3 hidden sigmoid layers of 5 to 40 units, ")
    assert words((2, 3, 2), examples=1).endswith(", 1 example of digits")
    assert ", He init, gain 2.5," in words((2, 3, 2), init="he", gain=2.5)


def test_every_activation_and_initializer_has_a_word() -> None:
    assert set(ACTIVATION_WORDS) == set(ACTIVATIONS)
    assert set(INIT_WORDS) == set(INITIALIZERS)
