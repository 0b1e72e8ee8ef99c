"""The measurements of a training run, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.passes.network import Network


@dataclass(frozen=True)
class HeldOut:
    """What a trained network makes of examples that it was not trained on.

    Attributes
    ----------
    examples
        Their number.
    loss
        The mean loss.
    accuracy
        Fraction of them classified rightly; None where targets are not classes.
    chance
        Fraction of them that have the commonest class of the training examples: what a guess gets
        right that knows only these. None likewise.
    """

    examples: int
    loss: float
    accuracy: float | None
    chance: float | None


@dataclass(frozen=True, eq=False)
class History:
    """A training run, measured on all examples of it before it and after every epoch.

    If `train_many` measures less often, arrays have one row for each entry of ``measured``.

    Attributes
    ----------
    measured
        (epochs+1,), the epochs after which the network was measured; 0 is before training.
    loss
        (epochs+1,), the mean loss.
    accuracy
        (epochs+1,), fraction of the examples that it is trained on that are classified rightly;
        None where targets are not classes.
    log10_signal
        (epochs+1, L), decimal logarithm of the signal of each layer.
    log10_dW
        (epochs+1, L), decimal logarithm of the norm of dW.
    update_to_weight
        (epochs, L), mean over the steps of an epoch of norm(step of W) / norm(W) before it.
    saturated
        (epochs+1, L-1), fraction of saturated units x examples of each hidden layer.
    dead
        (epochs+1, L-1), number of dead units of each hidden layer.
    network
        The trained network; None for a recorded run.
    held_out
        The trained network on the examples held out; None if there are none, or if their outputs
        leave the range of floats.
    """

    measured: IntArray
    loss: FloatArray
    accuracy: FloatArray | None
    log10_signal: FloatArray
    log10_dW: FloatArray
    update_to_weight: FloatArray
    saturated: FloatArray
    dead: IntArray
    network: Network | None
    held_out: HeldOut | None = None

    @property
    def held_out_accuracy(self) -> float | None:
        """Fraction of the held-out examples that are right in the end; None without classes."""
        return None if self.held_out is None else self.held_out.accuracy

    @property
    def epochs(self) -> int:
        """The number of epochs after which the network was measured last."""
        return int(self.measured[-1])

    @property
    def signal(self) -> NDArray[np.float64]:
        """The signal, (epochs+1, L), in plain floats: 0 where it underflows."""
        return np.asarray(10.0**self.log10_signal)

    @property
    def norm_dW(self) -> NDArray[np.float64]:  # noqa: N802
        """The norm of dW, (epochs+1, L), in plain floats: 0 where it underflows."""
        return np.asarray(10.0**self.log10_dW)
