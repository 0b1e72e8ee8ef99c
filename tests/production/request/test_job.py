"""The keys that decide whether a rendered film is reused."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

import scenes
from backprop_core.experiment.config import Experiment
from scenes.production.request import keys
from scenes.production.request.catalog import FILMS, source_files
from scenes.production.request.inputs import Inputs
from scenes.production.request.job import Job
from scenes.production.request.keys import drawing_sources
from tests.selection import quick_cases


def job(quality: str = "low", format: str = "mp4", **fields: object) -> Job:
    return Job("tiny:Tiny", Experiment(**fields), quality, format)


def test_a_job_survives_its_way_to_another_process() -> None:
    given = job(network={"widths": [64, 8, 10]}, film={"title": "Ä\n"[0]})
    assert Job.from_json(given.as_json()) == given
    assert "\n" not in given.as_json()


def test_a_film_of_the_catalog_travels_as_its_class() -> None:
    sent = Job.from_json(Job("vanishing", Experiment()).as_json())
    assert sent.film == "scenes.vanishing:Vanishing"


def test_equal_jobs_have_equal_keys() -> None:
    assert job().keys() == job(network={"depth": 9}).keys()


OTHERS: dict[str, object] = {
    "seed": 1,
    "dtype": "float32",
    "network.depth": 8,
    "network.width": 31,
    "network.widths": [64, 30, 10],
    "network.activation": "tanh",
    "network.output": "softmax",
    "network.init": "uniform",
    "network.gain": 1.0000000000000002,
    "network.bias_std": 5e-324,
    "network.loss": "quadratic",
    "data.name": "noise",
    "data.path": "another.npz",
    "data.target": "label",
    "data.samples": 999,
    "data.scale": 1.5,
    "data.shift": 0.5,
    "data.standardize": False,
    "data.held_out": 0.25,
    "training.epochs": 31,
    "training.learning_rate": 0.25,
    "training.batch_size": 11,
    "circuit.weights": [2.0, -3.0, -2.0],
    "circuit.inputs": [-1.0, -1.0],
    "film.title": "Another",
    "film.theme": "light",
    "film.narration": False,
    "film.pace": 0.8,
}
"""Another value for each field."""


def fields_of(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields_of(inner, f"{name}.")
        else:
            yield before + name


def test_no_field_is_forgotten_here() -> None:
    assert set(OTHERS) == set(fields_of(Experiment))


@pytest.mark.parametrize("field", OTHERS)
def test_any_changed_field_is_another_content(field: str, tmp_path: Path) -> None:
    base = job()
    if field in {"data.path", "data.target"}:
        base = job(data={"name": "file", "path": str(tmp_path / "one.npz")})
    # Only the path is to differ: both files have the same bytes.
    base = replace(base, inputs=Inputs("the code", data="the bytes"))
    changed = replace(base, experiment=base.experiment.override({field: OTHERS[field]}))
    assert changed.keys().content != base.keys().content


@pytest.mark.parametrize("shape", [{"quality": "4k"}, {"format": "gif"}])
def test_another_size_or_format_is_the_same_content(shape: dict[str, str]) -> None:
    assert job(**shape).keys().content == job().keys().content
    assert job(**shape).keys().video != job().keys().video


def test_a_seed_that_was_chosen_is_another_picture() -> None:
    # It stands on the film, even if it is the one that counts anyway.
    assert job(seed=0).keys().content not in {job().keys().content, job(seed=1).keys().content}


def test_a_better_film_has_one_of_the_keys_that_do_as_well() -> None:
    low, high, best = (job(quality).keys() for quality in ("low", "high", "4k"))
    assert high.video in low.better
    assert high.better == (best.video,)
    assert low.video not in best.better == ()
    assert job("high", "gif").keys().video not in low.better


def test_the_bytes_of_the_data_file_count_and_not_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    fields = {"data": {"name": "file", "path": str(path)}}
    np.savez(path, x=np.zeros((4, 2)), y=np.array([0, 1, 0, 1]))
    before = job(**fields).keys()
    np.savez(path, x=np.ones((4, 2)), y=np.array([0, 1, 0, 1]))
    assert job(**fields).keys().content != before.content


def test_the_bytes_of_a_second_file_count(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        np.savez(tmp_path / name, x=np.zeros((4, 2)), y=np.array([0, 1, 0, 1]))
    paths = {"path": str(tmp_path / "a.npz"), "held_out": str(tmp_path / "b.npz")}
    before = job(data={"name": "file", **paths}).planned()
    assert before.inputs is not None
    assert before.inputs.data == before.inputs.held_out is not None
    np.savez(tmp_path / "b.npz", x=np.ones((4, 2)), y=np.array([0, 1, 0, 1]))
    assert job(data={"name": "file", **paths}).keys().content != before.keys().content


def test_code_and_versions_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "written_here.py"
    monkeypatch.syspath_prepend(tmp_path)
    source.write_text("SPEED = 1\n")
    film = Job("written_here:Film", Experiment())
    before = film.keys()
    source.write_text("SPEED = 2\n")
    changed = film.keys()
    assert changed.content != before.content
    monkeypatch.setattr(keys, "_versions", lambda: {"manim": "99"})
    assert film.keys().content != changed.content


def of_the_project(path: Path) -> str:
    (root,) = (Path(folder) for folder in scenes.__path__)
    return path.relative_to(root.parent).as_posix()


def test_what_draws_counts_and_what_is_made_of_films_does_not() -> None:
    counted = {of_the_project(path) for path in drawing_sources()}
    assert {
        "backprop_core/passes/backward.py",
        "scenes/words/figures.py",
        "scenes/kit/film.py",
        "scenes/stories/vanishing.py",
        "scenes/production/render/drawing/canvas.py",
        "scenes/production/video/files.py",
        "scenes/production/sidecars/captions.py",
    } <= counted
    rooms = {name.split("/")[2] for name in counted if name.startswith("scenes/production/")}
    assert rooms == {"render", "video", "sidecars"}
    assert not any(name.startswith("scenes/cli/") for name in counted)


CARRIES = ("scenes.production.process", "scenes.production.request", "scenes.production.store")
"""Modules that a worker imports although no picture depends on them."""


@pytest.mark.parametrize("film", quick_cases(FILMS, "vanishing"))
def test_whatever_a_worker_imports_to_draw_a_film_counts(film: str) -> None:
    module = FILMS[film].partition(":")[0]
    code = (
        f"import sys, scenes.production.render.worker, scenes.production.render.render_pipeline,"
        f" {module}\n"
        "for name, found in sorted(sys.modules.items()):\n"
        "    ours = name.split('.')[0] in ('scenes', 'backprop_core')\n"
        "    if ours and getattr(found, '__file__', None):\n"
        "        print(name, found.__file__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    counted = {*drawing_sources(), *source_files(film)}
    imported = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    forgotten = {
        name
        for name, path in imported.items()
        if Path(path) not in counted and not name.startswith(CARRIES)
    }
    assert forgotten <= {"scenes", "scenes.production"}
