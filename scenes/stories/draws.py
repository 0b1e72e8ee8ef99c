"""A network as initialised with one gain or another, before training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.layers import saturated_fraction
from backprop_core.passes.first_pass import run
from backprop_core.verdicts.trend import median_factor
from scenes.stories.preactivations import shares
from scenes.words.figures import Figure, magnitude

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Draw:
    """A network as initialised with one gain.

    Attributes
    ----------
    gain
        Its gain.
    shares
        The share of units x examples of the layer in each bin, (bins + 2,), with both tails.
    saturated
        The share of units x examples that are saturated.
    signal
        log10 of the gradient of each layer, (L,).
    """

    gain: float
    shares: Array
    saturated: float
    signal: Array

    @property
    def log10_factor(self) -> float:
        """log10 of the median factor from a layer to the one below it."""
        return median_factor(self.signal)

    @property
    def factor(self) -> Figure:
        """The median factor from a layer to the one below it."""
        return magnitude(f"factor[{self.gain!r}]", self.log10_factor)


def drawn(experiment: Experiment, gain: float, layer: int, edges: Array) -> Draw | None:
    """Initialise the network at a gain and pass its examples through; None if it overflows."""
    try:
        trace = run(experiment.override({"network.gain": gain}))
    except NumericalError:
        return None
    return Draw(
        gain=gain,
        shares=shares(trace.z[layer - 1], edges),
        saturated=float(saturated_fraction(trace)[layer - 1]),
        signal=trace.log10_norm("signal"),
    )
