"""The columns of a table: which are features, which number the rows, and all in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.cells import Kind, Style, almost_number
from backprop_core.data.classes import FEW, MANY, of_labels
from backprop_core.data.raw_data import Arrays
from backprop_core.data.table_target import CHOSEN, choose_target, is_index
from backprop_core.data.taken import Taken, column_name, listed
from backprop_core.errors import InputError
from backprop_core.formatting import format_value

Floats = NDArray[np.float64]

_MOST_NAMED = 6
"""Most columns of words that are named in a line."""


@dataclass(frozen=True)
class Columns:
    """What the columns of a table are.

    Attributes
    ----------
    names
        The names of the columns, (columns,); empty without a header.
    kinds
        What a column holds, (columns,).
    style
        How cells of text write numbers.
    target, why
        The place of the column of the classes, and why it was taken.
    is_kept
        Whether a column is read as numbers, (columns,).
    """

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    style: Style
    target: int
    why: str
    is_kept: tuple[bool, ...]

    @classmethod
    def of(
        cls, names: Sequence[str], kinds: Sequence[Kind], style: Style, wanted: str | int | None
    ) -> Columns:
        """Choose the target; read as numbers what is not the name of a row.

        Raises
        ------
        InputError
            If it is not clear which column is the target.
        """
        words = [kind == "words" for kind in kinds]
        target, why = choose_target(names, len(kinds), words, wanted)
        kept = [kind == "numbers" or not is_index(names, n) for n, kind in enumerate(kinds)]
        kept[target] = False
        return cls(tuple(names), tuple(kinds), style, target, why, tuple(kept))

    @property
    def kept(self) -> list[int]:
        """The places of the columns that are read as numbers."""
        return [place for place, kept in enumerate(self.is_kept) if kept]

    def called(self, place: int) -> str:
        """Name a column as a person finds it."""
        return column_name(self.names, place)

    def typed(self, place: int) -> str:
        """Write a column as `data.target` takes it."""
        name = self.names[place] if self.names else ""
        return format_value(name) if name else str(place)

    def way_out(self, place: int, cell: str) -> str:
        """Say what to type about a feature of which a cell is no number."""
        almost = almost_number(cell, self.style)
        if almost or self.kinds[place] == "numbers":
            return almost
        if self.kinds[place] == "names":
            return " in each feature; delete the column: almost all of its words differ"
        wordy = [each for each in self.kept if self.kinds[each] == "words"]
        some = wordy if len(wordy) <= _MOST_NAMED else [place]
        target = f", or if it is the class type data.target={self.typed(place)}"
        return (
            " in each feature; delete the column, or of its words make columns of 0 and 1 (pandas: "
            f"pd.get_dummies(df, columns=[{', '.join(map(self.typed, some))}], dtype=int))"
            + target
            * (self.why != CHOSEN)
        )


def as_arrays(
    columns: Columns, x: Floats, labels: Sequence[str], notes: Sequence[str], *, part: bool
) -> Arrays:
    """Return the arrays of a table, without columns that number the rows, and say what they are.

    Parameters
    ----------
    x
        Numbers of the columns that are kept, (examples, kept columns).
    labels
        What stands in the column of the target, (examples,).
    notes
        What else was found that the owner of the table may not expect.
    part
        Whether it is a part of the examples, which may lack classes.

    Raises
    ------
    InputError
        If there is no feature, or if the target holds a single class or is none at all.
    """
    if not columns.kept:
        raise InputError("has no column of numbers beside the target; allowed at least one")
    called, chosen = f"the target, {columns.called(columns.target)}", columns.why == CHOSEN
    target = of_labels(labels, called, style=columns.style, part=part, chosen=chosen)
    if not part and not target.quantity and not target.y.any():
        raise InputError(_single_class(columns, x, labels[0]))
    features = _features(columns, x)
    left = [p for p in range(len(columns.kinds)) if p != columns.target and p not in features]
    other = _other(columns, x) if target.is_doubtful and not chosen else ""
    if len(features) < len(columns.kept):
        x = x[:, np.isin(columns.kept, features)]
    names = tuple(columns.names[place] for place in features) if columns.names else ()
    odd = [place for n, place in enumerate(features) if len(x) > FEW and _differ(x[:, n])]
    said = (
        *notes,
        *(f"{columns.called(place)} is left out: it numbers or names the rows" for place in left),
        *(f"{columns.called(place)} {_ODD}" for place in odd[:3]),
        *target.notes,
    )
    listing = listed(names or [f"column {place}" for place in features])
    taken = Taken(
        f"{columns.called(columns.target)}, {columns.why}",
        target.words,
        f"{len(features):,}: {listing}",
        said,
        target.quantity,
        other,
    )
    return Arrays(x, target.y, target.names, names, taken)


def _features(columns: Columns, x: Floats) -> list[int]:
    """Return the places of the columns that do not only number the rows, or of all if all do."""
    numbering = [
        is_index(columns.names, place) and _differ(x[:, n]) for n, place in enumerate(columns.kept)
    ]
    if all(numbering):
        return columns.kept
    return [place for place, only in zip(columns.kept, numbering, strict=True) if not only]


_ODD = (
    "is taken as a feature, though it holds another whole number in each row; if it only "
    "numbers them, delete it"
)


def _differ(column: Floats) -> bool:
    """Tell whether a column holds whole numbers that all differ."""
    whole = bool(np.isfinite(column).all()) and bool((column == np.floor(column)).all())
    return whole and len(np.unique(column)) == len(column)


def _single_class(columns: Columns, x: Floats, label: str) -> str:
    """Say that all rows are of one class, and which other column may hold the classes."""
    line = (
        f"the target, {columns.called(columns.target)}: got a single class, {format_value(label)}; "
        "allowed at least two"
    )
    return f"{line}; {_other(columns, x) or 'for another column: data.target'}"


def _other(columns: Columns, x: Floats) -> str:
    """Name a column that may rather hold the classes: few whole numbers that count from 0 or 1."""
    for n, place in enumerate(columns.kept):
        values = np.unique(x[:, n])
        counted = values[0] in (0, 1) and np.array_equal(values, values[0] + np.arange(len(values)))
        if counted and 2 <= len(values) <= min(MANY, len(x) / 2):
            found = f"{columns.called(place)} holds {len(values)} classes"
            return f"{found}: data.target={columns.typed(place)}"
    return ""
