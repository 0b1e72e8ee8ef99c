"""What films say of weights that are not drawn: no theory, no band of equal draws, no best gain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backprop_core import Experiment, InputError
from scenes.stories.gains import kept_gain
from scenes.stories.initialization import InitializationStory
from scenes.stories.learning_speed import LearningSpeedStory
from scenes.stories.remedies import RemediesStory
from scenes.stories.saturation import SaturationStory
from scenes.stories.seen import remedies as seen_remedies
from scenes.stories.seen import vanishing as seen_vanishing
from scenes.stories.vanishing import VanishingStory

NOT_DRAWN = ("constant", "zeros")


def of(init: str, **settings: object) -> Experiment:
    network = {"init": init, "depth": 3, "width": 5} | settings
    return Experiment(network=network, data={"samples": 40}, training={"epochs": 2})


@pytest.mark.parametrize("init", NOT_DRAWN)
@pytest.mark.parametrize("depth", [2, 3, 9])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_vanishing_leaves_theory_and_band_out(init: str, depth: int, activation: str) -> None:
    story = VanishingStory.of(of(init, depth=depth, activation=activation))
    assert story.theory is None
    assert story.band is None
    assert "Theory is of random weights" in story.logarithmic().plain
    assert story.other_draws().plain.endswith("every seed gives this same network.")
    assert "factor of" in story.measured_points().plain or init == "zeros"
    shown = seen_vanishing.seen(story)
    assert "dashed" not in str(shown["logarithmic"])
    assert "theory" not in seen_vanishing.poster(story).plain


@pytest.mark.parametrize("init", NOT_DRAWN)
def test_biases_that_are_drawn_give_a_band_but_no_theory(init: str) -> None:
    story = VanishingStory.of(of(init, bias_std=0.5))
    assert story.theory is None
    assert story.band is not None
    assert f"{story.seeds} random draws" in story.other_draws().plain


def test_weights_of_0_have_no_other_gain_no_steps_and_let_nothing_through() -> None:
    story = VanishingStory.of(of("zeros"))
    assert np.isneginf(story.signal[:-1]).all()
    assert story.other is None
    assert story.larger_weights().plain == "Another gain changes nothing: weights of 0 stay 0."
    assert story.first_steps is None
    assert story.one_step().plain == "One layer down: these weights let nothing through."
    one_step = seen_vanishing.seen(story)["one_step"]
    assert not isinstance(one_step, str)
    assert "through the weights. In" in one_step.plain
    assert VanishingStory.of(of("constant")).first_steps is not None


@pytest.mark.parametrize("init", NOT_DRAWN)
def test_no_gain_keeps_the_gradient_in_theory(init: str) -> None:
    assert kept_gain(of(init)) is None
    assert kept_gain(of("normal")) is not None


def test_initialization_calls_no_gain_of_zeros_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    story = InitializationStory.of(of("zeros", depth=2))
    assert np.ptp(story.this.losses, axis=0).max() == 0
    assert not story.has_best
    assert "of equal ones it says nothing" in story.theory().plain
    learned = replace(story.this, learned=np.ones_like(story.this.learned))
    for told in (replace(story, this=learned), story):
        assert not told.has_best
        assert "does best" not in told.theory().plain
    assert "the gain makes no difference" in replace(story, this=learned).swept().plain
    monkeypatch.setattr("scenes.stories.initialization.has_learned", lambda *_: True)
    assert story.answer().plain == "All three learn alike: at any gain weights of 0 are 0."


def test_initialization_has_a_best_gain_of_constant_weights() -> None:
    story = InitializationStory.of(of("constant", depth=2))
    learned = replace(story.this, learned=np.ones_like(story.this.learned))
    assert replace(story, this=learned).has_best
    assert "of equal ones it says nothing" in story.theory().plain


@pytest.mark.parametrize("init", NOT_DRAWN)
def test_remedies_compare_with_theory_only_what_is_drawn(init: str) -> None:
    story = RemediesStory.of(of(init))
    own, *others = story.nets
    assert (own.theory, own.log10_chi, own.chi_in_theory, own.draws) == (None,) * 4
    assert all(net.theory is not None and net.draws is not None for net in others)
    assert "of tanh and ReLU" in story.draws().plain
    shown = seen_remedies.seen(story)
    chi, draws = shown["chi"], shown["draws"]
    assert not isinstance(chi, str)
    assert chi.plain.startswith("The table gets χ in theory: none, ")
    assert "of each network" not in str(draws)


def test_scaled_weights_of_0_are_not_called_large() -> None:
    story = SaturationStory.of(of("zeros"))
    assert story.verdict().plain.startswith("Weights of 0 stay 0 at any scale")
    assert "Large weights" in SaturationStory.of(of("constant")).verdict().plain


def test_learning_speed_says_that_it_cannot_show_zeros() -> None:
    with pytest.raises(InputError, match=r'^network\.init: got "zeros"; allowed other schemes'):
        LearningSpeedStory.of(of("zeros"))
    assert LearningSpeedStory.of(of("constant")).this.history is not None
