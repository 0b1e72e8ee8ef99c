"""Two films of a few seconds in the catalog, and a folder with their lecture."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_core.experiment.config import Experiment
from scenes.cli.main import main
from scenes.production.lecture import lecture
from scenes.production.render import plan
from scenes.production.request import catalog

TINY_FOLDER = Path(__file__).parents[1] / "production"
SEARCHED = os.pathsep.join([str(TINY_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
OPTIONS = ("--quality", "low", "--output", "films")


@pytest.fixture(scope="module", autouse=True)
def tiny() -> Iterator[None]:
    """Put two films of a few seconds in the catalog, in place of the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", SEARCHED)
        patch.syspath_prepend(TINY_FOLDER)
        patch.setattr(catalog, "FILMS", {"tiny": "tiny:Tiny", "second": "tiny:Second"})
        for module in (plan, lecture):
            patch.setattr(module, "default_experiment", default)
        yield


def default(film: str) -> Experiment:
    catalog.reference(film)
    return Experiment()


@pytest.fixture(scope="module")
def joined_once(tmp_path_factory: pytest.TempPathFactory, tiny: None) -> Path:
    folder = tmp_path_factory.mktemp("lecture") / "films"
    words = ["lecture", *OPTIONS[:2], "--output", str(folder)]
    assert CliRunner().invoke(main, words).exit_code == 0
    return folder


@pytest.fixture
def folder(tmp_path: Path, joined_once: Path) -> Path:
    """Return a folder that holds both films and their lecture."""
    return shutil.copytree(joined_once, tmp_path / "films") / "default"
