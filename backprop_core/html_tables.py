"""HTML tables with which notebooks show objects.

This file knows only strings; each class writes its own rows. Numbers have the format of
`number_text`, all text is escaped, and tables set no colours, so they follow the notebook's theme.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape as as_html
from typing import Any

from numpy.typing import NDArray

from backprop_core.formatting import escape
from backprop_core.number_text import number, power_of_ten

MOST_LAYERS = 24
"""Most layers of which a table shows all; of deeper networks it shows the first and the last."""
AT_EACH_END = 8
"""Layers that are then shown at each end."""
NOT_THERE = "–"
"""The cell of a value that a layer does not have: the last layer has no factor, for example."""
UNDEFINED = "undefined (0 / 0)"

_WORDS, _NUMBERS = "left", "right"
"""Alignment of cells, set explicitly because notebook programs differ in their defaults."""

Column = Callable[[int], str]
"""Function that writes the cell of layer l, given the index l - 1."""


def html_table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str] | str],
    note: str = "",
    *,
    worded: bool = False,
) -> str:
    """Write a table whose first column names its rows; markup in the texts is escaped.

    Parameters
    ----------
    rows
        For each row, one cell for each heading, or a single text that spans the row.
    note
        A line below the table.
    worded
        Whether the cells hold words, which are aligned left, or numbers, aligned right.
    """
    style = f' style="text-align: {_WORDS if worded else _NUMBERS}"'
    head = "".join(f'<th scope="col"{style}>{_text(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{_cells(row, len(headings), style)}</tr>\n" for row in rows)
    below = f"<p>{_text(note)}</p>\n" if note else ""
    return (
        f"<table>\n<caption>{_text(caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{below}"
    )


def _cells(row: Sequence[str] | str, columns: int, style: str) -> str:
    if isinstance(row, str):
        return f'<td colspan="{columns}" style="text-align: center">{_text(row)}</td>'
    first, *others = row
    cells = "".join(f"<td{style}>{_text(cell)}</td>" for cell in others)
    return f'<th scope="row"{style}>{_text(first)}</th>{cells}'


def _text(words: str) -> str:
    return as_html(escape(words))


def layer_table(caption: str, depth: int, columns: Mapping[str, Column], note: str = "") -> str:
    """Write a table with one row a layer; of a deep network only the first and last layers.

    Parameters
    ----------
    depth
        L, the number of layers.
    columns
        Maps each heading to the function that writes the cell of layer l, given l - 1.
    caption, note
        See `html_table`.
    """
    return html_table(caption, list(columns), list(_layer_rows(depth, columns)), note)


def _layer_rows(depth: int, columns: Mapping[str, Column]) -> Iterator[list[str] | str]:
    """Yield the rows of all layers, or of the first and last layers of a deep network."""
    last = depth if depth <= MOST_LAYERS else AT_EACH_END
    for n in range(last):
        yield [write(n) for write in columns.values()]
    if last == depth:
        return
    yield f"{depth - 2 * AT_EACH_END:,} layers left out, {last + 1} to {depth - AT_EACH_END}"
    for n in range(depth - AT_EACH_END, depth):
        yield [write(n) for write in columns.values()]


def of_hidden(values: Sequence[float] | NDArray[Any], write: Callable[[float], str]) -> Column:
    """Return a column of values that only hidden layers have."""
    return lambda n: write(float(values[n])) if n < len(values) else NOT_THERE


def value(x: float) -> str:
    """Write a number; write NaN and infinity in words."""
    if math.isnan(x):
        return UNDEFINED
    if math.isinf(x):
        return "infinite" if x > 0 else "minus infinite"
    return number(x)


def magnitude(log10: float) -> str:
    """Write 10**log10; write an exact zero (-inf) and NaN in words."""
    return power_of_ten(log10) if math.isfinite(log10) else value(10.0**log10)
