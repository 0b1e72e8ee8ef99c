"""The band of other draws, and the sentences about it."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_core import Experiment, ensemble
from scenes.stories.vanishing import BAND, FEWEST_FOR_BAND, VanishingStory

SMALL = {"data.samples": 20, "training.epochs": 1, "network.width": 3, "network.depth": 3}


@pytest.mark.parametrize("seeds", [1, 7, FEWEST_FOR_BAND])
def test_the_band_is_what_is_said_of_it(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenes.stories.vanishing.affordable_seeds", lambda *_: seeds)
    story = VanishingStory.of(Experiment().override(SMALL))
    profiles = ensemble(story.shown, seeds).log10_signal
    low, high = BAND if seeds >= FEWEST_FOR_BAND else (0, 100)
    assert story.band[0] == pytest.approx(np.percentile(profiles, low, axis=0))
    assert story.band[1] == pytest.approx(np.percentile(profiles, high, axis=0))
    said, key = story.other_draws().plain, story.band_key().plain
    assert ("nine in ten" in said) == ("%" in key) == (seeds >= FEWEST_FOR_BAND)
    assert ("no band" in said) == (seeds == 1)
    assert key.startswith(str(seeds))
