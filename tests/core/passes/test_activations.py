"""Activations against mpmath at 100 digits."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core import ACTIVATIONS

mpmath.mp.dps = 100
SIGMOID, TANH = ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"]
GRID = np.concatenate([np.linspace(-745, 745, 1491), np.linspace(-40, 40, 801)])
Exact = Callable[[Any], Any]


def exact_sigmoid(z: Any) -> Any:
    return 1 / (1 + mpmath.exp(-z))


def exact_sigmoid_slope(z: Any) -> Any:
    e = mpmath.exp(-abs(z))
    return e / (1 + e) ** 2


def exact_tanh_slope(z: Any) -> Any:
    return mpmath.sech(z) ** 2


def ulps(values: np.ndarray, z: np.ndarray, exact: Exact) -> float:
    """Return the largest distance from the exact value, in units in the last place."""
    worst = 0.0
    for value, point in zip(values, z, strict=True):
        true = exact(mpmath.mpf(float(point)))
        ulp = np.spacing(values.dtype.type(float(true)))
        worst = max(worst, float(abs(mpmath.mpf(float(value)) - true) / mpmath.mpf(float(ulp))))
    return worst


@pytest.mark.parametrize(
    ("f", "exact"),
    [
        (SIGMOID.f, exact_sigmoid),
        (SIGMOID.slope, exact_sigmoid_slope),
        (TANH.f, mpmath.tanh),
        (TANH.slope, exact_tanh_slope),
    ],
)
def test_within_four_ulp_wherever_floats_reach(f: Any, exact: Exact) -> None:
    z = GRID if f in (SIGMOID.f, SIGMOID.slope) else GRID / 2
    assert ulps(f(z), z, exact) <= 4


@pytest.mark.parametrize(("dtype", "reach"), [(np.float32, 100), (np.float16, 16)])
def test_other_dtypes(dtype: Any, reach: int) -> None:
    z = np.linspace(-reach, reach, 401).astype(dtype)
    assert ulps(SIGMOID.f(z), z, exact_sigmoid) <= 4
    assert ulps(SIGMOID.slope(z), z, exact_sigmoid_slope) <= 4
    assert SIGMOID.slope(z).dtype == SIGMOID.f(z).dtype == dtype


@given(st.floats(-745, 745))
def test_any_float(z: float) -> None:
    point = np.array([z])
    assert ulps(SIGMOID.f(point), point, exact_sigmoid) <= 4
    assert ulps(SIGMOID.slope(point), point, exact_sigmoid_slope) <= 4


def test_the_oracle_rejects_a_slope_that_cancels() -> None:
    a = SIGMOID.f(GRID)
    assert ulps(a * (1 - a), GRID, exact_sigmoid_slope) > 1e6


@pytest.mark.parametrize(("f", "exact"), [(SIGMOID, exact_sigmoid_slope), (TANH, exact_tanh_slope)])
def test_logarithm_of_a_slope_beyond_floats(f: Any, exact: Exact) -> None:
    for z in (-2000.0, -800.0, -1.0, 0.0, 0.3, 30.0, 800.0):
        true = float(mpmath.log(exact(mpmath.mpf(z))))
        assert f.log_slope(np.array([z]))[0] == pytest.approx(true, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_value_and_slope_are_those_of_f_and_slope(name: str) -> None:
    f, z = ACTIVATIONS[name], np.linspace(-9, 9, 50)
    a, slope = f.value_and_slope(z)
    np.testing.assert_array_equal(a, f.f(z))
    np.testing.assert_array_equal(slope, f.slope(z))
    assert slope.max() <= f.max_slope


def test_piecewise_linear() -> None:
    z = np.array([-2.0, 0.0, 3.0])
    assert ACTIVATIONS["relu"].f(z).tolist() == [0, 0, 3]
    assert ACTIVATIONS["relu"].slope(z).tolist() == [0, 0, 1]
    assert ACTIVATIONS["leaky_relu"].f(z).tolist() == [-0.02, 0, 3]
    assert ACTIVATIONS["leaky_relu"].slope(z).tolist() == [0.01, 0.01, 1]
    assert ACTIVATIONS["identity"].slope(z).tolist() == [1, 1, 1]


def test_saturated_is_beyond_z_of_4_6_for_a_sigmoid() -> None:
    z = np.array([-4.6, -4.5, 0.0, 4.5, 4.6])
    assert SIGMOID.saturated(SIGMOID.slope(z)).tolist() == [True, False, False, False, True]
