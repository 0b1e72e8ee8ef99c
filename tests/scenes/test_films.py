"""Every film on very different experiments: layout, rendering, and numbers recomputed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import srt
from manim.renderer.cairo_renderer import CairoRenderer

import backprop_core as core
from backprop_core.experiment.config import Experiment
from backprop_core.recording import Pass, from_arrays
from scenes.kit.film import LAST_PICTURE, Film
from scenes.kit.settings import QUALITIES, rendering
from scenes.production.render.drawing.boxes import Box
from scenes.production.render.drawing.renderer import Renderer
from scenes.production.request.catalog import FILMS, describe
from scenes.production.video.files import join
from scenes.vanishing import Vanishing
from tests.production.render.drawing.two_ways import Noting, Watching, run, told
from tests.scenes.film_probe import faults, probe
from tests.scenes.recompute.again import Again, Document, read_back
from tests.selection import quick_cases

SECONDS = {
    "leak": (40, 70),
    "layer": (48, 70),
    "circuit": (70, 92),
    "saturation": (48, 62),
    "vanishing": (45, 90),
    "learning_speed": (35, 75),
    "initialization": (42, 55),
    "preprocessing": (28, 50),
    "remedies": (45, 75),
    "numerics": (35, 65),
    "landscape": (40, 60),
}
"""How long a film may take, for any experiment."""

RENDERED: dict[str, dict[str, Any]] = {
    "default": {},
    "small": {"network.depth": 2, "network.width": 1},
    "deep": {"network.depth": 60, "network.width": 100},
}
LAID_OUT: dict[str, dict[str, Any]] = {
    "depth 2": {"network.depth": 2},
    "depth 12": {"network.depth": 12},
    "depth 13": {"network.depth": 13},
    "depth 200": {"network.depth": 200},
    "depth 1000": {"network.depth": 1000},
    "width 1000": {"network.width": 1000, "network.depth": 4},
    "widths": {"network.widths": [64, 3, 300, 7, 10], "data.name": "digits"},
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
    "slow": {"film.pace": 0.7, "network.depth": 5},
    "fast": {"film.pace": 1.5, "network.depth": 5},
}  # fmt: skip
DEEP = ("vanishing", "leak", "initialization")
"""Films that `make test` lays out for numbers beyond floats: a stage, code, and charts."""
WORDY = ("leak", "numerics")
"""Films on whose headings the longest title is tried first."""
COMPARED = [("numerics", "default"), ("layer", "default")]
"""Films that `make test` renders: one of charts, one on a stage. `make test-all` renders all."""
LOOK_EVERY = 3
"""Of the frames of a play, the first is looked at and each so many after it: five a second."""
FAR = 300
"""log10 from which on a magnitude is told by its logarithm alone."""
LIGHT_WORK = {"data.samples": 200, "training.epochs": 3}


def told_apart(cases: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Return each film with the cases that it tells apart: those that change what it reads."""
    return [
        (film, case)
        for film in FILMS
        for case, changes in cases.items()
        if not changes or {key.partition(".")[0] for key in changes} & set(describe(film).reads)
    ]


HARDEST = quick_cases(
    told_apart(LAID_OUT),
    *((film, "overflows") for film in DEEP),
    *((film, "long title") for film in WORDY),
)


def film_class(name: str) -> type[Film]:
    module, _, attribute = FILMS[name].partition(":")
    film: type[Film] = getattr(import_module(module), attribute)
    return film


@pytest.mark.parametrize(("film", "case"), HARDEST)
def test_any_network_is_laid_out(film: str, case: str, tmp_path: Path) -> None:
    shown = film_class(film)
    changes = LIGHT_WORK | LAID_OUT[case]
    found = probe(shown, shown.default_experiment().override(changes), tmp_path)
    assert not found.problems
    assert found.film is not None
    every_beat_is_described(found.film)


@pytest.mark.parametrize("film", FILMS)
def test_the_default_is_laid_out_and_computed_again(film: str, tmp_path: Path) -> None:
    shown = film_class(film)
    found = probe(shown, shown.default_experiment(), tmp_path)
    assert not found.problems
    assert found.film is not None
    every_beat_is_described(found.film)
    document = found.film.ledger.document(found.film.about())
    every_number_is_computed_again(document)
    the_text_says_what_the_value_is(document)
    a_zoom_runs_from_one_to_its_end(document)


@pytest.mark.parametrize(
    "changes",
    [
        {"network.depth": 14, "network.width": 1, "network.activation": "relu"},
        {
            "network.depth": 2,
            "network.width": 300,
            "network.gain": 1000.0,
            "network.activation": "relu",
            "network.output": "tanh",
            "network.loss": "quadratic",
            "data.name": "blobs",
        },
    ],
    ids=["0 exactly", "a power with five digits"],
)
def test_wide_numbers_above_the_river_keep_apart(changes: dict[str, Any], tmp_path: Path) -> None:
    changes = {"data.samples": 20, "training.epochs": 2} | changes
    found = probe(Vanishing, Experiment().override(changes), tmp_path)
    assert not found.problems
    assert found.film is not None
    assert "slopes" in [beat.name for beat in found.film.ledger.beats]


