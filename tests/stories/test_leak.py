"""What `leak` says is true of the runs that it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backprop_core import Experiment, train
from backprop_core.budget import epoch_seconds
from scenes.leak import Leak
from scenes.stories.leak import BACKWARD, CODE, LeakStory
from scenes.stories.learning import has_learned
from scenes.stories.subject import DEEP, SHALLOW
from tests.stories.spoken import said

LIGHT: dict[str, Any] = {"data.samples": 200, "training.epochs": 3}
CASES: dict[str, dict[str, Any]] = {
    "shallow": {"network.depth": 2},
    "small": {"network.depth": 2, "network.width": 1},
    "overflows": {"network.activation": "relu", "network.init": "he", "network.gain": 3.0},
    "learns": {"network.activation": "tanh", "network.init": "xavier", "network.depth": 3},
    "widths": {"network.widths": [64, 5, 7, 10]},
    "hinge": {"network.loss": "hinge", "network.output": "identity"},
    "softmax": {"network.output": "softmax"},
}


@pytest.fixture(scope="module")
def default() -> LeakStory:
    return LeakStory.of(Experiment())


def sentences(story: LeakStory) -> list[str]:
    return [beat.says(story).plain for beat in Leak.beats]


def test_the_default_is_one_that_learns_and_one_that_does_not(default: LeakStory) -> None:
    assert (default.shallow.depth, default.deep.depth) == (SHALLOW, DEEP)
    assert default.shown == Experiment()  # within the budget as it is
    assert default.shallow.learns
    assert not default.deep.learns
    assert "falls from" in said(Leak, default, "first_run")
    assert "no better than guessing" in said(Leak, default, "second_run")
    assert said(Leak, default, "nothing") == "Nothing in the code says why."


def test_both_runs_are_those_of_the_core(default: LeakStory) -> None:
    deep = train(default.shown)
    shallow = train(default.shown.override({"network.widths": [64, 30, 10]}))
    assert default.deep.history is not None
    assert default.shallow.history is not None
    np.testing.assert_array_equal(default.deep.history.loss, deep.loss)
    np.testing.assert_array_equal(default.shallow.history.loss, shallow.loss)


@pytest.mark.parametrize("case", CASES)
def test_sentences_fit_the_numbers(case: str) -> None:
    story = LeakStory.of(Experiment().override(LIGHT | CASES[case]))
    assert story.shallow.depth == SHALLOW < story.deep.depth
    for run, beat in ((story.shallow, "first_run"), (story.deep, "second_run")):
        if run.history is None:
            assert "leaves the range of floats" in said(Leak, story, beat)
        else:
            words = said(Leak, story, beat)
            assert ("no better than guessing" in words) == (not run.learns)
            first, last = run.history.loss[[0, -1]]
            assert ("falls" in words) == (last < 0.9 * first)
            assert ("rises" in words) == (last > 1.1 * first)
            assert run.loss(-1).plain in words
    both = story.shallow.learns and story.deep.learns
    assert ("Both learn" in said(Leak, story, "nothing")) == both
    neither = not (story.shallow.learns or story.deep.learns)
    assert ("Neither" in said(Leak, story, "nothing")) == neither
    for words in sentences(story):
        assert len(words.split()) <= 16
        assert "{" not in words


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        # At this rate the loss ends higher than it began, and yet most examples are right.
        ({"network.output": "softmax", "training.learning_rate": 50.0}, "rises to 7.25"),
        ({"network.gain": 30.0, "network.depth": 9}, "falls"),
        ({"training.learning_rate": 1e-6}, "stays at"),
    ],
)
def test_falls_rises_and_stays_look_at_the_whole_way(changes: dict[str, Any], word: str) -> None:
    story = LeakStory.of(Experiment().override({"network.depth": 2} | changes))
    beat = "first_run" if story.shown.depth == SHALLOW else "second_run"
    assert word in said(Leak, story, beat)


def test_the_default_falls_once(default: LeakStory) -> None:
    assert "falls once, to 3.25" in said(Leak, default, "second_run")


def test_a_run_is_said_to_learn_only_when_it_does() -> None:
    deep = Experiment().override(LIGHT | {"network.depth": 9})
    assert not has_learned(train(deep), deep)
    shallow = Experiment().override({"network.depth": 2, "training.epochs": 3})
    assert has_learned(train(shallow), shallow)


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


def test_the_code_has_the_line_that_is_spoken_of() -> None:
    assert "backward" in CODE[BACKWARD]
    assert not any(letter.isdigit() for line in CODE for letter in line)
