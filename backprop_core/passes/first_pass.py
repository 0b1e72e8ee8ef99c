"""Draw the network of an experiment, and pass its data through it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from backprop_core.data.resolved import Resolved, experiment_of, resolve, widths_of
from backprop_core.experiment.model import Experiment
from backprop_core.passes.initializers import INITIALIZERS
from backprop_core.passes.network import Network, weight_generator
from backprop_core.passes.trace import Trace, trace


def initialize(experiment: Experiment | Resolved) -> Network:
    """Draw the network of an experiment from its seed.

    Parameters
    ----------
    experiment
        Its ``network`` section gives hidden widths and scheme; the data give the end widths.

    Returns
    -------
    The network. Weights do not depend on ``bias_std``, nor on the dtype except for rounding.
    """
    settings = experiment_of(experiment)
    return draw(settings, widths_of(experiment), settings.seed)


def draw(experiment: Experiment, widths: tuple[int, ...], seed: int) -> Network:
    """Draw a network with these widths, input first, from this seed."""
    settings = experiment.network
    rng = weight_generator(seed)
    initializer = INITIALIZERS[settings.init]
    weights = [
        initializer.draw(rng, n_in, n_out, settings.gain) for n_in, n_out in pairwise(widths)
    ]
    biases = [settings.bias_std * rng.standard_normal(n) for n in widths[1:]]
    dtype = np.dtype(experiment.dtype)
    return Network(
        weights=tuple(W.astype(dtype, copy=False) for W in weights),
        biases=tuple(b.astype(dtype, copy=False) for b in biases),
        activation=settings.activation,
        output=settings.output,
    )


def run(experiment: Experiment | Resolved) -> Trace:
    """Load the data of an experiment, draw its network, and pass the data through it.

    Raises
    ------
    InputError
        If the data cannot be used.
    NumericalError
        If NaN or infinity arises.
    """
    resolved = resolve(experiment)
    data, loss = resolved.data, resolved.experiment.network.loss
    return trace(initialize(resolved), data.x, data.y, loss)
