"""What `learning_speed` says is true of the runs that it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from backprop_core import Experiment, InputError, layer_widths, load_data, train, train_many
from backprop_core.budget import FILM_SECONDS, epoch_seconds
from scenes.learning_speed import LearningSpeed
from scenes.stories.learning_speed import SECONDS, LearningSpeedStory
from scenes.stories.milestone import Goal, compared
from scenes.stories.speeds import MIDDLE, SLOW, Course, other_depths
from scenes.stories.subject import DEEP, SHALLOW, at_depth
from scenes.stories.training_run import (
    FEWEST_EXAMPLES,
    MOST_SEEDS,
    affordable_runs,
)

LIGHT: dict[str, Any] = {"network.depth": 5, "data.samples": 100, "training.epochs": 2}
CASES: dict[str, dict[str, Any]] = {
    "shallow": {"network.depth": 2},
    "small": {"network.depth": 2, "network.width": 1},
    "deep": {"network.depth": 12},
    "deepest": {"network.depth": 700, "data.samples": 20, "network.width": 5},
    "one epoch": {"training.epochs": 1},
    "healthy": {"network.activation": "tanh", "network.init": "xavier", "network.depth": 3},
    "relu": {"network.activation": "relu", "network.init": "he", "training.learning_rate": 0.05},
    "overflows": {"network.activation": "identity", "network.gain": 100.0, "network.depth": 30},
    "some overflow": {"network.activation": "relu", "network.init": "he", "network.gain": 3.0},
    "holds": {"network.gain": 10.0},
    "saturated": {"network.gain": 1000.0, "network.depth": 3},
    "softmax": {"network.output": "softmax", "data.name": "blobs"},
    "hinge": {"network.loss": "hinge", "network.output": "identity"},
}


@pytest.fixture(scope="module")
def default() -> LearningSpeedStory:
    return LearningSpeedStory.of(LearningSpeed.default_experiment())


def sentences(story: LearningSpeedStory) -> list[str]:
    this = story.this
    parts = [story.speed]
    if this.history is None:
        parts.append(story.diverges)
    else:
        parts += [story.first_epoch, story.outcome]
        parts += [story.plateau] if this.plateau is not None else []
        parts += [story.wakes] if this.wakes is not None else []
    parts += [story.epochs_lost, story.other_draws, story.goal_key, story.band_key, story.verdict]
    parts += [story.another_depth] if story.other is not None else []
    return [part().plain for part in parts]


def course(first: list[float], last: list[float] | None = None, **changes: Any) -> Course:
    """Return a run of two layers with these speeds."""
    real = train(Experiment().override(LIGHT | {"network.depth": 2, "training.epochs": len(first)}))
    speeds = np.array([first, last or [1.0] * len(first)]).T
    history = replace(real, update_to_weight=speeds)
    given: dict[str, Any] = {"name": "this", "depth": 2, "learns": True, "goal": Goal(None)}
    return Course(**given | {"history": history, "widths": (64, 30, 10)} | changes)


def test_the_default_wakes_and_nine_layers_do_not(default: LearningSpeedStory) -> None:
    assert default.shown == LearningSpeed.default_experiment()  # within the budget as it is
    assert [run.depth for run in default.runs] == [SHALLOW, MIDDLE, DEEP]
    assert default.seeds == len(default.draws) == MOST_SEEDS
    reference, other = default.reference, default.other
    assert reference is not None
    assert other is not None
    assert default.this.learns
    assert default.this.wakes is not None
    assert default.this.is_flat(default.this.plateau or 1)
    assert other.asleep
    assert other.wakes is None
    assert not other.learns
    assert "wakes" in default.wakes().plain
    assert "epochs lost" in default.epochs_lost().plain
    assert "never wakes" in default.another_depth().plain
    assert default.verdict().plain == "The deeper the stack, the slower its first layer starts."


def test_all_runs_are_those_of_the_core(default: LearningSpeedStory) -> None:
    shown = default.shown
    first, *hidden, last = layer_widths(shown)
    for run in default.runs:
        widths = [first, *hidden[:1] * (run.depth - 1), last]
        alone = train(shown.override({"network.widths": widths}))
        np.testing.assert_array_equal(run.measured.loss, alone.loss)
        np.testing.assert_array_equal(10**run.log10_speed, 10 ** np.log10(alone.update_to_weight))


def test_bands_hold_every_draw() -> None:
    story = LearningSpeedStory.of(Experiment().override(LIGHT))
    seeds = range(story.shown.seed, story.shown.seed + story.seeds)
    runs = train_many([story.shown.override({"seed": seed}) for seed in seeds])
    losses = np.array([run.loss for run in runs])  # type: ignore[union-attr]
    np.testing.assert_array_equal(story.loss_band(), [losses.min(axis=0), losses.max(axis=0)])
    for layer in (1, 5):
        speeds = np.array([run.update_to_weight[:, layer - 1] for run in runs])  # type: ignore[union-attr]
        low, high = story.speed_band(layer)
        np.testing.assert_allclose(10**low, speeds.min(axis=0))
        np.testing.assert_allclose(10**high, speeds.max(axis=0))


@pytest.mark.parametrize("case", CASES)
def test_sentences_fit_the_numbers(case: str) -> None:
    story = LearningSpeedStory.of(Experiment().override(LIGHT | CASES[case]))
    for words in sentences(story):
        assert len(words.split()) <= 16
        assert "{" not in words
    this = story.this
    assert ("overflow" in case) == (this.history is None)
    if this.history is None:
        said = story.other_draws().plain
        assert ("All 8 random draws leave" in said) == (not story.draws) == (case == "overflows")
        assert "band" not in said
        return
    speeds = this.measured.update_to_weight
    said = story.first_epoch().plain
    assert ("times as fast" in said) == (
        bool(speeds[0, 0] and speeds[0, -1]) and not 0.5 < speeds[0, 0] / speeds[0, -1] < 2
    )
    assert ("does not move at all" in said) == ((speeds[0, 0] == 0) != (speeds[0, -1] == 0))
    outcome = story.outcome().plain
    assert ("never wakes" in outcome or "hardly moves" in outcome) == (speeds[:, 0].max() < SLOW)
    assert ("falls" in outcome or "bring the loss" in outcome) == this.learns


@pytest.mark.parametrize(
    ("first", "wakes"),
    [
        ([0.001, 0.001, 0.002, 0.02, 0.03], 4),
        ([0.001, 0.0011, 0.0012], None),
        ([0.03, 0.02, 0.01], None),
        ([1e-9, 1e-8, 1e-7], None),
        ([0.0, 0.0, 0.01, 0.02], 3),
        ([0.0, 0.0], None),
        ([0.9, 0.5, 2.0], None),
        ([0.01], None),
    ],
)
def test_a_layer_wakes_halfway_up(first: list[float], wakes: int | None) -> None:
    run = course(first)
    assert run.wakes == wakes
    if wakes is not None:
        least = first[run.slowest - 1]
        gain = run.gain(wakes)
        assert (gain is None) == (least == 0)
        assert gain is None or gain.value == pytest.approx(first[wakes - 1] / least)
        assert (run.plateau is None) == (wakes < 3)


def test_other_depths_of_a_network_with_widths() -> None:
    shown = Experiment().override({"network.widths": [64, 5, 7, 6, 10]})
    widths = [layer_widths(each) for each in other_depths(shown) if each is not None]
    assert widths == [(64, 5, 10), (64, *[5] * 8, 10)]


def test_what_does_not_move_has_no_ratio() -> None:
    assert course([0.1, 0.2]).always_moves
    assert not course([0.1, 0.0]).always_moves
    assert not course([0.1, 0.2], [0.0, 0.1]).always_moves


def test_halfway_is_halfway_from_the_commonest_class() -> None:
    y = np.array([0] * 3 + [1] * 5 + [2] * 2)
    dummy = DummyClassifier(strategy="most_frequent").fit(np.zeros((10, 1)), y)
    assert Goal.of(y).accuracy == pytest.approx((1 + dummy.score(np.zeros((10, 1)), y)) / 2)
    assert Goal.of(np.zeros((10, 2))).accuracy is None


def test_targets_that_are_no_classes_have_a_goal_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 3))
    np.savez(tmp_path / "real.npz", x=x, y=np.c_[x[:, 0], x[:, 1] - x[:, 2]])
    changes = {
        "data.name": "file",
        "data.path": str(tmp_path / "real.npz"),
        "network.loss": "quadratic",
        "network.output": "identity",
        "network.activation": "tanh",
        "network.depth": 2,
        "training.learning_rate": 0.05,
        "training.epochs": 10,
    }
    story = LearningSpeedStory.of(Experiment().override(changes))
    loss = story.this.measured.loss
    assert story.this.reached == int(np.flatnonzero(loss < loss[0] / 2)[0])
    assert "half the first loss" in story.epochs_lost().plain.lower()
    assert all(len(words.split()) <= 16 for words in sentences(story))
    assert not any("guessing" in words or "right" in words for words in sentences(story))


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (11, 1, "takes 2 layers 1 epoch, 5 layers 11: 10 epochs lost."),
        (1, 2, "takes 2 layers 2 epochs, 5 layers 1: 1 epoch fewer."),
        (1, 1, "takes 2 and 5 layers the same 1 epoch."),
        (None, 1, "takes 2 layers 1 epoch; 5 layers never get there."),
        (3, None, "takes 5 layers 3 epochs; 2 layers never get there."),
        (None, None, "Neither 2 nor 5 layers reach 55 % right in 20 epochs."),
    ],
)
def test_two_depths_are_compared(
    here: int | None, there: int | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    this, reference = course([0.1], depth=5), course([0.1], name="reference")
    epochs = {"this": here, "reference": there}
    monkeypatch.setattr(Course, "reached", property(lambda run: epochs[run.name]))
    said = compared(this, reference, Goal(0.55), 20).plain.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert said.endswith(expected)


def test_a_run_that_overflows_is_compared_truly() -> None:
    good, lost = course([0.1], depth=5), course([0.1], depth=5, history=None)
    assert "leaves the range" in compared(good, lost, Goal(0.5), 3).plain
    assert "leaves the range" in compared(lost, lost, Goal(0.5), 3).plain
    assert compared(lost, good, Goal(0.5), 3).plain.startswith("With 5 layers, ")


@pytest.mark.parametrize("depth", [2, 3, 5, 8, 9, 10, 60])
def test_three_depths_are_different(depth: int) -> None:
    others = [
        each for each in other_depths(Experiment().override({"network.depth": depth})) if each
    ]
    depths = [depth, *(each.depth for each in others)]
    assert len(set(depths)) == 3
    assert SHALLOW in depths
    assert any(each >= DEEP for each in depths)


def test_so_wide_that_few_depths_are_allowed() -> None:
    widest = Experiment().override({"network.depth": 2, "network.width": 4096})
    reference, other = other_depths(widest)
    assert reference is not None
    assert reference.depth == 3
    assert other is None
    assert at_depth(widest, [9]) is None
    with pytest.raises(InputError):
        layer_widths(widest.override({"network.depth": 9}))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"training.epochs": 1000},
        {"network.depth": 60, "network.width": 100},
        {"network.depth": 2000},
        {"network.depth": 2, "network.width": 4096},
        {"network.depth": 2, "network.width": 1, "data.samples": 20, "training.epochs": 5000},
    ],
)
def test_any_network_stays_within_the_budget(changes: dict[str, Any]) -> None:
    experiment = LearningSpeed.default_experiment().override(changes)
    others = [each for each in other_depths(experiment) if each is not None]
    shown, seeds = affordable_runs(experiment, others, SECONDS)
    samples = shown.data.samples
    seconds = epoch_seconds(shown, samples, seeds)
    seconds += sum(epoch_seconds(each, samples) for each in others)
    assert seconds * shown.training.epochs <= FILM_SECONDS or samples == FEWEST_EXAMPLES
    assert 1 <= seeds <= MOST_SEEDS
    assert shown.training.epochs <= experiment.training.epochs
    assert len(load_data(shown).x) <= samples
