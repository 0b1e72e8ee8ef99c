"""Films encoded again for slides: smaller, the same pictures, and a key frame at each beat."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from scenes.production.lecture.decks import compact as module
from scenes.production.lecture.decks.compact import compact
from scenes.production.lecture.decks.deck import Deck
from scenes.production.video.files import cut
from tests.production.lecture.decks.conftest import RATE, frames_of


def test_a_film_is_smaller_and_the_same(deck: Deck, tmp_path: Path) -> None:
    film = deck.films[1]
    made = compact(film, tmp_path / "small.mp4")
    assert made == tmp_path / "small.mp4"
    assert made.stat().st_size < film.video.stat().st_size
    for one, other in zip(frames_of(made), frames_of(film.video), strict=True):
        assert np.abs(one.astype(int) - other).mean() < 2
    with av.open(str(made)) as small, av.open(str(film.video)) as large:
        assert small.streams.video[0].average_rate == RATE
        colours = [
            (c.colorspace, c.color_range, c.color_primaries, c.color_trc)
            for c in (each.streams.video[0].codec_context for each in (small, large))
        ]
        assert colours[0] == colours[1]
    # Each beat stands by itself.
    clips = {tmp_path / f"{beat.number}.mp4": beat.frames for beat in film.beats}
    cut(made, clips, RATE)
    for clip, frames in clips.items():
        assert len(frames_of(clip)) == len(frames)


def test_a_film_that_does_not_get_smaller_is_taken_as_it_is(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = deck.films[0]
    monkeypatch.setattr(module, "_OPTIONS", {"preset": "ultrafast", "crf": "0"})
    assert compact(film, tmp_path / "small.mp4") == film.video


def test_a_film_of_other_beats_is_refused(deck: Deck, tmp_path: Path) -> None:
    film = replace(deck.films[0], beats=deck.films[0].beats[:1])
    with pytest.raises(ValueError, match="frames, and its beats have others"):
        compact(film, tmp_path / "small.mp4")
