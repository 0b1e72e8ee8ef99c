"""Examples as their source gives them, before any scaling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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

    def __post_init__(self) -> None:
        self.x.flags.writeable = self.y.flags.writeable = False
