"""A lecture of two films of a second or two, drawn in grey, for the tests of slides."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from backprop_core.experiment.config import Experiment
from scenes.production.lecture.decks.deck import Deck, deck_of
from scenes.production.lecture.lecture import Lecture, Part
from scenes.production.render.drawing.encoder import H264, Encoder
from scenes.production.render.plan import Planned
from scenes.production.request.job import Job
from scenes.production.request.keys import file_digest
from scenes.production.store.output_paths import Target
from scenes.production.video.files import join
from scenes.words.ledger import write_json

RATE, WIDTH, HEIGHT = 10, 160, 90
MOVES, STANDS, AFTER = 6, 9, 5
"""Frames of each beat, and of the last picture of a film."""
FILMS = {"leak": ("One falls.", "Why? w < 0 & so on"), "layer": ("Forward.", "Back.", "Both.")}

NUMBERS = [
    {"beat": "beat_0", "name": "bar", "text": "3.26", "kind": "measured", "stands": True},
    {"beat": "beat_0", "name": "mean_factor", "text": "0.25", "kind": "measured", "stands": True},
]
"""Of the first beat of each film; what is shown tells the first of them already."""


def grey(film: int, frame: int) -> np.ndarray:
    """Return what is seen while something moves: no two frames are alike."""
    picture = np.full((HEIGHT, WIDTH, 4), 255, dtype=np.uint8)
    picture[..., :3] = 30 + 90 * film
    picture[:, : 4 + 3 * (frame % 50), :3] = 30 + 4 * frame % 200
    return picture


def draw(path: Path, film: int, sentences: int, pieces: Path) -> int:
    """Draw a film, a piece for each beat; return how many frames it has."""
    made, frames = [], 0
    for beat in range(sentences):
        made.append(pieces / f"{path.stem}-{beat}.mp4")
        encoder = Encoder(made[-1], H264, WIDTH, HEIGHT, RATE)
        for n in range(MOVES):
            encoder.write(av.VideoFrame.from_ndarray(grey(film, frames + n), format="rgba"))
        stands = STANDS + AFTER * (beat == sentences - 1)
        last = av.VideoFrame.from_ndarray(grey(film, frames + MOVES), format="rgba")
        encoder.write(last, stands)
        encoder.close()
        frames += MOVES + stands
    join(made, path, RATE, "A film", [])
    return frames


def ledger(film: str, sentences: tuple[str, ...]) -> dict[str, Any]:
    """Return what a film says of itself."""
    length = (MOVES + STANDS) / RATE
    beats = [
        {
            "name": f"beat_{n}",
            "sentence": sentence,
            "start": n * length,
            "end": (n + 1) * length,
            "pause": n * length + MOVES / RATE,
        }
        for n, sentence in enumerate(sentences)
    ]
    shown = [{"beat": "beat_0", "time": MOVES / RATE, "text": "A bar has grown to 3.26."}]
    about = {"film": film, "subtitle": f"the network of {film}"}
    return {**about, "beats": beats, "shown": shown, "numbers": NUMBERS}


def put_film(folder: Path, number: int, film: str, pieces: Path, experiment: Experiment) -> Part:
    """Put the files of a film in their places, as if it had been rendered."""
    target = Target(folder, film, "mp4")
    frames = draw(target.video, number, len(FILMS[film]), pieces)
    write_json(target.ledger, ledger(film, FILMS[film]))
    facts = {"quality": "low", "format": "mp4", "width": WIDTH, "height": HEIGHT, "fps": RATE}
    facts |= {"frames": frames, "seconds": frames / RATE, "sha256": file_digest(target.video)}
    job = Job(film, experiment, "low").planned()
    return Part(Planned(job, target, "a test"), facts)


@pytest.fixture(scope="session")
def lecture_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Lecture]:
    """Return a function that makes a lecture, of both films or of some, in a new folder."""

    def make(*films: str, **fields: Any) -> Lecture:
        folder, pieces = tmp_path_factory.mktemp("films"), tmp_path_factory.mktemp("pieces")
        experiment = Experiment(film=fields)
        parts = tuple(
            put_film(folder, n, film, pieces, experiment) for n, film in enumerate(films or FILMS)
        )
        return Lecture(parts, {}, Target(folder, "lecture", "mp4"))

    return make


@pytest.fixture(scope="session")
def lecture(lecture_of: Callable[..., Lecture]) -> Lecture:
    """Return a lecture that nobody changes."""
    return lecture_of()


@pytest.fixture(scope="session")
def unspoken(lecture_of: Callable[..., Lecture]) -> Deck:
    """Return slides of films whose pictures do not say the sentences."""
    return deck_of(lecture_of(narration=False))


@pytest.fixture(scope="session")
def deck(lecture: Lecture) -> Deck:
    """Return its slides."""
    return deck_of(lecture)


def change(path: Path, **values: Any) -> None:
    """Change what stands in a JSON file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | values), encoding="utf-8")


def frames_of(path: Path) -> list[np.ndarray]:
    """Decode a video, without the code that is tested."""
    with av.open(str(path)) as container:
        # FFmpeg's flags bicubic, accurate_rnd and full_chroma_int: the colours that browsers show.
        exact = {"format": "rgb24", "interpolation": 0x42004}
        return [frame.reformat(**exact).to_ndarray() for frame in container.decode(video=0)]
