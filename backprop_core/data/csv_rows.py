"""The rows of a table of text: the numbers of their features, and the labels of the target."""

from __future__ import annotations

import math
from itertools import compress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.cells import MISSING_CLASS, is_missing, number, numbers
from backprop_core.data.classes import LABEL_CHARACTERS
from backprop_core.data.csv_columns import Columns
from backprop_core.errors import InputError
from backprop_core.formatting import format_value


class RowReader(Protocol):
    """What `csv.reader` returns."""

    line_num: int

    def __iter__(self) -> RowReader: ...

    def __next__(self) -> list[str]: ...


class Rows:
    """Reads the rows of a table.

    Attributes
    ----------
    labels
        What stands in the column of the target, (examples,).
    """

    def __init__(self, columns: Columns) -> None:
        self.labels: list[str] = []
        self._columns = columns
        self._inputs: list[NDArray[np.float64]] = []
        self._missing: list[str] = []
        """Where values are missing, a line for each row in which one is."""

    def inputs(self) -> NDArray[np.float64]:
        """Return the numbers of all rows, (examples, kept columns)."""
        width = len(self._columns.kept)
        return np.array(self._inputs, dtype=np.float64).reshape(len(self._inputs), width)

    def read(self, rows: RowReader) -> None:
        """Read all rows, the header included.

        Raises
        ------
        InputError
            If one of them holds no example.
        """
        headed = self._columns.layout.headed
        for row in filter(None, rows):
            if headed:
                headed = False
            elif any(map(str.strip, row)):
                _check_size(len(self.labels) + 1, self._columns.layout.columns)
                self._read_row(row, rows.line_num)
        if self._missing:
            count = len(self._missing)
            raise InputError(
                f"{self._missing[0]}; {count:,} row{'s' * (count > 1)} of {len(self.labels):,} "
                f"{'have' if count > 1 else 'has'} no value; fill in or delete, "
                'with pandas: df.dropna().to_csv("clean.csv", index=False)'
            )

    def _read_row(self, row: list[str], line: int) -> None:
        layout = self._columns.layout
        if layout.columns < len(row) <= layout.columns + layout.trailing and not any(
            map(str.strip, row[layout.columns :])
        ):
            del row[layout.columns :]
        if len(row) != layout.columns:
            where = "in the header" if layout.names else "in the first line"
            wider = layout.separator == "," and len(row) > layout.columns
            hint = "; cells with commas in them stand in quotes" * wider
            raise InputError(
                f"line {line}: got {len(row)} cells; allowed {layout.columns}, as {where}{hint}"
            )
        label = self._label(row[self._columns.target], line)
        cells = list(compress(row, self._columns.is_kept))
        found = numbers(cells) if layout.style == "point" else None
        if found is None or math.isnan(sum(found)):
            found = self._with_care(row, line)
        if found is not None and label is not None:
            self._inputs.append(np.array(found))
        self.labels.append(label or "")

    def _with_care(self, row: list[str], line: int) -> list[float] | None:
        """Return the numbers of a row; None if one is missing, which is told at the end."""
        found = []
        for place in self._columns.kept:
            if is_missing(row[place]):
                self._miss(line, self._columns.called(place), row[place])
                return None
            value = number(row[place], self._columns.layout.style)
            if value is None:
                raise InputError(
                    f"line {line}: {self._columns.called(place)}: got {format_value(row[place])}; "
                    f"allowed a number{self._columns.way_out(place)}"
                )
            found.append(value)
        return found

    def _miss(self, line: int, called: str, cell: str) -> None:
        came = f": got {format_value(cell)}" if cell.strip() else " is empty"
        self._missing.append(f"line {line}: {called}{came}")

    def _label(self, cell: str, line: int) -> str | None:
        """Return the label of a row; None if it is missing, which is told at the end."""
        label = cell.strip()
        if len(label) > LABEL_CHARACTERS:
            raise InputError(
                f"line {line}: got a class of {len(label):,} characters; "
                f"allowed at most {LABEL_CHARACTERS}"
            )
        if label.lower() in MISSING_CLASS:
            self._miss(line, f"the target, {self._columns.called(self._columns.target)}", cell)
            return None
        return label


def _check_size(examples: int, columns: int) -> None:
    if examples > caps.EXAMPLES:
        raise InputError(f"got more than {caps.EXAMPLES:,} examples; allowed that many")
    if examples * columns * 8 > caps.DATA_BYTES:
        raise InputError(f"got more than {caps.DATA_BYTES // 8:,} numbers; allowed that many")
