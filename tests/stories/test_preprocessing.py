"""The numbers of `preprocessing` against plain NumPy, and its sentences on many networks."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from backprop_core import initialize, load_data, train
from backprop_core.budget import FILM_SECONDS, epoch_seconds, pass_seconds
from scenes.preprocessing import Preprocessing
from scenes.stories.input_versions import plan
from scenes.stories.preprocessing import EPOCHS, PreprocessingStory
from scenes.stories.seen import preprocessing as described
from scenes.words.figures import Sentence
from tests.selection import quick_cases

QUICK = {"data.samples": 200, "training.epochs": 3}
CASES: dict[str, dict[str, object]] = {
    "default": {},
    "tame": {"data.scale": 1.0},
    "standardised": {"data.scale": 1.0, "data.standardize": True},
    "deep": {"network.depth": 9},
    "tanh": {"network.activation": "tanh", "network.init": "xavier"},
    "relu": {"network.activation": "relu", "network.init": "he"},
    "leaky": {"network.activation": "leaky_relu", "network.init": "he"},
    "linear": {"network.activation": "identity"},
    "one unit": {"network.width": 1},
    "one epoch": {"training.epochs": 1},
    "moons": {"data.name": "moons"},
    "quadratic": {"network.loss": "quadratic", "network.output": "tanh"},
    "float32": {"dtype": "float32"},
    "far": {"data.shift": 1000.0},
    "overflow": {
        "network.activation": "identity",
        "data.samples": 1000,
        "training.epochs": 10,
    },
    "quick steps": {"training.learning_rate": 100.0},
    "tiny steps": {"training.learning_rate": 1e-6},
    "all the same": {"data.scale": 0.0, "network.depth": 3},
    "chaotic": {"data.samples": 1000, "training.epochs": 10},
    "tiny deviations": {"data.scale": 1e-300, "data.shift": 1.0, "dtype": "float16"},
}
FIRST = ("tame", "deep", "relu", "one unit", "moons", "overflow", "all the same")
SENTENCES = (
    "data",
    "raw_start",
    "standardized_start",
    "gradient",
    "first_epoch",
    "more_epochs",
    "losses",
    "verdict",
)


@cache
def story(case: str) -> PreprocessingStory:
    changes = QUICK | CASES[case]
    return PreprocessingStory.of(Preprocessing.default_experiment().override(changes))


@pytest.mark.parametrize("case", quick_cases(CASES, *FIRST))
@pytest.mark.parametrize("beat", SENTENCES)
def test_every_sentence_is_short(case: str, beat: str) -> None:
    said: Sentence = getattr(story(case), beat)()
    assert len(said.plain.split()) <= 16
    assert said.plain.endswith(".")


def test_layer_one_before_training_is_that_of_the_initial_weights() -> None:
    told = story("default")
    for side, standardize in zip(told.sides, (False, True), strict=True):
        experiment = told.shown.override({"data.standardize": standardize})
        x = load_data(experiment).x
        z = x @ initialize(experiment).weights[0].T
        slope = 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))
        assert side.states[0].saturated == pytest.approx(np.mean(np.abs(z) > 4.5848), abs=1e-3)
        assert side.states[0].median_slope == pytest.approx(np.median(slope))
        mean, std = side.moments()
        assert mean.value == pytest.approx(x.mean())
        assert std.value == pytest.approx(x.std())
        assert side.states[0].shares.sum() == pytest.approx(1)


def test_the_last_state_is_that_of_the_trained_network() -> None:
    told = story("default")
    for side in told.sides:
        history = train(side.inputs)
        x = side.inputs.data.x
        z = x @ history.network.weights[0].T + history.network.biases[0]
        assert side.states[-1].saturated == pytest.approx(np.mean(np.abs(z) > 4.5848), abs=1e-3)
        np.testing.assert_array_equal(side.loss_curve, history.loss)
        assert len(side.states) == len(history.loss)


def test_only_the_first_epochs_are_shown() -> None:
    long = Preprocessing.default_experiment().override({"training.epochs": 40, "data.samples": 50})
    assert PreprocessingStory.of(long).epochs == EPOCHS


def test_raw_pixels_saturate_and_standardised_ones_do_better() -> None:
    told = story("default")
    assert told.raw.states[0].saturated > 0.5
    assert told.standardized.states[0].saturated < 0.05
    assert told.verdict().plain.startswith("Subtract the mean")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("deep", "Neither learns: standardising alone is not enough"),
        ("tiny steps", "Neither learns: standardising alone is not enough"),
        ("all the same", "All inputs are the same"),
        ("linear", "Subtract the mean"),
        ("relu", "Subtract the mean"),
    ],
)
def test_the_verdict_follows_the_losses(case: str, words: str) -> None:
    assert words in story(case).verdict().plain


def test_an_overflow_is_said_to_be_one() -> None:
    told = story("overflow")
    assert told.raw.history is None
    assert told.epochs == 0
    assert "range of floats" in told.losses().plain
    assert "raw" in told.losses().plain


def test_the_better_one_is_never_called_worse() -> None:
    for case in CASES:
        told = story(case)
        raw, other = (side.loss_curve for side in told.sides)
        if told.verdict().plain.startswith("Subtract"):
            assert not len(raw) or other[-1] < raw[-1]
        if "raw inputs do better" in told.verdict().plain:
            assert raw[-1] < other[-1]


def by_hand(x: np.ndarray) -> float:
    """Return the norm of the first dW of two layers of sigmoids, in plain NumPy."""
    experiment = Preprocessing.default_experiment().override({"data.samples": len(x)})
    network, y = initialize(experiment), load_data(experiment).y
    hidden = 1 / (1 + np.exp(-(x @ network.weights[0].T)))
    output = 1 / (1 + np.exp(-(hidden @ network.weights[1].T)))
    delta = (output - np.eye(10)[y]) @ network.weights[1] * hidden * (1 - hidden) / len(x)
    return float(np.linalg.norm(delta.T @ x))


@pytest.mark.parametrize(("scale", "cause"), [(1.0, "it is the mean"), (16.0, "it takes both")])
def test_the_first_dw_is_named_for_each_remedy_and_for_both(scale: float, cause: str) -> None:
    changes = {"data.scale": scale, "training.epochs": 1}
    told = PreprocessingStory.of(Preprocessing.default_experiment().override(changes))
    x = told.raw.x
    varies = np.ptp(x, axis=0) > 0
    deviation = np.where(varies, x.std(axis=0), 1.0)
    centred = np.where(varies, x - x.mean(axis=0), 0.0)
    expected = {
        "raw": by_hand(x),
        "centred": by_hand(centred),
        "scaled": by_hand(x / deviation),
        "standardised": by_hand(centred / deviation),
    }
    said = told.gradient().plain
    for word, value in expected.items():
        assert f"{value:#.3g} {word}" in said
    assert said.endswith(f"{cause}.")


def test_with_small_inputs_it_is_not_their_size() -> None:
    # Raw inputs are half as large as standardised ones here, and their dW is larger.
    said = story("tame").gradient().plain
    assert "arge" not in said
    assert said.endswith("it is the mean.")


def test_saturation_is_of_the_scale() -> None:
    assert story("default").standardized_start().plain.endswith("it is the scale.")
    # Where raw inputs do not saturate there is nothing to explain.
    assert story("tame").standardized_start().plain.endswith("standardised.")


def test_what_rounding_moves_is_given_as_a_range_or_with_one_digit() -> None:
    told = story("chaotic")
    losses = told.raw.losses(-1)
    assert not losses.agree()
    assert f"{losses.value:.3g}" not in told.losses().plain
    assert f"{losses.low:.2g} to {losses.high:.2g} raw" in told.losses().plain
    assert f"{losses.low:.2g} to {losses.high:.2g} in the end" in described.poster(told).plain
    assert " to " in told.more_epochs().plain
    assert len(told.raw.median_slope(10).mantissa) == 1
    assert "rounding" in told.loss_axis().plain
    # On standardised inputs training is not chaotic.
    assert told.standardized.losses(-1).agree()
    assert len(told.standardized.median_slope(10).mantissa) == len("0.0378")
    assert told.standardized.neighbour_curves == []


def test_which_remedy_was_enough_is_said_of_losses_that_were_computed() -> None:
    told = story("far")
    centred, scaled, both = (
        told.versions[name].losses(-1).high for name in ("centred", "scaled", "standardized")
    )
    assert centred <= 1.25 * both < scaled / 2
    assert told.verdict().plain.endswith("here the mean alone was enough.")
    # There scaling alone does nearly as well as both.
    assert told_to(story("chaotic")) == ": then show the network."


def told_to(told: PreprocessingStory) -> str:
    return told.verdict().plain.removeprefix("Subtract the mean, divide by the deviation")


def test_what_cannot_be_afforded_is_not_claimed() -> None:
    wide = Preprocessing.default_experiment().override({"network.width": 4096})
    shown, versions, neighbours = plan(wide)
    assert (versions, neighbours) == (2, 1)
    assert shown.training.epochs < wide.training.epochs
    deep = wide.override({"network.width": 300, "network.depth": 60})
    assert plan(deep)[1:] == (2, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network.depth": 2000, "network.width": 1},
        {"network.width": 4096},
        {"network.depth": 60, "network.width": 100},
        {"training.batch_size": 1},
        {"network.depth": 9},
    ],
)
def test_every_network_stays_within_the_budget(changes: dict[str, Any]) -> None:
    asked = {"training.epochs": EPOCHS} | changes
    shown, versions, neighbours = plan(Preprocessing.default_experiment().override(asked))
    members = versions * (1 + neighbours)
    epoch = epoch_seconds(shown, shown.data.samples, members)
    passes = 4 * pass_seconds(shown, shown.data.samples)
    assert shown.training.epochs * epoch + passes < FILM_SECONDS


def test_an_experiment_is_not_confused_with_its_versions() -> None:
    # All versions have the same settings but for one, and are trained side by side.
    told = story("default")
    assert len({round(side.losses(0).value, 9) for side in told.versions.values()}) == 4
