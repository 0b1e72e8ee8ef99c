"""What can be reached without looking at the inputs: the standard that learning has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.passes.losses import targets

_RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "identity": (-np.inf, np.inf)}
"""What outputs can be."""


@dataclass(frozen=True)
class Guess:
    """The best constant answer to a data set.

    Attributes
    ----------
    loss
        The smallest mean loss of an output that is the same for all examples: the entropy of the
        classes for a cross-entropy, half the variance of the targets for the quadratic loss.
    accuracy
        The share of the commonest class; None if the targets are not classes.
    commonest
        The commonest class; None if the targets are not classes.
    """

    loss: float
    accuracy: float | None
    commonest: int | None


def guess(y: IntArray | FloatArray, outputs: int, output: str, loss: str) -> Guess:
    """Return the best constant answer.

    Parameters
    ----------
    y
        Classes, (examples,), or targets, (examples, outputs).
    outputs
        Units of the output layer.
    output, loss
        The output function and the loss; see `backprop_core.passes.losses.LEGAL_PAIRS`.
    """
    wanted = targets(y, outputs, loss, np.dtype(np.float64)).astype(np.float64)
    least = _least(wanted, output, loss)
    if y.ndim > 1:
        return Guess(least, None, None)
    shares = wanted.mean(axis=0)
    return Guess(least, float(shares.max()), int(shares.argmax()))


def _least(wanted: NDArray[np.float64], output: str, loss: str) -> float:
    mean = wanted.mean(axis=0)
    if loss == "quadratic":
        # The loss is convex, so an output that cannot reach the mean stops at its limit.
        away = wanted - mean.clip(*_RANGES[output])
        return float((away * away).sum(axis=1).mean() / 2)
    if loss == "hinge":
        return _least_hinge(mean)
    if output == "softmax":
        # -sum t log a has its minimum where a is the mean target, scaled to a sum of 1.
        return float(_entropy(mean).sum() - _entropy(mean.sum()).sum())
    return float((_entropy(mean) + _entropy(1 - mean)).sum())


def _least_hinge(shares: NDArray[np.float64]) -> float:
    """Return the least mean of sum max(0, z_j - z_y + 1), j != y, over constant scores z.

    The mean is convex, and its pieces meet where scores differ by whole numbers. So an optimum is
    a row of levels, one apart, with the commoner classes on the higher ones. A pair costs the
    share of its rarer class times (1 + levels between them), and on the same level also the other
    share. The best places to begin a new level are found by dynamic programming.
    """
    share = np.sort(shares)[::-1]
    number = np.arange(len(share))
    before = np.concatenate([[0.0], share.cumsum()])
    weighted = np.concatenate([[0.0], (number * share).cumsum()])
    begin = np.concatenate([[0.0], number[1:] * (before[-1] - before[1:-1])])
    best = np.zeros(len(share) + 1)
    for end in range(1, len(share) + 1):
        level = (end - 1) * (before[end] - before[:end]) - (weighted[end] - weighted[:end])
        best[end] = (best[:end] + begin[:end] + level).min()
    return float(weighted[-1] + best[-1])


def _entropy(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-share * np.log(np.where(share > 0, share, 1.0)))
