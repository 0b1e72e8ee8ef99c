"""Mean-field theory, compared with SciPy's quadrature and with measurements."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from backprop_core import (
    ACTIVATIONS,
    Experiment,
    ensemble,
    initialize,
    load_data,
    mean_field,
    quarter_bound,
)
from backprop_core.errors import InputError, NumericalError
from backprop_core.measures.theory import draws_differ, gaussian_mean
from backprop_core.passes.initializers import INITIALIZERS
from tests.selection import quick_cases


def by_quadrature(g: Any, q: float) -> float:
    """Integrate with SciPy over pieces of z, as it is blind to narrow peaks."""
    deviation = np.sqrt(q)

    def integrand(z: float) -> float:
        return float(g(np.array([z]))[0] * np.exp(-(z**2) / (2 * q)) / np.sqrt(2 * np.pi * q))

    ends = np.unique(np.concatenate([np.linspace(-9, 9, 37) * deviation, np.arange(-30, 31, 2.0)]))
    ends = ends[np.abs(ends) <= 9 * deviation]
    return sum(quad(integrand, low, high, epsabs=1e-14)[0] for low, high in pairwise(ends))


@pytest.mark.parametrize("name", list(ACTIVATIONS))
@pytest.mark.parametrize("q", [0.01, 1.0, 400.0])
def test_expectations(name: str, q: float) -> None:
    f = ACTIVATIONS[name]
    for g in (lambda z: f.f(z) ** 2, lambda z: f.slope(z) ** 2):
        assert gaussian_mean(g, q) == pytest.approx(by_quadrature(g, q), rel=1e-8)


def test_chi_of_the_unit_sigmoid() -> None:
    # sigma_w = sigma_b = 1: the fixed point has chi = 0.04196.
    experiment = Experiment(network={"depth": 60, "bias_std": 1.0})
    assert mean_field(experiment, np.ones((2, 64))).chi[-1] == pytest.approx(0.04196, abs=5e-6)


def test_a_relu_with_he_keeps_the_signal_in_theory() -> None:
    experiment = Experiment(network={"activation": "relu", "init": "he", "width": 7})
    theory = mean_field(experiment, np.ones((2, 64)))
    np.testing.assert_allclose(theory.chi, 1.0, rtol=1e-12)
    np.testing.assert_allclose(theory.q, 2.0, rtol=1e-12)
    np.testing.assert_allclose(theory.log10_signal(-0.5), -0.5, atol=1e-12)


@pytest.mark.parametrize(
    ("activation", "factor"), [("relu", 0.01), ("leaky_relu", 0.010001), ("identity", 0.02)]
)
def test_a_variance_far_below_floats(activation: str, factor: float) -> None:
    # E[f^2] = c q and E[f'^2] = c; the factor is n Var(W) c = 0.02 c.
    settings = {"activation": activation, "init": "he", "gain": 0.1, "depth": 1000}
    theory = mean_field(Experiment(network=settings), np.ones((2, 64)))
    np.testing.assert_allclose(theory.chi, factor, rtol=1e-12)
    exact = np.log10(0.02) + np.arange(1000) * np.log10(factor)
    np.testing.assert_allclose(theory.log10_q, exact, rtol=0, atol=1e-10)
    np.testing.assert_allclose(theory.q[:100], 10 ** exact[:100], rtol=1e-10)
    assert theory.q[-1] == 0
    expected = np.arange(999, -1, -1) * np.log10(factor) / 2
    np.testing.assert_allclose(theory.log10_signal(0.0), expected, rtol=0, atol=1e-10)


def test_a_tanh_is_linear_where_its_variance_underflows() -> None:
    settings = {"activation": "tanh", "gain": 0.1, "depth": 1000}
    theory = mean_field(Experiment(network=settings), np.full((2, 64), 1e-3))
    np.testing.assert_allclose(theory.chi[5:], 0.01, rtol=1e-12)
    exact = -8.0 - 2 * np.arange(1000)
    np.testing.assert_allclose(theory.log10_q, exact, rtol=0, atol=1e-7)


@pytest.mark.parametrize("bias_std", [0.0, 1e-150, 0.3])
@pytest.mark.parametrize("size", [1e-320, 1e-200, 0.0])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_tiny_inputs_have_a_variance_too(activation: str, size: float, bias_std: float) -> None:
    settings = {"activation": activation, "bias_std": bias_std, "depth": 5}
    theory = mean_field(Experiment(network=settings), np.full((2, 64), size))
    with np.errstate(divide="ignore"):
        first = np.logaddexp(2 * np.log(size), 2 * np.log(bias_std)) / np.log(10)
    # 1e-320 itself has four digits.
    assert theory.log10_q[0] == pytest.approx(first, abs=1e-3)
    assert (theory.log10_q[1] > -1) == (activation == "sigmoid" or bias_std == 0.3)


def test_widths_do_not_cancel_for_xavier() -> None:
    settings = {"widths": [64, 40, 10, 10], "activation": "identity", "init": "xavier"}
    theory = mean_field(Experiment(network=settings), np.ones((2, 64)))
    np.testing.assert_allclose(theory.chi, [40 * 2 / 50, 10 * 2 / 20])
    np.testing.assert_allclose(theory.q, [64 * 2 / 104, 64 * 2 / 104 * 1.6, 64 * 2 / 104 * 1.6])


def test_a_variance_beyond_a_float_is_an_error_with_its_layer() -> None:
    # q[l] = 2 * 10^(4 l), and a float ends at 1.8 * 10^308.
    settings = {"activation": "relu", "init": "he", "gain": 100.0, "depth": 100, "width": 5}
    with pytest.raises(NumericalError, match=r"^layer 77, mean-field theory: ") as raised:
        mean_field(Experiment(network=settings), np.ones((2, 64)))
    assert raised.value.layer == 77


DRAWN = [name for name, scheme in INITIALIZERS.items() if scheme.drawn]


@pytest.mark.parametrize("init", DRAWN)
@pytest.mark.parametrize("shape", [(300, 100), (100, 300)])
def test_the_variance_that_is_stated_is_that_of_the_draw(init: str, shape: tuple[int, int]) -> None:
    W = INITIALIZERS[init].draw(np.random.default_rng(0), *shape, gain=3.0)
    assert W.shape == shape[::-1]
    assert W.var() == pytest.approx(INITIALIZERS[init].variance(*shape, gain=3.0), rel=0.03)
    assert abs(W.mean()) < 4 * W.std() / np.sqrt(W.size)


@pytest.mark.parametrize("init", sorted(set(INITIALIZERS) - set(DRAWN)))
def test_there_is_no_theory_of_weights_that_are_not_drawn(init: str) -> None:
    assert INITIALIZERS[init].variance(30, 10, gain=3.0) == 0.0
    with pytest.raises(InputError, match=f'got "{init}", .* allowed normal, .*, orthogonal$'):
        mean_field(Experiment(network={"init": init}), np.ones((2, 64)))


def test_draws_differ_where_anything_is_drawn() -> None:
    for init in INITIALIZERS:
        for bias_std in (0.0, 0.5):
            network = {"init": init, "bias_std": bias_std, "width": 3, "depth": 3}
            first, second = (initialize(Experiment(seed=seed, network=network)) for seed in (0, 1))
            arrays = zip(
                (*first.weights, *first.biases), (*second.weights, *second.biases), strict=True
            )
            same = all(np.array_equal(a, b) for a, b in arrays)
            assert draws_differ(Experiment(network=network).network) is not same


def test_orthogonal_is_orthogonal() -> None:
    W = INITIALIZERS["orthogonal"].draw(np.random.default_rng(0), 50, 20, gain=2.0)
    np.testing.assert_allclose(W @ W.T, 4 * np.eye(20), atol=1e-12)


def deviation(network: dict[str, Any]) -> float:
    """Return the largest |log10(median over 200 seeds / theory)|, both 0 at layer L."""
    experiment = Experiment(network=network, data={"samples": 100})
    median = ensemble(experiment, seeds=200).percentile(50)
    theory = mean_field(experiment, load_data(experiment).x)
    return float(np.abs(median - theory.log10_signal(median[-1])).max())


@pytest.mark.parametrize("width", quick_cases([100, 300], 100))
@pytest.mark.parametrize("gain", [1.0, 4.0])
def test_theory_meets_wide_sigmoids(width: int, gain: float) -> None:
    assert 10 ** deviation({"width": width, "gain": gain}) <= 1.10


@pytest.mark.parametrize(
    ("network", "within"),
    [
        ({"width": 30}, 1.25),
        ({"width": 30, "activation": "tanh", "init": "xavier"}, 1.25),
        ({"width": 100, "activation": "tanh", "init": "xavier"}, 1.25),
        ({"width": 30, "activation": "relu", "init": "he"}, 2.5),
        ({"width": 100, "activation": "relu", "init": "he"}, 2.5),
    ],
)
def test_theory_meets_other_networks(network: dict[str, Any], within: float) -> None:
    assert 10 ** deviation(network) <= within


def test_quarter_bound() -> None:
    np.testing.assert_allclose(quarter_bound("sigmoid", 3, 1.0), 1 + np.log10([1 / 16, 1 / 4, 1]))
    np.testing.assert_allclose(quarter_bound("relu", 4, -2.0), -2)