def of_sizes(*sizes: float) -> list[Pass]:
    """Return one pass of layers whose gradients have these sizes, and nothing but them."""
    z, delta = [np.zeros((1, 3))] * len(sizes), [np.full((1, 3), size) for size in sizes]
    return [Pass(z=z, delta=delta)]


def of_training() -> list[Pass]:
    """Return three passes of a network with all that can be recorded; the last one explodes."""
    t = core.run(Experiment(network={"depth": 4, "width": 12}, data={"samples": 40}))
    exploding = [50.0**-n * delta for n, delta in enumerate(t.delta)]
    return [
        Pass(z=t.z, delta=delta, step=10 * n, a=t.a[1:], x=t.x, loss=2.0 - 0.1 * n)
        for n, delta in enumerate((t.delta, t.delta, exploding))
    ]


@pytest.mark.parametrize(
    "passes",
    [
        of_training,
        partial(of_sizes, 0.0, 0.0, 0.0),
        partial(of_sizes, 1.0, 1e-4, 1.0),
        partial(of_sizes, 1e3, 30.0, 1.0),
        partial(of_sizes, 0.0, 1e-2, 1.0),
    ],
    ids=["of training", "no gradient", "one dark", "explodes", "exact zero"],
)
def test_a_recording_is_laid_out(passes: Callable[[], list[Pass]], tmp_path: Path) -> None:
    """There is no close-up of a recording, so what stands around the network leaves elsewhere."""
    shown = partial(Vanishing, recorded=[from_arrays(passes(), "sigmoid")])
    found = probe(shown, Vanishing.default_experiment(), tmp_path)  # type: ignore[arg-type]
    assert not found.problems
    assert found.film is not None
    every_beat_is_described(found.film)


@pytest.mark.thorough
@pytest.mark.parametrize("film", [film for film in FILMS if "data" in describe(film).reads])
def test_a_hundred_classes(film: str, tmp_path: Path) -> None:
    shown = film_class(film)
    rng = np.random.default_rng(7)
    data = tmp_path / "hundred.npz"
    np.savez(data, x=rng.normal(size=(300, 12)), y=np.arange(300) % 100)
    changes = {"data.name": "file", "data.path": str(data), "training.epochs": 2}
    found = probe(shown, shown.default_experiment().override(changes), tmp_path)
    assert not found.problems


