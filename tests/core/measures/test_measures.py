import numpy as np
import pytest

from backprop_core import (
    Network,
    accuracy,
    dead_units,
    factors,
    median_slope,
    saturated_fraction,
    slope,
    trace,
)


def one_hidden_layer(activation: str, biases: list[float]) -> Network:
    n = len(biases)
    return Network(
        (np.ones((n, 1)), np.eye(2, n) + 0.1), (np.array(biases), np.zeros(2)), activation
    )


def test_saturated_and_median_slope() -> None:
    net = one_hidden_layer("sigmoid", [0.0, 5.0, -5.0, 1.0])
    t = trace(net, np.zeros((3, 1)), np.array([0, 1, 0]))
    assert saturated_fraction(t).tolist() == [0.5]
    assert slope(t)[0].shape == (3, 4)
    s = [0.25, 0.006648056670790155, 0.006648056670790155, 0.19661193324148185]
    assert median_slope(t)[0] == pytest.approx(np.median(s))
    assert dead_units(t).tolist() == [0]


def test_a_unit_is_dead_if_every_example_leaves_it_off() -> None:
    x, y = np.array([[1.0], [-1.0]]), np.array([0, 1])
    for activation, dead in (("relu", 1), ("leaky_relu", 0)):
        t = trace(one_hidden_layer(activation, [0.0, 3.0, -2.0, 0.5]), x, y)
        assert dead_units(t).tolist() == [dead]


def test_saturation_by_underflow_is_not_death() -> None:
    t = trace(one_hidden_layer("sigmoid", [900.0, 0.0]), np.zeros((2, 1)), np.array([0, 1]))
    assert (slope(t)[0][:, 0] == 0).all()
    assert dead_units(t).tolist() == [0]


def test_accuracy() -> None:
    net = Network((np.eye(2),), (np.zeros(2),))
    x = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [0.0, 3.0]])
    assert accuracy(trace(net, x, np.array([0, 1, 1, 1]))) == 0.75
    assert accuracy(trace(net, x, np.full((4, 2), 0.5))) is None


def test_a_network_without_hidden_layers_has_no_factors() -> None:
    t = trace(Network((np.eye(2),), (np.zeros(2),)), np.ones((1, 2)), np.array([0]))
    assert factors(t).total.shape == median_slope(t).shape == dead_units(t).shape == (0,)
    assert t.log10_norm("signal").shape == (1,)
