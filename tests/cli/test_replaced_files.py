"""Files that somebody replaces while a command works with them."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from backprop_core.experiment.config import Experiment
from scenes.cli import gradient_check
from scenes.production.lecture import concat, lecture
from scenes.production.render import plan
from scenes.production.request import catalog
from scenes.production.sweeps import jobs

Backprop = Callable[..., Result]
TINY_FOLDER = Path(__file__).parents[1] / "production"
SEARCHED = os.pathsep.join([str(TINY_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
CONFIG = '[data]\nname = "file"\npath = "mine.npz"\nstandardize = false\n'
SAID = "was changed while it was rendered; run the command again"


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put films of a few seconds in the catalog, in place of the real ones."""
    names = ("Replaced", "Tiny", "Second")
    monkeypatch.setenv("PYTHONPATH", SEARCHED)
    monkeypatch.syspath_prepend(TINY_FOLDER)
    monkeypatch.setattr(catalog, "FILMS", {name.lower(): f"tiny:{name}" for name in names})
    for module in (plan, lecture, jobs):
        monkeypatch.setattr(module, "default_experiment", lambda film: Experiment())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a data file, with a configuration and another data file beside it."""
    path = tmp_path / "mine.npz"
    for value in (2.0, 1.0):
        np.savez(path, x=np.full((6, 3), value), y=np.arange(6) % 2)
        if value == 2:
            path.rename(other(path))
    (tmp_path / "mine.toml").write_text(CONFIG)
    return path


def other(path: Path) -> Path:
    return path.with_name(f"{path.name}.other")


def videos(folder: Path) -> list[Path]:
    return [video for video in folder.rglob("*.mp4") if ".backprop" not in video.parts]


@pytest.mark.usefixtures("tiny")
def test_a_render_says_so_in_a_line_and_ends_with_1(
    backprop: Backprop, path: Path, tmp_path: Path
) -> None:
    words = ("render", "replaced", "--config", "mine.toml", "--quality", "low")
    result = backprop(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == f"replaced: render failed: {path} {SAID}"
    assert videos(tmp_path) == []
    assert backprop(*words).exit_code == 0
    assert "would keep" in backprop(*words, "--dry-run").stdout


@pytest.mark.thorough
@pytest.mark.usefixtures("tiny")
def test_a_sweep_has_no_films_or_numbers_of_two_data_sets(
    backprop: Backprop, path: Path, tmp_path: Path
) -> None:
    sweep = CONFIG.replace("[data]", "[experiment.data]")
    (tmp_path / "mine.toml").write_text(
        f'films = ["tiny", "replaced", "second"]\n[axes]\nseed = [1]\n{sweep}'
    )
    result = backprop("batch", "mine.toml", "--quality", "low", "--jobs", "1")
    assert result.exit_code == 1
    assert "0 rendered, 0 reused, 3 failed" in result.stderr
    with (tmp_path / "media/films/mine/sweep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["film"] for row in rows] == ["tiny", "replaced", "second"]
    assert all(SAID in row["error"] and row["loss"] == "" for row in rows)
    # What was made before that is whole, but not of what lies there now.
    assert [video.name for video in videos(tmp_path)] == ["tiny.mp4"]
    result = backprop("batch", "mine.toml", "--quality", "low", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["counts"] == {"rendered": 3, "reused": 0, "failed": 0}


@pytest.mark.thorough
@pytest.mark.usefixtures("tiny")
def test_a_lecture_is_not_joined_of_what_is_no_longer_so(
    backprop: Backprop, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = concat._made

    def late(*args: Any) -> Any:
        if other(path).exists():
            other(path).replace(path)
        return make(*args)

    monkeypatch.setattr(concat, "_made", late)
    words = ("lecture", "tiny", "second", "--config", "mine.toml", "--quality", "low")
    result = backprop(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    said = f"lecture: the films cannot be joined: {path} {SAID}"
    assert result.stderr.splitlines()[-1] == said
    assert {video.name for video in videos(tmp_path)} == {"tiny.mp4", "second.mp4"}
    assert backprop(*words).exit_code == 0


def test_a_check_is_of_one_data_set(
    backprop: Backprop, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever reads this one finds another number of examples.
    np.savez(f"{path}.new.npz", x=np.ones((4, 3)), y=np.arange(4) % 2)
    Path(f"{path}.new.npz").replace(other(path))
    words = ("check", "--config", "mine.toml", "--set", "network.depth=2", "--json")
    wanted = backprop(*words).stdout
    check = gradient_check.check_gradient

    def then_replaced(experiment: Experiment) -> gradient_check.GradientReport:
        report = check(experiment)
        other(path).replace(path)
        return report

    monkeypatch.setattr(gradient_check, "check_gradient", then_replaced)
    assert backprop(*words).stdout == wanted
    monkeypatch.undo()
    assert json.loads(wanted)["valid"]


@pytest.mark.usefixtures("tiny")
def test_all_films_of_a_command_are_of_one_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("seed = 1\n")
    selection = plan.Selection(config=config)
    load = plan.Selection.experiment

    def then_replaced(chosen: plan.Selection, default: Experiment) -> Experiment:
        experiment = load(chosen, default)
        config.write_text("seed = 2\n")
        return experiment

    monkeypatch.setattr(plan.Selection, "experiment", then_replaced)
    planned = plan.plan(["tiny", "second"], selection, quality="low", format="mp4", output=tmp_path)
    assert [one.job.experiment.seed for one in planned] == [1, 1]
