"""Lengths of films, read from their ledgers."""

import json
import os
from pathlib import Path

from backprop_core.experiment.config import Experiment
from scenes.production.request.catalog import default_experiment
from scenes.production.store.durations import length


def ledger(folder: Path, experiment: Experiment, seconds: float, changed: int) -> None:
    folder.mkdir()
    path = folder / "vanishing.json"
    files = {"vanishing.mp4": {"seconds": seconds}}
    path.write_text(json.dumps({"experiment": experiment.model_dump(mode="json"), "files": files}))
    os.utime(path, (changed, changed))


def test_the_newest_of_the_default_counts(tmp_path: Path) -> None:
    default = default_experiment("vanishing")
    assert length("vanishing", tmp_path) is None
    ledger(tmp_path / "other", default.override({"network.depth": 3}), 99.0, 9)
    assert length("vanishing", tmp_path) is None
    ledger(tmp_path / "old", default, 40.0, 1)
    ledger(tmp_path / "new", default.override({"film.theme": "light"}), 50.0, 2)
    ledger(tmp_path / "slow", default.override({"film.pace": 0.7}), 70.0, 3)
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "vanishing.json").write_text('{"files": [')
    (tmp_path / "plain").mkdir()
    plain = {"experiment": default.model_dump(mode="json"), "files": []}
    (tmp_path / "plain" / "vanishing.json").write_text(json.dumps(plain))
    assert length("vanishing", tmp_path) == 50.0
