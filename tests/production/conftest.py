"""A tiny film that the render process can import, too."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backprop_core.experiment.config import Experiment
from scenes.production.render.render import render
from scenes.production.request.job import Job
from scenes.production.store.build import Built
from scenes.production.store.output_paths import Target

Make = Callable[..., Built[Target]]


@pytest.fixture(scope="session", autouse=True)
def _tiny_can_be_imported() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        folder = str(Path(__file__).parent)
        # Behind what is there already, which may say which checkout is tested.
        patch.setenv("PYTHONPATH", folder, prepend=os.pathsep)
        patch.syspath_prepend(folder)
        yield


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that renders a film of `tiny`, low, into tmp_path/films/NAME."""

    def make(film: str = "Tiny", format: str = "mp4", name: str = "default", **options: Any):
        return _make(tmp_path / "films" / name, film, format, **options)

    return make


@pytest.fixture
def made(tmp_path: Path, _rendered_once: Path) -> Path:
    """Return tmp_path/films/default with the files of `Tiny` in it."""
    return shutil.copytree(_rendered_once, tmp_path / "films" / "default")


@pytest.fixture(scope="session")
def _rendered_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered") / "default"
    _make(folder, "Tiny", "mp4")
    return folder


def _make(folder: Path, film: str, format: str, **options: Any) -> Built[Target]:
    clear = options.pop("transparent", False)
    job = Job(f"tiny:{film}", Experiment(**options.pop("fields", {})), "low", format, clear)
    return render(job, Target(folder, job.stem, format, clear), origin="a test", **options)
