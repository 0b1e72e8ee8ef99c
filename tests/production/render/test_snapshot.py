"""Somebody replaces what a film is made from: before, while and after its numbers are computed."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_core.data import datasets
from backprop_core.data.datasets import load_data
from backprop_core.experiment.config import Experiment
from backprop_core.recording import Pass, from_arrays
from scenes.kit.settings import rendering
from scenes.production.process.error_messages import RenderError
from scenes.production.process.worker_client import Progress
from scenes.production.render import render_pipeline
from scenes.production.render.plan import Planned
from scenes.production.render.render import render
from scenes.production.render.snapshot import _write, check_unchanged, take, taken
from scenes.production.request.job import Job
from scenes.production.store.build import Built
from scenes.production.store.output_paths import Target
from scenes.production.sweeps.batch import FAILED, RENDERED, Done, unchanged
from scenes.production.sweeps.jobs import BatchJob
from scenes.production.sweeps.table import Numbers
from tests.production.tiny import Replaced
from tests.selection import quick_cases

ROOT = Path(__file__).parents[3]
Put = Callable[[Path, int], object]


def put_data(path: Path, value: int) -> None:
    np.savez(path, x=np.full((6, 3), float(value)), y=np.arange(6) % 2)


def put_recording(path: Path, value: int) -> None:
    z = [np.full((4, 3), float(value)), np.ones((4, 2))]
    from_arrays(Pass(z=z, delta=z), "sigmoid").save(path)


KINDS: dict[str, Put] = {"data": put_data, "held_out": put_data, "recording": put_recording}


def job_of(kind: str, path: Path, film: str = "Tiny") -> Job:
    if kind == "recording":
        return Job(f"tiny:{film}", Experiment(), "low", recordings=(str(path),))
    data = {"name": "file", "path": str(path), "standardize": False}
    if kind == "held_out":
        first = path.with_name("first.npz")
        put_data(first, 3)
        data |= {"path": str(first), "held_out": str(path)}
    return Job(f"tiny:{film}", Experiment(data=data), "low")


@pytest.fixture(params=quick_cases(KINDS, "data"))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file to film; beside it lies another one, in `.other`."""
    path = tmp_path / "mine.npz"
    for value in (2, 1):
        KINDS[kind](path, value)
        if value == 2:
            path.rename(other(path))
    monkeypatch.setenv("TINY_REPLACED", str(path))
    return path


def other(path: Path) -> Path:
    return path.with_name(f"{path.name}.other")


def filmed(job: Job, tmp_path: Path, **options: Any) -> Built[Target]:
    return render(job, Target(tmp_path / "films", job.stem, "mp4"), origin="a test", **options)


def refused(tmp_path: Path, path: Path, act: Callable[[], object]) -> None:
    """See that an act says that a file was changed, and that no film is there."""
    with pytest.raises(RenderError) as caught:
        act()
    line = f"{path} was changed while it was rendered; run the command again"
    assert str(caught.value) == line
    assert [p.name for p in (tmp_path / "films").glob("[!.]*")] == []


def test_replaced_between_planning_and_the_worker(tmp_path: Path, kind: str, path: Path) -> None:
    job = job_of(kind, path).planned()
    other(path).replace(path)
    refused(tmp_path, path, lambda: filmed(job, tmp_path))
    assert not filmed(job_of(kind, path), tmp_path).reused


def test_replaced_when_the_worker_begins(tmp_path: Path, kind: str, path: Path) -> None:
    def report(progress: Progress) -> None:
        if other(path).exists():
            other(path).replace(path)

    refused(tmp_path, path, lambda: filmed(job_of(kind, path), tmp_path, report=report))


def test_replaced_while_the_numbers_are_computed(tmp_path: Path, kind: str, path: Path) -> None:
    refused(tmp_path, path, lambda: filmed(job_of(kind, path, "Replaced"), tmp_path))
    assert not other(path).exists()


