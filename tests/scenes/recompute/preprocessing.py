"""The numbers of `preprocessing`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

import backprop_core as core
from backprop_core.passes.layer import layer_pass
from tests.scenes.recompute.again import Again, Table

NAMES = ("raw", "standardized", "centred", "scaled")


def version(shown: core.Experiment, name: str) -> core.Resolved:
    """Return the experiment with its inputs as they are, or with one or both of the remedies."""
    given = core.resolve(shown.override({"data.standardize": name == "standardized"}))
    if name in {"raw", "standardized"}:
        return given
    x = given.data.x
    if name == "centred":
        x = x - x.mean(axis=0)
    else:
        x = x / np.where(np.ptp(x, axis=0) == 0, 1, x.std(axis=0))
    return replace(given, data=replace(given.data, x=x))


class Versions:
    """The network on four versions of the inputs of a ledger, and its neighbours."""

    def __init__(self, again: Again) -> None:
        self.neighbours = int(again.of("neighbours")) if "neighbours" in again.names else 4
        epochs = int(again.of("epochs")) if "epochs" in again.names else 1
        shown = again.shown.override({"training.epochs": epochs})
        self.given = {name: version(shown, name) for name in NAMES}
        self.trained = cache(self._trained)
        self.ends = cache(self._ends)

    def _trained(self, name: str) -> tuple[core.History, list[core.Network]]:
        networks: list[core.Network] = []
        (history,) = core.train_many(
            (self.given[name],), watch=lambda _, __, network: networks.append(network)
        )
        assert isinstance(history, core.History)
        return history, networks

    def layer(self, name: str, network: core.Network) -> tuple[float, float]:
        """The saturated share and the median slope of layer 1."""
        x = self.given[name].data.x[: max(10, 40_000 // network.widths[1])]
        found = layer_pass(network.weights[0], network.biases[0], x, network.activation)
        return found.saturated, found.median_slope

    def state(self, name: str, epoch: str) -> tuple[float, float]:
        """The same after an epoch."""
        if epoch == "0":
            return self.layer(name, core.initialize(self.given[name]))
        return self.layer(name, self.trained(name)[1][int(epoch)])

    def dW(self, name: str, epoch: str) -> float:  # noqa: N802
        """The norm of dW of layer 1 after an epoch."""
        if epoch == "0":
            return float(np.linalg.norm(core.run(self.given[name]).dW[0]))
        return 10 ** float(self.trained(name)[0].log10_dW[int(epoch), 0])

    def _ends(self, name: str) -> list[list[tuple[float, float]]]:
        """The loss and the median slope of the run and of its neighbours at every epoch."""
        given, start = self.given[name], core.initialize(self.given[name])
        starts = [
            replace(start, weights=tuple(W * (1 + n * 1e-15) for W in start.weights))
            for n in range(1 + self.neighbours)
        ]
        slopes: list[list[float]] = [[] for _ in starts]
        runs = core.train_many(
            [given] * len(starts),
            watch=lambda n, _, network: slopes[n].append(self.layer(name, network)[1]),
            starts=starts,
        )
        return [
            list(zip(run.loss.tolist(), each, strict=True))
            for run, each in zip(runs, slopes, strict=True)
            if isinstance(run, core.History)
        ]

    def losses(self, name: str, epoch: str) -> list[float]:
        """The losses of the run and of its neighbours after an epoch."""
        return [run[int(epoch)][0] for run in self.ends(name)]

    def slopes(self, name: str, epoch: str) -> list[float]:
        """The same of the median slopes."""
        return [run[int(epoch)][1] for run in self.ends(name)]


def table(again: Again) -> Table:
    """Return what only this film shows."""
    versions = Versions(again)
    entries: Table = {
        "epochs": lambda _: again.of("epochs"),
        "neighbours": lambda _: again.of("neighbours"),
    }
    for name in NAMES:
        x = versions.given[name].data.x.astype(np.float64)
        entries = dict(entries) | {
            f"{name}.mean": lambda _, x=x: float(x.mean()),
            f"{name}.std": lambda _, x=x: float(x.std()),
            f"{name}.saturated": lambda e, s=name: versions.state(s, e)[0],
            f"{name}.median_slope": lambda e, s=name: versions.state(s, e)[1],
            f"{name}.dW": lambda e, s=name: versions.dW(s, e),
            f"{name}.loss": lambda e, s=name: float(versions.trained(s)[0].loss[int(e)]),
            f"least.{name}.loss": lambda e, s=name: min(versions.losses(s, e)),
            f"most.{name}.loss": lambda e, s=name: max(versions.losses(s, e)),
            f"least.{name}.median_slope": lambda e, s=name: min(versions.slopes(s, e)),
            f"most.{name}.median_slope": lambda e, s=name: max(versions.slopes(s, e)),
        }
    return entries
