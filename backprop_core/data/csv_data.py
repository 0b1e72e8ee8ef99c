"""Tables as text: examples in rows, one column of which is the class or target."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import BinaryIO, TextIO

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.cells import MISSING_CLASS, is_missing, number, numbers
from backprop_core.data.classes import LABEL_CHARACTERS, Target, of_labels
from backprop_core.data.csv_encoding import check_encoding, not_utf8
from backprop_core.data.csv_layout import Layout, find_layout, is_comment, split_line
from backprop_core.data.csv_target import CHOSEN, Choice, choose_target, is_index
from backprop_core.data.raw_data import Arrays
from backprop_core.data.taken import Taken, column_name, listed
from backprop_core.errors import InputError
from backprop_core.formatting import format_value, reason

LINE_CHARACTERS = 2**18
"""Most characters of one line: about 60 for each of the most columns that are allowed."""
_SAMPLE_LINES, _SAMPLE_CHARACTERS = 200, 2**19
"""Of the beginning of a file, by which its layout is found."""


def read_csv(file: BinaryIO, target: str | int | None = None, *, part: bool = False) -> Arrays:
    """Read the inputs and classes or targets of a table.

    Separator, header and decimal mark are found, and `csv_target.choose_target` says which column
    is the class. Columns that only number the rows are left out. All other cells are numbers.

    Parameters
    ----------
    file
        Text in UTF-8.
    target
        The name or the place of the column of the classes, counted from 0; None if it is to be
        found.
    part
        Whether it is a part of the examples, which may lack classes.

    Raises
    ------
    InputError
        If the file is not UTF-8 text, can be read in two ways, or has lines of unequal or
        excessive length, values that are missing or no numbers, or more than `caps.EXAMPLES` lines.
    """
    start = file.tell()
    check_encoding(file.read(_SAMPLE_CHARACTERS))
    file.seek(start)
    try:
        with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            sample, whole = _sample(text)
            layout = find_layout(sample, whole=whole)
            words = layout.words()
            choice = choose_target(layout.names, layout.columns, words, target)
            text.seek(0)
            table = _Table(layout, choice, words, _kept(layout, choice, words))
            table.read(text)
    except UnicodeDecodeError as error:
        raise not_utf8(error) from None
    except csv.Error as error:
        raise InputError(f"is not a table: {reason(error)}") from None
    if not table.labels:
        raise InputError("has a header and no examples; allowed at least one row below it")
    called = f"the target, {column_name(layout.names, choice.place)}"
    found = of_labels(
        table.labels, called, style=layout.style, part=part, chosen=target is not None
    )
    if not part and not found.quantity and not found.y.any():
        raise InputError(_single_class(called, table))
    return table.arrays(found)


def _lines(text: TextIO) -> Iterator[str]:
    """Yield the lines, of bounded length: a file without line ends would fill the memory."""
    number = 0
    while line := text.readline(LINE_CHARACTERS + 1):
        number += 1
        if len(line) > LINE_CHARACTERS:
            raise InputError(
                f"line {number}: got more than {LINE_CHARACTERS:,} characters; allowed that many"
            )
        yield line


def _sample(text: TextIO) -> tuple[list[str], bool]:
    """Return the first lines, and whether these are all."""
    sample: list[str] = []
    characters = 0
    for line in _lines(text):
        if len(sample) >= _SAMPLE_LINES or (len(sample) > 1 and characters > _SAMPLE_CHARACTERS):
            return sample, False
        sample.append(line)
        characters += len(line)
    return sample, True


def _kept(layout: Layout, choice: Choice, words: Sequence[bool]) -> list[bool]:
    """Tell of each column whether it is read as a feature: not if it names the rows by words."""
    return [
        place != choice.place and not (words[place] and bool(layout.names) and is_index(name))
        for place, name in enumerate(layout.names or [""] * layout.columns)
    ]


@dataclass
class _Table:
    """The rows of a table: numbers of the columns that are kept, and labels of the target."""

    layout: Layout
    choice: Choice
    words: Sequence[bool]
    kept: list[bool]
    inputs: list[NDArray[np.float64]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    _missing: list[str] = field(default_factory=list)
    """Where the first value is missing; then a mark for each row in which one is."""

    def read(self, text: TextIO) -> None:
        """Read all rows.

        Raises
        ------
        InputError
            If one of them holds no example.
        """
        layout = self.layout
        rows = csv.reader(
            self._table_lines(text), delimiter=layout.separator, skipinitialspace=True
        )
        headed = layout.headed
        for row in filter(None, rows):
            if headed:
                headed = False
            elif any(map(str.strip, row)):
                _check_size(len(self.labels) + 1, layout.columns)
                self._read_row(row, rows.line_num)
        if self._missing:
            raise InputError(
                f"{self._missing[0]}; {_rows(len(self._missing))} of {len(self.labels):,} "
                f"{'have' if len(self._missing) > 1 else 'has'} no value; fill in or delete, "
                'with pandas: df.dropna().to_csv("clean.csv", index=False)'
            )

    def _table_lines(self, text: TextIO) -> Iterator[str]:
        """Yield all lines, with those empty that hold no row, so that their numbers stay."""
        for place, line in enumerate(_lines(text)):
            if place < self.layout.skipped or is_comment(line):
                yield "\n"
            else:
                yield split_line(line, self.layout.separator)

    def _read_row(self, row: list[str], line: int) -> None:
        columns = self.layout.columns
        if self.layout.trailing and len(row) == columns + 1 and not row[-1].strip():
            del row[-1]
        if len(row) != columns:
            where = "in the header" if self.layout.names else "in the first line"
            wider = self.layout.separator == "," and len(row) > columns
            hint = "; cells with commas in them stand in quotes" * wider
            raise InputError(
                f"line {line}: got {len(row)} cells; allowed {columns}, as {where}{hint}"
            )
        label = self._label(row[self.choice.place], line)
        cells = list(compress(row, self.kept))
        found = numbers(cells) if self.layout.style == "point" else None
        if found is None or math.isnan(sum(found)):
            found = self._with_care(row, line)
        if found is not None and label is not None:
            self.inputs.append(np.array(found))
        self.labels.append(label or "")

    def _with_care(self, row: list[str], line: int) -> list[float] | None:
        """Return the numbers of a row; None if one is missing, which is told at the end."""
        found = []
        for place in compress(range(len(row)), self.kept):
            if is_missing(row[place]):
                self._miss(line, place, row[place])
                return None
            value = number(row[place], self.layout.style)
            if value is None:
                raise InputError(
                    f"line {line}: {column_name(self.layout.names, place)}: "
                    f"got {format_value(row[place])}; allowed a number{self._hint(place)}"
                )
            found.append(value)
        return found

    def _hint(self, place: int) -> str:
        """Return what to type about a cell of a feature that is no number."""
        layout = self.layout
        if self.words[place]:
            name = layout.names[place] if layout.names else ""
            column = format_value(name) if name else place
            other = f", or if it is the class type data.target={column}"
            return (
                " in each feature; delete the column, or of its words make columns of 0 and 1 "
                f"(pandas: pd.get_dummies(df, columns=[{column}], dtype=int))"
                + other
                * (self.choice.why != CHOSEN)
            )
        return ", with a decimal comma as elsewhere" if layout.style == "decimal comma" else ""

    def _miss(self, line: int, place: int, cell: str) -> None:
        came = f": got {format_value(cell)}" if cell.strip() else " is empty"
        called = column_name(self.layout.names, place)
        what = f"the target, {called}" if place == self.choice.place else called
        self._missing.append(f"line {line}: {what}{came}")

    def _label(self, cell: str, line: int) -> str | None:
        """Return the label of a row; None if it is missing, which is told at the end."""
        label = cell.strip()
        if len(label) > LABEL_CHARACTERS:
            raise InputError(
                f"line {line}: got a class of {len(label):,} characters; "
                f"allowed at most {LABEL_CHARACTERS}"
            )
        if label.lower() in MISSING_CLASS:
            self._miss(line, self.choice.place, cell)
            return None
        return label

    def arrays(self, target: Target) -> Arrays:
        """Return the arrays of the table, without columns that number the rows, and in words."""
        layout, choice = self.layout, self.choice
        places = list(compress(range(layout.columns), self.kept))
        x = np.array(self.inputs, dtype=np.float64).reshape(len(self.inputs), len(places))
        left = [place for place in range(layout.columns) if not self.kept[place]]
        left.remove(choice.place)
        numbering = [
            n
            for n, place in enumerate(places)
            if layout.names and is_index(layout.names[place]) and _all_differ(x[:, n])
        ]
        if len(numbering) < len(places):
            left += [places[n] for n in numbering]
            x = np.delete(x, numbering, axis=1) if numbering else x
            places = [place for place in places if place not in left]
        names = tuple(layout.names[place] for place in places) if layout.names else ()
        if not names and len(x) > 2 and _counts_rows(x[:, 0]):
            odd: tuple[str, ...] = (
                f"column {places[0]} counts the rows and is taken as a feature; if it is an index, "
                "delete it",
            )
        else:
            odd = ()
        notes = (
            *layout.notes,
            *(
                f"{column_name(layout.names, n)} is left out: it numbers or names the rows"
                for n in left
            ),
            *odd,
            *target.notes,
        )
        columns = names or [f"column {place}" for place in places]
        taken = Taken(
            f"{column_name(layout.names, choice.place)}, {choice.why}",
            target.words,
            f"{x.shape[1]:,}: {listed(columns)}",
            notes,
            target.quantity,
        )
        return Arrays(x, target.y, target.names, names, taken)


def _check_size(examples: int, columns: int) -> None:
    if examples > caps.EXAMPLES:
        raise InputError(f"got more than {caps.EXAMPLES:,} examples; allowed that many")
    if examples * columns * 8 > caps.DATA_BYTES:
        raise InputError(f"got more than {caps.DATA_BYTES // 8:,} numbers; allowed that many")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _all_differ(column: NDArray[np.float64]) -> bool:
    """Tell whether a column holds whole numbers that all differ."""
    whole = bool(np.all(np.isfinite(column))) and bool(np.all(column == np.floor(column)))
    return whole and len(np.unique(column)) == len(column)


def _counts_rows(column: NDArray[np.float64]) -> bool:
    """Tell whether a column counts the rows from 0 or 1."""
    return column[0] in (0, 1) and bool(np.all(np.diff(column) == 1))


def _single_class(called: str, table: _Table) -> str:
    """Say that all rows are of one class, and which other columns may hold the classes."""
    line = f"{called}: got a single class, {format_value(table.labels[0])}; allowed at least two"
    places = list(compress(range(table.layout.columns), table.kept))
    for n, place in enumerate(places):
        values = np.unique([row[n] for row in table.inputs])
        counted = values[0] in (0, 1) and np.array_equal(values, values[0] + np.arange(len(values)))
        if counted and 2 <= len(values) <= len(table.inputs) / 2:
            name = table.layout.names[place] if table.layout.names else ""
            wanted = format_value(name) if name else str(place)
            return (
                f"{line}; {column_name(table.layout.names, place)} holds {len(values)} classes: "
                f"data.target={wanted}"
            )
    return f"{line}; for another column: data.target"
