"""The user's data files: check the file, read it, and check its numbers."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.csv_data import read_csv
from backprop_core.data.npz_examples import read_npz
from backprop_core.data.raw_data import RawData
from backprop_core.errors import InputError
from backprop_core.files import open_regular, refuse_special, status_of
from backprop_core.formatting import shorten, source_name

Stamp = tuple[int, int, int, int]
"""Times of modification and of change (ns), number and size (bytes) of a file.

By them a changed file is recognised: the time of modification alone can be set, and is kept by
copies."""

_READERS = {".npz": read_npz, ".csv": read_csv}
_WAYS_OUT = {
    (".tsv", ".txt", ".tab", ".data", ".dat"): "rename it to .csv",
    (".xlsx", ".xls", ".ods"): 'save it as "CSV UTF-8"',
    (".npy",): 'write np.savez("mine.npz", x=..., y=...)',
    (".parquet", ".feather", ".json"): "write df.to_csv(..., index=False)",
    (".gz", ".zip", ".bz2", ".xz"): "unpack it first",
}
"""Maps the endings of other files to what makes one that is allowed of them."""


def stamp(path: str, field: str = "path") -> Stamp:
    """Check that a file exists and may be read; return what tells a changed file.

    Parameters
    ----------
    path
        The file.
    field
        The field of `DataSection` that it stands in, for error lines.

    Raises
    ------
    InputError
        If the file is missing, too large, or a folder, pipe or device.
    """
    where = f"data.{field}: {source_name(path)}"
    try:
        status = status_of(Path(path))
        refuse_special(status, "a regular file")
    except FileNotFoundError:
        raise InputError(f"{where}: no such file") from None
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if status.st_size > caps.DATA_BYTES:
        raise InputError(
            f"{where}: got {status.st_size:,} bytes; allowed at most {caps.DATA_BYTES:,}"
        )
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size


def read_data_file(path: str, field: str = "path", target: str | int | None = None) -> RawData:
    """Read an .npz or .csv file.

    Parameters
    ----------
    path
        An `.npz` file holds inputs and classes or targets in two arrays, which
        `npz_examples.read_npz` finds; a `.csv` file holds an example in each row, which
        `csv_data.read_csv` reads. Classes are words or whole numbers, counted in sorted order.
    field
        The field of `DataSection` that it stands in: a file of "held_out" examples may lack
        classes.
    target
        `data.target`: the name or place of the column, or the name of the array, of the classes
        or targets; None if it is to be found.

    Raises
    ------
    InputError
        If the file cannot be read, or can be read in two ways; if it holds pickled objects, NaN or
        infinity, or has another shape.
    """
    where = f"data.{field}: {source_name(path)}"
    suffix = Path(path).suffix.lower()
    if suffix not in _READERS:
        ways = [f"; {way}" for endings, way in _WAYS_OUT.items() if suffix in endings]
        raise InputError(f"{where}: allowed a file that ends in .npz or .csv{''.join(ways)}")
    part = field != "path"
    try:
        content = _content(Path(path))
        digest = hashlib.sha256(content).hexdigest()
        found = _READERS[suffix](io.BytesIO(content), target, part=part)
        # It may be as large as the arrays, of which the check takes copies.
        del content
        checked = checked_data(found.x, found.y, digest)
        return replace(checked, names=found.names, features=found.features, taken=found.taken)
    except InputError as error:
        raise InputError(*(f"{where}: {line}" for line in error.problems)) from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror or error}") from None


def _content(path: Path) -> bytes:
    """Read the bytes of a file in one go: what is hashed is what is parsed.

    Of a file that grows meanwhile, what is added is left out.
    """
    with open_regular(path) as file:
        return file.read(os.fstat(file.fileno()).st_size)


def checked_data(x: NDArray[np.generic], y: NDArray[np.generic], digest: str) -> RawData:
    """Check shapes and values of arrays from a file with this digest, and count the classes.

    Parameters
    ----------
    x, y
        Inputs and classes or targets, as in `raw_data.Arrays`.

    Raises
    ------
    InputError
        If the arrays are no examples.
    """
    if x.ndim != 2 or 0 in x.shape or x.shape[1] > caps.WIDTH[1]:
        raise InputError(
            f"x: got shape {shorten(str(x.shape))}; allowed (examples, features), "
            f"with at least 1 example and 1 to {caps.WIDTH[1]} features"
        )
    if y.ndim not in (1, 2) or len(y) != len(x):
        raise InputError(
            f"y: got shape {shorten(str(y.shape))}; allowed ({len(x)},) classes or "
            f"({len(x)}, outputs) targets, as x has {len(x)} examples"
        )
    inputs = _finite("x", x)
    if y.ndim == 2:
        outputs = y.shape[1]
        targets: NDArray[np.float64] | NDArray[np.int64] = _finite("y", y)
    else:
        outputs = int(y.max()) + 1
        targets = y.astype(np.int64, copy=False)
    if not 1 <= outputs <= caps.WIDTH[1]:
        raise InputError(f"y: got {outputs} outputs; allowed 1 to {caps.WIDTH[1]}")
    return RawData(inputs, targets, outputs, digest)


def _finite(name: str, values: NDArray[np.generic]) -> NDArray[np.float64]:
    # Overflows and signalling NaNs are refused below.
    with np.errstate(all="ignore"):
        floats = values.astype(np.float64, copy=False)
    bad = np.argwhere(~np.isfinite(floats))
    if len(bad):
        row, column = bad[0]
        raise InputError(
            f"{name}: got {floats[row, column]} in row {row}, column {column} (counted from 0), "
            f"and {len(bad) - 1} more; allowed finite numbers"
        )
    return floats
