"""Data files that somebody replaces while they are used."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from backprop_core.data.data_files import read_data_file
from backprop_core.data.datasets import load_data
from backprop_core.data.held_files import holding, holding_files, raw_data
from backprop_core.data.resolved import resolve
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.training.history import History
from backprop_core.training.sgd import train, train_many


def put(path: Path, value: float) -> Path:
    """Put a data file in place at one stroke, every input with this value."""
    new = path.with_suffix(".new.npz")
    np.savez(new, x=np.full((6, 3), value), y=np.arange(6) % 2)
    return new.replace(path)


def experiment(path: Path, samples: int = 6) -> Experiment:
    data = {"name": "file", "path": str(path), "samples": samples, "standardize": False}
    return Experiment(data=data, network={"depth": 2, "width": 2}, training={"epochs": 2})


def test_a_held_file_stays_what_it_was(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.npz", 1)
    with holding(str(path)):
        put(path, 2)
        assert (load_data(experiment(path)).x == 1).all()
        assert (load_data(experiment(path, samples=2)).x == 1).all()
        path.unlink()
        assert (resolve(experiment(path, samples=3)).data.x == 1).all()
    put(path, 2)
    assert (load_data(experiment(path)).x == 2).all()


def test_it_is_held_once_and_under_any_spelling(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.npz", 1)
    with holding(f"{tmp_path}//mine.npz"):
        put(path, 2)
        with holding(str(path)):
            assert (raw_data(f"{tmp_path}/./mine.npz").x == 1).all()
        assert (raw_data(str(path)).x == 1).all()


def test_it_is_held_in_the_threads_of_a_training(tmp_path: Path) -> None:
    path, same = put(tmp_path / "mine.npz", 1), put(tmp_path / "same.npz", 1)
    with holding(str(path)):
        put(path, 2)
        (held,) = train_many([experiment(path)])
    (wanted,) = train_many([experiment(same)])
    assert isinstance(held, History)
    assert isinstance(wanted, History)
    np.testing.assert_array_equal(held.loss, wanted.loss)


def test_what_cannot_be_read_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"), holding(str(tmp_path / "none.npz")):
        pass
    with holding(None):
        pass


@pytest.mark.parametrize("name", ["mine.npz", "mine.csv"])
def test_the_digest_is_of_the_bytes_that_are_parsed(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text("a,class\n1,0\n2,1\n", encoding="utf-8")
    else:
        put(path, 1)
    assert read_data_file(str(path)).digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_of_the_same_size_and_time_is_another_one(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.npz", 1)
    status = path.stat()
    assert (load_data(experiment(path)).x == 1).all()
    put(path, 2)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert (load_data(experiment(path)).x == 2).all()


def test_two_targets_of_one_file_are_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("p,one,two\n" + "".join(f"{n / 7},{n % 2},{n % 3}\n" for n in range(12)))
    ones, twos = (experiment(path, 12).override({"data.target": name}) for name in ("one", "two"))
    with holding_files(ones.data):
        path.write_text("p,one,two\n" + "".join(f"{n},{n % 2},{n % 4}\n" for n in range(12)))
        assert (load_data(ones).outputs, load_data(twos).outputs) == (2, 4)
        assert load_data(ones).x[:, 0].max() < 2
    together = train_many([ones, twos])
    for alone, history in zip((ones, twos), together, strict=True):
        assert isinstance(history, History)
        np.testing.assert_allclose(history.loss, train(alone).loss, rtol=1e-12)
