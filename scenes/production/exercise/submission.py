"""A learner's file as Python: a script, or the code cells of a notebook."""

from __future__ import annotations

import codecs
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from backprop_core.exercise.answers import Raised
from backprop_core.files import read_bounded

SOURCE_BYTES = 256 * 1024
"""Most bytes of a learner's code."""
NOTEBOOK_BYTES = 32 * 1024**2
"""Most bytes of a notebook, which also holds pictures."""
_NOTEBOOK = ".ipynb"


@dataclass(frozen=True)
class Submission:
    """The code of a learner.

    Attributes
    ----------
    name
        The name of its file.
    source
        The code; of a notebook, that of its cells one after the other.
    cells
        Number of the first line of each code cell, from 1; none for a script.
    """

    name: str
    source: bytes
    cells: tuple[int, ...] = ()

    def placed(self, raised: Raised) -> Raised:
        """Return an error with its line counted from the beginning of its cell."""
        if raised.line is None or not self.cells:
            return raised
        cell = sum(first <= raised.line for first in self.cells)
        return replace(raised, line=raised.line - self.cells[cell - 1] + 1, cell=cell)


def read_submission(path: Path) -> Submission:
    """Read a learner's file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    InputError
        If it cannot be read, is too large, or is called a notebook and is none.
    """
    if path.suffix.lower() != _NOTEBOOK:
        return Submission(path.name, _as_utf8(read_bounded(path, SOURCE_BYTES, "a Python file")))
    cells = _code_cells(read_bounded(path, NOTEBOOK_BYTES, "a notebook"))
    source = "".join(cells).encode("utf-8", "surrogatepass")
    if len(source) > SOURCE_BYTES:
        raise InputError(f"got {len(source):,} bytes of code; allowed at most {SOURCE_BYTES:,}")
    lengths = [cell.count("\n") for cell in cells]
    starts = [1 + before for before in accumulate([0, *lengths])]
    return Submission(f"{path.stem}.py", source, tuple(starts[: len(cells)]))


def _as_utf8(content: bytes) -> bytes:
    """Return code as Python reads it: Windows' PowerShell writes UTF-16 where a `>` stands."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        with suppress(UnicodeDecodeError):
            return content.decode("utf-16").encode("utf-8")
    return content


def _code_cells(content: bytes) -> list[str]:
    """Return the code of a notebook, cell by cell, each with a newline at its end."""
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        # Notebooks of 2014 and before hold their cells in worksheets.
        sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        return [_text(cell) for cell in cells if cell["cell_type"] == "code"]
    # A JSONDecodeError and a UnicodeDecodeError are ValueErrors.
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError("is no notebook; allowed what Jupyter saves, or a Python file") from None


def _text(cell: dict[str, Any]) -> str:
    text = cell["source"] if "source" in cell else cell["input"]
    # Lines may be ended as on Windows, and Python counts those, too.
    whole = "".join([text] if isinstance(text, str) else text).replace("\r\n", "\n")
    return whole.replace("\r", "\n").rstrip("\n") + "\n"
