"""Ratios of recorded norms at the ends of the range of floats."""

from fractions import Fraction

import numpy as np
import pytest

from backprop_core.recording.ratios import RANGE, ratios

ENDS = (5e-324, 1e-310, 2.3e-308, 1e-150, 1.0, 3e150, 1e308, 1.7e308)


@pytest.mark.parametrize("below", ENDS)
@pytest.mark.parametrize("above", [-0.0, 0.0, *ENDS])
@pytest.mark.parametrize("factor", [1.0, 7.5, 1 / 7.5])
def test_a_ratio_is_right_or_not_a_number(above: float, below: float, factor: float) -> None:
    with np.errstate(all="raise"):
        (found,) = ratios(np.array([above]), np.array([below]), factor)
    exact = Fraction(above) / Fraction(below) * Fraction(factor)
    if exact == 0 or 1 / Fraction(RANGE) < exact < Fraction(RANGE):
        assert found == pytest.approx(float(exact), rel=1e-15, abs=0)
    else:
        assert np.isnan(found)


@pytest.mark.parametrize("above", [0.0, *ENDS])
def test_there_is_no_ratio_to_zero(above: float) -> None:
    assert np.isnan(ratios(np.array([above]), np.zeros(1))).all()
