"""The moving picture at the top of the README consists of beats of a film."""

from pathlib import Path

import av
import numpy as np
import pytest

from scenes.production.posters import write_moving
from scenes.production.render.drawing.encoder import H264, Encoder
from scenes.production.video.files import join
from scenes.production.video.webp import decode_webp
from scenes.words.ledger import write_json

RATE, FRAMES, WIDTH, HEIGHT = 10, 6, 160, 90
GREYS = {"falls": 40, "stands": 120, "rises": 200}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three beats, each in a grey of its own."""
    pieces, seconds = [tmp_path / f"{name}.mp4" for name in GREYS], FRAMES / RATE
    for piece, grey in zip(pieces, GREYS.values(), strict=True):
        encoder = Encoder(piece, H264, WIDTH, HEIGHT, RATE)
        picture = np.full((HEIGHT, WIDTH, 4), (grey, grey, grey, 255), dtype=np.uint8)
        encoder.write(av.VideoFrame.from_ndarray(picture, format="rgba"), FRAMES)
        encoder.close()
    join(pieces, tmp_path / "film.mp4", RATE, "A film", [])
    beats = [
        {"name": name, "start": n * seconds, "end": (n + 1) * seconds}
        for n, name in enumerate(GREYS)
    ]
    write_json(tmp_path / "film.json", {"beats": beats})
    return tmp_path / "film.mp4"


@pytest.mark.parametrize("beats", [("falls", "stands"), ("stands", "rises"), tuple(GREYS)])
def test_the_beats_that_are_named_are_shown(film: Path, beats: tuple[str, ...]) -> None:
    picture = film.with_suffix(".webp")
    write_moving(film, picture, beats)
    shown = decode_webp(picture, RATE)
    assert shown.frames == len(beats) * FRAMES
    grey = np.asarray(shown.last.convert("L")).mean()
    assert grey == pytest.approx(GREYS[beats[-1]], abs=6)


def test_a_beat_that_there_is_not_is_named(film: Path) -> None:
    with pytest.raises(ValueError, match=r"film\.mp4 has no beat sinks"):
        write_moving(film, film.with_suffix(".webp"), ("falls", "sinks"))
