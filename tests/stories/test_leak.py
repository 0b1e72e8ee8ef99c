"""What `leak` says is true of the runs that it shows."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from backprop_core import ACTIVATIONS, Experiment, load_data, run, trace, train
from backprop_core.budget import epoch_seconds
from scenes.beats.leak.drips import DROPS, THREADS, open_below
from scenes.beats.leak.inside import Correct
from scenes.beats.leak.light import Dies
from scenes.beats.leak.slope import Slope
from scenes.kit.theme import THEMES
from scenes.leak import Leak
from scenes.stories.leak import BACKWARD, BATCH, CODE, STEP, WORDS, LeakStory
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
        "It falls to guessing, and stays there.",
        "And every line is correct.",
        "So look inside.",
        "Of the gradient, one part in seventy thousand reaches the first layer.",
        "A sigmoid is never steeper than a quarter.",
        "With its weights, each layer passes on about a quarter. Soon almost nothing is left.",
        "A leaky abstraction: every line is right, yet you must know what is inside.",
    ]


def test_the_subtitle_is_of_both_networks(default: LeakStory) -> None:
    assert default.subtitle().plain.startswith("2 or 9 sigmoid layers, hidden ones of 30 units, ")
    small = LeakStory.of(Experiment().override(LIGHT | {"network.depth": 2}))
    assert small.subtitle().plain.startswith("2 or 9 sigmoid layers, hidden ones of 30 units, ")


@pytest.mark.thorough
def test_both_runs_are_those_of_the_core(default: LeakStory) -> None:
    deep = train(default.shown)
    shallow = train(default.shown.override({"network.widths": [64, 30, 10]}))
    np.testing.assert_array_equal(default.deep.measured.loss, deep.loss)
    np.testing.assert_array_equal(default.shallow.measured.loss, shallow.loss)


def test_what_is_said_of_guessing_is_so(default: LeakStory) -> None:
    y = np.bincount(run(default.shown).y) / len(run(default.shown).y)
    # Ten outputs, each with its own cross-entropy: the best constant answers are the frequencies.
    guess = float(-np.sum(y * np.log(y) + (1 - y) * np.log(1 - y)))
    assert default.guessed == pytest.approx(guess, rel=1e-6)
    assert change(default.deep)[1] == pytest.approx(guess, rel=0.02)


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


def test_only_a_loss_that_is_near_is_said_to_be_that_of_guessing(told: LeakStory) -> None:
    words = said(Leak, told, "second_run")
    if "falls to guessing" in words:
        assert told.guessed is not None
        first, last = change(told.deep)
        assert last == pytest.approx(told.guessed, rel=0.05)
        assert last < first


def test_waves_are_those_of_both_networks_before_and_after_training(default: LeakStory) -> None:
    data = load_data(default.shown)
    for depth, (first, last), told in zip(
        (2, 9), default.waves, (default.shallow, default.deep), strict=True
    ):
        assert first is not None
        assert last is not None
        widths = {"network.widths": [64, *[30] * (depth - 1), 10]}
        untrained = run(default.shown.override(widths)).log10_norm("signal")
        np.testing.assert_array_equal(first.profile, untrained)
        network = told.measured.network
        assert network is not None
        trained = trace(network, data.x, data.y).log10_norm("signal")
        np.testing.assert_array_equal(last.profile, trained)
    assert default.waves[1][0] is default.light


def test_a_run_that_overflows_has_no_wave_after_it() -> None:
    story = LeakStory.of(Experiment().override(LIGHT | RELU | {"network.gain": 3.0}))
    assert story.deep.history is None
    assert story.waves[1][1] is None
    assert story.waves[0][1] is not None


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
        dies = any(part in words for part in ("dies", "one part in", "hardly anything"))
        assert dies == (not lit[0])
        assert ("gets through" in words) == all(lit)
        assert told.dries_up == dies
    if "hardly anything" in words:
        assert signal[-1] - signal[0] >= 12


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
    between = light.left_at(light.depth - 0.5).log10
    assert between == pytest.approx((signal[-2] - signal[-1]) / 2)
    assert light.factor_from(2).value == pytest.approx(10 ** (signal[0] - signal[1]))
    words, mean = beat.says(told).plain, 10 ** ((signal[0] - signal[-1]) / (light.depth - 1))
    assert ("times as large" in words) == (mean > 1 / 0.95)
    assert ("nearly all it gets" in words) == (0.95 <= mean <= 1 / 0.95)
    if "each layer" in words:
        factors = 10 ** (signal[:-1] - signal[1:])
        assert factors.max() <= 2 * factors.min() * (1 + 1e-9)
    assert ("almost nothing is left" in words) == (told.dries_up and mean < 0.95)
    if "a quarter" in words:
        assert 0.2 < mean <= 0.29


def test_the_unit_that_opens_is_the_steepest_of_those_drawn(told: LeakStory) -> None:
    light = told.light
    assert light is not None
    units = range(min(4, told.widths[1][-2]))
    unit, z = light.steepest_of(units)
    layer = light.depth - 2
    assert z == light.trace.z[layer][0, unit]
    slopes = light.trace.slope[layer][0, list(units)]
    assert light.trace.slope[layer][0, unit] == slopes.max()


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_what_is_said_of_the_slope_is_so(activation: str) -> None:
    changes = LIGHT | {"network.activation": activation, "network.depth": 3}
    story = LeakStory.of(Experiment().override(changes))
    words, f = Slope().says(story).plain, ACTIVATIONS[activation]
    slopes = f.slope(np.linspace(-30, 30, 1201))
    assert ("a quarter" in words) == (slopes.max() == 0.25)
    assert ("all of it" in words) == (slopes.max() == 1)
    assert ("or nothing" in words) == (set(slopes.tolist()) == {0.0, 1.0})
    assert ("a hundredth" in words) == (slopes.min() == 0.01)
    assert ("less where it bends" in words) == (activation == "tanh")


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
    assert "for" in CODE[BATCH]
    assert all(CODE[line].startswith(" ") for line in (BACKWARD, STEP))
    assert not any(letter.isdigit() for line in CODE for letter in line)


def test_one_drop_falls_for_each_letter_and_between_the_words_of_the_next_line() -> None:
    word = WORDS[STEP]
    assert len(DROPS) == len(THREADS) == len(word)
    first = CODE[BACKWARD].index(word)
    longest = first + int(np.argmax(THREADS))
    assert [n for n in range(first, first + len(word)) if open_below(n)] == [longest]
    assert CODE[STEP][longest] == " "
