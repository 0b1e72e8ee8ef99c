"""HTML tables, as notebooks show them of an object: made of strings; each class writes its rows.

Numbers are written as everywhere in the core, all text is escaped, and no colour is set: a table
takes those of the notebook, be it dark or light.
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
"""Of more layers only the first and the last are shown."""
AT_EACH_END = 8
"""Layers shown at either end then."""
NOT_THERE = "–"
"""Stands for what a layer does not have: above the last one there is none."""
UNDEFINED = "undefined (0 / 0)"

_WORDS, _NUMBERS = "left", "right"
"""How cells are set: each program that shows notebooks has a way of its own."""

Column = Callable[[int], str]
"""Writes what a table says of layer l, given l - 1."""


def html_table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str] | str],
    note: str = "",
    *,
    worded: bool = False,
) -> str:
    """Write a table whose first column names its rows; whatever the texts hold stays text.

    Parameters
    ----------
    rows
        A cell for each heading; a single text takes the whole row.
    note
        A line below.
    worded
        Whether the cells are words, set to the left, or numbers.
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
    """Write a table with a row for every layer, or for the first and the last of many.

    Parameters
    ----------
    depth
        L, the number of layers.
    columns
        Heading -> what writes the cell of layer l, given l - 1.
    caption, note
        See `html_table`.
    """
    return html_table(caption, list(columns), list(_layer_rows(depth, columns)), note)


def _layer_rows(depth: int, columns: Mapping[str, Column]) -> Iterator[list[str] | str]:
    """Yield the row of every layer, or those of the first and the last ones."""
    last = depth if depth <= MOST_LAYERS else AT_EACH_END
    for n in range(last):
        yield [write(n) for write in columns.values()]
    if last == depth:
        return
    yield f"{depth - 2 * AT_EACH_END:,} layers left out, {last + 1} to {depth - AT_EACH_END}"
    for n in range(depth - AT_EACH_END, depth):
        yield [write(n) for write in columns.values()]


def of_hidden(values: Sequence[float] | NDArray[Any], write: Callable[[float], str]) -> Column:
    """Return a column of what only hidden layers have."""
    return lambda n: write(float(values[n])) if n < len(values) else NOT_THERE


def value(x: float) -> str:
    """Write a number, or say in words that it is none."""
    if math.isnan(x):
        return UNDEFINED
    if math.isinf(x):
        return "infinite" if x > 0 else "minus infinite"
    return number(x)


def magnitude(log10: float) -> str:
    """Write 10**log10, or say in words that it is exactly zero, or no number."""
    return power_of_ten(log10) if math.isfinite(log10) else value(10.0**log10)
