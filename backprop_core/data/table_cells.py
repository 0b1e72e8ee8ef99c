"""The cells of a table, wherever it came from: numbers, labels, and values that are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from backprop_core import caps
from backprop_core.data.cells import MISSING_CLASS, is_missing, number
from backprop_core.data.classes import LABEL_CHARACTERS
from backprop_core.data.table_columns import Columns
from backprop_core.errors import InputError
from backprop_core.formatting import format_value


class Cells:
    """Reads cells; what is missing is told at the end, with how many rows lack a value.

    Parameters
    ----------
    columns
        What the columns are.
    where
        Names a row as a person finds it.
    """

    def __init__(self, columns: Columns, where: Callable[[int], str]) -> None:
        self._columns = columns
        self._where = where
        self._missing: dict[int, tuple[int, str]] = {}
        """Maps each row that lacks a value to the first column that does, and to its cell."""

    def number(self, place: int, cell: str, row: int) -> float | None:
        """Return the number of a feature; None if it is missing.

        Raises
        ------
        InputError
            If the cell holds something else.
        """
        if is_missing(cell):
            self._missing.setdefault(row, (place, cell))
            return None
        value = number(cell, self._columns.style)
        if value is None:
            raise InputError(
                f"{self._where(row)}: {self._columns.called(place)}: got {format_value(cell)}; "
                f"allowed a number{self._columns.way_out(place, cell)}"
            )
        return value

    def label(self, cell: str, row: int) -> str | None:
        """Return what stands in the column of the target; None if it is missing.

        Raises
        ------
        InputError
            If it is too long for the name of a class.
        """
        label = cell.strip()
        if len(label) > LABEL_CHARACTERS:
            raise InputError(
                f"{self._where(row)}: got a class of {len(label):,} characters; "
                f"allowed at most {LABEL_CHARACTERS}"
            )
        if label.lower() in MISSING_CLASS:
            self._missing.setdefault(row, (self._columns.target, cell))
            return None
        return label

    def check(self, rows: int, deletes: Callable[[str], str]) -> None:
        """Raise an InputError if a value was missing.

        Parameters
        ----------
        rows
            How many there are.
        deletes
            Returns the code that deletes the rows that have such a cell.
        """
        if not self._missing:
            return
        first, count = min(self._missing), len(self._missing)
        place, cell = self._missing[first]
        called = self._columns.called(place)
        target = "the target, " * (place == self._columns.target)
        if Counter(place for place, _ in self._missing.values())[place] == rows > 1:
            way = "for another column: data.target" if target else "delete the column"
            raise InputError(f"{target}{called} has no value in any row; {way}")
        came = f": got {format_value(cell)}" if cell.strip() else " is empty"
        raise InputError(
            f"{self._where(first)}: {target}{called}{came}; {count:,} row{'s' * (count > 1)} of "
            f"{rows:,} {'have' if count > 1 else 'has'} no value; fill in or delete, with pandas: "
            f"{deletes(cell)}"
        )


def check_size(examples: int, columns: int) -> None:
    """Raise an InputError if a table has more examples or numbers than allowed."""
    if examples > caps.EXAMPLES:
        raise InputError(f"got more than {caps.EXAMPLES:,} examples; allowed that many")
    if examples * columns * 8 > caps.DATA_BYTES:
        raise InputError(f"got more than {caps.DATA_BYTES // 8:,} numbers; allowed that many")
