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
from backprop_core.data.npz_data import read_npz
from backprop_core.data.raw_data import RawData
from backprop_core.errors import InputError
from backprop_core.files import open_regular, refuse_special, status_of
from backprop_core.formatting import shorten, source_name

Stamp = tuple[int, int, int, int]
"""Times of modification and of change (ns), number and size (bytes) of a file.

By them a changed file is recognised: the time of modification alone can be set, and is kept by
copies."""

_READERS = {".npz": lambda file: (*read_npz(file), ()), ".csv": read_csv}


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


def read_data_file(path: str, field: str = "path") -> RawData:
    """Read an .npz or .csv file.

    Parameters
    ----------
    path
        An `.npz` file holds `x` (examples, features) and `y`: either classes (examples,), integers
        in which each of 0..C-1 occurs, or targets (examples, outputs). A `.csv` file has a header,
        and its last column is the class, a word or an integer; classes are counted in sorted order.
    field
        The field of `DataSection` that it stands in: a file of "held_out" examples may lack
        classes.

    Raises
    ------
    InputError
        If the file cannot be read, holds pickled objects, NaN or infinity, or has another shape.
    """
    where = f"data.{field}: {source_name(path)}"
    suffix = Path(path).suffix.lower()
    if suffix not in _READERS:
        raise InputError(f"{where}: allowed a file that ends in .npz or .csv")
    try:
        content = _content(Path(path))
        digest = hashlib.sha256(content).hexdigest()
        x, y, names = _READERS[suffix](io.BytesIO(content))
        # It may be as large as the arrays, of which the check takes copies.
        del content
        return replace(checked_data(x, y, digest, part=field != "path"), names=names)
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


def checked_data(
    x: NDArray[np.generic], y: NDArray[np.generic], digest: str, *, part: bool = False
) -> RawData:
    """Check shapes and values of arrays from a file with this digest, and count the classes.

    Parameters
    ----------
    part
        Whether they are a part of the examples, which may lack classes.

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
        outputs = _count_classes(y, part)
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


def _count_classes(y: NDArray[np.generic], part: bool) -> int:
    """Count the classes 0..C-1. Each must occur, because a gap is usually a mistake in the file.

    In a part of the examples, C is counted from the largest of its classes.
    """
    if y.dtype.kind not in "biu":
        raise InputError(
            f"y: got {y.dtype} of shape {y.shape}; allowed whole numbers as classes, "
            "or targets of shape (examples, outputs)"
        )
    classes = np.unique(y)
    if part:
        if int(classes[0]) < 0:
            raise InputError(f"y: got class {int(classes[0])}; allowed classes 0, 1, ..., C-1")
        return int(classes[-1]) + 1
    if len(classes) < 2 or int(classes[0]) != 0 or int(classes[-1]) != len(classes) - 1:
        raise InputError(
            f"y: got {len(classes)} classes from {int(classes[0])} to {int(classes[-1])}; "
            "allowed classes 0, 1, ..., C-1, at least two, each of which occurs"
        )
    return len(classes)
