"""A film is the same whoever draws it: Manim, one process or many."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import av
import pytest
from manim.renderer.cairo_renderer import CairoRenderer

from scenes.kit.quality import QUALITIES
from scenes.kit.settings import rendering
from scenes.production.render.drawing.renderer import PIECE
from scenes.production.video.verify import decode
from tests.production.render.drawing.two_ways import Noting, Watching, run
from tests.selection import quick_cases

FILMS = [
    ("tiny", "Tiny", {}),
    ("tiny", "Counting", {}),
    ("tiny", "Sliding", {}),
    ("scenes.saturation", "Saturation", {"network.depth": 2, "network.width": 3}),
]


@pytest.mark.parametrize(("module", "name", "fields"), quick_cases(FILMS, *FILMS[:3]))
def test_pictures_numbers_and_captions_are_those_of_manim(
    tmp_path: Path, module: str, name: str, fields: dict[str, Any]
) -> None:
    film = getattr(import_module(module), name)
    experiment = film.default_experiment().override(fields)
    with rendering(tmp_path, "low"):
        by_manim = run(film, experiment, CairoRenderer(Watching))
        alone = run(film, experiment, Noting(tmp_path, lambda n: True))
        shares = [
            run(film, experiment, Noting(tmp_path, lambda n, k=k: n % 2 == k)) for k in (0, 1)
        ]
    assert alone == by_manim
    assert [share[1:] for share in shares] == [by_manim[1:]] * 2
    assert min(len(share[0]) for share in shares) > 0
    assert shares[0][0] | shares[1][0] == by_manim[0]


def test_a_long_play_is_cut_for_many_to_draw(tmp_path: Path) -> None:
    film = import_module("tiny").Sliding
    with rendering(tmp_path, "low"):
        renderer = Noting(tmp_path, lambda n: True)
        run(film, film.default_experiment(), renderer)
    assert len(renderer.pieces) >= renderer.frames / renderer.camera.frame_rate / (2 * PIECE)


@pytest.mark.thorough
def test_as_many_processes_as_you_like_write_the_same_bytes(make: Any) -> None:
    alone, three, many = (make("Counting", processes=n, name=f"by {n}").target for n in (1, 3, 8))
    for other in (three, many):
        for ours, theirs in zip(
            (alone.video, *alone.sidecars), (other.video, *other.sidecars), strict=True
        ):
            assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.thorough
def test_webm_too(make: Any) -> None:
    alone, two = (make(processes=n, name=f"by {n}", format="webm").target for n in (1, 2))
    assert decode(alone.video).frames == decode(two.video).frames
    assert alone.video.read_bytes() == two.video.read_bytes()


def test_a_beat_begins_with_a_key_frame(made: Path) -> None:
    beats = json.loads((made / "tiny.json").read_text(encoding="utf-8"))["beats"]
    with av.open(str(made / "tiny.mp4")) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    starts = [round(beat["start"] * QUALITIES["low"][1]) for beat in beats]
    # Sooner than a piece would end by itself.
    assert 0 < starts[1] < PIECE * QUALITIES["low"][1]
    assert all(packets[n].is_keyframe for n in starts)
