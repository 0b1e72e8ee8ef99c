"""A command imports only what it needs, so that it starts quickly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenes.kit.quality import QUALITIES
from scenes.production.render.plan import plan
from scenes.production.request.job import Job
from scenes.production.request.selection import Selection
from scenes.production.store.film_files import FilmFiles, film_files
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import publish
from scenes.production.sweeps.jobs import plan_batch, write_specs
from scenes.production.sweeps.sweep import load_sweep
from tests.selection import quick_cases

HEAVY = {
    *("manim", "sklearn", "scipy", "matplotlib", "av", "PIL", "typst", "rich", "numpy"),
    *("pydantic", "pydantic.json_schema", "backprop_core", "importlib.metadata", "multiprocessing"),
}
NUMBERS = {"numpy", "backprop_core"}
MODELS = NUMBERS | {"pydantic", "pydantic.json_schema", "importlib.metadata"}
"""Modules that are imported with the class of experiments, whose schema pydantic builds."""

PROGRAM = """
import sys
from scenes.cli.main import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def heavy_modules(*words: str, **environment: str) -> set[str]:
    """Run the program; return what it has imported of `HEAVY`."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    imported = set(done.stderr.splitlines()[-1].split())
    assert "scenes.cli.main" in imported, done.stderr
    return HEAVY & imported


NEEDED: dict[str, set[str]] = {
    "": set(),
    "--help": set(),
    "--version": {"importlib.metadata"},
    "render --help": set(),
    "lecture --help": set(),
    "gallery --help": set(),
    "batch --help": set(),
    "numbers --help": set(),
    "completion bash": set(),
    "render --no-such-option": NUMBERS,
    "rendr": NUMBERS,
    "render": MODELS,
    "films": MODELS,
    "config presets": MODELS,
    "config new": MODELS,
    "config schema": MODELS,
    "check": MODELS,
    "exercise check --help": set(),
    "exercise new layer -": NUMBERS,
    "exercise check gone.py": MODELS,
    "numbers --json": MODELS,
    "numbers --csv": MODELS,
    "numbers": MODELS | {"rich"},
    "render vanishing --dry-run": MODELS,
    "render leak vanishing --dry-run": MODELS,
    "lecture leak vanishing --dry-run": MODELS,
    "gallery leak vanishing --dry-run": MODELS,
}


@pytest.mark.parametrize(
    "line", quick_cases(NEEDED, "", "rendr", "numbers", "render vanishing --dry-run")
)
def test_a_command_imports_what_it_needs(line: str) -> None:
    assert heavy_modules(*line.split()) <= NEEDED[line]


def test_what_is_heavy_is_seen() -> None:
    assert heavy_modules("numbers", "--set", "data.name=moons") >= {"sklearn", "scipy", "numpy"}


@pytest.mark.parametrize("line", ["numbers --set data.samples=0", "numbers --preset shallow"])
def test_a_choice_is_read_without_more(line: str) -> None:
    assert heavy_modules(*line.split()) <= MODELS | {"rich"}


def put_a_film(job: Job, target: Target, origin: str, folder: Path) -> None:
    """Publish files as of a film that was rendered from this job."""
    folder.mkdir()
    *others, ledger = (folder / name for name in "vpcwtl")
    for file in others:
        file.write_bytes(b"whatever was made")
    ledger.write_text("{}")
    height, fps = QUALITIES[job.quality]
    facts = {"quality": job.quality, "format": job.format, "width": 854, "height": height}
    facts |= {"fps": fps, "frames": fps, "seconds": 1.0}
    target.folder.mkdir(parents=True, exist_ok=True)
    target.state.mkdir(exist_ok=True)
    made = film_files(FilmFiles(*others, ledger, facts), target, job.keys())
    publish(made, target, job.keys(), origin, folder)


def test_a_film_that_is_there_needs_nothing_that_makes_films(tmp_path: Path) -> None:
    (one,) = plan(("leak",), Selection(), quality="low", format="mp4", output=tmp_path / "films")
    put_a_film(one.job, one.target, one.origin, tmp_path / "private")
    line = ("render", "leak", "--quality", "low", "--output", str(tmp_path / "films"))
    assert heavy_modules(*line) <= MODELS
    # Nothing was rendered, which would have taken this file's place.
    assert one.target.video.read_bytes() == b"whatever was made"


def test_a_job_whose_film_is_there_needs_nothing_that_makes_films(tmp_path: Path) -> None:
    sweep = tmp_path / "sweep.toml"
    sweep.write_text('films = ["leak"]\n[axes]\n"network.depth" = [3]\n')
    found = load_sweep(sweep)
    root = tmp_path / "films" / found.name
    (one,) = planned = plan_batch(found, "low", "mp4")
    write_specs(root, planned, str(sweep))
    assert one.job is not None
    put_a_film(one.job, one.target(root), one.origin, tmp_path / "private")
    assert heavy_modules("job", one.hash, "--output", str(tmp_path / "films")) <= MODELS
    assert one.target(root).video.read_bytes() == b"whatever was made"
    listing = ("batch", str(sweep), "--list", "--quality", "low", "--output", str(tmp_path / "new"))
    assert heavy_modules(*listing) <= MODELS


def test_plug_ins_of_pydantic_are_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # They would see all experiments, and looking for them opens every package that is installed.
    (tmp_path / "spy.py").write_text("from pathlib import Path\nPath(__file__ + '.ran').touch()\n")
    about = tmp_path / "spy-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: spy\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[pydantic]\nspy = spy\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    # The program sets it for its process, and a test before this one may have run the program here.
    monkeypatch.delenv("PYDANTIC_DISABLE_PLUGINS", raising=False)
    heavy_modules("config", "schema")
    assert not (tmp_path / "spy.py.ran").exists()
    plain = [sys.executable, "-c", "import backprop_core.experiment.config"]
    subprocess.run(plain, capture_output=True)
    assert (tmp_path / "spy.py.ran").exists()
