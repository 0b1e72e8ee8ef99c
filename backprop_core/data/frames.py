"""Experiments on the rows of a pandas DataFrame, without a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.cells import kind_of, style_of
from backprop_core.data.data_files import checked_data
from backprop_core.data.held_files import holding
from backprop_core.data.raw_data import Arrays, RawData
from backprop_core.data.resolved import Resolved, resolve
from backprop_core.data.table_cells import Cells, check_size
from backprop_core.data.table_columns import Columns, as_arrays
from backprop_core.data.taken import listed
from backprop_core.data.taken_files import no_classes
from backprop_core.errors import InputError
from backprop_core.experiment.model import Experiment
from backprop_core.formatting import format_value

Values = NDArray[Any]

_MISSING = "nan"
"""What stands for a value that pandas knows to be missing."""
_TO_PREDICT = (
    'to predict numbers write network={"output": "identity", "loss": "quadratic"}, to take another '
    "column from_frame(frame, target)"
)
_SAMPLE = 200
"""Rows by which columns of words are told from columns of numbers that are written as text."""


def from_frame(frame: Any, target: str | int | None = None, **fields: Any) -> Resolved:
    """Resolve an experiment on the rows of a pandas DataFrame.

    pandas itself is not imported. The index of the frame is left out. Films need a file: write the
    frame by `frame.to_csv("mine.csv", index=False)`.

    Parameters
    ----------
    frame
        A row for each example: columns of numbers, one of which, or one of words, is the class.
        Its columns are read by the rules of a `.csv` file: what numbers the rows is left out.
    target
        The name or the place of the column of the classes, counted from 0; by default it is found
        as in a `.csv` file.
    **fields
        The sections and fields of the `Experiment`; `data` without name, path and target.

    Returns
    -------
    The experiment with its data, which all functions that compute with an experiment take.

    Raises
    ------
    InputError
        If it is no DataFrame, if values are missing, if a feature holds words, if it is not clear
        which column is the target, if that holds a single class, or if a field is wrong.
    """
    if not (hasattr(frame, "iloc") and hasattr(frame, "columns")):
        raise InputError(f"from_frame: got {type(frame).__name__}; allowed a pandas DataFrame")
    if len(frame.columns) < 2 or not len(frame):
        raise InputError(
            f"DataFrame: got shape ({len(frame)}, {len(frame.columns)}); allowed at least one row, "
            "and columns for a feature and the class"
        )
    try:
        raw = _raw(frame, target)
    except InputError as error:
        raise InputError(*(f"DataFrame: {line}" for line in error.problems)) from None
    section = fields.pop("data", {})
    own = [name for name in ("name", "path", "target") if name in section]
    if own:
        raise InputError(
            f"from_frame: data: got {listed(own)}; allowed other fields: the data are the frame, "
            "and the column of the classes is from_frame(frame, target)"
        )
    path = f"DataFrame-{raw.digest[:12]}.csv"
    data = {**section, "name": "file", "path": path}
    experiment = Experiment(data=data, **fields)
    if line := no_classes(raw, experiment, _TO_PREDICT):
        raise InputError(f"DataFrame: {line}")
    with holding(path, raw):
        return resolve(experiment)


def _raw(frame: Any, target: str | int | None) -> RawData:
    found = as_examples(frame, target)
    digest = hashlib.sha256(found.x.tobytes() + found.y.tobytes())
    digest.update("\0".join((*found.features, "", *found.names)).encode("utf-8", "replace"))
    checked = checked_data(found.x, found.y, digest.hexdigest())
    return replace(checked, names=found.names, features=found.features, taken=found.taken)


def as_examples(frame: Any, target: str | int | None) -> Arrays:
    """Read a DataFrame by the rules of a `.csv` file; its numbers are not written as text.

    Raises
    ------
    InputError
        If it holds no examples, in the words in which a file is refused.
    """
    names = [str(name).strip() for name in frame.columns]
    check_size(len(frame), len(names))
    table = [_values(frame.iloc[:, place]) for place in range(len(names))]
    rows = _rows_that_hold(table)
    if len(rows) < len(frame):
        table = [values[rows] for values in table]
    samples = [_texts(values[:_SAMPLE]) for values in table]
    style = style_of(
        cell for n, sample in enumerate(samples) if _is_text(table[n]) for cell in sample
    )
    kinds = [
        kind_of(sample, style) if _is_text(values) else "numbers"
        for values, sample in zip(table, samples, strict=True)
    ]
    columns = Columns.of(names, kinds, style, _typed(target))
    cells = Cells(columns, lambda row: f"row {rows[row]} (counted from 0)")
    labels = [cells.label(cell, row) for row, cell in enumerate(_texts(table[columns.target]))]
    features = [_numbers(cells, place, table[place]) for place in columns.kept]
    cells.check(len(labels), _deletes)
    x = np.column_stack(features) if features else np.empty((len(labels), 0))
    return as_arrays(columns, x, [label or "" for label in labels], (), part=False)


def _typed(target: Any) -> str | int | None:
    """Return a target as a configuration has it; frames may also have numbers of NumPy, tuples."""
    if target is None or isinstance(target, (str, int)):
        return target
    return int(target) if isinstance(target, np.integer) else str(target)


def _values(series: Any) -> Values:
    """Return the numbers of a column, NaN if missing; of another, text as objects."""
    found: Values = series.to_numpy()
    if found.dtype.kind in "biuf":
        return found
    pairs = zip(series, series.isna(), strict=True)
    return np.array([_MISSING if gone else _text(value) for value, gone in pairs], object)


def _text(value: object) -> str:
    # Readers of ARFF and HDF5 files return words as bytes.
    words = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return words.strip()


def _is_text(values: Values) -> bool:
    return values.dtype.kind == "O"


def _texts(values: Values) -> list[str]:
    return [str(value) for value in values.tolist()]


def _rows_that_hold(table: Sequence[Values]) -> NDArray[np.int64]:
    """Return the rows that hold anything: spreadsheets end with rows of nothing."""
    held = np.zeros(len(table[0]), dtype=bool)
    for values in table:
        if held.all():
            break
        held |= ~np.isin(values, ("", _MISSING)) if _is_text(values) else ~np.isnan(values)
    return np.flatnonzero(held if held.any() else ~held)


def _numbers(cells: Cells, place: int, values: Values) -> NDArray[np.float64]:
    """Return the numbers of a feature; those that are missing are told at the end."""
    if _is_text(values):
        found = [cells.number(place, cell, row) for row, cell in enumerate(_texts(values))]
        return np.array(found, dtype=np.float64)
    floats = values.astype(np.float64)
    for row in np.flatnonzero(np.isnan(floats)).tolist():
        cells.number(place, _MISSING, row)
    return floats


def _deletes(cell: str) -> str:
    if cell == _MISSING:
        return "df.dropna()"
    if not cell:
        return 'df.replace(r"^\\s*$", float("nan"), regex=True).dropna()'
    return f'df.replace({format_value(cell)}, float("nan")).dropna()'
