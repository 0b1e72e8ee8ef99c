"""One step of gradient descent that is too large, and what it leaves of a network."""

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
"""How many times as large as the experiment's the steps are that are tried."""
MANY = 0.25
"""A step is too large if more than this share of the hidden units is dead after it."""


@dataclass(frozen=True, eq=False)
class Stepped:
    """A network after one step on all examples.

    Attributes
    ----------
    factor
        How many times as large the step was; 0 is before it.
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
        """All dead units."""
        return int(self.dead.sum())


@dataclass(frozen=True, eq=False)
class Ladder:
    """Steps of growing size, each from the network as it was initialised.

    Attributes
    ----------
    units
        Hidden units of the network.
    rungs
        Before any step, then after each; the last one is the first after which many are dead, or
        the last that was tried.
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
        """Whether many units are dead after it."""
        return self.last.total > MANY * self.units

    @property
    def dead_from_the_start(self) -> bool:
        """Whether as many are dead before any step."""
        return self.rungs[0].total > MANY * self.units


@dataclass(frozen=True, eq=False)
class Price:
    """What a step that is too large does to ReLUs, and to leaky ones.

    Attributes
    ----------
    ladder
        Ever larger steps of the ReLU network; None if that overflows before any.
    dead_draws
        Dead ReLUs of several draws before and after each of these steps, (draws, steps).
    leaky
        The leaky ReLU network before and after the last of them; None where it overflows.
    relu_after, leaky_after
        Several draws of both, trained on from there, the one on screen first; None where one
        diverges, and empty where that was beyond the budget.
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
        """Step, count and train on, with `dead` draws that are counted and `trained` trained."""
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
    """Pass forward and backward, or return None where that leaves the range of floats."""
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
    """Return first passes of the same network with other weights, itself first."""
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
    """Count all dead units after each step: (draws, factors); draws that overflow are left out."""
    rows = []
    for start in starts:
        each = [stepped(experiment, start, factor) for factor in factors]
        if None not in each:
            rows.append([after.total for after in each if after is not None])
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(factors))


def trained_on(
    experiment: Experiment, start: Trace | None, factor: int, draws: int
) -> tuple[History | None, ...]:
    """Take the step in several draws, then train on at the experiment's own rate."""
    if start is None or draws < 1:
        return ()
    after = [stepped(experiment, each, factor) for each in other_starts(experiment, start, draws)]
    networks = [each.network for each in after if each is not None]
    histories = iter(train_many([experiment] * len(networks), every=None, starts=networks))
    outcomes = [None if each is None else next(histories) for each in after]
    return tuple(outcome if isinstance(outcome, History) else None for outcome in outcomes)


def _measured(factor: int, after: Trace) -> Stepped:
    return Stepped(factor, after.network, dead_units(after), after.loss, accuracy(after))
