"""Units of a layer that compute the same are found, and those that do not are left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backprop_core import Experiment, Finding, Network, diagnose, run, trace, train
from backprop_core.diagnosis.symptoms.identical import ALIKE, identical_of

FEW = {"samples": 50}


def identical(experiment: Experiment, *, trained: bool = False) -> list[Finding]:
    history = train(experiment) if trained else None
    return [f for f in diagnose(run(experiment), history) if f.kind == "identical_units"]


def of(init: str, **settings: object) -> Experiment:
    network = {"init": init, "depth": 9} | settings
    return Experiment(network=network, data=FEW, training={"epochs": 2})


@pytest.mark.parametrize("init", ["constant", "zeros"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_equal_weights_are_found(init: str, activation: str) -> None:
    (finding,) = identical(of(init, activation=activation))
    assert finding.layers == tuple(range(1, 9))
    assert (finding.value, finding.threshold, finding.film) == (1.0, 0.5, "initialization")
    assert finding.words.startswith("30 of 30 units of layers 1 to 8 compute the same;")


@pytest.mark.parametrize("init", ["constant", "zeros"])
@pytest.mark.parametrize("trained", [False, True])
def test_biases_that_are_drawn_end_it(init: str, trained: bool) -> None:
    assert not identical(of(init, bias_std=0.5, activation="tanh", depth=3), trained=trained)


def test_biases_of_the_last_layer_do_not() -> None:
    x = np.random.default_rng(0).standard_normal((20, 3))
    biases = (np.zeros(4), np.arange(2.0))
    t = trace(Network((np.ones((4, 3)), np.ones((2, 4))), biases), x, np.arange(20) % 2)
    assert "identical_units" in diagnose(t).kinds


def test_units_that_lead_to_different_weights_differ() -> None:
    x = np.random.default_rng(0).standard_normal((20, 3))
    above = np.arange(8.0).reshape(2, 4)
    net = Network((np.ones((4, 3)), above), (np.zeros(4), np.zeros(2)))
    assert "identical_units" not in diagnose(trace(net, x, np.arange(20) % 2)).kinds


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("init", ["normal", "uniform", "orthogonal"])
def test_random_units_are_not_found(seed: int, init: str) -> None:
    for widths in ([64, 2, 2, 10], [64, 1, 1, 10], [64, 300, 10]):
        experiment = Experiment(
            seed=seed,
            network={"init": init, "widths": widths},
            data=FEW,
            training={"epochs": 1},
        )
        assert not identical(experiment, trained=True)


@pytest.mark.parametrize(("same", "found"), [(2, False), (5, False), (6, True), (10, True)])
def test_more_than_half_of_a_layer_is_needed(same: int, found: bool) -> None:
    rng = np.random.default_rng(3)
    W, above, b = rng.standard_normal((10, 4)), rng.standard_normal((3, 10)), rng.normal(size=10)
    chosen = rng.permutation(10)[:same]
    W[chosen], b[chosen], above[:, chosen] = W[chosen[0]], b[chosen[0]], above[:, chosen[:1]]
    x = rng.standard_normal((20, 4))
    t = trace(Network((W, above), (b, np.zeros(3))), x, np.arange(20) % 3)
    findings = [f for f in diagnose(t) if f.kind == "identical_units"]
    assert bool(findings) is found
    if found:
        assert findings[0].value == same / 10
        assert findings[0].words.startswith(f"{same} of 10 units of layer 1 compute the same;")


def test_layers_of_different_widths() -> None:
    experiment = Experiment(network={"init": "constant", "widths": [64, 5, 1, 9, 10]}, data=FEW)
    (finding,) = identical(experiment)
    # A unit alone in its layer is like no other.
    assert finding.layers == (1, 3)
    assert finding.words.startswith("Up to 5 of 5 units of layers 1 and 3 compute the same;")


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_units_of_zeros_stay_the_same(activation: str) -> None:
    (finding,) = identical(of("zeros", activation=activation), trained=True)
    assert "start out the same; after 2 epochs they still do;" in finding.words


def test_a_trained_network_is_looked_at_itself() -> None:
    experiment = of("constant", depth=3)
    t, history = run(experiment), train(experiment)
    other = run(experiment.override({"network.init": "normal"})).network

    def words(network: Network) -> str:
        return next(
            f.words
            for f in diagnose(t, replace(history, network=network))
            if f.kind == "identical_units"
        )

    assert "; after 2 epochs rounding has told most of them apart;" in words(other)
    mixed = replace(
        t.network,
        weights=(other.weights[0], *t.network.weights[1:]),
    )
    assert "; after 2 epochs rounding has told most of layer 1 apart;" in words(mixed)
    b = t.network.biases[1].copy()
    b[:3] = [1.0, 2.0, 3.0]
    few = replace(t.network, biases=(t.network.biases[0], b, t.network.biases[2]))
    assert "most of them still do, rounding has told the others apart;" in words(few)


def test_units_that_training_makes_the_same_are_found() -> None:
    experiment = of("normal", depth=3)
    history = replace(train(experiment), network=run(of("constant", depth=3)).network)
    (finding,) = (f for f in diagnose(run(experiment), history) if f.kind == "identical_units")
    assert finding.words.startswith("30 of 30 units of layers 1 and 2 compute the same after 2")
    assert finding.step == 2


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_what_rounding_moved_is_counted_as_the_same(scale: float) -> None:
    rng = np.random.default_rng(0)
    W, above = np.full((6, 3), scale), np.full((2, 6), scale)
    W *= 1 + 0.4 * ALIKE * rng.uniform(-1, 1, W.shape)
    net = Network((W, above), (np.zeros(6), np.zeros(2)))
    assert identical_of(net, ALIKE).tolist() == [6]
    assert identical_of(net)[0] <= 1
