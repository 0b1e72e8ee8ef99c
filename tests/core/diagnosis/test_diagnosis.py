"""Each finding has networks that trigger it and networks that do not."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from backprop_core import (
    Diagnosis,
    Experiment,
    Finding,
    History,
    InputError,
    Network,
    Trace,
    diagnose,
    run,
    trace,
    train,
)
from backprop_core.diagnosis.finding import FILMS
from backprop_core.experiment import presets
from backprop_core.number_text import percent
from tests.selection import quick_cases

FEW = {"samples": 100}
QUICK = {"epochs": 3}


def found(diagnosis: Diagnosis, kind: str) -> Finding:
    (finding,) = (finding for finding in diagnosis if finding.kind == kind)
    return finding


def traced(**network: object) -> Trace:
    return run(Experiment(network=network, data=FEW))


def passed_through_one_unit(x: np.ndarray) -> Trace:
    net = Network(
        (np.ones((1, x.shape[1])), np.ones((2, 1))), (np.zeros(1), np.zeros(2)), "identity"
    )
    return trace(net, x, np.arange(len(x)) % 2)


# Inputs


def test_raw_inputs_are_off_centre_and_off_scale() -> None:
    t = run(Experiment(network={"depth": 2}, data={"scale": 16.0, "standardize": False}))
    diagnosis = diagnose(t)
    centre, scale = found(diagnosis, "off_centre"), found(diagnosis, "off_scale")
    assert centre.layers == scale.layers == (0,)
    means, deviations = t.x.mean(axis=0), t.x.std(axis=0)
    assert centre.value == pytest.approx(means[np.abs(means).argmax()])
    assert scale.value == pytest.approx(deviations[deviations > 0].min())
    assert f"input {np.abs(means).argmax() + 1} has mean" in centre.words
    assert f"to {deviations.max():.3g}, where 0.5 to 2 is good" in scale.words
    varying = (deviations > 0).sum()
    assert f"of {varying} inputs that vary are" in centre.words
    assert "data.standardize" in centre.remedy


@pytest.mark.parametrize("samples", [5, 10, 30, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_chance_is_not_taken_for_inputs_that_are_off(samples: int, seed: int) -> None:
    data = {"name": "noise", "standardize": False, "samples": samples}
    t = run(Experiment(seed=seed, network={"depth": 2}, data=data))
    assert not diagnose(t).kinds & {"off_centre", "off_scale"}


def test_one_input_out_of_many_is_found_and_constant_ones_are_not() -> None:
    x = np.random.default_rng(0).standard_normal((200, 6))
    x[:, 1] = 7.0
    assert diagnose(passed_through_one_unit(x)).healthy
    x[:, 4] -= 3.0
    (finding,) = diagnose(passed_through_one_unit(x))
    assert finding.kind == "off_centre"
    assert finding.value == pytest.approx(x[:, 4].mean())
    assert finding.words.startswith("1 of 5 inputs that vary is off centre: input 5 has mean −3.")


@pytest.mark.parametrize(("factor", "threshold"), [(20.0, 2.0), (0.05, 0.5)])
def test_a_scale_can_be_too_large_and_too_small(factor: float, threshold: float) -> None:
    x = np.random.default_rng(0).standard_normal((200, 3)) * [1.0, 1.0, factor]
    (finding,) = diagnose(passed_through_one_unit(x))
    assert (finding.kind, finding.threshold) == ("off_scale", threshold)
    assert finding.value == pytest.approx(x[:, 2].std())


def test_inputs_at_the_ends_of_floats_are_measured() -> None:
    x = np.ones((20, 2))
    x[:, 0] = np.where(np.arange(20) % 2, 1e300, -1e300)
    x[::2, 1] = 5e-324
    net = Network((np.full((2, 2), 1e-305),), (np.zeros(2),))
    assert diagnose(trace(net, x, np.arange(20) % 2)).kinds == {"off_scale"}
    x[:, 0], x[:, 1] = 0, np.where(np.arange(20) % 2, 5e-324, 0.0)
    assert found(diagnose(trace(net, x, np.arange(20) % 2)), "off_scale").value < 1e-300


# Units


def test_large_weights_saturate_sigmoids() -> None:
    t = traced(depth=4, gain=30.0)
    finding = found(diagnose(t), "saturated")
    shares = [float((s < 0.01).mean()) for s in t.slope]
    assert finding.layers == (1, 2, 3)
    assert finding.value == pytest.approx(max(shares))
    assert finding.threshold == 0.5
    assert f"{percent(max(shares))} of slopes" in finding.words


def test_only_the_layers_that_saturate_are_named() -> None:
    biases = (np.full(4, 9.0), np.zeros(4), np.zeros(2))
    weights = (np.eye(4, 2), np.eye(4), np.eye(2, 4))
    x = np.random.default_rng(0).standard_normal((50, 2))
    t = trace(Network(weights, biases), x, np.arange(50) % 2)
    finding = found(diagnose(t), "saturated")
    assert (finding.layers, finding.value) == ((1,), 1.0)
    assert "in layer 1: up to 100 %" in finding.words


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "identity"])
def test_small_weights_saturate_nothing(activation: str) -> None:
    # Half of the ReLUs are off, as they should be.
    assert "saturated" not in diagnose(traced(activation=activation)).kinds


def relu_with_biases(bias: float) -> Trace:
    biases = (np.array([bias] * 3 + [0.0] * 2), np.zeros(2))
    weights = (np.random.default_rng(0).standard_normal((5, 3)), np.ones((2, 5)))
    x = np.random.default_rng(1).standard_normal((100, 3))
    return trace(Network(weights, biases, "relu"), x, np.arange(100) % 2)


def test_dead_units() -> None:
    finding = found(diagnose(relu_with_biases(-100.0)), "dead")
    assert (finding.layers, finding.value, finding.threshold) == ((1,), 0.6, 0.4)
    assert "60 % of a layer" in finding.words
    assert "dead" not in diagnose(relu_with_biases(0.0)).kinds


@pytest.mark.parametrize("seed", range(5))
def test_healthy_relus_and_those_that_leak_are_not_dead(seed: int) -> None:
    healthy = presets.load("relu-he").override({"seed": seed})
    assert "dead" not in diagnose(run(healthy)).kinds
    leaky = {"network.activation": "leaky_relu", "network.width": 1}
    assert "dead" not in diagnose(run(healthy.override(leaky))).kinds


# Gradient


def test_vanishing() -> None:
    t = traced(depth=9)
    finding = found(diagnose(t), "vanishing")
    signal = t.log10_norm("signal")
    assert finding.layers == tuple(range(1, 9))
    whole = 10 ** (signal[0] - signal[-1])
    assert finding.value == pytest.approx(whole ** (1 / 8))
    assert finding.threshold == pytest.approx(0.1 ** (1 / 8))
    mantissa = f"{whole:.2e}".split("e-0")[0]
    assert f"layer 1 gets {mantissa} × 10⁻" in finding.words
    assert f"a factor of {finding.value:.3f} a layer" in finding.words


def test_exploding() -> None:
    finding = found(diagnose(run(presets.load("exploding"))), "exploding")
    assert finding.value > finding.threshold == pytest.approx(10 ** (1 / 9), rel=0.1)
    assert "layer 1 gets 14.0 of what layer" in finding.words


@pytest.mark.parametrize("preset", quick_cases(["relu-he", "tanh-xavier", "shallow"], "shallow"))
def test_networks_that_learn_have_nothing_wrong(preset: str) -> None:
    experiment = presets.load(preset)
    assert diagnose(run(experiment), train(experiment)).findings == ()


def test_one_factor_is_no_profile() -> None:
    assert "vanishing" not in diagnose(traced(depth=2)).kinds
    assert "vanishing" in diagnose(traced(depth=3)).kinds
    assert "exploding" not in diagnose(traced(depth=2, activation="identity", gain=9.0)).kinds
    assert "exploding" in diagnose(traced(depth=3, activation="identity", gain=9.0)).kinds


def test_a_gradient_of_exactly_zero_has_not_vanished() -> None:
    # One ReLU a layer: as soon as one is off for all, nothing comes below it.
    t = traced(depth=30, width=1, activation="relu")
    diagnosis = diagnose(t)
    assert diagnosis.kinds == {"dead", "zero"}
    finding = found(diagnosis, "zero")
    assert finding.layers == tuple(range(1, 30))
    assert (finding.value, finding.threshold) == (0.0, 0.0)
    assert "layers above" in finding.remedy
    assert "zero" not in diagnose(traced(depth=600, width=3)).kinds


def test_a_loss_that_asks_for_nothing() -> None:
    net = Network(
        (np.array([[9.0]]), np.array([[9.0], [-9.0]])),
        (np.zeros(1), np.zeros(2)),
        "identity",
        "identity",
    )
    t = trace(net, np.array([[1.0], [-1.0]]), np.array([0, 1]), "hinge")
    assert t.loss == 0
    finding = found(diagnose(t), "zero")
    assert finding.layers == (1, 2)
    assert "layers 1 and 2" in finding.words
    assert "If the loss is not 0" in finding.remedy


def test_underflow_is_found_where_floats_lose_the_gradient() -> None:
    t = traced(depth=600, width=10)
    finding = found(diagnose(t), "underflow")
    # Python's own hypot squares nothing that would underflow.
    lost = tuple(n + 1 for n, d in enumerate(t.delta) if math.hypot(*d.ravel()) < 2.0**-1022)
    assert 1 < len(lost) < 600
    assert finding.layers == lost
    assert finding.value == t.log10_norm("delta").min()
    assert finding.threshold == pytest.approx(math.log10(2.2250738585072014e-308))
    assert f"10⁻{str(math.ceil(-finding.value)).translate(SUPERSCRIPT)}" in finding.words
    assert "underflow" not in diagnose(traced(depth=300, width=10)).kinds


SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@pytest.mark.parametrize(("dtype", "lost"), [("float16", True), ("float32", False)])
def test_short_floats_underflow_earlier(dtype: str, lost: bool) -> None:
    diagnosis = diagnose(run(Experiment(dtype=dtype)))
    assert ("underflow" in diagnosis.kinds) == lost
    if lost:
        finding = found(diagnosis, "underflow")
        assert finding.words.startswith("float16 cannot hold")
        assert finding.threshold == pytest.approx(math.log10(6.103515625e-05))
        assert "float64" in finding.remedy


# Updates


@pytest.fixture(scope="module")
def shallow() -> tuple[Trace, History]:
    experiment = Experiment(network={"depth": 3}, data=FEW, training=QUICK)
    return run(experiment), train(experiment)


def updates(of: tuple[Trace, History], ratios: list[list[float]]) -> Diagnosis:
    """Judge the updates of a network that does not learn: then their size may be the reason."""
    t, history = of
    flat = np.full_like(history.loss, history.loss[0])
    history = replace(history, loss=flat, accuracy=0 * history.accuracy)
    found = diagnose(t, replace(history, update_to_weight=np.array(ratios)))
    return Diagnosis(tuple(f for f in found if f.kind.endswith("updates")))


def test_updates_are_judged_by_their_median_epoch(shallow: tuple[Trace, History]) -> None:
    # The last epoch of a network that has learnt all is no sign of anything.
    assert updates(shallow, [[2e-3] * 3, [1e-3] * 3, [1e-9] * 3]).healthy
    assert updates(shallow, [[0.5] * 3, [1e-3] * 3, [1e-3] * 3]).healthy
    assert updates(shallow, [[1.1e-4, 1e-3, 0.9e-2]]).healthy


def test_updates_too_small_and_too_large(shallow: tuple[Trace, History]) -> None:
    small, large = updates(shallow, [[1e-6, 1e-3, 0.5], [3e-6, 1e-3, 0.1], [2e-6, 1e-3, 0.03]])
    assert (small.kind, small.layers, small.value) == ("small_updates", (1,), 2e-6)
    assert small.threshold == pytest.approx(1e-4)
    assert "in layer 1: a step changes W by 2.00 × 10⁻⁶" in small.words
    assert "no single learning rate" in small.remedy
    assert (large.kind, large.layers, large.value) == ("large_updates", (3,), 0.1)
    assert large.threshold == pytest.approx(1e-2)
    (everywhere,) = updates(shallow, [[1e-6, 0.0, 1e-5]])
    assert everywhere.layers == (1, 2, 3)
    assert "Raise the learning rate" in everywhere.remedy
    assert "0 exactly" in everywhere.words


def test_weights_of_zero_have_no_ratio(shallow: tuple[Trace, History]) -> None:
    nothing = [[math.nan, math.inf, 1e-3], [math.nan, 1e-3, 1e-3]]
    assert updates(shallow, nothing).healthy


def test_a_deep_sigmoid_stack_moves_at_its_top_only() -> None:
    experiment = Experiment(training=QUICK)
    history = train(experiment)
    diagnosis = diagnose(run(experiment), history)
    assert found(diagnosis, "small_updates").layers[0] == 1
    assert found(diagnosis, "large_updates").layers[-1] == 9


def test_without_a_history_nothing_is_said_of_updates() -> None:
    assert diagnose(traced()).kinds == {"vanishing"}


def test_a_history_of_another_network_is_refused(shallow: tuple[Trace, History]) -> None:
    with pytest.raises(InputError, match="got one of 3 layers; allowed: one of 4"):
        diagnose(traced(depth=4), shallow[1])


# Training


def trained(samples: int = 100, epochs: int = 10, **changes: object) -> Diagnosis:
    experiment = Experiment(data={"samples": samples}, training={"epochs": epochs})
    experiment = experiment.override(changes)
    return diagnose(run(experiment), train(experiment))


RELU = {"network.activation": "relu", "network.init": "he", "network.output": "softmax"}


def test_a_layer_that_dies_in_training_is_found() -> None:
    rough = {"network.depth": 5, "training.learning_rate": 0.5}
    diagnosis = trained(1000, 15, **RELU, **rough)
    finding = found(diagnosis, "dead")
    assert finding.words.startswith("After 15 epochs: Units are dead in layer")
    assert finding.step == 15
    small = [each for each in diagnosis if each.kind == "small_updates"]
    assert all("no learning rate moves" in each.remedy for each in small)


def test_a_trend_of_many_small_steps_is_found() -> None:
    deep = Experiment(
        network={"activation": "tanh", "gain": 0.87, "depth": 200, "output": "softmax"}, data=FEW
    )
    finding = found(diagnose(run(deep)), "vanishing")
    assert "layer 1 gets" in finding.words
    assert finding.value == pytest.approx(0.87, abs=0.03)


def test_outputs_that_round_to_their_targets_lose_no_gradient() -> None:
    # Scaling the loss would change nothing: these zeros are there before it is applied.
    network = {"activation": "identity", "gain": 1.22, "depth": 200, "output": "softmax"}
    diagnosis = diagnose(run(Experiment(network=network, data=FEW)))
    assert "exploding" in diagnosis.kinds
    assert "lost" not in diagnosis.kinds


def test_three_layers_with_twice_the_gradient_do_not_explode() -> None:
    weights = tuple(np.eye(2) * 1.37 for _ in range(3))
    x = np.random.default_rng(0).standard_normal((50, 2))
    t = trace(Network(weights, (np.zeros(2),) * 3, "identity", "softmax"), x, np.arange(50) % 2)
    assert "exploding" not in diagnose(t).kinds


def test_a_network_that_guesses_is_found() -> None:
    finding = found(trained(1000, 10, **{"network.output": "softmax"}), "guessing")
    assert "about ln 10" in finding.words
    assert finding.value > finding.threshold == pytest.approx(0.95 * math.log(10), rel=1e-2)
    assert "guessing" not in trained(**{"network.depth": 2}).kinds


def test_one_output_for_every_example_is_found() -> None:
    assert found(trained(1000), "one_output").value < 1e-3
    assert "one_output" not in trained(**{"network.depth": 2}).kinds


def test_a_learning_rate_that_is_far_too_small_leaves_the_loss_flat() -> None:
    kinds = trained(**{"network.depth": 2, "training.learning_rate": 1e-6}).kinds
    assert {"flat", "small_updates"} <= kinds


def test_labels_that_contradict_are_counted() -> None:
    x = np.random.default_rng(0).standard_normal((50, 3)).repeat(2, axis=0)
    y = np.tile([0, 1], 50)
    y[:40] = 0
    t = trace(Network((np.ones((2, 3)),), (np.zeros(2),)), x, y)
    finding = found(diagnose(t), "contradictory_labels")
    assert finding.value == pytest.approx(30 / 100)
    assert "so 30 % of all" in finding.words.replace("\u202f", " ")
    y[:] = 0
    assert "contradictory_labels" not in diagnose(replace(t, y=y)).kinds


def test_inputs_that_are_all_the_same_are_found() -> None:
    data = FEW | {"scale": 0.0, "standardize": False}
    diagnosis = diagnose(run(Experiment(network={"depth": 3}, data=data)))
    assert found(diagnosis, "constant_inputs").layers == (0,)
    assert "contradictory_labels" not in diagnosis.kinds


# All


MANY = [
    {"network": {"depth": 2, "width": 1}},
    {"network": {"depth": 40, "width": 3, "gain": 30.0}},
    {"network": {"depth": 400, "width": 4}},
    {"network": {"depth": 300, "width": 8, "activation": "identity", "gain": 5.0}},
    {"network": {"depth": 20, "activation": "relu", "init": "he", "gain": 3.0}},
    {"network": {"gain": 1e-9}, "dtype": "float16"},
    {"network": {"depth": 3, "output": "identity", "loss": "hinge"}},
    {"network": {"depth": 12, "activation": "tanh", "gain": 0.1, "bias_std": 3.0}},
    {"data": {"name": "moons", "samples": 1}},
    {"data": {"name": "blobs", "samples": 40, "scale": 1e6, "standardize": False}},
    {"data": {"name": "noise", "samples": 40, "shift": 1e6, "standardize": False}},
]


@pytest.mark.parametrize("settings", MANY, ids=str)
def test_findings_of_any_network_are_one_line_with_finite_numbers(
    settings: dict[str, dict[str, object]],
) -> None:
    experiment = Experiment(**{"data": FEW} | settings)
    t = run(experiment)
    ratios = np.full((1, t.depth), 1e-9)
    still = {"training.epochs": 1, "training.learning_rate": 1e-300}
    history = train(experiment.override(still))
    diagnosis = diagnose(t, replace(history, update_to_weight=ratios))
    assert "small_updates" in diagnosis.kinds
    for finding in diagnosis:
        assert math.isfinite(finding.value)
        assert math.isfinite(finding.threshold)
        assert set(finding.layers) <= set(range(t.depth + 1))
        assert list(finding.layers) == sorted(finding.layers)
        assert finding.layers or finding.kind in {"flat", "guessing"}
        for line in (finding.words, finding.remedy):
            assert "\n" not in line
            assert not {"nan", "inf"} & set(line.replace(":", "").split())
            assert line[0].isupper() or line.startswith("float") or line[0].isdigit()
            assert line.endswith(".")
            assert len(line) < 170
        assert json.loads(json.dumps(finding.as_dict(), allow_nan=False))["kind"] == finding.kind


def test_the_kinds_are_those_that_are_documented() -> None:
    assert Finding.__doc__ is not None
    for kind in FILMS:
        assert re.search(rf"\b{kind}\b", Finding.__doc__)
