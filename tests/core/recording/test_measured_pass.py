"""The measures of a recorded pass, compared with exact arithmetic."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from backprop_core.recording.measured_pass import norm


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 20_000])
@pytest.mark.parametrize(
    ("dtype", "digits", "scales"),
    [
        ("float16", 2**-53, (1.0, 1e-7, 3e4)),
        ("float32", 2**-23, (1.0, 1e-7, 1e-30, 1e-35, 1e30)),
        ("float64", 2**-51, (1.0, 1e-7, 1e-200, 1e-290, 1e200)),
    ],
)
def test_a_norm_has_the_digits_of_its_numbers(
    size: int, dtype: str, digits: float, scales: tuple[float, ...]
) -> None:
    for scale in scales:
        row = (scale * np.random.default_rng(size).uniform(-1, 1, size)).astype(dtype)
        # Exact: every float is a fraction.
        square = sum(Fraction(float(value)) ** 2 for value in row)
        with mpmath.workdps(40):
            wanted = mpmath.sqrt(mpmath.mpf(square.numerator) / square.denominator)
            assert abs(norm(row, "row") - wanted) <= digits * wanted
