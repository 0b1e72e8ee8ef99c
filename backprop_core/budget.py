"""What a computation costs, and how to stay within a budget of seconds.

A film computes for at most ten seconds, whatever the experiment. How much is left out must not
depend on how busy the machine is, or two runs would show different numbers. So costs are never
timed: they are estimated from the shape of the network and the speed of one slow core.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from backprop_core.caps import orthogonal_products
from backprop_core.data.resolved import Resolved, experiment_of, widths_of
from backprop_core.experiment.model import Experiment

FILM_SECONDS = 10.0
"""The computing time of one film; plans may use three quarters of it."""

_SECONDS_PER_PRODUCT = {"float64": 1.2e-10, "float32": 6e-11, "float16": 2e-9}
"""Seconds of one multiply-add in a matrix product; float16 is slow because it is converted."""
_SECONDS_PER_UNIT = 2.5e-8
"""Seconds of one unit for one example: exponentials, norms, copies."""
_SECONDS_PER_WEIGHT = 4e-8
"""Seconds for drawing one weight and measuring its gradient."""
_SECONDS_PER_ORTHOGONAL_PRODUCT = 2.5e-10
"""Seconds of one multiplication that `caps.orthogonal_products` counts."""
_SECONDS_PER_LAYER, _SECONDS_PER_STEP = 4e-4, 1e-4
"""Overhead of the calls for one layer, in a measured pass and in an unmeasured training step."""
_SECONDS_PER_MEMBER = 5e-6
"""Overhead of a layer in a training step for each further network that is trained alongside."""
_FEWEST_EXAMPLES = 10


@dataclass(frozen=True)
class Cost:
    """The computing time of one experiment, in seconds.

    Attributes
    ----------
    weights, units, layers
        Numbers of weights, units and layers of the network; the inputs count as units.
    product
        Seconds of one multiply-add in the dtype of the experiment.
    batch_size
        Examples of a minibatch.
    orthogonal
        Extra seconds for drawing orthogonal weights; 0 for other schemes.
    """

    weights: int
    units: int
    layers: int
    product: float
    batch_size: int
    orthogonal: float

    @classmethod
    def of(cls, experiment: Experiment | Resolved) -> Cost:
        """Estimate the cost from the shape of the network."""
        settings, widths = experiment_of(experiment), widths_of(experiment)
        products = orthogonal_products(widths) if settings.network.init == "orthogonal" else 0
        return cls(
            weights=sum(n * m for n, m in pairwise(widths)),
            units=sum(widths),
            layers=len(widths) - 1,
            product=_SECONDS_PER_PRODUCT[settings.dtype],
            batch_size=settings.training.batch_size,
            orthogonal=products * _SECONDS_PER_ORTHOGONAL_PRODUCT,
        )

    def drawn_pass(self, examples: int) -> float:
        """Return the seconds for drawing the network and for one pass forward and backward."""
        return self.orthogonal + self.measured(examples)

    def measured(self, examples: int) -> float:
        """Return the seconds of one pass with all its measurements."""
        per_example = 3 * self.weights * self.product + self.units * _SECONDS_PER_UNIT
        calls = self.layers * _SECONDS_PER_LAYER
        return examples * per_example + self.weights * _SECONDS_PER_WEIGHT + calls

    def epoch(self, examples: int, members: int, measured: bool) -> float:
        """Return the seconds of one epoch; see `epoch_seconds`."""
        steps = -(-examples // self.batch_size)
        update = 3 * self.weights * self.product
        calls = self.layers * (_SECONDS_PER_STEP + (members - 1) * _SECONDS_PER_MEMBER)
        passes = (2 if measured else 1) * self.measured(examples)
        return members * passes + steps * (calls + members * update)


def pass_seconds(experiment: Experiment | Resolved, examples: int) -> float:
    """Estimate the seconds for drawing the network and for one pass forward and backward."""
    return Cost.of(experiment).drawn_pass(examples)


def orthogonal_seconds(experiment: Experiment | Resolved) -> float:
    """Estimate the extra seconds for drawing orthogonal weights; 0 for other schemes."""
    return Cost.of(experiment).orthogonal


def epoch_seconds(
    experiment: Experiment | Resolved, examples: int, members: int = 1, measured: bool = True
) -> float:
    """Estimate the seconds of one epoch of training and of the measurements after it.

    Parameters
    ----------
    experiment, examples
        The experiment and the number of training examples.
    members
        Number of networks that are trained side by side.
    measured
        Whether the networks are measured after this epoch.
    """
    return Cost.of(experiment).epoch(examples, members, measured)


def fewer_examples(experiment: Experiment, seconds: float) -> Experiment:
    """Reduce the examples of the experiment until one pass takes at most `seconds`."""
    cost, samples = Cost.of(experiment), experiment.data.samples
    while samples > _FEWEST_EXAMPLES and cost.drawn_pass(samples) > seconds:
        samples = max(_FEWEST_EXAMPLES, samples // 2)
    return _with_samples(experiment, samples)


def fewer_epochs(
    experiment: Experiment | Resolved, seconds: float, members: int = 1, measured: bool = True
) -> Experiment:
    """Reduce first the epochs, then the examples, until training takes at most `seconds`.

    Parameters
    ----------
    experiment
        The experiment to train.
    seconds
        The budget of all members together.
    members, measured
        See `epoch_seconds`.
    """
    cost, settings = Cost.of(experiment), experiment_of(experiment)
    samples = settings.data.samples
    while samples > _FEWEST_EXAMPLES and 3 * cost.epoch(samples, members, measured) > seconds:
        samples = max(_FEWEST_EXAMPLES, samples // 2)
    left = seconds - members * cost.orthogonal
    affordable = int(left / cost.epoch(samples, members, measured))
    epochs = max(1, min(settings.training.epochs, affordable))
    return _with_samples(settings, samples).override({"training.epochs": epochs})


def affordable_seeds(experiment: Experiment | Resolved, seconds: float, most: int = 200) -> int:
    """Return how many networks, at least one, can be drawn and passed through in `seconds`."""
    samples = experiment_of(experiment).data.samples
    return max(1, min(most, int(seconds / pass_seconds(experiment, samples))))


def _with_samples(experiment: Experiment, samples: int) -> Experiment:
    if samples == experiment.data.samples:
        return experiment
    return experiment.override({"data.samples": samples})
