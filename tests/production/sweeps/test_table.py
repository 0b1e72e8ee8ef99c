"""The table of a sweep, in which no text of the user becomes a formula."""

import csv
import json
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.sweeps.batch import FAILED, RENDERED, Done
from scenes.production.sweeps.jobs import plan_batch
from scenes.production.sweeps.sweep import load_sweep
from scenes.production.sweeps.table import Numbers, write_table

CELLS = {
    "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "a\u001b[31m": r"a\x1b[31m",
    "a\r\nb": r"a\r\nb",
    "\t=1": r"\t=1",
    "\u202e": r"\u202e",
    'a,"b"': 'a,"b"',
    "<b>&": "<b>&",
}


@pytest.mark.parametrize("typed", CELLS, ids=ascii)
def test_words(tmp_path: Path, typed: str) -> None:
    file = tmp_path / "sweep.toml"
    # As JSON writes strings, so does TOML.
    file.write_text(f'films = ["leak"]\n[axes]\n"network.init" = [{json.dumps(typed)}]\n')
    (job,) = plan_batch(load_sweep(file), "low", "mp4")
    assert job.error is not None
    path = write_table(tmp_path, [Done(job, FAILED, 0.0, error=job.error)], Numbers())
    with path.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["network.init"] == CELLS[typed]
    assert row["error"].startswith("network.init: got")
    for written in (path, path.with_suffix(".json")):
        lines = written.read_text(encoding="utf-8").splitlines()
        assert all(line.isprintable() for line in lines)
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert document["jobs"][0]["values"] == {"network.init": typed}


def test_lists_and_switches(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text(
        'films = ["leak"]\n[axes]\n"circuit.inputs" = [[-1.0, 2.0]]\n'
        '"data.standardize" = [false]\n"network.gain" = [-2.0]\n'
    )
    (job,) = plan_batch(load_sweep(file), "low", "mp4")
    path = write_table(tmp_path, [Done(job, FAILED, 0.0, error=job.error)], Numbers())
    with path.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["circuit.inputs"] == "[-1.0, 2.0]"
    assert (row["data.standardize"], row["network.gain"]) == ("false", "-2.0")


def test_the_numbers_of_a_film_are_in_its_row(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text('films = ["leak"]\n[axes]\n"seed" = [1, 2]\n')
    first, second = plan_batch(load_sweep(file), "low", "mp4")
    numbers = [
        {"name": "this.loss[0]", "value": 8.5},
        {"name": "this.loss[-1]", "value": 3.5},
        {"name": "this.loss[-1]", "value": 3.25},
        {"name": "inner.factor[3]", "value": 0.2},
        {"name": "this.accuracy[-1]", "value": None},
        "forged",
    ]
    ledger = first.target(tmp_path).ledger
    ledger.parent.mkdir()
    ledger.write_text(json.dumps({"numbers": numbers}), encoding="utf-8")
    # The second film could not be made.
    done = [Done(first, RENDERED, 1.0, {"seconds": 50.0}), Done(second, FAILED, 0.0, error="why")]
    path = write_table(tmp_path, done, Numbers())
    with path.open(encoding="utf-8", newline="") as stream:
        made, failed = csv.DictReader(stream)
    # Before training, and what the film shows: before and after it.
    assert float(made["loss"]) > 0
    assert (made["this.loss[0]"], made["this.loss[-1]"]) == ("8.5", "3.25")
    assert (failed["this.loss[-1]"], failed["error"]) == ("", "why")
    assert "inner.factor[3]" not in made
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    shown = {"this.loss[0]": 8.5, "this.loss[-1]": 3.25, "inner.factor[3]": 0.2}
    assert [job["shown"] for job in document["jobs"]] == [shown, {}]


def test_a_title_that_cannot_be_set_ends_the_sweep_before_it_begins(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text('films = ["leak"]\n[axes]\n"film.title" = ["One", "\u6f22", "\U0001f600"]\n')
    with pytest.raises(InputError) as error:
        plan_batch(load_sweep(file), "low", "mp4")
    assert [line.partition("; it lacks ")[2] for line in error.value.problems] == [
        "\u6f22 (CJK UNIFIED IDEOGRAPH-6F22)",
        "\U0001f600 (GRINNING FACE)",
    ]
