"""What `leak` says is true of the runs that it shows."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from backprop_core import Experiment, run, train
from backprop_core.budget import epoch_seconds
from scenes.beats.leak.inside import Correct, Dies
from scenes.kit.theme import THEMES
from scenes.leak import Leak
from scenes.stories.leak import BACKWARD, CODE, LOOP, WORDS, LeakStory
from scenes.stories.learning import has_learned
from scenes.stories.light import SEEN
from scenes.stories.subject import DEEP, SHALLOW
from scenes.stories.training_run import Run
from tests.stories.spoken import said

LIGHT: dict[str, Any] = {"data.samples": 200, "training.epochs": 3}
RELU: dict[str, Any] = {"network.activation": "relu", "network.init": "he"}
CASES: dict[str, dict[str, Any]] = {
    "shallow": {"network.depth": 2},
    "small": {"network.depth": 2, "network.width": 1},
    "overflows": RELU | {"network.gain": 3.0},
    "deep": {"network.depth": 200, "data.samples": 100},
    "holds": {"network.gain": 10.0},
    "neither": {"network.gain": 1000.0, "network.depth": 3},
    "both": {"network.activation": "tanh", "network.init": "xavier", "training.epochs": 20},
    "learns": {"network.activation": "tanh", "network.init": "xavier", "network.depth": 3},
    "widths": {"network.widths": [64, 5, 7, 10]},
    "hinge": {"network.loss": "hinge", "network.output": "identity"},
    "softmax": {"network.output": "softmax"},
    "light": {"film.theme": "light"},
}


@pytest.fixture(scope="module")
def default() -> LeakStory:
    return LeakStory.of(Experiment())


@pytest.fixture(scope="module", params=CASES)
def told(request: pytest.FixtureRequest) -> LeakStory:
    return LeakStory.of(Experiment().override(LIGHT | CASES[request.param]))


def change(run: Run) -> tuple[float, float]:
    loss = run.measured.loss
    return float(loss[0]), float(loss[-1])


def test_the_default_is_one_that_learns_and_one_that_does_not(default: LeakStory) -> None:
    assert (default.shallow.depth, default.deep.depth) == (SHALLOW, DEEP)
    assert default.shallow.learns
    assert not default.deep.learns
    assert change(default.shallow) == pytest.approx((7.98, 0.0238), rel=0.01)
    assert change(default.deep) == pytest.approx((7.19, 3.25), rel=0.01)


def test_the_sentences_of_the_default(default: LeakStory) -> None:
    assert [beat.says(default).plain for beat in Leak.beats] == [
        "Five lines train a network. Set the depth to two.",
        "Two layers: the loss falls from eight to almost nothing.",
        "Nine layers, the same code. Better, or worse?",
        "It falls once, and sticks. Eleven percent right is guessing.",
        "And every line is correct.",
        "So look inside.",
        "Already at the start, the gradient dies on its way back.",
        "On average, a layer passes on a quarter of what it gets.",
        "A leaky abstraction: it works only if you know what is inside.",
    ]


def test_the_subtitle_is_of_both_networks(default: LeakStory) -> None:
    assert default.subtitle().plain.startswith("1 or 8 hidden sigmoid layers of 30 units, ")
    small = LeakStory.of(Experiment().override(LIGHT | {"network.depth": 2}))
    assert small.subtitle().plain.startswith("1 or 8 hidden sigmoid layers of 30 units, ")


@pytest.mark.thorough
def test_both_runs_are_those_of_the_core(default: LeakStory) -> None:
    deep = train(default.shown)
    shallow = train(default.shown.override({"network.widths": [64, 30, 10]}))
    np.testing.assert_array_equal(default.deep.measured.loss, deep.loss)
    np.testing.assert_array_equal(default.shallow.measured.loss, shallow.loss)


def test_what_is_said_of_guessing_is_so(default: LeakStory) -> None:
    assert default.deep.measured.accuracy is not None
    right = float(default.deep.measured.accuracy[-1])
    y = np.bincount(run(default.shown).y)
    assert round(100 * right) == 11 == round(100 * y.max() / y.sum())


def test_the_shallow_run_is_told_as_it_went(told: LeakStory) -> None:
    words, run = said(Leak, told, "first_run"), told.shallow
    assert run.depth == SHALLOW < told.deep.depth
    if run.history is None:
        assert "overflows" in words
        return
    first, last = change(run)
    assert ("no better than guessing" in words) == (not run.learns)
    assert ("falls" in words) == (last < 0.9 * first)
    assert ("rises" in words) == (last > 1.1 * first)
    if "almost nothing" in words:
        assert 0 < last < 0.05 * first


def test_the_answer_is_that_of_the_losses(told: LeakStory) -> None:
    words, deep = said(Leak, told, "second_run"), told.deep
    if deep.history is None:
        assert words == "Worse: the loss overflows."
        return
    first, last = change(deep)
    assert ("guessing" in words) == (not deep.learns)
    if not deep.learns:
        falls = any(part in words for part in ("falls", "Its loss falls"))
        assert falls == (last < 0.9 * first)
        return
    other = change(told.shallow)[1]
    assert ("Better" in words) == (last < 0.9 * other)
    assert ("Worse" in words) == (other < 0.9 * last)


def test_percent_are_named_only_where_guesses_are_even(told: LeakStory) -> None:
    words = said(Leak, told, "second_run")
    if "percent" in words:
        accuracy, best = told.deep.measured.accuracy, told.guess.accuracy
        assert accuracy is not None
        assert best is not None
        assert round(100 * float(accuracy[-1])) == round(100 * best)
        assert best <= 1.5 / told.widths[1][-1]


def test_a_sample_with_a_common_class_is_not_called_guessing() -> None:
    # Of ten digits, five are a 6: half right is no guess among ten.
    story = LeakStory.of(Experiment().override({"data.samples": 10, "training.epochs": 5}))
    assert story.guess.accuracy is not None
    assert story.guess.accuracy > 1.5 / 10
    assert "percent" not in said(Leak, story, "second_run")


def test_the_light_is_that_of_the_deep_network_before_a_step(told: LeakStory) -> None:
    words = said(Leak, told, "dies")
    experiment = told.shown.override({"network.widths": list(told.widths[1])})
    signal = run(experiment).log10_norm("signal")
    assert told.light is not None
    np.testing.assert_array_equal(told.light.profile, signal)
    shares = 10 ** (signal - signal.max())
    np.testing.assert_allclose(told.light.light_of_layers, shares)
    theme = THEMES[told.shown.film.theme]
    lit = [theme.contrast_of(theme.backward, share) >= SEEN for share in shares]
    assert ("grows" in words) == (signal[0] - signal[-1] >= 1)
    if "grows" not in words:
        assert ("dies" in words) == (not lit[0])
        assert ("gets through" in words) == all(lit)


def test_what_is_left_of_the_gradient_is_that_of_each_layer(told: LeakStory) -> None:
    light = told.light
    (beat,) = [beat for beat in Leak.beats if beat.name == "passed_on"]
    if light is None or not np.isfinite(light.profile).all():
        assert not beat.when(told)
        return
    signal = light.profile
    for layer in (1, light.depth):
        left = light.left_at(layer)
        assert left.unit == "%"
        assert left.log10 == pytest.approx(signal[layer - 1] - signal[-1])
    assert light.left_at(light.depth).digits == "100"
    assert light.factor_from(2).value == pytest.approx(10 ** (signal[0] - signal[1]))
    words, mean = beat.says(told).plain, 10 ** ((signal[0] - signal[-1]) / (light.depth - 1))
    assert ("times as large" in words) == (mean > 1 / 0.95)
    assert ("nearly all it gets" in words) == (0.95 <= mean <= 1 / 0.95)
    if "a quarter" in words:
        assert 0.2 < mean <= 0.29


def test_of_a_network_that_overflows_forward_no_gradient_is_told() -> None:
    gain = {"network.activation": "relu", "network.gain": 1000.0, "network.depth": 200}
    story = LeakStory.of(Experiment().override(LIGHT | gain))
    if story.light is None:
        assert "overflow" in said(Leak, story, "dies")
    assert "gradient" in said(Leak, story, "dies")


def test_sentences_can_be_spoken(told: LeakStory) -> None:
    for beat in Leak.beats:
        if not beat.when(told):
            continue
        words = beat.says(told).plain
        assert len(words.split()) <= 16
        assert "{" not in words + beat.shows(told).plain
    assert "{" not in Leak.poster(_Shown(told)).plain


class _Shown:
    def __init__(self, story: LeakStory) -> None:
        self.story = story


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        # At this rate the loss ends higher than it began, and yet most examples are right.
        ({"network.output": "softmax", "training.learning_rate": 50.0}, "rises, and yet it learns"),
        ({"training.learning_rate": 1e-6}, "hardly moves: no better than guessing"),
    ],
)
def test_rises_and_stays_look_at_the_whole_way(changes: dict[str, Any], word: str) -> None:
    story = LeakStory.of(Experiment().override({"network.depth": 2} | changes))
    assert word in said(Leak, story, "first_run")


def test_fewer_epochs_than_asked_are_said() -> None:
    story = LeakStory.of(Experiment().override({"network.depth": 200, "training.epochs": 100}))
    words = said(Leak, story, "code")
    assert story.shown.training.epochs < 100
    assert f"{story.shown.training.epochs} of 100 epochs" in words


def test_a_run_is_said_to_learn_only_when_it_does() -> None:
    deep = Experiment().override(LIGHT | {"network.depth": 9})
    assert not has_learned(train(deep), deep)
    shallow = Experiment().override({"network.depth": 2, "training.epochs": 3})
    assert has_learned(train(shallow), shallow)


def test_only_a_difference_is_said_to_be_in_spite_of_the_code(told: LeakStory) -> None:
    differs = told.shallow.learns and not told.deep.learns
    assert (Correct().says(told).plain == "And every line is correct.") == differs


def test_a_loss_of_zero_sends_out_no_gradient(default: LeakStory) -> None:
    from dataclasses import replace

    assert default.light is not None
    none = replace(default.light, signal=np.full(9, -np.inf))
    words = Dies().says(replace(default, light=none)).plain
    assert words == "The loss is exactly zero, and no gradient sets out."
    assert not none.light_of_layers.any()


@pytest.mark.parametrize(
    ("depth", "numbers"),
    [
        (9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (3, [1, 2, 3]),
        pytest.param(2000, [1, 2, 5, 14, 39, 104, 278, 746, 2000], marks=pytest.mark.thorough),
    ],
)
def test_the_dial_goes_from_the_shallow_depth_to_the_deep_one(
    depth: int, numbers: list[int]
) -> None:
    changes = {"network.depth": depth, "data.samples": 10, "training.epochs": 1}
    story = LeakStory.of(Experiment().override(changes))
    assert [int(stop.value) for stop in story.stops] == numbers
    assert [story.stops[1].name, story.stops[-1].name] == ["other.depth", "this.depth"]


@pytest.mark.parametrize(
    "changes", [{"network.depth": 2000}, {"network.depth": 2, "network.width": 4096}]
)
def test_extreme_networks_stay_within_the_budget(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[Experiment] = []
    monkeypatch.setattr("scenes.stories.leak.history_of", trained.append)
    LeakStory.of(Experiment().override(changes))
    seconds = [run.training.epochs * epoch_seconds(run, run.data.samples) for run in trained]
    assert len(seconds) == 2
    assert sum(seconds) < 9


def test_the_code_has_the_words_that_are_spoken_of() -> None:
    assert WORDS[BACKWARD] == "backward"
    assert all(re.search(rf"\b{word}\b", CODE[line]) for line, word in WORDS.items())
    assert all(CODE[line].startswith(" ") or "for" in CODE[line] for line in LOOP)
    assert not any(letter.isdigit() for line in CODE for letter in line)
