"""Examples as their source gives them, before any scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.taken import Taken

Floats = NDArray[np.float64]


class Arrays(NamedTuple):
    """What a file holds, before its values are checked.

    Attributes
    ----------
    x, y
        Inputs (examples, features); classes (examples,) or targets (examples, outputs).
    names, features
        Of classes and of features, as in `RawData`.
    taken
        What was taken for what.
    """

    x: NDArray[np.generic]
    y: NDArray[np.generic]
    names: tuple[str, ...]
    features: tuple[str, ...]
    taken: Taken


@dataclass(frozen=True, eq=False)
class RawData:
    """Raw examples; the arrays are made read-only, because they are cached and shared."""

    x: Floats
    """Inputs (examples, features), finite."""
    y: Floats | NDArray[np.int64]
    """Classes 0..outputs - 1 (examples,), or targets (examples, outputs), finite."""
    outputs: int
    """Number of classes, or of target columns."""
    digest: str = ""
    """SHA-256 of the bytes of the file that they were read from; empty if from none."""
    names: tuple[str, ...] = ()
    """What the file calls its classes; empty if it has numbers 0, 1, 2, ... or targets."""
    features: tuple[str, ...] = ()
    """What the file calls its features; empty if it does not name them."""
    taken: Taken | None = None
    """What was taken for what in a file; None if there was none, or nothing to choose."""

    def __post_init__(self) -> None:
        self.x.flags.writeable = self.y.flags.writeable = False
