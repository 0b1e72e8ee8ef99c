"""NumPy archives, whose headers are read and judged before any array is made."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.errors import InputError

Array = NDArray[np.generic]


def read_npz(path: Path) -> tuple[Array, Array]:
    """Read the real arrays `x` and `y` of an archive, without pickle.

    Raises
    ------
    InputError
        If it is no archive, is damaged, lacks an array, or one holds no real numbers or too many.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            missing = [name for name in "xy" if f"{name}.npy" not in archive.namelist()]
            if missing:
                raise InputError(f"has no array {' and no '.join(missing)}; allowed x and y")
            size = sum(_check_header(archive, name) for name in "xy")
            if size > caps.DATA_BYTES:
                raise InputError(
                    f"x and y: got {size:,} bytes when unpacked; allowed at most "
                    f"{caps.DATA_BYTES:,}"
                )
            return _read(archive, "x"), _read(archive, "y")
    except zipfile.BadZipFile:
        raise InputError(
            "is not an .npz archive, or is damaged; allowed what numpy.savez writes"
        ) from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"is damaged: {error}") from None


def _check_header(archive: zipfile.ZipFile, name: str) -> int:
    """Return the bytes that the array will take, once its type is known to be a real number."""
    with archive.open(f"{name}.npy") as file:
        shape, dtype = _header(file, name)
    if dtype.hasobject:
        raise InputError(f"{name}: holds pickled Python objects; allowed an array of numbers")
    if dtype.kind not in "biuf":
        raise InputError(f"{name}: got {dtype}; allowed real numbers")
    if min(shape, default=0) < 0:
        raise InputError(f"{name}: got shape {shape}; allowed lengths of at least 0")
    size = dtype.itemsize
    for length in shape:
        size *= length
    if archive.getinfo(f"{name}.npy").file_size < size:
        raise InputError(f"{name}: is cut short: its header promises {size:,} bytes")
    return size


def _header(file: IO[bytes], name: str) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    match npy.read_magic(file):
        case (1, 0):
            shape, _, dtype = npy.read_array_header_1_0(file)
        case (2, 0):
            shape, _, dtype = npy.read_array_header_2_0(file)
        case version:
            # Version 3 exists for field names beyond Latin-1, of which plain numbers have none.
            raise InputError(f"{name}: got .npy version {version}; allowed 1 or 2")
    return shape, dtype


def _read(archive: zipfile.ZipFile, name: str) -> Array:
    with archive.open(f"{name}.npy") as file:
        array: Array = npy.read_array(file, allow_pickle=False)
    return array