@pytest.mark.parametrize("how", ["replaced", "removed"])
def test_replaced_between_computing_and_publishing(
    tmp_path: Path, kind: str, path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = render_pipeline._finish

    def late(*args: Any) -> Any:
        if how == "replaced":
            other(path).replace(path)
        else:
            path.unlink()
        return finish(*args)

    monkeypatch.setattr(render_pipeline, "_finish", late)
    refused(tmp_path, path, lambda: filmed(job_of(kind, path), tmp_path))


def test_the_old_film_stays_if_the_new_one_is_refused(
    tmp_path: Path, kind: str, path: Path
) -> None:
    old = filmed(job_of(kind, path), tmp_path)
    content = old.target.video.read_bytes()
    job = job_of(kind, path).planned()
    other(path).replace(path)
    with pytest.raises(RenderError, match="was changed"):
        filmed(job, tmp_path, force=True)
    assert old.target.video.read_bytes() == content


def test_a_film_whose_file_did_not_change_is_kept(tmp_path: Path, kind: str, path: Path) -> None:
    other(path).unlink()
    assert not filmed(job_of(kind, path), tmp_path).reused
    copy = shutil.copyfile(path, tmp_path / "copy")
    copy.replace(path)
    os.utime(path, (0, 0))
    assert filmed(job_of(kind, path), tmp_path).reused
    planned = Planned(job_of(kind, path), Target(tmp_path / "films", "tiny", "mp4"), "a test")
    assert planned.current


@pytest.mark.parametrize("kind", ["data"])
def test_plain_manim_takes_its_numbers_from_one_file(
    tmp_path: Path, kind: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('[data]\nname = "file"\npath = "mine.npz"\nstandardize = false\n')
    monkeypatch.setenv("BACKPROP_EXPERIMENT", str(config))
    with rendering(tmp_path / "media", "low", format="png"):
        Replaced().render()
    assert not other(path).exists()


@pytest.mark.parametrize("kind", ["data"])
def test_films_of_a_sweep_that_no_longer_go_together(tmp_path: Path, kind: str, path: Path) -> None:
    job = job_of(kind, path).planned()
    one = BatchJob("0" * 16, "tiny", {}, "default", "a test", job)
    done = Done(one, RENDERED, 1.0)
    assert unchanged([done]) == [done]
    assert job.inputs is not None
    assert Numbers().of(job.experiment, job.inputs.data) is not None
    other(path).replace(path)
    (after,) = unchanged([done])
    assert after.status == FAILED
    assert f"{path} was changed while it was rendered" in str(after.error)
    assert Numbers().of(job.experiment, job.inputs.data) is None


def test_a_job_that_travels_keeps_what_it_was_planned_with(
    tmp_path: Path, kind: str, path: Path
) -> None:
    job = job_of(kind, path).planned()
    sent = Job.from_json(job.as_json())
    assert sent == job
    other(path).replace(path)
    assert sent.keys() == job.keys() != job_of(kind, path).keys()
    with pytest.raises(RenderError, match="was changed"):
        check_unchanged([sent])


PROGRAM = """
import sys
from pathlib import Path
from backprop_core.experiment.config import Experiment
from scenes.production.process.error_messages import RenderError
from scenes.production.render.render import render
from scenes.production.request.job import Job
from scenes.production.store.output_paths import Target
try:
    render(Job("editing:Editing", Experiment(), "low"), Target(Path("films"), "editing", "mp4"),
           origin="a test")
except RenderError as error:
    sys.exit(str(error))
"""
EDITING = """
from pathlib import Path
import scenes
from tiny import Tiny
class Editing(Tiny):
    "Somebody edits a source file while its numbers are computed."
    def compute(self):
        for folder in scenes.__path__:
            with (Path(folder) / "kit" / "theme.py").open("a") as file:
                file.write("# edited\\n")
"""


def test_a_source_file_that_is_edited_meanwhile(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("__pycache__")
    for package in ("backprop_core", "scenes"):
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    (copy / "editing.py").write_text(EDITING)
    searched = os.pathsep.join((str(copy), str(ROOT / "tests" / "production")))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": searched},
        capture_output=True,
        text=True,
        check=False,
    )
    said = "the program, or a package that it draws with, was changed while it was rendered"
    assert (done.returncode, done.stderr) == (1, f"{said}; run the command again\n")
    assert (copy / "scenes" / "kit" / "theme.py").read_text().endswith("# edited\n")
    assert list((tmp_path / "films").glob("[!.]*")) == []


def test_what_a_worker_reads_is_what_lay_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("p,class\n1,oak\n2,ash\n3,elm\n4,oak\n")
    (tmp_path / "b.csv").write_text("p,class\n5,oak\n6,elm\n")
    paths = {"path": str(tmp_path / "a.csv"), "held_out": str(tmp_path / "b.csv")}
    job = Job("tiny:Tiny", Experiment(data={"name": "file", **paths}), "low").planned()
    there = load_data(job.experiment)
    (tmp_path / "private").mkdir()
    sent = take(job, tmp_path / "private")
    for path in paths.values():
        Path(path).write_text("p,class\n7,fir\n8,yew\n")
    monkeypatch.chdir(tmp_path / "private")
    # What this process has loaded already is forgotten.
    datasets._load.cache_clear()
    with taken(sent):
        here = load_data(sent.experiment)
    assert there.held_out is not None
    assert here.held_out is not None
    assert here.held_out.y.tolist() == [2, 1]
    np.testing.assert_array_equal(here.held_out.x, there.held_out.x)
    np.testing.assert_array_equal(here.x, there.x)


def test_a_full_disk_is_named_when_data_are_passed_on() -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        _write(Path("/dev/full"), np.ones(10**6))
    assert caught.value.errno == errno.ENOSPC
