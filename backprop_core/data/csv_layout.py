"""How a table of text is laid out: its separator, its header and how it writes numbers.

All of it is found from the first lines. Where they can be read in two ways, an `InputError` says
what to type.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from backprop_core import caps
from backprop_core.data.cells import ERRORS, Kind, Style, is_missing, kind_of, number, style_of
from backprop_core.errors import InputError

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "|", " ": "blanks"}
"""Separators that are looked for, with their names; of equals the first is taken."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""What spreadsheets write into the first line to name the separator."""
_SEPARATED = 40
"""Lines by which the separator is found."""
_LEAST_COUNTED = 4
"""Columns from which a line that counts them (0, 1, 2, ...) is a header: pandas writes such."""

_STYLES = {
    "decimal comma": "numbers have decimal commas",
    "thousands": "commas in numbers separate thousands",
}
_SIZED = "the first line gives sizes and names of classes, as scikit-learn's do: it is left out"
_WRITTEN: tuple[Style, ...] = ("point", "decimal comma", "thousands")

Row = list[str]


@dataclass(frozen=True)
class Layout:
    """The layout of a table.

    Attributes
    ----------
    separator
        What stands between cells.
    skipped
        Lines at the top of the file that hold neither header nor examples.
    headed
        Whether the first row below them names the columns.
    names
        The names of the columns, (columns,); empty without a header.
    columns
        How many columns there are.
    trailing
        How many empty cells follow the last column, because lines end with separators.
    style
        How numbers are written.
    sample
        The first examples.
    notes
        What was found that its owner may not expect.
    """

    separator: str
    skipped: int
    headed: bool
    names: tuple[str, ...]
    columns: int
    trailing: int
    style: Style
    sample: tuple[Row, ...]
    notes: tuple[str, ...]

    def kinds(self) -> tuple[Kind, ...]:
        """Tell for each column what most of its first cells hold."""
        columns = range(self.columns)
        cells = ([row[place] for row in self.sample if place < len(row)] for place in columns)
        return tuple(kind_of(column, self.style) for column in cells)


def split_line(line: str, separator: str) -> str:
    """Return a line as the reader of its separator needs it: runs of blanks count as one."""
    return " ".join(line.split()) + "\n" if separator == " " else line


def is_comment(line: str) -> bool:
    """Tell whether a line is a comment; a column may be named "#", and "#REF!" is a cell."""
    if not line.startswith("#") or line[1:2] in SEPARATORS.keys() - {" "}:
        return False
    return not line.lower().startswith(tuple(ERRORS))


def find_layout(lines: Sequence[str], *, whole: bool) -> Layout:
    """Find the layout of a table from its first lines.

    Parameters
    ----------
    lines
        With their ends.
    whole
        Whether these are all lines; otherwise the last example may be cut, and is left out.

    Raises
    ------
    InputError
        If there are no columns, too many, or numbers that can be read in two ways.
    csv.Error
        If a cell is too long.
    """
    start, given, comment = _preamble(lines)
    body = [line for line in lines[start:] if line.strip() and not is_comment(line)]
    separator = given or _separator(body[:_SEPARATED])
    rows = list(filter(None, _rows(body, separator)))
    if not whole and len(rows) > 2:
        del rows[-1]
    sized = _gives_sizes(rows)
    if sized:
        del rows[0]
        start = lines.index(body[0]) + 1
    named = _names_in(comment, separator, rows)
    headed, first = (False, named) if named else (True, rows.pop(0) if rows else [])
    trailing, columns = _width(first, rows)
    _check_columns(columns, separator, max(map(len, rows), default=0))
    style = style_of(cell for row in (first, *rows) for cell in row)
    if not named and not _is_header(first[:columns], [row[:columns] for row in rows], style):
        rows.insert(0, first)
        headed, first = False, []
    # R writes no name above the names of the rows.
    padding = [""] * (columns - len(first)) if first else []
    names = tuple(cell.strip() for cell in (*padding, *first[:columns]))
    sample = tuple(row[:columns] for row in rows)
    notes = tuple(_notes(separator, style, first, sized=sized))
    return Layout(separator, start, headed, names, columns, trailing, style, sample, notes)


def _notes(separator: str, style: Style, header: Row, *, sized: bool) -> Iterator[str]:
    """Yield what the owner of a table may not expect."""
    if separator != ",":
        yield f"cells are separated by {SEPARATORS[separator]}"
    if style != "point":
        yield _STYLES[style]
    if sized:
        yield _SIZED
    elif not header:
        yield "no header: the first line is taken as an example"
    elif _counts(header):
        yield "the first line counts the columns: it is taken as the header"


def _preamble(lines: Sequence[str]) -> tuple[int, str, str]:
    """Return how many lines precede the table, the separator they name, and the last comment."""
    separator, comment, start = "", "", 0
    for place, line in enumerate(lines):
        named = _SEPARATOR_LINE.fullmatch(line.rstrip("\r\n"))
        if named and not separator and named[1] in SEPARATORS:
            separator, start = named[1], place + 1
        elif is_comment(line):
            comment, start = line, place + 1
        elif line.strip():
            break
    return start, separator, comment


