"""A trained network on the examples held out, against plain NumPy and scikit-learn."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import logsumexp
from sklearn.metrics import accuracy_score, log_loss

from backprop_core import Experiment, diagnose, load_data, resolve, run, train, train_many
from backprop_core.experiment import presets
from backprop_core.textbook import forward
from backprop_core.training.history import HeldOut, History

SHALLOW = Experiment(network={"depth": 2, "output": "softmax"}, training={"epochs": 3})


def judged(history: History) -> HeldOut:
    assert history.held_out is not None
    return history.held_out


def outputs(
    experiment: Experiment, history: History
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Return z and a of the output layer, and what is wanted."""
    data = load_data(experiment)
    assert data.held_out is not None
    assert history.network is not None
    z, a = forward(history.network, data.held_out.x)
    return (z[-1], a[-1]), data.held_out.y


@pytest.mark.parametrize("width", [30, 2000])
def test_the_797_digits_that_were_not_trained_on(width: int) -> None:
    experiment = SHALLOW.override({"network.width": width, "training.epochs": 1})
    history = train(experiment)
    (z, a), y = outputs(experiment, history)
    held = judged(history)
    assert held.examples == len(y) == 797
    assert held.accuracy == history.held_out_accuracy
    assert held.accuracy == pytest.approx(accuracy_score(y, a.argmax(axis=1)))
    loss = logsumexp(z, axis=1) - z[np.arange(len(y)), y]
    assert held.loss == pytest.approx(loss.mean(), rel=1e-9)
    # It clips probabilities that are as good as 0.
    assert width == 2000 or held.loss == pytest.approx(log_loss(y, a), rel=1e-9)
    commonest = np.bincount(load_data(experiment).y).argmax()
    assert held.chance == pytest.approx((y == commonest).mean())


def test_training_is_the_same_whatever_is_held_out() -> None:
    data = {"name": "moons", "samples": 60}
    without = Experiment(data=data, training={"epochs": 3})
    plain, held = train(without), train(without.override({"data.held_out": 0.5}))
    assert plain.held_out is None
    assert plain.held_out_accuracy is None
    assert judged(held).examples == 30
    np.testing.assert_array_equal(held.loss, plain.loss)
    assert held.network is not None
    assert plain.network is not None
    for one, other in zip(held.network.weights, plain.network.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_many_are_judged_as_one_is() -> None:
    members = [
        SHALLOW.override({"data.samples": 90, "seed": seed, **more})
        for seed in range(3)
        for more in ({}, {"data.held_out": 0.5}, {"data.held_out": 0.97}, {"data.name": "noise"})
    ]
    together = train_many([*members, resolve(members[0])])
    for member, history in zip([*members, members[0]], together, strict=True):
        assert isinstance(history, History)
        assert history.held_out == train(member).held_out
    examples = [h.held_out and h.held_out.examples for h in together[:4] if isinstance(h, History)]
    assert examples == [1707, 899, 1744, None]


def test_targets_have_a_loss_only(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "t.npz", x=rng.normal(size=(40, 3)), y=rng.normal(size=(40, 2)))
    data = {"name": "file", "path": str(tmp_path / "t.npz"), "held_out": 0.25}
    network = {"depth": 2, "output": "identity", "loss": "quadratic"}
    experiment = Experiment(network=network, data=data, training={"epochs": 2})
    history = train(experiment)
    (_, a), y = outputs(experiment, history)
    held = judged(history)
    assert (held.examples, held.accuracy, held.chance) == (10, None, None)
    assert held.loss == pytest.approx(((a - y) ** 2).sum(axis=1).mean() / 2)


def test_outputs_that_leave_the_range_of_floats_do_not_stop_training(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.eye(2).repeat(5, axis=0), y=np.arange(10) // 5)
    np.savez(tmp_path / "b.npz", x=np.full((2, 2), 1e307), y=[0, 1])
    paths = {"path": str(tmp_path / "a.npz"), "held_out": str(tmp_path / "b.npz")}
    data = {"name": "file", "standardize": False, **paths}
    network = {"depth": 3, "activation": "relu", "init": "he", "gain": 100.0}
    history = train(Experiment(network=network, data=data, training={"learning_rate": 1e-9}))
    assert history.held_out is None
    assert np.isfinite(history.loss).all()


@pytest.mark.parametrize("seed", range(4))
def test_labels_without_a_pattern_are_memorised(seed: int) -> None:
    experiment = Experiment(
        seed=seed,
        network={"depth": 2, "width": 60, "activation": "tanh", "init": "xavier"},
        data={"name": "noise", "samples": 200, "held_out": 0.999},
        training={"epochs": 80},
    )
    history = train(experiment)
    held = judged(history)
    assert history.accuracy is not None
    assert history.accuracy[-1] > 0.99
    assert held.accuracy == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / held.examples) ** 0.5)
    (found,) = [f for f in diagnose(run(experiment), history) if f.kind == "memorised"]
    assert found.value == held.accuracy
    assert "right on them" in found.words
    assert f"on the {held.examples} held out" in found.words


@pytest.mark.parametrize("preset", ["shallow", "relu-he"])
def test_what_was_learned_is_not_called_memorised(preset: str) -> None:
    experiment = presets.load(preset).override({"training.epochs": 5, "data.samples": 300})
    history = train(experiment)
    right = history.held_out_accuracy
    assert right is not None
    assert right > 0.6
    assert "memorised" not in diagnose(run(experiment), history).kinds


@pytest.mark.parametrize("examples", [1, 2, 5])
def test_too_few_held_out_prove_nothing(examples: int) -> None:
    data = {"name": "noise", "samples": 200, "held_out": examples / 200}
    experiment = Experiment(network={"depth": 2, "width": 60}, data=data)
    history = train(experiment)
    assert judged(history).examples == examples
    assert "memorised" not in diagnose(run(experiment), history).kinds
