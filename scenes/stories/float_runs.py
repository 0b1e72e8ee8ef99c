"""A backward pass in one type of float, and how far it gets: numbers of the film `numerics`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import NumericalError

Profile = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FloatRun:
    """A backward pass through the network, and how far it got.

    Attributes
    ----------
    name
        The float type, or "scaled".
    signal
        log10 of the signal of each layer, (L,); None where the pass overflowed.
    overflow
        The layer at which the pass overflowed; 0 is the input.
    going_up
        Whether the overflow happened in the forward pass.
    stays
        (L,), whether a step of gradient descent leaves W and b of a layer equal to the last bit;
        None where no step was taken.
    """

    name: str
    signal: Profile | None
    overflow: int | None = None
    going_up: bool = False
    stays: NDArray[np.bool_] | None = None

    def end(self, depth: int) -> int:
        """Return the highest layer that no gradient reaches; 0 if all are reached."""
        if self.signal is not None:
            zero = np.flatnonzero(np.isneginf(self.signal))
            return int(zero.max()) + 1 if len(zero) else 0
        return depth if self.going_up else int(self.overflow or 0)

    def lost(self, truth: FloatRun) -> int:
        """Return how many layers get exactly zero here, though their true gradient is not."""
        if self.signal is None or truth.signal is None:
            return 0
        return int(np.sum(np.isneginf(self.signal) & np.isfinite(truth.signal)))

    def unmoved(self, truth: FloatRun) -> int:
        """Return how many layers a step leaves as they are, though their true gradient is not 0."""
        if self.signal is None or truth.signal is None:
            return 0
        still = np.isneginf(self.signal) if self.stays is None else self.stays
        return int(np.sum(still & np.isfinite(truth.signal)))

    @property
    def word(self) -> str:
        """The word for the gradient at layers that the pass does not reach."""
        return "overflow" if self.signal is None else "exactly zero"


def attempt(name: str, pass_down: Callable[[], Profile]) -> FloatRun:
    """Run a pass that may overflow."""
    try:
        return FloatRun(name, pass_down())
    except NumericalError as error:
        return FloatRun(name, None, error.layer, "backward pass" not in str(error))