def _rows(lines: Sequence[str], separator: str) -> list[Row]:
    split = map(partial(split_line, separator=separator), lines)
    return list(csv.reader(split, delimiter=separator, skipinitialspace=True))


def _separator(lines: Sequence[str]) -> str:
    """Return the separator by which most cells are numbers, and lines are of one length."""
    found: list[tuple[tuple[float, float, float], str]] = []
    alike = False
    for separator in SEPARATORS:
        rows = list(filter(None, _rows(lines, separator)))
        (width, times), *_ = Counter(map(len, rows)).most_common(1) or [(0, 0)]
        # Blanks stand last. They are within cells if all lines but the first have some.
        if width < 2 or (separator == " " and alike and len(rows[0]) < 2):
            continue
        alike = alike or times == len(rows)
        styles = _WRITTEN[:1] if separator == "," else _WRITTEN
        cells = [cell for row in rows[1:] or rows for cell in row]
        of_numbers = sum(any(number(cell, style) is not None for style in styles) for cell in cells)
        # "5;a" may be a word, but rather two cells.
        clean = sum(not set(";\t|") & set(cell) for cell in cells)
        score = (of_numbers / len(cells), clean / len(cells), times / len(rows))
        found.append((score, separator))
    # Of equals the first, in the order in which they are common.
    return max(found, key=lambda each: each[0])[1] if found else ","


def _width(first: Row, others: Sequence[Row]) -> tuple[int, int]:
    """Return how many empty cells end the lines, and the number of columns before them."""
    counts = Counter(map(len, others)).most_common(1)
    width = counts[0][0] if counts else len(first)
    alike = [row for row in others if len(row) == width]
    named = len(first) - next((n for n, cell in enumerate(reversed(first)) if cell.strip()), 0)
    trailing = 0
    while alike and width - trailing > max(2, named) and _is_empty(alike, width - trailing - 1):
        trailing += 1
    if trailing and named == width - trailing:
        return trailing, named
    # R's header is one name short: the first column has the names of the rows.
    short = len(first) == width - 1 and all(len(row) == width for row in others)
    if short and _names_rows([row[0].strip() for row in others]):
        return 0, width
    return 0, named if others and width == named else len(first)


def _is_empty(rows: Sequence[Row], place: int) -> bool:
    return not any(row[place].strip() for row in rows)


def _gives_sizes(rows: Sequence[Row]) -> bool:
    """Tell whether the first row has numbers of examples and features, then names of classes."""
    if len(rows) < 2 or len(rows[0]) < 3:
        return False
    examples, features, *names = rows[0]
    words = all(number(name) is None for name in names)
    return words and examples.isdecimal() and features.strip() == str(len(rows[1]) - 1)


def _names_rows(cells: Sequence[str]) -> bool:
    """Tell whether cells may be names of rows: all differ, and numbers among them count."""
    counted = [str(n + 1) for n in range(len(cells))]
    words = all(number(cell) is None for cell in cells)
    return len(set(cells)) == len(cells) and (words or list(cells) == counted)


def _check_columns(columns: int, separator: str, widest: int) -> None:
    if columns < 2 < widest:
        raise InputError(
            f"line 1: got {columns} column and {widest} further down; allowed a header with the "
            "names of the columns: delete what stands above it"
        )
    if columns < 2:
        looked = " (looked for , ; tab | and blanks between them)" if columns else ""
        raise InputError(
            f"line 1: got {columns} column{'s' * (columns != 1)}{looked}; "
            "allowed at least one feature and the class"
        )
    if columns > caps.WIDTH[1] + 1:
        raise InputError(f"line 1: got {columns:,} columns; allowed {caps.WIDTH[1] + 1:,}")


def _names_in(comment: str, separator: str, rows: Sequence[Row]) -> Row:
    """Return the names of columns in the comment above a table, as `numpy.savetxt` writes them."""
    if not comment or not rows:
        return []
    named = next(iter(_rows([comment.lstrip("#").lstrip(" ")], separator)), [])
    numeric = sum(number(cell) is not None for cell in rows[0])
    return named if len(named) == len(rows[0]) and 2 * numeric >= len(named) else []


def _is_header(first: Row, others: Sequence[Row], style: Style) -> bool:
    """Tell whether the first line names the columns: it has words where others have numbers."""
    if len(first) >= _LEAST_COUNTED and _counts(first):
        return True
    if not others:
        return any(number(cell, style) is None for cell in first[:-1])
    for place, cell in enumerate(first):
        held = [row[place] for row in others if place < len(row) and not is_missing(row[place])]
        numeric = sum(number(each, style) is not None for each in held)
        if not is_missing(cell) and number(cell, style) is None and 2 * numeric > len(held):
            return True
    return all(number(cell, style) is None for cell in first)


def _counts(first: Row) -> bool:
    """Tell whether a line counts the columns from 0 or 1, perhaps after the name of an index."""
    cells = [cell.strip() for cell in first]
    if not cells[0]:
        del cells[0]
    return cells in ([str(n + start) for n in range(len(cells))] for start in (0, 1))
