"""Tables as text: examples in rows, one column of which is the class or target."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO, TextIO

from backprop_core.data.csv_encoding import check_encoding, not_utf8
from backprop_core.data.csv_layout import Layout, find_layout, is_comment, split_line
from backprop_core.data.csv_rows import Rows
from backprop_core.data.raw_data import Arrays
from backprop_core.data.table_columns import Columns, as_arrays
from backprop_core.errors import InputError
from backprop_core.formatting import reason

LINE_CHARACTERS = 2**18
"""Most characters of one line: about 60 for each of the most columns that are allowed."""
_SAMPLE_LINES, _SAMPLE_CHARACTERS = 200, 2**19
"""Of the beginning of a file, by which its layout is found."""


def read_csv(file: BinaryIO, target: str | int | None = None, *, part: bool = False) -> Arrays:
    """Read the inputs and classes or targets of a table.

    Separator, header and decimal mark are found, and `table_target.choose_target` says which column
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
            layout, columns, rows = _read(text, target)
    except UnicodeDecodeError as error:
        raise not_utf8(error) from None
    except csv.Error as error:
        raise InputError(f"is not a table: {reason(error)}") from None
    if not rows.labels:
        raise InputError("has a header and no examples; allowed at least one row below it")
    return as_arrays(columns, rows.inputs(), rows.labels, layout.notes, part=part)


def _read(text: TextIO, target: str | int | None) -> tuple[Layout, Columns, Rows]:
    """Read a table twice: its beginning for the layout, then all of it."""
    sample, whole = _sample(text)
    _check_kind(sample)
    layout = find_layout(sample, whole=whole)
    columns = Columns.of(layout.names, layout.kinds(), layout.style, target)
    text.seek(0)
    lines = (
        "\n" if place < layout.skipped or is_comment(line) else split_line(line, layout.separator)
        for place, line in enumerate(_lines(text))
    )
    rows = Rows(layout, columns)
    # Lines that hold no row are empty, so that the numbers of the others stay.
    rows.read(csv.reader(lines, delimiter=layout.separator, skipinitialspace=True))
    return layout, columns, rows


def _check_kind(lines: Sequence[str]) -> None:
    """Refuse what is saved as a table by mistake."""
    first = next((line.strip().lower() for line in lines if line.strip()), "")
    if first.startswith(("<!doctype", "<html", "<?xml")):
        raise InputError(
            "is a web page and no table; download the file itself, on GitHub by the button Raw"
        )
    if first.startswith(("{", "[{", "[[")) or first in ("[", "{"):
        raise InputError(
            'is JSON and no table; with pandas: pd.read_json(...).to_csv("mine.csv", index=False)'
        )


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
