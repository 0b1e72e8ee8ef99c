"""Whether a training run learned anything: shared by the films that train."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.resolved import Resolved, data_of, experiment_of, widths_of
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.training.history import History
from backprop_core.training.sgd import train
from backprop_core.verdicts.guess import Guess, guess
from backprop_core.verdicts.loss import learned


def history_of(experiment: Experiment | Resolved) -> History | None:
    """Train, or return None where training leaves the range of floats."""
    try:
        return train(experiment)
    except NumericalError:
        return None


def guess_of(experiment: Experiment | Resolved) -> Guess:
    """Return what can be reached without looking at the inputs."""
    network = experiment_of(experiment).network
    outputs = widths_of(experiment)[-1]
    return guess(data_of(experiment).y, outputs, network.output, network.loss)


def has_learned(history: History, experiment: Experiment | Resolved) -> bool:
    """Tell whether a network ends better than any answer that is the same for all examples."""
    return learned(history, guess_of(experiment))


def commonest_class(y: NDArray[np.number]) -> float:
    """Return the share of the commonest class."""
    return float(np.bincount(y.astype(np.int64)).max() / len(y))
