"""Types of arrays, and arrays that cannot be changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.integer[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]


_Array = TypeVar("_Array", bound=NDArray[Any])


def together(shapes: Sequence[tuple[int, ...]], dtype: np.dtype[Any]) -> list[NDArray[Any]]:
    """Return uninitialised arrays of these shapes, cut from one block of memory.

    A large block comes in large pages: 13 ms for 100 MB where arrays of 0.5 MB took 60.
    """
    sizes = [math.prod(shape) for shape in shapes]
    block = np.empty(sum(sizes), dtype=dtype)
    ends = np.cumsum(sizes)
    parts = zip(ends, sizes, shapes, strict=True)
    return [block[end - size : end].reshape(shape) for end, size, shape in parts]


def lock(array: _Array) -> _Array:
    """Make an array of our own read-only, in place, and return it."""
    array.setflags(write=False)
    return array


def locked_copy(array: _Array) -> _Array:
    """Return a read-only array with these values; the caller's own stays as it is."""
    return lock(array.copy()) if array.flags.writeable else array
