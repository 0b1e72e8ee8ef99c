"""The numbers of `initialization`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
from scipy.optimize import bisect

import backprop_core as core
from tests.scenes.recompute.again import Again, Table

BORDER = {"sigmoid": 4.584967, "tanh": 2.2924835}
"""The z beyond which less than 4 % of the slope is left; 6 bins reach to it, 16 are drawn."""


class Sweep:
    """Draws and runs of the network of a ledger at many gains."""

    def __init__(self, again: Again) -> None:
        self.again = again
        self.own = again.shown.override({"training.epochs": int(again.of("epochs"))})
        self.layer = self.own.depth // 2
        self.other_depth = 2 if self.own.depth > 2 else 9
        self.drawn, self.swept = cache(self._drawn), cache(self._swept)

    def _drawn(self, gain: str) -> core.Trace:
        return core.run(self.own.override({"network.gain": float(gain)}))

    def saturated(self, gain: str) -> float:
        """The share of a layer's units without slope."""
        return float(core.saturated_fraction(self.drawn(gain))[self.layer - 1])

    def beyond(self, gain: str) -> float:
        """The share of them beyond the axis."""
        border = BORDER.get(self.own.network.activation)
        reach = 16 * border / 6 if border else 12.0
        return float(np.mean(np.abs(self.drawn(gain).z[self.layer - 1]) > reach))

    def factor(self, gain: str) -> float:
        """The median factor of the signal from a layer to the one below."""
        signal = self.drawn(gain).log10_norm("signal")
        return float(10 ** np.median(signal[:-1] - signal[1:]))

    def loss(self, inside: str) -> float:
        """The loss of one run."""
        gain, epoch = inside.split(", ")
        history = self.trained[gain]
        assert isinstance(history, core.History)
        return float(history.loss[int(epoch)])

    @cached_property
    def trained(self) -> dict[str, core.History | core.NumericalError]:
        """The runs whose losses are shown, by gain."""
        gains = sorted(set(re.findall(r"'loss\[(.*?), ", str(self.again.names))))
        runs = [self.own.override({"network.gain": float(gain)}) for gain in gains]
        return dict(zip(gains, core.train_many(runs), strict=True))

    def ends(self, inside: str) -> list[float]:
        """The last losses of a run and of its neighbours."""
        run = self.own.override({"network.gain": float(inside.split(", ")[0])})
        start = core.initialize(run)
        starts = [
            replace(start, weights=tuple(W * (1 + n * 1e-15) for W in start.weights))
            for n in range(5)
        ]
        near = core.train_many([run] * len(starts), every=None, starts=starts)
        return [float(each.loss[-1]) for each in near if isinstance(each, core.History)]

    def kept(self, _: str) -> float:
        """The gain at which the median chi of at most 12 layers is 1, by bisection."""
        *widths, last = core.layer_widths(self.own)
        stack = self.own.override({"network.widths": [*widths[:12], last]})
        x = core.load_data(self.again.experiment).x

        def off(log_gain: float) -> float:
            theory = core.mean_field(stack.override({"network.gain": float(np.exp(log_gain))}), x)
            return float(np.median(theory.chi)) - 1

        return float(np.exp(bisect(off, np.log(0.5), np.log(20), xtol=1e-13)))

    @cached_property
    def grid(self) -> list[float]:
        """All gains: those shown, and as many between each two."""
        shown = sorted({float(g) for g in re.findall(r"'gain\[(.*?)\]'", str(self.again.names))})
        steps = (int(self.again.of("gains")) - 1) // 2
        between = [np.geomspace(a, b, steps + 1)[1:-1] for a, b in pairwise(shown)]
        return sorted([*shown, *(float(f"{g:.1e}") for g in np.concatenate(between))])

    def _swept(self, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """The losses at one depth, and which runs learned, (gains, seeds) each."""
        first, hidden, *_, last = core.layer_widths(self.own)
        which = self.own
        if depth != self.own.depth:
            which = which.override({"network.widths": [first, *[hidden] * (depth - 1), last]})
        seeds = range(which.seed, which.seed + int(self.again.of("seeds")))
        runs = [
            which.override({"network.gain": gain, "seed": seed})
            for gain in self.grid
            for seed in seeds
        ]
        found = [outcome(e, r) for e, r in zip(runs, core.train_many(runs, None), strict=True)]
        losses, learned = np.array(found).T.reshape(2, len(self.grid), len(seeds))
        return losses, learned

    def best(self, _: str) -> float:
        """The gain with the smallest median loss."""
        return self.grid[int(np.argmin(np.median(self.swept(self.own.depth)[0], axis=1)))]

    def learning(self, depth: int) -> float:
        """Of how many gains all draws learn."""
        return float(np.sum(self.swept(depth)[1].all(axis=1)))


def outcome(
    experiment: core.Experiment, run: core.History | core.NumericalError
) -> tuple[float, bool]:
    """Return the last loss, and whether it is right on 5 % of what chance gets wrong."""
    if isinstance(run, core.NumericalError):
        return np.inf, False
    if run.accuracy is None:
        return float(run.loss[-1]), bool(run.loss[-1] < run.loss[0] / 2)
    y = core.load_data(experiment).y
    chance = np.bincount(y).max() / len(y)
    return float(run.loss[-1]), bool(run.accuracy[-1] >= chance + 0.05 * (1 - chance))


def table(again: Again) -> Table:
    """Return what only this film shows."""
    runs = Sweep(again)
    return {
        "gain": float,
        "gains": lambda _: len(runs.grid),
        "depth": float,
        "saturated": runs.saturated,
        "beyond": runs.beyond,
        "factor": runs.factor,
        "kept_gain": runs.kept,
        "best_gain": runs.best,
        "loss": runs.loss,
        "least.loss": lambda inside: min(runs.ends(inside)),
        "most.loss": lambda inside: max(runs.ends(inside)),
        "this.learned": lambda _: np.sum(runs.swept(runs.own.depth)[1]),
        "this.runs": lambda _: np.size(runs.swept(runs.own.depth)[1]),
        "this.learning": lambda _: runs.learning(runs.own.depth),
        "other.learning": lambda _: runs.learning(runs.other_depth),
    }
