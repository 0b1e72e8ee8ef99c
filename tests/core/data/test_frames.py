"""Experiments on a DataFrame; with a stand-in for pandas where that is not installed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_core import from_frame, run, train
from backprop_core.data.csv_data import read_csv
from backprop_core.data.data_files import checked_data
from backprop_core.data.datasets import load_data
from backprop_core.data.frames import as_examples
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

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values.tolist())


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


def written(columns: dict[str, list[Any]]) -> bytes:
    """Return the table as text."""
    rows = zip(*columns.values(), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]).encode()


ALIKE: dict[str, dict[str, list[Any]]] = {
    "an index": {"Id": list(range(6)), **COLUMNS},
    "an index of words": {"row_id": [f"r{n}" for n in range(6)], **COLUMNS},
    "an id that repeats": {"Id": [1, 1, 2, 2, 3, 3], **COLUMNS},
    "numbers written as words": COLUMNS | {"count": ["1", "5", "2", " 4", "4", "0"]},
    "truth": {"length": COLUMNS["length"], "ripe": COLUMNS["ripe"]},
    "whole floats": COLUMNS | {"species": [1.0, 2.0, 1.0, 3.0, 3.0, 2.0]},
    "a quantity": {"a": list(range(12)), "price": [n + 0.5 for n in range(12)]},
    "many whole numbers": {"a": [0, 1] * 12, "y": [n // 2 * 7 + 1.0 for n in range(48)][:24]},
    "a number for each row": {"a": [n * n for n in range(12)], "kind": [0, 1] * 6},
}


@MAKERS
@pytest.mark.parametrize("kind", ALIKE)
@pytest.mark.parametrize("target", [None, -1])
def test_a_frame_is_taken_as_its_file_is(make: Any, kind: str, target: int | None) -> None:
    asked = read_csv(io.BytesIO(written(ALIKE[kind])), target)
    found = as_examples(make(ALIKE[kind]), target)
    np.testing.assert_array_equal(found.x, asked.x)
    np.testing.assert_array_equal(found.y, asked.y)
    assert (found.names, found.features) == (asked.names, asked.features)
    assert found.taken == asked.taken


def test_what_numbers_the_rows_of_a_frame_is_left_out() -> None:
    found = as_examples(Frame(ALIKE["an index"]), None)
    assert found.features == ("length", "count", "ripe")
    assert found.taken is not None
    assert found.taken.notes == ('column "Id" (0) is left out: it numbers or names the rows',)


REFUSED: dict[str, dict[str, list[Any]]] = {
    "a single class": {"a": [1, 2, 3], "kind": ["u", "u", "u"]},
    "another column": {"kind": [0, 1, 0, 1], "p": [0, 0, 0, 0]},
    "two spellings": {"a": [1, 2, 3], "kind": ["1", "01", "1"]},
    "an infinite class": {"a": [1, 2, 3], "kind": [1.0, 2.0, float("inf")]},
    "an infinite feature": {"a": [1, 2, float("inf")], "kind": [0, 1, 0]},
    "a long class": {"a": [1, 2], "kind": ["u", "v" * 201]},
    "no class": {"a": [1, 2, 3], "kind": ["u", "", "v"]},
    "an unknown class": {"a": [1, 2, 3], "kind": ["u", "N/A", "v"]},
    "an unknown number": {"a": ["1", "?", "3"], "kind": [0, 1, 0]},
    "a column of nothing": {"a": ["", "", ""], "b": [1, 2, 3], "kind": [0, 1, 0]},
    "two things missing in one row": {"a": ["1", "?", "3"], "kind": ["u", "?", "v"]},
    "words in a feature": {"a": ["1", "2", "two"], "kind": [0, 1, 0]},
    "no feature": {"id": ["x", "y"], "kind": ["u", "v"]},
    "doubtful commas": {"a": ["1,234", "2", "3"], "kind": [0, 1, 0]},
}


def checked(text: bytes) -> None:
    arrays = read_csv(io.BytesIO(text))
    checked_data(arrays.x, arrays.y, "digest")


@MAKERS
@pytest.mark.parametrize("kind", REFUSED)
def test_a_frame_is_refused_as_its_file_is(make: Any, kind: str) -> None:
    columns = REFUSED[kind]
    quoted = {
        name: [f'"{value}"' if isinstance(value, str) else value for value in values]
        for name, values in columns.items()
    }
    with pytest.raises(InputError) as asked:
        checked(written(quoted))
    with pytest.raises(InputError) as caught:
        from_frame(make(columns))
    (line,), (same,) = caught.value.problems, asked.value.problems
    # They count the rows as pandas does, and lines as editors do.
    line = re.sub(r"row (\d+) \(counted from 0\)", lambda m: f"line {int(m[1]) + 2}", line)
    way_out = re.compile("with pandas: .*")
    assert way_out.sub("", line) == f"DataFrame: {way_out.sub('', same)}"


@MAKERS
def test_rows_of_nothing_are_no_examples(make: Any) -> None:
    nothing = {name: [*values, None, None] for name, values in COLUMNS.items()}
    numbers = {name: [*COLUMNS[name], np.nan, np.nan] for name in ("length", "count")}
    found = as_examples(make(nothing | numbers), None)
    assert len(found.x) == len(found.y) == 6


@MAKERS
def test_the_way_out_deletes_the_rows_that_have_no_value(make: Any) -> None:
    blank = 'df.replace(r"^\\s*$", float("nan"), regex=True).dropna()'
    one = 'df.replace("?", float("nan")).dropna()'
    for cell, code in (("?", one), (None, "df.dropna()"), (" ", blank)):
        with pytest.raises(InputError) as caught:
            from_frame(make({"a": [1, 2, 3], "kind": ["u", cell, "v"]}))
        assert caught.value.problems[0].endswith(f"; fill in or delete, with pandas: {code}")


@pytest.mark.parametrize("given", [np.ones((3, 2)), [[1, 2], [3, 4]], None, "mine.csv"])
def test_what_is_no_frame(given: Any) -> None:
    with pytest.raises(InputError) as caught:
        from_frame(given)
    (line,) = caught.value.problems
    assert line == f"from_frame: got {type(given).__name__}; allowed a pandas DataFrame"


@MAKERS
@pytest.mark.parametrize(
    ("changes", "target", "line"),
    [
        (
            {"length": [1.5, None, float("nan"), 4.0, 3.5, 3.0]},
            None,
            'row 1 (counted from 0): column "length" (0): got "nan"; 2 rows of 6 have no value; '
            "fill in or delete, with pandas: df.dropna()",
        ),
        ({}, "kind", 'data.target: got "kind", which is no column; allowed length, count, ripe'),
        (
            {},
            "count",
            'row 0 (counted from 0): column "species" (3): got "pear"; allowed a number in each '
            "feature; delete the column",
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


@MAKERS
@pytest.mark.parametrize("target", [np.int64(2), 2, "ripe", -2])
def test_a_target_is_a_name_or_any_whole_number(make: Any, target: Any) -> None:
    frame = make({name: COLUMNS[name] for name in ("length", "count", "ripe")} | {"b": [0] * 6})
    assert as_examples(frame, target).names == ("False", "True")


def test_a_target_of_two_words_is_one_of_two_levels() -> None:
    pandas = pytest.importorskip("pandas")
    names = pandas.MultiIndex.from_tuples([("a", "p"), ("a", "q"), ("b", "kind")])
    frame = pandas.DataFrame([[1, 2, 0], [3, 4, 1], [5, 6, 0]], columns=names)
    assert as_examples(frame, ("b", "kind")).y.tolist() == [0, 1, 0]


def test_the_data_of_a_frame_are_the_frame() -> None:
    with pytest.raises(InputError) as caught:
        from_frame(Frame(COLUMNS), data={"target": "ripe", "samples": 3})
    assert caught.value.problems == (
        "from_frame: data: got target; allowed other fields: the data are the frame, and the "
        "column of the classes is from_frame(frame, target)",
    )


@MAKERS
def test_words_may_be_bytes(make: Any) -> None:
    found = as_examples(make({"a": [1, 2, 3], "kind": [b"u", b"\xc3\xa9 ", b"u"]}), None)
    assert found.names == ("u", "\u00e9")


@MAKERS
def test_numbers_of_a_frame_are_predicted_as_the_line_says(make: Any) -> None:
    frame = make(ALIKE["a quantity"])
    with pytest.raises(InputError) as caught:
        from_frame(frame, network={"depth": 2})
    (line,) = caught.value.problems
    assert line.startswith(
        'DataFrame: the target, column "price" (1), the last column: got 12 diff'
    )
    assert 'network={"output": "identity", "loss": "quadratic"}, to take another column' in line
    network = {"depth": 2, "output": "identity", "loss": "quadratic"}
    assert from_frame(frame, network=network).widths[-1] == 1
