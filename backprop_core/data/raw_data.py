"""Examples as they come from their source, before any scaling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RawData:
    """Raw examples, made read-only: they are kept and shared."""

    x: Floats
    """Inputs (examples, features), finite."""
    y: Floats | NDArray[np.int64]
    """Classes 0..outputs - 1 (examples,), or targets (examples, outputs), finite."""
    outputs: int
    """Classes, or target columns."""

    def __post_init__(self) -> None:
        self.x.flags.writeable = self.y.flags.writeable = False
