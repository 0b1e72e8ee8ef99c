"""A still of each beat."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scenes.production.lecture.decks.deck import Deck
from scenes.production.lecture.decks.pictures import write_pictures
from scenes.production.lecture.decks.stills import stills
from tests.production.lecture.decks.conftest import frames_of


def test_each_beat_has_a_still_of_its_end(deck: Deck, tmp_path: Path) -> None:
    files = write_pictures(deck, tmp_path)
    assert list(files) == [
        "01-leak-01-beat-0.png",
        "01-leak-02-beat-1.png",
        "02-layer-01-beat-0.png",
        "02-layer-02-beat-1.png",
        "02-layer-03-beat-2.png",
    ]
    wanted = [frames_of(film.video)[beat.still] for film in deck.films for beat in film.beats]
    for path, frame in zip(files.values(), wanted, strict=True):
        with Image.open(path) as picture:
            assert (np.asarray(picture) == frame).all()


def test_a_frame_that_is_not_there_is_missed(deck: Deck) -> None:
    video = deck.films[0].video
    last = len(frames_of(video)) - 1
    assert len(list(stills(video, [0, 0, last]))) == 3
    with pytest.raises(ValueError, match=f"has no frame {last + 1}"):
        list(stills(video, [0, last + 1]))
