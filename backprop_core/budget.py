"""What a computation costs, and how to stay within a budget of seconds.

A film computes for at most ten seconds, whatever the experiment. How much is left out must not
depend on how busy the machine is, or two runs would show different numbers: so costs are estimated
from the shape of the network, with the speed of one slow core, and never timed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from backprop_core.caps import orthogonal_products
from backprop_core.data.resolved import Resolved, experiment_of, widths_of
from backprop_core.experiment.model import Experiment

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


@dataclass(frozen=True)
class Cost:
    """What the numbers of one experiment take, in seconds.

    Attributes
    ----------
    weights, units, layers
        How many the network has; the input counts as units.
    product
        One multiply-add in its dtype.
    batch_size
        Examples of a minibatch.
    orthogonal
        What drawing it takes longer because its weights are to be orthogonal.
    """

    weights: int
    units: int
    layers: int
    product: float
    batch_size: int
    orthogonal: float

    @classmethod
    def of(cls, experiment: Experiment | Resolved) -> Cost:
        """Read the cost off the shape of the network."""
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
        """Return the time of drawing the network and of one pass forward and backward."""
        return self.orthogonal + self.measured(examples)

    def measured(self, examples: int) -> float:
        """Return the time of one pass with everything that is measured in it."""
        per_example = 3 * self.weights * self.product + self.units * _SECONDS_PER_UNIT
        calls = self.layers * _SECONDS_PER_LAYER
        return examples * per_example + self.weights * _SECONDS_PER_WEIGHT + calls

    def epoch(self, examples: int, members: int, measured: bool) -> float:
        """Return the time of one epoch; see `epoch_seconds`."""
        steps = -(-examples // self.batch_size)
        update = 3 * self.weights * self.product
        calls = self.layers * (_SECONDS_PER_STEP + (members - 1) * _SECONDS_PER_MEMBER)
        passes = (2 if measured else 1) * self.measured(examples)
        return members * passes + steps * (calls + members * update)


def pass_seconds(experiment: Experiment | Resolved, examples: int) -> float:
    """Estimate the time of drawing the network and of one pass forward and backward."""
    return Cost.of(experiment).drawn_pass(examples)


def orthogonal_seconds(experiment: Experiment | Resolved) -> float:
    """Estimate what drawing the network takes longer because its weights are to be orthogonal."""
    return Cost.of(experiment).orthogonal


def epoch_seconds(
    experiment: Experiment | Resolved, examples: int, members: int = 1, measured: bool = True
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
    return Cost.of(experiment).epoch(examples, members, measured)


def fewer_examples(experiment: Experiment, seconds: float) -> Experiment:
    """Return the experiment with so few examples that one pass takes at most `seconds`."""
    cost, samples = Cost.of(experiment), experiment.data.samples
    while samples > _FEWEST_EXAMPLES and cost.drawn_pass(samples) > seconds:
        samples = max(_FEWEST_EXAMPLES, samples // 2)
    return _with_samples(experiment, samples)


def fewer_epochs(
    experiment: Experiment | Resolved, seconds: float, members: int = 1, measured: bool = True
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
    cost, settings = Cost.of(experiment), experiment_of(experiment)
    samples = settings.data.samples
    while samples > _FEWEST_EXAMPLES and 3 * cost.epoch(samples, members, measured) > seconds:
        samples = max(_FEWEST_EXAMPLES, samples // 2)
    left = seconds - members * cost.orthogonal
    affordable = int(left / cost.epoch(samples, members, measured))
    epochs = max(1, min(settings.training.epochs, affordable))
    return _with_samples(settings, samples).override({"training.epochs": epochs})


def affordable_seeds(experiment: Experiment | Resolved, seconds: float, most: int = 200) -> int:
    """Return how many networks can be drawn and passed through in `seconds`, at least one."""
    samples = experiment_of(experiment).data.samples
    return max(1, min(most, int(seconds / pass_seconds(experiment, samples))))


def _with_samples(experiment: Experiment, samples: int) -> Experiment:
    if samples == experiment.data.samples:
        return experiment
    return experiment.override({"data.samples": samples})
