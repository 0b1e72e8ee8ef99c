"""Experiments on the rows of a pandas DataFrame, without a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.classes import Target, of_array, of_labels
from backprop_core.data.csv_target import choose_target, is_index
from backprop_core.data.data_files import checked_data
from backprop_core.data.held_files import holding
from backprop_core.data.raw_data import RawData
from backprop_core.data.resolved import Resolved, resolve
from backprop_core.data.taken import Taken, column_name, listed
from backprop_core.errors import InputError
from backprop_core.experiment.model import Experiment
from backprop_core.formatting import format_value

Values = NDArray[np.generic]


def from_frame(frame: Any, target: str | int | None = None, **fields: Any) -> Resolved:
    """Resolve an experiment on the rows of a pandas DataFrame.

    pandas itself is not imported. The index of the frame is left out. Films need a file: write the
    frame by `frame.to_csv("mine.csv", index=False)`.

    Parameters
    ----------
    frame
        A row for each example: columns of numbers, one of which, or one of words, is the class.
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
        If values are missing, if a feature holds words, if it is not clear which column is the
        target, or if a field is wrong.
    """
    names = [str(name) for name in frame.columns]
    columns = [_values(frame.iloc[:, place], names, place) for place in range(len(names))]
    if len(columns) < 2 or not len(columns[0]):
        raise InputError(
            f"DataFrame: got shape ({len(frame)}, {len(names)}); allowed at least one row, and "
            "columns for a feature and the class"
        )
    try:
        raw = _raw(names, columns, target)
    except InputError as error:
        raise InputError(*(f"DataFrame: {line}" for line in error.problems)) from None
    path = f"DataFrame-{raw.digest[:12]}.csv"
    data = {**fields.pop("data", {}), "name": "file", "path": path}
    experiment = Experiment(data=data, **fields)
    with holding(path, raw):
        return resolve(experiment)


def _values(series: Any, names: Sequence[str], place: int) -> Values:
    """Return the numbers or words of a column, none of which may be missing."""
    missing = int(series.isna().sum())
    if missing:
        raise InputError(
            f"DataFrame: {column_name(names, place)}: {missing} of {len(series)} rows have no "
            "value; fill in or delete them: df.dropna()"
        )
    found: Values = series.to_numpy()
    if found.dtype.kind in "biuf":
        return found
    words = np.array([str(value).strip() for value in found.tolist()], dtype=np.str_)
    try:
        # Numbers that may be missing, but are not, come as objects.
        return words if any(isinstance(v, str) for v in found.tolist()) else found.astype(float)
    except (TypeError, ValueError):
        return words


def _raw(names: Sequence[str], columns: Sequence[Values], target: str | int | None) -> RawData:
    words = [column.dtype.kind == "U" for column in columns]
    choice = choose_target(names, len(names), words, target)
    kept = [
        place
        for place in range(len(names))
        if place != choice.place and not (words[place] and is_index(names, place))
    ]
    for place in kept:
        if words[place]:
            raise InputError(
                f"{column_name(names, place)}: got {format_value(str(columns[place][0]))}; allowed "
                "a number in each feature; delete the column, or of its words make columns of 0 "
                f"and 1: pd.get_dummies(df, columns=[{format_value(names[place])}], dtype=int)"
            )
    if not kept:
        raise InputError("has no column of numbers beside the target; allowed at least one")
    x = np.column_stack([columns[place].astype(np.float64) for place in kept])
    found = _target(columns[choice.place])
    digest = hashlib.sha256(x.tobytes() + np.ascontiguousarray(found.y).tobytes())
    digest.update("\0".join((*names, *found.names)).encode("utf-8", "replace"))
    taken = Taken(
        f"{column_name(names, choice.place)}, {choice.why}",
        found.words,
        f"{len(kept)}: {listed([names[place] for place in kept])}",
        found.notes,
        found.quantity,
    )
    checked = checked_data(x, found.y, digest.hexdigest())
    return replace(checked, names=found.names, features=tuple(names[n] for n in kept), taken=taken)


def _target(column: Values) -> Target:
    if column.dtype.kind == "U":
        return of_labels(column.tolist(), "the target", part=False)
    return of_array(column, part=False)
