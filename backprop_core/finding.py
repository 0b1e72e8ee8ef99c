"""One thing that is wrong with a network, and what looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from backprop_core.arrays import BoolArray
from backprop_core.history import History
from backprop_core.trace import Trace


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    kind
        off_centre, off_scale (inputs); saturated, dead (units); vanishing, exploding, zero,
        underflow (gradient); small_updates, large_updates (weights).
    layers
        The layers that it is about, counted from 1; 0 is the input.
    value
        The number that is wrong, that of the worst layer or input; of ``underflow`` the decimal
        logarithm, as no float holds the number itself.
    threshold
        What it is measured against, in the same unit.
    words
        One line: what is wrong, the number and the threshold.
    remedy
        One line: what to do about it.
    """

    kind: str
    layers: tuple[int, ...]
    value: float
    threshold: float
    words: str
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self) | {"layers": list(self.layers)}


Symptom: TypeAlias = Callable[[Trace, History | None], Iterable[Finding]]
"""Looks for one kind of finding."""


def layers_where(wrong: BoolArray) -> tuple[int, ...]:
    """Return the layers for which this is true, where layer 1 stands first."""
    return tuple(int(n) + 1 for n in np.flatnonzero(wrong))
