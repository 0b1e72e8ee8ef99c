"""Experiments on a DataFrame; with a stand-in for pandas where that is not installed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_core import from_frame, run, train
from backprop_core.data.datasets import load_data
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.recording import Pass, from_arrays

README = Path(__file__).parents[3] / "backprop_core" / "experiment" / "README.md"
NETWORK = {"depth": 2, "width": 4, "output": "softmax"}
COLUMNS: dict[str, list[Any]] = {
    "length": [1.5, 2.0, 2.5, 4.0, 3.5, 3.0],
    "count": [1, 5, 2, 4, 4, 0],
    "ripe": [True, False, True, True, False, False],
    "species": ["pear", "apple", "pear", "fig", "fig", "apple"],
}


class Series:
    """As much of `pandas.Series` as is used."""

    def __init__(self, values: list[Any]) -> None:
        self._values = np.array(values)

    def isna(self) -> np.ndarray:
        missing = [value is None or value != value for value in self._values.tolist()]
        return np.array(missing)

    def to_numpy(self) -> np.ndarray:
        return self._values

    def __len__(self) -> int:
        return len(self._values)


class Frame:
    """As much of `pandas.DataFrame` as is used."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self.columns = list(columns)
        self._columns = list(columns.values())
        self.iloc = self

    def __getitem__(self, place: tuple[slice, int]) -> Series:
        return Series(self._columns[place[1]])

    def __len__(self) -> int:
        return len(self._columns[0]) if self._columns else 0


def pandas_frame(columns: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("pandas").DataFrame(columns)


MAKERS = pytest.mark.parametrize("make", [Frame, pandas_frame])


@MAKERS
def test_a_frame_is_what_its_file_would_be(make: Any, tmp_path: Any) -> None:
    resolved = from_frame(make(COLUMNS), network=NETWORK, training={"epochs": 2})
    path = tmp_path / "same.csv"
    rows = zip(*COLUMNS.values(), strict=True)
    path.write_text("\n".join([",".join(COLUMNS), *(",".join(map(str, row)) for row in rows)]))
    same = Experiment(
        data={"name": "file", "path": str(path)}, network=NETWORK, training={"epochs": 2}
    )
    data = load_data(same)
    assert resolved.widths == (3, 4, 3)
    np.testing.assert_array_equal(resolved.data.x, data.x)
    np.testing.assert_array_equal(resolved.data.y, data.y)
    np.testing.assert_array_equal(run(resolved).a[-1], run(same).a[-1])
    np.testing.assert_array_equal(train(resolved).loss, train(same).loss)


@MAKERS
def test_the_target_of_a_frame_and_its_data_section(make: Any) -> None:
    frame = make({name: COLUMNS[name] for name in ("ripe", "length", "count")})
    resolved = from_frame(frame, "ripe", data={"held_out": 0.5, "standardize": False})
    assert resolved.widths[0] == 2
    assert len(resolved.data.x) == 3
    assert resolved.data.held_out is not None
    given = [tuple(row) for row in zip(COLUMNS["length"], COLUMNS["count"], strict=True)]
    rows = np.vstack([resolved.data.x, resolved.data.held_out.x])
    assert sorted(map(tuple, rows.tolist())) == sorted(given)


@MAKERS
@pytest.mark.parametrize(
    ("changes", "target", "line"),
    [
        (
            {"length": [1.5, None, float("nan"), 4.0, 3.5, 3.0]},
            None,
            'column "length" (0): 2 of 6 rows have no value; fill in or delete them: df.dropna()',
        ),
        ({}, "kind", 'data.target: got "kind", which is no column; allowed length, count, ripe'),
        (
            {},
            "count",
            'column "species" (3): got "pear"; allowed a number in each feature; delete the column',
        ),
        ({"target": [1] * 6}, None, 'column "species" (3) and column "target" (4) are named like'),
    ],
)
def test_frames_that_are_no_examples(
    make: Any, changes: dict[str, list[Any]], target: str | None, line: str
) -> None:
    columns = COLUMNS | changes
    if make is Frame and "length" in changes:
        columns["length"] = [np.nan if value is None else value for value in columns["length"]]
    with pytest.raises(InputError) as caught:
        from_frame(make(columns), target)
    (said,) = caught.value.problems
    assert said.startswith(f"DataFrame: {line}")


@MAKERS
def test_a_frame_without_rows_or_features(make: Any) -> None:
    for columns in ({}, {"a": [1, 2]}, {"a": [], "b": []}, {"id": ["x", "y"], "b": [0, 1]}):
        with pytest.raises(InputError, match=r"^DataFrame: .*allowed at least one"):
            from_frame(make(columns))


def test_the_code_of_the_readme_prints_what_it_says() -> None:
    pytest.importorskip("pandas")
    (code,) = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (shown,) = re.findall(r"print\(.*\)  # (.*)", code)
    assert done.stdout == f"{shown}\n"


@pytest.mark.parametrize("fields", [{"data": "frame"}, {"data": {"name": "file", "path": "frame"}}])
def test_a_frame_in_place_of_a_path_is_told_where_it_goes(fields: dict[str, Any]) -> None:
    frame = pytest.importorskip("pandas").DataFrame(COLUMNS)
    given = {"data": frame if fields["data"] == "frame" else {"name": "file", "path": frame}}
    with pytest.raises(InputError) as caught:
        Experiment(**given)
    (line,) = caught.value.problems
    assert "got a DataFrame; allowed" in line
    assert line.endswith("; from_frame(frame, target, ...) takes one")


def test_a_recording_of_frames_is_one_of_their_numbers() -> None:
    frame = pytest.importorskip("pandas").DataFrame
    z = [np.arange(12.0).reshape(4, 3), np.ones((4, 2))]
    plain = from_arrays([Pass(z=z, delta=z, x=z[0])], "tanh")
    framed = [frame(array) for array in z]
    found = from_arrays([Pass(z=framed, delta=framed, x=framed[0])], "tanh")
    for name, array in plain.arrays().items():
        np.testing.assert_array_equal(found.arrays()[name], array)


def test_kinds_of_columns_that_only_pandas_has() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "a": pandas.array([1, 2, 3, 4], dtype="Int64"),
            "b": np.arange(4.0),
            "c": pandas.Categorical(["u", "v", "u", "v"]),
        }
    )
    resolved = from_frame(frame[::-1], data={"standardize": False})
    assert sorted(map(tuple, resolved.data.x.tolist())) == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert resolved.data.outputs == 2
