"""What `show` makes, keeps, refuses and returns, tested without a notebook."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.production import notebook
from scenes.production.notebook import Screening, show
from scenes.production.process.error_messages import RenderError
from scenes.production.render import plan
from scenes.production.request import catalog
from scenes.production.video.still import picture_at
from tests.production.test_player import Player

TINY = Experiment(network={"depth": 2})
"""The default experiment of the short films."""
MINE = Experiment(film={"title": "Mine & <yours>"})


@pytest.fixture(scope="module", autouse=True)
def _tiny_films_are_in_the_catalog() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("Tiny", "Broken", "Unsuited"):
            patch.setitem(catalog.FILMS, name.lower(), f"tiny:{name}")
        for module in (notebook, plan):
            patch.setattr(module, "default_experiment", lambda film: TINY)
        yield


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebook") / "films"


@pytest.fixture(scope="module")
def shown(output: Path, _tiny_films_are_in_the_catalog: None) -> Screening:
    return show("tiny", MINE, output=output)


def test_what_is_shown_is_what_was_made(shown: Screening, output: Path) -> None:
    assert not shown.reused
    assert repr(shown) == str(shown.video)
    assert shown.video.parent.parent == output
    seen = Player(shown._repr_html_())
    assert seen.embedded("source")[1] == shown.video.read_bytes()
    said = seen.embedded("track")[1].decode()
    assert said.startswith("WEBVTT")
    assert "It turns." in said
    about = json.loads(shown.video.with_suffix(".json").read_text(encoding="utf-8"))
    # It names no beat that asks, so the first one does.
    asked = about["pictures"]["question"]
    assert asked["beat"] == about["beats"][0]["name"]
    shown_then = about["shown"][0]["text"]
    assert seen.tags["video"]["aria-label"] == f"Mine & <yours>. It turns. {shown_then}"
    with Image.open(io.BytesIO(seen.embedded("video", "poster")[1])) as poster:
        assert np.array_equal(poster, picture_at(shown.video, asked["time"]))
    assert about["files"]["tiny.mp4"]["quality"] == "low"


def test_a_film_that_is_there_is_shown_at_once(
    shown: Screening, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenes.production.render import render_pipeline as making

    monkeypatch.setattr(making, "draw", None)
    again = show("tiny", Experiment(film={"title": "Mine & <yours>"}), output=str(output))
    assert again.reused
    assert again.html == shown.html
    # Whatever differs, in whatever way it was said, would be another film, and in another folder.
    with pytest.raises(TypeError):
        show("tiny", MINE, theme="light", output=output)


@pytest.mark.parametrize(
    ("experiment", "theme", "name"),
    [
        (None, None, "notebook"),
        (Experiment(network={"depth": 2}), None, "notebook"),
        (Experiment(network={"depth": 3}), None, "notebook,network.depth=3"),
        (Experiment(), "light", "notebook,network.depth=9,light"),
        (Experiment(network={"widths": [64, 5, 10]}), "dark", None),
    ],
)
def test_a_folder_is_named_after_what_differs_from_the_film_itself(
    experiment: Experiment | None, theme: str | None, name: str | None, output: Path
) -> None:
    planned = notebook._planned("tiny", experiment, "low", theme, output)
    assert name is None or planned.target.folder == output / name
    assert planned.job.experiment.film.theme == (theme or "dark")


def test_where_ipython_is_not_there_it_is_not_needed(shown: Screening, output: Path) -> None:
    code = f"""
import sys
sys.modules["IPython"] = None
from backprop_core import Experiment
from scenes.production.render import render_pipeline
from scenes.production.request import catalog
from scenes.production.notebook import show
catalog.FILMS["tiny"] = "tiny:Tiny"
render_pipeline.draw = None
print(show("tiny", Experiment(film={{"title": "Mine & <yours>"}}), output={str(output)!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{shown.video}\n", "")


@pytest.mark.parametrize(
    ("words", "options", "line"),
    [
        (("vanisching",), {}, 'film: got "vanisching"; allowed .*; did you mean vanishing'),
        ((3,), {}, 'film: got "3"; allowed'),
        (("tiny", {"depth": 3}), {}, "experiment: got dict; allowed an Experiment"),
        (("tiny",), {"quality": "best"}, 'quality: got "best"; allowed low, medium, high, 4k'),
        (("tiny",), {"theme": "blue"}, 'theme: film.theme: got "blue"; allowed dark, light'),
        (("tiny", Experiment(network={"widths": [3, 4, 2]})), {}, "experiment: .*widths"),
        (("unsuited",), {}, "network.loss: got none; allowed some"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_line(
    words: tuple[object, ...], options: dict[str, str], line: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=f"^{line}") as caught:
        show(*words, **options, output=tmp_path / "films")
    assert len(caught.value.problems) == 1
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.rglob("*.mp4"))


def test_a_film_that_fails_says_where_its_log_is(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="nothing to divide by") as caught:
        show("broken", output=tmp_path)
    (note,) = caught.value.__notes__
    (log,) = tmp_path.rglob("*.log")
    assert str(log) in note
