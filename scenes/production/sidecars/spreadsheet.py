"""Tables as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from backprop_core.formatting import escape

_FORMULA = ("=", "+", "-", "@")
"""First characters of a cell that a spreadsheet takes for a formula."""


def as_csv(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table as CSV, with formulas disarmed and control characters escaped."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(cell, header))
    for row in rows:
        writer.writerow(map(cell, row))
    return text.getvalue()


def cell(value: object) -> object:
    """Return a value as a cell."""
    if isinstance(value, (bool, list)):
        return json.dumps(value)
    if not isinstance(value, str):
        return value
    text = escape(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
