"""Training against a plain loop: the pass of the textbook, and the same order of the examples."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backprop_core import (
    Experiment,
    History,
    InputError,
    Network,
    NumericalError,
    initialize,
    load_data,
    resolve,
    run,
    step,
    trace,
    train,
    train_many,
)
from backprop_core.passes.losses import LEGAL_PAIRS
from backprop_core.textbook import backward, forward, output_delta

SMALL = {
    "network": {"depth": 3, "width": 12, "gain": 3.0},
    "data": {"samples": 105},
    "training": {"epochs": 3, "batch_size": 10},
}


def plain_loop(experiment: Experiment) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the trained weights and the mean update:weight of each epoch."""
    network, data = initialize(experiment), load_data(experiment)
    weights, biases = [W.copy() for W in network.weights], [b.copy() for b in network.biases]
    order, ratios = np.random.default_rng((experiment.seed, 2)), []
    rate = experiment.training.learning_rate
    for _ in range(experiment.training.epochs):
        shuffled, steps = order.permutation(len(data.x)), []
        for first in range(0, len(shuffled), experiment.training.batch_size):
            batch = shuffled[first : first + experiment.training.batch_size]
            moved = Network(tuple(weights), tuple(biases))
            z, a = forward(moved, data.x[batch])
            targets = np.eye(data.outputs)[data.y[batch]]
            delta = output_delta(moved, z[-1], a[-1], targets, "cross_entropy")
            _, dW, db = backward(moved, z, a, delta)
            step = []
            for i in range(len(weights)):
                step.append(rate * np.linalg.norm(dW[i]) / np.linalg.norm(weights[i]))
                weights[i] -= rate * dW[i]
                biases[i] -= rate * db[i]
            steps.append(step)
        ratios.append(np.mean(steps, axis=0))
    return weights, np.array(ratios)


