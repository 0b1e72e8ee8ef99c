"""What a computation costs, and how to stay within a budget of seconds.

A film computes for at most ten seconds, whatever the experiment. How much is left out must not
depend on how busy the machine is, or two runs would show different numbers: so costs are estimated
from the shape of the network, with the speed of one slow core, and never timed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from backprop_core.caps import orthogonal_products
from backprop_core.data.datasets import layer_widths

if TYPE_CHECKING:
    from backprop_core.experiment.config import Experiment

FILM_SECONDS = 10.0
"""The budget of a film, of which it may plan three quarters."""

_SECONDS_PER_PRODUCT = {"float64": 1.2e-10, "float32": 6e-11, "float16": 2e-9}
"""One multiply-add of a matrix product; half precision pays for its conversions."""
_SECONDS_PER_UNIT = 2.5e-8
"""One unit of one example: exponentials, norms, copies."""
_SECONDS_PER_WEIGHT = 4e-8
"""Drawing one weight and measuring its gradient."""
_SECONDS_PER_ORTHOGONAL_PRODUCT = 2.5e-10
"""One of `caps.orthogonal_products`."""
_SECONDS_PER_LAYER, _SECONDS_PER_STEP = 4e-4, 1e-4
"""One layer of a measured pass, and of a bare step of training: the calls, whatever their size."""
_SECONDS_PER_MEMBER = 5e-6
"""The same of one more network that is trained beside the first."""
_FEWEST_EXAMPLES = 10


def pass_seconds(experiment: Experiment, examples: int) -> float:
    """Estimate the time of drawing the network and of one pass forward and backward."""
    return orthogonal_seconds(experiment) + _measured_seconds(experiment, examples)


def orthogonal_seconds(experiment: Experiment) -> float:
    """Estimate what drawing the network takes longer because its weights are to be orthogonal."""
    if experiment.network.init != "orthogonal":
        return 0.0
    return orthogonal_products(layer_widths(experiment)) * _SECONDS_PER_ORTHOGONAL_PRODUCT


def _measured_seconds(experiment: Experiment, examples: int) -> float:
    weights, units, layers = _shape(experiment)
    product = _SECONDS_PER_PRODUCT[experiment.dtype]
    per_example = 3 * weights * product + units * _SECONDS_PER_UNIT
    return examples * per_example + weights * _SECONDS_PER_WEIGHT + layers * _SECONDS_PER_LAYER


def epoch_seconds(
    experiment: Experiment, examples: int, members: int = 1, measured: bool = True
) -> float:
    """Estimate the time of one epoch of training and of measuring after it.

    Parameters
    ----------
    experiment, examples
        What is trained on how many examples.
    members
        How many such networks are trained side by side.
    measured
        Whether they are measured after this epoch.
    """
    weights, _, layers = _shape(experiment)
    steps = -(-examples // experiment.training.batch_size)
    update = 3 * weights * _SECONDS_PER_PRODUCT[experiment.dtype]
    calls = layers * (_SECONDS_PER_STEP + (members - 1) * _SECONDS_PER_MEMBER)
    passes = (2 if measured else 1) * _measured_seconds(experiment, examples)
    return members * passes + steps * (calls + members * update)


def fewer_examples(experiment: Experiment, seconds: float) -> Experiment:
    """Return the experiment with so few examples that one pass takes at most `seconds`."""
    samples = experiment.data.samples
    while samples > _FEWEST_EXAMPLES and pass_seconds(experiment, samples) > seconds:
        samples = max(_FEWEST_EXAMPLES, samples // 2)
    return _with_samples(experiment, samples)


def fewer_epochs(
    experiment: Experiment, seconds: float, members: int = 1, measured: bool = True
) -> Experiment:
    """Return the experiment with so few epochs, then examples, that training takes `seconds`.

    Parameters
    ----------
    experiment
        What is trained.
    seconds
        For all members together.
    members, measured
        See `epoch_seconds`.
    """
    samples = experiment.data.samples

    def epoch() -> float:
        return epoch_seconds(experiment, samples, members, measured)

    while samples > _FEWEST_EXAMPLES and 3 * epoch() > seconds:
        samples = max(_FEWEST_EXAMPLES, samples // 2)
    affordable = int((seconds - members * orthogonal_seconds(experiment)) / epoch())
    epochs = max(1, min(experiment.training.epochs, affordable))
    return _with_samples(experiment, samples).override({"training.epochs": epochs})


def affordable_seeds(experiment: Experiment, seconds: float, most: int = 200) -> int:
    """Return how many networks can be drawn and passed through in `seconds`, at least one."""
    return max(1, min(most, int(seconds / pass_seconds(experiment, experiment.data.samples))))


def _shape(experiment: Experiment) -> tuple[int, int, int]:
    widths = layer_widths(experiment)
    weights = sum(n * m for n, m in pairwise(widths))
    return weights, sum(widths), len(widths) - 1


def _with_samples(experiment: Experiment, samples: int) -> Experiment:
    if samples == experiment.data.samples:
        return experiment
    return experiment.override({"data.samples": samples})
