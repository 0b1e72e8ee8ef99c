"""Sweeps over gains: which gains to try, and the losses after training.

The budget buys several draws of several gains at two depths, and neighbours of the three runs that
are shown, whose weights differ in their last digits. What is cut, in this order: three of the four
neighbours; the last one, and then losses are given with one digit; the gains between the three and
the draws, see `SIZES`; epochs and examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from backprop_core.budget import epoch_seconds, fewer_epochs
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.theory import has_theory, mean_field
from backprop_core.passes.first_pass import initialize
from backprop_core.training.history import History
from backprop_core.training.sgd import train_many
from backprop_core.verdicts.neighbours import neighbour
from scenes.stories.learning import has_learned
from scenes.stories.subject import at_another_depth
from scenes.words.figures import Figure, count

Array = NDArray[np.float64]

SECONDS = 6.4
"""Time budget in seconds for all runs together, without neighbours."""
NEIGHBOUR_SECONDS = 2.0
"""The same for the neighbours of the three runs that are shown."""
NEIGHBOURS = (4, 1)
"""How many neighbours each of them has: the first number that can be afforded, or none."""
SIZES = ((5, 3), (3, 3), (3, 1), (1, 1))
"""Pairs of draws per gain and steps between neighbours of the three gains. The first pair that
leaves time for a few epochs is used."""
FEW_EPOCHS = 3
HURTS = 1.25
"""A gain hurts if its loss exceeds the best loss by this factor."""
WEIGHTS_TOGETHER = 10_000_000
"""Maximum number of weights in memory at the same time."""

FROM_KEPT = (0.1, 0.6, 3.0)
FROM_OWN = (1.0, 6.0, 30.0)
"""The three gains: as ratios to the one that theory keeps the gradient at, or to the network's."""
SMALLEST, LARGEST = 1e-3, 1000.0
LAYERS_OF_THEORY = 12
"""Depth for theory, whose prediction per layer converges within a few layers."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """The losses of a network trained at many gains.

    Attributes
    ----------
    experiment
        The network, with the examples and epochs that the budget allows.
    gains
        G gains in increasing order.
    losses
        The final loss of S draws per gain, (G, S); inf where it left the range of floats.
    learned
        Whether each of these runs learned, (G, S).
    histories
        Runs with the experiment's own seed, for the gains whose run is kept.
    neighbours
        For these gains the final losses of the neighbours of that run; inf where one overflows.
    """

    experiment: Experiment
    gains: tuple[float, ...]
    losses: Array
    learned: NDArray[np.bool_]
    histories: dict[float, History | None]
    neighbours: dict[float, tuple[float, ...]] = field(default_factory=dict)

    @property
    def depth(self) -> Figure:
        """Layers with weights."""
        return count(f"depth[{self.experiment.depth}]", self.experiment.depth)

    @property
    def learning(self) -> int:
        """The number of gains at which every draw learned."""
        return int(self.learned.all(axis=1).sum())

    @property
    def hurting(self) -> NDArray[np.bool_]:
        """Which gains are clearly worse than the best one, (G,).

        There some draw does not learn, or the median loss is larger by `HURTS`.
        """
        if self.best is None:
            return np.zeros(len(self.gains), dtype=bool)
        worse = ~self.learned.all(axis=1) | (self.median > HURTS * self.median[self.best])
        worse[self.best] = False
        return np.asarray(worse)

    @property
    def median(self) -> Array:
        """The median loss of each gain, (G,)."""
        return np.asarray(np.sort(self.losses)[:, self.losses.shape[1] // 2])

    @property
    def low(self) -> Array:
        """The smallest loss of each gain, (G,)."""
        return np.asarray(self.losses.min(axis=1))

    @property
    def high(self) -> Array:
        """The largest loss of each gain, (G,)."""
        return np.asarray(self.losses.max(axis=1))

    @property
    def best(self) -> int | None:
        """Index of the gain with the smallest median loss; None if all overflow."""
        return int(np.argmin(self.median)) if np.isfinite(self.median).any() else None

    def nearest(self, gain: float) -> int:
        """Return the index of the gain of the sweep that is nearest to `gain`."""
        return int(np.argmin(np.abs(np.log(self.gains) - np.log(gain))))


def kept_gain(experiment: Experiment) -> float | None:
    """Return the gain at which theory predicts a constant gradient size, chi = 1.

    That is where the median chi over the layers crosses 1, for a network no deeper than
    `LAYERS_OF_THEORY`; None if it does so at no gain from 0.01 to 300, or if no weights are drawn.
    """
    if not has_theory(experiment.network):
        return None
    *widths, last = layer_widths(experiment)
    shallow = experiment.override({"network.widths": [*widths[:LAYERS_OF_THEORY], last]})
    x = load_data(experiment).x

    def log_chi(log_gain: float) -> float:
        chi = mean_field(shallow.override({"network.gain": float(np.exp(log_gain))}), x).chi
        with np.errstate(divide="ignore"):
            # The root finder needs finite numbers, even where every slope underflows.
            return float(np.clip(np.log(np.median(chi)), -1e3, 1e3))

    low, high = np.log(0.01), np.log(300.0)
    if not log_chi(low) < 0 < log_chi(high):
        return None
    return float(np.exp(brentq(log_chi, low, high, xtol=1e-12)))


def gains_to_show(own: float, kept: float | None) -> tuple[float, float, float]:
    """Return three gains, one too small, one between, one too large, including the network's own.

    They are chosen around the gain at which theory keeps the gradient's size. The gain nearest to
    the network's own is replaced by it. Without such a gain they start from the network's own.
    """
    if kept is None:
        start = min(own, LARGEST / FROM_OWN[-1])
        gains = [_rounded(start * ratio) for ratio in FROM_OWN]
    else:
        gains = [min(LARGEST, _rounded(kept * ratio)) for ratio in FROM_KEPT]
    nearest = int(np.argmin(np.abs(np.log(gains) - np.log(own))))
    gains[nearest] = own
    first, second, third = gains
    return first, second, third


def sweep(experiment: Experiment, gains: Sequence[float]) -> tuple[Sweep, Sweep]:
    """Train a network, and one of another depth, at three gains and some between them."""
    other = at_another_depth(experiment)
    for seeds, steps in SIZES:
        grid = _between(gains, steps)
        members = seeds * len(grid)
        shown = _affordable(experiment, other, members)
        whole = shown.data.samples == experiment.data.samples
        few = shown.training.epochs < min(FEW_EPOCHS, experiment.training.epochs)
        if whole and not few and _weights(other, experiment) * members <= 10 * WEIGHTS_TOGETHER:
            break
    budget = {"data.samples": shown.data.samples, "training.epochs": shown.training.epochs}
    return _trained(shown, grid, seeds, gains), _trained(other.override(budget), grid, seeds, ())


def _affordable(experiment: Experiment, other: Experiment, members: int) -> Experiment:
    """Return the experiment with as many epochs as can be afforded at both depths."""
    planned = experiment
    for _ in range(2):
        # With fewer examples, the two depths take different shares of the time.
        samples = planned.data.samples
        here, there = (epoch_seconds(e, samples, members, False) for e in (experiment, other))
        # The three runs that are shown are measured after every epoch.
        bare, measured = (epoch_seconds(experiment, samples, 3, how) for how in (False, True))
        deeper, share = (experiment, here) if here > there else (other, there)
        seconds = SECONDS * share / (here + there + measured - bare)
        planned = fewer_epochs(deeper, seconds, members, measured=False)
    budget = {"data.samples": planned.data.samples, "training.epochs": planned.training.epochs}
    return experiment.override(budget)


def _trained(
    experiment: Experiment, grid: tuple[float, ...], seeds: int, kept: Sequence[float]
) -> Sweep:
    own = experiment.seed
    numbers = [(own + more) % 2**32 for more in range(seeds)]
    members = [
        experiment.override({"network.gain": gain, "seed": seed})
        for gain in grid
        for seed in numbers
    ]
    followed = [n for n, m in enumerate(members) if m.network.gain in kept and m.seed == own]
    others = [n for n in range(len(members)) if n not in followed]
    losses, learned = np.full(len(members), np.inf), np.zeros(len(members), dtype=bool)
    histories: dict[float, History | None] = dict.fromkeys(kept)
    together = max(1, WEIGHTS_TOGETHER // _weights(experiment))
    batches = (
        (part, every)
        for some, every in ((followed, 1), (others, None))
        for part in _cut(some, together)
    )
    for part, every in batches:
        outcomes = train_many([members[n] for n in part], every=every)
        for n, outcome in zip(part, outcomes, strict=True):
            if isinstance(outcome, NumericalError):
                continue
            losses[n] = outcome.loss[-1]
            learned[n] = has_learned(outcome, members[n])
            if every == 1:
                histories[members[n].network.gain] = outcome
    shape = (len(grid), seeds)
    near = {members[n].network.gain: _neighbours(members[n]) for n in followed}
    return Sweep(experiment, grid, losses.reshape(shape), learned.reshape(shape), histories, near)


def affordable_neighbours(experiment: Experiment, runs: int) -> int:
    """Return how many neighbours each of some runs can have within `NEIGHBOUR_SECONDS`."""
    training = experiment.training

    def seconds(number: int) -> float:
        members, samples = runs * number, experiment.data.samples
        return training.epochs * epoch_seconds(experiment, samples, members, measured=False)

    return next((n for n in NEIGHBOURS if seconds(n) <= NEIGHBOUR_SECONDS), 0)


def _neighbours(experiment: Experiment) -> tuple[float, ...]:
    """Return the final losses of the neighbours of a run."""
    number = affordable_neighbours(experiment, len(FROM_OWN))
    if number == 0:
        return ()
    start = initialize(experiment)
    starts = [neighbour(start, n + 1) for n in range(number)]
    outcomes = train_many([experiment] * number, every=None, starts=starts)
    return tuple(
        np.inf if isinstance(outcome, NumericalError) else float(outcome.loss[-1])
        for outcome in outcomes
    )


def _cut(numbers: list[int], size: int) -> list[list[int]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def _between(gains: Sequence[float], steps: int) -> tuple[float, ...]:
    """Return the gains with further gains at equal ratios between them, rounded to two digits."""
    grid = [gains[0]]
    for low, high in pairwise(gains):
        ratios = np.arange(1, steps) / steps
        grid += [_rounded(low * (high / low) ** share, 2) for share in ratios]
        grid.append(high)
    return tuple(grid)


def _rounded(value: float, digits: int = 1) -> float:
    return float(f"{value:.{digits - 1}e}")


def _weights(*experiments: Experiment) -> int:
    """Return the number of weights of the largest of these networks."""
    return max(sum(n * m for n, m in pairwise(layer_widths(e))) for e in experiments)
