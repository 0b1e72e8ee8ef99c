"""Types of arrays, and arrays that cannot be changed."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.integer[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]


_Array = TypeVar("_Array", bound=NDArray[Any])


def lock(array: _Array) -> _Array:
    """Make an array of our own read-only, in place, and return it."""
    array.setflags(write=False)
    return array


def locked_copy(array: _Array) -> _Array:
    """Return a read-only array with these values; the caller's own stays as it is."""
    return lock(array.copy()) if array.flags.writeable else array
