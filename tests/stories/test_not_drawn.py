"""What films say of weights that are not drawn: no theory, no band of equal draws, no best gain."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from backprop_core import Experiment, InputError
from scenes.beats.saturation.verdict import Verdict
from scenes.stories.gains import kept_gain
from scenes.stories.initialization import InitializationStory
from scenes.stories.learning_speed import LearningSpeedStory
from scenes.stories.remedies import RemediesStory
from scenes.stories.saturation import SaturationStory
from scenes.stories.seen import remedies as seen_remedies
from scenes.stories.vanishing import VanishingStory
from scenes.vanishing import Vanishing
from tests.stories.spoken import said

NOT_DRAWN = ("constant", "zeros")


def of(init: str, **settings: object) -> Experiment:
    network = {"init": init, "depth": 3, "width": 5} | settings
    return Experiment(network=network, data={"samples": 40}, training={"epochs": 2})


@pytest.mark.parametrize("init", NOT_DRAWN)
@pytest.mark.parametrize("depth", [2, 3, 9])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_vanishing_says_what_it_shows_of_them(init: str, depth: int, activation: str) -> None:
    story = VanishingStory.of(of(init, depth=depth, activation=activation))
    beats = {beat.name: beat for beat in Vanishing.beats}
    assert beats["why"].when(story) == (activation == "sigmoid" and init == "constant")
    assert ("exactly zero" in said(Vanishing, story, "axis")) == (init == "zeros")
    for beat in Vanishing.beats:
        if beat.when(story):
            words = f"{beat.says(story).plain} {beat.shows(story).plain}"
            assert not re.search("random|draws", words, re.IGNORECASE), beat.name


def test_weights_of_0_let_nothing_through() -> None:
    story = VanishingStory.of(of("zeros"))
    assert np.isneginf(story.signal[:-1]).all()
    beats = {beat.name: beat for beat in Vanishing.beats}
    assert said(Vanishing, story, "weights") == "These weights let nothing through."
    assert beats["weights"].shows(story).plain.endswith("at the weights: times 0 exactly.")
    # Nothing gets to the slopes, and nothing can be enlarged.
    assert not beats["slopes"].when(story)
    assert not beats["search"].when(story)
    assert said(Vanishing, story, "dark") == "One. Then it is dark."
    assert said(Vanishing, story, "bars") == "Now draw it as heights."
    assert said(Vanishing, story, "verdict") == "The first layer receives no gradient at all."
    assert beats["slopes"].when(VanishingStory.of(of("constant")))


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
    assert Verdict().says(story).plain.startswith("Weights of zero are stuck")
    assert "zero" not in Verdict().says(SaturationStory.of(of("constant"))).plain


def test_learning_speed_says_that_it_cannot_show_zeros() -> None:
    with pytest.raises(InputError, match=r'^network\.init: got "zeros"; allowed other schemes'):
        LearningSpeedStory.of(of("zeros"))
    assert LearningSpeedStory.of(of("constant")).this.history is not None
