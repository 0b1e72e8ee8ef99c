"""The rows of a table of text: the numbers of their features, and the labels of the target."""

from __future__ import annotations

import math
from itertools import compress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.cells import numbers
from backprop_core.data.csv_layout import Layout
from backprop_core.data.table_cells import Cells, check_size
from backprop_core.data.table_columns import Columns
from backprop_core.errors import InputError


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

    def __init__(self, layout: Layout, columns: Columns) -> None:
        self.labels: list[str] = []
        self._layout, self._columns = layout, columns
        self._inputs: list[NDArray[np.float64]] = []
        self._cells = Cells(columns, lambda line: f"line {line}")

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
        headed = self._layout.headed
        for row in filter(None, rows):
            if headed:
                headed = False
            elif any(map(str.strip, row)):
                check_size(len(self.labels) + 1, self._layout.columns)
                self._read_row(row, rows.line_num)
        self._cells.check(
            len(self.labels), lambda _: 'df.dropna().to_csv("clean.csv", index=False)'
        )

    def _read_row(self, row: list[str], line: int) -> None:
        layout = self._layout
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
        label = self._cells.label(row[self._columns.target], line)
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
            value = self._cells.number(place, row[place], line)
            if value is None:
                return None
            found.append(value)
        return found
