"""An experiment whose data are there: what is resolved once, and handed on."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_core.data.datasets import Data, check_targets, layer_widths, load_data
from backprop_core.experiment.model import Experiment


@dataclass(frozen=True, eq=False)
class Resolved:
    """An experiment, its examples, and the widths that follow from them.

    Whatever takes an `Experiment` to compute with takes this in its place, and loads nothing then.

    Attributes
    ----------
    experiment
        As it was configured.
    widths
        Units of every layer, (L+1,), the input first.
    data
        The examples.
    """

    experiment: Experiment
    widths: tuple[int, ...]
    data: Data


def resolve(experiment: Experiment | Resolved, like: Resolved | None = None) -> Resolved:
    """Load the data of an experiment and find its widths; what is resolved stays as it is.

    Parameters
    ----------
    experiment
        What is to be computed with.
    like
        One with the same data, if there is one: then they are taken over.

    Raises
    ------
    InputError
        If the data cannot be used, or the network does not fit them or its budget.
    """
    if isinstance(experiment, Resolved):
        return experiment
    widths = layer_widths(experiment)
    if like is None or _source(experiment) != _source(like.experiment):
        return Resolved(experiment, widths, load_data(experiment))
    check_targets(like.data, experiment)
    return Resolved(experiment, widths, like.data)


def experiment_of(experiment: Experiment | Resolved) -> Experiment:
    """Return the experiment itself."""
    return experiment.experiment if isinstance(experiment, Resolved) else experiment


def widths_of(experiment: Experiment | Resolved) -> tuple[int, ...]:
    """Return the units of every layer, the input first; loads no examples."""
    return experiment.widths if isinstance(experiment, Resolved) else layer_widths(experiment)


def data_of(experiment: Experiment | Resolved) -> Data:
    """Return the examples, loaded if they are not there yet."""
    return experiment.data if isinstance(experiment, Resolved) else load_data(experiment)


def _source(experiment: Experiment) -> tuple[object, ...]:
    """Return all that decides about the data."""
    return experiment.data, experiment.seed, experiment.dtype
