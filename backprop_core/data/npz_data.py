"""Read NumPy archives safely: headers are checked before memory is allocated for an array."""

from __future__ import annotations

import ast
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from backprop_core.errors import InputError
from backprop_core.formatting import format_value, reason, shorten

Array = NDArray[np.generic]

DIRECTORY_BYTES = 2**20
"""Largest list of contents of an archive, in bytes; those that NumPy writes have about 100."""
HEADER_BYTES = 1024
"""Largest header of an array, in bytes; those that NumPy writes have 128."""
DIMENSIONS = 32
_PART = 2**18
_LENGTHS = {(1, 0): "<H", (2, 0): "<I"}
"""Maps the version of the .npy format to the `struct` format of the header's length."""
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (
    *(zlib.error, struct.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, OverflowError),
)
"""Exceptions that zipfile and the parsers raise on damaged files."""


def read_arrays(file: BinaryIO, wanted: Callable[[str], bool], most_bytes: int) -> dict[str, Array]:
    """Read the arrays of an archive whose names are wanted, without pickle.

    Parameters
    ----------
    file
        The archive.
    wanted
        Tells, given its name, whether an array is to be read; the others are skipped.
    most_bytes
        Most bytes that the arrays may take together, at eight bytes for each number.

    Raises
    ------
    InputError
        If the file is not an archive or is damaged, or if an array does not hold real numbers or
        is too large.
    """
    with opened(file) as archive:
        names = [name for name in names_of(archive) if wanted(name)]
        return dict(zip(names, read_all(archive, names, most_bytes, "its arrays"), strict=True))


def names_of(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the arrays in an archive, each once, in order."""
    stems = (name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy"))
    return list(dict.fromkeys(stems))


def read_all(
    archive: zipfile.ZipFile,
    names: Iterable[str],
    most_bytes: int,
    what: str,
    words: Collection[str] = (),
) -> list[Array]:
    """Read arrays after all their headers have been checked.

    Parameters
    ----------
    words
        Which of them may hold words.
    """
    headers = [_header(archive, name, words=name in words) for name in names]
    size = sum(header.floats for header in headers)
    if size > most_bytes:
        raise InputError(
            f"{what}: got {size:,} bytes when unpacked; allowed at most {most_bytes:,}"
        )
    return [_read(archive, header) for header in headers]


@contextmanager
def opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open an archive; errors about its bytes become an InputError of one line."""
    try:
        with zipfile.ZipFile(_InParts(file)) as archive:
            yield archive
    except zipfile.BadZipFile:
        raise InputError(
            "is not an .npz archive, or is damaged; allowed what numpy.savez writes"
        ) from None
    except _DAMAGED as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"is damaged: {reason(error) or type(error).__name__}") from None


class _InParts:
    """A file with bounded reads, because zipfile reads the list of contents in one piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._size = file.seek(0, os.SEEK_END)

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self._file.tell())
        wanted = left if size < 0 else min(size, left)
        if wanted > DIRECTORY_BYTES:
            raise InputError(
                f"got {wanted:,} bytes for its list of contents; allowed what numpy.savez writes"
            )
        return self._file.read(wanted)


@dataclass(frozen=True)
class _Header:
    """The header of an array; the numbers begin `start` bytes into its file."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    order: Literal["C", "F"]
    start: int

    @property
    def count(self) -> int:
        count = 1
        for length in self.shape:
            count *= length
        return count

    @property
    def floats(self) -> int:
        """Bytes of the array in memory, where other numbers become float64."""
        return self.count * max(self.dtype.itemsize, np.dtype(np.float64).itemsize)


def shape_of(archive: zipfile.ZipFile, name: str) -> tuple[int, ...]:
    """Return the shape that the header of an array announces; () if it cannot be read."""
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in _PACKINGS:
        return ()
    try:
        with archive.open(info) as file:
            return _parsed(file, name).shape
    except (InputError, zipfile.BadZipFile, *_DAMAGED):
        return ()


def _header(archive: zipfile.ZipFile, name: str, *, words: bool) -> _Header:
    """Return the header of an array; check that it announces values that are all there."""
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in _PACKINGS:
        raise InputError(
            f"{name}: is packed by method {info.compress_type}; allowed what numpy.savez writes"
        )
    with archive.open(info) as file:
        header = _parsed(file, name)
    if header.dtype.hasobject:
        way = f"{name}.astype({'str' if words else 'float'})"
        raise InputError(
            f"{name}: holds pickled Python objects; allowed an array of numbers"
            f"{' or words' * words}: save {way}"
        )
    if header.dtype.kind not in ("biufUS" if words else "biuf") or not header.dtype.itemsize:
        raise InputError(
            f"{name}: got {format_value(header.dtype)}; allowed real numbers{' or words' * words}"
        )
    if min(header.shape, default=0) < 0:
        raise InputError(
            f"{name}: got shape {shorten(str(header.shape))}; allowed lengths of at least 0"
        )
    size = header.count * header.dtype.itemsize
    if info.file_size < header.start + size:
        raise InputError(f"{name}: is cut short: its header promises {size:,} bytes")
    return header


def _parsed(file: IO[bytes], name: str) -> _Header:
    version = npy.read_magic(file)
    if version not in _LENGTHS:
        # Version 3 is for field names beyond Latin-1, and arrays of plain numbers have no fields.
        raise InputError(f"{name}: got .npy version {version}; allowed 1 or 2")
    width = struct.calcsize(_LENGTHS[version])
    (length,) = struct.unpack(_LENGTHS[version], file.read(width))
    if length > HEADER_BYTES:
        raise InputError(
            f"{name}: got a header of {length:,} bytes; allowed at most {HEADER_BYTES:,}"
        )
    try:
        shape, dtype, order = _meaning(file.read(length).decode("latin1"))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, AttributeError):
        raise InputError(f"{name}: is damaged: NumPy writes another header") from None
    return _Header(name, shape, dtype, order, npy.MAGIC_LEN + width + length)


def _meaning(header: str) -> tuple[tuple[int, ...], np.dtype[np.generic], Literal["C", "F"]]:
    # NumPy's own parser repairs headers that Python 2 wrote, which is slow and warns on stderr.
    match ast.literal_eval(header.strip()):
        case {"descr": descr, "fortran_order": bool(turned), "shape": tuple(shape), **more}:
            plain = all(type(length) is int for length in shape)
            if plain and not more and len(shape) <= DIMENSIONS:
                return shape, npy.descr_to_dtype(descr), "F" if turned else "C"
    raise ValueError


def _read(archive: zipfile.ZipFile, header: _Header) -> Array:
    """Read exactly the bytes that the header of an array announces."""
    content = np.empty(header.count * header.dtype.itemsize, dtype=np.uint8)
    with archive.open(f"{header.name}.npy") as file:
        file.seek(header.start)
        for start in range(0, len(content), _PART):
            part = content[start : start + _PART]
            read = file.read(len(part))
            if len(read) < len(part):
                raise EOFError(f"{header.name} ends early")
            part[:] = np.frombuffer(read, dtype=np.uint8)
    return content.view(header.dtype).reshape(header.shape, order=header.order)
