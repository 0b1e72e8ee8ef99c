"""An experiment together with its data, which are loaded once and passed on."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_core.data.datasets import Data, check_targets, layer_widths, load_data
from backprop_core.data.held_files import holding_files
from backprop_core.experiment.model import Experiment


@dataclass(frozen=True, eq=False)
class Resolved:
    """An experiment, its examples, and the widths that follow from them.

    Functions that compute with an `Experiment` also accept a `Resolved`, and then load nothing.

    Attributes
    ----------
    experiment
        The experiment as it was configured.
    widths
        Units of every layer, (L+1,), the input first.
    data
        The examples.
    """

    experiment: Experiment
    widths: tuple[int, ...]
    data: Data


def resolve(experiment: Experiment | Resolved, like: Resolved | None = None) -> Resolved:
    """Load the data of an experiment and find its widths; return a `Resolved` unchanged.

    Parameters
    ----------
    experiment
        The experiment to resolve.
    like
        A resolved experiment; its data are reused if they are the same.

    Raises
    ------
    InputError
        If the data cannot be used, or the network does not fit them or exceeds a bound of `caps`.
    """
    if isinstance(experiment, Resolved):
        return experiment
    with holding_files(experiment.data):
        widths = layer_widths(experiment)
        if like is None or _source(experiment) != _source(like.experiment):
            return Resolved(experiment, widths, load_data(experiment))
    check_targets(like.data, experiment)
    return Resolved(experiment, widths, like.data)


def experiment_of(experiment: Experiment | Resolved) -> Experiment:
    """Return the experiment, without its data."""
    return experiment.experiment if isinstance(experiment, Resolved) else experiment


def widths_of(experiment: Experiment | Resolved) -> tuple[int, ...]:
    """Return the units of every layer, (L+1,), the input first, without loading examples."""
    return experiment.widths if isinstance(experiment, Resolved) else layer_widths(experiment)


def data_of(experiment: Experiment | Resolved) -> Data:
    """Return the examples; load them if need be."""
    return experiment.data if isinstance(experiment, Resolved) else load_data(experiment)


def _source(experiment: Experiment) -> tuple[object, ...]:
    """Return the settings that determine the data."""
    return experiment.data, experiment.seed, experiment.dtype
