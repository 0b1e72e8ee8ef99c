import numpy as np
import pytest

from backprop_core import Experiment, InputError, check_trace, gradcheck, run
from backprop_core.passes.losses import LEGAL_PAIRS


def cube(x: np.ndarray) -> float:
    return float((x**3).sum())


def test_a_right_gradient_passes() -> None:
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    check = gradcheck(cube, lambda x: 3 * x**2, x)
    assert check.passed
    assert check.relative_error.shape == (2, 2)
    assert "agrees" in check.message


def test_a_wrong_entry_is_named_with_both_its_numbers() -> None:
    check = gradcheck(cube, np.array([3.0, 12.5, 0.75]), np.array([1.0, -2.0, 0.5]))
    assert not check.passed
    assert check.worst == (1,)
    assert "worst at [1], analytic 12.5, numeric 12," in check.message


@pytest.mark.parametrize("wrong", [-1.0, 0.999, 0.0, 2.0])
def test_a_wrong_factor_fails(wrong: float) -> None:
    assert not gradcheck(cube, lambda x: wrong * 3 * x**2, np.array([0.7, 1.1])).passed


def test_what_vanishes_is_undecided_and_said_to_be() -> None:
    check = gradcheck(lambda x: 1 + 1e-30 * x[0] + x[1], np.array([1e-30, 1.0]), np.ones(2))
    assert check.undecided.tolist() == [True, False]
    assert "1 of 2 are too small" in check.message


def test_gradient_of_another_shape() -> None:
    with pytest.raises(InputError, match="shape"):
        gradcheck(cube, np.ones(2), np.ones(3))


@pytest.mark.parametrize("pair", LEGAL_PAIRS, ids=str)
def test_our_own_backward_pass(pair: tuple[str, str]) -> None:
    settings = {"depth": 3, "gain": 3.0, "activation": "tanh", "output": pair[0], "loss": pair[1]}
    check = check_trace(run(Experiment(network=settings, data={"samples": 30})), pair[1])
    assert check.passed, check.message
    assert check.undecided.mean() < 0.5


def test_a_wrong_trace_fails() -> None:
    t = run(Experiment(network={"depth": 2}, data={"samples": 30}))
    assert not check_trace(t, "quadratic").passed
