"""One step of gradient descent that is too large, and the network after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.resolved import Resolved
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.layers import accuracy, dead_units
from backprop_core.passes.first_pass import initialize, run
from backprop_core.passes.network import Network
from backprop_core.passes.trace import Trace, trace
from backprop_core.training.history import History
from backprop_core.training.sgd import step, train_many

Counts = NDArray[np.int64]
"""Dead units of each hidden layer, (L-1,)."""

FACTORS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""The steps that are tried, as multiples of the experiment's learning rate."""
MANY = 0.25
"""A step is too large if more than this share of the hidden units is dead after it."""


@dataclass(frozen=True, eq=False)
class Stepped:
    """A network after one step on all examples.

    Attributes
    ----------
    factor
        The step as a multiple of the experiment's; 0 is the network before any step.
    network, dead, loss, right
        The network, its dead units by layer, its loss, and the share of examples it gets right.
    """

    factor: int
    network: Network
    dead: Counts
    loss: float
    right: float | None

    @property
    def total(self) -> int:
        """The number of all dead units."""
        return int(self.dead.sum())


@dataclass(frozen=True, eq=False)
class Ladder:
    """Steps of growing size, each from the network as it was initialised.

    Attributes
    ----------
    units
        Hidden units of the network.
    rungs
        The network before any step, then after each step. The last step is the first one after
        which many units are dead, or the last one that was tried.
    overflow
        The factor at which the numbers left the range of floats; None if none did.
    """

    units: int
    rungs: tuple[Stepped, ...]
    overflow: int | None

    @property
    def last(self) -> Stepped:
        """The largest step that was taken."""
        return self.rungs[-1]

    @property
    def kills(self) -> bool:
        """Whether many units are dead after the last step."""
        return self.last.total > MANY * self.units

    @property
    def dead_from_the_start(self) -> bool:
        """Whether many units are dead even before any step."""
        return self.rungs[0].total > MANY * self.units


@dataclass(frozen=True, eq=False)
class Price:
    """The effect of a step that is too large on ReLUs, and on leaky ReLUs.

    Attributes
    ----------
    ladder
        Increasing steps of the ReLU network; None if it overflows before any step.
    dead_draws
        The number of dead ReLUs in several draws, before and after each step, (draws, steps).
    leaky
        The leaky ReLU network before and after the last step; None where it overflows.
    relu_after, leaky_after
        Training runs of both networks after the last step, in several draws, the one on screen
        first. A run that diverges is None; the tuple is empty if the budget did not allow it.
    """

    ladder: Ladder | None
    dead_draws: NDArray[np.int64]
    leaky: tuple[Stepped, Stepped] | None
    relu_after: tuple[History | None, ...]
    leaky_after: tuple[History | None, ...]

    @classmethod
    def of(
        cls, relu: Experiment, leaky: Experiment, factors: Sequence[int], dead: int, trained: int
    ) -> Price:
        """Take the steps, count dead units in `dead` draws, and train `trained` draws further."""
        start, leaky_start = passed(relu), passed(leaky)
        counted = np.empty((0, 0), dtype=np.int64)
        if start is None:
            return cls(None, counted, None, (), ())
        ladder = climb(relu, start, factors)
        if dead > 1:
            steps = [rung.factor for rung in ladder.rungs]
            counted = dead_over_draws(relu, other_starts(relu, start, dead), steps)
        factor = ladder.last.factor
        pair = None
        if leaky_start is not None:
            after = stepped(leaky, leaky_start, factor)
            pair = None if after is None else (_measured(0, leaky_start), after)
        return cls(
            ladder,
            counted,
            pair,
            trained_on(relu, start, factor, trained),
            trained_on(leaky, leaky_start, factor, trained),
        )


def passed(experiment: Experiment | Resolved) -> Trace | None:
    """Run both passes; return None if they leave the range of floats."""
    try:
        return run(experiment)
    except NumericalError:
        return None


def climb(experiment: Experiment, start: Trace, factors: Sequence[int]) -> Ladder:
    """Try ever larger steps until many units are dead."""
    units = sum(start.network.widths[1:-1])
    rungs, overflow = [_measured(0, start)], None
    for factor in factors:
        after = stepped(experiment, start, factor)
        if after is None:
            overflow = factor
            break
        rungs.append(after)
        if after.total > MANY * units:
            break
    return Ladder(units, tuple(rungs), overflow)


def stepped(experiment: Experiment, start: Trace, factor: int) -> Stepped | None:
    """Take one step `factor` times the experiment's rate; None where the numbers overflow."""
    try:
        network = step(start, factor * experiment.training.learning_rate)
        return _measured(factor, trace(network, start.x, start.y, experiment.network.loss))
    except NumericalError:
        return None


def other_starts(experiment: Experiment, start: Trace, draws: int) -> list[Trace]:
    """Return initial passes of the network with several random draws, its own first."""
    found = [start]
    for seed in range(experiment.seed + 1, experiment.seed + draws):
        network = initialize(experiment.override({"seed": seed}))
        try:
            found.append(trace(network, start.x, start.y, experiment.network.loss))
        except NumericalError:
            continue
    return found


def dead_over_draws(
    experiment: Experiment, starts: Sequence[Trace], factors: Sequence[int]
) -> NDArray[np.int64]:
    """Count dead units after each step, (draws, factors); draws that overflow are left out."""
    rows = []
    for start in starts:
        each = [stepped(experiment, start, factor) for factor in factors]
        if None not in each:
            rows.append([after.total for after in each if after is not None])
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(factors))


def trained_on(
    experiment: Experiment, start: Trace | None, factor: int, draws: int
) -> tuple[History | None, ...]:
    """Take the step in several draws, then continue training at the experiment's own rate."""
    if start is None or draws < 1:
        return ()
    after = [stepped(experiment, each, factor) for each in other_starts(experiment, start, draws)]
    networks = [each.network for each in after if each is not None]
    histories = iter(train_many([experiment] * len(networks), every=None, starts=networks))
    outcomes = [None if each is None else next(histories) for each in after]
    return tuple(outcome if isinstance(outcome, History) else None for outcome in outcomes)


def _measured(factor: int, after: Trace) -> Stepped:
    return Stepped(factor, after.network, dead_units(after), after.loss, accuracy(after))
