"""Whether a training run learned anything: shared by the films that train."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.resolved import Resolved
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.training.history import History
from backprop_core.training.sgd import train

LEARNED = 0.05
"""A network has learned if it is right on this share of what the commonest class gets wrong."""
FALLEN = 0.5
"""Without classes, a network has learned if its loss falls below this share of the first."""


def history_of(experiment: Experiment | Resolved) -> History | None:
    """Train, or return None where training leaves the range of floats."""
    try:
        return train(experiment)
    except NumericalError:
        return None


def has_learned(history: History, y: NDArray[np.number]) -> bool:
    """Tell whether a network does better than always saying the commonest class.

    Parameters
    ----------
    history
        The run.
    y
        The classes, (examples,), or targets (examples, outputs), for which the loss decides.
    """
    if history.accuracy is None:
        return bool(history.loss[-1] < FALLEN * history.loss[0])
    commonest = commonest_class(y)
    chance = commonest + LEARNED * (1 - commonest)
    return bool(history.accuracy[-1] >= chance or chance >= 1)


def commonest_class(y: NDArray[np.number]) -> float:
    """Return the share of the commonest class."""
    return float(np.bincount(y.astype(np.int64)).max() / len(y))
