"""Every film, for experiments unlike each other: laid out, rendered, and computed again."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from backprop_core.config import Experiment
from scenes.kit.film import LAST_PICTURE, Film
from scenes.kit.settings import QUALITIES, rendering
from scenes.leak import Leak
from scenes.saturation import Saturation
from scenes.vanishing import Vanishing
from tests.scenes.film_probe import probe
from tests.scenes.recompute import Again, read_back

FILMS = (Leak, Saturation, Vanishing)
SECONDS = {Leak: (20, 35), Saturation: (35, 65), Vanishing: (45, 80)}

RENDERED: dict[str, dict[str, Any]] = {
    "default": {},
    "small": {"network.depth": 2, "network.width": 1},
    "deep": {"network.depth": 60, "network.width": 100},
}
LAID_OUT: dict[str, dict[str, Any]] = {
    "depth 12": {"network.depth": 12},
    "depth 13": {"network.depth": 13},
    "depth 200": {"network.depth": 200},
    "depth 1000": {"network.depth": 1000},
    "width 1000": {"network.width": 1000, "network.depth": 4},
    "widths": {"network.widths": [64, 3, 300, 7, 10]},
    "tanh": {"network.activation": "tanh", "network.init": "xavier"},
    "relu": {"network.activation": "relu", "network.init": "he"},
    "leaky": {"network.activation": "leaky_relu", "network.gain": 0.3},
    "linear": {"network.activation": "identity", "network.depth": 3},
    "explodes": {"network.activation": "relu", "network.init": "he", "network.gain": 3.0},
    "overflows": {"network.activation": "relu", "network.depth": 200, "network.init": "he"},
    "holds": {"network.gain": 10.0},
    "saturated": {"network.gain": 1000.0, "network.depth": 3},
    "softmax": {"network.output": "softmax", "data.name": "blobs"},
    "quadratic": {"network.loss": "quadratic", "network.output": "tanh", "data.name": "moons"},
    "hinge": {"network.loss": "hinge", "network.output": "identity", "data.name": "noise"},
    "long title": {"film.title": "A title as long as a title may be, and WIDE: " + "W" * 35},
    "one word": {"film.title": "W" * 80},
    "light": {"film.theme": "light", "network.depth": 5},
    "silent": {"film.narration": False, "network.depth": 5},
}  # fmt: skip
LIGHT_WORK = {"data.samples": 200, "training.epochs": 3}


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("case", RENDERED)
def test_nothing_overlaps_or_leaves_the_frame(film: type[Film], case: str, tmp_path: Path) -> None:
    experiment = film.default_experiment().override(RENDERED[case])
    found = probe(film, experiment, tmp_path)
    assert found.frames > 100
    assert not found.problems


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("case", LAID_OUT)
def test_any_network_is_laid_out(film: type[Film], case: str, tmp_path: Path) -> None:
    changes = LIGHT_WORK | LAID_OUT[case]
    found = probe(film, film.default_experiment().override(changes), tmp_path)
    assert not found.problems


@pytest.mark.parametrize("film", FILMS)
def test_a_hundred_classes(film: type[Film], tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    data = tmp_path / "hundred.npz"
    np.savez(data, x=rng.normal(size=(300, 12)), y=np.arange(300) % 100)
    changes = {"data.name": "file", "data.path": str(data), "training.epochs": 2}
    found = probe(film, film.default_experiment().override(changes), tmp_path)
    assert not found.problems


@pytest.fixture(scope="module", params=[(f, c) for f in FILMS for c in RENDERED], ids=str)
def rendered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Film, Path]:
    """Render a film, low, as Manim does it."""
    film_class, case = request.param
    directory = tmp_path_factory.mktemp("film")
    with rendering(directory, "low"):
        film = film_class(film_class.default_experiment().override(RENDERED[case]))
        film.render()
        return film, film.renderer.file_writer.movie_file_path


@pytest.mark.xdist_group("render")
def test_the_video_has_every_frame(rendered: tuple[Film, Path]) -> None:
    film, path = rendered
    height, frame_rate = QUALITIES["low"]
    with av.open(str(path)) as container:
        frames = [frame.height for frame in container.decode(video=0)]
    seconds = film.ledger.beats[-1].end + LAST_PICTURE
    assert set(frames) == {height}
    assert len(frames) == pytest.approx(seconds * frame_rate, abs=1)
    low, high = SECONDS[type(film)]
    assert low <= seconds <= high
    if film.experiment == film.default_experiment():
        name = film.about()["film"]
        readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
        (row,) = [line for line in readme.splitlines() if f"| `{name}` |" in line]
        assert row.endswith(f"| {seconds:.0f} s |")


@pytest.mark.xdist_group("render")
def test_every_number_is_computed_again(rendered: tuple[Film, Path]) -> None:
    document = json.loads(rendered[1].with_suffix(".json").read_text())
    again = Again(document)
    assert len(document["numbers"]) > 10
    for entry in document["numbers"]:
        if entry["name"] in {"z", "scale", "percentile"}:
            continue
        expected = again.value(entry["name"])
        if entry.get("log10") is None and entry["value"] is not None:
            assert entry["value"] == pytest.approx(expected, rel=1e-9, abs=0), entry
        elif entry.get("log10") is not None and expected > 0:
            assert entry["log10"] == pytest.approx(math.log10(expected), abs=1e-9), entry


@pytest.mark.xdist_group("render")
def test_the_text_says_what_the_value_is(rendered: tuple[Film, Path]) -> None:
    document = json.loads(rendered[1].with_suffix(".json").read_text())
    for entry in document["numbers"]:
        said, value = read_back(entry["text"]), entry["value"]
        if said is not None and value is not None and entry["name"] != "saturated_below":
            number, half_a_digit = said
            assert abs(number - value) <= half_a_digit * (1 + 1e-9), entry


@pytest.mark.xdist_group("render")
def test_beats_follow_each_other_and_leave_time_to_read(rendered: tuple[Film, Path]) -> None:
    film, path = rendered
    beats = film.ledger.beats
    assert [b.start for b in beats[1:]] == [b.end for b in beats[:-1]]
    for beat in beats:
        assert len(beat.sentence.split()) <= 16
        assert beat.end - beat.start >= min(6.0, 0.3 * len(beat.sentence.split()))
        # Nothing stands still for longer than it takes to read.
        assert beat.end - beat.pause <= 6.0
    captions = path.with_suffix(".srt").read_text(encoding="utf-8")
    assert all(beat.sentence in captions for beat in beats)


def test_an_experiment_can_be_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "deep.toml"
    file.write_text("[network]\ndepth = 3\n", encoding="utf-8")
    monkeypatch.setenv("BACKPROP_EXPERIMENT", str(file))
    with rendering(tmp_path, "low", format="png"):
        assert Vanishing().experiment == Experiment().override({"network.depth": 3})
