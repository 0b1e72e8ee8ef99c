"""The numbers of `preprocessing` against plain NumPy, and its sentences on many networks."""

from functools import cache

import numpy as np
import pytest

from backprop_core import initialize, load_data, train
from scenes.preprocessing import Preprocessing
from scenes.stories.preprocessing import EPOCHS, PreprocessingStory
from scenes.words.figures import Sentence

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
}
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


@pytest.mark.parametrize("case", CASES)
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
        assert side.mean == pytest.approx(x.mean())
        assert side.std == pytest.approx(x.std())
        assert side.states[0].shares.sum() == pytest.approx(1)


def test_the_last_state_is_that_of_the_trained_network() -> None:
    told = story("default")
    for side in told.sides:
        history = train(side.experiment)
        x = load_data(side.experiment).x
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
        ("deep", "what ails this network is not its inputs"),
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
