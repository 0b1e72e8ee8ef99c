"""The band of other draws, and the sentences about it."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_core import Experiment, ensemble
from scenes.stories.vanishing import BAND, FEWEST_FOR_BAND, VanishingStory
from scenes.vanishing import Vanishing

SMALL = {"data.samples": 20, "training.epochs": 1, "network.width": 3, "network.depth": 3}


@pytest.mark.parametrize("seeds", [1, 2, 7, FEWEST_FOR_BAND - 1, FEWEST_FOR_BAND])
def test_the_band_is_what_is_said_of_it(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenes.stories.vanishing.affordable_seeds", lambda *_: seeds)
    story = VanishingStory.of(Experiment().override(SMALL))
    (why,) = [beat for beat in Vanishing.beats if beat.name == "why"]
    shown = why.shows(story).plain
    if seeds == 1:
        # One draw is the network itself.
        assert story.band is None
        assert "band" not in shown
        assert "draw" not in shown
        return
    assert story.band is not None
    profiles = ensemble(story.shown, seeds).log10_signal
    low, high = BAND if seeds >= FEWEST_FOR_BAND else (0, 100)
    assert story.band[0] == pytest.approx(np.percentile(profiles, low, axis=0))
    assert story.band[1] == pytest.approx(np.percentile(profiles, high, axis=0))
    few = f"A band: all of {seeds} random draws."
    many = f"A band: in each layer by itself, {seeds} random draws from 5 to 95 %."
    assert shown.endswith(many if seeds >= FEWEST_FOR_BAND else few)