def test_the_same_as_a_plain_loop() -> None:
    experiment = Experiment(**SMALL)
    weights, ratios = plain_loop(experiment)
    history = train(experiment)
    for ours, plain in zip(history.network.weights, weights, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(history.update_to_weight, ratios, rtol=1e-9)


def test_what_a_history_holds() -> None:
    experiment = Experiment(**SMALL)
    history, start = train(experiment), run(experiment)
    assert history.loss.shape == (4,)
    assert history.accuracy is not None
    assert history.accuracy.shape == (4,)
    assert history.signal.shape == history.norm_dW.shape == (4, 3)
    assert history.update_to_weight.shape == (3, 3)
    assert history.saturated.shape == history.dead.shape == (4, 2)
    assert history.loss[0] == start.loss
    np.testing.assert_array_equal(history.log10_signal[0], start.log10_norm("signal"))
    np.testing.assert_allclose(history.norm_dW[0, 0], np.linalg.norm(start.dW[0]))


def test_a_shallow_net_learns_and_a_deep_one_does_not() -> None:
    shallow = train(Experiment(network={"depth": 2}, training={"epochs": 5}))
    deep = train(Experiment(training={"epochs": 3}))
    assert shallow.accuracy is not None
    assert deep.accuracy is not None
    assert shallow.accuracy[-1] > 0.9
    assert deep.accuracy[-1] < 0.2
    assert deep.loss[-1] == pytest.approx(3.26, abs=0.1)


def test_steps_too_small_to_square_are_measured() -> None:
    settings = {"depth": 260, "width": 5}
    history = train(Experiment(network=settings, data={"samples": 20}, training={"epochs": 1}))
    first = history.update_to_weight[0, 0]
    assert 1e-300 < first < 1e-160
    assert first == pytest.approx(10 ** history.log10_dW[0, 0], rel=1e3)


def test_it_is_the_same_every_time() -> None:
    first, second = train(Experiment(**SMALL)), train(Experiment(**SMALL))
    np.testing.assert_array_equal(first.network.weights[0], second.network.weights[0])


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_short_floats_learn(dtype: str) -> None:
    history = train(Experiment(dtype=dtype, **SMALL))
    assert history.network.dtype == dtype
    assert history.loss[-1] < history.loss[0]


def test_divergence_names_epoch_layer_and_cause() -> None:
    experiment = Experiment(
        network={"activation": "relu", "output": "identity", "loss": "quadratic", "init": "he"},
        training={"learning_rate": 1000.0},
    )
    with pytest.raises(NumericalError, match=r"epoch 1, layer \d+.*likely cause.*learning rate"):
        train(experiment)


@pytest.mark.parametrize("pair", [("softmax", "cross_entropy"), ("tanh", "quadratic")])
def test_other_outputs_learn(pair: tuple[str, str]) -> None:
    settings = {"depth": 2, "output": pair[0], "loss": pair[1]}
    history = train(Experiment(network=settings, training={"epochs": 2}))
    assert history.loss[-1] < history.loss[0]


def the_same(one: History, other: History | NumericalError) -> bool:
    assert isinstance(other, History)
    arrays = ("loss", "accuracy", "log10_signal", "log10_dW", "update_to_weight", "saturated")
    return all(np.array_equal(getattr(one, a), getattr(other, a)) for a in arrays) and all(
        np.array_equal(W, V)
        for W, V in zip(one.network.weights, other.network.weights, strict=True)
    )


def test_a_sweep_is_the_same_to_the_last_bit_as_run_by_run() -> None:
    base = Experiment(**SMALL)
    changes = [
        *({"seed": seed} for seed in range(5)),
        {"network.gain": 8.0},
        {"training.learning_rate": 0.1},
        {"data.standardize": False},
        {"network.depth": 2},
        {"dtype": "float32"},
        {"network.activation": "relu", "network.init": "he"},
    ]
    experiments = [base.override(change) for change in changes]
    for experiment, history in zip(experiments, train_many(experiments), strict=True):
        assert the_same(train(experiment), history)


def test_the_same_in_small_stacks_and_large_ones() -> None:
    members = [Experiment(**SMALL).override({"seed": seed}) for seed in range(40)]
    together, three = train_many(members), train_many(members[7:10])
    assert all(
        isinstance(a, History) and the_same(a, b)
        for a, b in zip(three, together[7:10], strict=True)
    )


def test_who_diverges_drops_out_and_the_others_do_not_notice() -> None:
    base = Experiment(
        network={
            "depth": 3,
            "activation": "relu",
            "init": "he",
            "output": "identity",
            "loss": "quadratic",
        },
        data={"samples": 60},
        training={"epochs": 4, "learning_rate": 0.01},
    )
    rates = (0.01, 1000.0, 0.02, 900.0)
    experiments = [base.override({"training.learning_rate": rate}) for rate in rates]
    first, second, third, fourth = train_many(experiments)
    assert isinstance(second, NumericalError)
    assert isinstance(fourth, NumericalError)
    for experiment, outcome in ((experiments[1], second), (experiments[3], fourth)):
        with pytest.raises(NumericalError) as alone:
            train(experiment)
        assert str(alone.value) == str(outcome)
    assert the_same(train(experiments[0]), first)
    assert the_same(train(experiments[2]), third)


def test_measured_less_often() -> None:
    experiment = Experiment(**SMALL).override({"training.epochs": 5})
    full = train(experiment)
    (ends,), (some,) = train_many([experiment], every=None), train_many([experiment], every=2)
    assert isinstance(ends, History)
    assert isinstance(some, History)
    assert full.measured.tolist() == [0, 1, 2, 3, 4, 5]
    assert ends.measured.tolist() == [0, 5]
    assert some.measured.tolist() == [0, 2, 4, 5]
    np.testing.assert_array_equal(some.loss, full.loss[some.measured])
    np.testing.assert_array_equal(ends.update_to_weight, full.update_to_weight)


def test_never_is_not_often_enough() -> None:
    with pytest.raises(InputError, match="every: got 0"):
        train_many([Experiment(**SMALL)], every=0)


def test_a_watcher_sees_each_network_that_is_measured() -> None:
    experiments = [Experiment(**SMALL).override({"seed": seed}) for seed in (0, 1)]
    seen: dict[tuple[int, int], Network] = {}
    histories = train_many(
        experiments, every=2, watch=lambda i, epoch, network: seen.update({(i, epoch): network})
    )
    assert sorted(seen) == [(0, 0), (0, 2), (0, 3), (1, 0), (1, 2), (1, 3)]
    for number, (experiment, history) in enumerate(zip(experiments, histories, strict=True)):
        assert isinstance(history, History)
        np.testing.assert_array_equal(seen[number, 0].weights[0], initialize(experiment).weights[0])
        np.testing.assert_array_equal(seen[number, 3].weights[1], history.network.weights[1])
        two = train(experiment.override({"training.epochs": 2}))
        np.testing.assert_array_equal(seen[number, 2].weights[2], two.network.weights[2])


def test_a_step_on_all_examples_is_an_epoch_of_one_minibatch() -> None:
    experiment = Experiment(**SMALL).override({"training.epochs": 1, "training.batch_size": 105})
    stepped = step(run(experiment), experiment.training.learning_rate)
    trained = train(experiment).network
    for ours, theirs in zip(stepped.weights, trained.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    for ours, theirs in zip(stepped.biases, trained.biases, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    assert (stepped.activation, stepped.output) == ("sigmoid", "sigmoid")


def test_a_step_beyond_the_floats_is_refused() -> None:
    with pytest.raises(NumericalError, match="learning rate"):
        step(run(Experiment(**SMALL)), float("inf"))


def test_training_goes_on_from_a_network() -> None:
    experiment = Experiment(**SMALL)
    (drawn,) = train_many((experiment,), starts=(initialize(experiment),))
    (longer,) = train_many((experiment,), starts=(train(experiment).network,))
    assert isinstance(drawn, History)
    assert isinstance(longer, History)
    plain = train(experiment)
    np.testing.assert_array_equal(drawn.loss, plain.loss)
    assert longer.loss[0] == plain.loss[-1]
    x, y = load_data(experiment).x, load_data(experiment).y
    assert longer.loss[-1] == trace(longer.network, x, y).loss


def test_data_that_only_their_arrays_tell_apart_are_not_mixed() -> None:
    plain = resolve(Experiment(**SMALL))
    halved = replace(plain, data=replace(plain.data, x=plain.data.x / 2))
    together = train_many((plain, halved, plain.experiment))
    for resolved, history in zip((plain, halved, plain), together, strict=True):
        assert isinstance(history, History)
        np.testing.assert_array_equal(history.loss, train(resolved).loss)
    assert together[0].loss[0] != together[1].loss[0]


def test_a_start_that_does_not_fit() -> None:
    experiment = Experiment(**SMALL)
    other = initialize(experiment.override({"network.activation": "tanh"}))
    with pytest.raises(InputError, match=r"starts: got .*tanh.*; allowed.*sigmoid"):
        train_many((experiment,), starts=(other,))
    with pytest.raises(InputError, match="starts: got 1; allowed: one each, 2"):
        train_many((experiment, experiment), starts=(other,))


@pytest.mark.parametrize(("output", "loss"), LEGAL_PAIRS)
@pytest.mark.parametrize(
    "network",
    [
        # Logits that underflow, and outputs that round to their targets.
        {"depth": 60, "activation": "relu", "init": "he", "gain": 0.1},
        {"depth": 2, "gain": 200.0},
    ],
    ids=["tiny", "right"],
)
def test_outputs_at_the_ends_of_floats_are_trained_side_by_side(
    network: dict[str, Any], output: str, loss: str
) -> None:
    network = network | {"output": output, "loss": loss}
    one = Experiment(dtype="float32", network=network, data={"samples": 20}, training={"epochs": 1})
    members = [one, one.override({"network.gain": 0.5 * one.network.gain})]
    for outcome, experiment in zip(train_many(members), members, strict=True):
        assert isinstance(outcome, History)
        np.testing.assert_array_equal(outcome.log10_signal, train(experiment).log10_signal)
