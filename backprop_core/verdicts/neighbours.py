"""Whether a result outlives rounding: the same run from weights that differ in their last digits.

Training can be chaotic. A run that starts from weights times 1 + 1e-15 then ends elsewhere, so that
its third digit, or even its first, belongs to this machine and not to this network. What neighbours
do not share is not said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backprop_core.passes.network import Network

STEP = 1e-15
"""Relative distance of neighbours in float64; elsewhere it is one rounding step of the type."""
DIGITS = 3
"""Digits in which neighbours have to agree."""


def neighbour(network: Network, number: int = 1) -> Network:
    """Return a network whose weights are those of another times 1 + `number` rounding steps."""
    dtype = network.dtype
    step = STEP if dtype == np.float64 else float(np.finfo(dtype).eps)
    weights = tuple(W * dtype.type(1 + number * step) for W in network.weights)
    return replace(network, weights=weights)


@dataclass(frozen=True)
class Ends:
    """A result of one run, and the same of its neighbours.

    Attributes
    ----------
    value
        The result of the run itself, a finite number.
    others
        The results of its neighbours; inf where one left the range of floats. Empty where no
        neighbour could be afforded.
    """

    value: float
    others: tuple[float, ...] = ()

    @property
    def low(self) -> float:
        """The smallest of all."""
        return min(self.value, *self.others) if self.others else self.value

    @property
    def high(self) -> float:
        """The largest of all; inf if a neighbour left the range of floats."""
        return max(self.value, *self.others) if self.others else self.value

    def agree(self, digits: int = DIGITS) -> bool:
        """Tell whether all lie within half a unit of a digit; False without any neighbour."""
        if not self.others:
            return False
        if self.low == self.high:
            return True
        if not np.isfinite(self.high):
            return False
        largest = max(abs(self.low), abs(self.high))
        unit = 10.0 ** (np.floor(np.log10(largest)) - digits + 1)
        return bool(self.high - self.low <= unit / 2)

    def clearly_below(self, other: Ends, factor: float) -> bool:
        """Tell whether each of these lies below each of the others by a factor."""
        return self.high * factor < other.low
