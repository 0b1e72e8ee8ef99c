"""How fast the layers of a network learn while it trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.datasets import layer_widths
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.training.history import History
from scenes.stories.learning import has_learned
from scenes.stories.milestone import Goal
from scenes.stories.subject import DEEP, SHALLOW, at_depth
from scenes.stories.training_run import Run
from scenes.words.figures import Figure, magnitude

MIDDLE = 5
GUIDE = 1e-3
"""A rule of thumb for update:weight."""
SLOW = GUIDE / 10
"""A layer whose speed stays below this hardly moves."""
WAKES = 3.0
"""A layer wakes if it is slower than the last layer by this factor, then gains as much."""
FLAT = 0.1
"""Maximum relative change of the loss on a plateau."""
FIRST_AFTER_PLATEAU = 3
"""From this epoch on there is something to see between the first epoch and the waking."""


@dataclass(frozen=True, eq=False)
class Course(Run):
    """A training run with the speeds of its layers.

    Attributes
    ----------
    goal
        The milestone of the run.
    widths
        Units of each layer, input first.
    """

    goal: Goal
    widths: tuple[int, ...]

    @property
    def log10_speed(self) -> NDArray[np.float64]:
        """log10 of update:weight in each epoch, (epochs, L); -inf if a layer does not move."""
        with np.errstate(divide="ignore"):
            return np.log10(np.asarray(self.measured.update_to_weight, dtype=np.float64))

    @property
    def reached(self) -> int | None:
        """The epoch after which the run reaches its goal, or None."""
        return None if self.history is None else self.goal.reached(self.history)

    def speed(self, epoch: int, layer: int) -> Figure:
        """Return update:weight of a layer in an epoch, both counted from 1."""
        return magnitude(
            f"{self.name}.speed[{epoch},{layer}]", float(self.log10_speed[epoch - 1, layer - 1])
        )

    def ratio(self, epoch: int, over: int, under: int) -> Figure:
        """Return how many times as fast one layer moves as another in an epoch."""
        row = self.log10_speed[epoch - 1]
        return magnitude(
            f"{self.name}.speed_ratio[{epoch},{over},{under}]",
            float(row[over - 1] - row[under - 1]),
        )

    @property
    def always_moves(self) -> bool:
        """Whether the first and the last layer move in every epoch, so that a ratio exists."""
        return bool(np.isfinite(self.log10_speed[:, [0, -1]]).all())

    @property
    def asleep(self) -> bool:
        """Whether layer 1 hardly moves in any epoch."""
        return bool(self.log10_speed[:, 0].max() < np.log10(SLOW))

    @property
    def slowest(self) -> int:
        """The epoch after which the speed of layer 1 grows most."""
        return self._rise()[0]

    @property
    def wakes(self) -> int | None:
        """The epoch in which layer 1 wakes, from 1; None if it never does.

        It is the epoch in which the speed is halfway, in decades, from its slowest to its fastest
        later value. A layer that always stays slow does not wake, whatever factor it gains.
        """
        slowest, fastest = self._rise()
        first, last = self.log10_speed[:, 0], self.log10_speed[:, -1]
        low, high = first[slowest - 1], first[fastest - 1]
        asleep = low + np.log10(WAKES)
        if high < np.log10(SLOW) or high < asleep or not last[slowest - 1] > asleep:
            return None
        later = np.arange(slowest, fastest)
        awake = later[(first[later] > low) & (first[later] >= (low + high) / 2)]
        return int(awake[0]) + 1

    @property
    def plateau(self) -> int | None:
        """The last epoch before layer 1 wakes; None if there is nothing to show before it."""
        wakes = self.wakes
        return None if wakes is None or wakes < FIRST_AFTER_PLATEAU else wakes - 1

    def is_flat(self, epoch: int) -> bool:
        """Return whether the loss hardly changes from the end of epoch 1 to the end of `epoch`."""
        loss = self.measured.loss
        return bool(abs(loss[epoch] - loss[1]) < FLAT * loss[1])

    def gain(self, epoch: int) -> Figure | None:
        """Return the speed of layer 1 in an epoch, relative to its slowest epoch.

        None if it does not move at all in its slowest epoch.
        """
        first = self.log10_speed[:, 0]
        slowest = self.slowest
        if np.isneginf(first[slowest - 1]):
            return None
        return magnitude(
            f"{self.name}.gain[{epoch},{slowest}]", float(first[epoch - 1] - first[slowest - 1])
        )

    def _rise(self) -> tuple[int, int]:
        """Return the epochs, from 1, between which the speed of layer 1 grows most."""
        first = self.log10_speed[:, 0]
        lowest = np.minimum.accumulate(first)
        with np.errstate(invalid="ignore"):
            gains = np.nan_to_num(first - lowest, nan=0.0, posinf=np.inf)
        fastest = int(np.argmax(gains))
        slowest = int(np.argmin(first[: fastest + 1]))
        return slowest + 1, fastest + 1


def other_depths(experiment: Experiment) -> tuple[Experiment | None, Experiment | None]:
    """Return the experiment at two other depths."""
    depth = experiment.depth
    if depth > SHALLOW:
        reference = at_depth(experiment, [SHALLOW])
    else:
        reference = at_depth(experiment, range(MIDDLE, SHALLOW, -1))
    if depth >= DEEP:
        return reference, at_depth(experiment, range(MIDDLE, SHALLOW, -1))
    deepest = max(depth, reference.depth if reference is not None else SHALLOW)
    return reference, at_depth(experiment, range(DEEP, deepest, -1))


def course(
    name: str, experiment: Experiment, outcome: History | NumericalError, goal: Goal
) -> Course:
    """Make a `Course` of the outcome of a training run."""
    widths = layer_widths(experiment)
    if isinstance(outcome, NumericalError):
        return Course(name, experiment.depth, None, False, goal, widths)
    learns = has_learned(outcome, experiment)
    return Course(name, experiment.depth, outcome, learns, goal, widths)
