"""Weights that are not drawn: closed forms of their passes, and what training makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_core import (
    ACTIVATIONS,
    Experiment,
    Network,
    ensemble,
    initialize,
    run,
    trace,
    train,
)

FEW = {"samples": 50}
QUICK = {"epochs": 3, "batch_size": 10}


def of(init: str, **settings: object) -> Experiment:
    network = {"init": init, "widths": [64, 5, 9, 4, 10]} | settings
    return Experiment(network=network, data=FEW, training=QUICK)


@pytest.mark.parametrize("gain", [0.5, 1.0, 3.0])
def test_constant_weights_are_the_gain_over_the_inputs(gain: float) -> None:
    network = initialize(of("constant", gain=gain))
    for n_in, W in zip((64, 5, 9, 4), network.weights, strict=True):
        np.testing.assert_allclose(W, gain / n_in, rtol=1e-15)
        assert np.ptp(W) == 0
    assert not any(b.any() for b in network.biases)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("gain", [1.0, 3.0])
def test_units_of_constant_weights_are_the_activation_of_a_mean(
    activation: str, gain: float
) -> None:
    t = run(of("constant", activation=activation, gain=gain))
    f = ACTIVATIONS[activation].f
    # Units are all equal, so the mean over a layer is one unit, whatever the widths.
    unit = f(gain * t.x.mean(axis=1))
    for a in t.a[1:-1]:
        np.testing.assert_allclose(a, np.repeat(unit[:, None], a.shape[1], axis=1), atol=1e-12)
        unit = f(gain * unit)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_constant_weights_of_gain_1_keep_what_a_linear_layer_holds(activation: str) -> None:
    t = run(of("constant", activation=activation))
    for lower, upper in zip(t.a[1:-1], t.z[1:], strict=True):
        np.testing.assert_allclose(upper, lower[:, :1] * np.ones(upper.shape[1]), atol=1e-12)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("bias_std", [0.0, 0.7])
def test_zeros_pass_no_gradient_below_the_last_layer(activation: str, bias_std: float) -> None:
    t = run(of("zeros", activation=activation, bias_std=bias_std, gain=5.0))
    assert not any(W.any() for W in t.network.weights)
    assert not any(dW.any() for dW in t.dW[:-1])
    assert not any(db.any() for db in t.db[:-1])
    assert np.isneginf(t.log10_norm("signal")[:-1]).all()
    assert t.db[-1].any()
    # What the last hidden layer holds, f(b), decides whether the last weights have a gradient.
    assert t.dW[-1].any() == (bias_std > 0 or activation == "sigmoid")


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "identity"])
def test_of_zeros_only_the_last_biases_learn(activation: str) -> None:
    network = train(of("zeros", activation=activation)).network
    assert network is not None
    assert not any(W.any() for W in network.weights)
    assert not any(b.any() for b in network.biases[:-1])
    assert network.biases[-1].all()


def test_of_zeros_the_last_weights_of_sigmoids_learn_too() -> None:
    network = train(of("zeros")).network
    assert network is not None
    assert network.weights[-1].all()


@pytest.mark.parametrize("init", ["constant", "zeros"])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_exactly_summed_training_keeps_units_identical(init: str, activation: str) -> None:
    # A layer of two units: sums over 2 terms have one order, so nothing is rounded differently.
    experiment = of(init, activation=activation, widths=[64, 2, 2, 10]).override(
        {"training.learning_rate": 0.1}
    )
    network = train(experiment).network
    assert network is not None
    for W, b, above in zip(network.weights, network.biases, network.weights[1:], strict=False):
        assert not np.ptp(W, axis=0).any()
        assert np.ptp(b) == 0
        assert not np.ptp(above, axis=1).any()


@pytest.mark.parametrize("init", ["constant", "zeros"])
def test_biases_that_are_drawn_tell_units_apart(init: str) -> None:
    network = train(of(init, activation="tanh", bias_std=0.5)).network
    assert network is not None
    assert len(np.unique(network.weights[-1][0])) == network.widths[-2]


OUTPUTS = [("softmax", "cross_entropy"), ("identity", "hinge")]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_what_outputs_cancel_is_0_and_not_its_rounding_error(
    dtype: str, output: str, loss: str
) -> None:
    # Equal weights pass on the sum of the gradient over the outputs, and that is 0.
    experiment = of("constant", output=output, loss=loss).override({"dtype": dtype})
    t = run(experiment)
    assert np.isneginf(t.log10_norm("signal")[:-1]).all()
    assert t.delta[-1].any()
    assert t.dW[-1].any()
    assert np.isneginf(ensemble(experiment, seeds=3).log10_signal[:, :-1]).all()


@pytest.mark.parametrize("outputs", [("sigmoid", "cross_entropy"), ("identity", "quadratic")])
def test_what_outputs_do_not_cancel_comes_down(outputs: tuple[str, str]) -> None:
    experiment = of("constant", output=outputs[0], loss=outputs[1])
    signal = run(experiment).log10_norm("signal")
    assert (signal > -9).all()
    members = ensemble(experiment, seeds=3).log10_signal
    np.testing.assert_allclose(members, np.tile(signal, (3, 1)), rtol=1e-12)


def test_one_output_has_nothing_to_cancel() -> None:
    weights = (np.ones((3, 2)), np.ones((1, 3)))
    x = np.random.default_rng(0).standard_normal((5, 2))
    net = Network(weights, (np.zeros(3), np.zeros(1)))
    assert np.isfinite(trace(net, x, np.full((5, 1), 0.3)).log10_norm("signal")).all()
