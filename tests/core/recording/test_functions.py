"""Functions of recorded networks: their slopes are derivatives, the largest ones are reached."""

import numpy as np
import pytest

from backprop_core.recording.functions import KNOWN, function_of, named

NAMES = [*KNOWN, "leaky_relu(0.2)", "elu(0.5)", "celu(2)", "softplus(3)"]


@pytest.mark.parametrize("name", NAMES)
def test_a_slope_is_the_derivative(name: str) -> None:
    function = function_of(name)
    assert function is not None
    # Between the kinks, which lie at whole numbers.
    z, step = np.linspace(-7.97, 7.97, 800), 1e-6
    central = (function.f(z + step) - function.f(z - step)) / (2 * step)
    np.testing.assert_allclose(function.slope(z), central, atol=1e-7)
    assert np.abs(function.slope(z)).max() <= function.largest * (1 + 1e-3)
    assert function.flat(z.astype(np.float16)).shape == z.shape


@pytest.mark.parametrize("name", ["sine", "relu(2)", "leaky_relu(x)", "softplus(0)", "elu()"])
def test_what_is_no_function_has_none(name: str) -> None:
    assert function_of(name) is None


def test_a_usual_parameter_is_not_named() -> None:
    assert named("leaky_relu", 0.01) == "leaky_relu"
    assert named("leaky_relu", 0.2) == "leaky_relu(0.2)"
    assert named("gelu") == "gelu"
