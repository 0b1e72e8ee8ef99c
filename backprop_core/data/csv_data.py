"""Tables as text: a header, numbers, and the class in the last column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO, TextIO

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.errors import InputError
from backprop_core.formatting import format_value, reason

LINE_CHARACTERS = 2**18
"""Most characters of one line: about 60 for each of the most columns that are allowed."""
LABEL_CHARACTERS = 200
_WHOLE = re.compile("[+-]?[0-9]+")


def read_csv(file: BinaryIO) -> tuple[NDArray[np.float64], NDArray[np.int64], tuple[str, ...]]:
    """Read inputs (examples, features), classes (examples,) and the names of the classes.

    Classes may be words or whole numbers. They are counted from 0 in sorted order (whole numbers
    by value), so any labels are allowed, but one number has one spelling. Numbers are what
    `numpy.loadtxt` takes for such: ASCII digits without underscores.

    Raises
    ------
    InputError
        If the file is not UTF-8 text, or has no header, lines of unequal or excessive length,
        cells that are not numbers, or more than `caps.EXAMPLES` lines.
    """
    inputs: list[NDArray[np.float64]] = []
    labels: list[str] = []
    try:
        with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(_lines(text))
            columns = _columns(next(rows, []))
            for row in filter(None, rows):
                _check_size(len(inputs) + 1, columns)
                inputs.append(_numbers(row, columns, rows.line_num))
                labels.append(_label(row[-1], rows.line_num))
    except UnicodeDecodeError:
        raise InputError("is not text in UTF-8; allowed a table with a header") from None
    except csv.Error as error:
        raise InputError(f"is not a table: {reason(error)}") from None
    x = np.array(inputs, dtype=np.float64).reshape(len(inputs), columns - 1)
    return x, *_classes(labels)


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


def _columns(header: list[str]) -> int:
    if len(header) < 2:
        raise InputError(
            f"line 1: got {len(header)} columns; allowed at least one feature and the class"
        )
    if len(header) > caps.WIDTH[1] + 1:
        raise InputError(f"line 1: got {len(header):,} columns; allowed {caps.WIDTH[1] + 1:,}")
    if all(_is_number(cell) for cell in header):
        raise InputError("line 1: got numbers; allowed a header with the names of the columns")
    return len(header)


def _check_size(examples: int, columns: int) -> None:
    if examples > caps.EXAMPLES:
        raise InputError(f"got more than {caps.EXAMPLES:,} examples; allowed that many")
    if examples * columns * 8 > caps.DATA_BYTES:
        raise InputError(f"got more than {caps.DATA_BYTES // 8:,} numbers; allowed that many")


def _numbers(row: list[str], columns: int, line: int) -> NDArray[np.float64]:
    if len(row) != columns:
        raise InputError(f"line {line}: got {len(row)} cells; allowed {columns}, as in the header")
    cells = row[:-1]
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        numbers = []
    # Python also reads 1_6 as 16, and digits of other scripts.
    together = "".join(cells)
    if (len(numbers) < len(cells)) or "_" in together or not together.isascii():
        for cell in cells:
            if not _is_number(cell):
                raise InputError(f"line {line}: got {format_value(cell)}; allowed a number")
    return np.array(numbers)


def _label(cell: str, line: int) -> str:
    label = cell.strip()
    if len(label) > LABEL_CHARACTERS:
        raise InputError(
            f"line {line}: got a class of {len(label):,} characters; "
            f"allowed at most {LABEL_CHARACTERS}"
        )
    return label


def _is_number(cell: str) -> bool:
    if "_" in cell or not cell.strip().isascii():
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _classes(labels: list[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    names = sorted(set(labels))
    if "" in names:
        raise InputError("the last column has empty cells; allowed the class of every example")
    if all(_is_number(name) for name in names):
        # Otherwise a column of measurements would silently become a thousand classes.
        broken = [name for name in names if not _WHOLE.fullmatch(name)]
        if broken:
            raise InputError(
                f"the last column: got {format_value(broken[0])}; "
                "allowed classes, which are words or whole numbers"
            )
        names.sort(key=int)
        for one, other in pairwise(names):
            if int(one) == int(other):
                raise InputError(
                    f"the last column: got {format_value(one)} and {format_value(other)}; "
                    "allowed one spelling for each number, or words"
                )
    number = {name: index for index, name in enumerate(names)}
    return np.array([number[label] for label in labels], dtype=np.int64), tuple(names)