class Inspecting(Noting):
    """Encodes the pictures that it notes, and looks at what stands in some of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, lambda n: True)
        self.problems: set[str] = set()
        self.looks = 0
        self.scene: Any = None
        self._play = (-1, 0)

    def _write(self, repeat: int, boxes: Sequence[Box]) -> None:
        super()._write(repeat, boxes)
        Renderer._write(self, repeat, boxes)
        if self._play[0] != self.num_plays:
            self._play = (self.num_plays, self.frames)
        if (self.frames - self._play[1]) % LOOK_EVERY == 0:
            beat = self.scene._beat
            self.looks += 1
            self.problems.update(f"{beat}: {problem}" for problem in faults(self.scene))


@pytest.mark.parametrize(("film", "case"), quick_cases(told_apart(RENDERED), *COMPARED))
def test_a_rendered_film(film: str, case: str, tmp_path: Path) -> None:
    """Render a film, low, and hold pictures and files to what they promise."""
    shown = film_class(film)
    with rendering(tmp_path, "low"):
        renderer = Inspecting(tmp_path)
        scene = shown(shown.default_experiment().override(RENDERED[case]), renderer=renderer)
        renderer.scene = scene
        scene.render()
    if case == "default":
        it_is_the_film_that_manim_draws(renderer, scene, tmp_path / "manim")
    # Nothing overlaps or leaves the frame.
    assert renderer.looks > 100
    assert not renderer.problems
    path = renderer.file_writer.movie_file_path
    join(renderer.pieces, path, QUALITIES["low"][1], "a film", ())
    document = json.loads(path.with_suffix(".json").read_text())
    the_video_has_every_frame(scene, path)
    every_number_is_computed_again(document)
    the_text_says_what_the_value_is(document)
    a_zoom_runs_from_one_to_its_end(document)
    beats_follow_each_other_and_leave_time_to_read(scene, path)
    every_beat_is_described(scene)
    it_names_the_picture_that_asks(scene)


def it_is_the_film_that_manim_draws(renderer: Inspecting, film: Film, folder: Path) -> None:
    with rendering(folder, "low"):
        by_manim = run(type(film), film.experiment, CairoRenderer(Watching))
    assert told(film, renderer) == by_manim
    assert renderer.changed_below == []


def the_video_has_every_frame(film: Film, path: Path) -> None:
    height, frame_rate = QUALITIES["low"]
    with av.open(str(path)) as container:
        frames = [frame.height for frame in container.decode(video=0)]
    seconds = film.ledger.beats[-1].end + LAST_PICTURE
    assert set(frames) == {height}
    assert len(frames) == pytest.approx(seconds * frame_rate, abs=1)
    low, high = SECONDS.get(film.about()["film"], (20, 90))
    assert low <= seconds <= high
    if film.experiment == film.default_experiment():
        assert film.seconds == round(seconds)


def every_number_is_computed_again(document: Document) -> None:
    again = Again(document)
    assert len(document["numbers"]) > 10
    for entry in document["numbers"]:
        if entry["name"] in {"z", "scale", "percentile"} or is_a_step(entry):
            continue
        expected = again.value(entry["name"])
        assert (entry["text"] == "inf") == (expected == math.inf), entry
        if entry.get("log10") is None and entry["value"] is not None:
            assert entry["value"] == pytest.approx(expected, rel=1e-9, abs=0), entry
        # Below the smallest normal float what is expected has lost its digits.
        elif entry.get("log10") is not None and expected > np.finfo(float).tiny:
            assert entry["log10"] == pytest.approx(math.log10(expected), abs=1e-9), entry


def is_a_step(entry: dict[str, Any]) -> bool:
    """Tell whether a number is one that the live factor of a zoom showed on its way."""
    return entry["name"] == "zoom" and "label" in entry


def a_zoom_runs_from_one_to_its_end(document: Document) -> None:
    """Hold the steps of a live factor to one direction, and its last one to the whole zoom."""
    steps = [entry for entry in document["numbers"] if is_a_step(entry)]
    if not steps:
        assert "zoom" not in {entry["name"] for entry in document["numbers"]}
        return
    sizes = [entry["log10"] for entry in steps]
    assert len(steps) > 3
    assert sizes == sorted(sizes)
    assert sizes[0] == pytest.approx(0, abs=0.1)
    assert sizes[-1] == pytest.approx(math.log10(Again(document).value("zoom")), abs=1e-9)
    assert {entry["label"] for entry in steps} in ({"enlarged"}, {"shrunk"})


def the_text_says_what_the_value_is(document: Document) -> None:
    for entry in document["numbers"]:
        said, value = read_back(entry["text"]), entry["value"]
        if abs(entry.get("log10") or 0.0) >= FAR:
            continue  # Its value is its logarithm; how that is written is tested with the figures.
        if said is not None and value is not None and entry["name"] != "saturated_below":
            number, half_a_digit = said
            if entry["name"] == "zoom" and "," in entry["text"]:
                # A factor has three digits, and zeros after them.
                half_a_digit = 0.5 * 10 ** (len(f"{number:.0f}") - 3)
            # A count in words is exact: twenty layers are not twenty-one.
            exact = entry["kind"] == "setting" and entry["text"].replace("-", "").isalpha()
            assert abs(number - value) <= (0 if exact else half_a_digit * (1 + 1e-9)), entry


def every_beat_is_described(film: Film) -> None:
    """Hold a film to words for those who do not see it."""
    shown = {entry.beat: entry.text for entry in film.ledger.shown}
    assert list(shown) == [beat.name for beat in film.ledger.beats]
    words = {beat.name: beat.shows(film._story).plain for beat in film.beats_of_story}
    assert list(words) == list(shown)
    for beat, plain in words.items():
        assert plain
        assert shown[beat].startswith(plain)
    alt = film.ledger.alt
    assert alt == film.poster().plain
    assert 60 < len(alt) < 500
    # Nothing is listed twice, and no list is empty.
    assert not re.search(r" ,|,,|\.\.|: *\.|: *$|  ", " ".join([alt, *shown.values()]))


def beats_follow_each_other_and_leave_time_to_read(film: Film, path: Path) -> None:
    beats = film.ledger.beats
    assert [b.start for b in beats[1:]] == [b.end for b in beats[:-1]]
    captions = iter(srt.parse(path.with_suffix(".srt").read_text(encoding="utf-8")))
    for beat in beats:
        assert len(beat.sentence.split()) <= 16
        # A sentence that comes last is on screen from when it is said.
        first = last = next(captions)
        words = first.content.split()
        while len(words) < len(beat.sentence.split()):
            last = next(captions)
            words += last.content.split()
        assert words == beat.sentence.split()
        start, end = first.start.total_seconds(), last.end.total_seconds()
        assert end == pytest.approx(beat.end, abs=0.002)
        assert end - start >= min(6.0, 0.3 * len(beat.sentence.split()))
        # Nothing stands still for longer than it takes to read.
        assert beat.end - beat.pause <= 6.0
    assert next(captions, None) is None


def it_names_the_picture_that_asks(film: Film) -> None:
    asked, last = film.ledger.pictures["question"], film.ledger.pictures["last"]
    assert film.asked_by
    if film.experiment == film.default_experiment():
        assert asked.beat == film.asked_by[0]
    (beat,) = (beat for beat in film.ledger.beats if beat.name == asked.beat)
    assert max(beat.pause, beat.said) <= asked.time <= beat.end
    assert (last.beat, last.time) == (film.ledger.beats[-1].name, film.time)


def test_an_experiment_can_be_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "deep.toml"
    file.write_text("[network]\ndepth = 3\n", encoding="utf-8")
    monkeypatch.setenv("BACKPROP_EXPERIMENT", str(file))
    with rendering(tmp_path, "low", format="png"):
        assert Vanishing().experiment == Experiment().override({"network.depth": 3})
